#include "analysis/assessment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/assessment_private.h"
#include "analysis/verify.h"
#include "base/mem.h"

/* Above that a case is read from its file again and again. */
#define SHARES_KEPT 20000000

static const char *const kinds[] = {
	[SUBJECT_ALL] = "all",
	[SUBJECT_SITE] = "site",
	[SUBJECT_MINER] = "miner",
	[SUBJECT_WORKER] = "worker",
};

const char *assessment_kind_text(enum subject_kind k)
{
	return kinds[k];
}

static char *own(const char *text)
{
	return text ? mem_text(text, strlen(text)) : NULL;
}

static bool on_input(void *context, const struct fact_input *f, int64_t row)
{
	static const uint8_t none[32];
	struct assessment *a = context;
	struct assessment_input *x;

	if ((a->num_inputs & (a->num_inputs - 1)) == 0)
		a->input = mem_resize(a->input,
				      a->num_inputs ? a->num_inputs * 2 : 1,
				      sizeof(a->input[0]));
	x = &a->input[a->num_inputs++];
	*x = (struct assessment_input){ .row = row,
					.name = own(f->name),
					.status = own(f->status),
					.version = own(f->version),
					.bytes = f->bytes,
					.packets = f->packets,
					.first = f->first,
					.last = f->last };
	memcpy(x->sha256, f->sha256, sizeof(x->sha256));
	x->has_sha256 = memcmp(f->sha256, none, sizeof(none)) != 0;
	if (ts_known(f->first) &&
	    (!ts_known(a->first) || f->first.ns < a->first.ns))
		a->first = f->first;
	if (ts_known(f->last) && f->last.ns > a->last.ns)
		a->last = f->last;
	return true;
}

static void count_kinds(struct assessment *a)
{
	for (size_t i = 0; i < a->findings.n; i++) {
		const struct finding *f = &a->findings.finding[i];

		a->sessions += f->kind == FINDING_SESSION;
		a->contacts += f->kind == FINDING_CONTACT;
		a->nodes += f->kind == FINDING_NODE;
		a->simulated |= f->work.simulated > 0;
	}
}

/* A group becomes a subject, which takes the list of members with it. */
static void take_group(struct assessment *a, enum subject_kind kind,
		       struct finding_group *g)
{
	struct subject *s;

	if (a->num_subjects == ASSESSMENT_SUBJECTS_MAX) {
		a->subjects_dropped++;
		return;
	}
	s = &a->subject[a->num_subjects++];
	*s = (struct subject){ .kind = kind,
			       .name = own(g->name),
			       .member = g->member,
			       .num_members = g->num_members,
			       .first = g->first,
			       .last = g->last,
			       .grade = finding_grade(&g->work),
			       .scattered = g->scattered,
			       .work = g->work };
	g->member = NULL;
}

/* The largest first: what there is no room for is the least. */
static int compare_groups(const void *a, const void *b)
{
	const struct finding_group *x = a, *y = b;

	if (x->work.difficulty_sum != y->work.difficulty_sum)
		return x->work.difficulty_sum < y->work.difficulty_sum ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void take_groups(struct assessment *a, enum subject_kind kind,
			struct finding_groups *groups)
{
	if (groups->n > 0)
		qsort(groups->group, groups->n, sizeof(groups->group[0]),
		      compare_groups);
	for (size_t i = 0; i < groups->n; i++)
		take_group(a, kind, &groups->group[i]);
	finding_groups_free(groups);
}

static enum status take_all(struct assessment *a, struct store *store,
			    const char **name)
{
	struct finding_groups groups;
	enum status st;

	for (size_t i = 0; i < a->findings.n; i++)
		name[i] = a->findings.finding[i].kind == FINDING_SESSION ? "all"
									 : NULL;
	st = finding_groups_by_name(&groups, store, &a->findings, name,
				    a->options.confidence);
	if (groups.n == 0) { /* the first subject is always there */
		struct finding_group none = { .name = "all",
					      .first = TS_NONE,
					      .last = TS_NONE };

		none.work.rate = rate_constant(0, 0, a->options.confidence);
		take_group(a, SUBJECT_ALL, &none);
	}
	take_groups(a, SUBJECT_ALL, &groups);
	return st;
}

static enum status take_sites(struct assessment *a, struct store *store,
			      const char **name)
{
	const size_t n = a->findings.n;
	char(*label)[SITES_TEXT * 2] = mem_new(n ? n : 1, sizeof(label[0]));
	struct finding_groups groups;
	struct site site;
	enum status st;

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &a->findings.finding[i];

		sites_find(&site, a->options.sites,
			   f->session.client_ip ? f->session.client_ip : "");
		sites_label(label[i], &site);
		name[i] = f->kind == FINDING_SESSION && label[i][0] ? label[i]
								    : NULL;
	}
	st = finding_groups_by_name(&groups, store, &a->findings, name,
				    a->options.confidence);
	take_groups(a, SUBJECT_SITE, &groups);
	free(label);
	return st;
}

static enum status take_subjects(struct assessment *a, struct store *store)
{
	const double confidence = a->options.confidence;
	const char **name =
		mem_new(a->findings.n ? a->findings.n : 1, sizeof(name[0]));
	struct finding_groups groups;
	enum status st;

	a->subject = mem_new(ASSESSMENT_SUBJECTS_MAX, sizeof(a->subject[0]));
	st = take_all(a, store, name);
	if (st == ST_OK && a->options.sites)
		st = take_sites(a, store, name);
	free(name);
	if (st == ST_OK) {
		st = finding_groups_by_miner(&groups, store, &a->findings,
					     confidence);
		take_groups(a, SUBJECT_MINER, &groups);
	}
	if (st == ST_OK) {
		st = finding_groups_by_worker(&groups, store, &a->findings,
					      confidence);
		take_groups(a, SUBJECT_WORKER, &groups);
	}
	return st;
}

static struct series_subject subject_of(const struct subject *s)
{
	return (struct series_subject){ .member = s->member,
					.n = s->num_members,
					.worker = s->kind == SUBJECT_WORKER
							  ? s->name
							  : NULL };
}

/* What is measured of all subjects in one pass over the store each. */
struct measuring {
	struct series_subject *subject;
	struct series *series;
	struct machines *machines;
	struct money *money;
	const struct series **of_series;
	const struct work **of_work;
	struct ts *last;
};

static void begin_measuring(struct measuring *m, struct assessment *a)
{
	const size_t n = a->num_subjects;

	m->subject = mem_new(n, sizeof(m->subject[0]));
	m->series = mem_new(n, sizeof(m->series[0]));
	m->machines = mem_new(n, sizeof(m->machines[0]));
	m->money = mem_new(n, sizeof(m->money[0]));
	m->of_series = mem_new(n, sizeof(m->of_series[0]));
	m->of_work = mem_new(n, sizeof(m->of_work[0]));
	m->last = mem_new(n, sizeof(m->last[0]));
	for (size_t i = 0; i < n; i++) {
		m->subject[i] = subject_of(&a->subject[i]);
		m->of_series[i] = &m->series[i];
		m->of_work[i] = &a->subject[i].work;
		m->last[i] = a->subject[i].last;
	}
}

static void end_measuring(struct measuring *m, struct assessment *a)
{
	for (size_t i = 0; i < a->num_subjects; i++) {
		a->subject[i].series = m->series[i];
		a->subject[i].machines = m->machines[i];
		a->subject[i].money = m->money[i];
	}
	free(m->subject);
	free(m->series);
	free(m->machines);
	free(m->money);
	free(m->of_series);
	free(m->of_work);
	free(m->last);
}

/* So many must have been there when it was at its highest. */
static void count_at_peak(struct subject *s)
{
	const struct timing *t = &s->timing;
	struct machines *m = &s->machines;

	if (t->peak >= t->work.n || t->by_presence || !m->fastest)
		return;
	const struct estimate *peak = &t->peak_rate;

	if (peak->method && m->fastest->rate > 0)
		m->at_least =
			fmax(m->at_least, ceil(peak->low / m->fastest->rate));
}

/* What one rate over scattered times would tell of other times. */
static void withhold(struct subject *s)
{
	struct estimate *const of_one_rate[] = {
		&s->work.rate,
		&s->machines.power,
		&s->machines.energy_whole,
		&s->money.expected_whole,
		&s->money.per_day,
		&s->money.network_portion,
	};
	const size_t n = sizeof(of_one_rate) / sizeof(of_one_rate[0]);

	for (size_t i = 0; i < n && s->scattered; i++)
		*of_one_rate[i] = rate_scaled(of_one_rate[i], NAN);
}

static enum status measure(struct assessment *a, struct store *store)
{
	const struct assessment_options *o = &a->options;
	const size_t n = a->num_subjects;
	struct measuring m;
	enum status st;

	begin_measuring(&m, a);
	st = series_load(m.series, m.subject, n, store, o->bin_seconds,
			 o->confidence);
	if (st == ST_OK)
		st = machines_of_subjects(m.machines, store, m.subject,
					  m.of_work, m.last, n);
	if (st == ST_OK)
		st = money_of_subjects(m.money, store, m.subject, m.of_series,
				       m.of_work, n, o->prices);
	end_measuring(&m, a);
	if (st == ST_OK)
		st = assessment_traffic(a, store);
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct subject *s = &a->subject[i];

		st = timing_of_series(&s->timing, &s->series,
				      a->traffic.packets ? &a->traffic : NULL,
				      o->confidence);
		count_at_peak(s);
		withhold(s);
	}
	return st;
}

/* A case is a stranger's: what its shares add up to is told only if each of
 * them may be. */
static bool on_share(void *context, const struct fact_share *f)
{
	struct why *why = context;
	const char *fault =
		work_counts(f->proof) && f->hash.n == 32 && f->target.n == 32
			? verify_share(f)
			: NULL;

	if (fault)
		status_why(why, ST_BAD,
			   "share %s:%u: %s; \"assay verify\" tells of all",
			   f->session, f->position, fault);
	return !fault;
}

static enum status check_shares(struct store *store,
				const struct findings *findings,
				struct why *why)
{
	enum status st = ST_OK;

	why->text[0] = '\0';
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *f = &findings->finding[i];

		for (size_t k = 0; k < f->num_connections && st == ST_OK; k++) {
			st = store_shares(store, f->connection[k], on_share,
					  why);
			if (st == ST_OK && why->text[0])
				st = ST_BAD;
		}
	}
	return st;
}

enum status assessment_make(struct assessment *out, struct store *store,
			    const struct assessment_options *options,
			    struct why *why)
{
	const struct finding_options finding = {
		.confidence = options->confidence,
		.network = options->network,
	};
	enum status st;

	*out = (struct assessment){ .options = *options,
				    .first = TS_NONE,
				    .last = TS_NONE };
	st = store_keep_shares(store, SHARES_KEPT);
	if (st == ST_OK)
		st = store_inputs(store, on_input, out);
	if (st == ST_OK)
		st = finding_load_all(&out->findings, store, &finding);
	count_kinds(out);
	if (st == ST_OK)
		st = check_shares(store, &out->findings, why);
	if (st == ST_OK)
		st = take_subjects(out, store);
	if (st == ST_OK)
		st = measure(out, store);
	if (st == ST_OK)
		st = exhibits_choose(&out->exhibits, store, &out->findings);
	if (st == ST_OK) {
		assessment_evidence(out);
		hypotheses_weigh(&out->hypotheses, options->hypotheses,
				 out->evidence);
	}
	store_failed(store, why);
	return st;
}

void assessment_free(struct assessment *a)
{
	for (size_t i = 0; i < a->num_inputs; i++) {
		free(a->input[i].name);
		free(a->input[i].status);
		free(a->input[i].version);
	}
	free(a->input);
	for (size_t i = 0; i < a->num_subjects; i++) {
		struct subject *s = &a->subject[i];

		free(s->name);
		free(s->member);
		series_free(&s->series, 1);
		timing_free(&s->timing);
	}
	free(a->subject);
	exhibits_free(&a->exhibits);
	finding_free_all(&a->findings);
	free(a->traffic.packets);
	free(a->traffic.seconds);
	*a = (struct assessment){ 0 };
}
