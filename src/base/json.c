#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

#define REPLACEMENT 0xfffd

void json_init(struct json *doc, uint32_t node_limit)
{
	*doc = (struct json){ .limit = node_limit };
}

void json_fini(struct json *doc)
{
	free(doc->node);
	*doc = (struct json){ .limit = doc->limit };
}

const struct json_node *json_root(const struct json *doc)
{
	return doc->n ? doc->node : NULL;
}

/* The first node inside parent, or NULL. */
static const struct json_node *first(const struct json_node *parent)
{
	return parent->n ? parent + 1 : NULL;
}

const struct json_node *json_after(const struct json *doc,
				   const struct json_node *parent,
				   const struct json_node *node)
{
	if (!parent || !node || node->next >= parent->next)
		return NULL;
	return &doc->node[node->next];
}

const struct json_node *json_at(const struct json *doc,
				const struct json_node *array, uint32_t i)
{
	if (!array || array->type != JSON_ARRAY || i >= array->n)
		return NULL;

	const struct json_node *e = first(array);

	while (i-- > 0)
		e = json_after(doc, array, e);
	return e;
}

const struct json_node *json_get(const struct json *doc,
				 const struct json_node *object,
				 const char *key)
{
	const struct json_node *k, *value, *found = NULL;

	if (!object || object->type != JSON_OBJECT)
		return NULL;
	for (k = first(object); k; k = json_after(doc, object, value)) {
		value = k + 1;
		if (json_is(k, key))
			found = value;
	}
	return found;
}

/* The number behind \u, if rest begins with one. */
static bool take_unit(uint32_t *unit, struct cur *rest)
{
	struct cur ahead = *rest;
	const uint8_t slash = cur_u8(&ahead), u = cur_u8(&ahead);

	if (slash != '\\' || u != 'u' || !hex_u32(unit, cur_take(&ahead, 4)))
		return false;
	*rest = ahead;
	return true;
}

/* \uXXXX, or two of them that are a surrogate pair (RFC 8259, section 7). */
static uint32_t take_code(struct cur *rest)
{
	uint32_t high = REPLACEMENT, low;

	(void)take_unit(&high, rest);
	if (high < 0xd800 || high > 0xdfff)
		return high;

	struct cur ahead = *rest;

	if (high > 0xdbff || !take_unit(&low, &ahead) || low < 0xdc00 ||
	    low > 0xdfff)
		return REPLACEMENT;
	*rest = ahead;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The next byte or escape of a string, as 1 to 4 bytes of UTF-8. The parser
 * has checked the escapes. */
static size_t take_piece(uint8_t out[4], struct cur *rest)
{
	static const char simple[][2] = {
		{ 'b', '\b' }, { 'f', '\f' }, { 'n', '\n' },
		{ 'r', '\r' }, { 't', '\t' },
	};
	struct cur ahead = *rest;

	out[0] = cur_u8(&ahead);
	if (out[0] != '\\') {
		*rest = ahead;
		return 1;
	}
	out[0] = cur_u8(&ahead);
	if (out[0] == 'u')
		return utf8_write(out, take_code(rest));
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (out[0] == (uint8_t)simple[i][0]) {
			out[0] = (uint8_t)simple[i][1];
			break;
		}
	}
	*rest = ahead;
	return 1;
}

static size_t string_length(const struct json_node *node)
{
	struct cur rest = cur_over(node->raw);
	uint8_t piece[4];
	size_t n = 0;

	if (!node->escaped)
		return node->raw.n;
	while (cur_left(&rest))
		n += take_piece(piece, &rest);
	return n;
}

bool json_string(char *out, size_t *n, size_t room,
		 const struct json_node *node)
{
	if (!node || node->type != JSON_STRING)
		return false;

	const size_t length = string_length(node);
	struct cur rest = cur_over(node->raw);

	if (length >= room)
		return false;
	if (!node->escaped && length)
		memcpy(out, node->raw.p, length);
	for (size_t at = 0; node->escaped && cur_left(&rest);) {
		uint8_t piece[4];
		const size_t more = take_piece(piece, &rest);

		memcpy(out + at, piece, more);
		at += more;
	}
	out[length] = '\0';
	if (n)
		*n = length;
	return true;
}

bool json_is(const struct json_node *node, const char *s)
{
	if (!node || node->type != JSON_STRING)
		return false;

	const size_t n = strlen(s);
	struct cur rest = cur_over(node->raw);
	size_t at = 0;

	if (!node->escaped)
		return n == node->raw.n && !memcmp(node->raw.p, s, n);
	while (cur_left(&rest)) {
		uint8_t piece[4];
		const size_t more = take_piece(piece, &rest);

		if (more > n - at || memcmp(s + at, piece, more) != 0)
			return false;
		at += more;
	}
	return at == n;
}
