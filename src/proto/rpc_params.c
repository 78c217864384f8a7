#include <string.h>

#include "base/hex.h"
#include "proto/rpc.h"

static const uint8_t nothing[1];
static const struct span empty = { nothing, 0 };

void rpc_fault(struct rpc_params *p, enum dialect_fault fault)
{
	if (!p->bad)
		p->rpc->faults[fault]++;
	p->bad = true;
}

struct rpc_params rpc_elements(struct rpc *r, const struct json_node *array)
{
	struct rpc_params p = { .rpc = r, .array = array };

	if (!array || array->type != JSON_ARRAY)
		rpc_fault(&p, DIALECT_NO_PARAMS);
	else
		p.at = json_at(r->doc, array, 0);
	return p;
}

struct rpc_params rpc_params(struct rpc *r, const struct json_node *object)
{
	return rpc_elements(r, json_get(r->doc, object, "params"));
}

bool rpc_more(const struct rpc_params *p)
{
	return !p->bad && p->at;
}

const struct json_node *rpc_take(struct rpc_params *p)
{
	const struct json_node *node = p->bad ? NULL : p->at;

	if (!node) {
		rpc_fault(p, DIALECT_SHORT);
		return NULL;
	}
	p->at = json_after(p->rpc->doc, p->array, node);
	return node;
}

/* Room for n bytes in scratch, which must not move what it holds already: it
 * was given its full size when the message came. */
uint8_t *rpc_keep(struct rpc *r, size_t n)
{
	static const uint8_t zeros[64];
	const size_t at = r->scratch.n;

	for (size_t left = n; left > 0;) {
		const size_t part = left < sizeof(zeros) ? left : sizeof(zeros);

		if (!buf_add(&r->scratch, zeros, part))
			return NULL;
		left -= part;
	}
	return r->scratch.p + at;
}

struct span rpc_text(struct rpc *r, const struct json_node *node)
{
	size_t n;

	if (!node || node->type != JSON_STRING || node->raw.n == 0)
		return empty;
	if (!node->escaped)
		return node->raw;
	uint8_t *room = rpc_keep(r, node->raw.n + 1);

	if (!room || !json_string((char *)room, &n, node->raw.n + 1, node))
		return empty;
	return (struct span){ room, n };
}

struct span rpc_take_text(struct rpc_params *p)
{
	const struct json_node *node = rpc_take(p);

	if (!node)
		return empty;
	/* Some pools number their jobs instead of naming them. */
	if (node->type == JSON_NUMBER)
		return node->raw;
	if (node->type == JSON_NULL)
		return empty;
	if (node->type != JSON_STRING) {
		rpc_fault(p, DIALECT_TYPE);
		return empty;
	}
	return rpc_text(p->rpc, node);
}

struct span rpc_take_number(struct rpc_params *p)
{
	const struct json_node *node = rpc_take(p);

	if (!node)
		return empty;
	if (node->type != JSON_NUMBER && node->type != JSON_STRING) {
		rpc_fault(p, DIALECT_TYPE);
		return empty;
	}
	return node->raw;
}

struct span rpc_take_hex(struct rpc_params *p, size_t max)
{
	const struct json_node *node = rpc_take(p);

	if (!node)
		return empty;
	if (node->type != JSON_STRING) {
		rpc_fault(p, DIALECT_TYPE);
		return empty;
	}
	size_t n = node->raw.n / 2;

	if (n > max) {
		rpc_fault(p, DIALECT_SIZE);
		return empty;
	}
	uint8_t *room = rpc_keep(p->rpc, n);

	if (n > 0 && !room) {
		rpc_fault(p, DIALECT_SIZE);
		return empty;
	}
	if (!hex_parse(n ? room : (uint8_t[1]){ 0 }, &n, n, node->raw)) {
		rpc_fault(p, DIALECT_HEX);
		return empty;
	}
	return n ? (struct span){ room, n } : empty;
}

uint32_t rpc_take_u32(struct rpc_params *p)
{
	const struct json_node *node = rpc_take(p);
	uint32_t v = 0;

	if (!node)
		return 0;
	if (node->type != JSON_STRING)
		rpc_fault(p, DIALECT_TYPE);
	else if (!hex_u32(&v, node->raw))
		rpc_fault(p, DIALECT_HEX);
	return p->bad ? 0 : v;
}

void rpc_take_exactly(struct rpc_params *p, uint8_t *out, size_t n)
{
	const struct json_node *node = rpc_take(p);

	memset(out, 0, n);
	if (!node)
		return;
	if (node->type != JSON_STRING)
		rpc_fault(p, DIALECT_TYPE);
	else if (!rpc_hex_exactly(out, n, node))
		rpc_fault(p, DIALECT_HEX);
}

void rpc_take_target(struct rpc_params *p, uint8_t out[32])
{
	const struct json_node *node = rpc_take(p);

	memset(out, 0, 32);
	if (!node)
		return;
	if (node->type != JSON_STRING)
		rpc_fault(p, DIALECT_TYPE);
	else if (!rpc_hex_number(out, node))
		rpc_fault(p, DIALECT_HEX);
}

struct span rpc_take_hashes(struct rpc_params *p)
{
	const struct json_node *array = rpc_take(p);

	if (!array)
		return empty;
	if (array->type != JSON_ARRAY) {
		rpc_fault(p, DIALECT_TYPE);
		return empty;
	}
	if (array->n > EVENT_BRANCHES_MAX) {
		rpc_fault(p, DIALECT_BRANCHES);
		return empty;
	}
	const size_t n = (size_t)array->n * 32;
	uint8_t *room = rpc_keep(p->rpc, n);
	size_t at = 0;

	for (const struct json_node *e = json_at(p->rpc->doc, array, 0); e;
	     e = json_after(p->rpc->doc, array, e), at += 32) {
		if (!room || e->type != JSON_STRING ||
		    !hex_bytes(room + at, 32, e->raw)) {
			rpc_fault(p, DIALECT_HEX);
			return empty;
		}
	}
	return n ? (struct span){ room, n } : empty;
}

bool rpc_take_bool(struct rpc_params *p)
{
	const struct json_node *node = p->at;

	if (p->bad || !node)
		return false;
	p->at = json_after(p->rpc->doc, p->array, node);
	return node->type == JSON_TRUE;
}
