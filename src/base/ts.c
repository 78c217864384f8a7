#include "base/ts.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

#define NS_PER_S 1000000000

/* Products of two 64-bit numbers. */
__extension__ typedef __int128 wide;

static bool from_wide(struct ts *out, wide ns)
{
	/* INT64_MIN is TS_NONE. */
	if (ns <= INT64_MIN || ns > INT64_MAX)
		return false;
	out->ns = (int64_t)ns;
	return true;
}

bool ts_make(struct ts *out, uint64_t seconds, uint64_t fraction,
	     uint64_t per_second)
{
	if (per_second == 0)
		return false;
	return from_wide(out, (wide)seconds * NS_PER_S +
				      (wide)fraction * NS_PER_S / per_second);
}

double ts_seconds(struct ts a, struct ts b)
{
	if (!ts_known(a) || !ts_known(b))
		return NAN;
	return (double)((wide)b.ns - a.ns) / NS_PER_S;
}

static int64_t nearest(wide ns)
{
	if (ns <= INT64_MIN)
		return INT64_MIN + 1;
	return ns > INT64_MAX ? INT64_MAX : (int64_t)ns;
}

struct ts ts_plus(struct ts t, int64_t ns)
{
	return ts_known(t) ? (struct ts){ nearest((wide)t.ns + ns) } : t;
}

int64_t ts_between(struct ts a, struct ts b)
{
	return nearest((wide)b.ns - a.ns);
}

/* Days since 1970-01-01. Years begin in March, so that the leap day is the
 * last: then month m (March = 0) begins (153 * m + 2) / 5 days into the year.
 * The calendar repeats every 400 years, which have 146097 days. */
static int64_t days_of(int64_t year, int month, int day)
{
	const int64_t y = month > 2 ? year : year - 1;
	const int64_t m = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static bool leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && leap(year));
}

/* v as exactly n decimal digits; returns what follows them. */
static char *put(char *p, uint64_t v, size_t n, char behind)
{
	for (size_t i = n; i > 0; i--) {
		p[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
	p[n] = behind;
	return p + n + 1;
}

char *ts_text(struct ts t, char out[TS_TEXT])
{
	int64_t day = t.ns / NS_PER_S / 86400, year = 1970;
	int64_t ns = t.ns % ((int64_t)NS_PER_S * 86400);
	char *p = out;
	int month = 1;

	if (!ts_known(t)) {
		out[0] = '\0';
		return out;
	}
	if (ns < 0) {
		ns += (int64_t)NS_PER_S * 86400;
		day--;
	}
	/* A guess that is never too late, then a step or two. */
	year += day / 366 - (day < 0 ? 2 : 0);
	while (days_of(year + 1, 1, 1) <= day)
		year++;
	while (month < 12 && days_of(year, month + 1, 1) <= day)
		month++;
	p = put(p, (uint64_t)year, 4, '-');
	p = put(p, (uint64_t)month, 2, '-');
	p = put(p, (uint64_t)(day - days_of(year, month, 1) + 1), 2, 'T');

	const uint64_t second = (uint64_t)(ns / NS_PER_S);
	const uint64_t rest = (uint64_t)(ns % NS_PER_S);

	p = put(p, second / 3600, 2, ':');
	p = put(p, second / 60 % 60, 2, ':');
	p = put(p, second % 60, 2, '.');
	if (rest % 1000)
		p = put(p, rest, 9, 'Z');
	else if (rest % 1000000)
		p = put(p, rest / 1000, 6, 'Z');
	else
		p = put(p, rest / 1000000, 3, 'Z');
	*p = '\0';
	return out;
}

/* A number of exactly n digits. */
static int take_number(struct cur *c, size_t n)
{
	uint64_t v = 0;

	if (!num_u64(&v, cur_take(c, n)))
		(void)cur_take(c, SIZE_MAX);
	return (int)v;
}

static void take_char(struct cur *c, char a, char b)
{
	const uint8_t got = cur_u8(c);

	if (got != (uint8_t)a && got != (uint8_t)b)
		(void)cur_take(c, SIZE_MAX);
}

static uint8_t peek(const struct cur *c)
{
	struct cur ahead = *c;

	return cur_u8(&ahead); /* 0 at the end */
}

/* [. digits] in nanoseconds; digits behind the ninth are dropped. */
static int take_fraction(struct cur *c)
{
	int ns = 0, unit = NS_PER_S / 10;

	if (peek(c) != '.')
		return 0;
	(void)cur_u8(c);
	do {
		ns += take_number(c, 1) * unit;
		unit /= 10;
	} while (peek(c) >= '0' && peek(c) <= '9');
	return ns;
}

/* Z or +hh:mm, in seconds east of UTC. */
static int take_offset(struct cur *c)
{
	const uint8_t sign = peek(c);

	if (sign != '+' && sign != '-') {
		take_char(c, 'Z', 'z');
		return 0;
	}
	(void)cur_u8(c);

	const int hours = take_number(c, 2);

	take_char(c, ':', ':');

	const int minutes = take_number(c, 2);

	if (hours > 23 || minutes > 59)
		(void)cur_take(c, SIZE_MAX);
	return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/* hh:mm:ss[.fraction]zone. A leap second is the first of the next minute. */
static void take_clock(int64_t *second, int *ns, struct cur *c)
{
	const int hour = take_number(c, 2);

	take_char(c, ':', ':');

	const int minute = take_number(c, 2);

	take_char(c, ':', ':');

	const int s = take_number(c, 2);

	if (hour > 23 || minute > 59 || s > 60)
		(void)cur_take(c, SIZE_MAX);
	*ns = take_fraction(c);
	*second = hour * 3600 + minute * 60 + s - take_offset(c);
}

static bool parse_date(struct ts *out, struct cur c)
{
	const int year = take_number(&c, 4);

	take_char(&c, '-', '-');

	const int month = take_number(&c, 2);

	take_char(&c, '-', '-');

	const int day = take_number(&c, 2);
	int64_t second = 0;
	int ns = 0;

	if (!cur_ok(&c) || month < 1 || month > 12 || day < 1 ||
	    day > days_in(year, month))
		return false;
	if (cur_left(&c)) {
		if (peek(&c) == ' ') /* RFC 3339, 5.6, for readability */
			(void)cur_u8(&c);
		else
			take_char(&c, 'T', 't');
		take_clock(&second, &ns, &c);
	}
	if (!cur_done(&c))
		return false;
	second += days_of(year, month, day) * 86400;
	return from_wide(out, (wide)second * NS_PER_S + ns);
}

static bool parse_seconds(struct ts *out, struct span text)
{
	const uint8_t *point = text.n ? memchr(text.p, '.', text.n) : NULL;
	const size_t whole = point ? (size_t)(point - text.p) : text.n;
	struct cur c = cur_over(text);
	uint64_t seconds;

	if (!num_u64(&seconds, cur_take(&c, whole)))
		return false;

	const int ns = take_fraction(&c);

	return cur_done(&c) && ts_make(out, seconds, (uint64_t)ns, NS_PER_S);
}

bool ts_parse(struct ts *out, struct span text)
{
	return parse_seconds(out, text) || parse_date(out, cur_over(text));
}
