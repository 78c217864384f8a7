#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "coin/block.h"
#include "coin/target.h"
#include "coin/tx_walk.h"
#include "proto/getblocktemplate.h"

static bool is_type(const struct json_node *node, enum json_type type)
{
	return node && node->type == type;
}

/* The keys that BIP 22 wants in every template, and a coinbase or its value. */
bool getblocktemplate_is_work(const struct dialect_input *in)
{
	const struct json_node *result = daemon_result(in);
	const struct json *doc = in->doc;

	return is_type(json_get(doc, result, "previousblockhash"),
		       JSON_STRING) &&
	       is_type(json_get(doc, result, "bits"), JSON_STRING) &&
	       is_type(json_get(doc, result, "curtime"), JSON_NUMBER) &&
	       is_type(json_get(doc, result, "transactions"), JSON_ARRAY) &&
	       (is_type(json_get(doc, result, "coinbasevalue"), JSON_NUMBER) ||
		is_type(json_get(doc, result, "coinbasetxn"), JSON_OBJECT));
}

/* A hash as people write it. */
static bool read_hash(uint8_t out[32], const struct json_node *node)
{
	uint8_t be[32];

	if (!rpc_hex_exactly(be, sizeof(be), node))
		return false;
	for (size_t i = 0; i < sizeof(be); i++)
		out[i] = be[sizeof(be) - 1 - i];
	return true;
}

static bool read_u32(uint32_t *out, const struct json_node *node)
{
	uint64_t v;

	if (!is_type(node, JSON_NUMBER) || !num_u64(&v, node->raw) ||
	    v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

/* Nodes write it signed. */
static bool read_version(uint32_t *out, const struct json_node *node)
{
	int64_t v;

	if (!is_type(node, JSON_NUMBER) || !num_i64(&v, node->raw) ||
	    v < INT32_MIN || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool read_nbits(uint32_t *out, const struct json_node *node)
{
	return is_type(node, JSON_STRING) && hex_u32(out, node->raw);
}

bool getblocktemplate_header(struct event_job *job,
			     const struct dialect_input *in)
{
	const struct json_node *result = daemon_result(in);
	struct event_job j = { .work = EVENT_HEADER };

	if (!read_hash(j.previous,
		       json_get(in->doc, result, "previousblockhash")) ||
	    !read_version(&j.version, json_get(in->doc, result, "version")) ||
	    !read_nbits(&j.nbits, json_get(in->doc, result, "bits")) ||
	    !read_u32(&j.ntime, json_get(in->doc, result, "curtime")))
		return false;
	*job = j;
	return true;
}

/* Its own, or that of nBits. */
static void read_target(struct daemon *d, struct event_job *job,
			const struct json_node *node)
{
	struct daemon_target *kept =
		&d->target[d->num_targets % DAEMON_TARGETS_MAX];
	struct target t;

	if (read_hash(job->target, node)) {
		job->has_target = true;
		memcpy(kept->previous, job->previous, sizeof(kept->previous));
		memcpy(kept->target, job->target, sizeof(kept->target));
		d->num_targets++;
	} else if (target_from_nbits(&t, job->nbits)) {
		job->has_target = true;
		target_write(job->target, &t);
	}
}

/* What Zcash's templates have, whose header is longer. */
static bool is_foreign(const struct json *doc, const struct json_node *result)
{
	return json_get(doc, result, "defaultroots") ||
	       json_get(doc, result, "finalsaplingroothash") ||
	       json_get(doc, result, "blockcommitmentshash");
}

/* What a template proposes as coinbase, and for that the branches. */
struct proposed {
	struct buf own;
	struct span coinbase;
	uint8_t branch[MERKLE_DEPTH_MAX][32];
	size_t depth;
};

static bool read_coinbase(struct daemon *d, struct proposed *p,
			  const struct json_node *data)
{
	if (!is_type(data, JSON_STRING) || data->raw.n < 2)
		return false;
	size_t n = data->raw.n / 2;
	uint8_t *raw = rpc_keep(&d->rpc, n);
	struct tx_walk tx;

	if (!raw || !hex_parse(raw, &n, n, data->raw))
		return false;
	struct cur c = cur_over((struct span){ raw, n });

	if (!tx_walk(&tx, &c) || !cur_done(&c))
		return false;
	p->coinbase = tx_walk_stripped(&tx, &p->own);
	return true;
}

/* The ids of all listed transactions. Without BIP 145 "hash" is the id. */
static bool read_branch(struct proposed *p, const struct json *doc,
			const struct json_node *list)
{
	uint8_t *txids = mem_new(list->n + UINT64_C(1), 32);
	const struct json_node *tx = json_at(doc, list, 0);
	uint32_t n = 0;

	for (; tx; tx = json_after(doc, list, tx), n++) {
		const struct json_node *id = json_get(doc, tx, "txid");

		if (!read_hash(txids + n * UINT64_C(32),
			       id ? id : json_get(doc, tx, "hash")))
			break;
	}
	if (!tx)
		p->depth = block_merkle_branch(p->branch, txids, n);
	free(txids);
	return !tx;
}

/* Both or neither: a coinbase without its branches would be a block's only
 * transaction. */
static void read_proposed(struct daemon *d, struct event_job *job,
			  struct proposed *p, const struct daemon_turn *t)
{
	const struct json *doc = t->in->doc;
	const struct json_node *result = daemon_result(t->in);
	const struct json_node *coinbase = json_get(doc, result, "coinbasetxn");

	if (!read_coinbase(d, p, json_get(doc, coinbase, "data")) ||
	    !read_branch(p, doc, json_get(doc, result, "transactions")))
		return;
	job->coinbase1 = p->coinbase;
	job->branches = (struct span){ p->branch[0], p->depth * 32 };
}

/* A template's name for itself, or the moment in the chain it is for. */
struct name {
	char text[66 + 1 + 10 + 1]; /* "0x" and 64 digits, "-", a u32 */
};

static struct span read_id(struct daemon *d, struct name *room,
			   const struct daemon_turn *t)
{
	const struct json *doc = t->in->doc;
	const struct json_node *result = daemon_result(t->in);
	struct span id = rpc_text(&d->rpc, json_get(doc, result, "workid"));

	if (id.n == 0)
		id = rpc_text(&d->rpc, json_get(doc, result, "longpollid"));
	if (id.n > 0)
		return id;
	const struct span previous =
		json_get(doc, result, "previousblockhash")->raw;
	const struct span time = json_get(doc, result, "curtime")->raw;
	const int n = snprintf(room->text, sizeof(room->text), "%.*s-%.*s",
			       (int)previous.n, (const char *)previous.p,
			       (int)time.n, (const char *)time.p);

	return (struct span){ (const uint8_t *)room->text,
			      n > 0 ? (size_t)n : 0 };
}

void getblocktemplate_work(struct daemon *d, const struct daemon_turn *t)
{
	const struct json_node *result = daemon_result(t->in);
	const struct json_node *old = json_get(t->in->doc, result, "submitold");
	struct event e = dialect_event(t->in, EVENT_TALK);
	struct proposed proposed = { .depth = 0 };
	struct name name;

	if (!getblocktemplate_header(&e.job, t->in)) {
		d->rpc.faults[DIALECT_TYPE]++;
		t->sink(t->context, &e);
		return;
	}
	buf_init(&proposed.own, t->in->message->text.n);
	d->name = getblocktemplate_dialect.name;
	d->foreign = is_foreign(t->in->doc, result);
	e.type = EVENT_JOB;
	e.job.id = read_id(d, &name, t);
	e.job.readable = !d->foreign;
	e.job.is_template = true;
	e.job.clean = is_type(old, JSON_FALSE);
	if (!d->foreign) {
		read_target(d, &e.job, json_get(t->in->doc, result, "target"));
		read_u32(&e.job.height, json_get(t->in->doc, result, "height"));
		read_proposed(d, &e.job, &proposed, t);
	}
	t->sink(t->context, &e);
	buf_fini(&proposed.own);
}
