#include "report/html_points.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* The band may reach so far above the highest estimate. */
#define ABOVE 1.6

static void join(struct html_point *p, const struct series_bin *bin, size_t n)
{
	double hashes = 0, seconds = 0;

	*p = (struct html_point){ .low = NAN, .mid = NAN, .high = NAN };
	for (size_t i = 0; i < n; i++) {
		const struct series_bin *b = &bin[i];

		if (b->sessions > p->sessions)
			p->sessions = b->sessions;
		p->contacts += b->contacts;
		p->shares += b->shares;
		p->sensor += b->sensor;
		if (!b->rate.method)
			continue;
		hashes += b->rate.mid * b->seconds;
		seconds += b->seconds;
		p->low = fmin(p->low, b->rate.low);
		p->high = fmax(p->high, b->rate.high);
		p->mid = b->rate.mid;
	}
	if (n > 1 && seconds > 0)
		p->mid = hashes / seconds;
}

void html_points_make(struct html_points *out, const struct series *s,
		      size_t max)
{
	const int64_t bin_ns = (int64_t)(s->bin_seconds * 1e9);

	*out = (struct html_points){ .per = 1 };
	if (s->n == 0)
		return;
	out->per = (s->n + max - 1) / max;
	out->n = (s->n + out->per - 1) / out->per;
	out->point = mem_new(out->n, sizeof(out->point[0]));
	for (size_t i = 0; i < out->n; i++) {
		const size_t at = i * out->per;
		const size_t left = s->n - at;
		const size_t n = left < out->per ? left : out->per;

		join(&out->point[i], &s->bin[at], n);
		out->point[i].from = s->bin[at].from;
		out->point[i].to = ts_plus(s->bin[at + n - 1].from, bin_ns);
	}
}

void html_points_free(struct html_points *p)
{
	free(p->point);
	*p = (struct html_points){ .point = NULL };
}

struct html_extent html_points_extent(const struct html_points *p)
{
	struct html_extent e = { 0 };
	double band = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct html_point *q = &p->point[i];

		if (!isfinite(q->mid))
			continue;
		if (q->mid > 0 && (e.lowest == 0 || q->mid < e.lowest))
			e.lowest = q->mid;
		e.highest = fmax(e.highest, q->mid);
		if (isfinite(q->high))
			band = fmax(band, q->high);
	}
	e.top = fmin(band, e.highest * ABOVE);
	return e;
}
