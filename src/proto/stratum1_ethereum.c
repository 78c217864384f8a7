/* Ethash under Stratum's names. Three forms are in use:
 *
 *	EthereumStratum/1.0.0 (NiceHash, 2015)
 *		notify	[job, seed hash, header hash, clean]
 *		submit	[worker, job, nonce behind the extranonce]
 *	"stratum" of ethminer and dwarfpool
 *		notify	[job, header hash, seed hash, boundary, (clean)]
 *		submit	[worker, job, nonce, header hash, mix hash]
 *	EthereumStratum/2.0.0 (EIP 1571)
 *		notify	[job, height, header hash, clean as "0" or "1"]
 *		submit	[job, nonce behind the extranonce, worker's token] */
#include "proto/stratum1_private.h"

#define NONCE        8
#define NONCE_DIGITS 16

static bool is_flag(const struct json_node *node)
{
	return node && (node->type == JSON_TRUE || node->type == JSON_FALSE);
}

/* The two forms of version 1 differ in the fourth parameter. */
static bool has_boundary(const struct json *doc, const struct json_node *params)
{
	return stratum1_shape_digits(doc, params, 3) == 64;
}

static bool is_job(const struct json *doc, const struct json_node *params)
{
	if (params->n < 3 || params->n > 5 ||
	    !stratum1_shape_hashes(doc, params, 1, 2))
		return false;
	return params->n == 3 || has_boundary(doc, params) ||
	       is_flag(json_at(doc, params, 3));
}

/* A whole nonce has 16 digits and is told by what follows it; part of one has
 * fewer. */
static bool is_share(const struct json *doc, const struct json_node *params)
{
	const size_t n = stratum1_shape_digits(doc, params, 2);

	return (params->n == 3 && n > 0 && n < NONCE_DIGITS) ||
	       (params->n == 5 && n == NONCE_DIGITS &&
		stratum1_shape_hashes(doc, params, 3, 4));
}

static struct span take_hash(struct rpc_params *p)
{
	uint8_t *room = rpc_keep(p->rpc, 32);

	if (!room) {
		rpc_fault(p, DIALECT_SIZE);
		return (struct span){ NULL, 0 };
	}
	rpc_take_exactly(p, room, 32);
	return (struct span){ room, 32 };
}

static void read_job(struct rpc_params *p, struct event_job *job)
{
	const bool boundary = p->array && has_boundary(p->rpc->doc, p->array);

	job->work = EVENT_ETHASH;
	job->id = rpc_take_text(p);
	if (!boundary)
		job->branches = take_hash(p);
	rpc_take_exactly(p, job->previous, 32);
	if (boundary) {
		job->branches = take_hash(p);
		rpc_take_target(p, job->target);
		job->has_target = true;
	}
	job->clean = rpc_take_bool(p);
}

static void read_share(struct rpc_params *p, struct event_share *share)
{
	uint8_t header[32];

	share->worker = rpc_take_text(p);
	share->job_id = rpc_take_text(p);
	if (p->bad || p->array->n < 5) {
		share->extranonce2 = rpc_take_hex(p, NONCE);
		return;
	}
	uint8_t *nonce = rpc_keep(p->rpc, NONCE);

	if (!nonce) {
		rpc_fault(p, DIALECT_SIZE);
		return;
	}
	rpc_take_exactly(p, nonce, NONCE);
	rpc_take_exactly(p, header, sizeof(header)); /* the job's again */
	share->extranonce2 = (struct span){ nonce, NONCE };
	share->solution = take_hash(p);
}

const struct stratum1_shape stratum1_ethereum = {
	.dialect = "stratum-ethereum",
	.is_job = is_job,
	.is_share = is_share,
	.read_job = read_job,
	.read_share = read_share,
};

static bool is_job2(const struct json *doc, const struct json_node *params)
{
	const struct json_node *clean = json_at(doc, params, 3);
	const size_t height = stratum1_shape_digits(doc, params, 1);

	return (params->n == 3 || params->n == 4) && height > 0 &&
	       height <= 8 && stratum1_shape_digits(doc, params, 2) == 64 &&
	       (!clean || json_is(clean, "0") || json_is(clean, "1"));
}

/* Told from version 1's by a token that is no number. */
static bool is_share2(const struct json *doc, const struct json_node *params)
{
	const struct json_node *token = json_at(doc, params, 2);
	const size_t nonce = stratum1_shape_digits(doc, params, 1);

	return params->n == 3 && nonce > 0 && nonce <= NONCE_DIGITS &&
	       token->type == JSON_STRING &&
	       stratum1_shape_digits(doc, params, 2) == 0;
}

static void read_job2(struct rpc_params *p, struct event_job *job)
{
	job->work = EVENT_ETHASH;
	job->id = rpc_take_text(p);
	job->height = rpc_take_u32(p);
	rpc_take_exactly(p, job->previous, 32);
	job->clean = rpc_more(p) && json_is(rpc_take(p), "1");
}

static void read_share2(struct rpc_params *p, struct event_share *share)
{
	share->job_id = rpc_take_text(p);
	share->extranonce2 = rpc_take_hex(p, NONCE);
	share->worker = rpc_take_text(p);
}

const struct stratum1_shape stratum1_ethereum2 = {
	.dialect = "stratum-ethereum2",
	.is_job = is_job2,
	.is_share = is_share2,
	.read_job = read_job2,
	.read_share = read_share2,
};

/* mining.hello: {agent, host, port, proto} */
bool stratum1_ethereum_hello(struct stratum1 *s, struct event *e,
			     const struct json_node *message)
{
	const struct json_node *params =
		json_get(s->rpc.doc, message, "params");

	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.user_agent = rpc_text(&s->rpc,
				       json_get(s->rpc.doc, params, "agent")),
		.host = rpc_text(&s->rpc, json_get(s->rpc.doc, params, "host")),
		.host_source = "hello",
	};
	return true;
}

/* mining.set: {epoch, target, algo, extranonce}, each only where it changes */
bool stratum1_ethereum_target(struct stratum1 *s, struct event *e,
			      const struct json_node *message)
{
	const struct json_node *target = json_get(
		s->rpc.doc, json_get(s->rpc.doc, message, "params"), "target");
	struct event_difficulty d = { .has_target = true };

	if (!target)
		return false;
	if (!rpc_hex_number(d.target, target)) {
		s->rpc.faults[DIALECT_HEX]++;
		return false;
	}
	e->type = EVENT_DIFFICULTY;
	e->difficulty = d;
	return true;
}

bool stratum1_ethereum_extranonce(struct stratum1 *s, struct event *e,
				  const struct json_node *message)
{
	const struct json_node *params =
		json_get(s->rpc.doc, message, "params");
	const struct json_node *value =
		json_get(s->rpc.doc, params, "extranonce");
	/* A cursor over this one value. */
	struct rpc_params p = { .rpc = &s->rpc, .array = params, .at = value };

	if (!value)
		return false;
	const struct span bytes = rpc_take_hex(&p, EVENT_EXTRANONCE1_MAX);

	if (p.bad)
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .has_extranonce1 = true,
					 .extranonce1_set = true,
					 .extranonce1 = bytes };
	return true;
}

/* mining.hashrate: [rate, worker's token]; and eth_submitHashrate, which miners
 * took along from getWork: [rate, id of the machine]. Hashes per second. */
bool stratum1_ethereum_rate(struct stratum1 *s, struct event *e,
			    const struct json_node *message)
{
	struct rpc_params p = rpc_params(&s->rpc, message);
	const struct json_node *node = rpc_take(&p);
	uint64_t rate;

	if (p.bad)
		return false;
	if (!rpc_hex_u64(&rate, node)) {
		rpc_fault(&p, DIALECT_HEX);
		return false;
	}
	e->type = EVENT_RATE;
	e->rate.hashes_per_s = (double)rate;
	return true;
}
