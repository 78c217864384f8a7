/* Against a set that looks at everything. */
#include <stdlib.h>

#include "base/mem.h"
#include "chain/outpoint_table.h"
#include "test/tap.h"

#define N 3000

static struct outpoint of(uint32_t i)
{
	struct outpoint o = { .index = i % 5 };

	/* Few different txids, and many that agree in the bytes that the key
	 * is made of: they fall on one line, which overflows. */
	if (i % 4 == 0) {
		memset(o.txid, 7, 16);
		o.index = 0;
	}
	memcpy(o.txid + 20, &i, sizeof(i));
	if (i % 4)
		memcpy(o.txid, &i, sizeof(i));
	return o;
}

/* What is fetched ahead is nearly always what is found. */
static void test_fetch_all(const struct outpoint_table *t, uint32_t n)
{
	struct outpoint_table empty;
	uint64_t key[64];
	uint32_t value[64], right = 0;

	for (uint32_t i = 0; i < 64; i++) {
		const struct outpoint o = { .index = i * (n / 64) };

		key[i] = outpoint_key(t->seed, o.txid, o.index);
	}
	outpoint_table_fetch_all(value, t, key, 64);
	for (uint32_t i = 0; i < 64; i++)
		right += value[i] == i * (n / 64);
	OK(right >= 60);
	outpoint_table_init(&empty, t->seed);
	outpoint_table_fetch_all(value, &empty, key, 64);
	OK(value[0] == OUTPOINT_TABLE_MAX && value[63] == OUTPOINT_TABLE_MAX);
	outpoint_table_fini(&empty);
}

int main(void)
{
	struct outpoint_table t;
	bool *in = mem_new(N, sizeof(in[0]));
	uint32_t state = 5, value;
	bool good = true, fresh;
	size_t n = 0;

	outpoint_table_init(&t, 42);
	for (int step = 0; step < 4 * N; step++) {
		state = state * 1664525 + 1013904223;
		const uint32_t i = (state >> 8) % N;
		const struct outpoint o = of(i);
		const bool there = outpoint_table_find(&value, &t, &o);

		good &= there == in[i] && (!there || value == i);
		good &= !there ||
			outpoint_maybe(&t, outpoint_key(42, o.txid, o.index));
		if (state >> 31)
			continue;
		good &= outpoint_table_add(&t, &o, i);
		n += !in[i];
		in[i] = true;
	}
	OK(good);
	OK(t.n == n);
	for (uint32_t i = 0; i < N; i++) {
		const struct outpoint o = of(i);

		good &= outpoint_table_find(&value, &t, &o) == in[i];
	}
	OK(good);
	/* The first value stays, unless another is set. */
	struct outpoint o = of(1);

	outpoint_table_add(&t, &o, 1);
	outpoint_table_add(&t, &o, 77);
	OK(outpoint_table_find(&value, &t, &o) && value == 1);
	*outpoint_table_put(&t, &o, &fresh) = 78;
	OK(!fresh && outpoint_table_find(&value, &t, &o) && value == 78);
	o.index = 99;
	*outpoint_table_put(&t, &o, &fresh) = 5;
	OK(fresh && outpoint_table_find(&value, &t, &o) && value == 5);
	outpoint_table_fini(&t);

	/* Of 200,000 outpoints that are not in a table of 1,000 few are taken
	 * for one that may be. */
	outpoint_table_init(&t, 42);
	for (uint32_t i = 0; i < 1000; i++) {
		o = (struct outpoint){ .index = i };
		outpoint_table_add(&t, &o, i);
	}
	n = 0;
	for (uint32_t i = 0; i < 200000; i++) {
		o = (struct outpoint){ .txid = { 1 }, .index = i };
		n += outpoint_maybe(&t, outpoint_key(42, o.txid, o.index));
	}
	OK(n < 400);
	test_fetch_all(&t, 1000);
	outpoint_table_fini(&t);
	free(in);
	return tap_end();
}
