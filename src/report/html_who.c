/* The section: sites, miners, workers, pools, accounts, who is paid, and the
 * sessions themselves. */
#include "report/html_who.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/html_format.h"
#include "report/html_table.h"
#include "report/html_tally.h"
#include "report/html_timeline.h"

#define SUBJECTS_OPEN 15
#define SUBJECTS_MAX  100
#define TALLY_MAX     60
#define SESSIONS_MAX  100

size_t html_who_count(const struct assessment *a, enum subject_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < a->num_subjects; i++)
		n += a->subject[i].kind == kind;
	return n;
}

static int by_work(const void *x, const void *y)
{
	const struct subject *const *a = x, *const *b = y;

	if ((*a)->work.difficulty_sum != (*b)->work.difficulty_sum)
		return (*a)->work.difficulty_sum > (*b)->work.difficulty_sum
			       ? -1
			       : 1;
	if ((*a)->work.unique != (*b)->work.unique)
		return (*a)->work.unique > (*b)->work.unique ? -1 : 1;
	/* As the assessment has them. */
	return *a < *b ? -1 : *a > *b;
}

const struct subject **html_who_ranked(size_t *n, const struct assessment *a,
				       enum subject_kind kind)
{
	const struct subject **out = mem_new(a->num_subjects + 1, sizeof(*out));

	*n = 0;
	for (size_t i = 0; i < a->num_subjects; i++) {
		if (a->subject[i].kind == kind)
			out[(*n)++] = &a->subject[i];
	}
	qsort(out, *n, sizeof(*out), by_work);
	return out;
}

/* Subjects of one kind, and what their table is called. */
struct subject_group {
	const char *title, *name, *caption;
	const struct subject **subject;
	size_t n;
};

static void grade(struct html *h, const char *text)
{
	html_put(h, "<span class=\"grade grade-%s\">%s</span>", text, text);
}

static void subject_row(struct html *h, const struct subject *s)
{
	char text[HTML_FIGURE], unit[HTML_FIGURE];

	html_row_begin(h);
	html_cell_name(h);
	html_captured(h, s->name);
	html_cell(h);
	grade(h, s->grade);
	html_cell_time(h, s->first, HTML_MINUTE);
	html_cell_time(h, s->last, HTML_MINUTE);
	html_cell_number(h);
	html_put(h, "%s", html_count(text, s->num_members));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, s->work.unique));
	html_cell(h);
	html_estimate(h, &s->work.rate, HTML_SI,
		      html_rate_unit(unit, &s->work));
	html_cell(h);
	html_timeline_spark(h, s);
	html_row_end(h);
}

static void subject_table(struct html *h, const struct subject_group *g,
			  size_t from, size_t to)
{
	const char *const head[] = { g->name,     "Grade",     "First, UTC",
				     "Last, UTC", "#Sessions", "#Unique shares",
				     "Hash rate", "Over time" };

	html_table_begin(h, g->caption, head, 8);
	for (size_t i = from; i < to; i++)
		subject_row(h, g->subject[i]);
	if (to == SUBJECTS_MAX)
		html_table_more(h, g->n, to, 8, "subjects");
	html_table_end(h);
}

/* Those that did most of the work; the others folded away. */
static void subjects(struct html *h, enum subject_kind kind,
		     struct subject_group g)
{
	char text[HTML_FIGURE];

	g.subject = html_who_ranked(&g.n, h->a, kind);

	const size_t shown = g.n < SUBJECTS_MAX ? g.n : SUBJECTS_MAX;
	const size_t open = shown <= SUBJECTS_OPEN + 5 ? shown : SUBJECTS_OPEN;

	if (g.n > 0) {
		html_put(h, "<h3>%s</h3>\n", g.title);
		subject_table(h, &g, 0, open);
	}
	if (shown > open) {
		html_put(h,
			 "<details><summary>%s more, with less work"
			 "</summary>\n",
			 html_count(text, g.n - open));
		subject_table(h, &g, open, shown);
		html_put(h, "</details>\n");
	}
	free(g.subject);
}

static void tally_common(struct html *h, const struct html_tally_group *g)
{
	char text[HTML_FIGURE];

	html_cell_number(h);
	html_put(h, "%s", html_count(text, g->sessions));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, g->shares));
	html_cell_time(h, g->first, HTML_MINUTE);
	html_cell_time(h, g->last, HTML_MINUTE);
	html_row_end(h);
}

static void pools(struct html *h)
{
	static const char *const head[] = { "Pool or server", "Known by",
					    "#Sessions",      "#Unique shares",
					    "First, UTC",     "Last, UTC" };
	struct html_tally t;

	html_tally_pools(&t, &h->a->findings);
	html_put(h, "<h3>Pools</h3>\n");
	if (t.n == 0)
		html_put(h, "<p>No server took a share.</p>\n");
	else
		html_table_begin(h, "For whom it was mined", head, 6);
	for (size_t i = 0; i < t.n && i < TALLY_MAX; i++) {
		html_row_begin(h);
		html_cell_name(h);
		html_captured(h, t.group[i].key);
		html_cell(h);
		html_put(h, "%s",
			 t.group[i].label ? t.group[i].label
					  : "its name or address: on no list");
		tally_common(h, &t.group[i]);
	}
	if (t.n > 0) {
		html_table_more(h, t.n, TALLY_MAX, 6, "sessions");
		html_table_end(h);
	}
	html_tally_free(&t);
}

static void accounts(struct html *h)
{
	static const char *const head[] = { "Account", "#Sessions",
					    "#Unique shares", "First, UTC",
					    "Last, UTC" };
	struct html_tally t;

	html_tally_accounts(&t, &h->a->findings);
	if (t.n > 0) {
		html_put(h, "<h3>Accounts</h3>\n");
		html_table_begin(h, "Addresses in user names", head, 5);
		for (size_t i = 0; i < t.n && i < TALLY_MAX; i++) {
			html_row_begin(h);
			html_cell_name(h);
			html_captured(h, t.group[i].key);
			tally_common(h, &t.group[i]);
		}
		html_table_more(h, t.n, TALLY_MAX, 5, "sessions");
		html_table_end(h);
	}
	html_tally_free(&t);
}

static void session_ends(struct html *h, const struct fact_session *s)
{
	html_cell_name(h);
	html_captured(h, s->client_ip);
	html_put(h, "<span class=\"port\">:%u</span>", s->client_port);
	html_cell(h);
	html_captured(h, s->server_ip);
	html_put(h, "<span class=\"port\">:%u</span>", s->server_port);
}

static void session_row(struct html *h, const struct finding *f)
{
	const struct fact_session *s = &f->session;
	char text[HTML_FIGURE], unit[HTML_FIGURE];

	html_row_begin(h);
	session_ends(h, s);
	html_cell(h);
	html_captured(h, s->dialect);
	html_cell(h);
	grade(h, finding_standing(f));
	html_cell_time(h, s->first, HTML_SECOND);
	html_cell(h);
	html_put(h, "%s", html_duration(text, ts_seconds(s->first, s->last)));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, f->work.unique));
	html_cell(h);
	html_estimate(h, &f->work.rate, HTML_SI,
		      html_rate_unit(unit, &f->work));
	html_cell(h);
	html_captured(h, f->num_workers ? f->worker[0] : NULL);
	if (f->num_workers > 1)
		html_put(h, " and %s more",
			 html_count(text, f->num_workers - 1));
	html_cell(h);
	html_captured(h, s->user_agent);
	html_row_end(h);
}

static void sessions(struct html *h)
{
	static const char *const head[] = { "Client",         "Server",
					    "Dialect",        "Standing",
					    "First, UTC",     "Lasted",
					    "#Unique shares", "Hash rate",
					    "Worker",         "Agent" };
	const struct findings *f = &h->a->findings;
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < f->n; i++)
		all += f->finding[i].kind != FINDING_NODE;
	if (all == 0)
		return;
	html_put(h, "<details><summary>Sessions and contacts, one by one"
		    "</summary>\n");
	html_table_begin(h, "Sessions and contacts", head, 10);
	for (size_t i = 0; i < f->n && shown < SESSIONS_MAX; i++) {
		if (f->finding[i].kind == FINDING_NODE)
			continue;
		session_row(h, &f->finding[i]);
		shown++;
	}
	html_table_more(h, all, shown, 10, "sessions");
	html_table_end(h);
	html_put(h, "</details>\n");
}

static void counts(struct html *h)
{
	const struct assessment *a = h->a;
	char sessions_text[HTML_FIGURE], contacts[HTML_FIGURE],
		nodes[HTML_FIGURE];

	html_put(h,
		 "<p>%s session%s in which something was submitted; %s "
		 "contact%s with a pool in which nothing was (that is no "
		 "evidence of mining); %s conversation%s of a network&rsquo;s "
		 "nodes (that is not mining).</p>\n",
		 html_count(sessions_text, a->sessions),
		 html_plural(a->sessions, "", "s"),
		 html_count(contacts, a->contacts),
		 html_plural(a->contacts, "", "s"), html_count(nodes, a->nodes),
		 html_plural(a->nodes, "", "s"));
	if (a->subjects_dropped)
		html_put(h,
			 "<p class=\"note\">%s sites, miners or workers were "
			 "left out for lack of room; they are in the sums.</p>"
			 "\n",
			 html_count(nodes, a->subjects_dropped));
}

void html_who(struct html *h)
{
	html_section_begin(h, HTML_WHO);
	counts(h);
	if (h->a->findings.n > 0) {
		subjects(h, SUBJECT_SITE,
			 (struct subject_group){
				 "Sites", "Site",
				 "Clients grouped by where their addresses "
				 "belong",
				 NULL, 0 });
		subjects(h, SUBJECT_MINER,
			 (struct subject_group){ "Miners", "Client address",
						 "Addresses from which shares "
						 "came",
						 NULL, 0 });
		subjects(h, SUBJECT_WORKER,
			 (struct subject_group){ "Workers", "Name",
						 "User names under which "
						 "shares came",
						 NULL, 0 });
		pools(h);
		accounts(h);
		sessions(h);
	}
	html_section_end(h);
}
