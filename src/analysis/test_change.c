#include "analysis/change.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"

static uint64_t state = 20170517;

static double uniform(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((double)((state * 2685821657736338717u) >> 12) + 0.5) * 0x1p-52;
}

static enum status find(struct change *out, const struct change_bin *bin,
			size_t n, double penalty)
{
	return change_find(out, bin, n, penalty, CHANGE_WITHIN);
}

static double poisson(double mean)
{
	double n = 0, sum = -log(uniform());

	for (; sum < mean; n++)
		sum -= log(uniform());
	return n;
}

/* Every segmentation, by the slow obvious recursion. */
static double least_cost(const struct change_bin *bin, size_t n, double penalty)
{
	double *best = mem_new(n + 1, sizeof(*best));
	double least;

	for (size_t to = 1; to <= n; to++) {
		double count = 0, exposure = 0;

		best[to] = INFINITY;
		for (size_t from = to; from-- > 0;) {
			if (bin[from].exposure > 0) {
				count += bin[from].count;
				exposure += bin[from].exposure;
			}
			best[to] = fmin(best[to],
					best[from] + (from ? penalty : 0) +
						change_cost(count, exposure));
		}
	}
	least = best[n];
	free(best);
	return least;
}

static double cost_of(const struct change *c, double penalty)
{
	double sum = 0;

	for (size_t k = 0; k < c->n; k++)
		sum += change_cost(c->segment[k].count,
				   c->segment[k].exposure) +
		       (k ? penalty : 0);
	return sum;
}

static bool ordered(const struct change *c, size_t n)
{
	for (size_t k = 1; k < c->n; k++) {
		const struct change_segment *s = &c->segment[k];

		if (s->first <= s[-1].first || s->first >= n ||
		    s->low > s->first || s->high < s->first)
			return false;
	}
	return c->n > 0 && c->segment[0].first == 0;
}

/* Levels that hold for a while, zero among them, bins without exposure, and
 * effective counts, which are no whole numbers. */
static void make(struct change_bin *bin, size_t n, bool effective)
{
	double rate = 5;

	for (size_t i = 0; i < n; i++) {
		if (uniform() < 0.05)
			rate = uniform() < 0.3 ? 0 : exp(4 * uniform());
		bin[i].exposure = uniform() < 0.1 ? 0 : 0.2 + uniform();
		bin[i].count = poisson(rate * bin[i].exposure);
		if (effective)
			bin[i].count *= 0.3 + 0.7 * uniform();
	}
}

static void test_model(void)
{
	struct change_bin bin[160];
	size_t differ = 0, unordered = 0, segments = 0;

	for (int run = 0; run < 400; run++) {
		const size_t n = 1 + (size_t)(uniform() * 159);
		const double penalty =
			run % 3 ? change_penalty(n) : 8 * uniform();
		struct change c;

		make(bin, n, run % 2);
		if (find(&c, bin, n, penalty) != ST_OK)
			abort();
		if (c.n == 0)
			continue;
		const double least = least_cost(bin, n, penalty);

		differ += fabs(cost_of(&c, penalty) - least) >
			  1e-9 * (1 + fabs(least));
		unordered += !ordered(&c, n);
		segments += c.n;
		change_free(&c);
	}
	OK(differ == 0);
	OK(unordered == 0);
	OK(segments > 1000);
}

static void test_step(void)
{
	struct change_bin bin[40];
	struct change c;

	for (size_t i = 0; i < 40; i++)
		bin[i] = (struct change_bin){ i < 25 ? 2 : 30, 1 };
	bin[24].exposure = bin[24].count = 0; /* a gap before the change */
	OK(find(&c, bin, 40, change_penalty(39)) == ST_OK);
	OK(c.n == 2 && c.segment[0].first == 0 && c.segment[1].first == 25);
	OK(c.segment[1].low == 24 && c.segment[1].high == 25);
	OK(c.segment[0].low == 0 && c.segment[0].high == 0);
	OK(c.segment[0].count == 48 && c.segment[0].exposure == 24);
	OK(c.segment[1].count == 450 && c.segment[1].exposure == 15);
	change_free(&c);
	OK(c.n == 0 && !c.segment);
}

/* A weak change is known less well than a strong one. */
static void test_interval(void)
{
	struct change_bin bin[60];
	struct change weak, strong;

	for (size_t i = 0; i < 60; i++)
		bin[i] = (struct change_bin){ i < 30 ? 1 : 3, 1 };
	OK(find(&weak, bin, 60, change_penalty(60)) == ST_OK);
	for (size_t i = 30; i < 60; i++)
		bin[i].count = 30;
	OK(find(&strong, bin, 60, change_penalty(60)) == ST_OK);
	OK(weak.n == 2 && strong.n == 2);
	OK(weak.segment[1].low < 30 && weak.segment[1].high > 30);
	OK(strong.segment[1].low == 30 && strong.segment[1].high == 30);
	change_free(&weak);
	change_free(&strong);
}

static void test_edges(void)
{
	struct change_bin bin[4] = { { 0, 0 }, { 5, 0 }, { 0, 2 }, { 0, 3 } };
	struct change c;

	OK(change_penalty(0) == 0 && change_penalty(1) == 0);
	OK(fabs(change_penalty(100) - 3 * log(100)) < 1e-12);
	OK(fabs(change_within(0.95) - CHANGE_WITHIN) < 1e-9);
	OK(change_within(0.99) > 1.7 * CHANGE_WITHIN);
	OK(find(&c, bin, 0, 1) == ST_OK && c.n == 0);
	OK(find(&c, bin, 2, 1) == ST_OK && c.n == 0);
	OK(find(&c, bin, 4, 1) == ST_OK && c.n == 1);
	OK(c.segment[0].count == 0 && c.segment[0].exposure == 5);
	change_free(&c);
	bin[3].count = -1;
	OK(find(&c, bin, 4, 1) == ST_BAD && c.n == 0);
	bin[3].count = NAN;
	OK(find(&c, bin, 4, 1) == ST_BAD);
	bin[3] = (struct change_bin){ 1, INFINITY };
	OK(find(&c, bin, 4, 1) == ST_BAD);
	bin[2].exposure = bin[3].exposure = 1.5e308;
	OK(find(&c, bin, 4, 1) == ST_BAD);
	/* Units that no clock has. */
	bin[2] = (struct change_bin){ 1e9, 1e-280 };
	bin[3] = (struct change_bin){ 1e-9, 1e280 };
	OK(find(&c, bin, 4, 1) == ST_OK && c.n == 2);
	change_free(&c);
}

/* As many bins as are taken, whatever happens in them. */
static void test_large(void)
{
	struct change_bin *bin = mem_new(CHANGE_BINS_MAX + 1, sizeof(*bin));
	struct change c;

	for (size_t i = 0; i < CHANGE_BINS_MAX; i++)
		bin[i] = (struct change_bin){ poisson(3), 1 };
	OK(find(&c, bin, CHANGE_BINS_MAX, change_penalty(CHANGE_BINS_MAX)) ==
	   ST_OK);
	OK(c.n == 1);
	change_free(&c);
	for (size_t i = 0; i < CHANGE_BINS_MAX; i++)
		bin[i].count = poisson(i / 1000 % 2 ? 3 : 20);
	OK(find(&c, bin, CHANGE_BINS_MAX, change_penalty(CHANGE_BINS_MAX)) ==
	   ST_OK);
	OK(c.n == 132);
	change_free(&c);
	for (size_t i = 0; i < CHANGE_BINS_MAX; i++)
		bin[i].count = (double)i;
	OK(find(&c, bin, CHANGE_BINS_MAX, change_penalty(CHANGE_BINS_MAX)) ==
	   ST_OK);
	printf("# a ramp: %zu segments\n", c.n);
	change_free(&c);
	OK(find(&c, bin, CHANGE_BINS_MAX + 1, 1) == ST_LIMIT);
	OK(c.n == 0);
	free(bin);
}

int main(void)
{
	test_model();
	test_step();
	test_interval();
	test_edges();
	test_large();
	return tap_end();
}
