#include <stdlib.h>
#include <string.h>

#include "analysis/finding.h"
#include "base/mem.h"

#define WEEK_S (7 * 24 * 3600.0)

struct entry { /* one session under one name */
	const char *name;
	const struct finding *finding;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int by_name = strcmp(x->name, y->name);

	/* Findings lie in one array, in order. */
	return by_name ? by_name
		       : (x->finding > y->finding) - (x->finding < y->finding);
}

static void take(struct finding_group *g, const struct finding *x)
{
	g->member[g->num_members++] = x;
	if (!ts_known(g->first) ||
	    (ts_known(x->session.first) && x->session.first.ns < g->first.ns))
		g->first = x->session.first;
	if (!ts_known(g->last) || x->session.last.ns > g->last.ns)
		g->last = x->session.last;
}

static enum status measure(struct finding_group *g, struct store *store,
			   bool by_worker, double confidence)
{
	const char **id = mem_new(g->num_members, sizeof(id[0]));
	const struct span worker = {
		(const uint8_t *)g->name,
		by_worker ? strlen(g->name) : 0,
	};
	enum status st;

	for (size_t i = 0; i < g->num_members; i++)
		id[i] = g->member[i]->session.id;
	st = work_of_sessions(&g->work, store, id, g->num_members, worker,
			      confidence);
	const double span = ts_seconds(g->first, g->last);

	g->scattered = span > WEEK_S && g->work.rate_seconds < span / 2;
	free(id);
	return st;
}

static enum status group(struct finding_groups *out, struct store *store,
			 struct entry *entry, size_t n, bool by_worker,
			 double confidence)
{
	enum status st = ST_OK;

	*out = (struct finding_groups){ 0 };
	qsort(entry, n, sizeof(entry[0]), compare_entries);
	out->group = mem_new(n ? n : 1, sizeof(out->group[0]));
	for (size_t i = 0; i < n && st == ST_OK;) {
		struct finding_group *g = &out->group[out->n++];
		size_t end = i;

		while (end < n && strcmp(entry[end].name, entry[i].name) == 0)
			end++;
		*g = (struct finding_group){ .name = entry[i].name,
					     .first = TS_NONE,
					     .last = TS_NONE };
		g->member = mem_new(end - i, sizeof(g->member[0]));
		for (; i < end; i++)
			take(g, entry[i].finding);
		st = measure(g, store, by_worker, confidence);
	}
	return st;
}

enum status finding_groups_by_miner(struct finding_groups *out,
				    struct store *store,
				    const struct findings *f, double confidence)
{
	struct entry *entry = mem_new(f->n ? f->n : 1, sizeof(entry[0]));
	enum status st;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->finding[i];

		if (!x->contact)
			entry[n++] = (struct entry){ x->session.client_ip, x };
	}
	st = group(out, store, entry, n, false, confidence);
	free(entry);
	return st;
}

enum status finding_groups_by_worker(struct finding_groups *out,
				     struct store *store,
				     const struct findings *f,
				     double confidence)
{
	struct entry *entry = NULL;
	enum status st;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < f->n; i++)
		room += f->finding[i].contact ? 0 : f->finding[i].num_workers;
	entry = mem_new(room ? room : 1, sizeof(entry[0]));
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->finding[i];

		for (uint32_t w = 0; w < x->num_workers && !x->contact; w++)
			entry[n++] = (struct entry){ x->worker[w], x };
	}
	st = group(out, store, entry, n, true, confidence);
	free(entry);
	return st;
}

void finding_groups_free(struct finding_groups *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->group[i].member);
	free(g->group);
	*g = (struct finding_groups){ 0 };
}
