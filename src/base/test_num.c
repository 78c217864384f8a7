#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void test_integers(void)
{
	static const char *const bad[] = { "",
					   "+1",
					   " 1",
					   "1 ",
					   "1.0",
					   "0x1",
					   "18446744073709551616",
					   "1e3",
					   "--1",
					   "99999999999999999999" };
	uint64_t u = 7;
	int64_t i = 7;

	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
		printf("# \"%s\"\n", bad[k]);
		OK(!num_u64(&u, text(bad[k])) && u == 7);
		OK(!num_i64(&i, text(bad[k])) && i == 7);
	}
	OK(!num_u64(&u, text("-1")) && !num_i64(&i, text("-")));
	OK(num_u64(&u, text("18446744073709551615")) && u == UINT64_MAX);
	OK(num_u64(&u, text("000000000000000000000000012")) && u == 12);
	OK(num_i64(&i, text("-9223372036854775808")) && i == INT64_MIN);
	OK(num_i64(&i, text("9223372036854775807")) && i == INT64_MAX);
	OK(num_i64(&i, text("-0")) && i == 0);
	OK(num_i64(&i, text("-1")) && i == -1);
	i = 7;
	OK(!num_i64(&i, text("9223372036854775808")) && i == 7);
	OK(!num_i64(&i, text("-9223372036854775809")) && i == 7);
}

static void test_doubles(void)
{
	static const struct {
		const char *text;
		double want;
	} good[] = {
		{ "0", 0 },
		{ "-0.0", -0.0 },
		{ "1", 1 },
		{ "16384.5", 16384.5 },
		{ "0.1", 0.1 },
		{ "-12.5e3", -12500 },
		{ "1E-7", 1e-7 },
		{ "1e+2", 100 },
		{ "007.50", 7.5 },
		{ "1.7976931348623157e308", 1.7976931348623157e308 },
		{ "5e-324", 5e-324 },
		{ "1e-400", 0 },
		{ "0e99999999999999999999", 0 },
		{ "123456789.123456789", 123456789.123456789 },
		{ "9007199254740993", 9007199254740992.0 },
	};
	static const char *const bad[] = {
		"",     "-",     "+1",    ".5",
		"5.",   "1e",    "1e+",   "1e5 ",
		" 1",   "nan",   "inf",   "0x1",
		"1,5",  "1.5.5", "1e400", "1e99999999999999999999",
		"1.e5", "--1",   "1-",
	};
	double v = 7;

	for (size_t k = 0; k < sizeof(good) / sizeof(good[0]); k++) {
		printf("# %s\n", good[k].text);
		OK(num_double(&v, text(good[k].text)) &&
		   !memcmp(&v, &good[k].want, sizeof(v)));
	}
	v = 7;
	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
		struct num_decimal d = { .exponent = 99 };

		printf("# \"%s\"\n", bad[k]);
		OK(!num_double(&v, text(bad[k])) && !(v < 7) && !(v > 7));
		OK((!num_decimal(&d, text(bad[k])) && d.exponent == 99) ||
		   !strcmp(bad[k], "1e400"));
	}
}

static void test_decimals(void)
{
	static const struct {
		const char *text;
		struct num_decimal want;
	} good[] = {
		{ "0", { false, 0, 0 } },
		{ "-0.000e5", { false, 0, 0 } },
		{ "1000", { false, 1, 3 } },
		{ "1e3", { false, 1, 3 } },
		{ "-16384.50", { true, 163845, -1 } },
		{ "0.00024414", { false, 24414, -8 } },
		{ "9999999999999999999", { false, 9999999999999999999U, 0 } },
		{ "10000000000000000000000", { false, 1, 22 } },
		{ "1.000000000000000000000000000000", { false, 1, 0 } },
		{ "1e400", { false, 1, 400 } },
		{ "100e398", { false, 1, 400 } },
		{ "0.01e-398", { false, 1, -400 } },
		{ "0e123456", { false, 0, 0 } },
	};
	static const char *const bad[] = {
		"12345678901234567891",
		"1.0000000000000000001",
		"100e399",
		"0.1e-400",
		"1e4000000000",
	};
	struct num_decimal d = { .exponent = 99 };

	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
		OK(!num_decimal(&d, text(bad[k])) && d.exponent == 99);
	for (size_t k = 0; k < sizeof(good) / sizeof(good[0]); k++) {
		printf("# %s\n", good[k].text);
		OK(num_decimal(&d, text(good[k].text)));
		OK(d.negative == good[k].want.negative &&
		   d.digits == good[k].want.digits &&
		   d.exponent == good[k].want.exponent);
	}
}

static void test_long_texts(void)
{
	char ones[NUM_TEXT_MAX + 1];
	double v;

	memset(ones, '0', sizeof(ones));
	ones[1] = '.';
	ones[NUM_TEXT_MAX - 1] = '1';
	OK(num_double(&v, (struct span){ (uint8_t *)ones, NUM_TEXT_MAX }));
	OK(!num_double(&v, (struct span){ (uint8_t *)ones, sizeof(ones) }));
}

/* A prefix of a number is often a number; it must not be read past its end. */
static void test_every_truncation(void)
{
	static const char good[] = "-120.5e-3";
	static const bool want[] = { 0, 0, 1, 1, 1, 0, 1, 0, 0 };

	for (size_t n = 0; n < sizeof(good) - 1; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct num_decimal d;
		double v;

		memcpy(copy, good, n);
		OK(num_double(&v, (struct span){ copy, n }) == want[n]);
		OK(num_decimal(&d, (struct span){ copy, n }) == want[n]);
		free(copy);
	}
}

int main(void)
{
	test_integers();
	test_doubles();
	test_decimals();
	test_long_texts();
	test_every_truncation();
	return tap_end();
}
