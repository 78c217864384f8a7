#include "report/html_chart.h"

#include <math.h>
#include <stdio.h>

#define NS  INT64_C(1000000000)
#define DAY INT64_C(86400)

/* Beyond the year 2199 no step overflows yet, and nothing is drawn. */
#define LATEST (INT64_C(7258118400) * NS)

double html_scale_at(const struct html_scale *s, double v)
{
	double part = s->log ? log(v / s->from) / log(s->to / s->from)
			     : (v - s->from) / (s->to - s->from);

	if (!(part > 0))
		part = 0;
	if (part > 1)
		part = 1;
	return s->at_from + part * (s->at_to - s->at_from);
}

/* 1, 2 or 5 times a power of ten, not below v. */
static double round_up(double v)
{
	const double power = pow(10, floor(log10(v)));

	for (int i = 0; i < 3; i++) {
		static const int step[] = { 1, 2, 5 };

		if (step[i] * power >= v * (1 - 1e-9))
			return step[i] * power;
	}
	return 10 * power;
}

struct html_scale html_scale_over(double low, double high, bool log)
{
	struct html_scale s = { .log = log };

	if (log) {
		s.from = pow(10, floor(log10(low) + 1e-9));
		s.to = round_up(high);
		if (s.to <= s.from)
			s.to = s.from * 10;
	} else {
		const double step = round_up(high / 5);

		s.to = ceil(high / step - 1e-9) * step;
	}
	return s;
}

static size_t ticks_log(double out[HTML_TICKS_MAX], const struct html_scale *s)
{
	static const int between[] = { 1, 2, 5 };
	const double first = floor(log10(s->from) + 1e-9);
	const double decades = log10(s->to) - first;
	const int each = decades <= 3 ? 3 : 1;
	const double skip = fmax(1, ceil(decades / (HTML_TICKS_MAX - 1)));
	size_t n = 0;

	for (int k = 0; n < HTML_TICKS_MAX; k++) {
		const int decade = k / each;
		const double v =
			between[k % each] * pow(10, first + decade * skip);

		if (v > s->to * (1 + 1e-9))
			break;
		if (v >= s->from * (1 - 1e-9))
			out[n++] = v;
	}
	return n;
}

size_t html_ticks(double out[HTML_TICKS_MAX], const struct html_scale *s)
{
	if (s->log)
		return ticks_log(out, s);

	const double step = round_up((s->to - s->from) / 6);
	const double first = ceil(s->from / step - 1e-9);
	size_t n = 0;

	while (n < HTML_TICKS_MAX &&
	       (first + (double)n) * step <= s->to * (1 + 1e-9)) {
		out[n] = (first + (double)n) * step;
		n++;
	}
	return n;
}

/* Calendar: only through the text of times, which knows it already. */

static int digits(const char *text, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++)
		v = v * 10 + (text[i] - '0');
	return v;
}

struct civil {
	int year, month, day, hour, minute, second;
};

static struct civil civil_of(struct ts t)
{
	char text[TS_TEXT];

	ts_text(t, text);
	return (struct civil){ digits(text, 4),      digits(text + 5, 2),
			       digits(text + 8, 2),  digits(text + 11, 2),
			       digits(text + 14, 2), digits(text + 17, 2) };
}

static bool month_begin(struct ts *out, int year, int month)
{
	char text[TS_TEXT];
	const int n = snprintf(text, sizeof(text), "%04d-%02d-01", year, month);

	return ts_parse(out, (struct span){ (const uint8_t *)text, (size_t)n });
}

static const char *const month_name[] = { "Jan", "Feb", "Mar", "Apr",
					  "May", "Jun", "Jul", "Aug",
					  "Sep", "Oct", "Nov", "Dec" };

static void label_seconds(struct html_tick *t, int64_t step, bool first)
{
	const struct civil c = civil_of(t->at);
	const bool midnight = c.hour == 0 && c.minute == 0 && c.second == 0;

	if (step >= DAY || midnight)
		snprintf(t->text, sizeof(t->text), first ? "%d %s %d" : "%d %s",
			 c.day, month_name[c.month - 1], c.year);
	else if (step >= 60)
		snprintf(t->text, sizeof(t->text), "%02d:%02d", c.hour,
			 c.minute);
	else
		snprintf(t->text, sizeof(t->text), "%02d:%02d:%02d", c.hour,
			 c.minute, c.second);
}

static size_t ticks_seconds(struct html_tick out[HTML_TICKS_MAX],
			    struct ts from, struct ts to, int64_t step)
{
	/* 1970-01-05 was a Monday: weeks begin there. */
	const int64_t base = step == 7 * DAY ? 4 * DAY : 0;
	int64_t at = (from.ns / NS - base) / step * step + base;
	size_t n = 0;

	if (at * NS < from.ns)
		at += step;
	for (; n < HTML_TICKS_MAX && at * NS <= to.ns; at += step) {
		out[n].at.ns = at * NS;
		label_seconds(&out[n], step, n == 0);
		n++;
	}
	return n;
}

static size_t ticks_months(struct html_tick out[HTML_TICKS_MAX], struct ts from,
			   struct ts to, int step)
{
	const struct civil c = civil_of(from);
	int month = (c.year * 12 + c.month - 1) / step * step;
	size_t n = 0;

	for (; n < HTML_TICKS_MAX; month += step) {
		struct html_tick *t = &out[n];

		if (!month_begin(&t->at, month / 12, month % 12 + 1) ||
		    t->at.ns > to.ns)
			break;
		if (t->at.ns < from.ns)
			continue;
		if (step >= 12)
			snprintf(t->text, sizeof(t->text), "%d", month / 12);
		else if (n == 0 || month % 12 == 0)
			snprintf(t->text, sizeof(t->text), "%s %d",
				 month_name[month % 12], month / 12);
		else
			snprintf(t->text, sizeof(t->text), "%s",
				 month_name[month % 12]);
		n++;
	}
	return n;
}

size_t html_ticks_time(struct html_tick out[HTML_TICKS_MAX], struct ts from,
		       struct ts to, size_t max)
{
	static const int64_t seconds[] = {
		1,     2,     5,     10,    15,     30,    60,
		120,   300,   600,   900,   1800,   3600,  7200,
		10800, 21600, 43200, 86400, 172800, 604800
	};
	static const int months[] = { 1, 2, 3, 6, 12, 24, 60, 120, 240, 600 };
	const double span = ts_seconds(from, to);
	const double count = (double)max;

	if (!(span > 0) || max == 0 || from.ns < 0 || to.ns >= LATEST)
		return 0;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		if (span / (double)seconds[i] < count)
			return ticks_seconds(out, from, to, seconds[i]);
	}
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		/* The shortest month, so that there are never too many. */
		if (span / (months[i] * 28.0 * (double)DAY) < count)
			return ticks_months(out, from, to, months[i]);
	}
	return 0;
}
