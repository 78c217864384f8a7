/* Zcash's Stratum (ZIP 301), and that of other coins with an Equihash. */
#include <string.h>

#include "proto/stratum1_private.h"

/* The longest known is Equihash 210,9's, 1,408 bytes. */
#define SOLUTION_MAX 4096

/* [id, version, previous, merkle root, reserved, time, bits, clean] */
static bool is_job(const struct json *doc, const struct json_node *params)
{
	return params->n >= 7 && stratum1_shape_digits(doc, params, 1) == 8 &&
	       stratum1_shape_hashes(doc, params, 2, 4) &&
	       stratum1_shape_digits(doc, params, 5) == 8 &&
	       stratum1_shape_digits(doc, params, 6) == 8 &&
	       !stratum1_verus.is_job(doc, params);
}

/* [worker, job, time, nonce 2, solution] */
static bool is_share(const struct json *doc, const struct json_node *params)
{
	return params->n == 5 && stratum1_shape_digits(doc, params, 2) == 8 &&
	       stratum1_shape_digits(doc, params, 4) > 64;
}

/* The header's integers are sent as their bytes, in the header's order. */
static uint32_t take_le32(struct rpc_params *p)
{
	uint8_t b[4];

	rpc_take_exactly(p, b, sizeof(b));
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	       (uint32_t)b[3] << 24;
}

static void read_job(struct rpc_params *p, struct event_job *job)
{
	uint8_t *roots;

	job->work = EVENT_EQUIHASH;
	job->id = rpc_take_text(p);
	job->version = take_le32(p);
	rpc_take_exactly(p, job->previous, 32);
	roots = rpc_keep(p->rpc, 64);
	if (!roots) {
		rpc_fault(p, DIALECT_SIZE);
		return;
	}
	rpc_take_exactly(p, roots, 32);
	rpc_take_exactly(p, roots + 32, 32);
	job->branches = (struct span){ roots, 64 };
	job->ntime = take_le32(p);
	job->nbits = take_le32(p);
	job->clean = rpc_take_bool(p);
}

/* A solution without the length before it, which is a compact size; false if
 * that is not the length of the rest. */
static bool solution_bare(struct span *s)
{
	struct span rest = *s;
	size_t n;

	if (rest.n < 3)
		return false;
	if (rest.p[0] < 0xfd) {
		n = rest.p[0];
		rest.p += 1;
		rest.n -= 1;
	} else {
		n = (size_t)(rest.p[1] | rest.p[2] << 8);
		rest.p += 3;
		rest.n -= 3;
		if (s->p[0] != 0xfd)
			return false;
	}
	if (n != rest.n)
		return false;
	*s = rest;
	return true;
}

static void read_share(struct rpc_params *p, struct event_share *share)
{
	share->worker = rpc_take_text(p);
	share->job_id = rpc_take_text(p);
	share->ntime = take_le32(p);
	share->extranonce2 = rpc_take_hex(p, EVENT_EXTRANONCE1_MAX);
	share->solution = rpc_take_hex(p, SOLUTION_MAX);
	if (!p->bad && !solution_bare(&share->solution))
		rpc_fault(p, DIALECT_SIZE);
}

const struct stratum1_shape stratum1_zcash = {
	.dialect = "stratum-zcash",
	.is_job = is_job,
	.is_share = is_share,
	.read_job = read_job,
	.read_share = read_share,
};
