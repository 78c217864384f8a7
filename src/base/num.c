#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPONENT_MAX 100000

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool num_u64(uint64_t *out, struct span text)
{
	uint64_t v = 0;

	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;

		const uint64_t d = text.p[i] - (uint64_t)'0';

		if (v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool num_i64(int64_t *out, struct span text)
{
	const bool negative = text.n && text.p[0] == '-';
	uint64_t v;

	if (negative)
		text = (struct span){ text.p + 1, text.n - 1 };
	if (!num_u64(&v, text) || v > (uint64_t)INT64_MAX + negative)
		return false;
	/* -(v - 1) - 1, because -INT64_MIN is not a number. */
	*out = !negative ? (int64_t)v : v ? -(int64_t)(v - 1) - 1 : 0;
	return true;
}

/* [-] whole [. fraction] [e [+-] digits] */
struct parts {
	bool negative;
	struct span whole, fraction; /* digits; fraction may be empty */
	int exponent;                /* as written, cut off at +-EXPONENT_MAX */
};

static struct span take_digits(struct cur *c)
{
	struct cur ahead = *c;
	size_t n = 0;

	while (is_digit(cur_u8(&ahead)))
		n++;
	if (n == 0)
		(void)cur_take(c, SIZE_MAX); /* at least one has to be there */
	return cur_take(c, n);
}

/* Steps over the next byte if it is a or b; which it was, or 0. */
static uint8_t take_either(struct cur *c, uint8_t a, uint8_t b)
{
	struct cur ahead = *c;
	const uint8_t got = cur_u8(&ahead);

	if (!cur_ok(&ahead) || (got != a && got != b))
		return 0;
	*c = ahead;
	return got;
}

static bool split(struct parts *out, struct span text)
{
	struct cur c = cur_over(text);
	struct parts p = { .negative = take_either(&c, '-', '-') != 0 };

	p.whole = take_digits(&c);
	if (take_either(&c, '.', '.'))
		p.fraction = take_digits(&c);
	if (take_either(&c, 'e', 'E')) {
		const bool negative = take_either(&c, '+', '-') == '-';
		const struct span digits = take_digits(&c);

		for (size_t i = 0; i < digits.n; i++) {
			if (p.exponent < EXPONENT_MAX)
				p.exponent =
					p.exponent * 10 + (digits.p[i] - '0');
		}
		if (p.exponent > EXPONENT_MAX)
			p.exponent = EXPONENT_MAX;
		p.exponent = negative ? -p.exponent : p.exponent;
	}
	if (!cur_done(&c))
		return false;
	*out = p;
	return true;
}

bool num_double(double *out, struct span text)
{
	char plain[NUM_TEXT_MAX + 16];
	struct parts p;

	if (text.n > NUM_TEXT_MAX || !split(&p, text))
		return false;

	/* "-12.5e3" as "-125e2": without a decimal point there is nothing for
	 * the locale to have an opinion on. */
	const int n = snprintf(plain, sizeof(plain), "%s%.*s%.*se%d",
			       p.negative ? "-" : "", (int)p.whole.n,
			       (const char *)p.whole.p, (int)p.fraction.n,
			       p.fraction.n ? (const char *)p.fraction.p : "",
			       p.exponent - (int)p.fraction.n);

	if (n < 0 || (size_t)n >= sizeof(plain))
		return false;

	const double v = strtod(plain, NULL); /* allowed: checked above */

	if (!isfinite(v))
		return false;
	*out = v;
	return true;
}

/* Appends the digits of part; zeros wait until a digit follows them. */
static bool add_digits(uint64_t *v, int *count, int *zeros, struct span part)
{
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '0') {
			*zeros += *count > 0;
			continue;
		}
		if (*count + *zeros + 1 > 19)
			return false;
		for (; *zeros > 0; (*zeros)--, (*count)++)
			*v *= 10;
		*v = *v * 10 + (part.p[i] - (uint64_t)'0');
		(*count)++;
	}
	return true;
}

bool num_decimal(struct num_decimal *out, struct span text)
{
	int count = 0, zeros = 0;
	uint64_t v = 0;
	struct parts p;

	if (text.n > NUM_TEXT_MAX || !split(&p, text) ||
	    !add_digits(&v, &count, &zeros, p.whole) ||
	    !add_digits(&v, &count, &zeros, p.fraction))
		return false;

	const int exponent = v ? p.exponent + zeros - (int)p.fraction.n : 0;

	if (exponent < -400 || exponent > 400)
		return false;
	*out = (struct num_decimal){ p.negative && v, v, exponent };
	return true;
}
