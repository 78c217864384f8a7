#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "coin/block.h"
#include "coin/target.h"
#include "proto/getblocktemplate.h"

static bool is_type(const struct json_node *node, enum json_type type)
{
	return node && node->type == type;
}

static bool refuse(struct why *why, const char *what)
{
	status_why(why, ST_BAD, "a template %s", what);
	return false;
}

/* A rule with '!' must be known by whoever makes a block (BIP 9). */
static bool rules_are_known(const struct json *doc,
			    const struct json_node *result)
{
	const struct json_node *rules = json_get(doc, result, "rules");

	if (!is_type(rules, JSON_ARRAY))
		return true;
	for (const struct json_node *r = json_at(doc, rules, 0); r;
	     r = json_after(doc, rules, r)) {
		if (is_type(r, JSON_STRING) && r->raw.n > 0 &&
		    r->raw.p[0] == '!' && !json_is(r, "!segwit"))
			return false;
	}
	return true;
}

static bool read_value(struct getblocktemplate_offer *o,
		       const struct json_node *value)
{
	return is_type(value, JSON_NUMBER) &&
	       num_u64(&o->coinbase_sat, value->raw);
}

static bool read_height(struct getblocktemplate_offer *o,
			const struct json_node *height)
{
	uint64_t v;

	if (!is_type(height, JSON_NUMBER) || !num_u64(&v, height->raw) ||
	    v > INT32_MAX)
		return false;
	o->job.height = (uint32_t)v;
	return true;
}

/* As people write it; without one, what the header demands. */
static bool read_target(struct getblocktemplate_offer *o,
			const struct json_node *node)
{
	uint8_t be[32];
	struct target t;

	if (is_type(node, JSON_STRING)) {
		if (!hex_bytes(be, sizeof(be), node->raw))
			return false;
		t = target_from_be(be);
	} else if (!target_from_nbits(&t, o->job.nbits)) {
		return false;
	}
	o->job.has_target = true;
	target_write(o->job.target, &t);
	return true;
}

static bool read_aux(struct getblocktemplate_offer *o, const struct json *doc,
		     const struct json_node *aux)
{
	const struct json_node *key, *value;
	size_t n;

	if (!is_type(aux, JSON_OBJECT) || aux->n == 0)
		return true;
	/* Keys do not matter: all values go into the script. */
	for (key = aux + 1; key; key = json_after(doc, aux, value)) {
		value = key + 1;
		if (!is_type(value, JSON_STRING) ||
		    !hex_parse(o->aux + o->aux_n, &n, sizeof(o->aux) - o->aux_n,
			       value->raw))
			return false;
		o->aux_n += n;
	}
	return true;
}

static bool read_commitment(struct getblocktemplate_offer *o,
			    const struct json_node *script)
{
	return !script || script->type == JSON_NULL ||
	       (is_type(script, JSON_STRING) &&
		hex_parse(o->commitment, &o->commitment_n,
			  sizeof(o->commitment), script->raw));
}

/* Without BIP 145 "hash" is the id. */
static bool read_txid(uint8_t out[32], const struct json *doc,
		      const struct json_node *tx)
{
	const struct json_node *id = json_get(doc, tx, "txid");
	uint8_t be[32];

	if (!id)
		id = json_get(doc, tx, "hash");
	if (!is_type(id, JSON_STRING) || !hex_bytes(be, sizeof(be), id->raw))
		return false;
	for (size_t i = 0; i < sizeof(be); i++)
		out[i] = be[sizeof(be) - 1 - i];
	return true;
}

static bool add_hex(struct buf *out, const struct json_node *hex)
{
	if (!is_type(hex, JSON_STRING) || hex->raw.n == 0 ||
	    hex->raw.n % 2 != 0)
		return false;
	size_t n = hex->raw.n / 2;
	uint8_t *raw = mem_new(n, 1);
	const bool good =
		hex_parse(raw, &n, n, hex->raw) && buf_add(out, raw, n);

	free(raw);
	return good;
}

static bool read_transactions(struct getblocktemplate_offer *o,
			      const struct json *doc,
			      const struct json_node *list)
{
	uint8_t *txids = mem_new(list->n + UINT64_C(1), 32);
	const struct json_node *tx = json_at(doc, list, 0);
	uint32_t n = 0;

	for (; tx; tx = json_after(doc, list, tx), n++) {
		if (!read_txid(txids + n * UINT64_C(32), doc, tx) ||
		    !add_hex(&o->transactions, json_get(doc, tx, "data")))
			break;
	}
	if (!tx)
		o->depth = block_merkle_branch(o->branch, txids, n);
	o->num_transactions = n;
	free(txids);
	return !tx;
}

static bool read_offer(struct getblocktemplate_offer *o,
		       const struct dialect_input *in, struct why *why)
{
	const struct json *doc = in->doc;
	const struct json_node *result = daemon_result(in);

	if (!getblocktemplate_is_work(in) ||
	    !getblocktemplate_header(&o->job, in))
		return refuse(why, "lacks what a header is made of");
	if (!rules_are_known(doc, result))
		return refuse(why, "asks for rules that are not known here");
	if (!read_value(o, json_get(doc, result, "coinbasevalue")))
		return refuse(why, "has no coinbasevalue");
	if (!read_height(o, json_get(doc, result, "height")))
		return refuse(why, "has no height");
	if (!read_target(o, json_get(doc, result, "target")))
		return refuse(why, "has no good target");
	if (!read_aux(o, doc, json_get(doc, result, "coinbaseaux")))
		return refuse(why, "has a coinbaseaux that cannot be used");
	if (!read_commitment(
		    o, json_get(doc, result, "default_witness_commitment")))
		return refuse(why, "has a bad default_witness_commitment");
	if (!read_transactions(o, doc, json_get(doc, result, "transactions")))
		return refuse(why, "has transactions that cannot be read");
	o->job.readable = true;
	o->workid = json_get(doc, result, "workid");
	o->longpollid = json_get(doc, result, "longpollid");
	o->longpolluri = json_get(doc, result, "longpolluri");
	return true;
}

bool getblocktemplate_offer_read(struct getblocktemplate_offer *out,
				 const struct dialect_input *in,
				 struct why *why)
{
	struct getblocktemplate_offer o = { .coinbase_sat = 0 };

	buf_init(&o.transactions, GETBLOCKTEMPLATE_TXS_MAX);
	if (read_offer(&o, in, why)) {
		*out = o;
		return true;
	}
	buf_fini(&o.transactions);
	return false;
}

void getblocktemplate_offer_fini(struct getblocktemplate_offer *o)
{
	buf_fini(&o->transactions);
}
