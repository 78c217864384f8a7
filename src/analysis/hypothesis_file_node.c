#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/hypothesis_file_private.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

#define SHOWN_MAX 60 /* columns of a file's own text in a message */

static void tell(struct hypothesis_reader *r, unsigned long line,
		 unsigned long column, const char *what)
{
	if (r->mistakes++ == 0)
		snprintf(r->first.text, sizeof(r->first.text), "%s:%lu:%lu: %s",
			 r->name, line, column, what);
	if (r->listener && r->mistakes <= HYPOTHESIS_MISTAKES_MAX)
		r->listener->tell(r->listener->context, line, column, what);
}

void hypothesis_file_mistake_at(struct hypothesis_reader *r, unsigned long line,
				unsigned long column, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell(r, line, column, text);
}

void hypothesis_file_mistake(struct hypothesis_reader *r, const yaml_node_t *n,
			     const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell(r, n->start_mark.line + 1, n->start_mark.column + 1, text);
}

static struct span bytes_of(const yaml_node_t *n)
{
	return (struct span){ n->data.scalar.value, n->data.scalar.length };
}

/* What stands there, safe to print. */
static const char *shown(struct buf *out, struct span text)
{
	buf_clear(out);
	text_safe(out, text, SHOWN_MAX);
	return buf_str(out);
}

static const char *kind_of(const yaml_node_t *n)
{
	switch (n->type) {
	case YAML_MAPPING_NODE:
		return "a mapping (key: value)";
	case YAML_SEQUENCE_NODE:
		return "a list";
	case YAML_SCALAR_NODE:
		return "a single value";
	case YAML_NO_NODE:
		break;
	}
	return "nothing";
}

static bool same(struct span text, const char *word)
{
	return text.n == strlen(word) && memcmp(text.p, word, text.n) == 0;
}

/* "id, name, prior" */
static const char *names_of(struct buf *out, const struct hypothesis_key *keys)
{
	buf_clear(out);
	for (size_t i = 0; keys[i].name; i++)
		buf_printf(out, "%s%s", i ? ", " : "", keys[i].name);
	return buf_str(out);
}

static bool take_pair(struct hypothesis_reader *r, const yaml_node_pair_t *pair,
		      const char *what, const struct hypothesis_key *keys,
		      yaml_node_t **found)
{
	const yaml_node_t *key = yaml_document_get_node(r->doc, pair->key);
	struct buf text, names;
	size_t i = 0;
	bool good;

	if (key->type != YAML_SCALAR_NODE) {
		hypothesis_file_mistake(r, key, "a key of %s is a word, not %s",
					what, kind_of(key));
		return false;
	}
	while (keys[i].name && !same(bytes_of(key), keys[i].name))
		i++;
	good = keys[i].name && !found[i];
	if (good) {
		found[i] = yaml_document_get_node(r->doc, pair->value);
		return true;
	}
	buf_init(&text, 1024);
	buf_init(&names, 1024);
	if (keys[i].name)
		hypothesis_file_mistake(r, key, "\"%s\" stands twice in %s",
					keys[i].name, what);
	else
		hypothesis_file_mistake(
			r, key, "\"%s\" is not known in %s: known are %s",
			shown(&text, bytes_of(key)), what,
			names_of(&names, keys));
	buf_fini(&text);
	buf_fini(&names);
	return false;
}

bool hypothesis_file_map(struct hypothesis_reader *r, yaml_node_t *n,
			 const char *what, const struct hypothesis_key *keys,
			 yaml_node_t **found)
{
	bool good = true;

	for (size_t i = 0; keys[i].name; i++)
		found[i] = NULL;
	if (n->type != YAML_MAPPING_NODE) {
		struct buf names;

		buf_init(&names, 1024);
		hypothesis_file_mistake(
			r, n, "%s is a mapping with the keys %s, not %s", what,
			names_of(&names, keys), kind_of(n));
		buf_fini(&names);
		return false;
	}
	for (const yaml_node_pair_t *p = n->data.mapping.pairs.start;
	     p < n->data.mapping.pairs.top; p++)
		good = take_pair(r, p, what, keys, found) && good;
	for (size_t i = 0; keys[i].name; i++) {
		if (found[i] || !keys[i].required)
			continue;
		hypothesis_file_mistake(r, n, "%s lacks \"%s\"", what,
					keys[i].name);
		good = false;
	}
	return good;
}

yaml_node_item_t *hypothesis_file_list(struct hypothesis_reader *r,
				       yaml_node_t *n, const char *what,
				       const size_t range[2], size_t *count)
{
	size_t have;

	*count = 0;
	if (n->type != YAML_SEQUENCE_NODE) {
		hypothesis_file_mistake(
			r, n, "%s are a list (- ... for each), not %s", what,
			kind_of(n));
		return NULL;
	}
	have = (size_t)(n->data.sequence.items.top -
			n->data.sequence.items.start);
	if (have < range[0] || have > range[1]) {
		hypothesis_file_mistake(
			r, n,
			"there are %zu %s: at least %zu and at most %zu "
			"can be weighed",
			have, what, range[0], range[1]);
		return NULL;
	}
	*count = have;
	return n->data.sequence.items.start;
}

bool hypothesis_file_scalar(struct hypothesis_reader *r, const yaml_node_t *n,
			    const char *what, struct span *out)
{
	if (n->type != YAML_SCALAR_NODE) {
		hypothesis_file_mistake(r, n, "%s is a single value, not %s",
					what, kind_of(n));
		return false;
	}
	*out = bytes_of(n);
	return true;
}

char *hypothesis_file_text(struct hypothesis_reader *r, const yaml_node_t *n,
			   const char *what, size_t max)
{
	struct span text;

	if (!n || !hypothesis_file_scalar(r, n, what, &text))
		return NULL;
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--; /* of a block scalar */
	if (text.n == 0)
		hypothesis_file_mistake(r, n, "%s is empty", what);
	else if (text.n > max)
		hypothesis_file_mistake(
			r, n, "%s has %zu bytes: at most %zu are read", what,
			text.n, max);
	else if (memchr(text.p, 0, text.n))
		hypothesis_file_mistake(r, n, "%s holds a NUL character", what);
	else
		return mem_text(text.p, text.n);
	return NULL;
}

bool hypothesis_file_number(struct hypothesis_reader *r, const yaml_node_t *n,
			    const char *what, const double range[2],
			    double *out)
{
	struct span text;
	struct buf safe;
	double v;

	if (!hypothesis_file_scalar(r, n, what, &text))
		return false;
	if (num_double(&v, text) && v >= range[0] && v <= range[1]) {
		*out = v;
		return true;
	}
	buf_init(&safe, 1024);
	if (num_double(&v, text))
		hypothesis_file_mistake(
			r, n, "%s is %s: it lies between %g and %g", what,
			shown(&safe, text), range[0], range[1]);
	else
		hypothesis_file_mistake(
			r, n,
			"%s is \"%s\", which is no number: write 0.5 or "
			"1.4e13, without a unit",
			what, shown(&safe, text));
	buf_fini(&safe);
	return false;
}
