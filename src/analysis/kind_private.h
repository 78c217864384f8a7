/* kind_private - what the files of kinds share: whose coins are which. */
#ifndef ANALYSIS_KIND_PRIVATE_H
#define ANALYSIS_KIND_PRIVATE_H

#include "analysis/kind.h"
#include "base/map.h"
#include "chain/coinbases.h"

#define KIND_NOT_YET (UINT32_MAX - 1) /* asked for, no coin known */

struct kind_coin { /* an output that is a pool's */
	uint32_t pool;
	uint64_t script; /* script_ids_name() */
};

struct kind_coins {
	struct kinds *kinds;
	const struct network *net;
	struct outpoint_table asked; /* spent by the trace: an index in known */
	uint32_t *known;             /* index in coin, or KIND_NOT_YET */
	size_t num_known, room_known;
	struct kind_coin *coin;
	size_t num_coins, room_coins;
	struct map *by_name, *by_script; /* pools */
};

void kind_coins_init(struct kind_coins *c, struct kinds *kinds,
		     const struct network *net);
void kind_coins_fini(struct kind_coins *c);

/* From now on a coin at o is kept. */
void kind_coins_ask(struct kind_coins *c, const struct outpoint *o);
/* NULL: not known to be a pool's. Good until the next kind_coins_put(). */
const struct kind_coin *kind_coins_find(const struct kind_coins *c,
					const struct outpoint *o);
/* Ignored where nobody asked for it. */
void kind_coins_put(struct kind_coins *c, const struct outpoint *o,
		    struct kind_coin coin);

/* A coinbase_visit: its outputs as coins, if it pays no more scripts than a
 * pool's own. */
bool kind_coins_coinbase(void *context, const struct coinbase *b);
/* Whose coinbase it is; KIND_NONE where it pays nobody. */
uint32_t kind_coins_pool(struct kind_coins *c, const struct coinbase *b);

/* Of script names; for bsearch(). */
int kind_name_compare(const void *a, const void *b);
void kind_names_sort(uint64_t *name, size_t n);

/* Different scripts that a transaction pays, null data left out, and those
 * left out that are among the n sorted names. */
uint32_t kind_payees(const struct tx_walk *tx, const uint64_t *name, size_t n);

#endif /* ANALYSIS_KIND_PRIVATE_H */
