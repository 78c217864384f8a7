#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "proto/stratum1_private.h"

void stratum1_prevhash(uint8_t out[32], const uint8_t wire[32])
{
	uint8_t whole[32];

	for (size_t i = 0; i < 32; i++)
		whole[i] = wire[i / 4 * 4 + 3 - i % 4];
	memcpy(out, whole, 32);
}

/* Scrypt coins', too. */
static bool is_job(const struct json *doc, const struct json_node *params)
{
	const struct json_node *branches = json_at(doc, params, 4);

	return params->n >= 8 && branches && branches->type == JSON_ARRAY;
}

static bool is_number(const struct json *doc, const struct json_node *params,
		      uint32_t i)
{
	const size_t n = stratum1_shape_digits(doc, params, i);

	return n > 0 && n <= 8;
}

static bool is_share(const struct json *doc, const struct json_node *params)
{
	return params->n >= 5 && is_number(doc, params, 3) &&
	       is_number(doc, params, 4);
}

/* [id, prevhash, coinb1, coinb2, [branches], version, nbits, ntime, clean] */
static void read_job(struct rpc_params *p, struct event_job *job)
{
	job->id = rpc_take_text(p);
	const struct span previous = rpc_take_hex(p, 32);

	job->coinbase1 = rpc_take_hex(p, MESSAGE_MAX / 2);
	job->coinbase2 = rpc_take_hex(p, MESSAGE_MAX / 2);
	job->branches = rpc_take_hashes(p);
	job->version = rpc_take_u32(p);
	job->nbits = rpc_take_u32(p);
	job->ntime = rpc_take_u32(p);
	job->clean = rpc_take_bool(p);
	if (!p->bad && previous.n != 32)
		rpc_fault(p, DIALECT_HEX);
	if (!p->bad)
		stratum1_prevhash(job->previous, previous.p);
}

/* [worker, job id, extranonce2, ntime, nonce, (version bits)] */
static void read_share(struct rpc_params *p, struct event_share *share)
{
	share->worker = rpc_take_text(p);
	share->job_id = rpc_take_text(p);
	share->extranonce2 = rpc_take_hex(p, EVENT_EXTRANONCE1_MAX);
	share->ntime = rpc_take_u32(p);
	share->nonce = rpc_take_u32(p);
	share->has_version_bits = rpc_more(p) && p->at->type != JSON_NULL;
	if (share->has_version_bits)
		share->version_bits = rpc_take_u32(p);
}

const struct stratum1_shape stratum1_bitcoin = {
	.dialect = "stratum-v1",
	.is_job = is_job,
	.is_share = is_share,
	.read_job = read_job,
	.read_share = read_share,
};

bool stratum1_read_notify(struct stratum1 *s, struct event *e,
			  const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	struct event_job job = { .id = { 0 } };

	if (p.bad)
		return false;
	const struct stratum1_shape *shape = stratum1_shape_job(s, p.array);

	if (!shape) {
		rpc_fault(&p, DIALECT_TYPE);
		return false;
	}
	job.readable = shape->read_job != NULL;
	if (job.readable)
		shape->read_job(&p, &job);
	else
		job.id = rpc_take_text(&p);
	if (p.bad)
		return false;
	e->type = EVENT_JOB;
	e->job = job;
	return true;
}

/* A share that cannot be read is still a share: it was submitted. Whose it is
 * stays with it, what could not be read does not. */
bool stratum1_read_submit(struct stratum1 *s, struct event *e,
			  const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	struct event_share share = { .number = s->shares++ };
	const struct stratum1_shape *shape =
		p.bad ? s->shape : stratum1_shape_share(s, p.array);

	share.foreign = !shape->read_share;
	if (share.foreign) {
		share.worker = rpc_take_text(&p);
		share.job_id = rpc_take_text(&p);
	} else {
		shape->read_share(&p, &share);
		share.readable = !p.bad;
	}
	e->type = EVENT_SHARE;
	e->share = share;
	return true;
}

/* Zcash's, and KawPow's: [target, most significant digit first] */
bool stratum1_read_target(struct stratum1 *s, struct event *e,
			  const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	struct event_difficulty d = { .has_target = true };

	rpc_take_target(&p, d.target);
	if (p.bad)
		return false;
	e->type = EVENT_DIFFICULTY;
	e->difficulty = d;
	return true;
}

/* A number above zero, though it may have more digits than num_decimal() holds
 * or be too small for num_double(): then it is one that is not known. */
static bool is_difficulty(struct span text)
{
	struct num_decimal exact;
	double value;

	if (num_decimal(&exact, text))
		return exact.digits > 0 && !exact.negative;
	return num_double(&value, text) && value > 0;
}

/* What is no difficulty does not take back the one before. */
bool stratum1_read_difficulty(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const struct span decimal = rpc_take_number(&p);

	if (p.bad)
		return false;
	if (!is_difficulty(decimal)) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
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

#define ETHEREUM "EthereumStratum/1.0.0"

/* mining.subscribe: [(agent), (session to resume), (host), (port)]; Ethereum's:
 * [(agent), protocol] */
bool stratum1_read_subscribe(struct stratum1 *s, struct event *e,
			     const struct json_node *message)
{
	const struct json_node *params =
		json_get(s->rpc.doc, message, "params");

	if (json_is(json_at(s->rpc.doc, params, 1), ETHEREUM))
		stratum1_shape_hint(s, &stratum1_ethereum);
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
 * size]. Zcash pools answer [session, nonce1], Ethereum's [[.., protocol],
 * extranonce], and Kaspa's [true, protocol]. */
bool stratum1_read_subscribed(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	const struct json_node *result =
		json_get(s->rpc.doc, message, "result");
	const struct json_node *value = json_at(s->rpc.doc, result, 1);
	uint8_t bytes[EVENT_EXTRANONCE1_MAX];
	size_t n;

	if (json_is(json_at(s->rpc.doc, json_at(s->rpc.doc, result, 0), 2),
		    ETHEREUM))
		stratum1_shape_hint(s, &stratum1_ethereum);
	if (!value || json_is(value, ETHEREUM))
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

/* The answer to mining.submit. In EthereumStratum/2 an id alone is a yes. */
bool stratum1_read_verdict(struct stratum1 *s, struct event *e,
			   const struct json_node *message)
{
	if (!s->rpc.bare || json_get(s->rpc.doc, message, "result") ||
	    json_get(s->rpc.doc, message, "error"))
		return rpc_verdict(&s->rpc, e, message, false);
	e->type = EVENT_VERDICT;
	e->verdict.accepted = true;
	return true;
}
