/* num - numbers out of text: the whole field or nothing, no sign surprises,
 * overflow reported, independent of the locale. num_double and num_decimal
 * refuse texts of more than NUM_TEXT_MAX bytes. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

#define NUM_TEXT_MAX 800 /* no double needs more than 767 digits */

bool num_u64(uint64_t *out, struct span text);
bool num_i64(int64_t *out, struct span text);

/* Decimal with optional sign (minus only), fraction and exponent; a digit on
 * both sides of the point; finite only. */
bool num_double(double *out, struct span text);

/* A decimal kept exact: digits * 10^exponent. Up to 19 significant digits
 * (more are refused unless they are zeros), exponent within +-400. Equal
 * numbers have equal parts: digits does not end in a zero ("1000" is 1 * 10^3)
 * and zero is 0 * 10^0, never negative. */
struct num_decimal {
	bool negative;
	uint64_t digits;
	int exponent;
};
bool num_decimal(struct num_decimal *out, struct span text);

#endif /* BASE_NUM_H */
