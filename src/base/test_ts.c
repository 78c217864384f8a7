#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ts.h"
#include "test/tap.h"

#define S INT64_C(1000000000)

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* Times of Bitcoin blocks 0 and 478559, the examples of RFC 3339, section 5.8,
 * and the ends of the range. */
static const struct {
	int64_t ns;
	const char *text;
	const char *parse; /* another way to write it, or NULL */
} times[] = {
	{ 0, "1970-01-01T00:00:00.000Z", "1970-01-01" },
	{ 1231006505 * S, "2009-01-03T18:15:05.000Z", "1231006505" },
	{ 1501611161 * S, "2017-08-01T18:12:41.000Z", "1501611161.0" },
	{ 482196050 * S + 520000000, "1985-04-12T23:20:50.520Z",
	  "1985-04-12T23:20:50.52Z" },
	{ 851042397 * S, "1996-12-20T00:39:57.000Z",
	  "1996-12-19T16:39:57-08:00" },
	{ 662688000 * S, "1991-01-01T00:00:00.000Z",
	  "1990-12-31T15:59:60-08:00" },
	{ -1041337173 * S + 870000000, "1937-01-01T11:40:27.870Z",
	  "1937-01-01T12:00:27.87+00:20" },
	{ 951782400 * S, "2000-02-29T00:00:00.000Z", "2000-02-29 00:00:00Z" },
	{ 951782400 * S - 1, "2000-02-28T23:59:59.999999999Z", NULL },
	{ 1495012321 * S + 250000000, "2017-05-17T09:12:01.250Z",
	  "1495012321.25" },
	{ 1495012321 * S + 250001000, "2017-05-17T09:12:01.250001Z",
	  "1495012321.250001" },
	{ 1495012321 * S + 1, "2017-05-17T09:12:01.000000001Z",
	  "1495012321.0000000019" },
	{ -1, "1969-12-31T23:59:59.999999999Z", NULL },
	{ INT64_MAX, "2262-04-11T23:47:16.854775807Z", "9223372036.854775807" },
	{ INT64_MIN + 1, "1677-09-21T00:12:43.145224193Z", NULL },
};

static void test_both_ways(void)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct ts t = { times[i].ns };
		struct ts got = { 7 };
		char out[TS_TEXT];

		printf("# %s\n", times[i].text);
		OK(!strcmp(ts_text(t, out), times[i].text));
		OK(ts_parse(&got, text(out)) && got.ns == t.ns);
		got = TS_NONE;
		OK(!times[i].parse ||
		   (ts_parse(&got, text(times[i].parse)) && got.ns == t.ns));
	}
}

static void test_refused(void)
{
	static const char *const bad[] = {
		"",
		".",
		"1.",
		".5",
		"-1",
		"1e9",

		"yesterday",
		"2017-5-17",
		"2017-05-17T",
		"2017-05-17T09:12:01",
		"2017-05-17T09:12Z",
		"2017-05-17T09:12:01.Z",
		"2017-05-17T09:12:01+0200",
		"2017-05-17T09:12:01+24:00",
		"2017-05-17T09:12:01+02:60",
		"2017-02-29",
		"1900-02-29",
		"2017-13-01",
		"2017-00-01",
		"2017-01-00",
		"2017-04-31",
		"2017-05-17T24:00:00Z",
		"2017-05-17T09:60:00Z",
		"2017-05-17T09:12:61Z",
		"2017-05-17T09:12:01Zz",
		"2017-05-17Z",
		"9999-12-31T00:00:00Z",
		"0000-01-01",
		"9223372036.854775808",
		"18446744073709551616",
		"2262-04-11T23:47:16.854775808Z",
		"1677-09-21T00:12:43.145224192Z",
	};
	struct ts t = { 7 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		printf("# \"%s\"\n", bad[i]);
		OK(!ts_parse(&t, text(bad[i])) && t.ns == 7);
	}
	OK(ts_parse(&t, text("2017-05-17t09:12:01.5z")) &&
	   t.ns == 1495012321 * S + S / 2);
}

static void test_make(void)
{
	struct ts t = { 7 };

	OK(!ts_make(&t, 1, 0, 0) && !ts_make(&t, 9223372037, 0, 1));
	OK(!ts_make(&t, UINT64_MAX, UINT64_MAX, 1) && t.ns == 7);
	OK(!ts_make(&t, 9223372036, 854775808, S) && t.ns == 7);
	OK(ts_make(&t, 9223372036, 854775807, S) && t.ns == INT64_MAX);
	OK(ts_make(&t, 3, 500000, 1000000) && t.ns == 3 * S + S / 2);
	OK(ts_make(&t, 3, 1, UINT64_C(1) << 63) && t.ns == 3 * S);
	OK(ts_make(&t, 0, 1495012321250, 1000) &&
	   t.ns == 1495012321 * S + S / 4);
}

static void test_unknown(void)
{
	char out[TS_TEXT] = "x";

	OK(!ts_known(TS_NONE) && ts_known((struct ts){ 0 }));
	OK(!strcmp(ts_text(TS_NONE, out), ""));
	OK(isnan(ts_seconds(TS_NONE, (struct ts){ 0 })));
	OK(fabs(ts_seconds((struct ts){ S }, (struct ts){ 0 }) + 1) < 1e-12);
	OK(ts_seconds((struct ts){ -INT64_MAX }, (struct ts){ INT64_MAX }) >
	   18446744073);
}

/* Every day of the whole range follows the one before, and reads back. */
static void test_limits(void)
{
	const struct ts last = { INT64_MAX }, first = { INT64_MIN + 1 };

	OK(ts_plus((struct ts){ 5 }, 2).ns == 7 &&
	   ts_plus(last, 1).ns == last.ns);
	OK(ts_plus(first, -1).ns == first.ns && ts_plus(last, -1).ns < last.ns);
	OK(!ts_known(ts_plus(TS_NONE, 1)));
	OK(ts_between((struct ts){ 5 }, (struct ts){ 2 }) == -3);
	OK(ts_between(first, last) == INT64_MAX);
	OK(ts_between(last, first) == first.ns);
}

static void test_every_day(void)
{
	char was[TS_TEXT] = "", now[TS_TEXT];
	bool right = true;

	for (int64_t day = -106751; day <= 106751; day++) {
		const struct ts t = { day * 86400 * S };
		struct ts again;

		ts_text(t, now);
		right = right && ts_parse(&again, text(now)) &&
			again.ns == t.ns && strcmp(was, now) < 0;
		memcpy(was, now, sizeof(was));
	}
	OK(right);
}

static void test_every_truncation(void)
{
	static const char good[] = "1996-12-19T16:39:57.5-08:00";

	for (size_t n = 0; n < sizeof(good) - 1; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct ts t = { 7 };

		/* "1996" is 1996 seconds, "1996-12-19" a day. */
		memcpy(copy, good, n);
		OK(ts_parse(&t, (struct span){ copy, n }) ==
		   ((n >= 1 && n <= 4) || n == 10));
		free(copy);
	}
}

int main(void)
{
	test_both_ways();
	test_refused();
	test_make();
	test_unknown();
	test_limits();
	test_every_day();
	test_every_truncation();
	return tap_end();
}
