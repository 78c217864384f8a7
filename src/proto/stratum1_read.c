#include <string.h>

#include "base/hex.h"
#include "proto/stratum1_private.h"

void stratum1_prevhash(uint8_t out[32], const uint8_t wire[32])
{
	uint8_t whole[32];

	for (size_t i = 0; i < 32; i++)
		whole[i] = wire[i / 4 * 4 + 3 - i % 4];
	memcpy(out, whole, 32);
}

/* Other coins' jobs under the same method name:
 *
 *	Zcash		[id, version, prevhash, merkle root, reserved, time,
 *			 bits, clean]: a hash in third place
 *	Ethereum	[id, seed hash, header hash, clean], or with a target:
 *			few parameters, and a hash in third place, too */
static bool is_hash(const struct json_node *node)
{
	return node && node->type == JSON_STRING &&
	       (node->raw.n == 64 || node->raw.n == 66); /* 0x */
}

static const char *job_dialect(const struct stratum1 *s,
			       const struct json_node *params)
{
	const struct json_node *third = json_at(s->rpc.doc, params, 2);
	const struct json_node *branches = json_at(s->rpc.doc, params, 4);

	if (params->n >= 8 && branches && branches->type == JSON_ARRAY)
		return "stratum-v1";
	if (params->n >= 7 && is_hash(third))
		return "stratum-zcash";
	if (params->n >= 3 && params->n <= 5 && is_hash(third))
		return "stratum-ethereum";
	return NULL;
}

/* One connection speaks one dialect: what has another coin's shape after the
 * first job is malformed. NULL (no known shape) settles nothing. */
static bool settle(struct stratum1 *s, const char *dialect)
{
	if (!dialect || (s->settled && strcmp(s->dialect, dialect) == 0))
		return true;
	if (s->settled)
		return false;
	s->dialect = dialect;
	s->settled = true;
	return true;
}

/* mining.notify: [id, prevhash, coinb1, coinb2, [branches], version, nbits,
 * ntime, clean] */
bool stratum1_read_notify(struct stratum1 *s, struct event *e,
			  const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	struct event_job job = { .id = { 0 } };

	if (p.bad)
		return false;
	const char *dialect = job_dialect(s, p.array);

	job.id = rpc_take_text(&p);
	if (p.bad)
		return false;
	if (!settle(s, dialect)) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
	if (dialect && strcmp(dialect, "stratum-v1") != 0) {
		e->type = EVENT_JOB;
		e->job = job;
		return true;
	}
	const struct span previous = rpc_take_hex(&p, 32);

	job.coinbase1 = rpc_take_hex(&p, MESSAGE_MAX / 2);
	job.coinbase2 = rpc_take_hex(&p, MESSAGE_MAX / 2);
	job.branches = rpc_take_hashes(&p);
	job.version = rpc_take_u32(&p);
	job.nbits = rpc_take_u32(&p);
	job.ntime = rpc_take_u32(&p);
	job.clean = rpc_take_bool(&p);
	if (p.bad)
		return false;
	if (previous.n != 32) {
		s->rpc.faults[DIALECT_HEX]++;
		return false;
	}
	stratum1_prevhash(job.previous, previous.p);
	job.readable = true;
	e->type = EVENT_JOB;
	e->job = job;
	return true;
}

/* mining.submit: [worker, job id, extranonce2, ntime, nonce, (version bits)].
 * A share that cannot be read is still a share: it was submitted. */
bool stratum1_read_submit(struct stratum1 *s, struct event *e,
			  const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	struct event_share share = { .number = s->shares++ };

	share.foreign = strcmp(s->dialect, "stratum-v1") != 0;
	share.worker = rpc_take_text(&p);
	share.job_id = rpc_take_text(&p);
	if (!share.foreign && !p.bad) {
		share.extranonce2 = rpc_take_hex(&p, EVENT_EXTRANONCE1_MAX);
		share.ntime = rpc_take_u32(&p);
		share.nonce = rpc_take_u32(&p);
		share.has_version_bits =
			rpc_more(&p) && p.at->type != JSON_NULL;
		if (share.has_version_bits)
			share.version_bits = rpc_take_u32(&p);
		share.readable = !p.bad;
	}
	e->type = EVENT_SHARE;
	e->share = share;
	return true;
}

bool stratum1_read_difficulty(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const struct span decimal = rpc_take_number(&p);

	if (p.bad)
		return false;
	e->type = EVENT_DIFFICULTY;
	e->difficulty.decimal = decimal;
	return true;
}

/* mining.set_extranonce: [extranonce1, extranonce2 size] */
bool stratum1_read_extranonce(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const struct span value = rpc_take_hex(&p, EVENT_EXTRANONCE1_MAX);

	if (p.bad)
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .has_extranonce1 = true,
					 .extranonce1_set = true,
					 .extranonce1 = value };
	return true;
}

bool stratum1_read_mask(struct stratum1 *s, struct event *e,
			const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const uint32_t mask = rpc_take_u32(&p);

	if (p.bad)
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .has_version_mask = true,
					 .version_mask = mask };
	return true;
}

/* mining.subscribe: [(agent), (session to resume), (host), (port)] */
bool stratum1_read_subscribe(struct stratum1 *s, struct event *e,
			     const struct json_node *message)
{
	const struct json_node *params =
		json_get(s->rpc.doc, message, "params");

	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.user_agent = rpc_text(&s->rpc, json_at(s->rpc.doc, params, 0)),
		.host = rpc_text(&s->rpc, json_at(s->rpc.doc, params, 2)),
		.host_source = "subscribe",
	};
	return true;
}

bool stratum1_read_authorize(struct stratum1 *s, struct event *e,
			     const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const struct span worker = rpc_take_text(&p);

	if (p.bad)
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .worker = worker };
	return true;
}

/* The answer to mining.subscribe: [subscriptions, extranonce1, extranonce2
 * size]. Zcash pools answer [session, nonce1]. */
bool stratum1_read_subscribed(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	const struct json_node *result =
		json_get(s->rpc.doc, message, "result");
	const struct json_node *value = json_at(s->rpc.doc, result, 1);
	uint8_t bytes[EVENT_EXTRANONCE1_MAX];
	size_t n;

	if (!value)
		return false;
	if (value->type != JSON_STRING) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
	if (!hex_parse(bytes, &n, sizeof(bytes), value->raw)) {
		s->rpc.faults[DIALECT_HEX]++;
		return false;
	}
	const size_t at = s->rpc.scratch.n;

	if (!buf_add(&s->rpc.scratch, bytes, n))
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.has_extranonce1 = true,
		.extranonce1 = { s->rpc.scratch.p ? s->rpc.scratch.p + at
						  : NULL,
				 n },
	};
	return true;
}

/* The answer to mining.configure (BIP 310). */
bool stratum1_read_configured(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	const struct json_node *result =
		json_get(s->rpc.doc, message, "result");
	const struct json_node *mask =
		json_get(s->rpc.doc, result, "version-rolling.mask");
	uint32_t v;

	if (!mask || mask->type != JSON_STRING)
		return false;
	if (!hex_u32(&v, mask->raw)) {
		s->rpc.faults[DIALECT_HEX]++;
		return false;
	}
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .has_version_mask = true,
					 .version_mask = v };
	return true;
}
