#include "analysis/rhythm.h"

#include <math.h>
#include <stdio.h>

#include "test/tap.h"

static uint64_t state = 11;

static double exponential(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return -log(((double)(state >> 11) + 0.5) / 9007199254740992.0);
}

static struct ts at(double seconds)
{
	return (struct ts){ (int64_t)(seconds * 1e9) };
}

static void test_timer(void)
{
	struct rhythm r = { 0 };

	for (unsigned i = 0; i < 30; i++)
		rhythm_add(&r, 1, at(10.0 * i));
	OK(rhythm_variation(&r) < 1e-6);
}

/* Groups of different rates: each is compared with its own mean. */
static void test_chance(void)
{
	struct rhythm r = { 0 };
	double t = 0, v;

	for (unsigned g = 1; g <= 100; g++) {
		for (unsigned i = 0; i < 100; i++) {
			t += exponential() * g;
			rhythm_add(&r, g, at(t));
		}
	}
	v = rhythm_variation(&r);
	printf("# %.3f\n", v);
	OK(fabs(v - 1) < 0.05);
}

static void test_few(void)
{
	struct rhythm r = { 0 };

	OK(isnan(rhythm_variation(&r)));
	for (unsigned i = 0; i < RHYTHM_MIN; i++)
		rhythm_add(&r, 1, at(i));
	OK(isnan(rhythm_variation(&r))); /* one interval less than needed */
	r = (struct rhythm){ 0 };
	for (unsigned g = 1; g < 100; g++) { /* groups too small for a mean */
		for (unsigned i = 0; i < RHYTHM_GROUP_MIN; i++)
			rhythm_add(&r, g, at(i));
	}
	OK(isnan(rhythm_variation(&r)));
}

/* All at one moment: no mean to compare with. */
static void test_at_once(void)
{
	struct rhythm r = { 0 };

	for (unsigned i = 0; i < 100; i++)
		rhythm_add(&r, 1, at(5));
	OK(isnan(rhythm_variation(&r)));
}

int main(void)
{
	test_timer();
	test_chance();
	test_few();
	test_at_once();
	return tap_end();
}
