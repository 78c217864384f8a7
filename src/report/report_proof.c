#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verify.h"
#include "base/hex.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/num.h"
#include "report/report.h"
#include "track/proof.h"

#define PROOF_MAX   (8u << 20)
#define HASH_DIGITS 8 /* at least: a hash's first digits are zeros */

/* Looks a share up by the end of its hash as people write it, that is by its
 * first bytes in internal order. */
struct looking {
	const char *which;
	size_t n;
	char session[FACT_ID];
	uint32_t position;
	char hash[65]; /* of what was found; "": nothing yet */
	bool proved, several;
};

static bool on_share(void *context, const struct fact_share *f)
{
	struct looking *l = context;
	char text[65];

	if (f->hash.n != 32)
		return true;
	hex_text_reversed(text, f->hash.p, 32);
	if (strcasecmp(text + 64 - l->n, l->which) != 0)
		return true;
	if (l->hash[0] && strcmp(l->hash, text) != 0)
		l->several = true;
	/* The same header twice is the same proof: the first proved is taken.
	 */
	if (!l->hash[0] || (!l->proved && f->proof == FACT_PROVED)) {
		memcpy(l->hash, text, sizeof(text));
		memcpy(l->session, f->session, FACT_ID);
		l->position = f->position;
		l->proved = f->proof == FACT_PROVED;
	}
	return true;
}

static bool by_key(struct looking *l)
{
	const char *colon = strchr(l->which, ':');
	uint64_t position;

	if (!colon || colon - l->which != FACT_ID - 1 ||
	    !num_u64(&position, (struct span){ (const uint8_t *)colon + 1,
					       strlen(colon + 1) }) ||
	    position > UINT32_MAX)
		return false;
	memcpy(l->session, l->which, FACT_ID - 1);
	l->position = (uint32_t)position;
	return true;
}

static bool all_hex(const char *text)
{
	for (; *text; text++) {
		if (!isxdigit((unsigned char)*text))
			return false;
	}
	return true;
}

static enum status look_up(struct looking *l, struct store *store,
			   struct why *why)
{
	if (by_key(l))
		return ST_OK;
	if (!all_hex(l->which) || l->n < HASH_DIGITS || l->n > 64)
		return status_why(why, ST_USAGE,
				  "%s: give a share's hash (or at least its "
				  "last %d digits), or session:position",
				  l->which, HASH_DIGITS);
	if (store_shares(store, NULL, on_share, l) != ST_OK)
		return status_why(why, ST_IO, "the case cannot be read");
	if (!l->hash[0])
		return status_why(why, ST_BAD,
				  "%s: no share in the case has that hash",
				  l->which);
	if (l->several)
		return status_why(why, ST_USAGE,
				  "%s: several shares' hashes end so: give "
				  "more of it",
				  l->which);
	return ST_OK;
}

static void key_hex(struct json_writer *w, const char *key, struct span s)
{
	json_write_key(w, key);
	json_write_hex(w, s);
}

static void key_word(struct json_writer *w, const char *key, uint32_t v)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", v);
	json_write_key(w, key);
	json_write_text(w, text);
}

static void key_reversed(struct json_writer *w, const char *key,
			 const uint8_t raw[32])
{
	char text[65];

	json_write_key(w, key);
	json_write_text(w, hex_text_reversed(text, raw, 32));
}

static void key_text(struct json_writer *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_text(w, text);
}

/* Zcash's parts: docs/proof.md. */
static void write_equihash(struct json_writer *w, const struct fact_job *job,
			   const struct fact_share *f)
{
	uint8_t nonce[64];

	if (job->branches.n == 64) {
		key_reversed(w, "merkle_root", job->branches.p);
		key_reversed(w, "reserved", job->branches.p + 32);
	}
	key_reversed(w, "previous_block", job->previous);
	key_word(w, "version", job->version);
	key_word(w, "nbits", job->nbits);
	key_word(w, "ntime", f->ntime);
	if (job->extranonce1.n + f->extranonce2.n <= sizeof(nonce)) {
		if (job->extranonce1.n)
			memcpy(nonce, job->extranonce1.p, job->extranonce1.n);
		if (f->extranonce2.n)
			memcpy(nonce + job->extranonce1.n, f->extranonce2.p,
			       f->extranonce2.n);
		key_hex(w, "nonce",
			(struct span){ nonce,
				       job->extranonce1.n + f->extranonce2.n });
	}
	key_hex(w, "solution", f->solution);
}

static void write_ethash(struct json_writer *w, const struct fact_job *job,
			 const struct fact_share *f)
{
	uint8_t nonce[16];

	key_hex(w, "header_hash", (struct span){ job->previous, 32 });
	key_hex(w, "seed_hash", job->branches);
	if (job->extranonce1.n + f->extranonce2.n == 8) {
		if (job->extranonce1.n)
			memcpy(nonce, job->extranonce1.p, job->extranonce1.n);
		if (f->extranonce2.n)
			memcpy(nonce + job->extranonce1.n, f->extranonce2.p,
			       f->extranonce2.n);
		key_hex(w, "nonce", (struct span){ nonce, 8 });
	}
	json_write_key(w, "mix_hash");
	if (f->solution.n == 32)
		json_write_hex(w, f->solution);
	else
		json_write_null(w);
}

static void write_job(struct json_writer *w, const struct fact_job *job)
{
	key_hex(w, "coinbase1", job->coinbase1);
	key_hex(w, "extranonce1", job->extranonce1);
	key_text(w, "extranonce1_source",
		 fact_source_text(job->extranonce1_source));
	key_hex(w, "coinbase2", job->coinbase2);
	json_write_key(w, "merkle_branches");
	json_write_begin(w, '[');
	for (size_t at = 0; at + 32 <= job->branches.n; at += 32)
		json_write_hex(w, (struct span){ job->branches.p + at, 32 });
	json_write_end(w, ']');
	key_reversed(w, "previous_block", job->previous);
	key_word(w, "version", job->version);
	key_word(w, "nbits", job->nbits);
}

static void write_bitcoin(struct json_writer *w, const struct fact_job *job,
			  const struct fact_share *f)
{
	write_job(w, job);
	key_hex(w, "extranonce2", f->extranonce2);
	key_word(w, "ntime", f->ntime);
	key_word(w, "nonce", f->nonce);
	if (f->has_version_bits) {
		key_word(w, "version_bits", f->version_bits);
		key_word(w, "version_mask", f->version_mask);
	} else {
		json_write_key(w, "version_bits");
		json_write_null(w);
	}
}

static void write_parts(struct json_writer *w, const struct fact_job *job,
			const struct fact_share *f)
{
	switch (f->algorithm) {
	case FACT_EQUIHASH:
		write_equihash(w, job, f);
		break;
	case FACT_ETHASH:
		write_ethash(w, job, f);
		break;
	case FACT_NO_ALGORITHM:
	case FACT_SHA256D:
	case FACT_SCRYPT:
	case FACT_CRYPTONIGHT:
	case FACT_ALGORITHMS:
		write_bitcoin(w, job, f);
		break;
	}
}

static void write_outcome(struct json_writer *w, const struct fact_share *f)
{
	key_text(w, "algorithm", fact_algorithm_text(f->algorithm));
	key_hex(w, "header", f->header);
	key_reversed(w, "hash", f->hash.p);
	key_reversed(w, "target", f->target.p);
	json_write_key(w, "target_difficulty");
	json_write_double(w, f->difficulty);
	json_write_key(w, "share_difficulty");
	json_write_double(w, proof_share_difficulty(f));
}

struct origin {
	struct json_writer *w;
	int64_t row;
};

static bool on_input(void *context, const struct fact_input *f, int64_t row)
{
	struct origin *o = context;

	if (row != o->row)
		return true;
	key_text(o->w, "file", f->name);
	key_hex(o->w, "file_sha256", (struct span){ f->sha256, 32 });
	return false;
}

/* A share with bytes of its own: the store lends what it gives only until the
 * next question. */
struct picked {
	struct fact_share fact;
	struct proof proof;
	char *worker, *extranonce2, *solution;
};

static struct span own(char **copy, struct span s)
{
	*copy = mem_text(s.p, s.n);
	return (struct span){ (const uint8_t *)*copy, s.n };
}

static enum status pick(struct picked *out, struct store *store,
			const struct looking *l, struct why *why)
{
	struct fact_share f;

	if (!store_share_at(store, &f, l->session, l->position))
		return status_why(why, ST_BAD, "%s: no such share in the case",
				  l->which);
	if (f.proof == FACT_SIMULATED)
		return status_why(why, ST_BAD,
				  "%s: simulated: there is nothing to prove",
				  l->which);
	if (f.proof != FACT_PROVED || f.header.n == 0 || f.hash.n != 32 ||
	    f.target.n != 32)
		return status_why(why, ST_BAD, "%s: not proved: %s", l->which,
				  fact_proof_text(f.proof));
	out->fact = f;
	proof_keep(&out->proof, &out->fact);
	/* A share that met a rounded target is proved at its own difficulty. */
	if (f.rounding)
		out->fact.target = out->fact.hash;
	out->fact.worker = own(&out->worker, f.worker);
	out->fact.extranonce2 = own(&out->extranonce2, f.extranonce2);
	out->fact.solution = own(&out->solution, f.solution);
	out->fact.job_id = out->fact.reason = (struct span){ NULL, 0 };
	return ST_OK;
}

/* Who says so: not part of what is proved, but where to look it up. */
static void write_origin(struct json_writer *w, struct store *store,
			 const struct fact_share *f)
{
	struct origin o = { .w = w, .row = f->input };

	json_write_key(w, "seen");
	json_write_begin(w, '{');
	store_inputs(store, on_input, &o);
	json_write_key(w, "frame");
	json_write_uint(w, f->frame);
	json_write_key(w, "time");
	json_write_ts(w, f->time);
	key_text(w, "session", f->session);
	json_write_key(w, "position");
	json_write_uint(w, f->position);
	json_write_key(w, "worker");
	json_write_span(w, f->worker);
	key_text(w, "verdict", fact_verdict_text(f->verdict));
	json_write_end(w, '}');
}

/* The proof, and a look whether it holds: the case may come from anyone. */
static enum status write_proof(struct buf *line, struct store *store,
			       const struct fact_share *f, const char *which,
			       struct why *why)
{
	struct json_writer w;
	struct fact_job job;
	struct why fault;

	json_write_init(&w, line);
	json_write_begin(&w, '{');
	key_text(&w, "type", "proof");
	json_write_key(&w, "schema");
	json_write_uint(&w, REPORT_SCHEMA);
	write_origin(&w, store, f);
	if (!f->has_job ||
	    !store_job_at(store, &job, f->session, f->job_position))
		return status_why(why, ST_BAD, "%s: its job is not in the case",
				  which);
	write_parts(&w, &job, f);
	write_outcome(&w, f);
	json_write_end(&w, '}');
	if (!verify_proof(buf_span(line), &fault))
		return status_why(why, ST_BAD, "%s: does not hold: %.400s",
				  which, fault.text);
	buf_text(line, "\n");
	return ST_OK;
}

enum status report_proof(FILE *out, struct store *store, const char *which,
			 struct why *why)
{
	struct looking l = { .which = which, .n = strlen(which) };
	struct picked share = { .worker = NULL };
	struct buf line;
	enum status st = look_up(&l, store, why);

	buf_init(&line, PROOF_MAX);
	if (st == ST_OK)
		st = pick(&share, store, &l, why);
	if (st == ST_OK)
		st = write_proof(&line, store, &share.fact, which, why);
	if (st == ST_OK &&
	    (fwrite(line.p, 1, line.n, out) != line.n || fflush(out) != 0))
		st = status_why(why, ST_IO, "the proof cannot be written");
	free(share.worker);
	free(share.extranonce2);
	free(share.solution);
	buf_fini(&line);
	return st;
}
