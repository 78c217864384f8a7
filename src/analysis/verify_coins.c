#include "analysis/verify_coins.h"

#include <string.h>

#include "pow/share_equihash.h"
#include "pow/share_ethash.h"

#define NONCE_SIZE 8 /* of Ethash */

bool verify_equihash(struct verify_parts *p)
{
	uint8_t previous[32], roots[64], nonce[32];
	uint8_t header[SHARE_EQUIHASH_HEADER], hash[32];
	struct share_equihash parts = { .previous = previous,
					.roots = { roots, sizeof(roots) },
					.nonce1 = { nonce, 0 },
					.nonce2 = { nonce, sizeof(nonce) } };

	parts.version = verify_word(p, "version");
	parts.nbits = verify_word(p, "nbits");
	parts.ntime = verify_word(p, "ntime");
	verify_exactly(p, previous, 32, "previous_block", true);
	verify_exactly(p, roots, 32, "merkle_root", true);
	verify_exactly(p, roots + 32, 32, "reserved", true);
	verify_exactly(p, nonce, 32, "nonce", false);
	const struct span solution = verify_bytes(p, "solution");

	if (p->bad)
		return false;
	if (!share_equihash_header(header, &parts) ||
	    p->header.n != sizeof(header) ||
	    memcmp(header, p->header.p, sizeof(header)) != 0)
		return verify_fails(p, "its parts make another header");
	if (!share_equihash_hash(hash, header, solution))
		return verify_fails(p,
				    "its solution does not solve its header");
	if (memcmp(hash, p->hash, 32) != 0)
		return verify_fails(p, "its header has another hash");
	return true;
}

static bool fails_because(struct verify_parts *p, enum share_ethash_found found)
{
	switch (found) {
	case SHARE_ETHASH_DONE:
		break;
	case SHARE_ETHASH_WRONG_MIX:
		return verify_fails(p, "its mix is not the one of its nonce");
	case SHARE_ETHASH_MALFORMED:
		return verify_fails(p, "its seed hash is of no epoch");
	case SHARE_ETHASH_LIMIT:
		return verify_fails(p, "its epoch's cache cannot be made");
	}
	return verify_fails(p, "its header has another hash");
}

bool verify_ethash(struct verify_parts *p)
{
	uint8_t header_hash[32], seed[32], nonce[NONCE_SIZE], mix[32], hash[32];
	struct share_ethash parts = { .header_hash = header_hash,
				      .seed = seed,
				      .nonce1 = { nonce, 0 },
				      .nonce2 = { nonce, sizeof(nonce) },
				      .mix = { mix, 0 },
				      .target = p->target };
	const struct json_node *has_mix =
		json_get(&p->doc, json_root(&p->doc), "mix_hash");

	verify_exactly(p, header_hash, 32, "header_hash", false);
	verify_exactly(p, seed, 32, "seed_hash", false);
	verify_exactly(p, nonce, NONCE_SIZE, "nonce", false);
	if (has_mix && has_mix->type != JSON_NULL) {
		verify_exactly(p, mix, 32, "mix_hash", false);
		parts.mix.n = sizeof(mix);
	}
	if (p->bad)
		return false;
	if (p->header.n != 32 || memcmp(p->header.p, header_hash, 32) != 0)
		return verify_fails(p, "its parts make another header");

	/* One rule of epochs, and the other. */
	struct share_ethash_checker *checker = share_ethash_new(2);
	const enum share_ethash_found found =
		share_ethash_hash(checker, hash, &parts);

	share_ethash_free(checker);
	if (found != SHARE_ETHASH_DONE || memcmp(hash, p->hash, 32) != 0)
		return fails_because(p, found);
	return true;
}
