#include "coin/network.h"

#include <string.h>

#include "coin/network_retargets.h"
#include "coin/target.h"

#define HALVING        210000u
#define NBITS_MAIN_MAX 0x1d00ffffu
#define NBITS_SIGNET   0x1e0377aeu

/* Sources: src/kernel/chainparams.cpp of Bitcoin Core, src/chainparams.cpp of
 * Litecoin Core. In the order in which address_parse() tries them. */
enum {
	MAIN,
	TEST,
	SIGNET,
	REGTEST,
	LTC,
	LTC_TEST
};
static const struct network table[] = {
	[MAIN] = { "main", "BTC", 0, 5, "bc" },
	[TEST] = { "test", NULL, 111, 196, "tb" },
	[SIGNET] = { "signet", NULL, 111, 196, "tb" },
	[REGTEST] = { "regtest", NULL, 111, 196, "bcrt" },
	[LTC] = { "ltc", "LTC", 48, 50, "ltc" },
	[LTC_TEST] = { "ltc-test", NULL, 111, 58, "tltc" },
	{ NULL, NULL, 0, 0, NULL },
};

const struct network *network_table(void)
{
	return table;
}

const struct network *network_named(const char *name)
{
	for (const struct network *n = table; n->name; n++) {
		if (!strcmp(n->name, name))
			return n;
	}
	return NULL;
}

static bool above_main_limit(uint32_t nbits)
{
	struct target t, limit;

	return target_from_nbits(&t, nbits) &&
	       target_from_nbits(&limit, NBITS_MAIN_MAX) &&
	       target_compare(&t, &limit) > 0;
}

const struct network *network_of_job(bool *not_btc, uint32_t nbits,
				     uint32_t height, uint32_t version)
{
	uint32_t wanted;

	*not_btc = false;
	if (above_main_limit(nbits))
		return &table[nbits == NBITS_SIGNET ? SIGNET : REGTEST];
	/* The version is signed; below 2 the coinbase need not hold a height.
	 */
	if (height == 0 || version < 2 || version >> 31 ||
	    !network_btc_nbits(&wanted, height))
		return NULL;
	if (nbits != wanted) {
		*not_btc = true;
		return NULL;
	}
	return nbits == NBITS_MAIN_MAX ? NULL : &table[MAIN];
}

bool network_btc_nbits(uint32_t *nbits, uint32_t height)
{
	const uint32_t period = height / RETARGET_PERIOD;

	if (period >= sizeof(retargets) / sizeof(retargets[0]))
		return false;
	*nbits = retargets[period];
	return true;
}

uint64_t network_btc_subsidy(uint32_t height)
{
	const uint32_t halvings = height / HALVING;

	return halvings < 64 ? UINT64_C(5000000000) >> halvings : 0;
}
