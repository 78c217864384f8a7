#include "ingest/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ingest/listing.h"

/* An input goes from `waiting` through `heap` to nowhere:
 *
 *	waiting  not yet open, by the time of its first packet
 *	heap     open, with a packet at its head, the oldest on top
 *	stuck    between two packets: those it gave must come back first
 */
struct capture {
	struct listing listing;
	struct input_rules rules;
	struct fingerprint_worker *worker;
	const atomic_bool *stop; /* or NULL */
	struct input **waiting, **heap;
	size_t num_waiting, num_heap, next;
	struct input *stuck; /* or NULL */
	uint64_t batch;      /* number of the present one, from 1 */
};

/* Where an input stands in the order of packets. Unknown times come first:
 * they follow what their file has given out so far. */
struct turn {
	int64_t ns;
	uint32_t index;
};

static bool sooner(struct turn a, struct turn b)
{
	return a.ns < b.ns || (a.ns == b.ns && a.index < b.index);
}

static struct turn turn_open(const struct input *in)
{
	return (struct turn){ in->record.packet.ts.ns, in->index };
}

static struct turn turn_waiting(const struct input *in)
{
	return (struct turn){ in->from.ns, in->index };
}

static int by_turn(const void *a, const void *b)
{
	const struct turn x = turn_waiting(*(struct input *const *)a);
	const struct turn y = turn_waiting(*(struct input *const *)b);

	return sooner(y, x) - sooner(x, y);
}

static void heap_push(struct capture *c, struct input *in)
{
	const struct turn turn = turn_open(in);
	size_t i = c->num_heap++;

	for (; i > 0; i = (i - 1) / 2) {
		struct input *above = c->heap[(i - 1) / 2];

		if (!sooner(turn, turn_open(above)))
			break;
		c->heap[i] = above;
	}
	c->heap[i] = in;
}

static struct input *heap_pop(struct capture *c)
{
	struct input *const top = c->heap[0];
	struct input *const in = c->heap[--c->num_heap];
	size_t i = 0;

	for (;;) {
		size_t below = 2 * i + 1;

		if (below >= c->num_heap)
			break;
		if (below + 1 < c->num_heap &&
		    sooner(turn_open(c->heap[below + 1]),
			   turn_open(c->heap[below])))
			below++;
		if (!sooner(turn_open(c->heap[below]), turn_open(in)))
			break;
		c->heap[i] = c->heap[below];
		i = below;
	}
	c->heap[i] = in;
	return top;
}

/* The turn that ends a run of packets from one input: that of the next one,
 * open or waiting. */
static struct turn next_turn(const struct capture *c)
{
	struct turn turn = { INT64_MAX, UINT32_MAX };

	if (c->num_heap)
		turn = turn_open(c->heap[0]);
	if (c->next < c->num_waiting) {
		const struct turn t = turn_waiting(c->waiting[c->next]);

		if (sooner(t, turn))
			turn = t;
	}
	return turn;
}

/* Steps in and puts it where it then belongs. */
static void settle(struct capture *c, struct input *in)
{
	switch (input_advance(in, &c->rules, in->lent == c->batch)) {
	case INPUT_READY:
		heap_push(c, in);
		break;
	case INPUT_LENT:
		c->stuck = in;
		break;
	case INPUT_DONE:
		break;
	}
}

/* Opens the inputs whose time has come. */
static void open_due(struct capture *c)
{
	while (c->next < c->num_waiting) {
		struct input *in = c->waiting[c->next];

		if (c->num_heap &&
		    sooner(turn_open(c->heap[0]), turn_waiting(in)))
			break;
		c->next++;
		input_open(in, c->worker, c->stop);
		settle(c, in);
	}
}

/* Gives out packets of the oldest input for as long as it is the oldest, so
 * that files which do not overlap cost the heap nothing. */
static size_t run(struct capture *c, struct packet *batch, size_t room)
{
	struct input *in = heap_pop(c);
	const struct turn end = next_turn(c);
	enum input_state state;
	size_t n = 0;

	in->lent = c->batch;
	do {
		batch[n++] = in->record.packet;
		input_given(in);
		n += input_many(in, &c->rules, batch + n, room - n,
				(struct ts){ end.ns });
		state = input_advance(in, &c->rules, true);
	} while (state == INPUT_READY && n < room &&
		 sooner(turn_open(in), end));
	if (state == INPUT_READY)
		heap_push(c, in);
	else
		c->stuck = in;
	return n;
}

size_t capture_read(struct capture *c, struct packet batch[PACKET_BATCH])
{
	struct input *stuck = c->stuck;
	size_t n = 0;

	c->batch++;
	c->stuck = NULL;
	if (stuck)
		settle(c, stuck);
	while (n < PACKET_BATCH && !c->stuck) {
		open_due(c);
		if (!c->num_heap)
			break;
		n += run(c, batch + n, PACKET_BATCH - n);
	}
	return n;
}

struct capture_hold {
	size_t n;
	struct window_piece *piece[];
};

/* An input whose packets are lent is in the heap or stuck: it is not closed
 * before they are given back. */
struct capture_hold *capture_hold(struct capture *c)
{
	const size_t most = c->num_heap + 1;
	struct capture_hold *h =
		mem_new(1, sizeof(*h) + most * sizeof(h->piece[0]));

	if (c->stuck && c->stuck->lent == c->batch)
		h->piece[h->n++] = window_hold(c->stuck->window);
	for (size_t i = 0; i < c->num_heap; i++) {
		if (c->heap[i]->lent == c->batch)
			h->piece[h->n++] = window_hold(c->heap[i]->window);
	}
	return h;
}

void capture_hold_free(struct capture_hold *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		window_release(h->piece[i]);
	free(h);
}

/* ST_OK if there is anything to read; else the first reason why not. */
static enum status queue(struct capture *c, struct why *why)
{
	const struct listing *l = &c->listing;

	c->waiting = mem_new(l->n, sizeof(struct input *));
	c->heap = mem_new(l->n, sizeof(struct input *));
	for (size_t i = 0; i < l->n; i++) {
		if (l->infos[i].status == ST_OK)
			c->waiting[c->num_waiting++] = &l->inputs[i];
	}
	if (!l->n)
		return status_why(why, ST_USAGE, "no capture file is named");
	if (!c->num_waiting)
		return status_why(why, l->infos[0].status, "%s",
				  l->infos[0].why.text);
	qsort(c->waiting, c->num_waiting, sizeof(struct input *), by_turn);
	return ST_OK;
}

static enum status make(struct capture *c, const char *const *names, size_t n,
			const struct capture_options *options, struct why *why)
{
	enum status s;

	c->stop = options ? options->stop : NULL;
	c->rules.since = options ? options->since : TS_NONE;
	c->rules.until = options ? options->until : TS_NONE;
	c->rules.secrets = options ? options->secrets : NULL;
	c->rules.secrets_context = options ? options->secrets_context : NULL;
	if (options && options->filter) {
		c->rules.filter = filter_new(options->filter, why);
		if (!c->rules.filter)
			return ST_USAGE;
	}
	s = listing_make(&c->listing, names, n, why);
	if (s == ST_OK)
		s = queue(c, why);
	if (s == ST_OK && !(options && options->without_sha256))
		c->worker = fingerprint_worker_new();
	return s;
}

struct capture *capture_open(const char *const *names, size_t n,
			     const struct capture_options *options,
			     enum status *st, struct why *why)
{
	struct capture *c = mem_new(1, sizeof(*c));
	const enum status s = make(c, names, n, options, why);

	if (s == ST_OK)
		return c;
	if (st)
		*st = s;
	capture_close(c);
	return NULL;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	listing_fini(&c->listing);
	fingerprint_worker_free(c->worker);
	filter_free(c->rules.filter);
	free(c->waiting);
	free(c->heap);
	free(c);
}

const struct capture_input *capture_inputs(const struct capture *c, size_t *n)
{
	*n = c->listing.n;
	return c->listing.infos;
}

void capture_progress(const struct capture *c, uint64_t *done, uint64_t *all)
{
	const struct listing *l = &c->listing;
	uint64_t size = 0, bytes = 0;
	bool known = true;

	for (size_t i = 0; i < l->n; i++) {
		if (l->infos[i].status != ST_OK && !l->infos[i].bytes)
			continue;
		bytes += l->infos[i].bytes;
		size += l->inputs[i].size;
		known = known && l->inputs[i].regular;
	}
	*done = bytes;
	*all = known ? size : 0;
}
