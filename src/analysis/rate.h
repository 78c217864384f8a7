/* rate - hash rate out of proved shares, with exact bounds.
 *
 * Shares are a Poisson process of rate H / (d * W), W = TARGET_HASHES for
 * SHA-256d. Two estimators (docs/measurement.md, section 3):
 *
 * - constant H: H = N / E, E = integral of dt / (d(t) * W); exact Poisson
 *   limits (Garwood, Biometrika 28, 1936);
 * - mean over time: H = W * sum(d) / T; limits of Fay and Feuer (Statistics in
 *   Medicine 16, 1997) for a weighted sum of Poisson counts. Where all d are
 *   equal both give the same. */
#ifndef ANALYSIS_RATE_H
#define ANALYSIS_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value with the interval that holds the truth with `confidence`. */
struct estimate {
	double low, mid, high;
	double confidence;  /* 0.95 */
	const char *method; /* below; NULL: not determined, values are NAN */
};

/* Not determined. */
extern const struct estimate rate_unknown;

/* In another unit: times a factor above 0. Not determined if the factor is not
 * finite. */
struct estimate rate_scaled(const struct estimate *e, double factor);

/* Chi-square quantile (lower tail p) at k > 0 degrees of freedom, to 1e-10
 * relative up to k = 2e8. p in (0, 1). */
double rate_chi2inv(double p, double k);

/* Limits of a Poisson mean after n events: low 0 for n = 0. */
struct estimate rate_poisson(uint64_t n, double confidence);

/* Constant H: n shares over exposure E (in 1/(hash/s)). Here and below an
 * exposure, time or weight that is not above 0 and finite determines nothing.
 * "garwood". */
struct estimate rate_constant(uint64_t n, double exposure, double confidence);

/* A window that ends at its last share (n >= 1): (n - 1) / E with limits
 * chi2inv(a/2, 2n) / 2E and chi2inv(1 - a/2, 2n) / 2E. */
struct estimate rate_constant_to_share(uint64_t n, double exposure,
				       double confidence);

/* Mean over seconds of observation, from n shares, each worth hashes[i] =
 * d_i * W > 0 expected hashes. heaviest: the largest weight in force, also if
 * no share had it; 0 takes the largest that a share had. n = 0: low 0, high
 * from one share of heaviest hashes. "fay-feuer". */
struct estimate rate_mean(const double *hashes, size_t n, double seconds,
			  double heaviest, double confidence);

/* The same of the sums of hashes[i] and of their squares; heaviest is at least
 * the largest of them, and above 0. */
struct estimate rate_mean_of_sums(double hashes, double squares, double seconds,
				  double heaviest, double confidence);

/* n shares below one constant unknown target, whose largest hash is a
 * fraction u of 2^256: estimate (n + 1) / n * u, target at least u, at most
 * u * a^(-1/n), and never above 1. As fractions of 2^256. n = 0 determines
 * nothing. "unknown-target". */
struct estimate rate_unknown_target(double u, uint64_t n, double confidence);

/* Constant H from n shares under one unknown constant target: the limits of
 * the count and of the target combined, a/2 each. "unknown-target". */
struct estimate rate_with_unknown_target(double u, uint64_t n, double seconds,
					 double confidence);

#endif /* ANALYSIS_RATE_H */
