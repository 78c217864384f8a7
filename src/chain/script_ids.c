#include "chain/script_ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define SEED  UINT64_C(0x7363726970743634)
#define AHEAD 16

void script_ids_fini(struct script_ids *s)
{
	free(s->name);
	free(s->place);
	*s = (struct script_ids){ 0 };
}

uint64_t script_ids_name(struct span script)
{
	return map_hash(SEED, script.p, script.n);
}

static size_t start(const struct script_ids *s, uint64_t name)
{
	return (size_t)(name * UINT64_C(0x9e3779b97f4a7c15) >> (64 - s->bits));
}

/* Where it is, or would be. */
static size_t place(const struct script_ids *s, uint64_t name)
{
	const size_t mask = ((size_t)1 << s->bits) - 1;
	size_t at = start(s, name);

	while (s->place[at] && s->name[s->place[at] - 1] != name)
		at = (at + 1) & mask;
	return at;
}

void script_ids_fetch(const struct script_ids *s, const uint64_t *name,
		      size_t n)
{
	if (s->bits == 0)
		return;
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&s->place[start(s, name[i])]);
	for (size_t i = 0; i < n; i++) {
		const uint32_t number = s->place[start(s, name[i])];

		if (number)
			__builtin_prefetch(&s->name[number - 1]);
	}
}

/* All names are different: no need to look at them. */
static void grow(struct script_ids *s)
{
	s->bits = s->bits ? s->bits + 1 : 10;
	free(s->place);
	s->place = mem_new((size_t)1 << s->bits, sizeof(s->place[0]));
	const size_t mask = ((size_t)1 << s->bits) - 1;

	for (size_t i = 0; i < s->n; i++) {
		size_t at = start(s, s->name[i]);

		if (i + AHEAD < s->n)
			__builtin_prefetch(
				&s->place[start(s, s->name[i + AHEAD])]);
		while (s->place[at])
			at = (at + 1) & mask;
		s->place[at] = (uint32_t)i + 1;
	}
}

uint32_t script_ids_find(const struct script_ids *s, uint64_t name)
{
	if (s->bits == 0)
		return SCRIPT_IDS_NONE;
	const uint32_t found = s->place[place(s, name)];

	return found ? found - 1 : SCRIPT_IDS_NONE;
}

uint32_t script_ids_put(struct script_ids *s, uint64_t name)
{
	if (s->bits == 0 || s->n >= ((size_t)1 << s->bits) / 4 * 3)
		grow(s);
	const size_t at = place(s, name);

	if (s->place[at])
		return s->place[at] - 1;
	if (s->n == s->room) {
		s->room = s->room < 1024 ? 1024 : s->room + s->room / 2;
		s->name = mem_resize(s->name, s->room, sizeof(s->name[0]));
	}
	s->name[s->n++] = name;
	s->place[at] = (uint32_t)s->n;
	return (uint32_t)s->n - 1;
}
