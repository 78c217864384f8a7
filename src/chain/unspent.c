#include "chain/unspent.h"

#include <string.h>

#include "base/map.h"

#define KEY 36 /* txid and index */

void unspent_init(struct unspent *u)
{
	u->map = map_new(UNSPENT_MAX, 0x756e7370);
}

void unspent_fini(struct unspent *u)
{
	map_free(u->map);
}

size_t unspent_count(const struct unspent *u)
{
	return map_count(u->map);
}

static struct span key_of(uint8_t out[KEY], const uint8_t txid[32],
			  uint32_t index)
{
	memcpy(out, txid, 32);
	memcpy(out + 32, &index, sizeof(index));
	return (struct span){ out, KEY };
}

enum unspent_put unspent_put(struct unspent *u, const uint8_t txid[32],
			     uint32_t index, uint64_t value, uint64_t *before)
{
	uint8_t key[KEY];
	bool fresh;
	uint64_t *place = map_put(u->map, key_of(key, txid, index), &fresh);

	if (!place)
		return UNSPENT_FULL;
	if (!fresh)
		*before = *place;
	*place = value;
	return fresh ? UNSPENT_NEW : UNSPENT_AGAIN;
}

bool unspent_take(struct unspent *u, uint64_t *value, const uint8_t txid[32],
		  uint32_t index)
{
	uint8_t room[KEY];
	const struct span key = key_of(room, txid, index);
	const uint64_t *place = map_find(u->map, key);

	if (!place)
		return false;
	*value = *place;
	map_drop(u->map, key);
	return true;
}
