/* network - which chain a job belongs to, as far as its bytes tell.
 *
 * Names follow Bitcoin's chain names ("main", "test", "signet", "regtest").
 * Coin and network are never guessed: what the evidence does not settle stays
 * NULL. */
#ifndef COIN_NETWORK_H
#define COIN_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

struct network {
	const char *name;    /* "main"; Litecoin's: "ltc", "ltc-test" */
	const char *coin;    /* "BTC"; NULL for test networks: worth nothing */
	uint8_t p2pkh, p2sh; /* base58 version bytes */
	const char *hrp;     /* bech32: "bc", "tb", "bcrt" */
};

/* The shipped table, NULL-terminated by an entry whose name is NULL: BTC main,
 * test, signet, regtest; LTC main and test. */
const struct network *network_table(void);

/* By "main", "test", "signet", "regtest" (Bitcoin's), or "ltc", "ltc-test";
 * NULL if there is none. */
const struct network *network_named(const char *name);

/* What a SHA-256d job says: its nBits, the height in its coinbase (0: not
 * known) and the block version.
 *
 * - a target above mainnet's limit (nBits 1d00ffff) and not above signet's
 *   (1e0377ae): signet, if it equals signet's minimum; otherwise regtest rules
 *   (a private chain);
 * - height (version >= 2 only) and nBits that match the shipped table of
 *   Bitcoin's retargets: BTC main, unless the nBits are the limit itself, with
 *   which every young chain begins (Bitcoin had left it behind years before
 *   version 2): NULL;
 * - height inside the table with other nBits: not BTC; *not_btc is set (it is
 *   false in all other cases);
 * - otherwise NULL: not determined. */
const struct network *network_of_job(bool *not_btc, uint32_t nbits,
				     uint32_t height, uint32_t version);

/* nBits that Bitcoin's main chain had at height; false beyond the table. */
bool network_btc_nbits(uint32_t *nbits, uint32_t height);

/* All bitcoins there can ever be, in satoshi: no output has more. */
#define NETWORK_BTC_SAT_MAX UINT64_C(2100000000000000)

/* Block subsidy of Bitcoin in satoshi: 50 BTC >> (height / 210,000). */
uint64_t network_btc_subsidy(uint32_t height);

#endif /* COIN_NETWORK_H */
