#include "analysis/hypothesis_file_private.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/hypotheses_text.h"
#include "base/mem.h"

#define PRIORS_SLACK 1e-6
#define PRIOR_MIN    1e-9 /* what is impossible needs no weighing */

struct span hypothesis_file_shipped(void)
{
	return (struct span){ hypotheses_text, sizeof(hypotheses_text) };
}

static void free_item(struct hypothesis_item *item)
{
	free(item->quantity);
	free(item->group);
	free(item->source);
	for (size_t i = 0; item->under && i < HYPOTHESIS_MAX; i++) {
		free(item->under[i].reason);
		for (size_t k = 0; k < HYPOTHESIS_CELLS_MAX; k++)
			free(item->under[i].cell[k].word);
	}
	free(item->under);
}

void hypothesis_file_free(struct hypothesis_file *f)
{
	free(f->title);
	free(f->sources);
	for (size_t i = 0; i < HYPOTHESIS_MAX; i++) {
		free(f->hypothesis[i].id);
		free(f->hypothesis[i].name);
		free(f->hypothesis[i].description);
		free(f->hypothesis[i].prior_reason);
	}
	for (size_t i = 0; i < f->num_items; i++)
		free_item(&f->item[i]);
	free(f->item);
	memset(f, 0, sizeof(*f));
}

static bool is_id(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] ==
	       '\0';
}

static bool is_taken(const struct hypothesis_file *f, size_t before,
		     const char *id)
{
	for (size_t i = 0; i < before; i++) {
		if (f->hypothesis[i].id && !strcmp(f->hypothesis[i].id, id))
			return true;
	}
	return false;
}

static void read_id(struct hypothesis_reader *r, const yaml_node_t *n,
		    size_t at)
{
	char *id = hypothesis_file_text(r, n, "an id", HYPOTHESIS_ID_MAX);

	if (!id)
		return;
	if (!is_id(id))
		hypothesis_file_mistake(r, n,
					"an id is of lower-case letters, "
					"digits, - and _");
	if (is_taken(r->out, at, id)) {
		hypothesis_file_mistake(r, n, "two hypotheses have the id %s",
					id);
		free(id);
		return;
	}
	r->out->hypothesis[at].id = id;
}

static void read_hypothesis(struct hypothesis_reader *r, yaml_node_t *n,
			    size_t at)
{
	static const struct hypothesis_key keys[] = {
		{ "id", true },    { "name", true },   { "description", false },
		{ "prior", true }, { "reason", true }, { NULL, false }
	};
	static const double range[2] = { PRIOR_MIN, 1 - PRIOR_MIN };
	struct hypothesis_text *h = &r->out->hypothesis[at];
	yaml_node_t *found[5];

	(void)hypothesis_file_map(r, n, "a hypothesis", keys, found);
	if (n->type != YAML_MAPPING_NODE)
		return;
	if (found[0])
		read_id(r, found[0], at);
	h->name = hypothesis_file_text(r, found[1], "a name",
				       HYPOTHESIS_NAME_MAX);
	h->description = hypothesis_file_text(r, found[2], "a description",
					      HYPOTHESIS_TEXT_MAX);
	if (found[3])
		(void)hypothesis_file_number(r, found[3], "a prior", range,
					     &h->prior);
	h->prior_reason = hypothesis_file_text(r, found[4], "a reason",
					       HYPOTHESIS_TEXT_MAX);
}

static void read_hypotheses(struct hypothesis_reader *r, yaml_node_t *n)
{
	static const size_t range[2] = { 2, HYPOTHESIS_MAX };
	const size_t before = r->mistakes;
	double sum = 0;
	size_t num;
	const yaml_node_item_t *list =
		hypothesis_file_list(r, n, "hypotheses", range, &num);

	for (size_t i = 0; i < num; i++) {
		read_hypothesis(r, yaml_document_get_node(r->doc, list[i]), i);
		sum += r->out->hypothesis[i].prior;
	}
	r->out->num_hypotheses = num;
	if (num > 0 && r->mistakes == before && fabs(sum - 1) > PRIORS_SLACK)
		hypothesis_file_mistake(
			r, n, "priors add up to %.6g: they add up to 1", sum);
}

/* Items can be read only where every hypothesis has a name to be found by. */
static bool have_ids(const struct hypothesis_file *f)
{
	for (size_t i = 0; i < f->num_hypotheses; i++) {
		if (!f->hypothesis[i].id)
			return false;
	}
	return f->num_hypotheses > 0;
}

static void read_root(struct hypothesis_reader *r, yaml_node_t *root)
{
	static const struct hypothesis_key keys[] = { { "title", true },
						      { "sources", false },
						      { "hypotheses", true },
						      { "items", true },
						      { NULL, false } };
	yaml_node_t *found[4];

	(void)hypothesis_file_map(r, root, "the file", keys, found);
	if (root->type != YAML_MAPPING_NODE)
		return;
	r->out->title = hypothesis_file_text(r, found[0], "the title",
					     HYPOTHESIS_NAME_MAX);
	r->out->sources = hypothesis_file_text(r, found[1], "sources",
					       HYPOTHESIS_FILE_MAX);
	if (found[2])
		read_hypotheses(r, found[2]);
	if (found[3] && have_ids(r->out))
		hypothesis_file_items(r, found[3]);
}

static void read_document(struct hypothesis_reader *r, struct span text)
{
	yaml_document_t doc;
	yaml_node_t *root;

	if (!hypothesis_file_load(r, &doc, text))
		return;
	r->doc = &doc;
	root = yaml_document_get_root_node(&doc);
	if (root)
		read_root(r, root);
	else
		hypothesis_file_mistake_at(
			r, 1, 1,
			"it is empty: assay hypothesis show prints a file to "
			"begin with");
	yaml_document_delete(&doc);
}

static enum status say_mistakes(struct why *why,
				const struct hypothesis_reader *r)
{
	if (r->mistakes == 1)
		return status_why(why, ST_BAD, "%s", r->first.text);
	return status_why(why, ST_BAD, "%.430s (and %zu mistakes more)",
			  r->first.text, r->mistakes - 1);
}

enum status hypothesis_file_parse(struct hypothesis_file *out, const char *name,
				  struct span text,
				  const struct hypothesis_listener *listener,
				  struct why *why)
{
	struct hypothesis_file *f = mem_new(1, sizeof(*f));
	struct hypothesis_reader r = { .out = f,
				       .listener = listener,
				       .name = name };
	enum status st = ST_OK;

	if (text.n > HYPOTHESIS_FILE_MAX)
		hypothesis_file_mistake_at(&r, 1, 1,
					   "it is longer than the %u bytes "
					   "that are read",
					   HYPOTHESIS_FILE_MAX);
	else
		read_document(&r, text);
	if (r.mistakes == 0)
		*out = *f;
	else {
		st = say_mistakes(why, &r);
		hypothesis_file_free(f);
	}
	free(f);
	return st;
}

/* All of a file, and a byte more than is allowed where it has that. */
static enum status read_bytes(uint8_t **bytes, size_t *n, const char *path,
			      struct why *why)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	bool bad;

	if (!f)
		return status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	p = mem_new(HYPOTHESIS_FILE_MAX + 1, 1);
	*n = fread(p, 1, HYPOTHESIS_FILE_MAX + 1, f);
	bad = ferror(f) != 0;
	if (bad)
		(void)status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	fclose(f);
	if (bad) {
		free(p);
		return ST_IO;
	}
	*bytes = p;
	return ST_OK;
}

enum status hypothesis_file_read_all(struct hypothesis_file *out,
				     const char *path,
				     const struct hypothesis_listener *listener,
				     struct why *why)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum status st;

	if (!path)
		return hypothesis_file_parse(out, "data/hypotheses.yaml",
					     hypothesis_file_shipped(),
					     listener, why);
	st = read_bytes(&bytes, &n, path, why);
	if (st != ST_OK)
		return st;
	st = hypothesis_file_parse(out, path, (struct span){ bytes, n },
				   listener, why);
	free(bytes);
	return st;
}

enum status hypothesis_file_read(struct hypothesis_file *out, const char *path,
				 struct why *why)
{
	return hypothesis_file_read_all(out, path, NULL, why);
}
