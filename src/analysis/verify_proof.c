#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verify_coins.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "pow/share.h"

#define NODES_MAX    4096
#define BRANCHES_MAX 64

static struct span branches(struct verify_parts *p)
{
	const struct json_node *array =
		verify_member(p, "merkle_branches", JSON_ARRAY);
	struct span out = { p->bytes + p->used, 0 };

	if (!array)
		return out;
	for (const struct json_node *e = json_at(&p->doc, array, 0); e;
	     e = json_after(&p->doc, array, e)) {
		if (e->type != JSON_STRING || out.n / 32 == BRANCHES_MAX ||
		    p->room - p->used < 32 ||
		    !hex_bytes(p->bytes + p->used, 32, e->raw)) {
			status_why(p->why, ST_BAD,
				   "\"merkle_branches\" are not at most %d "
				   "times 32 bytes",
				   BRANCHES_MAX);
			p->bad = true;
			break;
		}
		p->used += 32;
		out.n += 32;
	}
	return out;
}

static double number(struct verify_parts *p, const char *key)
{
	const struct json_node *n = verify_member(p, key, JSON_NUMBER);
	double v = 0;

	if (n && !num_double(&v, n->raw)) {
		status_why(p->why, ST_BAD, "\"%s\" is not a number", key);
		p->bad = true;
	}
	return v;
}

static void version_bits(struct verify_parts *p, struct share_submit *submit)
{
	const struct json_node *n =
		json_get(&p->doc, json_root(&p->doc), "version_bits");

	if (!n || n->type == JSON_NULL)
		return;
	submit->has_version_bits = true;
	submit->version_bits = verify_word(p, "version_bits");
	submit->version_mask = verify_word(p, "version_mask");
}

static void read_algorithm(struct verify_parts *p)
{
	static const enum fact_algorithm verified[] = {
		FACT_SHA256D, FACT_SCRYPT, FACT_EQUIHASH, FACT_ETHASH
	};
	const struct json_node *n = verify_member(p, "algorithm", JSON_STRING);

	for (size_t i = 0; n && i < sizeof(verified) / sizeof(verified[0]);
	     i++) {
		if (json_is(n, fact_algorithm_text(verified[i]))) {
			p->algorithm = verified[i];
			return;
		}
	}
	if (n)
		verify_fails(p, "\"algorithm\" is not one that is verified "
				"here");
}

/* What it is, and what it says comes out of its parts. */
static bool read_outcome(struct verify_parts *p)
{
	const struct json_node *root = json_root(&p->doc);

	if (!json_is(json_get(&p->doc, root, "type"), "proof"))
		return verify_fails(p, "not a proof: \"type\" is not "
				       "\"proof\"");
	if (json_is(json_get(&p->doc, root, "grade"), "simulated"))
		return verify_fails(p, "simulated: proves nothing");
	read_algorithm(p);
	p->header = verify_bytes(p, "header");
	verify_exactly(p, p->hash, 32, "hash", true);
	verify_exactly(p, p->target, 32, "target", true);
	p->target_difficulty = number(p, "target_difficulty");
	p->share_difficulty = number(p, "share_difficulty");
	return !p->bad;
}

static bool verify_bitcoin(struct verify_parts *p)
{
	struct share_submit submit = { .ntime = 0 };
	struct share_job job = { .version = 0 };
	uint8_t header[HEADER_SIZE], hash[32];

	job.coinbase1 = verify_bytes(p, "coinbase1");
	job.coinbase2 = verify_bytes(p, "coinbase2");
	submit.extranonce1 = verify_bytes(p, "extranonce1");
	submit.extranonce2 = verify_bytes(p, "extranonce2");
	job.branches = branches(p);
	verify_exactly(p, job.previous, 32, "previous_block", true);
	job.version = verify_word(p, "version");
	job.nbits = verify_word(p, "nbits");
	submit.ntime = verify_word(p, "ntime");
	submit.nonce = verify_word(p, "nonce");
	version_bits(p, &submit);
	if (p->bad)
		return false;
	if (p->header.n != HEADER_SIZE)
		return verify_fails(p, "\"header\" is not 80 bytes");
	if (!share_header(header, &job, &submit))
		return verify_fails(p, "its parts do not make a header");
	if (memcmp(header, p->header.p, HEADER_SIZE) != 0)
		return verify_fails(p, "its parts make another header");
	share_hash(hash, header, proof_unit(p->algorithm));
	if (memcmp(hash, p->hash, 32) != 0)
		return verify_fails(p, "its header has another hash");
	return true;
}

static bool remade(struct verify_parts *p)
{
	switch (p->algorithm) {
	case FACT_SHA256D:
	case FACT_SCRYPT:
		return verify_bitcoin(p);
	case FACT_EQUIHASH:
		return verify_equihash(p);
	case FACT_ETHASH:
		return verify_ethash(p);
	case FACT_NO_ALGORITHM:
	case FACT_CRYPTONIGHT:
	case FACT_ALGORITHMS:
		break;
	}
	return false;
}

/* Difficulties are the same numbers as hash and target, for people. */
static bool is_difficulty(double d, const uint8_t raw[32],
			  enum target_unit unit)
{
	const struct target t = target_of_hash(raw);
	const double wanted = target_difficulty(&t, unit);

	return fabs(d - wanted) <= 1e-9 * wanted;
}

static bool holds(struct verify_parts *p)
{
	const enum target_unit unit = proof_unit(p->algorithm);
	const struct target target = target_of_hash(p->target);

	if (!remade(p))
		return false;
	if (!target_met(p->hash, &target))
		return verify_fails(p, "its hash is above the target");
	if (!is_difficulty(p->target_difficulty, p->target, unit) ||
	    !is_difficulty(p->share_difficulty, p->hash, unit))
		return verify_fails(p, "its difficulties are not those of its "
				       "hash and target");
	return true;
}

bool verify_proof(struct span json, struct why *why)
{
	struct verify_parts p = { .why = why };
	size_t at = 0;
	bool good = false;

	json_init(&p.doc, NODES_MAX);
	p.room = json.n / 2 + 64;
	p.bytes = mem_new(p.room, 1);
	if (!json_parse(&p.doc, &at, json))
		status_why(why, ST_BAD, "not JSON at byte %zu", at);
	else
		good = read_outcome(&p) && holds(&p);
	free(p.bytes);
	json_fini(&p.doc);
	return good;
}
