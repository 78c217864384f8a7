#include "track/relations.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

struct relations {
	struct store *store;
	struct map *by_pair; /* index + 1 */
	struct relation **relation;
	uint8_t (*key)[34]; /* of each */
	size_t n, room;
};

struct relations *relations_new(struct store *store)
{
	struct relations *all = mem_new(1, sizeof(*all));

	all->store = store;
	all->by_pair = map_new(RELATIONS_MAX, 0);
	return all;
}

void relations_free(struct relations *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		relation_free(all->relation[i], all->relation[i]->last);
	map_free(all->by_pair);
	free(all->relation);
	free(all->key);
	free(all);
}

static void make_key(uint8_t key[34], const struct endpoint *client,
		     const struct endpoint *server)
{
	memcpy(key, client->ip, 16);
	memcpy(key + 16, server->ip, 16);
	key[32] = (uint8_t)(server->port >> 8);
	key[33] = (uint8_t)server->port;
}

static struct span key_span(const uint8_t key[34])
{
	return (struct span){ key, 34 };
}

/* The one that was idle longest gives its place; all->n if all are in use. */
static size_t make_room(struct relations *all)
{
	size_t oldest = all->n;

	for (size_t i = 0; i < all->n; i++) {
		const struct relation *r = all->relation[i];

		if (r->sessions == 0 &&
		    (oldest == all->n ||
		     r->last.ns < all->relation[oldest]->last.ns))
			oldest = i;
	}
	if (oldest == all->n)
		return oldest;
	map_drop(all->by_pair, key_span(all->key[oldest]));
	relation_free(all->relation[oldest], all->relation[oldest]->last);
	return oldest;
}

static bool place_for(struct relations *all, size_t *at)
{
	if (all->n == RELATIONS_MAX) {
		*at = make_room(all);
		return *at < all->n;
	}
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 16;
		all->relation = mem_resize(all->relation, all->room,
					   sizeof(all->relation[0]));
		all->key = mem_resize(all->key, all->room, sizeof(all->key[0]));
	}
	*at = all->n++;
	return true;
}

struct relation *relations_get(struct relations *all,
			       const struct endpoint *client,
			       const struct endpoint *server)
{
	uint8_t key[34];
	size_t at;

	make_key(key, client, server);
	const uint64_t *known = map_find(all->by_pair, key_span(key));

	if (known) {
		all->relation[*known - 1]->sessions++;
		return all->relation[*known - 1];
	}
	if (!place_for(all, &at))
		return NULL;
	memcpy(all->key[at], key, sizeof(key));
	all->relation[at] = relation_new(all->store, RELATIONS_BYTES_MAX);
	all->relation[at]->shared = true;
	all->relation[at]->sessions = 1;
	*map_put(all->by_pair, key_span(key), NULL) = at + 1;
	return all->relation[at];
}

void relations_put(struct relation *r)
{
	r->sessions--;
}
