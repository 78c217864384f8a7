#include <string.h>

#include "base/text.h"
#include "report/answers_misp_private.h"
#include "report/report_private.h"

#define INHERITED "5" /* distribution: as the event's */

/* Is there nothing of that key yet? Then *u is its UUID. */
static bool fresh(struct misp *m, struct uuid *u, const struct buf *key)
{
	bool is_new = false;

	if (!map_put(m->seen, buf_span(key), &is_new) || !is_new)
		return false;
	*u = uuid_of_name(&m->space, buf_span(key));
	return true;
}

static void uuid_member(struct json_writer *w, const struct uuid *u)
{
	char text[UUID_TEXT];

	report_key_text(w, "uuid", uuid_text(text, u));
}

bool answers_misp_object(struct misp *m, const struct misp_template *t,
			 const char *key, const char *comment)
{
	struct json_writer *w = &m->x.w;
	struct uuid u;

	buf_clear(&m->key);
	buf_printf(&m->key, "object|%s|%s", t->name, key);
	if (!fresh(m, &u, &m->key)) {
		buf_clear(&m->key);
		return false;
	}
	json_write_begin(w, '{');
	uuid_member(w, &u);
	report_key_text(w, "name", t->name);
	report_key_text(w, "meta-category", t->category);
	report_key_text(w, "template_uuid", t->uuid);
	report_key_text(w, "template_version", t->version);
	report_key_text(w, "timestamp", m->timestamp);
	report_key_text(w, "distribution", INHERITED);
	report_key_text(w, "comment", comment);
	report_key_begin(w, "Attribute", '[');
	return true;
}

void answers_misp_close(struct misp *m)
{
	json_write_end(&m->x.w, ']');
	json_write_end(&m->x.w, '}');
	buf_clear(&m->key);
	answers_pass(&m->x);
}

void answers_misp_tags(struct misp *m, const char (*tag)[96], size_t n)
{
	struct json_writer *w = &m->x.w;

	report_key_begin(w, "Tag", '[');
	for (size_t i = 0; i < n; i++) {
		if (!tag[i][0])
			continue;
		json_write_begin(w, '{');
		report_key_text(w, "name", tag[i]);
		json_write_end(w, '}');
	}
	if (m->x.a->simulated) {
		json_write_begin(w, '{');
		report_key_text(w, "name", "assay:simulated");
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

/* MISP cuts blanks off, and refuses what is then empty. */
static bool blank(const char *text)
{
	return !text || text[strspn(text, " ")] == '\0';
}

void answers_misp_attribute(struct misp *m, const struct misp_attribute *a)
{
	struct json_writer *w = &m->x.w;
	struct buf key;
	struct uuid u;
	bool is_new;

	if (blank(a->value))
		return;
	buf_init(&key, 64u << 20);
	buf_printf(&key, "attribute|%s|%s|%s|%s", buf_str(&m->key),
		   a->relation ? a->relation : "", a->type, a->value);
	is_new = fresh(m, &u, &key);
	buf_fini(&key);
	if (!is_new)
		return;
	buf_clear(&m->text);
	text_safe(&m->text,
		  (struct span){ (const uint8_t *)a->value, strlen(a->value) },
		  SIZE_MAX);
	json_write_begin(w, '{');
	uuid_member(w, &u);
	if (a->relation)
		report_key_text(w, "object_relation", a->relation);
	report_key_text(w, "type", a->type);
	report_key_text(w, "category", a->category);
	report_key_bool(w, "to_ids", false);
	report_key_text(w, "distribution", INHERITED);
	report_key_text(w, "timestamp", m->timestamp);
	report_key_text(w, "value", buf_str(&m->text));
	report_key_text(w, "comment", a->comment ? a->comment : "");
	answers_misp_tags(m, a->tag, MISP_TAGS_MAX);
	json_write_end(w, '}');
	answers_pass(&m->x);
}
