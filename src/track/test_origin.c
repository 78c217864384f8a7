#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test/tap.h"
#include "track/origin.h"

/* A script: words "AB1" (node A told node B of block 1, unasked), "AB1?" (in
 * answer to a question), "AB1@" (with the header's time), "AB1!" (the same, and
 * it is old), "A-B" (a connection). Each comes a second after the last. */
#define START 1700000000

static struct endpoint node(char name)
{
	struct endpoint e = { .port = (uint16_t)(name * 7) };

	e.ip[10] = e.ip[11] = 0xff;
	e.ip[12] = 10;
	e.ip[15] = (uint8_t)name;
	return e;
}

static void play_word(struct origins *all, const char *word, int64_t second)
{
	const struct endpoint a = node(word[0]), b = node(word[2]);
	struct origin_word w = {
		.from = a,
		.to = node(word[1]),
		.asked = strchr(word, '?') != NULL,
		.ts = { second * 1000000000 },
		.position = (uint32_t)second,
		.session = "s",
	};

	if (word[1] == '-') {
		origin_connection(all, &a, &b);
		return;
	}
	memset(w.hash, word[2], sizeof(w.hash));
	if (strchr(word, '@'))
		w.header_time = START - ORIGIN_FRESH_S + 10;
	if (strchr(word, '!'))
		w.header_time = START - ORIGIN_FRESH_S - 1;
	origin_announce(all, &w);
}

static void play(struct origins *all, const char *script)
{
	int64_t second = START;

	for (const char *p = script; *p; second++) {
		char word[8] = "";
		size_t n = strcspn(p, " ");

		memcpy(word, p, n);
		play_word(all, word, second);
		p += n;
		p += *p == ' ';
	}
}

static void note(void *context, const struct origin_block *b)
{
	struct buf *out = context;

	buf_printf(out, "%c:", b->hash[0]);
	if (b->has_announcer)
		buf_printf(out, "%c+%d", b->announcer.ip[15],
			   (int)(b->first.ns / 1000000000 - START));
	buf_printf(out, "%s%s%s others=%u connections=%u%s ",
		   b->told ? " told" : "", b->shown_before ? " shown" : "",
		   b->complete ? "" : " incomplete", b->others, b->connections,
		   b->indicated ? " indicated" : "");
}

struct vector {
	const char *name, *script, *wanted;
};

static const struct vector vectors[] = {
	{ "relay", "A-B B-C AB1@ BC1",
	  "1:A+2 others=0 connections=1 indicated " },
	{ "relay, and back to where it came from", "A-B B-C AB1 BC1 CB1",
	  "1:A+2 others=1 connections=1 " },
	{ "two sources", "A-B D-B AB1@ DB1@", "1:A+2 others=1 connections=1 " },
	{ "two that cross", "A-B AB1@ BA1", "1:A+1 others=1 connections=1 " },
	{ "an answer crosses nothing", "A-B AB1@ BA1?",
	  "1:A+1 others=0 connections=1 indicated " },
	{ "told by two, tells one of them", "A-B D-B AB1 DB1? BA1",
	  "1:A+2 others=1 connections=1 " },
	{ "initial download", "A-B AB1? AB2?",
	  "1: others=1 connections=0 2: others=1 connections=0 " },
	{ "downloaded, then told on", "A-B B-C AB1? BC1",
	  "1:B+3 told shown others=1 connections=2 " },
	{ "known from before: asked first, then told unasked",
	  "A-B A-C AB1? AC1", "1:A+3 shown others=0 connections=2 " },
	{ "shown by another, who was asked", "D-B A-B DB1? AB1",
	  "1:A+3 shown others=1 connections=1 " },
	{ "old by its header", "A-B AB1!", "1:A+1 others=0 connections=1 " },
	{ "old, as a later header shows", "A-B AB1 AB1!",
	  "1:A+1 others=0 connections=1 " },
	{ "of unknown age", "A-B AB1", "1:A+1 others=0 connections=1 " },
	{ "fresh, as a later header shows", "A-B AB1 AB1@?",
	  "1:A+1 others=0 connections=1 indicated " },
	{ "fresh by its header", "A-B AB1@",
	  "1:A+1 others=0 connections=1 indicated " },
	{ "several connections of the announcer", "A-B A-C A-D AB1 AC1 AD1@",
	  "1:A+3 others=0 connections=3 indicated " },
	{ "one address", "A-A AA1@",
	  "1:A+1 incomplete others=0 connections=2 " },
	{ "two blocks, in order", "A-B A-B BA2@ AB1@",
	  "2:B+2 others=0 connections=2 indicated "
	  "1:A+3 others=0 connections=2 indicated " },
};

static void test_scripts(void)
{
	struct buf out;

	buf_init(&out, 1u << 16);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct origins *all = origin_new();

		printf("# %s\n", vectors[i].name);
		buf_clear(&out);
		play(all, vectors[i].script);
		origin_each(all, note, &out);
		const bool good = !strcmp(buf_str(&out), vectors[i].wanted);

		OK(good);
		if (!good)
			printf("# got: %s\n# wanted: %s\n", buf_str(&out),
			       vectors[i].wanted);
		origin_free(all);
	}
	buf_fini(&out);
}

static struct origin_word numbered(uint32_t block, uint32_t from)
{
	struct origin_word w = { .from = node('A'),
				 .to = node('B'),
				 .ts = { (int64_t)START * 1000000000 } };

	memcpy(w.hash, &block, sizeof(block));
	memcpy(w.from.ip + 4, &from, sizeof(from));
	return w;
}

struct sum {
	uint64_t blocks, announced, incomplete;
	uint32_t latest;
	bool sorted;
};

static void add(void *context, const struct origin_block *b)
{
	struct sum *s = context;
	uint32_t number;

	memcpy(&number, b->hash, sizeof(number));
	s->sorted &= s->blocks == 0 || number > s->latest;
	s->latest = number;
	s->blocks++;
	s->announced += b->has_announcer;
	s->incomplete += !b->complete;
}

static struct sum sum_of(const struct origins *all)
{
	struct sum s = { .sorted = true };

	origin_each(all, add, &s);
	return s;
}

/* A download longer than there is room for: the one block that was news
 * stays. */
static void test_limit_of_blocks(void)
{
	struct origins *all = origin_new();
	struct origin_word w = numbered(0, 0);

	origin_announce(all, &w);
	for (uint32_t i = 1; i < ORIGIN_BLOCKS_MAX + 5; i++) {
		w = numbered(i, 0);
		w.asked = true;
		origin_announce(all, &w);
	}
	const struct sum s = sum_of(all);

	OK(origin_dropped(all) == 5);
	OK(s.blocks == ORIGIN_BLOCKS_MAX && s.announced == 1 && s.sorted);
	OK(s.latest == ORIGIN_BLOCKS_MAX + 4 && s.incomplete == 0);
	origin_free(all);
	/* All news: the first goes. */
	all = origin_new();
	for (uint32_t i = 0; i < ORIGIN_BLOCKS_MAX + 1; i++) {
		w = numbered(i, 0);
		origin_announce(all, &w);
	}
	OK(origin_dropped(all) == 1);
	OK(sum_of(all).announced == ORIGIN_BLOCKS_MAX);
	w = numbered(ORIGIN_BLOCKS_MAX, 7); /* is found again */
	origin_announce(all, &w);
	OK(sum_of(all).blocks == ORIGIN_BLOCKS_MAX);
	origin_free(all);
}

static void test_limit_of_nodes(void)
{
	struct origins *all = origin_new();
	struct origin_word w;

	for (uint32_t i = 0; i < ORIGIN_KNOW_MAX - 1; i++) {
		w = numbered(1, i);
		origin_announce(all, &w);
	}
	OK(sum_of(all).incomplete == 0);
	w = numbered(1, ORIGIN_KNOW_MAX);
	origin_announce(all, &w);
	OK(sum_of(all).incomplete == 1);
	for (uint32_t i = 0; i < ORIGIN_NODES_MAX + 2; i++) {
		w = numbered(2, i);
		origin_announce(all, &w);
	}
	OK(sum_of(all).blocks == 2 && sum_of(all).incomplete == 2);
	w = numbered(3, 1u << 31); /* a node for which there is no room */
	origin_announce(all, &w);
	OK(sum_of(all).blocks == 3 && sum_of(all).announced == 2);
	origin_free(all);
}

int main(void)
{
	struct origins *none = origin_new();

	OK(sum_of(none).blocks == 0 && origin_dropped(none) == 0);
	origin_free(none);
	origin_free(NULL);
	test_scripts();
	test_limit_of_blocks();
	test_limit_of_nodes();
	return tap_end();
}
