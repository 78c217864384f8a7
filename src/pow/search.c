#include "pow/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/extranonces.h"
#include "pow/share_batch.h"
#include "pow/share_private.h"

/* Which shares count is chosen after the fact: n of them allow 2^n choices. */
#define CHOICE_BITS_PER_SHARE 1.0
/* Of the first share's hash, where no target is known. */
#define UNKNOWN_ZERO_BITS 16

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

/* The first share, ready for extranonces_search(). */
static bool prepare(struct extranonces_job *job, const struct search_share *s,
		    const struct search_candidates *c)
{
	struct share_submit submit = s->submit;
	uint8_t coinbase[SEARCH_COINBASE_MAX], header[HEADER_SIZE];
	struct extranonces_share parts = {
		.coinbase = coinbase,
		.coinbase_n = s->job.coinbase1.n + c->length +
			      submit.extranonce2.n + s->job.coinbase2.n,
		.at = s->job.coinbase1.n,
		.length = c->length < 4 ? c->length : 4,
		.little_endian = c->order == SEARCH_LITTLE_ENDIAN,
		.branches = s->job.branches.p,
		.num_branches = s->job.branches.n / 32,
		.header = header,
	};

	submit.extranonce1 = (struct span){ c->base, c->length };
	if (parts.coinbase_n > sizeof(coinbase) ||
	    !share_header(header, &s->job, &submit))
		return false;
	share_coinbase(coinbase, &s->job, &submit);
	if (!parts.little_endian)
		parts.at += c->length - parts.length;
	return extranonces_prepare(job, &parts);
}

/* One share alone rules nearly all candidates out. The most significant 32 bits
 * of a hash that may pass are at most this. */
static uint32_t first_top(const struct search_share *s)
{
	uint8_t raw[32];

	if (!s->has_target)
		return UINT32_MAX >> UNKNOWN_ZERO_BITS;
	target_write(raw, &s->target);
	return (uint32_t)raw[31] << 24 | (uint32_t)raw[30] << 16 |
	       (uint32_t)raw[29] << 8 | raw[28];
}

/* The whole test, of which first_top() is the beginning. */
static bool first_test(const struct search_share *s, const uint8_t hash[32])
{
	return !s->has_target || target_met(hash, &s->target);
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

/* The hashes of all shares with this value; which are there at all. */
static void hash_all(struct share_batch_item *item, struct share_submit *submit,
		     const struct search_share *share, size_t n,
		     struct span value)
{
	for (size_t i = 0; i < n; i++) {
		submit[i] = share[i].submit;
		submit[i].extranonce1 = value;
		item[i].job = &share[i].job;
		item[i].submit = &submit[i];
	}
	share_batch_hash(item, n);
}

static void judge(struct search_result *r, const struct search_share *share,
		  size_t n, struct span value)
{
	struct share_batch_item item[SEARCH_SHARES_MAX];
	struct share_submit submit[SEARCH_SHARES_MAX];
	double met = 0, low[SEARCH_SHARES_MAX];
	size_t num_low = 0;

	hash_all(item, submit, share, 1, value);
	if (!first_test(&share[0], item[0].hash))
		return;
	hash_all(item, submit, share, n, value);
	for (size_t i = 0; i < n; i++) {
		if (!item[i].is_whole)
			continue;
		const struct target h = target_of_hash(item[i].hash);

		if (!share[i].has_target)
			low[num_low++] = target_bits(&h);
		else if (target_met(item[i].hash, &share[i].target))
			met += target_bits(&share[i].target);
	}
	const double bits = met + best_together(low, num_low) -
			    CHOICE_BITS_PER_SHARE * (double)n;

	if (bits <= r->bits)
		return;
	r->bits = bits;
	r->length = (uint32_t)value.n;
	memcpy(r->value, value.p, value.n);
}

void search_range(struct search_result *result,
		  const struct search_share *share, size_t n,
		  const struct search_candidates *c)
{
	struct extranonces_job *job = mem_new(1, sizeof(*job));

	if (n > SEARCH_SHARES_MAX)
		n = SEARCH_SHARES_MAX;
	if (n == 0 || c->length > SEARCH_LENGTH_MAX ||
	    !prepare(job, &share[0], c))
		goto out;
	for (uint64_t done = 0; done < c->count;) {
		struct extranonces_found found;
		uint8_t value[SEARCH_LENGTH_MAX];

		done += extranonces_search(
			&found, job, c->first + (uint32_t)done, c->count - done,
			first_top(&share[0]));
		for (size_t i = 0; i < found.n; i++) {
			value_write(value, c, found.value[i]);
			judge(result, share, n,
			      (struct span){ value, c->length });
		}
	}
	result->tried += c->count;
out:
	free(job);
}

double search_certainty(const struct search_result *result)
{
	return result->tried ? result->bits - log2((double)result->tried) : 0;
}

/* Compressions of SHA-256 that a candidate costs, nearly. */
static size_t cost(const struct search_share *s)
{
	return 3 * (s->job.branches.n / 32) +
	       (s->submit.extranonce2.n + s->job.coinbase2.n) / 64;
}

void search_cheapest_first(struct search_share *share, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++) {
		if (cost(&share[i]) < cost(&share[best]))
			best = i;
	}
	if (best > 0) {
		const struct search_share first = share[0];

		share[0] = share[best];
		share[best] = first;
	}
}
