#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verify.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "coin/target.h"
#include "pow/share.h"

#define NODES_MAX    4096
#define BRANCHES_MAX 64

/* The parts of a proof; byte strings are the reader's own. */
struct parts {
	struct json doc;
	struct why *why;
	bool bad;
	uint8_t *bytes; /* all that was decoded, one behind the other */
	size_t used, room;
	struct share_job job;
	struct share_submit submit;
	uint8_t header[HEADER_SIZE], hash[32], target[32];
	double target_difficulty, share_difficulty;
	enum target_unit unit;
};

static const struct json_node *member(struct parts *p, const char *key,
				      enum json_type type)
{
	const struct json_node *n = json_get(&p->doc, json_root(&p->doc), key);

	if (!p->bad && (!n || n->type != type)) {
		status_why(p->why, ST_BAD,
			   "\"%s\" is missing or of the wrong type", key);
		p->bad = true;
	}
	return p->bad ? NULL : n;
}

static struct span bytes(struct parts *p, const char *key)
{
	const struct json_node *n = member(p, key, JSON_STRING);
	struct span out = { p->bytes + p->used, 0 };

	if (!n)
		return (struct span){ p->bytes, 0 };
	if (!hex_parse(p->bytes + p->used, &out.n, p->room - p->used, n->raw)) {
		status_why(p->why, ST_BAD, "\"%s\" is not hexadecimal", key);
		p->bad = true;
		return (struct span){ p->bytes, 0 };
	}
	p->used += out.n;
	return out;
}

static uint32_t word(struct parts *p, const char *key)
{
	const struct json_node *n = member(p, key, JSON_STRING);
	uint32_t v = 0;

	if (n && (n->raw.n != 8 || !hex_u32(&v, n->raw))) {
		status_why(p->why, ST_BAD, "\"%s\" is not 8 hex digits", key);
		p->bad = true;
	}
	return v;
}

static void exactly(struct parts *p, uint8_t *out, size_t size, const char *key,
		    bool reversed)
{
	const struct span s = bytes(p, key);

	if (p->bad)
		return;
	if (s.n != size) {
		status_why(p->why, ST_BAD, "\"%s\" is not %zu bytes", key,
			   size);
		p->bad = true;
		return;
	}
	for (size_t i = 0; i < size; i++)
		out[i] = s.p[reversed ? size - 1 - i : i];
}

static struct span branches(struct parts *p)
{
	const struct json_node *array =
		member(p, "merkle_branches", JSON_ARRAY);
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

static double number(struct parts *p, const char *key)
{
	const struct json_node *n = member(p, key, JSON_NUMBER);
	double v = 0;

	if (n && !num_double(&v, n->raw)) {
		status_why(p->why, ST_BAD, "\"%s\" is not a number", key);
		p->bad = true;
	}
	return v;
}

static void version_bits(struct parts *p)
{
	const struct json_node *n =
		json_get(&p->doc, json_root(&p->doc), "version_bits");

	if (!n || n->type == JSON_NULL)
		return;
	p->submit.has_version_bits = true;
	p->submit.version_bits = word(p, "version_bits");
	p->submit.version_mask = word(p, "version_mask");
}

static void algorithm(struct parts *p)
{
	const struct json_node *n = member(p, "algorithm", JSON_STRING);

	if (!n)
		return;
	if (json_is(n, "scrypt")) {
		p->unit = TARGET_SCRYPT;
	} else if (!json_is(n, "sha256d")) {
		status_why(p->why, ST_BAD,
			   "\"algorithm\" is not one that is "
			   "verified here");
		p->bad = true;
	}
}

static bool read_parts(struct parts *p)
{
	const struct json_node *root = json_root(&p->doc);

	if (!json_is(json_get(&p->doc, root, "type"), "proof")) {
		status_why(p->why, ST_BAD,
			   "not a proof: \"type\" is not "
			   "\"proof\"");
		return false;
	}
	if (json_is(json_get(&p->doc, root, "grade"), "simulated")) {
		status_why(p->why, ST_BAD, "simulated: proves nothing");
		return false;
	}
	algorithm(p);
	p->job.coinbase1 = bytes(p, "coinbase1");
	p->job.coinbase2 = bytes(p, "coinbase2");
	p->submit.extranonce1 = bytes(p, "extranonce1");
	p->submit.extranonce2 = bytes(p, "extranonce2");
	p->job.branches = branches(p);
	exactly(p, p->job.previous, 32, "previous_block", true);
	p->job.version = word(p, "version");
	p->job.nbits = word(p, "nbits");
	p->submit.ntime = word(p, "ntime");
	p->submit.nonce = word(p, "nonce");
	version_bits(p);
	exactly(p, p->header, HEADER_SIZE, "header", false);
	exactly(p, p->hash, 32, "hash", true);
	exactly(p, p->target, 32, "target", true);
	p->target_difficulty = number(p, "target_difficulty");
	p->share_difficulty = number(p, "share_difficulty");
	return !p->bad;
}

/* Difficulties are the same numbers as hash and target, for people. */
static bool is_difficulty(double d, const uint8_t raw[32],
			  enum target_unit unit)
{
	const struct target t = target_of_hash(raw);
	const double wanted = target_difficulty(&t, unit);

	return fabs(d - wanted) <= 1e-9 * wanted;
}

static bool holds(struct parts *p)
{
	uint8_t header[HEADER_SIZE], hash[32];
	const struct target target = target_of_hash(p->target);

	if (!share_header(header, &p->job, &p->submit)) {
		status_why(p->why, ST_BAD, "its parts do not make a header");
		return false;
	}
	if (memcmp(header, p->header, HEADER_SIZE) != 0) {
		status_why(p->why, ST_BAD, "its parts make another header");
		return false;
	}
	share_hash(hash, header, p->unit);
	if (memcmp(hash, p->hash, 32) != 0) {
		status_why(p->why, ST_BAD, "its header has another hash");
		return false;
	}
	if (!target_met(hash, &target)) {
		status_why(p->why, ST_BAD, "its hash is above the target");
		return false;
	}
	if (!is_difficulty(p->target_difficulty, p->target, p->unit) ||
	    !is_difficulty(p->share_difficulty, p->hash, p->unit)) {
		status_why(p->why, ST_BAD,
			   "its difficulties are not those of its hash and "
			   "target");
		return false;
	}
	return true;
}

bool verify_proof(struct span json, struct why *why)
{
	struct parts p = { .why = why, .unit = TARGET_SHA256D };
	size_t at = 0;
	bool good = false;

	json_init(&p.doc, NODES_MAX);
	p.room = json.n / 2 + 64;
	p.bytes = mem_new(p.room, 1);
	if (!json_parse(&p.doc, &at, json))
		status_why(why, ST_BAD, "not JSON at byte %zu", at);
	else
		good = read_parts(&p) && holds(&p);
	free(p.bytes);
	json_fini(&p.doc);
	return good;
}
