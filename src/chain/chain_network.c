#include "chain/chain_network.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/hex.h"

static const struct {
	const char *network;
	uint32_t magic, limit_nbits;
	const char *genesis; /* as people write it */
	bool retargets;
} table[] = {
	{ "main", 0xd9b4bef9, 0x1d00ffff,
	  "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
	  true },
	{ "test", 0x0709110b, 0x1d00ffff,
	  "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
	  false },
	{ "test", 0x283f161c, 0x1d00ffff, /* testnet4 */
	  "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
	  false },
	{ "signet", 0x40cf030a, 0x1e0377ae,
	  "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
	  false },
	{ "regtest", 0xdab5bffa, 0x207fffff,
	  "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
	  false },
};

#define NETWORKS (sizeof(table) / sizeof(table[0]))

const struct chain_network *chain_network_by_magic(uint32_t magic)
{
	static struct chain_network found[NETWORKS];

	for (size_t i = 0; i < NETWORKS; i++) {
		struct chain_network *x = &found[i];
		uint8_t be[32];

		if (table[i].magic != magic)
			continue;
		const bool good = hex_bytes(
			be, 32,
			(struct span){ (const uint8_t *)table[i].genesis, 64 });

		assert(good);
		for (size_t k = 0; good && k < 32; k++)
			x->genesis[k] = be[31 - k];
		x->network = network_named(table[i].network);
		x->magic = magic;
		x->subsidy_blocks =
			strcmp(table[i].network, "regtest") ? 210000 : 150;
		x->limit_nbits = table[i].limit_nbits;
		x->retargets = table[i].retargets;
		return x;
	}
	return NULL;
}

const char *chain_network_refused(uint32_t magic)
{
	switch (magic) {
	case 0xdbb6c0fb:
	case 0xf1c8d2fd:
		return "Litecoin's blocks, whose headers are hashed by scrypt; "
		       "this reads Bitcoin's";
	default:
		return NULL;
	}
}

uint64_t chain_network_subsidy(const struct chain_network *n, uint32_t height)
{
	const uint32_t halvings = height / n->subsidy_blocks;

	return halvings < 64 ? network_btc_subsidy(0) >> halvings : 0;
}
