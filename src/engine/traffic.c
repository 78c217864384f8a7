#include "engine/traffic.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SECOND_NS INT64_C(1000000000)

/* Each a multiple of the one before, and up to a day a part of a day. With the
 * last one TRAFFIC_BINS_MIN bins hold every time there is. */
static const uint32_t lengths[] = {
	1,     10,     60,      600,      3600,      21600,
	86400, 864000, 8640000, 86400000, 864000000,
};
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

struct bin {
	int64_t number; /* since 1970, in lengths */
	uint64_t packets, bytes, connections;
	struct ts first, last;
};

struct input {
	struct bin *bin; /* by number */
	size_t n, room;
	size_t length; /* index of lengths */
	/* The bin of the last packet, and the times within it, as far as there
	 * are such times. */
	size_t at;
	int64_t from, to;
};

struct traffic {
	struct input *input;
	size_t num_inputs, bins_max;
};

struct traffic *traffic_new(size_t num_inputs)
{
	struct traffic *t = mem_new(1, sizeof(*t));

	t->num_inputs = num_inputs;
	t->input = mem_new(num_inputs ? num_inputs : 1, sizeof(t->input[0]));
	for (size_t i = 0; i < num_inputs; i++)
		t->input[i].from = 1; /* behind its `to` */
	t->bins_max = TRAFFIC_ROOM / (num_inputs ? num_inputs : 1);
	if (t->bins_max > TRAFFIC_BINS_MAX)
		t->bins_max = TRAFFIC_BINS_MAX;
	if (t->bins_max < TRAFFIC_BINS_MIN)
		t->bins_max = TRAFFIC_BINS_MIN;
	return t;
}

void traffic_free(struct traffic *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->num_inputs; i++)
		free(t->input[i].bin);
	free(t->input);
	free(t);
}

/* Rounded down, before 1970 too. */
static int64_t part_of(int64_t ns, int64_t length)
{
	return ns / length - (ns % length < 0);
}

static int64_t length_of(const struct input *in)
{
	return lengths[in->length] * SECOND_NS;
}

static int64_t number_of(const struct input *in, struct ts when)
{
	return part_of(when.ns, length_of(in));
}

/* The first bin may begin before the first known time that there is, and the
 * last one end behind the last. */
static int64_t start_of(int64_t number, int64_t length)
{
	return number < INT64_MIN / length ? INT64_MIN + 1 : number * length;
}

static int64_t end_of(int64_t number, int64_t length)
{
	return number >= INT64_MAX / length ? INT64_MAX
					    : (number + 1) * length - 1;
}

static void join(struct bin *to, const struct bin *from)
{
	to->packets += from->packets;
	to->bytes += from->bytes;
	to->connections += from->connections;
	if (from->first.ns < to->first.ns)
		to->first = from->first;
	if (from->last.ns > to->last.ns)
		to->last = from->last;
}

static void lengthen(struct input *in)
{
	size_t n = 0;

	in->length++;
	for (size_t i = 0; i < in->n; i++) {
		struct bin b = in->bin[i];

		b.number = number_of(in, b.first);
		if (n > 0 && in->bin[n - 1].number == b.number)
			join(&in->bin[n - 1], &b);
		else
			in->bin[n++] = b;
	}
	in->n = n;
}

/* The place of the first bin that is not before. */
static size_t place_of(const struct input *in, int64_t number)
{
	size_t low = 0, high = in->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (in->bin[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert(struct input *in, size_t at, const struct bin *b)
{
	if (in->n == in->room) {
		in->room = in->room ? in->room * 2 : 16;
		in->bin = mem_resize(in->bin, in->room, sizeof(in->bin[0]));
	}
	memmove(in->bin + at + 1, in->bin + at,
		(in->n - at) * sizeof(in->bin[0]));
	in->bin[at] = *b;
	in->n++;
}

/* Another bin than the last packet's: rare, as they are mostly in order. */
static void turn_to(struct input *in, size_t bins_max, struct ts when)
{
	struct bin b = { .first = when, .last = when };

	while (in->n >= bins_max && in->length + 1 < LENGTHS)
		lengthen(in);
	b.number = number_of(in, when);
	in->at = place_of(in, b.number);
	if (in->at == in->n || in->bin[in->at].number != b.number)
		insert(in, in->at, &b);
	in->from = start_of(b.number, length_of(in));
	in->to = end_of(b.number, length_of(in));
}

/* As many as lie in the bin of the first, one after the other. */
static size_t add_run(struct input *in, const struct packet *packet,
		      const bool *connection, size_t n)
{
	struct bin *b = &in->bin[in->at];
	struct bin run = { .first = b->first, .last = b->last };
	const uint32_t input = packet[0].input;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct packet *p = &packet[i];

		if (p->input != input || p->ts.ns < in->from ||
		    p->ts.ns > in->to)
			break;
		run.bytes += p->wire_len;
		run.connections += connection[i];
		if (p->ts.ns < run.first.ns)
			run.first = p->ts;
		if (p->ts.ns > run.last.ns)
			run.last = p->ts;
	}
	run.packets = i;
	join(b, &run);
	return i;
}

void traffic_add(struct traffic *t, const struct packet *packet,
		 const bool *connection, size_t n)
{
	size_t i = 0;

	while (i < n) {
		struct input *in = &t->input[packet[i].input];

		if (!ts_known(packet[i].ts)) {
			i++;
			continue;
		}
		if (packet[i].ts.ns < in->from || packet[i].ts.ns > in->to)
			turn_to(in, t->bins_max, packet[i].ts);
		i += add_run(in, packet + i, connection + i, n - i);
	}
}

enum status traffic_write(const struct traffic *t, struct store *store,
			  size_t input, int64_t row)
{
	const struct input *in = &t->input[input];
	enum status st = ST_OK;

	for (size_t i = 0; i < in->n && st == ST_OK; i++) {
		const struct bin *b = &in->bin[i];
		const struct fact_traffic f = {
			.input = row,
			.start = { start_of(b->number, length_of(in)) },
			.seconds = lengths[in->length],
			.packets = b->packets,
			.bytes = b->bytes,
			.connections = b->connections,
			.first = b->first,
			.last = b->last,
		};

		st = store_traffic(store, &f);
	}
	return st;
}
