#include <stdlib.h>
#include <string.h>

#include "analysis/hypothesis.h"
#include "analysis/hypothesis_file_private.h"
#include "base/mem.h"
#include "base/text.h"

/* Parameters stay where no sum of the weighing overflows. */
#define NUMBER_MAX       1e30
#define POISSON_MEAN_MAX 1e4
#define FACTOR_MIN       1.001
/* What is written with a few digits does not add up to 1 exactly. */
#define SUM_SLACK 1e-3

struct shape {
	const char *name, *a, *b;
};

#define SHAPE_ROW(name, text, a, b) [name] = { text, a, b },
static const struct shape shapes[] = { HYPOTHESIS_SHAPE_LIST(SHAPE_ROW) };

const char *hypothesis_shape_text(enum hypothesis_shape s)
{
	return shapes[s].name;
}

/* Median, mean, low: above 0; or, where 0 is a value, from 0 on. */
static void first_range(double out[2], enum hypothesis_shape s)
{
	out[0] = s == HYPOTHESIS_NORMAL || s == HYPOTHESIS_UNIFORM ? 0 : 1e-30;
	out[1] = s == HYPOTHESIS_POISSON ? POISSON_MEAN_MAX : NUMBER_MAX;
}

static void second_range(double out[2], enum hypothesis_shape s)
{
	out[0] = s == HYPOTHESIS_LOGNORMAL ? FACTOR_MIN : 1e-30;
	out[1] = NUMBER_MAX;
}

static void read_parameters(struct hypothesis_reader *r, yaml_node_t *n,
			    struct hypothesis_likelihood *out)
{
	const struct shape *s = &shapes[out->shape];
	const struct hypothesis_key keys[] = { { s->a, true },
					       { s->b, true },
					       { NULL, false } };
	yaml_node_t *found[2];
	double range[2];
	bool good;

	if (!hypothesis_file_map(r, n, s->name, keys, found))
		return;
	first_range(range, out->shape);
	good = hypothesis_file_number(r, found[0], s->a, range, &out->a);
	if (!s->b)
		return;
	second_range(range, out->shape);
	good = hypothesis_file_number(r, found[1], s->b, range, &out->b) &&
	       good;
	if (good && !strcmp(s->b, "high") && out->a >= out->b)
		hypothesis_file_mistake(r, n,
					"low is %g and high %g: low lies "
					"below high",
					out->a, out->b);
}

/* Do the cells give every word its probability? */
static bool is_whole(const struct hypothesis_likelihood *l, size_t num_words)
{
	for (size_t i = 0; i < l->num_cells; i++) {
		if (!strcmp(l->cell[i].word, "*"))
			return true;
	}
	return l->num_cells == num_words;
}

static void check_sum(struct hypothesis_reader *r, const yaml_node_t *n,
		      const struct hypothesis_likelihood *l, size_t num_words)
{
	double sum = 0;

	for (size_t i = 0; i < l->num_cells; i++)
		sum += l->cell[i].probability;
	if (sum > 1 + SUM_SLACK)
		hypothesis_file_mistake(r, n,
					"probabilities of the table add up to "
					"%.4g: they add up to at most 1",
					sum);
	else if (sum < 1 - SUM_SLACK && is_whole(l, num_words))
		hypothesis_file_mistake(r, n,
					"the table has all words, and adds up "
					"to %.4g: that is 1 then",
					sum);
	else if (l->num_cells == 0)
		hypothesis_file_mistake(r, n, "the table is empty");
}

static void read_table(struct hypothesis_reader *r, yaml_node_t *n,
		       const char *const *words,
		       struct hypothesis_likelihood *out)
{
	static const double range[2] = { 0, 1 };
	struct hypothesis_key keys[HYPOTHESIS_CELLS_MAX + 1] = { { 0 } };
	yaml_node_t *found[HYPOTHESIS_CELLS_MAX];
	size_t num = 0;
	bool good;

	while (words[num]) {
		keys[num].name = words[num];
		num++;
	}
	keys[num].name = "*";
	good = hypothesis_file_map(r, n, "the table", keys, found);
	if (n->type != YAML_MAPPING_NODE)
		return;
	for (size_t i = 0; i <= num; i++) {
		struct hypothesis_cell *c = &out->cell[out->num_cells];

		if (!found[i])
			continue;
		good = hypothesis_file_number(r, found[i], keys[i].name, range,
					      &c->probability) &&
		       good;
		c->word = mem_text(keys[i].name, strlen(keys[i].name));
		out->num_cells++;
	}
	if (good)
		check_sum(r, n, out, num);
}

/* What would be right for a quantity. */
static void mistake_of_kind(struct hypothesis_reader *r, const yaml_node_t *n,
			    const char *quantity, bool is_word)
{
	if (is_word)
		hypothesis_file_mistake(r, n,
					"%s is told in words: its likelihood "
					"is a table",
					quantity);
	else
		hypothesis_file_mistake(
			r, n,
			"%s is a number: its likelihood is one of lognormal, "
			"normal, loguniform, uniform, poisson",
			quantity);
}

static void read_shape(struct hypothesis_reader *r, yaml_node_t *n,
		       const char *quantity, struct hypothesis_likelihood *out)
{
	const enum hypothesis_quantity q = hypothesis_quantity_of(quantity);
	const bool is_word = hypothesis_quantity_is_word(q);

	if (is_word != (out->shape == HYPOTHESIS_TABLE))
		mistake_of_kind(r, n, quantity, is_word);
	else if (is_word)
		read_table(r, n, hypothesis_quantity_words(q), out);
	else
		read_parameters(r, n, out);
}

/* Of the shapes, exactly one. */
static void find_shape(struct hypothesis_reader *r, yaml_node_t *n,
		       const char *quantity, yaml_node_t **found,
		       struct hypothesis_likelihood *out)
{
	size_t have = 0;

	for (size_t i = 0; i < HYPOTHESIS_SHAPES; i++) {
		if (!found[i])
			continue;
		out->shape = (enum hypothesis_shape)i;
		have++;
	}
	if (have == 1)
		read_shape(r, found[out->shape], quantity, out);
	else
		hypothesis_file_mistake(
			r, n,
			"a likelihood is one of lognormal, normal, loguniform, "
			"uniform, poisson, table; here are %zu of them",
			have);
}

#define SHAPE_KEY(name, text, a, b) { text, false },

void hypothesis_file_likelihood(struct hypothesis_reader *r, yaml_node_t *n,
				const char *quantity,
				struct hypothesis_likelihood *out)
{
	static const struct hypothesis_key keys[] = {
		HYPOTHESIS_SHAPE_LIST(SHAPE_KEY){ "within", false },
		{ "reason", true },
		{ NULL, false }
	};
	static const double range[2] = { 1, HYPOTHESIS_WITHIN_MAX };
	yaml_node_t *found[HYPOTHESIS_SHAPES + 2];
	yaml_node_t *within, *reason;

	out->within = 1;
	/* Also what has an unknown key is read on, for its other mistakes. */
	(void)hypothesis_file_map(r, n, "a likelihood", keys, found);
	if (n->type != YAML_MAPPING_NODE)
		return;
	within = found[HYPOTHESIS_SHAPES];
	reason = found[HYPOTHESIS_SHAPES + 1];
	if (within)
		(void)hypothesis_file_number(r, within, "within", range,
					     &out->within);
	out->reason = hypothesis_file_text(r, reason, "a reason",
					   HYPOTHESIS_TEXT_MAX);
	find_shape(r, n, quantity, found, out);
}

static void read_under(struct hypothesis_reader *r, yaml_node_t *n,
		       struct hypothesis_item *item)
{
	struct hypothesis_key keys[HYPOTHESIS_MAX + 1] = { { 0 } };
	yaml_node_t *found[HYPOTHESIS_MAX];
	const size_t num = r->out->num_hypotheses;

	item->under = mem_new(HYPOTHESIS_MAX, sizeof(*item->under));
	for (size_t i = 0; i < num; i++)
		keys[i] = (struct hypothesis_key){ r->out->hypothesis[i].id,
						   true };
	(void)hypothesis_file_map(r, n, "\"under\"", keys, found);
	if (n->type != YAML_MAPPING_NODE || !item->quantity)
		return;
	for (size_t i = 0; i < num; i++) {
		if (found[i])
			hypothesis_file_likelihood(r, found[i], item->quantity,
						   &item->under[i]);
	}
}

static void read_quantity(struct hypothesis_reader *r, yaml_node_t *n,
			  struct hypothesis_item *item)
{
	char *text =
		hypothesis_file_text(r, n, "a quantity", HYPOTHESIS_NAME_MAX);
	struct buf known;

	if (!text)
		return;
	if (hypothesis_quantity_of(text) != HYPOTHESIS_QUANTITIES) {
		item->quantity = text;
		return;
	}
	buf_init(&known, 4096);
	for (int q = 0; q < HYPOTHESIS_QUANTITIES; q++)
		buf_printf(
			&known, "%s%s", q ? ", " : "",
			hypothesis_quantity_text((enum hypothesis_quantity)q));
	hypothesis_file_mistake(r, n, "no such quantity: there are %s",
				buf_str(&known));
	buf_fini(&known);
	free(text);
}

static void read_grade(struct hypothesis_reader *r, yaml_node_t *n,
		       struct hypothesis_item *item)
{
	struct span text;

	if (!hypothesis_file_scalar(r, n, "a grade", &text))
		return;
	if (text.n == 2 && text.p[0] >= 'A' && text.p[0] <= 'F' &&
	    text.p[1] >= '1' && text.p[1] <= '6') {
		item->reliability = (char)text.p[0];
		item->credibility = (unsigned)(text.p[1] - '0');
		return;
	}
	hypothesis_file_mistake(r, n,
				"a grade is a letter A to F (the source) and a "
				"figure 1 to 6 (what it says), as B2");
}

/* Two items of one quantity are one piece of evidence: the same group. */
static void check_again(struct hypothesis_reader *r, const yaml_node_t *n,
			const struct hypothesis_item *item, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		const struct hypothesis_item *other = &r->out->item[i];

		if (!item->quantity || !other->quantity ||
		    strcmp(item->quantity, other->quantity) != 0)
			continue;
		if (item->group && other->group &&
		    !strcmp(item->group, other->group))
			continue;
		hypothesis_file_mistake(
			r, n,
			"%s is already at line %lu: items of one quantity "
			"count once, so give both the same group",
			item->quantity, other->line);
		return;
	}
}

static void read_item(struct hypothesis_reader *r, yaml_node_t *n, size_t at)
{
	static const struct hypothesis_key keys[] = {
		{ "quantity", true }, { "group", false }, { "grade", false },
		{ "source", false },  { "under", true },  { NULL, false }
	};
	struct hypothesis_item *item = &r->out->item[at];
	yaml_node_t *found[5];

	item->line = n->start_mark.line + 1;
	(void)hypothesis_file_map(r, n, "an item", keys, found);
	if (n->type != YAML_MAPPING_NODE)
		return;
	if (found[0])
		read_quantity(r, found[0], item);
	item->group = hypothesis_file_text(r, found[1], "a group",
					   HYPOTHESIS_NAME_MAX);
	if (found[2])
		read_grade(r, found[2], item);
	item->source = hypothesis_file_text(r, found[3], "a source",
					    HYPOTHESIS_TEXT_MAX);
	if (found[4])
		read_under(r, found[4], item);
	check_again(r, n, item, at);
}

void hypothesis_file_items(struct hypothesis_reader *r, yaml_node_t *n)
{
	static const size_t range[2] = { 1, HYPOTHESIS_ITEMS_MAX };
	size_t num;
	const yaml_node_item_t *list =
		hypothesis_file_list(r, n, "items", range, &num);

	if (num == 0)
		return;
	r->out->item = mem_new(num, sizeof(*r->out->item));
	r->out->num_items = num;
	for (size_t i = 0; i < num; i++)
		read_item(r, yaml_document_get_node(r->doc, list[i]), i);
}
