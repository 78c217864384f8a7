#include <string.h>

#include "base/hex.h"
#include "report/answers_csv_private.h"

static const char inputs_header[] =
	"file,sha256,bytes,packets,first,last,status,version";

static void inputs(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_inputs; i++) {
		const struct assessment_input *in = &x->a->input[i];

		answers_csv_text(x, in->name);
		answers_csv_hex(x, in->sha256, in->has_sha256 ? 32 : 0);
		answers_csv_uint(x, in->bytes);
		answers_csv_uint(x, in->packets);
		answers_csv_ts(x, in->first);
		answers_csv_ts(x, in->last);
		answers_csv_text(x, in->status);
		answers_csv_text(x, in->version);
		answers_csv_close(x);
	}
}

static const char hypotheses_header[] =
	"id,name,prior,posterior,posterior_low,posterior_high,words,"
	"log_likelihood,log_likelihood_low,log_likelihood_high,leading,"
	"discriminates,confidence";

static void hypotheses(struct telling *x)
{
	const struct hypotheses *h = &x->a->hypotheses;

	for (size_t i = 0; i < h->num_rows; i++) {
		const struct hypothesis_text *t =
			&x->a->options.hypotheses->hypothesis[i];
		const struct hypothesis_row *r = &h->row[i];

		answers_csv_text(x, t->id);
		answers_csv_text(x, t->name);
		answers_csv_double(x, r->prior);
		answers_csv_double(x, r->posterior);
		answers_csv_double(x, r->low);
		answers_csv_double(x, r->high);
		answers_csv_text(x, r->words);
		answers_csv_double(x, r->sum.mid);
		answers_csv_double(x, r->sum.low);
		answers_csv_double(x, r->sum.high);
		answers_csv_bool(x, i == h->leading);
		answers_csv_bool(x, h->discriminates);
		answers_csv_text(x, h->confidence);
		answers_csv_close(x);
	}
}

static const char exhibits_header[] =
	"why,grade,session,position,client,server,worker,time,file,frame,"
	"job_frame,header,hash,target_difficulty,share_difficulty,algorithm,"
	"verdict";

static void exhibits(struct telling *x)
{
	for (size_t i = 0; i < x->a->exhibits.n; i++) {
		const struct exhibit *e = &x->a->exhibits.exhibit[i];
		const struct assessment_input *in =
			answers_input(x->a, e->input);
		const bool bare = answers_exhibit_bare(e);
		char hash[65];

		answers_csv_text(x, exhibit_why_text(e->why));
		answers_csv_text(x, answers_grade(x->a, "proved"));
		answers_csv_text(x, e->session);
		answers_csv_uint(x, e->position);
		answers_csv_text(x, e->client);
		answers_csv_text(x, e->server);
		answers_csv_text(x, e->worker);
		answers_csv_ts(x, e->time);
		answers_csv_text(x, in ? in->name : NULL);
		answers_csv_positive(x, (double)e->frame);
		answers_csv_positive(x, (double)e->job_frame);
		answers_csv_hex(x, e->header, bare ? 0 : sizeof(e->header));
		hex_text_reversed(hash, e->hash, sizeof(e->hash));
		answers_csv_text(x, bare ? NULL : hash);
		answers_csv_positive(x, e->difficulty);
		answers_csv_positive(x, e->own_difficulty);
		answers_csv_text(x, answers_algorithm(e->algorithm));
		answers_csv_text(x, answers_verdict(e->verdict));
		answers_csv_close(x);
	}
}

#define TABLES(X)                                                              \
	X("inputs", inputs_header, inputs)                                     \
	X("sessions", answers_csv_sessions_header, answers_csv_sessions)       \
	X("subjects", answers_csv_subjects_header, answers_csv_subjects)       \
	X("timeline", answers_csv_timeline_header, answers_csv_timeline)       \
	X("segments", answers_csv_segments_header, answers_csv_segments)       \
	X("machines", answers_csv_machines_header, answers_csv_machines)       \
	X("money", answers_csv_money_header, answers_csv_money)                \
	X("payouts", answers_csv_payouts_header, answers_csv_payouts)          \
	X("hypotheses", hypotheses_header, hypotheses)                         \
	X("exhibits", exhibits_header, exhibits)

#define NAME_OF(name, header, records) name,
const char *const answers_tables[] = { TABLES(NAME_OF) NULL };

#define TABLE_OF(name, header, records) { name, header, records },
static const struct {
	const char *name, *header;
	void (*records)(struct telling *x);
} tables[] = { TABLES(TABLE_OF) };

enum status answers_csv(FILE *out, const struct assessment *a,
			const char *table)
{
	struct telling x;
	size_t i = 0;

	while (i < sizeof(tables) / sizeof(tables[0]) &&
	       strcmp(tables[i].name, table) != 0)
		i++;
	if (i == sizeof(tables) / sizeof(tables[0]))
		return ST_USAGE;
	answers_begin(&x, out, a, NULL);
	buf_printf(&x.buf, "%s,simulated\r\n", tables[i].header);
	tables[i].records(&x);
	return answers_end(&x);
}
