#include "report/html_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* One finding names one key. */
struct mention {
	const char *key, *label;
	const struct finding *finding;
	double portion;
};

struct mentions {
	struct mention *mention;
	size_t n;
};

/* A case may leave out even a server's address. */
static void mention_add(struct mentions *m, const struct mention *one)
{
	if (!one->key)
		return;
	if ((m->n & (m->n - 1)) == 0)
		m->mention = mem_resize(m->mention, m->n ? m->n * 2 : 1,
					sizeof(m->mention[0]));
	m->mention[m->n++] = *one;
}

static int by_key(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	const int c = strcmp(a->key, b->key);

	/* Findings lie in one array, in order. */
	return c ? c : a->finding < b->finding ? -1 : a->finding > b->finding;
}

static int by_shares(const void *x, const void *y)
{
	const struct html_tally_group *a = x, *b = y;

	if (a->shares != b->shares)
		return a->shares > b->shares ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void group_add(struct html_tally_group *g, const struct mention *m,
		      const struct finding *before)
{
	const struct finding *f = m->finding;

	if (m->portion < g->portion_low)
		g->portion_low = m->portion;
	if (m->portion > g->portion_high)
		g->portion_high = m->portion;
	if (f == before)
		return;
	g->sessions++;
	g->shares += f->work.unique;
	if (!ts_known(f->session.first))
		return;
	if (!ts_known(g->first) || f->session.first.ns < g->first.ns)
		g->first = f->session.first;
	if (!ts_known(g->last) || f->session.last.ns > g->last.ns)
		g->last = f->session.last;
}

/* Frees m's. */
static void group_all(struct html_tally *out, struct mentions *m)
{
	*out = (struct html_tally){ .n = 0 };
	if (m->n == 0)
		return;
	qsort(m->mention, m->n, sizeof(m->mention[0]), by_key);
	out->group = mem_new(m->n, sizeof(out->group[0]));
	for (size_t i = 0; i < m->n; i++) {
		const struct mention *one = &m->mention[i];
		const bool same = i > 0 && !strcmp(one->key, one[-1].key);

		if (!same)
			out->group[out->n++] = (struct html_tally_group){
				.key = one->key,
				.label = one->label,
				.first = TS_NONE,
				.last = TS_NONE,
				.portion_low = one->portion,
				.portion_high = one->portion,
			};
		group_add(&out->group[out->n - 1], one,
			  same ? one[-1].finding : NULL);
	}
	qsort(out->group, out->n, sizeof(out->group[0]), by_shares);
	free(m->mention);
}

void html_tally_pools(struct html_tally *out, const struct findings *f)
{
	struct mentions m = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];
		const struct fact_session *s = &one->session;

		if (one->kind != FINDING_SESSION)
			continue;
		mention_add(&m,
			    &(struct mention){
				    .key = one->identity.pool
						   ? one->identity.pool
					   : s->host        ? s->host
					   : s->server_name ? s->server_name
							    : s->server_ip,
				    .label = one->identity.pool
						     ? one->identity.pool_source
						     : NULL,
				    .finding = one });
	}
	group_all(out, &m);
}

void html_tally_accounts(struct html_tally *out, const struct findings *f)
{
	struct mentions m = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];

		if (one->kind == FINDING_SESSION && one->identity.account[0])
			mention_add(&m, &(struct mention){
						.key = one->identity.account,
						.finding = one });
	}
	group_all(out, &m);
}

void html_tally_payouts(struct html_tally *out, const struct findings *f)
{
	struct mentions m = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];
		const struct identity *d = &one->identity;

		/* What nodes hand on pays others. */
		if (one->kind != FINDING_SESSION)
			continue;
		for (uint32_t k = 0; k < d->num_payouts; k++) {
			const struct identity_payout *p = &d->payout[k];

			if (p->address[0])
				mention_add(&m,
					    &(struct mention){
						    .key = p->address,
						    .label = d->pool,
						    .finding = one,
						    .portion = p->portion });
		}
	}
	group_all(out, &m);
}

void html_tally_free(struct html_tally *t)
{
	free(t->group);
	*t = (struct html_tally){ .n = 0 };
}
