#include <string.h>

#include "report/answers_case.h"
#include "report/answers_note.h"
#include "report/answers_stix_private.h"
#include "report/report_private.h"

#define OBJECTS_MAX (1u << 22)
#define IDS_MAX     (512u << 20)
#define TEXT_BYTES  (16u << 20)

static void common_id(struct stix_id *id, const char *type, const char *name)
{
	const struct uuid u = answers_case_common(name);
	char text[UUID_TEXT];

	(void)snprintf(id->text, sizeof(id->text), "%s--%s", type,
		       uuid_text(text, &u));
}

static void head_of_common(struct stix *s, const char *type,
			   const struct stix_id *id)
{
	struct json_writer *w = &s->x.w;

	map_put(s->seen,
		(struct span){ (const uint8_t *)id->text, strlen(id->text) },
		NULL);
	buf_printf(&s->ids, "%s\n", id->text);
	json_write_begin(w, '{');
	report_key_text(w, "type", type);
	report_key_text(w, "spec_version", "2.1");
	report_key_text(w, "id", id->text);
	report_key_text(w, "created", "2026-01-01T00:00:00.000Z");
}

/* Who says all this: the program, since it is no one's judgement. */
static void author(struct stix *s)
{
	struct json_writer *w = &s->x.w;

	common_id(&s->author, "identity", "author");
	head_of_common(s, "identity", &s->author);
	report_key_text(w, "modified", "2026-01-01T00:00:00.000Z");
	report_key_text(w, "name", "assay");
	report_key_text(w, "identity_class", "system");
	report_key_text(w, "description",
			"Measures mining in captured network traffic. What it "
			"says was computed, and judged by no one.");
	answers_stix_close(s);
}

/* What every object of a simulated case carries, observables, too. */
static void marking(struct stix *s)
{
	struct json_writer *w = &s->x.w;
	struct stix_id id;

	if (!s->x.a->simulated)
		return;
	common_id(&id, "marking-definition", "simulated");
	head_of_common(s, "marking-definition", &id);
	answers_stix_ref(w, "created_by_ref", &s->author);
	report_key_text(w, "definition_type", "statement");
	report_key_begin(w, "definition", '{');
	report_key_text(w, "statement",
			"Simulated: made by a generator, for teaching and "
			"tests. Nothing in it is of anyone.");
	json_write_end(w, '}');
	answers_stix_close(s);
	s->marking = id;
}

/* What was written within the first n bytes of ids. */
static void refs(struct stix *s, size_t n)
{
	struct cur c = cur_over((struct span){ s->ids.p, n });

	report_key_begin(&s->x.w, "object_refs", '[');
	while (cur_left(&c)) {
		struct cur ahead = c;
		const struct span rest = cur_take(&ahead, cur_left(&ahead));
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		const size_t length = end ? (size_t)(end - rest.p) : rest.n;

		json_write_span(&s->x.w, cur_take(&c, length));
		(void)cur_take(&c, 1);
		answers_pass(&s->x);
	}
	json_write_end(&s->x.w, ']');
}

static void report(struct stix *s)
{
	const struct answers_about *about = s->x.about;
	struct json_writer *w = &s->x.w;
	const size_t others = s->ids.n;
	struct stix_id id;
	struct buf name;

	if (!answers_stix_object(s, &id, "report", "report"))
		return;
	buf_init(&name, 1u << 20);
	buf_printf(&name, "%s%s", answers_note_simulated(s->x.a),
		   answers_stix_safe(s, about->title ? about->title : "assay"));
	report_key_text(w, "name", buf_str(&name));
	buf_fini(&name);
	if (s->x.a->simulated)
		answers_stix_grade(s, NULL);
	answers_stix_list(w, "report_types", "observed-data");
	report_key_text(w, "published", s->modified);
	refs(s, others);
	answers_stix_close(s);
}

static void objects(struct stix *s)
{
	const struct assessment *a = s->x.a;

	author(s);
	marking(s);
	for (size_t i = 0; i < a->num_inputs; i++)
		answers_stix_file(s, &a->input[i]);
	for (size_t i = 0; i < a->findings.n; i++)
		answers_stix_session(s, &a->findings.finding[i]);
	/* Sites consist of miners, which come first. */
	for (size_t i = 0; i < a->num_subjects; i++) {
		if (a->subject[i].kind != SUBJECT_SITE)
			answers_stix_subject(s, &a->subject[i]);
	}
	for (size_t i = 0; i < a->num_subjects; i++) {
		if (a->subject[i].kind == SUBJECT_SITE)
			answers_stix_subject(s, &a->subject[i]);
	}
	for (size_t i = 0; i < a->hypotheses.num_rows; i++)
		answers_stix_opinion(s, i);
	report(s);
}

static void times(struct stix *s)
{
	const struct ts generated = s->x.about->generated;
	const struct ts created = answers_case_created(s->x.a, generated);
	/* A version cannot be older than the first one. */
	const bool later = ts_known(generated) && generated.ns > created.ns;

	answers_stix_time_text(s->created, created);
	answers_stix_time_text(s->modified, later ? generated : created);
}

enum status answers_stix(FILE *out, const struct assessment *a,
			 const struct answers_about *about)
{
	struct stix s = { .space = answers_case_space(a) };
	struct stix_id id;
	enum status st;

	answers_begin(&s.x, out, a, about);
	s.seen = map_new(OBJECTS_MAX, 0);
	buf_init(&s.ids, IDS_MAX);
	buf_init(&s.text, TEXT_BYTES);
	times(&s);
	answers_stix_name(&s, &id, "bundle", s.modified);
	json_write_begin(&s.x.w, '{');
	report_key_text(&s.x.w, "type", "bundle");
	report_key_text(&s.x.w, "id", id.text);
	report_key_begin(&s.x.w, "objects", '[');
	objects(&s);
	json_write_end(&s.x.w, ']');
	json_write_end(&s.x.w, '}');
	buf_u8(&s.x.buf, '\n');
	st = answers_end(&s.x);
	if (s.ids.full)
		st = ST_LIMIT;
	buf_fini(&s.text);
	buf_fini(&s.ids);
	map_free(s.seen);
	return st;
}
