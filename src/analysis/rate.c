#include "analysis/rate.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <pthread.h>

/* Above this shape GSL's sums for the incomplete gamma function run out of
 * terms; the asymptotic expansion is better than 1e-15 there. */
#define SHAPE_LARGE 1e4
#define TINY        1e-17 /* 1 + TINY is 1 */
#define STEPS_MAX   200
#define STEP_END    1e-13

/* GSL aborts the program on any error unless told otherwise, for the whole
 * process. We look at what its calls return instead. */
static void quiet(void)
{
	gsl_set_error_handler_off();
}

static void silence_gsl(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const int failed = pthread_once(&once, quiet);

	assert(!failed);
}

/* x^a e^-x / Gamma(a), the density of log X. For large a by Stirling, so that
 * the terms of order a never meet. */
static double log_density(double a, double x)
{
	const double mu = x / a - 1;

	if (a < 100)
		return a * log(x) - x - lgamma(a);
	return a * (log1p(mu) - mu) + log(a / (2 * M_PI)) / 2 - 1 / (12 * a);
}

/* One tail of the gamma distribution of shape a, by Temme's uniform expansion
 * (SIAM J. Math. Anal. 10, 1979; DLMF 8.12):
 *
 *	Q(a, x) = erfc(eta sqrt(a/2)) / 2 + R,    P = 1 - Q
 *	R = exp(-a eta^2 / 2) / sqrt(2 pi a) * (c0(eta) + c1(eta) / a + ...)
 *	eta^2 / 2 = x/a - 1 - log(x/a), eta of the sign of x - a
 */
static double tail_large(double a, double x, bool upper)
{
	static const double c0[] = { -1.0 / 3,   1.0 / 12,   -2.0 / 135,
				     1.0 / 864,  1.0 / 2835, -139.0 / 777600.0,
				     1.0 / 25515 };
	const double mu = x / a - 1;
	const double half = mu - log1p(mu);
	const double eta = copysign(sqrt(2 * fmax(half, 0)), mu);
	double c = 0, r;

	for (size_t i = sizeof(c0) / sizeof(c0[0]); i-- > 0;)
		c = c * eta + c0[i];
	c += (-1.0 / 540 - eta / 288) / a;
	r = exp(-a * half) / sqrt(2 * M_PI * a) * c;
	return upper ? erfc(eta * sqrt(a / 2)) / 2 + r
		     : erfc(-eta * sqrt(a / 2)) / 2 - r;
}

static double tail(double a, double x, bool upper)
{
	gsl_sf_result found;
	int status;

	if (a > SHAPE_LARGE)
		return tail_large(a, x, upper);
	status = upper ? gsl_sf_gamma_inc_Q_e(a, x, &found)
		       : gsl_sf_gamma_inc_P_e(a, x, &found);
	return status == GSL_SUCCESS || status == GSL_EUNDRFLW ? found.val
							       : NAN;
}

/* Wilson and Hilferty: the cube root of a chi-square is nearly normal. */
static double first_guess(double p, double k)
{
	const double v = 2 / (9 * k);
	const double root = 1 - v + gsl_cdf_ugaussian_Pinv(p) * sqrt(v);

	return k * root * root * root / 2;
}

/* Newton for the smaller tail, in logarithms of both: the logarithm of either
 * tail is concave in log x, so that every step but the first stays on one side
 * of the root, wherever it begins. */
static double solve(double p, double a, double t)
{
	const bool upper = p > 0.5;
	const double want = log(upper ? 1 - p : p);

	for (int i = 0; i < STEPS_MAX; i++) {
		const double x = exp(t);
		const double is = log(tail(a, x, upper));
		const double slope = exp(log_density(a, x) - is);
		double step = (want - is) / (upper ? -slope : slope);

		if (isnan(step))
			return NAN;
		step = fmax(-1, fmin(1, step));
		t += step;
		if (fabs(step) < STEP_END)
			break;
	}
	return exp(t);
}

double rate_chi2inv(double p, double k)
{
	const double a = k / 2;

	assert(p > 0 && p < 1 && k > 0);
	silence_gsl();
	if (a > SHAPE_LARGE)
		return 2 * solve(p, a, log(first_guess(p, k)));
	/* P(a, x) <= x^a / Gamma(a + 1), with equality as x vanishes. */
	const double least = (log(p) + lgamma(a + 1)) / a;

	if (least < log(TINY))
		return 2 * exp(least);
	return 2 * solve(p, a, fmax(least, log(fmax(first_guess(p, k), TINY))));
}

const struct estimate rate_unknown = { NAN, NAN, NAN, 0, NULL };

static struct estimate undetermined(double confidence)
{
	return (struct estimate){ NAN, NAN, NAN, confidence, NULL };
}

/* Difficulties come from strangers: one that is so large or small that the
 * unit is not a number any more determines nothing. */
static struct estimate divided(struct estimate e, double unit)
{
	if (!(unit > 0) || !isfinite(unit))
		return undetermined(e.confidence);
	e.low /= unit;
	e.mid /= unit;
	e.high /= unit;
	return e;
}

struct estimate rate_poisson(uint64_t n, double confidence)
{
	const double a = 1 - confidence, count = (double)n;

	return (struct estimate){
		.low = n ? rate_chi2inv(a / 2, 2 * count) / 2 : 0,
		.mid = count,
		.high = rate_chi2inv(1 - a / 2, 2 * count + 2) / 2,
		.confidence = confidence,
		.method = "garwood",
	};
}

struct estimate rate_scaled(const struct estimate *e, double factor)
{
	if (!e->method || !isfinite(factor))
		return undetermined(e->confidence);
	return (struct estimate){ e->low * factor, e->mid * factor,
				  e->high * factor, e->confidence, e->method };
}

struct estimate rate_constant(uint64_t n, double exposure, double confidence)
{
	return divided(rate_poisson(n, confidence), exposure);
}

struct estimate rate_constant_to_share(uint64_t n, double exposure,
				       double confidence)
{
	const double a = 1 - confidence, count = (double)n;

	if (n == 0)
		return undetermined(confidence);
	return divided(
		(struct estimate){
			.low = rate_chi2inv(a / 2, 2 * count) / 2,
			.mid = count - 1,
			.high = rate_chi2inv(1 - a / 2, 2 * count) / 2,
			.confidence = confidence,
			.method = "garwood",
		},
		exposure);
}

/* Of weights counted in the heaviest one: no square is too large for a double.
 * One may be too small: then nothing is known below. */
static struct estimate fay_feuer(double y, double v, double confidence)
{
	const double a = 1 - confidence;

	return (struct estimate){
		.low = v >= DBL_MIN ? v / (2 * y) *
					      rate_chi2inv(a / 2, 2 * y * y / v)
				    : 0,
		.mid = y,
		.high = (v + 1) / (2 * (y + 1)) *
			rate_chi2inv(1 - a / 2,
				     2 * (y + 1) * (y + 1) / (v + 1)),
		.confidence = confidence,
		.method = "fay-feuer",
	};
}

struct estimate rate_mean(const double *hashes, size_t n, double seconds,
			  double heaviest, double confidence)
{
	long double sum = 0, squares = 0; /* of millions: keep the digits */
	double w = heaviest;

	for (size_t i = 0; i < n; i++)
		w = fmax(w, hashes[i]);
	for (size_t i = 0; i < n; i++) {
		const double one = hashes[i] / w;

		sum += one;
		squares += one * one;
	}
	if (!(w > 0) || !isfinite(w))
		return undetermined(confidence);
	return divided(fay_feuer((double)sum, (double)squares, confidence),
		       seconds / w);
}

struct estimate rate_mean_of_sums(double hashes, double squares, double seconds,
				  double heaviest, double confidence)
{
	const double w = heaviest;

	if (!(w > 0) || !isfinite(w) || !isfinite(squares))
		return undetermined(confidence);
	return divided(fay_feuer(hashes / w, squares / w / w, confidence),
		       seconds / w);
}

struct estimate rate_unknown_target(double u, uint64_t n, double confidence)
{
	const double count = (double)n;

	if (n == 0 || !(u > 0))
		return undetermined(confidence);
	return (struct estimate){
		.low = u,
		.mid = fmin(1, (count + 1) / count * u),
		.high = fmin(1, u * pow(1 - confidence, -1 / count)),
		.confidence = confidence,
		.method = "unknown-target",
	};
}

struct estimate rate_with_unknown_target(double u, uint64_t n, double seconds,
					 double confidence)
{
	/* Each of the two takes half of what may go wrong. */
	const double each = 1 - (1 - confidence) / 2;
	const struct estimate target = rate_unknown_target(u, n, each);
	const struct estimate count = rate_constant(n, seconds, each);

	if (!target.method || !count.method)
		return undetermined(confidence);
	return (struct estimate){
		.low = count.low / target.high,
		.mid = count.mid / target.mid,
		.high = count.high / target.low,
		.confidence = confidence,
		.method = "unknown-target",
	};
}
