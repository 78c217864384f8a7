#include "analysis/rate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <pthread.h>

/* GSL's own inverse aborts the program from about 3e5 degrees of freedom. */
#define GSL_MAX_DF 2e4

static void quiet(void)
{
	gsl_set_error_handler_off();
}

static void gsl_ready(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, quiet);
}

/* Wilson and Hilferty 1931: the cube root of chi-square / k is nearly normal.
 * Newton's steps on the distribution function then double the digits. */
static double chi2inv_large(double p, double k)
{
	const double z = gsl_cdf_ugaussian_Pinv(p);
	const double v = 2 / (9 * k);
	double x = k * pow(1 - v + z * sqrt(v), 3);

	for (int i = 0; i < 8; i++) {
		const double density =
			exp((k / 2 - 1) * log(x / 2) - x / 2 - lgamma(k / 2)) /
			2;
		const double excess = p < 0.5 ? gsl_cdf_chisq_P(x, k) - p
					      : 1 - p - gsl_cdf_chisq_Q(x, k);
		const double step = excess / density;

		if (!isfinite(step))
			break;
		x -= step;
		if (fabs(step) < 1e-14 * x)
			break;
	}
	return x;
}

double rate_chi2inv(double p, double k)
{
	gsl_ready();
	if (!(k > 0) || !(p > 0) || !(p < 1))
		return NAN;
	return k > GSL_MAX_DF ? chi2inv_large(p, k) : gsl_cdf_chisq_Pinv(p, k);
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

static struct estimate divided(struct estimate e, double by)
{
	e.low /= by;
	e.mid /= by;
	e.high /= by;
	return e;
}

struct estimate rate_constant(uint64_t n, double exposure, double confidence)
{
	return divided(rate_poisson(n, confidence), exposure);
}

struct estimate rate_constant_to_share(uint64_t n, double exposure,
				       double confidence)
{
	const double a = 1 - confidence, count = (double)n;
	const struct estimate e = {
		.low = rate_chi2inv(a / 2, 2 * count) / 2,
		.mid = count - 1,
		.high = rate_chi2inv(1 - a / 2, 2 * count) / 2,
		.confidence = confidence,
		.method = "garwood",
	};

	return divided(e, exposure);
}

struct estimate rate_mean(const double *hashes, size_t n, double seconds,
			  double heaviest, double confidence)
{
	const double a = 1 - confidence;
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		sum += hashes[i];
		squares += hashes[i] * hashes[i];
	}
	const double next = sum + heaviest;
	const double next_squares = squares + heaviest * heaviest;
	const struct estimate e = {
		.low = n ? squares / (2 * sum) *
				       rate_chi2inv(a / 2,
						    2 * sum * sum / squares)
			 : 0,
		.mid = sum,
		.high = next_squares / (2 * next) *
			rate_chi2inv(1 - a / 2, 2 * next * next / next_squares),
		.confidence = confidence,
		.method = "fay-feuer",
	};

	return divided(e, seconds);
}

struct estimate rate_unknown_target(double u, uint64_t n, double confidence)
{
	const double count = (double)n;

	return (struct estimate){
		.low = u,
		.mid = (count + 1) / count * u,
		.high = u * pow(1 - confidence, -1 / count),
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
	const struct estimate count = rate_poisson(n, each);

	return (struct estimate){
		.low = count.low / target.high / seconds,
		.mid = count.mid / target.mid / seconds,
		.high = count.high / target.low / seconds,
		.confidence = confidence,
		.method = "unknown-target",
	};
}
