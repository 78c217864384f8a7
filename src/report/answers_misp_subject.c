#include <string.h>

#include "report/answers_misp_private.h"
#include "report/answers_note.h"

static const char *what_it_is(enum subject_kind k)
{
	switch (k) {
	case SUBJECT_ALL:
		break;
	case SUBJECT_SITE:
		return "Mining site ";
	case SUBJECT_MINER:
		return "Miner at ";
	case SUBJECT_WORKER:
		return "User name at a pool: ";
	}
	return "All mining that was found";
}

/* A text of ours before one that may be captured, and sentences to it. */
static void text(struct misp *m, const char *what, const char *name,
		 const struct buf *comment, struct misp_attribute *a)
{
	struct buf value, about;

	buf_init(&value, 4u << 20);
	buf_init(&about, 4u << 20);
	buf_printf(&value, "%s%s%s", answers_note_simulated(m->x.a), what,
		   name);
	buf_add(&about, comment->p, comment->n);
	a->value = buf_str(&value);
	a->comment = buf_str(&about);
	answers_misp_attribute(m, a);
	buf_fini(&value);
	buf_fini(&about);
}

void answers_misp_subject(struct misp *m, const struct subject *s)
{
	struct misp_attribute a = { .type = "text", .category = "Other" };
	struct buf comment;

	buf_init(&comment, 1u << 20);
	answers_note_subject(&comment, m->x.a, s, " ");
	(void)snprintf(a.tag[0], sizeof(a.tag[0]), "assay:grade=\"%s\"",
		       answers_grade(m->x.a, s->grade));
	text(m, what_it_is(s->kind), s->kind == SUBJECT_ALL ? "" : s->name,
	     &comment, &a);
	buf_fini(&comment);
}

/* The word of MISP's taxonomy "estimative-language" for one of the same scale
 * (ICD 203); "" if it has none. */
static const char *estimative(const char *words)
{
	static const struct {
		const char *begins, *value;
	} scale[] = {
		{ "almost no", "almost-no-chance" },
		{ "very unlikely", "very-unlikely" },
		{ "unlikely", "unlikely" },
		{ "roughly even", "roughly-even-chance" },
		{ "likely", "likely" },
		{ "very likely", "very-likely" },
		{ "almost certain", "almost-certain" },
	};

	for (size_t i = 0; words && i < sizeof(scale) / sizeof(scale[0]); i++) {
		if (strncmp(words, scale[i].begins, strlen(scale[i].begins)) ==
		    0)
			return scale[i].value;
	}
	return "";
}

void answers_misp_hypothesis(struct misp *m, size_t row)
{
	const struct assessment *a = m->x.a;
	const struct hypothesis_text *t =
		&a->options.hypotheses->hypothesis[row];
	const char *word = estimative(a->hypotheses.row[row].words);
	struct misp_attribute x = { .type = "text", .category = "Attribution" };
	struct buf comment;

	buf_init(&comment, 1u << 20);
	answers_note_hypothesis(&comment, a, row, " ");
	if (*word)
		(void)snprintf(
			x.tag[0], sizeof(x.tag[0]),
			"estimative-language:likelihood-probability=\"%s\"",
			word);
	text(m, "Hypothesis: ", t->name ? t->name : t->id, &comment, &x);
	buf_fini(&comment);
}

void answers_misp_evidence(struct misp *m, size_t column)
{
	const struct assessment *a = m->x.a;
	const struct hypothesis_column *c = &a->hypotheses.column[column];
	const struct hypothesis_item *item = c->item;
	struct misp_attribute x = { .type = "text", .category = "Attribution" };
	struct buf comment;

	if (!c->determined)
		return;
	buf_init(&comment, 1u << 20);
	for (size_t i = 0; i < a->hypotheses.num_rows; i++)
		buf_printf(
			&comment, "%sweight for %s: %.3g (%.3g to %.3g)",
			i ? "; " : "", a->options.hypotheses->hypothesis[i].id,
			c->weight[i].mid, c->weight[i].low, c->weight[i].high);
	buf_text(&comment, c->counted ? "" : "; not counted");
	if (item->reliability >= 'A' && item->reliability <= 'F')
		(void)snprintf(x.tag[0], sizeof(x.tag[0]),
			       "admiralty-scale:source-reliability=\"%c\"",
			       item->reliability - 'A' + 'a');
	if (item->credibility >= 1 && item->credibility <= 6)
		(void)snprintf(x.tag[1], sizeof(x.tag[1]),
			       "admiralty-scale:information-credibility=\"%u\"",
			       item->credibility);
	text(m, "Evidence: ", hypothesis_quantity_text(c->quantity), &comment,
	     &x);
	buf_fini(&comment);
}
