/* num - numbers out of text: the whole field or nothing, no sign surprises,
 * overflow reported, independent of the locale. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

bool num_u64(uint64_t *out, struct span text);
bool num_i64(int64_t *out, struct span text);

/* Decimal with optional fraction and exponent; finite only. */
bool num_double(double *out, struct span text);

/* A decimal kept exact: digits * 10^exponent. Up to 19 significant digits
 * (more are refused unless they are zeros), exponent within +-400. */
struct num_decimal {
	bool negative;
	uint64_t digits;
	int exponent;
};
bool num_decimal(struct num_decimal *out, struct span text);

#endif /* BASE_NUM_H */
