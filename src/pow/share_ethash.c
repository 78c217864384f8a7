#include "pow/share_ethash.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/target.h"
#include "hash/ethash.h"

/* The shares of two chains at a time, or of both rules of an epoch. */
#define CACHES 2

struct kept {
	struct ethash_cache *cache; /* of epoch and rule; NULL: none */
	unsigned epoch;
	enum ethash_rule rule;
};

struct share_ethash_checker {
	struct kept kept[CACHES]; /* the one used last is the first */
	unsigned left;            /* caches that may still be made */
};

struct share_ethash_checker *share_ethash_new(unsigned caches)
{
	struct share_ethash_checker *c = mem_new(1, sizeof(*c));

	c->left = caches;
	return c;
}

void share_ethash_free(struct share_ethash_checker *c)
{
	for (size_t i = 0; c && i < CACHES; i++)
		ethash_cache_free(c->kept[i].cache);
	free(c);
}

uint32_t share_ethash_epoch(const uint8_t seed[32])
{
	unsigned epoch;

	return ethash_epoch(&epoch, seed) ? epoch : UINT32_MAX;
}

static bool read_nonce(uint64_t *out, const struct share_ethash *s)
{
	uint64_t nonce = 0;

	if (s->nonce1.n > 8 || s->nonce2.n != 8 - s->nonce1.n)
		return false;
	for (size_t i = 0; i < s->nonce1.n; i++)
		nonce = nonce << 8 | s->nonce1.p[i];
	for (size_t i = 0; i < s->nonce2.n; i++)
		nonce = nonce << 8 | s->nonce2.p[i];
	*out = nonce;
	return true;
}

/* Where it is; CACHES: nowhere. */
static size_t find_cache(const struct share_ethash_checker *c, unsigned epoch,
			 enum ethash_rule rule)
{
	size_t i = 0;

	while (i < CACHES && !(c->kept[i].cache && c->kept[i].epoch == epoch &&
			       c->kept[i].rule == rule))
		i++;
	return i;
}

/* Makes it the first one; false if that would be one too many. */
static bool make_cache(struct share_ethash_checker *c, unsigned epoch,
		       enum ethash_rule rule)
{
	size_t at = find_cache(c, epoch, rule);
	struct kept first;

	if (at < CACHES) {
		first = c->kept[at];
	} else {
		if (c->left == 0)
			return false;
		c->left--;
		at = CACHES - 1;
		ethash_cache_free(c->kept[at].cache);
		first = (struct kept){ ethash_cache_new(epoch, rule), epoch,
				       rule };
	}
	memmove(c->kept + 1, c->kept, at * sizeof(c->kept[0]));
	c->kept[0] = first;
	return true;
}

/* Ethash writes its numbers most significant byte first. */
static void reverse(uint8_t out[32], const uint8_t in[32])
{
	for (size_t i = 0; i < 32; i++)
		out[i] = in[31 - i];
}

static bool meets(const uint8_t hash[32], const uint8_t *target)
{
	if (!target)
		return true;
	const struct target t = target_of_hash(target);

	return target_met(hash, &t);
}

/* DONE also where, by this rule, the hash is not the one looked for: then it
 * is told by *fits. */
static enum share_ethash_found by_rule(struct share_ethash_checker *c,
				       uint8_t out[32], bool *fits,
				       const struct share_ethash *s,
				       unsigned epoch, enum ethash_rule rule)
{
	uint8_t mix[32], result[32];
	uint64_t nonce;

	if (!read_nonce(&nonce, s))
		return SHARE_ETHASH_MALFORMED;
	if (!make_cache(c, epoch, rule))
		return SHARE_ETHASH_LIMIT;
	ethash_hash(c->kept[0].cache, mix, result, s->header_hash, nonce);
	reverse(out, result);
	*fits = s->mix.n == 32 ? memcmp(mix, s->mix.p, 32) == 0
			       : meets(out, s->target);
	return SHARE_ETHASH_DONE;
}

/* What the submitted mix makes of the nonce, true or not. */
static bool is_high(uint8_t out[32], const struct share_ethash *s,
		    uint64_t nonce)
{
	uint8_t result[32];

	if (s->mix.n != 32)
		return false;
	ethash_quick(result, s->header_hash, nonce, s->mix.p);
	reverse(out, result);
	return !meets(out, s->target);
}

enum share_ethash_found share_ethash_hash(struct share_ethash_checker *c,
					  uint8_t out[32],
					  const struct share_ethash *s)
{
	uint8_t plain[32], other[32];
	enum share_ethash_found found;
	bool fits = false;
	unsigned epoch;
	uint64_t nonce;

	if (!read_nonce(&nonce, s) || (s->mix.n != 0 && s->mix.n != 32) ||
	    !ethash_epoch(&epoch, s->seed))
		return SHARE_ETHASH_MALFORMED;
	if (is_high(plain, s, nonce)) {
		memcpy(out, plain, 32);
		return SHARE_ETHASH_DONE;
	}
	/* The rule of the cache at hand is tried first: shares of one chain
	 * come together. */
	if (find_cache(c, epoch, ETHASH_ECIP1099) < CACHES &&
	    by_rule(c, other, &fits, s, epoch, ETHASH_ECIP1099) ==
		    SHARE_ETHASH_DONE &&
	    fits) {
		memcpy(out, other, 32);
		return SHARE_ETHASH_DONE;
	}
	found = by_rule(c, plain, &fits, s, epoch, ETHASH_PLAIN);
	if (found != SHARE_ETHASH_DONE)
		return found;
	if (!fits && epoch % 2 == 0) {
		found = by_rule(c, other, &fits, s, epoch, ETHASH_ECIP1099);
		if (found != SHARE_ETHASH_DONE)
			return found;
		if (fits)
			memcpy(plain, other, 32);
	}
	if (!fits && s->mix.n == 32)
		return SHARE_ETHASH_WRONG_MIX;
	memcpy(out, plain, 32);
	return SHARE_ETHASH_DONE;
}
