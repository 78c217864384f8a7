#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/json_write.h"
#include "base/num.h"
#include "test/tap.h"

static void test_structure(void)
{
	static const char want[] =
		"{\"a\":[1,-2,[],{}],\"b\":{\"c\":null,\"d\":true},"
		"\"e\":\"text\",\"f\":null,\"g\":\"00ff\",\"h\":false}";
	struct json_writer w;
	struct buf b;

	buf_init(&b, 1000);
	json_write_init(&w, &b);
	json_write_begin(&w, '{');
	json_write_key(&w, "a");
	json_write_begin(&w, '[');
	json_write_int(&w, 1);
	json_write_int(&w, -2);
	json_write_begin(&w, '[');
	json_write_end(&w, ']');
	json_write_begin(&w, '{');
	json_write_end(&w, '}');
	json_write_end(&w, ']');
	json_write_key(&w, "b");
	json_write_begin(&w, '{');
	json_write_key(&w, "c");
	json_write_null(&w);
	json_write_key(&w, "d");
	json_write_bool(&w, true);
	json_write_end(&w, '}');
	json_write_key(&w, "e");
	json_write_text(&w, "text");
	json_write_key(&w, "f");
	json_write_text(&w, NULL);
	json_write_key(&w, "g");
	json_write_hex(&w, (struct span){ (const uint8_t *)"\0\xff", 2 });
	json_write_key(&w, "h");
	json_write_bool(&w, false);
	json_write_end(&w, '}');
	OK(!strcmp(buf_str(&b), want));
	buf_fini(&b);
}

static bool writes_int(int64_t v, const char *want)
{
	struct json_writer w;
	struct buf b;
	bool same;

	buf_init(&b, 100);
	json_write_init(&w, &b);
	json_write_int(&w, v);
	same = !strcmp(buf_str(&b), want);
	if (v >= 0) {
		buf_clear(&b);
		json_write_init(&w, &b);
		json_write_uint(&w, (uint64_t)v);
		same = same && !strcmp(buf_str(&b), want);
	}
	buf_fini(&b);
	return same;
}

static void test_integers(void)
{
	struct json_writer w;
	struct buf b;

	OK(writes_int(0, "0") && writes_int(-1, "-1"));
	OK(writes_int(INT64_C(1) << 53, "9007199254740992"));
	OK(writes_int((INT64_C(1) << 53) + 1, "\"9007199254740993\""));
	OK(writes_int(-(INT64_C(1) << 53), "-9007199254740992"));
	OK(writes_int(-(INT64_C(1) << 53) - 1, "\"-9007199254740993\""));
	OK(writes_int(INT64_MIN, "\"-9223372036854775808\""));
	buf_init(&b, 100);
	json_write_init(&w, &b);
	json_write_uint(&w, UINT64_MAX);
	OK(!strcmp(buf_str(&b), "\"18446744073709551615\""));
	buf_fini(&b);
}

static bool writes_double(double v, const char *want)
{
	struct json_writer w;
	struct buf b;
	bool same;

	buf_init(&b, 100);
	json_write_init(&w, &b);
	json_write_double(&w, v);
	same = !strcmp(buf_str(&b), want);
	if (!same)
		printf("# %s, not %s\n", buf_str(&b), want);
	buf_fini(&b);
	return same;
}

static void test_doubles(void)
{
	OK(writes_double(0, "0") && writes_double(-0.0, "-0"));
	OK(writes_double(0.1, "0.1") && writes_double(-2.5, "-2.5"));
	OK(writes_double(0.1 + 0.2, "0.30000000000000004"));
	OK(writes_double(1e300, "1e+300") && writes_double(1e15, "1e+15"));
	OK(writes_double(6870000, "6870000"));
	OK(writes_double(5e-324, "5e-324"));
	OK(writes_double(1.7976931348623157e308, "1.7976931348623157e+308"));
	OK(writes_double(9007199254740993.0, "9007199254740992"));
	OK(writes_double((double)INFINITY, "null"));
	OK(writes_double((double)NAN, "null"));
}

/* What was written reads back as the same bits; a fixed seed. */
static void test_doubles_round_trip(void)
{
	uint64_t x = 42;
	struct buf b;
	bool same = true;

	buf_init(&b, 100);
	for (int i = 0; i < 100000; i++) {
		struct json_writer w;
		double v, again;

		x = x * 6364136223846793005 + 1442695040888963407;
		memcpy(&v, &x, sizeof(v));
		if (!isfinite(v))
			continue;
		buf_clear(&b);
		json_write_init(&w, &b);
		json_write_double(&w, v);
		same = same && num_double(&again, buf_span(&b)) &&
		       !memcmp(&v, &again, sizeof(v));
	}
	OK(same);
	buf_fini(&b);
}

static bool writes_span(const char *raw, size_t n, const char *want)
{
	struct json_writer w;
	struct json doc;
	struct buf b;
	bool same;

	buf_init(&b, 1000);
	json_write_init(&w, &b);
	json_write_span(&w, (struct span){ (const uint8_t *)raw, n });
	same = !strcmp(buf_str(&b), want);
	if (!same)
		printf("# %s, not %s\n", buf_str(&b), want);
	json_init(&doc, 1);
	same = json_parse(&doc, NULL, buf_span(&b)) && same;
	json_fini(&doc);
	buf_fini(&b);
	return same;
}

/* The replacements are those of the Unicode Standard, section 3.9, table 3-8:
 * one U+FFFD for each maximal subpart. */
static void test_captured_text(void)
{
	OK(writes_span("", 0, "\"\"") && writes_span(NULL, 0, "\"\""));
	OK(writes_span("a\"b\\c/", 6, "\"a\\\"b\\\\c/\""));
	OK(writes_span("\0\n\x1f\x7f", 4, "\"\\u0000\\u000a\\u001f\\u007f\""));
	OK(writes_span("\xc2\x9b"
		       "31m",
		       5, "\"\\u009b31m\""));
	OK(writes_span("\xe2\x82\xac", 3, "\"\xe2\x82\xac\""));
	OK(writes_span("a\xff"
		       "b",
		       3,
		       "\"a\xef\xbf\xbd"
		       "b\""));
	OK(writes_span("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64",
		       13,
		       "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		       "b\xef\xbf\xbd"
		       "c\xef\xbf\xbd\xef\xbf\xbd"
		       "d\""));
}

/* Every sequence of two bytes, and every third after a few, is valid JSON. */
static void test_all_short_texts(void)
{
	struct json_writer w;
	struct json doc;
	struct buf b;
	bool good = true;

	buf_init(&b, 100);
	json_init(&doc, 1);
	for (uint32_t i = 0; i < 0x1000000; i += i % 256 == 0xc0 ? 1 : 7) {
		const uint8_t raw[] = { (uint8_t)(i >> 16), (uint8_t)(i >> 8),
					(uint8_t)i };

		buf_clear(&b);
		json_write_init(&w, &b);
		json_write_span(&w, (struct span){ raw, 3 });
		good = good && json_parse(&doc, NULL, buf_span(&b));
	}
	OK(good);
	json_fini(&doc);
	buf_fini(&b);
}

static void test_ts_and_hex(void)
{
	struct json_writer w;
	struct buf b;
	uint8_t long_one[200];

	buf_init(&b, 1000);
	json_write_init(&w, &b);
	json_write_begin(&w, '[');
	json_write_ts(&w, (struct ts){ 0 });
	json_write_ts(&w, TS_NONE);
	json_write_end(&w, ']');
	OK(!strcmp(buf_str(&b), "[\"1970-01-01T00:00:00.000Z\",null]"));
	buf_clear(&b);
	json_write_init(&w, &b);
	memset(long_one, 0xab, sizeof(long_one));
	json_write_hex(&w, (struct span){ long_one, sizeof(long_one) });
	OK(b.n == 402 && b.p[1] == 'a' && b.p[400] == 'b' && b.p[401] == '"');
	buf_fini(&b);
}

static void test_full(void)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, 5);
	json_write_init(&w, &b);
	json_write_begin(&w, '[');
	json_write_text(&w, "too long");
	json_write_end(&w, ']');
	OK(b.full && b.n <= 5);
	buf_fini(&b);
}

int main(void)
{
	test_structure();
	test_integers();
	test_doubles();
	test_doubles_round_trip();
	test_captured_text();
	test_all_short_texts();
	test_ts_and_hex();
	test_full();
	return tap_end();
}
