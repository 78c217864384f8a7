/* make_mix - one large capture out of many small ones, for measuring speed.
 *
 *	make_mix -o OUT -s MEGABYTES -c COPIES -p PLANT... BACKGROUND...
 *
 * All captures become Ethernet frames. The background is repeated, each time
 * with other addresses and at other times, until the wanted size is reached;
 * each PLANT is put in COPIES times, whole, at its own speed and with addresses
 * that occur nowhere else: what can be found in it alone can be found in each
 * copy. Everything is interleaved in order of time within a few minutes.
 *
 * Checksums become wrong, lengths and contents stay. The same arguments give
 * the same file. One JSON object about it goes to standard output. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/num.h"
#include "ingest/capture.h"

#define ETHERNET     14
#define FRAME_MAX    (256u << 10) /* what libpcap accepts in a file */
#define FRAMES_MAX   (64u << 20)
#define PLANTS_MAX   64
#define COPIES_MAX   65536u
#define SHORTEST_US  (600 * INT64_C(1000000))
#define ADDRESS_IPV4 12 /* of the source, in the header */
#define ADDRESS_IPV6 8

struct frame {
	uint8_t *bytes;
	uint32_t n, wire;
	uint32_t ip; /* where its header begins; 0: none */
	int64_t us;  /* since the first of its capture, never going back */
};

struct source {
	size_t first, n; /* of the frames */
	int64_t us;      /* from the first to the last */
	int64_t begin;   /* microseconds since 1970 */
	uint64_t bytes;  /* as it will stand in the file */
};

/* One frame of the mix. */
struct place {
	int64_t us;
	uint32_t frame, copy;
};

struct mix {
	struct frame *frames;
	size_t n, room;
	struct place *places;
	size_t num_places;
	int64_t window_us;
	uint64_t random;
	uint64_t other; /* frames of link types that are not taken */
};

struct wanted {
	const char *out;
	uint64_t megabytes, copies;
	const char *plants[PLANTS_MAX];
	size_t num_plants;
	char **background;
	size_t num_background;
};

static void fail(const char *what, const char *name)
{
	(void)fprintf(stderr, "make_mix: %s: %s\n", name, what);
	exit(1);
}

/* Marsaglia's xorshift: the mix must be the same every time. */
static uint64_t random_below(struct mix *m, uint64_t limit)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return limit ? m->random % limit : 0;
}

/* Bytes before the IP header, for link types that have nothing else of use;
 * Ethernet is kept. -1: not taken. */
static int link_header(uint32_t link)
{
	static const struct {
		uint32_t link;
		int bytes;
	} known[] = {
		{ 0, 4 },    { 108, 4 }, { 12, 0 },  { 14, 0 },   { 101, 0 },
		{ 113, 16 }, { 228, 0 }, { 229, 0 }, { 276, 20 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].link == link)
			return known[i].bytes;
	}
	return -1;
}

/* Where the IP header of an Ethernet frame begins, behind any VLAN tags. */
static uint32_t find_ip(struct span bytes)
{
	struct cur c = cur_over(bytes);

	cur_take(&c, 12);
	uint16_t type = cur_be16(&c);

	while (type == 0x8100 || type == 0x88a8) {
		cur_take(&c, 2);
		type = cur_be16(&c);
	}
	const size_t at = cur_where(&c);
	const size_t needed = type == 0x0800 ? 20 : 40;

	cur_take(&c, needed);
	return cur_ok(&c) && (type == 0x0800 || type == 0x86dd) ? (uint32_t)at
								: 0;
}

/* False if p cannot be made an Ethernet frame. */
static bool to_ethernet(struct frame *f, const struct packet *p)
{
	const bool is_ethernet = p->link == 1;
	const int skip = is_ethernet ? 0 : link_header(p->link);
	struct cur c = cur_over(p->data);

	if (skip < 0)
		return false;
	cur_take(&c, (size_t)skip);
	const struct span rest = cur_take(&c, cur_left(&c));

	if (rest.n == 0 || p->data.n + ETHERNET > FRAME_MAX)
		return false;
	const uint32_t added = is_ethernet ? 0 : ETHERNET;
	const unsigned version = rest.p[0] >> 4;

	if (added && version != 4 && version != 6)
		return false;
	f->n = (uint32_t)rest.n + added;
	f->wire = p->wire_len - (uint32_t)skip + added;
	f->bytes = mem_new(f->n, 1);
	memcpy(f->bytes + added, rest.p, rest.n);
	if (added) {
		f->bytes[5] = 1;
		f->bytes[11] = 2;
		f->bytes[12] = version == 4 ? 0x08 : 0x86;
		f->bytes[13] = version == 4 ? 0x00 : 0xdd;
	}
	f->ip = find_ip((struct span){ f->bytes, f->n });
	return true;
}

static void add_frame(struct mix *m, struct source *s, const struct packet *p)
{
	const int64_t us = p->ts.ns / 1000;
	struct frame f = { 0 };

	if (!ts_known(p->ts) || !to_ethernet(&f, p)) {
		m->other++;
		return;
	}
	if (m->n == m->room) {
		m->room = m->room ? m->room * 2 : 4096;
		m->frames = mem_resize(m->frames, m->room, sizeof(f));
	}
	if (m->n == FRAMES_MAX)
		fail("more frames than fit", "input");
	if (s->n == 0)
		s->begin = us;
	if (us - s->begin > s->us)
		s->us = us - s->begin;
	f.us = s->us; /* a file's order is kept, whatever its clock did */
	s->n++;
	s->bytes += f.n + 16;
	m->frames[m->n++] = f;
}

static struct source load(struct mix *m, const char *name)
{
	const struct capture_options all = { .since = TS_NONE,
					     .until = TS_NONE };
	struct source s = { .first = m->n };
	struct packet batch[PACKET_BATCH];
	struct why why;
	enum status st;
	size_t n;
	struct capture *c = capture_open(&name, 1, &all, &st, &why);

	if (!c)
		return s; /* what no one can read is no part of the mix */
	while ((n = capture_read(c, batch)) > 0) {
		for (size_t i = 0; i < n; i++)
			add_frame(m, &s, &batch[i]);
	}
	capture_close(c);
	return s;
}

/* Puts one copy of s at a random place of the window, faster than it was if it
 * is too long for that. */
static void put(struct mix *m, const struct source *s, uint32_t copy)
{
	const int64_t us = s->us < m->window_us ? s->us : m->window_us;
	const int64_t begin =
		(int64_t)random_below(m, (uint64_t)(m->window_us - us) + 1);
	const double speed = s->us > us ? (double)us / (double)s->us : 1;

	for (size_t i = 0; i < s->n; i++) {
		const struct frame *f = &m->frames[s->first + i];

		m->places[m->num_places++] = (struct place){
			.us = begin + (int64_t)((double)f->us * speed),
			.frame = (uint32_t)(s->first + i),
			.copy = copy,
		};
	}
}

static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	if (x->copy != y->copy)
		return x->copy < y->copy ? -1 : 1;
	return (x->frame > y->frame) - (x->frame < y->frame);
}

/* Both ends by the same pattern, so that who is lower stays lower, and a copy
 * is told from every other one. What means a group or this host stays. */
static void shift(uint8_t *ip, uint32_t copy)
{
	const bool four = ip[0] >> 4 == 4;
	uint8_t *address = ip + (four ? ADDRESS_IPV4 : ADDRESS_IPV6);

	for (int i = 0; i < 2; i++, address += four ? 4 : 16) {
		uint8_t *changed = address + (four ? 1 : 4);
		const bool special =
			four ? address[0] == 0 || address[0] == 127 ||
					address[0] >= 224
			     : address[0] == 0 || address[0] == 0xff;

		if (special)
			continue;
		changed[0] ^= (uint8_t)(copy >> 8);
		changed[1] ^= (uint8_t)copy;
	}
}

static void put32(FILE *to, uint32_t v)
{
	const uint8_t bytes[4] = { (uint8_t)v, (uint8_t)(v >> 8),
				   (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	(void)fwrite(bytes, sizeof(bytes), 1, to);
}

static uint64_t write_mix(const struct mix *m, const char *name, int64_t begin)
{
	FILE *to = fopen(name, "wb");
	uint8_t *bytes = mem_new(FRAME_MAX, 1);
	uint64_t written = 24;

	if (!to)
		fail("cannot be written", name);
	put32(to, 0xa1b2c3d4);
	put32(to, 2 | 4u << 16); /* version 2.4 */
	put32(to, 0);
	put32(to, 0);
	put32(to, FRAME_MAX);
	put32(to, 1); /* Ethernet */
	for (size_t i = 0; i < m->num_places; i++) {
		const struct place *p = &m->places[i];
		const struct frame *f = &m->frames[p->frame];
		const int64_t us = begin + p->us;

		memcpy(bytes, f->bytes, f->n);
		if (f->ip)
			shift(bytes + f->ip, p->copy);
		put32(to, (uint32_t)(us / 1000000));
		put32(to, (uint32_t)(us % 1000000));
		put32(to, f->n);
		put32(to, f->wire);
		(void)fwrite(bytes, f->n, 1, to);
		written += f->n + 16;
	}
	const bool good = !ferror(to);

	if (fclose(to) != 0 || !good)
		fail("cannot be written", name);
	free(bytes);
	return written;
}

/* Loads all and says how often the background is repeated. */
static uint64_t load_all(struct mix *m, struct source *plants,
			 struct source *background, const struct wanted *w)
{
	uint64_t planted = 0, once = 0;

	m->window_us = SHORTEST_US;
	for (size_t i = 0; i < w->num_plants; i++) {
		plants[i] = load(m, w->plants[i]);
		if (plants[i].n == 0)
			fail("has no packets", w->plants[i]);
		planted += plants[i].bytes * w->copies;
		if (plants[i].us > m->window_us)
			m->window_us = plants[i].us;
	}
	for (size_t i = 0; i < w->num_background; i++) {
		background[i] = load(m, w->background[i]);
		once += background[i].bytes;
	}
	const uint64_t wanted = w->megabytes * 1000000;

	return once && wanted > planted ? (wanted - planted + once / 2) / once
					: 0;
}

/* All in order of time. Every copy of every capture has a number of its own,
 * and so its own addresses. */
static void interleave(struct mix *m, const struct source *plants,
		       const struct source *background, const struct wanted *w,
		       uint64_t rounds)
{
	uint32_t copy = 0;
	size_t all = 0;

	if (rounds * w->num_background + w->copies * w->num_plants > COPIES_MAX)
		fail("needs more copies than there are addresses", w->out);
	for (size_t i = 0; i < w->num_plants; i++)
		all += plants[i].n * w->copies;
	for (size_t i = 0; i < w->num_background; i++)
		all += background[i].n * rounds;
	m->places = mem_new(all, sizeof(*m->places));
	for (uint64_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < w->num_background; i++)
			put(m, &background[i], copy++);
	}
	for (uint64_t round = 0; round < w->copies; round++) {
		for (size_t i = 0; i < w->num_plants; i++)
			put(m, &plants[i], copy++);
	}
	qsort(m->places, m->num_places, sizeof(*m->places), by_time);
}

static void make(struct mix *m, const struct wanted *w)
{
	struct source *background =
		mem_new(w->num_background, sizeof(*background));
	struct source plants[PLANTS_MAX];
	const uint64_t rounds = load_all(m, plants, background, w);

	if (m->n == 0)
		fail("has no packets", "input");
	interleave(m, plants, background, w, rounds);
	const int64_t begin =
		w->num_plants ? plants[0].begin : background[0].begin;
	const uint64_t bytes = write_mix(m, w->out, begin);

	printf("{\"packets\": %zu, \"bytes\": %" PRIu64
	       ", \"background_times\": %" PRIu64
	       ", \"planted_times\": %" PRIu64 ", \"frames_left_out\": %" PRIu64
	       "}\n",
	       m->num_places, bytes, rounds, w->copies, m->other);
	free(background);
}

static bool number(uint64_t *out, const char *text, uint64_t limit)
{
	const struct span s = { (const uint8_t *)text, strlen(text) };

	return num_u64(out, s) && *out <= limit;
}

static bool read_options(struct wanted *w, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "o:s:c:p:")) != -1) {
		if (option == 'o')
			w->out = optarg;
		else if (option == 's' && number(&w->megabytes, optarg, 100000))
			continue;
		else if (option == 'c' && number(&w->copies, optarg, 10000))
			continue;
		else if (option == 'p' && w->num_plants < PLANTS_MAX)
			w->plants[w->num_plants++] = optarg;
		else
			return false;
	}
	w->background = argv + optind;
	w->num_background = (size_t)(argc - optind);
	return w->out != NULL;
}

int main(int argc, char **argv)
{
	struct wanted w = { .megabytes = 1000, .copies = 1 };
	struct mix m = { .random = 0x9e3779b97f4a7c15 };

	if (!read_options(&w, argc, argv)) {
		(void)fputs("usage: make_mix -o OUT [-s MEGABYTES] "
			    "[-c COPIES] [-p PLANT]... BACKGROUND...\n",
			    stderr);
		return 2;
	}
	make(&m, &w);
	for (size_t i = 0; i < m.n; i++)
		free(m.frames[i].bytes);
	free(m.frames);
	free(m.places);
	return 0;
}
