/* Do the intervals hold the truth as often as they say? Simulated miners of
 * known hash rate; the generator is our own and its seed is fixed, so that
 * the outcome is too. */
#include <math.h>
#include <stdint.h>

#include "analysis/rate.h"
#include "test/tap.h"

#define RUNS       2000
#define SHARES_MAX 4096

static uint64_t state = 20170517;

/* Uniform in (0, 1): xorshift64*, its upper 52 bits and a half. */
static double uniform(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((double)((state * 2685821657736338717u) >> 12) + 0.5) * 0x1p-52;
}

struct miner {
	double rate;    /* hash/s, until `change`, */
	double then;    /* and from then on */
	double change;  /* s */
	double seconds; /* watched */
	double weight;  /* hashes per share at the start */
	double pace;    /* s between shares that the pool wants; 0: fixed */
};

struct watched {
	double weight[SHARES_MAX];
	size_t n;
	double exposure, heaviest;
};

/* Time of the next share when work flows at a rate that may change once. */
static double next_share(const struct miner *m, double t, double hashes)
{
	const double room = t < m->change ? (m->change - t) * m->rate : 0;

	if (hashes <= room)
		return t + hashes / m->rate;
	return fmax(t, m->change) + (hashes - room) / m->then;
}

/* A pool that looks at every eighth share and steers the difficulty toward its
 * pace, by a factor of at most four. */
static void watch(struct watched *w, const struct miner *m)
{
	double t = 0, weight = m->weight, looked = 0;

	w->n = 0;
	w->exposure = 0;
	w->heaviest = weight;
	while (w->n < SHARES_MAX) {
		const double at = next_share(m, t, -log(uniform()) * weight);

		w->exposure += (fmin(at, m->seconds) - t) / weight;
		if (at >= m->seconds)
			return;
		t = at;
		w->weight[w->n++] = weight;
		if (m->pace > 0 && w->n % 8 == 0) {
			const double off = 8 * m->pace / (t - looked);

			weight *= fmax(0.25, fmin(4, off));
			w->heaviest = fmax(w->heaviest, weight);
			looked = t;
		}
	}
}

static bool holds(struct estimate e, double truth)
{
	return e.low <= truth && truth <= e.high;
}

static bool as_stated(const char *what, int held)
{
	printf("# %s: %.2f %%\n", what, 100.0 * held / RUNS);
	return held >= 0.94 * RUNS && held <= 0.975 * RUNS;
}

static void cover(const char *what, const struct miner *m)
{
	static struct watched w;
	const double before = fmin(m->change, m->seconds);
	const double truth =
		(m->rate * before + m->then * (m->seconds - before)) /
		m->seconds;
	int constant = 0, mean = 0;

	for (int i = 0; i < RUNS; i++) {
		watch(&w, m);
		constant += holds(rate_constant(w.n, w.exposure, 0.95), truth);
		mean += holds(
			rate_mean(w.weight, w.n, m->seconds, w.heaviest, 0.95),
			truth);
	}
	printf("# %s\n", what);
	OK(as_stated("mean over time", mean));
	/* N / E answers another question once the rate has changed. */
	if (m->change >= m->seconds)
		OK(as_stated("constant", constant));
}

static void cover_to_share(const struct miner *m, size_t n)
{
	int held = 0;

	for (int i = 0; i < RUNS; i++) {
		double exposure = 0;

		for (size_t k = 0; k < n; k++)
			exposure -= log(uniform()) / m->rate;
		held += holds(rate_constant_to_share(n, exposure, 0.95),
			      m->rate);
	}
	OK(as_stated("a window that ends at a share", held));
}

static void cover_unknown_target(const struct miner *m)
{
	static struct watched w;
	const double target = 1 / m->weight;
	int held = 0, known = 0;

	for (int i = 0; i < RUNS; i++) {
		double largest = 0;

		watch(&w, m);
		for (size_t k = 0; k < w.n; k++)
			largest = fmax(largest, uniform() * target);
		known += holds(rate_unknown_target(largest, w.n, 0.95), target);
		held += holds(rate_with_unknown_target(largest, w.n, m->seconds,
						       0.95),
			      m->rate);
	}
	OK(as_stated("the target", known));
	/* The two halves of the error are added: it covers more often. */
	printf("# rate with it: %.2f %%\n", 100.0 * held / RUNS);
	OK(held >= 0.95 * RUNS);
}

int main(void)
{
	const double never = 1e9;
	const struct miner few = { 1e12, 0, never, 600, 3e13, 0 };
	const struct miner many = { 1e12, 0, never, 600, 1e12, 0 };
	const struct miner up = { 1e12, 0, never, 3600, 1e12, 10 };
	const struct miner down = { 1e12, 0, never, 3600, 8e13, 10 };
	const struct miner step = { 1e12, 1e13, 1800, 3600, 1e13, 0 };
	const struct miner steered = { 1e12, 1e13, 1800, 3600, 1e13, 10 };

	cover("20 shares at a fixed difficulty", &few);
	cover("600 shares at a fixed difficulty", &many);
	cover("vardiff that begins too low", &up);
	cover("vardiff that begins too high", &down);
	cover("a tenfold step at a fixed difficulty", &step);
	cover("a tenfold step under vardiff", &steered);
	cover_to_share(&few, 12);
	cover_unknown_target(&few);
	return tap_end();
}
