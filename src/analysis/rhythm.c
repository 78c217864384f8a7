#include "analysis/rhythm.h"

#include <math.h>

static void close_group(struct rhythm *r)
{
	if (r->n >= RHYTHM_GROUP_MIN && r->mean > 0) {
		r->sum += r->squares / (r->mean * r->mean);
		r->total += r->n;
		r->groups++;
	}
	r->n = 0;
	r->mean = r->squares = 0;
}

void rhythm_add(struct rhythm *r, uint64_t group, struct ts t)
{
	if (group != r->group) {
		close_group(r);
		r->group = group;
		r->last = t;
		return;
	}
	const double x = ts_seconds(r->last, t);

	r->last = t;
	if (!(x >= 0))
		return;
	r->n++;
	const double off = x - r->mean;

	r->mean += off / (double)r->n;
	r->squares += off * (x - r->mean);
}

double rhythm_variation(struct rhythm *r)
{
	close_group(r);
	r->group = 0;
	if (r->total < RHYTHM_MIN)
		return NAN;
	return sqrt(r->sum / (double)(r->total - r->groups));
}
