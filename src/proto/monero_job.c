#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "proto/monero.h"

static const uint8_t nothing[1];

static bool is_hex(const struct json_node *node, size_t min, size_t max)
{
	if (!node || node->type != JSON_STRING || node->raw.n % 2 != 0 ||
	    node->raw.n / 2 < min || node->raw.n / 2 > max)
		return false;
	for (size_t i = 0; i < node->raw.n; i += 2) {
		uint8_t byte;

		if (!hex_bytes(&byte, 1, (struct span){ node->raw.p + i, 2 }))
			return false;
	}
	return true;
}

static bool is_word(const struct json_node *node)
{
	return is_hex(node, 4, 4) || is_hex(node, 8, 8);
}

static bool is_text(const struct json_node *node)
{
	return node && node->type == JSON_STRING && node->raw.n > 0;
}

bool monero_names_job(const struct json *doc, const struct json_node *node)
{
	const struct json_node *id = json_get(doc, node, "job_id");

	return is_text(id) || (id && id->type == JSON_NUMBER);
}

bool monero_job_shaped(const struct json *doc, const struct json_node *node)
{
	const struct json_node *blob = json_get(doc, node, "blob");

	return monero_names_job(doc, node) &&
	       is_word(json_get(doc, node, "target")) &&
	       (blob ? is_hex(blob, MONERO_BLOB_MIN, MONERO_BLOB_MAX)
		     : is_text(json_get(doc, node, "pool_wallet")));
}

bool monero_share_shaped(const struct json *doc, const struct json_node *node)
{
	return monero_names_job(doc, node) &&
	       is_word(json_get(doc, node, "nonce")) &&
	       is_hex(json_get(doc, node, "result"), 32, 32);
}

/* The bytes of a hex string, in r's scratch; false if it is none, or of more
 * than max. */
static bool read_hex(struct rpc *r, struct span *out,
		     const struct json_node *node, size_t max)
{
	if (!is_hex(node, 1, max)) {
		r->faults[DIALECT_HEX]++;
		return false;
	}
	const size_t n = node->raw.n / 2;
	uint8_t *room = rpc_keep(r, n);

	if (!room || !hex_bytes(room, n, node->raw)) {
		r->faults[DIALECT_SIZE]++;
		return false;
	}
	*out = (struct span){ room, n };
	return true;
}

bool monero_target_read(uint8_t out[32], struct span hex)
{
	uint8_t bytes[8];
	size_t n;

	if (!hex_parse(bytes, &n, sizeof(bytes), hex) || (n != 4 && n != 8))
		return false;
	struct cur c = cur_over((struct span){ bytes, n });
	uint64_t target = n == 4 ? cur_le32(&c) : cur_le64(&c);

	if (target == 0)
		return false;
	if (n == 4)
		target = UINT64_MAX / (UINT32_MAX / target);
	memset(out, 0xff, 24);
	for (size_t i = 0; i < 8; i++)
		out[24 + i] = (uint8_t)(target >> (8 * i));
	return true;
}

static struct span name_of(struct rpc *r, const struct json_node *id)
{
	return id->type == JSON_NUMBER ? id->raw : rpc_text(r, id);
}

/* A number that an unsigned of 32 bits holds, or 0. */
static uint32_t height_of(const struct json_node *node)
{
	uint64_t v;

	if (!node || node->type != JSON_NUMBER || !num_u64(&v, node->raw) ||
	    v > UINT32_MAX)
		return 0;
	return (uint32_t)v;
}

/* RandomX of Yada writes its target most significant digit first, and in any
 * length: it is not read. */
static bool read_target(struct rpc *r, struct event_job *job,
			const struct json_node *node)
{
	if (job->algorithm.n == 7 && !memcmp(job->algorithm.p, "rx/yada", 7))
		return true;
	if (!node || node->type != JSON_STRING) {
		r->faults[DIALECT_TYPE]++;
		return false;
	}
	job->has_target = monero_target_read(job->target, node->raw);
	if (!job->has_target)
		r->faults[DIALECT_HEX]++;
	return job->has_target;
}

static bool read_blob(struct rpc *r, struct event_job *job,
		      const struct json_node *node)
{
	const struct json_node *blob = json_get(r->doc, node, "blob");

	if (!blob && is_text(json_get(r->doc, node, "pool_wallet")))
		return true; /* the miner asks its own node for it */
	if (!blob || blob->type != JSON_STRING) {
		r->faults[DIALECT_TYPE]++;
		return false;
	}
	if (blob->raw.n / 2 < MONERO_BLOB_MIN ||
	    blob->raw.n / 2 > MONERO_BLOB_MAX) {
		r->faults[DIALECT_SIZE]++;
		return false;
	}
	return read_hex(r, &job->coinbase1, blob, MONERO_BLOB_MAX);
}

bool monero_job_read(struct rpc *r, struct event_job *job,
		     const struct json_node *node)
{
	struct event_job got = { .readable = true, .work = EVENT_CLAIMED };

	if (!node || node->type != JSON_OBJECT) {
		r->faults[DIALECT_NO_PARAMS]++;
		return false;
	}
	if (!monero_names_job(r->doc, node)) {
		r->faults[DIALECT_SHORT]++;
		return false;
	}
	got.id = name_of(r, json_get(r->doc, node, "job_id"));
	got.algorithm = rpc_text(r, json_get(r->doc, node, "algo"));
	got.height = height_of(json_get(r->doc, node, "height"));
	if (!read_target(r, &got, json_get(r->doc, node, "target")) ||
	    !read_blob(r, &got, node))
		return false;
	*job = got;
	return true;
}

struct event_share monero_share_read(struct rpc *r,
				     const struct json_node *node)
{
	const struct json_node *nonce = json_get(r->doc, node, "nonce");
	struct event_share share = { .extranonce2 = { nothing, 0 } };
	struct span bytes;

	share.worker = share.job_id = share.extranonce2;
	if (monero_names_job(r->doc, node))
		share.job_id = name_of(r, json_get(r->doc, node, "job_id"));
	if (!is_word(nonce) ||
	    !rpc_hex_exactly(share.result, 32,
			     json_get(r->doc, node, "result"))) {
		r->faults[DIALECT_HEX]++;
		return share;
	}
	if (!read_hex(r, &bytes, nonce, 8))
		return share;
	struct cur c = cur_over(bytes);

	if (bytes.n == 4)
		share.nonce = cur_le32(&c);
	else
		share.extranonce2 = bytes;
	share.has_result = true;
	share.readable = true;
	return share;
}

bool monero_login_keep(struct rpc *r, struct buf *kept, struct span name)
{
	if (name.n > MONERO_LOGIN_MAX) {
		r->faults[DIALECT_SIZE]++;
		return false;
	}
	buf_clear(kept);
	return buf_add(kept, name.p, name.n);
}
