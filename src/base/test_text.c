#include <math.h>
#include <string.h>

#include "base/text.h"
#include "test/tap.h"

static bool safe_is(const char *raw, size_t max, const char *want)
{
	struct buf b;
	bool same;

	buf_init(&b, 1000);
	same = text_safe(&b, (struct span){ (const uint8_t *)raw, strlen(raw) },
			 max) &&
	       !strcmp(buf_str(&b), want);
	if (!same)
		printf("# %s, not %s\n", buf_str(&b), want);
	buf_fini(&b);
	return same;
}

static void test_safe(void)
{
	struct buf b;

	OK(safe_is("", 0, "") && safe_is("plain\\", 80, "plain\\"));
	OK(safe_is("\x1b[31m\r\n\x7f", 80, "\\x1b[31m\\x0d\\x0a\\x7f"));
	OK(safe_is("\xe2\x82\xac\xf0\x9f\x98\x80", 80,
		   "\xe2\x82\xac\xf0\x9f\x98\x80"));
	OK(safe_is("\xc2\x9b", 80, "\\xc2\\x9b")); /* C1: CSI */
	OK(safe_is("\xc2\xa0", 80, "\xc2\xa0"));
	OK(safe_is("\xff\xe2\x82x", 80, "\\xff\\xe2\\x82x"));
	OK(safe_is("a\xe2\x80\xae"
		   "b",
		   80, "a\\xe2\\x80\\xaeb"));               /* U+202E */
	OK(safe_is("\xe2\x81\xa6", 80, "\\xe2\\x81\\xa6")); /* U+2066 */
	OK(safe_is("12345", 5, "12345") && safe_is("123456", 5, "12345..."));
	OK(safe_is("\xc3\xa4\xc3\xb6\xc3\xbc", 2, "\xc3\xa4\xc3\xb6..."));
	OK(safe_is("12\x01", 5, "12...") && safe_is("12\x01", 6, "12\\x01"));
	OK(safe_is("x", 0, "..."));
	buf_init(&b, 4);
	OK(!text_safe(&b, (struct span){ (const uint8_t *)"a\x01", 2 }, 80));
	OK(b.full && !strcmp(buf_str(&b), "a"));
	buf_fini(&b);
}

static void test_si(void)
{
	static const struct {
		double v;
		const char *want;
	} table[] = {
		{ 0, "0 " },
		{ 1, "1.00 " },
		{ 687, "687 " },
		{ 999.4, "999 " },
		{ 999.5, "1.00 k" },
		{ 9.994, "9.99 " },
		{ 9.996, "10.0 " },
		{ 99.96, "100 " },
		{ 6870000, "6.87 M" },
		{ -6870000, "-6.87 M" },
		{ 14e12, "14.0 T" },
		{ 650.4e18, "650 E" },
		{ 1e24, "1.00 Y" },
		{ 999e24, "999 Y" },
		{ 1e27, "1.00e27 " },
		{ 1.7976931348623157e308, "1.80e308 " },
		{ 0.5, "500 m" },
		{ 1.5e-5, "15.0 u" },
		{ 1e-12, "1.00 p" },
		{ 1.234e-16, "1.23e-16 " },
		{ 5e-324, "4.94e-324 " },
		{ (double)NAN, "not determined" },
		{ (double)-INFINITY, "not determined" },
	};
	char out[TEXT_SI];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		printf("# %s: %s\n", table[i].want, text_si(out, table[i].v));
		OK(!strcmp(out, table[i].want));
	}
}

int main(void)
{
	test_safe();
	test_si();
	return tap_end();
}
