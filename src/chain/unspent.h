/* unspent - the outputs that no block has spent yet, in memory, with a value of
 * the caller's: what stands in for rev files where there are none.
 *
 * About 110 bytes for each. */
#ifndef CHAIN_UNSPENT_H
#define CHAIN_UNSPENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNSPENT_MAX (1u << 30)

struct unspent { /* private */
	struct map *map;
};

void unspent_init(struct unspent *u);
void unspent_fini(struct unspent *u);
size_t unspent_count(const struct unspent *u);

enum unspent_put {
	UNSPENT_NEW,
	UNSPENT_AGAIN, /* of a txid that came twice (BIP 30): the first, whose
			* value *before gets, can be spent no more */
	UNSPENT_FULL,  /* UNSPENT_MAX reached */
};

enum unspent_put unspent_put(struct unspent *u, const uint8_t txid[32],
			     uint32_t index, uint64_t value, uint64_t *before);
/* Takes it out; false: it is not there. */
bool unspent_take(struct unspent *u, uint64_t *value, const uint8_t txid[32],
		  uint32_t index);

#endif /* CHAIN_UNSPENT_H */
