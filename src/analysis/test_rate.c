#include "analysis/rate.h"

#include <math.h>
#include <stdlib.h>

#include "test/tap.h"

/* p, degrees of freedom, quantile: printed by gen_rate.py, which sums the
 * incomplete gamma function in 50 digits. */
static const struct {
	double p, k, x;
} reference[] = {
	{ 0.005, 0.1, 1.1147750963757519e-46 },
	{ 0.025, 0.1, 1.0631323779828574e-32 },
	{ 0.5, 0.1, 1.1147756881492486e-6 },
	{ 0.975, 0.1, 1.1343475235077167 },
	{ 0.005, 0.5, 8.4371223692370647e-10 },
	{ 0.025, 0.5, 5.2732025912599936e-7 },
	{ 0.5, 0.5, 0.087347604705746821 },
	{ 0.975, 0.5, 3.4332352999607744 },
	{ 0.005, 1, 3.9270422220515904e-5 },
	{ 0.025, 1, 0.00098206911717525602 },
	{ 0.5, 1, 0.45493642311957275 },
	{ 0.975, 1, 5.0238861873148874 },
	{ 0.005, 2, 0.010025083647088564 },
	{ 0.025, 2, 0.050635615968579754 },
	{ 0.5, 2, 1.3862943611198906 },
	{ 0.975, 2, 7.3777589082278708 },
	{ 0.005, 3.7, 0.158696131198033 },
	{ 0.025, 3.7, 0.39457687534151665 },
	{ 0.5, 3.7, 3.0588893590418628 },
	{ 0.975, 3.7, 10.618055248352459 },
	{ 0.005, 10, 2.155856481304639 },
	{ 0.025, 10, 3.2469727802368411 },
	{ 0.5, 10, 9.3418177655919674 },
	{ 0.975, 10, 20.483177350807394 },
	{ 0.005, 100, 67.327563305479181 },
	{ 0.025, 100, 74.221927474923726 },
	{ 0.5, 100, 99.334129235988456 },
	{ 0.975, 100, 129.56119718583659 },
	{ 0.005, 1000, 888.56352318146832 },
	{ 0.025, 1000, 914.25715379925894 },
	{ 0.5, 1000, 999.33341240338097 },
	{ 0.975, 1000, 1089.5309127749135 },
	{ 0.005, 9999, 9638.498196541614 },
	{ 0.025, 9999, 9723.7322370149902 },
	{ 0.5, 9999, 9998.3333412359351 },
	{ 0.975, 9999, 10278.056320256949 },
	{ 0.005, 19999, 19487.604098464461 },
	{ 0.025, 19999, 19608.914734548088 },
	{ 0.5, 19999, 19998.333337284292 },
	{ 0.975, 19999, 20392.873849970683 },
	{ 0.005, 20001, 19489.57834014934 },
	{ 0.025, 20001, 19610.895134737647 },
	{ 0.5, 20001, 20000.333337283897 },
	{ 0.975, 20001, 20394.893449783848 },
	{ 0.005, 1e5, 98851.810939110039 },
	{ 0.025, 1e5, 99125.373300647352 },
	{ 0.5, 1e5, 99999.333334123463 },
	{ 0.975, 1e5, 100878.41530566557 },
	{ 0.005, 3e5, 298008.52793089246 },
	{ 0.025, 3e5, 298483.71361872051 },
	{ 0.5, 3e5, 299999.33333359671 },
	{ 0.975, 3e5, 301520.07499122442 },
	{ 0.005, 1e6, 996360.98393538224 },
	{ 0.025, 1e6, 997230.0871432901 },
	{ 0.5, 1e6, 999999.33333341235 },
	{ 0.975, 1e6, 1002773.701467926 },
	{ 0.005, 1e7, 9988484.2977786767 },
	{ 0.025, 1e7, 9991236.6690538948 },
	{ 0.5, 1e7, 9999999.3333333412 },
	{ 0.975, 1e7, 10008767.119557812 },
	{ 0.005, 2e8, 199948487.17053198 },
	{ 0.025, 2e8, 199960802.61464947 },
	{ 0.5, 2e8, 199999999.33333333 },
	{ 0.975, 2e8, 200039201.17396229 },
};

static bool near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fabs(b);
}

static void test_reference(void)
{
	double worst = 0;

	for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++) {
		const double x = rate_chi2inv(reference[i].p, reference[i].k);
		const double off = fabs(x / reference[i].x - 1);

		worst = fmax(worst, off);
		if (!(off < 1e-10))
			printf("# p %g k %g: %.17g, not %.17g\n",
			       reference[i].p, reference[i].k, x,
			       reference[i].x);
		OK(off < 1e-10);
	}
	printf("# worst relative error %.2g\n", worst);
}

/* Two degrees of freedom have a closed form: -2 log(1 - p). */
static void test_closed_form(void)
{
	static const double p[] = { 1e-300, 1e-12, 1e-3, 0.3, 0.9, 1 - 1e-12 };

	for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++)
		OK(near(rate_chi2inv(p[i], 2), -2 * log1p(-p[i]), 1e-12));
}

/* No gap where one method takes over from the other, none anywhere else. */
static void test_monotone(void)
{
	static const double p[] = { 1e-9, 0.005, 0.025, 0.5, 0.975, 1 - 1e-9 };

	for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++) {
		bool finite = true, rising = true, above = true;
		double before = 0;

		for (double k = 1e-3; k < 1e12; k *= 1.07) {
			const double x = rate_chi2inv(p[i], k);

			finite = finite && isfinite(x);
			rising = rising && x >= before;
			above = above &&
				(i == 0 || x >= rate_chi2inv(p[i - 1], k));
			before = x;
		}
		OK(finite);
		OK(rising);
		OK(above);
		OK(near(rate_chi2inv(p[i], 20000.0001),
			rate_chi2inv(p[i], 19999.9999), 2e-8));
	}
}

/* Limits of a Poisson mean at 95 %, as published in statistical tables. */
static void test_poisson(void)
{
	static const struct {
		uint64_t n;
		double low, high;
	} limits[] = {
		{ 0, 0, 3.689 },        { 1, 0.0253, 5.572 },
		{ 2, 0.242, 7.225 },    { 3, 0.619, 8.767 },
		{ 5, 1.623, 11.668 },   { 10, 4.795, 18.390 },
		{ 20, 12.217, 30.888 }, { 100, 81.364, 121.627 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct estimate e = rate_poisson(limits[i].n, 0.95);

		OK(fabs(e.low - limits[i].low) < 6e-4);
		OK(fabs(e.high - limits[i].high) < 6e-4);
		OK(near(e.mid, (double)limits[i].n, 0) && e.method);
	}
}

static void test_constant(void)
{
	const struct estimate p = rate_poisson(10, 0.95);
	const struct estimate e = rate_constant(10, 2e-12, 0.95);
	const struct estimate s = rate_constant_to_share(10, 2e-12, 0.95);

	OK(near(e.low, p.low / 2e-12, 1e-14));
	OK(near(e.mid, 5e12, 1e-14) && near(e.confidence, 0.95, 0));
	OK(near(e.high, p.high / 2e-12, 1e-14));
	OK(near(s.low, e.low, 1e-14) && near(s.mid, 4.5e12, 1e-14));
	OK(near(s.high, rate_poisson(9, 0.95).high / 2e-12, 1e-14));
	OK(near(rate_constant_to_share(1, 1, 0.95).mid, 0, 0));
}

static bool same(struct estimate a, struct estimate b)
{
	return near(a.low, b.low, 1e-12) && near(a.mid, b.mid, 1e-12) &&
	       near(a.high, b.high, 1e-12);
}

static void test_mean_of_equal_weights(void)
{
	static const size_t n[] = { 0, 1, 7, 1000, 30000 };
	double *w = malloc(30000 * sizeof(*w));

	for (size_t i = 0; i < 30000; i++)
		w[i] = 4e12;
	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		OK(same(rate_mean(w, n[i], 60, 4e12, 0.95),
			rate_constant(n[i], 60 / 4e12, 0.95)));
	free(w);
}

/* y = 15, v = 85, heaviest 8; and with a heavier one in force, 16. */
static void test_mean_of_weights(void)
{
	static const double w[] = { 1, 2, 4, 8 };
	const struct estimate e = rate_mean(w, 4, 10, 0, 0.95);
	const struct estimate f = rate_mean(w, 4, 10, 16, 0.95);

	OK(near(e.low, 85.0 / 30 * rate_chi2inv(0.025, 450.0 / 85) / 10,
		1e-12));
	OK(near(e.mid, 1.5, 1e-15));
	OK(near(e.high, 149.0 / 46 * rate_chi2inv(0.975, 1058.0 / 149) / 10,
		1e-12));
	OK(near(f.low, e.low, 1e-15) && f.high > e.high);
	OK(same(f, rate_mean_of_sums(15, 85, 10, 16, 0.95)));
	OK(same(e, rate_mean_of_sums(15, 85, 10, 8, 0.95)));
	OK(near(f.high, 341.0 / 62 * rate_chi2inv(0.975, 1922.0 / 341) / 10,
		1e-12));
	OK(near(rate_mean(NULL, 0, 10, 16, 0.95).high, 3.6888794541 * 1.6,
		1e-9));
	OK(near(rate_mean(NULL, 0, 10, 16, 0.95).low, 0, 0));
}

static void test_unknown_target(void)
{
	const struct estimate t = rate_unknown_target(1e-15, 10, 0.95);
	const struct estimate one = rate_unknown_target(0.5, 1, 0.95);
	const struct estimate none = rate_unknown_target(0, 0, 0.95);
	const struct estimate r = rate_with_unknown_target(1e-15, 10, 5, 0.95);
	const struct estimate p = rate_poisson(10, 0.975);

	OK(near(t.low, 1e-15, 0) && near(t.mid, 1.1e-15, 1e-14));
	OK(near(t.high, 1e-15 * pow(0.05, -0.1), 1e-14));
	OK(near(one.mid, 1, 0) && near(one.high, 1, 0));
	OK(!none.method && isnan(none.mid));
	OK(near(r.mid, 2 / 1.1e-15, 1e-14));
	OK(near(r.low, p.low / 5 / (1e-15 * pow(0.025, -0.1)), 1e-12));
	OK(near(r.high, p.high / 5 / 1e-15, 1e-12));
	OK(!rate_with_unknown_target(0, 0, 5, 0.95).method);
}

/* A pool may announce any difficulty at all. */
static void test_absurd(void)
{
	static const double tiny[] = { 1e-300, 2e-300 };
	static const double huge[] = { 1e300, 2e300 };
	static const double infinite[] = { 1, INFINITY };
	const struct estimate t = rate_mean(tiny, 2, 1, 0, 0.95);
	const struct estimate h = rate_mean(huge, 2, 1, 0, 0.95);

	OK(near(t.low * 1e300, h.low / 1e300, 1e-12));
	OK(near(t.high * 1e300, h.high / 1e300, 1e-12));
	OK(!rate_mean(infinite, 2, 1, 0, 0.95).method);
	OK(!rate_mean(NULL, 0, 1, 0, 0.95).method);
	OK(!rate_mean_of_sums(0, 0, 1, 0, 0.95).method);
	OK(!rate_mean_of_sums(1e300, INFINITY, 1, 1e300, 0.95).method);
	OK(!rate_mean(huge, 2, 0, 0, 0.95).method);
	/* What weighs next to nothing beside what was in force. */
	OK(near(rate_mean(tiny, 2, 1, 1e10, 0.95).low, 0, 0));
	OK(near(rate_mean(tiny, 2, 1, 1e10, 0.95).high * 1e-10, 3.6888794541,
		1e-9));
	OK(near(rate_mean_of_sums(3e-300, 0, 1, 1, 0.95).low, 0, 0));
	OK(!rate_constant(5, 0, 0.95).method);
	OK(!rate_constant(5, INFINITY, 0.95).method);
	OK(!rate_constant(5, NAN, 0.95).method);
	OK(!rate_constant_to_share(0, 1, 0.95).method);
	OK(isnan(rate_constant(5, -1, 0.95).high));
}

int main(void)
{
	test_reference();
	test_closed_form();
	test_monotone();
	test_poisson();
	test_constant();
	test_mean_of_equal_weights();
	test_mean_of_weights();
	test_unknown_target();
	test_absurd();
	return tap_end();
}
