#include <stdlib.h>
#include <string.h>

#include "chain/taint.h"
#include "test/tap.h"

#define PARTS 4

/* One transaction, by hand: coins as value and tainted or not; wanted, by
 * policy, what each output inherits. The fee takes what is left. */
static const struct {
	const char *name;
	struct {
		uint64_t value;
		bool tainted;
	} in[PARTS];
	uint64_t out[PARTS];
	uint64_t wanted[TAINT_POLICIES][PARTS];
} vectors[] = {
	{ "Anderson's: 3 tainted and 7 clean to 5 and 5",
	  { { 3, true }, { 7, false } },
	  { 5, 5 },
	  { { 5, 5 }, { 2, 1 }, { 3, 0 }, { 0, 3 }, { 3, 0 }, { 3, 0 } } },
	{ "the other way round",
	  { { 7, false }, { 3, true } },
	  { 5, 5 },
	  { { 5, 5 }, { 2, 1 }, { 0, 3 }, { 3, 0 }, { 3, 0 }, { 3, 0 } } },
	{ "a peel with a fee",
	  { { 10, true }, { 2, false } },
	  { 1, 10 },
	  /* 10/12 of 1, 10 and the fee's 1: floors 0, 8, 0; remainders 10, 4,
	   * 10 of 12 */
	  { { 1, 10 }, { 1, 8 }, { 1, 9 }, { 0, 9 }, { 0, 10 }, { 1, 9 } } },
	{ "the fee eats the taint",
	  { { 2, false }, { 1, true } },
	  { 2 },
	  /* 1/3 of 2 and of the fee's 1: remainders 2 and 1 of 3 */
	  { { 2 }, { 1 }, { 0 }, { 1 }, { 1 }, { 1 } } },
	{ "three in, two out, a fee",
	  { { 4, false }, { 6, true }, { 5, false } },
	  { 9, 5 },
	  /* 6/15 of 9, 5, 1: floors 3, 2, 0; remainders 9, 0, 6 */
	  { { 9, 5 }, { 4, 2 }, { 5, 1 }, { 4, 2 }, { 6, 0 }, { 6, 0 } } },
};

static void test_vectors(void)
{
	for (size_t v = 0; v < sizeof(vectors) / sizeof(vectors[0]); v++) {
		for (int p = 0; p < TAINT_POLICIES; p++) {
			struct taint_coin in[PARTS] = { 0 }, out[PARTS] = { 0 };
			struct taint_coin fee;
			size_t num_in = 0, num_out = 0;
			uint64_t all = 0, sum = 0;
			bool good = true;

			for (; vectors[v].in[num_in].value; num_in++) {
				in[num_in].value = vectors[v].in[num_in].value;
				if (vectors[v].in[num_in].tainted)
					in[num_in].tainted = in[num_in].value;
				all += in[num_in].tainted;
			}
			for (; vectors[v].out[num_out]; num_out++)
				out[num_out].value = vectors[v].out[num_out];
			taint_divide(out, num_out, &fee, in, num_in,
				     (enum taint_policy)p);
			for (size_t i = 0; i < num_out; i++) {
				good &= out[i].tainted ==
					vectors[v].wanted[p][i];
				sum += out[i].tainted;
				taint_coin_fini(&out[i]);
			}
			OK(good && vectors[v].name);
			OK(p == TAINT_POISON || sum + fee.tainted == all);
			taint_coin_fini(&fee);
		}
	}
}

static uint32_t state = 7;

static uint32_t below(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)state * n) >> 32);
}

/* fifo and lifo satoshi by satoshi: what the runs stand for. */
static size_t unfold(bool *sat, const struct taint_coin *c)
{
	size_t n = 0;

	if (!c->num_runs) {
		for (uint64_t i = 0; i < c->value; i++)
			sat[n++] = c->tainted > 0;
		return n;
	}
	for (size_t r = 0; r < c->num_runs; r++) {
		for (uint64_t i = 0; i < c->run[r].sat; i++)
			sat[n++] = c->run[r].tainted;
	}
	return n;
}

static void random_coin(struct taint_coin *c)
{
	const size_t n = 1 + below(6);

	*c = (struct taint_coin){ .run = calloc(n, sizeof(c->run[0])) };
	for (size_t i = 0; i < n; i++) {
		struct taint_run *r = &c->run[c->num_runs++];

		*r = (struct taint_run){ 1 + below(9), (i + state) & 1 };
		if (i > 0)
			r->tainted = !c->run[i - 1].tainted;
		c->value += r->sat;
		c->tainted += r->tainted ? r->sat : 0;
	}
}

static bool same_as_model(enum taint_policy p)
{
	struct taint_coin in[PARTS], out[PARTS] = { 0 }, fee;
	const size_t num_in = 1 + below(PARTS), num_out = 1 + below(PARTS);
	bool model[PARTS * 64], got[PARTS * 64], good = true;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < num_in; i++) {
		random_coin(&in[i]);
		n += unfold(model + n, &in[i]);
	}
	for (size_t i = 0; p == TAINT_LIFO && i < n / 2; i++) {
		const bool swap = model[i];

		model[i] = model[n - 1 - i];
		model[n - 1 - i] = swap;
	}
	for (size_t i = 0, left = n; i < num_out; i++) {
		out[i].value = below((uint32_t)left + 1);
		left -= out[i].value;
	}
	taint_divide(out, num_out, &fee, in, num_in, p);
	for (size_t i = 0; i <= num_out; i++) {
		struct taint_coin *c = i < num_out ? &out[i] : &fee;
		const size_t k = unfold(got, c);
		uint64_t tainted = 0;

		good &= k == c->value;
		for (size_t s = 0; s < k && good; s++) {
			good &= got[s] == model[at + s];
			tainted += got[s];
		}
		good &= tainted == c->tainted;
		at += k;
		taint_coin_fini(c);
	}
	for (size_t i = 0; i < num_in; i++)
		taint_coin_fini(&in[i]);
	return good && at == n;
}

static void test_model(void)
{
	bool good = true;

	for (int i = 0; i < 20000 && good; i++)
		good = same_as_model(i & 1 ? TAINT_FIFO : TAINT_LIFO);
	OK(good);
}

/* Values near all coins there are, so that products pass 64 bits. */
static void test_large(void)
{
	struct taint_coin in[2] = { { .value = 2099999999999999,
				      .tainted = 1234567890123456 },
				    { .value = 1 } };
	struct taint_coin out[2] = { { .value = 1000000000000000 },
				     { .value = 1099999999999999 } },
			  fee;

	taint_divide(out, 2, &fee, in, 2, TAINT_HAIRCUT);
	OK(out[0].tainted + out[1].tainted + fee.tainted == in[0].tainted);
	/* 10^15 * 1234567890123456 / 2.1e15, by Python's integers */
	OK(out[0].tainted == 587889471487360);
	OK(fee.value == 1 && fee.tainted <= 1);
}

/* More runs than are kept: how much stays exact. */
static void test_many_runs(void)
{
	const size_t n = 4 * (size_t)TAINT_RUNS_MAX + 3;
	struct taint_coin *in = calloc(n, sizeof(in[0])), out = { 0 }, fee;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		in[i].value = 1 + i % 5;
		in[i].tainted = i & 1 ? in[i].value : 0;
		out.value += in[i].value;
	}
	taint_divide(&out, 1, &fee, in, n, TAINT_FIFO);
	OK(out.merged && out.num_runs <= TAINT_RUNS_MAX);
	for (size_t i = 0; i < out.num_runs; i++)
		sum += out.run[i].tainted ? out.run[i].sat : 0;
	OK(sum == out.tainted);
	uint64_t want = 0;

	for (size_t i = 0; i < n; i++)
		want += in[i].tainted;
	OK(want == out.tainted && fee.value == 0 && fee.tainted == 0);
	taint_coin_fini(&out);
	free(in);
}

static void test_names(void)
{
	for (int p = 0; p < TAINT_POLICIES; p++)
		OK(taint_policy_of(taint_policy_text((enum taint_policy)p)) ==
		   (enum taint_policy)p);
	OK(taint_policy_of("half") == TAINT_POLICIES);
}

int main(void)
{
	test_vectors();
	test_model();
	test_large();
	test_many_runs();
	test_names();
	return tap_end();
}
