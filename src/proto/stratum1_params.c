#include <string.h>

#include "base/hex.h"
#include "proto/stratum1_private.h"

static const uint8_t nothing[1];
static const struct span empty = { nothing, 0 };

static void fail(struct stratum1_params *p, enum stratum1_fault fault)
{
	if (!p->bad)
		p->s->faults[fault]++;
	p->bad = true;
	p->fault = fault;
}

struct stratum1_params stratum1_params(struct stratum1 *s,
				       const struct json_node *message)
{
	struct stratum1_params p = { .s = s };

	p.array = json_get(&s->doc, message, "params");
	if (!p.array || p.array->type != JSON_ARRAY)
		fail(&p, STRATUM1_NO_PARAMS);
	else
		p.at = json_at(&s->doc, p.array, 0);
	return p;
}

bool stratum1_more(const struct stratum1_params *p)
{
	return !p->bad && p->at;
}

static const struct json_node *take(struct stratum1_params *p)
{
	const struct json_node *node = p->bad ? NULL : p->at;

	if (!node) {
		fail(p, STRATUM1_SHORT);
		return NULL;
	}
	p->at = json_after(&p->s->doc, p->array, node);
	return node;
}

/* Room for n bytes in scratch, which must not move what it holds already: it
 * was given its full size when the message came. */
static uint8_t *keep(struct stratum1 *s, size_t n)
{
	static const uint8_t zeros[64];
	const size_t at = s->scratch.n;

	for (size_t left = n; left > 0;) {
		const size_t part = left < sizeof(zeros) ? left : sizeof(zeros);

		if (!buf_add(&s->scratch, zeros, part))
			return NULL;
		left -= part;
	}
	return s->scratch.p + at;
}

struct span stratum1_text(struct stratum1 *s, const struct json_node *node)
{
	size_t n;

	if (!node || node->type != JSON_STRING || node->raw.n == 0)
		return empty;
	if (!node->escaped)
		return node->raw;
	uint8_t *room = keep(s, node->raw.n + 1);

	if (!room || !json_string((char *)room, &n, node->raw.n + 1, node))
		return empty;
	return (struct span){ room, n };
}

struct span stratum1_take_text(struct stratum1_params *p)
{
	const struct json_node *node = take(p);

	if (!node)
		return empty;
	/* Some pools number their jobs instead of naming them. */
	if (node->type == JSON_NUMBER)
		return node->raw;
	if (node->type == JSON_NULL)
		return empty;
	if (node->type != JSON_STRING) {
		fail(p, STRATUM1_TYPE);
		return empty;
	}
	return stratum1_text(p->s, node);
}

struct span stratum1_take_number(struct stratum1_params *p)
{
	const struct json_node *node = take(p);

	if (!node)
		return empty;
	if (node->type != JSON_NUMBER && node->type != JSON_STRING) {
		fail(p, STRATUM1_TYPE);
		return empty;
	}
	return node->raw;
}

struct span stratum1_take_hex(struct stratum1_params *p, size_t max)
{
	const struct json_node *node = take(p);

	if (!node)
		return empty;
	if (node->type != JSON_STRING) {
		fail(p, STRATUM1_TYPE);
		return empty;
	}
	size_t n = node->raw.n / 2;

	if (n > max) {
		fail(p, STRATUM1_SIZE);
		return empty;
	}
	uint8_t *room = keep(p->s, n);

	if (n > 0 && !room) {
		fail(p, STRATUM1_SIZE);
		return empty;
	}
	if (!hex_parse(n ? room : (uint8_t[1]){ 0 }, &n, n, node->raw)) {
		fail(p, STRATUM1_HEX);
		return empty;
	}
	return n ? (struct span){ room, n } : empty;
}

uint32_t stratum1_take_u32(struct stratum1_params *p)
{
	const struct json_node *node = take(p);
	uint32_t v = 0;

	if (!node)
		return 0;
	if (node->type != JSON_STRING)
		fail(p, STRATUM1_TYPE);
	else if (!hex_u32(&v, node->raw))
		fail(p, STRATUM1_HEX);
	return p->bad ? 0 : v;
}

struct span stratum1_take_branches(struct stratum1_params *p)
{
	const struct json_node *array = take(p);

	if (!array)
		return empty;
	if (array->type != JSON_ARRAY) {
		fail(p, STRATUM1_TYPE);
		return empty;
	}
	if (array->n > EVENT_BRANCHES_MAX) {
		fail(p, STRATUM1_BRANCHES);
		return empty;
	}
	const size_t n = (size_t)array->n * 32;
	uint8_t *room = keep(p->s, n);
	size_t at = 0;

	for (const struct json_node *e = json_at(&p->s->doc, array, 0); e;
	     e = json_after(&p->s->doc, array, e), at += 32) {
		if (!room || e->type != JSON_STRING ||
		    !hex_bytes(room + at, 32, e->raw)) {
			fail(p, STRATUM1_HEX);
			return empty;
		}
	}
	return n ? (struct span){ room, n } : empty;
}

bool stratum1_take_bool(struct stratum1_params *p)
{
	const struct json_node *node = p->at;

	if (p->bad || !node)
		return false;
	p->at = json_after(&p->s->doc, p->array, node);
	return node->type == JSON_TRUE;
}
