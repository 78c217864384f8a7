#include <math.h>
#include <string.h>

#include "report/answers_note.h"
#include "report/answers_stix_private.h"
#include "report/report_private.h"

/* STIX has five words. The borders are those of Intelligence Community
 * Directive 203; a range that lies on both sides of "roughly even" says
 * nothing. */
static const char *agreement(const struct hypothesis_row *r)
{
	if (!isfinite(r->posterior) || (r->low < 0.45 && r->high > 0.55))
		return "neutral";
	if (r->posterior <= 0.05)
		return "strongly-disagree";
	if (r->posterior < 0.45)
		return "disagree";
	if (r->posterior <= 0.55)
		return "neutral";
	return r->posterior < 0.95 ? "agree" : "strongly-agree";
}

/* STIX 2.1, appendix A, "None / Low / Med / High"; 0: not told. */
static uint64_t confidence(const char *word)
{
	static const struct {
		const char *word;
		uint64_t value;
	} scale[] = { { "low", 15 }, { "moderate", 50 }, { "high", 85 } };

	for (size_t i = 0; word && i < sizeof(scale) / sizeof(scale[0]); i++) {
		if (strcmp(scale[i].word, word) == 0)
			return scale[i].value;
	}
	return 0;
}

/* A label only where a figure could be taken for a real one's. */
static void simulated(struct stix *s)
{
	if (s->x.a->simulated)
		answers_stix_grade(s, NULL);
}

/* The statement itself, which the opinion is of. */
static void statement(struct stix *s, struct stix_id *id,
		      const struct hypothesis_text *t)
{
	struct json_writer *w = &s->x.w;
	struct buf text;

	if (!answers_stix_object(s, id, "note", t->id))
		return;
	buf_init(&text, 4u << 20);
	buf_printf(&text, "%sHypothesis: %s", answers_note_simulated(s->x.a),
		   answers_stix_safe(s, t->name ? t->name : t->id));
	simulated(s);
	report_key_text(w, "abstract", buf_str(&text));
	if (t->description)
		buf_printf(&text, "\n%s", answers_stix_safe(s, t->description));
	report_key_text(w, "content", buf_str(&text));
	answers_stix_list(w, "object_refs", s->author.text);
	answers_stix_close(s);
	buf_fini(&text);
}

void answers_stix_opinion(struct stix *s, size_t row)
{
	const struct assessment *a = s->x.a;
	const struct hypothesis_text *t =
		&a->options.hypotheses->hypothesis[row];
	const uint64_t sure = confidence(a->hypotheses.confidence);
	struct json_writer *w = &s->x.w;
	struct stix_id about, id;
	struct buf text;

	statement(s, &about, t);
	if (!answers_stix_object(s, &id, "opinion", t->id))
		return;
	buf_init(&text, 1u << 20);
	answers_note_hypothesis(&text, a, row, "\n");
	simulated(s);
	if (sure > 0)
		report_key_uint(w, "confidence", sure);
	report_key_text(w, "opinion", agreement(&a->hypotheses.row[row]));
	report_key_text(w, "explanation", buf_str(&text));
	answers_stix_list(w, "authors", "assay");
	answers_stix_list(w, "object_refs", about.text);
	answers_stix_close(s);
	buf_fini(&text);
}
