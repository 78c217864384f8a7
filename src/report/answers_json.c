#include "base/hex.h"
#include "report/answers_private.h"
#include "report/report_private.h"

static void inputs(struct telling *x)
{
	struct json_writer *w = &x->w;

	report_key_begin(w, "inputs", '[');
	for (size_t i = 0; i < x->a->num_inputs; i++) {
		const struct assessment_input *in = &x->a->input[i];

		json_write_begin(w, '{');
		report_key_text(w, "file", in->name);
		json_write_key(w, "sha256");
		if (in->has_sha256)
			json_write_hex(w, (struct span){ in->sha256, 32 });
		else
			json_write_null(w);
		report_key_uint(w, "bytes", in->bytes);
		report_key_uint(w, "packets", in->packets);
		report_key_ts(w, "first", in->first);
		report_key_ts(w, "last", in->last);
		report_key_text(w, "status", in->status);
		report_key_text(w, "version", in->version);
		json_write_end(w, '}');
		answers_pass(x);
	}
	json_write_end(w, ']');
}

static void findings(struct telling *x)
{
	report_key_begin(&x->w, "findings", '[');
	for (size_t i = 0; i < x->a->findings.n; i++) {
		const struct finding *f = &x->a->findings.finding[i];

		json_write_begin(&x->w, '{');
		report_finding_members(
			&x->w, f, answers_grade(x->a, finding_standing(f)));
		json_write_end(&x->w, '}');
		answers_pass(x);
	}
	json_write_end(&x->w, ']');
}

/* All packets, of mining or not, in the bins of the first subject; null where
 * the case holds none. */
static void traffic(struct telling *x)
{
	const struct timing_traffic *t = &x->a->traffic;
	const struct series *bins = &x->a->subject[0].series;
	struct json_writer *w = &x->w;

	json_write_key(w, "traffic");
	if (!t->packets || !t->seconds) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '[');
	for (size_t i = 0; i < bins->n; i++) {
		if (!(t->packets[i] > 0 || t->seconds[i] > 0))
			continue;
		json_write_begin(w, '{');
		report_key_ts(w, "from", bins->bin[i].from);
		report_key_double(w, "packets", t->packets[i]);
		report_key_double(w, "sensor_seconds", t->seconds[i]);
		json_write_end(w, '}');
		answers_pass(x);
	}
	json_write_end(w, ']');
}

static void frame(struct json_writer *w, const char *key, uint64_t number)
{
	json_write_key(w, key);
	if (number)
		json_write_uint(w, number);
	else
		json_write_null(w);
}

static void proof_parts(struct json_writer *w, const struct exhibit *e)
{
	char hash[65];

	json_write_key(w, "header");
	if (answers_exhibit_bare(e)) {
		json_write_null(w);
		report_key_text(w, "hash", NULL);
		return;
	}
	json_write_hex(w, (struct span){ e->header, sizeof(e->header) });
	report_key_text(w, "hash", hex_text_reversed(hash, e->hash, 32));
}

static void exhibits(struct telling *x)
{
	struct json_writer *w = &x->w;

	report_key_begin(w, "exhibits", '[');
	for (size_t i = 0; i < x->a->exhibits.n; i++) {
		const struct exhibit *e = &x->a->exhibits.exhibit[i];
		const struct assessment_input *in =
			answers_input(x->a, e->input);

		json_write_begin(w, '{');
		report_key_text(w, "why", exhibit_why_text(e->why));
		report_key_text(w, "grade", answers_grade(x->a, "proved"));
		report_key_text(w, "session", e->session);
		report_key_uint(w, "position", e->position);
		report_key_text(w, "client", e->client);
		report_key_text(w, "server", e->server);
		report_key_text(w, "worker", e->worker);
		report_key_ts(w, "time", e->time);
		report_key_text(w, "file", in ? in->name : NULL);
		frame(w, "frame", e->frame);
		frame(w, "job_frame", e->job_frame);
		proof_parts(w, e);
		report_key_positive(w, "target_difficulty", e->difficulty);
		report_key_positive(w, "share_difficulty", e->own_difficulty);
		report_key_text(w, "algorithm",
				answers_algorithm(e->algorithm));
		report_key_text(w, "verdict", answers_verdict(e->verdict));
		json_write_end(w, '}');
		answers_pass(x);
	}
	json_write_end(w, ']');
}

static void subjects(struct telling *x)
{
	report_key_begin(&x->w, "subjects", '[');
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		answers_json_subject(x, &x->a->subject[i]);
		answers_pass(x);
	}
	json_write_end(&x->w, ']');
}

static void counts(struct json_writer *w, const struct assessment *a)
{
	report_key_begin(w, "counts", '{');
	report_key_uint(w, "sessions", a->sessions);
	report_key_uint(w, "contacts", a->contacts);
	report_key_uint(w, "nodes", a->nodes);
	report_key_uint(w, "subjects_dropped", a->subjects_dropped);
	report_key_uint(w, "exhibits_left_out", a->exhibits.left_out);
	json_write_end(w, '}');
}

static void options(struct json_writer *w, const struct assessment_options *o)
{
	report_key_begin(w, "options", '{');
	report_key_double(w, "confidence", o->confidence);
	report_key_positive(w, "bin_seconds", o->bin_seconds);
	report_key_text(w, "network", o->network ? o->network->name : NULL);
	json_write_end(w, '}');
}

static void head(struct telling *x)
{
	struct json_writer *w = &x->w;

	report_key_text(w, "type", "report");
	report_key_uint(w, "schema", ANSWERS_SCHEMA);
	report_key_bool(w, "simulated", x->a->simulated);
	report_key_bool(w, "redacted", x->about->redacted);
	report_key_text(w, "title", x->about->title);
	report_key_ts(w, "generated", x->about->generated);
	report_key_begin(w, "generator", '{');
	report_key_text(w, "name", "assay");
	report_key_text(w, "version", x->about->version);
	json_write_end(w, '}');
	options(w, &x->a->options);
	report_key_ts(w, "first", x->a->first);
	report_key_ts(w, "last", x->a->last);
	counts(w, x->a);
}

enum status answers_json(FILE *out, const struct assessment *a,
			 const struct answers_about *about)
{
	struct telling x;

	answers_begin(&x, out, a, about);
	json_write_begin(&x.w, '{');
	head(&x);
	inputs(&x);
	subjects(&x);
	traffic(&x);
	findings(&x);
	exhibits(&x);
	answers_json_hypotheses(&x);
	json_write_end(&x.w, '}');
	buf_u8(&x.buf, '\n');
	return answers_end(&x);
}
