/* How fast blocks are skimmed, and a million tracked outpoints asked about
 * everything they spend: from a node's files, or one of raw blocks' records. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "chain/block_skim.h"
#include "chain/chain.h"
#include "chain/outpoint_table.h"

#define SEED UINT64_C(0x1234567)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fill(struct outpoint_table *t, size_t n)
{
	struct outpoint o = { .index = 0 };

	outpoint_table_init(t, SEED);
	for (size_t i = 0; i < n; i++) {
		const uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

		memcpy(o.txid, &x, 8);
		memcpy(o.txid + 8, &i, sizeof(i));
		outpoint_table_add(t, &o, (uint32_t)i);
	}
}

static uint64_t probe(const struct outpoint_table *t,
		      const struct block_skim *s)
{
	uint64_t hits = 0;

	for (size_t i = 0; i < s->num_keys; i++) {
		if (i + 24 < s->num_keys)
			__builtin_prefetch(outpoint_line(t, s->key[i + 24]));
		hits += outpoint_maybe(t, s->key[i]);
	}
	return hits;
}

int main(int argc, char **argv)
{
	const size_t tracked[] = { 10000, 1000000, 10000000 };
	struct why why;
	struct chain *c =
		argc > 1 ? chain_open(argv[1], NULL, NULL, &why) : NULL;

	if (!c) {
		puts("usage: bench_block_skim BLOCKS");
		return argc > 1;
	}
	struct chain_reader *r = chain_reader_new(c);
	struct block_skim s = { 0 };
	uint64_t bytes = 0, keys = 0, hits = 0;
	struct span raw;
	double start = now();

	for (size_t i = 0; i < chain_length(c); i++) {
		chain_reader_block(r, i, &raw, &why);
		bytes += raw.n;
	}
	printf("read           %.2f GB/s (%.3f GB)\n",
	       (double)bytes / (now() - start) / 1e9, (double)bytes / 1e9);
	start = now();
	for (size_t i = 0; i < chain_length(c); i++) {
		chain_reader_block(r, i, &raw, &why);
		if (!block_skim(&s, raw, SEED, NULL))
			puts("not a block");
		keys += s.num_keys;
	}
	printf("read and skim  %.2f GB/s (%llu inputs)\n",
	       (double)bytes / (now() - start) / 1e9, (unsigned long long)keys);
	for (size_t k = 0; k < 3; k++) {
		struct outpoint_table t;

		fill(&t, tracked[k]);
		start = now();
		for (size_t i = 0; i < chain_length(c); i++) {
			chain_reader_block(r, i, &raw, &why);
			block_skim(&s, raw, SEED, NULL);
			hits += probe(&t, &s);
		}
		printf("and ask %8zu  %.2f GB/s (%llu looked twice at)\n",
		       tracked[k], (double)bytes / (now() - start) / 1e9,
		       (unsigned long long)hits);
		outpoint_table_fini(&t);
	}
	block_skim_fini(&s);
	chain_reader_free(r);
	chain_close(c);
	return 0;
}
