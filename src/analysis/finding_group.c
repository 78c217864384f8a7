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

/* The sessions behind findings: all their connections. */
static const char **ids(const struct finding *const *x, size_t n,
			size_t *num_ids)
{
	const char **id;
	size_t room = 1;

	for (size_t i = 0; i < n; i++)
		room += x[i]->num_connections;
	id = mem_new(room, sizeof(id[0]));
	*num_ids = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < x[i]->num_connections; k++)
			id[(*num_ids)++] = x[i]->connection[k];
	}
	return id;
}

/* A pool that hands its miners' blocks to a node has not made them. */
static bool is_miners(const struct finding *x)
{
	return x->kind == FINDING_SESSION &&
	       !(x->identity.client_role &&
		 strcmp(x->identity.client_role, "pool") == 0);
}

static void judge_time(struct finding_group *g)
{
	const double span = ts_seconds(g->first, g->last);

	g->scattered = span > WEEK_S && g->work.rate_seconds < span / 2;
}

static enum status measure_miners(struct finding_groups *out,
				  struct store *store, double confidence)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < out->n && st == ST_OK; i++) {
		struct finding_group *g = &out->group[i];
		size_t n;
		const char **id = ids(g->member, g->num_members, &n);

		/* What is known of one session need not be asked again. */
		if (g->num_members == 1)
			g->work = g->member[0]->work;
		else
			st = work_of_sessions(&g->work, store, id, n,
					      confidence);
		free(id);
	}
	return st;
}

static enum status measure_workers(struct finding_groups *out,
				   struct store *store,
				   const struct findings *f, double confidence)
{
	const char **name = mem_new(out->n + 1, sizeof(name[0]));
	struct work_dialogue *dialogue = mem_new(f->n + 1, sizeof(dialogue[0]));
	struct work *work = mem_new(out->n + 1, sizeof(work[0]));
	enum status st;
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		name[i] = out->group[i].name;
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->finding[i];

		if (is_miners(x))
			dialogue[n++] = (struct work_dialogue){
				(const char *const *)x->connection,
				x->num_connections
			};
	}
	st = work_of_workers(work, name, out->n, store, dialogue, n,
			     confidence);
	for (size_t i = 0; i < out->n; i++)
		out->group[i].work = work[i];
	free(work);
	free(dialogue);
	free(name);
	return st;
}

static void group(struct finding_groups *out, struct entry *entry, size_t n)
{
	*out = (struct finding_groups){ 0 };
	qsort(entry, n, sizeof(entry[0]), compare_entries);
	out->group = mem_new(n ? n : 1, sizeof(out->group[0]));
	for (size_t i = 0; i < n;) {
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
	}
}

enum status finding_groups_by_name(struct finding_groups *out,
				   struct store *store,
				   const struct findings *f,
				   const char *const *name, double confidence)
{
	struct entry *entry = mem_new(f->n ? f->n : 1, sizeof(entry[0]));
	enum status st;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (name[i] && is_miners(&f->finding[i]))
			entry[n++] = (struct entry){ name[i], &f->finding[i] };
	}
	group(out, entry, n);
	st = measure_miners(out, store, confidence);
	for (size_t i = 0; i < out->n; i++)
		judge_time(&out->group[i]);
	free(entry);
	return st;
}

enum status finding_groups_by_miner(struct finding_groups *out,
				    struct store *store,
				    const struct findings *f, double confidence)
{
	const char **name = mem_new(f->n ? f->n : 1, sizeof(name[0]));
	enum status st;

	for (size_t i = 0; i < f->n; i++)
		name[i] = f->finding[i].session.client_ip;
	st = finding_groups_by_name(out, store, f, name, confidence);
	free(name);
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
		room += f->finding[i].num_workers;
	entry = mem_new(room ? room : 1, sizeof(entry[0]));
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->finding[i];

		for (uint32_t w = 0; w < x->num_workers && is_miners(x); w++)
			entry[n++] = (struct entry){ x->worker[w], x };
	}
	group(out, entry, n);
	st = measure_workers(out, store, f, confidence);
	for (size_t i = 0; i < out->n; i++)
		judge_time(&out->group[i]);
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
