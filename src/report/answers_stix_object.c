#include <string.h>

#include "base/text.h"
#include "report/answers_stix_private.h"
#include "report/report_private.h"

#define NAME_MAX_BYTES (16u << 20)

/* STIX 2.1, section 2.9: of observables, so that whoever sees the same thing
 * gives it the same name. */
static const struct uuid observables = { { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42,
					   0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2,
					   0x33, 0x15, 0xa9, 0xb7 } };

static void put_id(struct stix_id *id, const char *type, const struct uuid *u)
{
	char text[UUID_TEXT];

	(void)snprintf(id->text, sizeof(id->text), "%s--%s", type,
		       uuid_text(text, u));
}

/* Is it the first of that id? Then it is begun. */
static bool begin(struct stix *s, const struct stix_id *id, const char *type)
{
	struct json_writer *w = &s->x.w;
	const struct span key = { (const uint8_t *)id->text, strlen(id->text) };
	bool fresh = false;

	if (!map_put(s->seen, key, &fresh) || !fresh)
		return false;
	buf_add(&s->ids, key.p, key.n);
	buf_u8(&s->ids, '\n');
	json_write_begin(w, '{');
	report_key_text(w, "type", type);
	report_key_text(w, "spec_version", "2.1");
	report_key_text(w, "id", id->text);
	if (s->marking.text[0])
		answers_stix_list(w, "object_marking_refs", s->marking.text);
	return true;
}

bool answers_stix_observable(struct stix *s, struct stix_id *id,
			     const char *type, stix_members *members,
			     const void *what)
{
	struct json_writer w;
	struct buf name;
	struct uuid u;

	buf_init(&name, NAME_MAX_BYTES);
	json_write_init(&w, &name);
	json_write_begin(&w, '{');
	members(&w, what);
	json_write_end(&w, '}');
	u = uuid_of_name(&observables, buf_span(&name));
	buf_fini(&name);
	put_id(id, type, &u);
	if (!begin(s, id, type))
		return false;
	members(&s->x.w, what);
	return true;
}

void answers_stix_name(struct stix *s, struct stix_id *id, const char *type,
		       const char *key)
{
	struct buf name;
	struct uuid u;

	buf_init(&name, NAME_MAX_BYTES);
	buf_printf(&name, "%s|%s", type, key);
	u = uuid_of_name(&s->space, buf_span(&name));
	buf_fini(&name);
	put_id(id, type, &u);
}

bool answers_stix_object(struct stix *s, struct stix_id *id, const char *type,
			 const char *key)
{
	struct json_writer *w = &s->x.w;

	answers_stix_name(s, id, type, key);
	if (!begin(s, id, type))
		return false;
	if (strcmp(id->text, s->author.text) != 0)
		answers_stix_ref(w, "created_by_ref", &s->author);
	report_key_text(w, "created", s->created);
	report_key_text(w, "modified", s->modified);
	return true;
}

void answers_stix_close(struct stix *s)
{
	json_write_end(&s->x.w, '}');
	answers_pass(&s->x);
}

const char *answers_stix_safe(struct stix *s, const char *text)
{
	buf_clear(&s->text);
	text_safe(&s->text,
		  (struct span){ (const uint8_t *)text, strlen(text) },
		  SIZE_MAX);
	return buf_str(&s->text);
}

char *answers_stix_time_text(char out[TS_TEXT], struct ts t)
{
	const int64_t ms = 1000000;

	return ts_text(ts_plus(t, -((t.ns % ms + ms) % ms)), out);
}

void answers_stix_time(struct json_writer *w, const char *key, struct ts t)
{
	char text[TS_TEXT];

	if (ts_known(t))
		report_key_text(w, key, answers_stix_time_text(text, t));
}

void answers_stix_ref(struct json_writer *w, const char *key,
		      const struct stix_id *id)
{
	if (id->text[0])
		report_key_text(w, key, id->text);
}

void answers_stix_list(struct json_writer *w, const char *key, const char *only)
{
	report_key_begin(w, key, '[');
	json_write_text(w, only);
	json_write_end(w, ']');
}

void answers_stix_grade(struct stix *s, const char *grade)
{
	answers_stix_list(&s->x.w, "labels", answers_grade(s->x.a, grade));
}

void answers_stix_relate(struct stix *s, const struct stix_id *source,
			 const char *type, const struct stix_id *target)
{
	struct json_writer *w = &s->x.w;
	char key[3 * STIX_ID];
	struct stix_id id;

	if (!source->text[0] || !target->text[0])
		return;
	(void)snprintf(key, sizeof(key), "%s|%s|%s", source->text, type,
		       target->text);
	if (!answers_stix_object(s, &id, "relationship", key))
		return;
	report_key_text(w, "relationship_type", type);
	answers_stix_ref(w, "source_ref", source);
	answers_stix_ref(w, "target_ref", target);
	answers_stix_close(s);
}
