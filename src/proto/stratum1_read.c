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
	const struct json_node *third = json_at(&s->doc, params, 2);
	const struct json_node *branches = json_at(&s->doc, params, 4);

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
	struct stratum1_params p = stratum1_params(s, message);
	struct event_job job = { .id = { 0 } };

	if (p.bad)
		return false;
	const char *dialect = job_dialect(s, p.array);

	job.id = stratum1_take_text(&p);
	if (p.bad)
		return false;
	if (!settle(s, dialect)) {
		s->faults[STRATUM1_TYPE]++;
		return false;
	}
	if (dialect && strcmp(dialect, "stratum-v1") != 0) {
		e->type = EVENT_JOB;
		e->job = job;
		return true;
	}
	const struct span previous = stratum1_take_hex(&p, 32);

	job.coinbase1 = stratum1_take_hex(&p, MESSAGE_MAX / 2);
	job.coinbase2 = stratum1_take_hex(&p, MESSAGE_MAX / 2);
	job.branches = stratum1_take_branches(&p);
	job.version = stratum1_take_u32(&p);
	job.nbits = stratum1_take_u32(&p);
	job.ntime = stratum1_take_u32(&p);
	job.clean = stratum1_take_bool(&p);
	if (p.bad)
		return false;
	if (previous.n != 32) {
		s->faults[STRATUM1_HEX]++;
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
	struct stratum1_params p = stratum1_params(s, message);
	struct event_share share = { .number = s->shares++ };

	share.foreign = strcmp(s->dialect, "stratum-v1") != 0;
	share.worker = stratum1_take_text(&p);
	share.job_id = stratum1_take_text(&p);
	if (!share.foreign && !p.bad) {
		share.extranonce2 =
			stratum1_take_hex(&p, EVENT_EXTRANONCE1_MAX);
		share.ntime = stratum1_take_u32(&p);
		share.nonce = stratum1_take_u32(&p);
		share.has_version_bits =
			stratum1_more(&p) && p.at->type != JSON_NULL;
		if (share.has_version_bits)
			share.version_bits = stratum1_take_u32(&p);
		share.readable = !p.bad;
	}
	e->type = EVENT_SHARE;
	e->share = share;
	return true;
}

bool stratum1_read_difficulty(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	struct stratum1_params p = stratum1_params(s, message);
	const struct span decimal = stratum1_take_number(&p);

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
	struct stratum1_params p = stratum1_params(s, message);
	const struct span value = stratum1_take_hex(&p, EVENT_EXTRANONCE1_MAX);

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
	struct stratum1_params p = stratum1_params(s, message);
	const uint32_t mask = stratum1_take_u32(&p);

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
	const struct json_node *params = json_get(&s->doc, message, "params");

	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.user_agent = stratum1_text(s, json_at(&s->doc, params, 0)),
		.host = stratum1_text(s, json_at(&s->doc, params, 2)),
	};
	return true;
}

bool stratum1_read_authorize(struct stratum1 *s, struct event *e,
			     const struct json_node *message)
{
	struct stratum1_params p = stratum1_params(s, message);
	const struct span worker = stratum1_take_text(&p);

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
	const struct json_node *result = json_get(&s->doc, message, "result");
	const struct json_node *value = json_at(&s->doc, result, 1);
	uint8_t bytes[EVENT_EXTRANONCE1_MAX];
	size_t n;

	if (!value)
		return false;
	if (value->type != JSON_STRING) {
		s->faults[STRATUM1_TYPE]++;
		return false;
	}
	if (!hex_parse(bytes, &n, sizeof(bytes), value->raw)) {
		s->faults[STRATUM1_HEX]++;
		return false;
	}
	const size_t at = s->scratch.n;

	if (!buf_add(&s->scratch, bytes, n))
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.has_extranonce1 = true,
		.extranonce1 = { s->scratch.p ? s->scratch.p + at : NULL, n },
	};
	return true;
}

/* The answer to mining.configure (BIP 310). */
bool stratum1_read_configured(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	const struct json_node *result = json_get(&s->doc, message, "result");
	const struct json_node *mask =
		json_get(&s->doc, result, "version-rolling.mask");
	uint32_t v;

	if (!mask || mask->type != JSON_STRING)
		return false;
	if (!hex_u32(&v, mask->raw)) {
		s->faults[STRATUM1_HEX]++;
		return false;
	}
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .has_version_mask = true,
					 .version_mask = v };
	return true;
}

/* The words of an error: [code, "words", trace], {"message": "words"}, or
 * "words". */
static struct span words(struct stratum1 *s, const struct json_node *error)
{
	const struct json_node *text = error;

	if (error && error->type == JSON_ARRAY)
		text = json_at(&s->doc, error, 1);
	else if (error && error->type == JSON_OBJECT)
		text = json_get(&s->doc, error, "message");
	return stratum1_text(s, text);
}

bool stratum1_read_verdict(struct stratum1 *s, struct event *e,
			   const struct json_node *message)
{
	const struct json_node *result = json_get(&s->doc, message, "result");
	const struct json_node *error = json_get(&s->doc, message, "error");
	const struct json_node *why =
		json_get(&s->doc, message, "reject-reason");
	const bool failed = error && error->type != JSON_NULL;
	const bool yes = result && result->type == JSON_TRUE;

	/* Neither an error nor a result says nothing. */
	if (!failed && (!result || result->type == JSON_NULL))
		return false;
	e->type = EVENT_VERDICT;
	e->verdict.accepted = yes && !failed;
	e->verdict.reason = e->verdict.accepted ? (struct span){ NULL, 0 }
			    : why               ? stratum1_text(s, why)
						: words(s, error);
	return true;
}
