#include "analysis/spread.h"

#include <math.h>

#define DEVIATIONS 6
#define LOW_PART   16 /* "near the start": the first sixteenth */
/* Of fewer values a byte's 256 counts are no chi-square distribution. */
#define BYTES_MIN 128

void spread_add(struct spread *s, uint32_t value, unsigned width)
{
	if (s->n == 0 || width < s->width)
		s->width = width;
	if (s->n == 0)
		s->first = value;
	s->n++;
	s->several = s->several || value != s->first;
	s->largest = value > s->largest ? value : s->largest;
	for (unsigned i = 0; i < 32; i++)
		s->bit[i] += value >> (31 - i) & 1;
	for (unsigned i = 0; i < 4; i++)
		s->byte[i][value >> (24 - 8 * i) & 0xff]++;
}

static bool bits_differ(const struct spread *s)
{
	const double n = (double)s->n;

	for (unsigned i = 0; i < s->width; i++) {
		if (fabs(s->bit[i] - n / 2) > DEVIATIONS * sqrt(n) / 2)
			return true;
	}
	return false;
}

/* Of 256 values that are equally likely; 255 degrees of freedom. */
static bool byte_differs(const uint32_t count[256], double n)
{
	const double expected = n / 256;
	double sum = 0;

	for (unsigned v = 0; v < 256; v++)
		sum += (count[v] - expected) * (count[v] - expected) / expected;
	return sum > 255 + DEVIATIONS * sqrt(2.0 * 255);
}

enum machines_pattern spread_pattern(const struct spread *s)
{
	if (s->n < SPREAD_MIN)
		return MACHINES_PATTERN_UNKNOWN;
	if (!s->several)
		return MACHINES_PATTERN_FIXED;
	if (s->width >= 4 && s->largest < UINT32_MAX / LOW_PART)
		return MACHINES_PATTERN_LOW;
	if (bits_differ(s))
		return MACHINES_PATTERN_STEPPED;
	for (unsigned i = 0; s->n >= BYTES_MIN && i < s->width / 8; i++) {
		if (byte_differs(s->byte[i], (double)s->n))
			return MACHINES_PATTERN_STEPPED;
	}
	return MACHINES_PATTERN_UNIFORM;
}
