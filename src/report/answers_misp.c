#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "base/text.h"
#include "report/answers_case.h"
#include "report/answers_misp_private.h"
#include "report/answers_note.h"
#include "report/report_private.h"

#define THINGS_MAX (1u << 22)
#define INFO_MAX   200 /* columns; MISP has 256 */

static void input(struct misp *m, const struct assessment_input *in)
{
	char hash[65];

	if (in->has_sha256)
		answers_misp_attribute(m,
				       &(struct misp_attribute){
					       NULL,
					       "sha256",
					       "External analysis",
					       hex_text(hash, in->sha256, 32),
					       "capture file that was read",
					       { "" } });
	answers_misp_attribute(
		m, &(struct misp_attribute){ NULL,
					     "filename",
					     "External analysis",
					     in->name,
					     "capture file that was read",
					     { "" } });
}

static void attributes(struct misp *m)
{
	const struct assessment *a = m->x.a;

	report_key_begin(&m->x.w, "Attribute", '[');
	for (size_t i = 0; i < a->num_inputs; i++)
		input(m, &a->input[i]);
	for (size_t i = 0; i < a->findings.n; i++)
		answers_misp_agent(m, &a->findings.finding[i]);
	for (size_t i = 0; i < a->num_subjects; i++)
		answers_misp_subject(m, &a->subject[i]);
	for (size_t i = 0; i < a->hypotheses.num_rows; i++)
		answers_misp_hypothesis(m, i);
	for (size_t i = 0; i < a->hypotheses.num_columns; i++)
		answers_misp_evidence(m, i);
	json_write_end(&m->x.w, ']');
}

static void objects(struct misp *m)
{
	report_key_begin(&m->x.w, "Object", '[');
	for (size_t i = 0; i < m->x.a->findings.n; i++)
		answers_misp_session(m, &m->x.a->findings.finding[i]);
	json_write_end(&m->x.w, ']');
}

static void head(struct misp *m)
{
	const struct answers_about *about = m->x.about;
	const char *title = about->title ? about->title : "assay";
	const struct ts created =
		answers_case_created(m->x.a, about->generated);
	const struct ts first =
		ts_known(m->x.a->first) ? m->x.a->first : created;
	const struct uuid event = uuid_of_name(
		&m->space, (struct span){ (const uint8_t *)"event", 5 });
	const struct uuid us = answers_case_common("author");
	struct json_writer *w = &m->x.w;
	char text[UUID_TEXT], date[TS_TEXT];

	report_key_text(w, "uuid", uuid_text(text, &event));
	buf_clear(&m->text);
	buf_text(&m->text, answers_note_simulated(m->x.a));
	text_safe(&m->text,
		  (struct span){ (const uint8_t *)title, strlen(title) },
		  INFO_MAX);
	report_key_text(w, "info", buf_str(&m->text));
	ts_text(first, date)[strlen("2017-05-17")] = '\0';
	report_key_text(w, "date", date);
	report_key_text(w, "timestamp", m->timestamp);
	report_key_text(w, "publish_timestamp", "0");
	report_key_bool(w, "published", false);
	report_key_text(w, "analysis", "2");        /* complete */
	report_key_text(w, "threat_level_id", "4"); /* undefined */
	report_key_text(w, "distribution", "0");    /* your organisation only */
	report_key_begin(w, "Orgc", '{');
	report_key_text(w, "name", "assay");
	report_key_text(w, "uuid", uuid_text(text, &us));
	json_write_end(w, '}');
	answers_misp_tags(m, NULL, 0);
}

enum status answers_misp(FILE *out, const struct assessment *a,
			 const struct answers_about *about)
{
	const struct ts when = ts_known(about->generated)
				       ? about->generated
				       : answers_case_created(a, TS_NONE);
	struct misp m = { .space = answers_case_space(a) };

	answers_begin(&m.x, out, a, about);
	m.seen = map_new(THINGS_MAX, 0);
	buf_init(&m.text, 16u << 20);
	buf_init(&m.key, 16u << 20);
	(void)snprintf(m.timestamp, sizeof(m.timestamp), "%" PRId64,
		       when.ns / 1000000000);
	json_write_begin(&m.x.w, '{');
	report_key_begin(&m.x.w, "Event", '{');
	head(&m);
	attributes(&m);
	objects(&m);
	json_write_end(&m.x.w, '}');
	json_write_end(&m.x.w, '}');
	buf_u8(&m.x.buf, '\n');
	buf_fini(&m.key);
	buf_fini(&m.text);
	map_free(m.seen);
	return answers_end(&m.x);
}
