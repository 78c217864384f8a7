#include "pow/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/sha256d.h"

#define BATCH 64
/* Which shares count is chosen after the fact: n of them allow 2^n choices. */
#define CHOICE_BITS_PER_SHARE 1.0

struct work_space {
	uint8_t *coinbase; /* BATCH of them, one after the other */
	size_t coinbase_n;
	uint8_t node[BATCH][64];
	uint8_t hash[BATCH][32];
	uint8_t header[BATCH][HEADER_SIZE];
};

static void value_write(uint8_t *out, const struct search_candidates *c,
			uint32_t counter)
{
	const uint32_t n = c->length < 4 ? c->length : 4;

	memcpy(out, c->base, c->length);
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t byte = (uint8_t)(counter >> (8 * i));

		if (c->order == SEARCH_BIG_ENDIAN)
			out[c->length - 1 - i] = byte;
		else
			out[i] = byte;
	}
}

/* All coinbases but for their extranonce1, once for the whole range. */
static bool prepare(struct work_space *w, const struct search_share *s,
		    uint32_t length)
{
	const struct span parts[] = { s->job.coinbase1,
				      { NULL, length },
				      s->submit.extranonce2,
				      s->job.coinbase2 };
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		n += parts[i].n;
	if (n > SEARCH_COINBASE_MAX)
		return false;
	w->coinbase_n = n;
	w->coinbase = mem_new(BATCH, n);
	for (size_t b = 0; b < BATCH; b++) {
		uint8_t *at = w->coinbase + b * n;

		for (size_t i = 0; i < 4; at += parts[i++].n) {
			if (parts[i].p && parts[i].n)
				memcpy(at, parts[i].p, parts[i].n);
		}
	}
	return share_header(w->header[0], &s->job, &s->submit);
}

/* w->hash: the header hashes of the first n candidates of the batch. */
static void hash_batch(struct work_space *w, const struct search_share *s,
		       size_t n)
{
	const struct span branches = s->job.branches;

	sha256d_many(w->hash, w->coinbase, w->coinbase_n, w->coinbase_n, n);
	for (size_t at = 0; at + 32 <= branches.n; at += 32) {
		for (size_t b = 0; b < n; b++) {
			memcpy(w->node[b], w->hash[b], 32);
			memcpy(w->node[b] + 32, branches.p + at, 32);
		}
		sha256d_many(w->hash, w->node[0], 64, 64, n);
	}
	for (size_t b = 0; b < n; b++) {
		if (b > 0)
			memcpy(w->header[b], w->header[0], HEADER_SIZE);
		memcpy(w->header[b] + 36, w->hash[b], 32);
	}
	sha256d_many(w->hash, w->header[0], HEADER_SIZE, HEADER_SIZE, n);
}

/* One share alone rules nearly all candidates out. */
static bool first_test(const struct search_share *s, const uint8_t hash[32])
{
	if (s->has_target)
		return target_met(hash, &s->target);
	return hash[31] == 0 && hash[30] == 0;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y); /* most bits first */
}

/* The best k of the hashes: k times the bits of the k-th lowest. */
static double best_together(double *bits, size_t n)
{
	double best = 0;

	qsort(bits, n, sizeof(bits[0]), compare_doubles);
	for (size_t k = 1; k <= n; k++) {
		if ((double)k * bits[k - 1] > best)
			best = (double)k * bits[k - 1];
	}
	return best;
}

static double all_bits(const struct search_share *share, size_t n,
		       const uint8_t *value, uint32_t length)
{
	double met = 0, low[SEARCH_SHARES_MAX];
	size_t num_low = 0;

	for (size_t i = 0; i < n; i++) {
		struct share_submit submit = share[i].submit;
		uint8_t header[HEADER_SIZE], hash[32];

		submit.extranonce1 = (struct span){ value, length };
		if (!share_header(header, &share[i].job, &submit))
			continue;
		share_hash(hash, header, TARGET_SHA256D);
		const struct target h = target_of_hash(hash);

		if (!share[i].has_target)
			low[num_low++] = target_bits(&h);
		else if (target_met(hash, &share[i].target))
			met += target_bits(&share[i].target);
	}
	return met + best_together(low, num_low) -
	       CHOICE_BITS_PER_SHARE * (double)n;
}

static void judge(struct search_result *r, const struct search_share *share,
		  size_t n, const uint8_t *value, uint32_t length)
{
	const double bits = all_bits(share, n, value, length);

	if (bits <= r->bits)
		return;
	r->bits = bits;
	r->length = length;
	memcpy(r->value, value, length);
}

void search_range(struct search_result *result,
		  const struct search_share *share, size_t n,
		  const struct search_candidates *c)
{
	struct work_space *w = mem_new(1, sizeof(*w));

	if (n > SEARCH_SHARES_MAX)
		n = SEARCH_SHARES_MAX;
	if (n == 0 || c->length > SEARCH_LENGTH_MAX ||
	    !prepare(w, &share[0], c->length))
		goto out;
	const size_t at = share[0].job.coinbase1.n;

	for (uint64_t done = 0; done < c->count;) {
		const uint64_t left = c->count - done;
		const size_t batch = left < BATCH ? (size_t)left : BATCH;

		for (size_t b = 0; b < batch; b++)
			value_write(w->coinbase + b * w->coinbase_n + at, c,
				    c->first + (uint32_t)(done + b));
		hash_batch(w, &share[0], batch);
		for (size_t b = 0; b < batch; b++) {
			if (first_test(&share[0], w->hash[b]))
				judge(result, share, n,
				      w->coinbase + b * w->coinbase_n + at,
				      c->length);
		}
		done += batch;
	}
	result->tried += c->count;
out:
	free(w->coinbase);
	free(w);
}

double search_certainty(const struct search_result *result)
{
	return result->tried ? result->bits - log2((double)result->tried) : 0;
}
