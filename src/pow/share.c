#include "pow/share.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/merkle.h"
#include "coin/tx.h"
#include "hash/digest.h"
#include "hash/sha256d.h"
#include "pow/share_private.h"

#define EXTRANONCE1_MAX 16

static bool add_size(size_t *n, size_t more)
{
	if (more > SHARE_COINBASE_MAX - *n)
		return false;
	*n += more;
	return true;
}

static bool coinbase_size(size_t *out, const struct share_job *job,
			  const struct share_submit *submit)
{
	size_t n = 0;

	if (!add_size(&n, job->coinbase1.n) ||
	    !add_size(&n, submit->extranonce1.n) ||
	    !add_size(&n, submit->extranonce2.n) ||
	    !add_size(&n, job->coinbase2.n))
		return false;
	*out = n;
	return true;
}

static uint8_t *put(uint8_t *at, struct span part)
{
	if (part.n)
		memcpy(at, part.p, part.n);
	return at + part.n;
}

void share_coinbase(uint8_t *out, const struct share_job *job,
		    const struct share_submit *submit)
{
	out = put(out, job->coinbase1);
	out = put(out, submit->extranonce1);
	out = put(out, submit->extranonce2);
	put(out, job->coinbase2);
}

/* The coinbase's transaction id. Nothing is allocated in the usual case. */
static void coinbase_hash(uint8_t out[32], size_t n,
			  const struct share_job *job,
			  const struct share_submit *submit)
{
	uint8_t usual[SHARE_COINBASE_USUAL], *large = NULL, *coinbase = usual;

	if (n > sizeof(usual))
		coinbase = large = mem_new(n, 1);
	share_coinbase(coinbase, job, submit);
	sha256d(out, coinbase, n);
	free(large);
}

/* BIP 310. */
static bool rolled_version(uint32_t *out, uint32_t version,
			   const struct share_submit *submit)
{
	const uint32_t mask = submit->version_mask;

	if (!submit->has_version_bits) {
		*out = version;
		return true;
	}
	if (submit->version_bits & ~mask)
		return false;
	*out = (version & ~mask) | submit->version_bits;
	return true;
}

bool share_frame(struct header *out, size_t *coinbase_n,
		 const struct share_job *job, const struct share_submit *submit)
{
	struct header h = {
		.time = submit->ntime,
		.nbits = job->nbits,
		.nonce = submit->nonce,
	};
	size_t n;

	if (job->branches.n % 32 != 0 || !coinbase_size(&n, job, submit) ||
	    !rolled_version(&h.version, job->version, submit))
		return false;
	if (n == 0 && job->branches.n != 32)
		return false;
	memcpy(h.previous, job->previous, sizeof(h.previous));
	if (n == 0)
		memcpy(h.merkle_root, job->branches.p, 32);
	*out = h;
	*coinbase_n = n;
	return true;
}

bool share_header(uint8_t out[HEADER_SIZE], const struct share_job *job,
		  const struct share_submit *submit)
{
	struct header h;
	size_t n;

	if (!share_frame(&h, &n, job, submit))
		return false;
	if (n > 0) {
		coinbase_hash(h.merkle_root, n, job, submit);
		merkle_fold(h.merkle_root, job->branches.p,
			    job->branches.n / 32);
	}
	header_write(out, &h);
	return true;
}

void share_hash(uint8_t out[32], const uint8_t header[HEADER_SIZE],
		enum target_unit unit)
{
	switch (unit) {
	case TARGET_SHA256D:
		sha256d(out, header, HEADER_SIZE);
		break;
	case TARGET_SCRYPT:
		digest_scrypt(out, header);
		break;
	case TARGET_TRIES: /* of hashes that are not of 80-byte headers */
		assert(unit != TARGET_TRIES);
		break;
	}
}

int share_extranonce1_length(uint32_t *length, const struct share_job *job,
			     uint32_t extranonce2_n)
{
	size_t known = EXTRANONCE1_MAX;
	int found = 0;

	if (!add_size(&known, job->coinbase1.n) ||
	    !add_size(&known, extranonce2_n) ||
	    !add_size(&known, job->coinbase2.n))
		return 0;
	uint8_t *const raw = mem_new(known, 1);
	struct tx_output *const room = mem_new(TX_OUTPUTS_MAX, sizeof(*room));
	struct tx_coinbase tx;

	/* coinbase1 | zeros | coinbase2; one more zero each time round. */
	uint8_t *tail = put(raw, job->coinbase1) + extranonce2_n;

	for (uint32_t n = 0; n <= EXTRANONCE1_MAX; n++, tail++) {
		struct span whole = { raw, 0 };

		if (n > 0)
			tail[-1] = 0; /* coinbase2 stood there */
		whole.n = (size_t)(put(tail, job->coinbase2) - raw);
		if (!tx_coinbase_parse(&tx, room, TX_OUTPUTS_MAX, whole))
			continue;
		if (found++ == 0)
			*length = n;
	}
	free(room);
	free(raw);
	return found;
}
