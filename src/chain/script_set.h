/* script_set - scripts that are looked for, asked about every output of a
 * chain.
 *
 * A small filter by length and last eight bytes answers for nearly all that are
 * not in it. A public key's script (P2PK) is in it where that of its hash
 * (P2PKH) is: one address is both. Filled first, then only read, by any thread.
 */
#ifndef CHAIN_SCRIPT_SET_H
#define CHAIN_SCRIPT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/cur.h"
#include "coin/address.h"

#define SCRIPT_SET_MAX   (1u << 26)
#define SCRIPT_SET_WORDS 4096 /* of the filter: 32 KiB stay in the cache */

struct script_set { /* private */
	struct map *value;
	uint64_t filter[SCRIPT_SET_WORDS];
	bool keys; /* a P2PKH script is in it */
};

void script_set_init(struct script_set *s);
void script_set_fini(struct script_set *s);
/* The value is the caller's; the first one of a script stays. False at
 * SCRIPT_SET_MAX. */
bool script_set_add(struct script_set *s, struct span script, uint64_t value);
/* False: not in it. */
bool script_set_find(uint64_t *value, const struct script_set *s,
		     struct span script);
size_t script_set_count(const struct script_set *s);
/* The i-th of them; good while none is added. */
struct span script_set_at(const struct script_set *s, size_t i);

/* A bit of the filter: of hashes and keys all bytes are alike. */
static inline uint32_t script_set_bit(struct span script)
{
	uint64_t end = script.n;

	if (script.n >= 12) /* in front of what closes a script */
		memcpy(&end, script.p + script.n - 12, 8);
	end = (end ^ script.n) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(end >> (64 - 18));
}

static inline bool script_set_maybe(const struct script_set *s,
				    struct span script)
{
	const uint32_t bit = script_set_bit(script);

	return (s->filter[bit / 64] >> (bit % 64) & 1) ||
	       (s->keys && address_is_key(script));
}

#endif /* CHAIN_SCRIPT_SET_H */
