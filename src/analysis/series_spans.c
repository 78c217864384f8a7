#include <stdlib.h>

#include "analysis/series_private.h"
#include "base/mem.h"

#define HOUR_NS (3600 * INT64_C(1000000000))
#define WEEK_NS (SERIES_WEEK_HOURS * HOUR_NS)
/* The first Monday: 1970 began on a Thursday. */
#define MONDAY_NS (96 * HOUR_NS)

void series_spans_add(struct series_spans *s, struct ts from, struct ts to)
{
	if (!ts_known(from) || !ts_known(to) || from.ns < 0 || from.ns > to.ns)
		return;
	if (s->n == s->room) {
		s->room = s->room ? s->room * 2 : 16;
		s->span = mem_resize(s->span, s->room, sizeof(s->span[0]));
	}
	s->span[s->n++] = (struct series_span){ from, to };
}

static int compare(const void *a, const void *b)
{
	const struct series_span *x = a, *y = b;

	return (x->from.ns > y->from.ns) - (x->from.ns < y->from.ns);
}

void series_spans_unite(struct series_spans *s)
{
	size_t n = 0;

	if (s->n > 1)
		qsort(s->span, s->n, sizeof(s->span[0]), compare);
	for (size_t i = 0; i < s->n; i++) {
		const struct series_span x = s->span[i];

		if (n == 0 || x.from.ns > s->span[n - 1].to.ns)
			s->span[n++] = x;
		else if (x.to.ns > s->span[n - 1].to.ns)
			s->span[n - 1].to = x.to;
	}
	s->n = n;
}

void series_spans_free(struct series_spans *s)
{
	free(s->span);
	*s = (struct series_spans){ 0 };
}

struct series_spans series_spans_common(const struct series_spans *a,
					const struct series_spans *b)
{
	struct series_spans common = { 0 };

	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		const struct series_span x = a->span[i], y = b->span[k];

		series_spans_add(&common,
				 x.from.ns > y.from.ns ? x.from : y.from,
				 x.to.ns < y.to.ns ? x.to : y.to);
		if (x.to.ns < y.to.ns)
			i++;
		else
			k++;
	}
	return common;
}

struct ts series_spans_quiet_before(const struct series_spans *s, struct ts t,
				    int64_t quiet_ns)
{
	for (size_t i = s->n; i-- > 0;) {
		const struct series_span x = s->span[i];
		const struct ts end = x.to.ns < t.ns ? x.to : t;

		if (end.ns - x.from.ns >= quiet_ns)
			return end;
	}
	return TS_NONE;
}

struct ts series_spans_quiet_behind(const struct series_spans *s, struct ts t,
				    int64_t quiet_ns)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct series_span x = s->span[i];
		const struct ts start = x.from.ns > t.ns ? x.from : t;

		if (x.to.ns - start.ns >= quiet_ns)
			return start;
	}
	return TS_NONE;
}

double series_spans_left(const struct series_spans *s, struct ts t)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->span[i].from.ns <= t.ns && t.ns < s->span[i].to.ns)
			return ts_seconds(t, s->span[i].to);
	}
	return 0;
}

static void add_span(double hour[SERIES_WEEK_HOURS], struct series_span x)
{
	const int64_t weeks = (x.to.ns - x.from.ns) / WEEK_NS;
	int64_t t = x.from.ns + weeks * WEEK_NS;

	for (size_t i = 0; weeks > 0 && i < SERIES_WEEK_HOURS; i++)
		hour[i] += 3600.0 * (double)weeks;
	while (t < x.to.ns) {
		const int64_t in_week =
			(t % WEEK_NS + WEEK_NS - MONDAY_NS) % WEEK_NS;
		const int64_t left = HOUR_NS - in_week % HOUR_NS;
		const int64_t step = left < x.to.ns - t ? left : x.to.ns - t;

		hour[in_week / HOUR_NS] += (double)step * 1e-9;
		t += step;
	}
}

void series_spans_week(double hour[SERIES_WEEK_HOURS],
		       const struct series_spans *s)
{
	for (size_t i = 0; i < s->n; i++)
		add_span(hour, s->span[i]);
}
