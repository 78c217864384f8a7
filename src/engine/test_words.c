#include "engine/words.h"

#include <string.h>

#include "test/tap.h"

#define BLOCKS 40

static struct endpoint node(uint8_t number)
{
	struct endpoint e = { .port = 8333 };

	e.ip[10] = e.ip[11] = 0xff;
	e.ip[12] = 10;
	e.ip[15] = number;
	return e;
}

/* Node `from` tells another of a block. */
static struct words_note note_of(unsigned block, unsigned from,
				 uint64_t segment)
{
	struct words_note note = { .word = { .from = node((uint8_t)from),
					     .to = node((uint8_t)(from + 1)),
					     .header_time = 1500000000,
					     .position = (uint32_t)segment },
				   .opens = true,
				   .segment = segment };

	note.word.ts.ns = INT64_C(1500000000) * 1000000000 + (int64_t)segment;
	note.word.hash[0] = (uint8_t)block;
	memcpy(note.word.session, "0123456789abcde0", FACT_ID);
	note.word.session[FACT_ID - 2] = (char)('a' + from);
	return note;
}

struct seen {
	uint8_t announcer[BLOCKS + 1];
	size_t n;
	uint64_t digest;
};

static void see(void *context, const struct origin_block *b)
{
	struct seen *s = context;

	s->announcer[s->n++] = b->announcer.ip[15];
	s->digest = s->digest * 31 + b->hash[0] + b->position + b->others +
		    b->connections;
}

/* Each block is told of by three nodes, by two of them late. */
static struct seen heard_by(unsigned lanes)
{
	struct words lane[4] = { 0 };
	struct origins *all = origin_new();
	struct seen s = { .n = 0 };

	for (unsigned i = 0; i < 3 * BLOCKS; i++) {
		const unsigned from = i / BLOCKS * 60 + i % 7;
		struct words_note note =
			note_of(i % BLOCKS, from, i < BLOCKS ? i : 1000);

		note.late = i >= BLOCKS;
		note.word.ts.ns += i * 7 % 11;
		words_add(&lane[from % lanes], &note);
	}
	words_tell(lane, lanes, all);
	for (unsigned l = 0; l < lanes; l++) {
		OK(lane[l].n == 0);
		words_fini(&lane[l]);
	}
	origin_each(all, see, &s);
	origin_free(all);
	return s;
}

/* However many lanes heard it. */
static void test_lanes(void)
{
	const struct seen one = heard_by(1);

	OK(one.n == BLOCKS && one.announcer[3] == 3);
	for (unsigned lanes = 2; lanes <= 4; lanes++) {
		const struct seen more = heard_by(lanes);

		OK(more.n == one.n && more.digest == one.digest &&
		   !memcmp(more.announcer, one.announcer, BLOCKS));
	}
}

/* What one segment says is told as it was said. */
static void test_order_in_a_segment(void)
{
	struct words lane[2] = { 0 };
	struct origins *all = origin_new();
	struct seen s = { .n = 0 };

	for (unsigned i = 0; i < BLOCKS; i++) {
		const struct words_note note = note_of(BLOCKS - i, 9, 5);

		words_add(&lane[1], &note);
	}
	const struct words_note earlier = note_of(200, 3, 4);

	words_add(&lane[0], &earlier);
	words_tell(lane, 2, all);
	origin_each(all, see, &s);
	OK(s.n == BLOCKS + 1 && s.announcer[0] == 3);
	words_tell(lane, 2, all); /* nothing */
	for (int l = 0; l < 2; l++)
		words_fini(&lane[l]);
	origin_free(all);
}

int main(void)
{
	test_lanes();
	test_order_in_a_segment();
	return tap_end();
}
