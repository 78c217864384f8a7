#include "chain/script_set.h"

#include "base/map.h"

#define OP_DUP 0x76

void script_set_init(struct script_set *s)
{
	memset(s->filter, 0, sizeof(s->filter));
	s->keys = false;
	s->value = map_new(SCRIPT_SET_MAX, 0x73637269);
}

void script_set_fini(struct script_set *s)
{
	map_free(s->value);
}

bool script_set_add(struct script_set *s, struct span script, uint64_t value)
{
	const uint32_t bit = script_set_bit(script);
	bool fresh;
	uint64_t *place = map_put(s->value, script, &fresh);

	if (!place)
		return false;
	if (fresh)
		*place = value;
	s->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
	s->keys |= script.n == ADDRESS_KEY_SCRIPT && script.p[0] == OP_DUP;
	return true;
}

bool script_set_find(uint64_t *value, const struct script_set *s,
		     struct span script)
{
	const uint64_t *place = map_find(s->value, script);
	uint8_t room[ADDRESS_KEY_SCRIPT];

	if (!place && s->keys && address_is_key(script))
		place = map_find(s->value, address_canonical(room, script));
	if (place)
		*value = *place;
	return place != NULL;
}

size_t script_set_count(const struct script_set *s)
{
	return map_count(s->value);
}

struct span script_set_at(const struct script_set *s, size_t i)
{
	return map_key(s->value, i);
}
