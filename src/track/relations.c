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
	/* Those in no session's hands: a list, and the bytes they hold. */
	struct relation *oldest, *newest;
	uint64_t idle_held;
	uint64_t jobs_dropped; /* of those that went */
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

static void idle_add(struct relations *all, struct relation *r)
{
	r->older = all->newest;
	r->newer = NULL;
	if (all->newest)
		all->newest->newer = r;
	else
		all->oldest = r;
	all->newest = r;
	all->idle_held += relation_held(r);
}

static void idle_take(struct relations *all, struct relation *r)
{
	if (r->older)
		r->older->newer = r->newer;
	else
		all->oldest = r->newer;
	if (r->newer)
		r->newer->older = r->older;
	else
		all->newest = r->older;
	r->older = r->newer = NULL;
	all->idle_held -= relation_held(r);
}

/* The one that was given back first goes; the last one gets its place. */
static void drop_oldest(struct relations *all)
{
	struct relation *r = all->oldest;
	/* The analyser does not see that idle_take() took out the one before.
	 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	const size_t at = r->place, last = --all->n;

	idle_take(all, r);
	map_drop(all->by_pair, key_span(all->key[at]));
	if (at != last) {
		all->relation[at] = all->relation[last];
		all->relation[at]->place = at;
		memcpy(all->key[at], all->key[last], sizeof(all->key[at]));
		*map_find(all->by_pair, key_span(all->key[at])) = at + 1;
	}
	all->jobs_dropped += r->jobs.dropped + r->jobs.n;
	relation_free(r, r->last);
}

static struct relation *add(struct relations *all, const uint8_t key[34])
{
	struct relation *r;

	if (all->n == RELATIONS_MAX && all->oldest)
		drop_oldest(all);
	if (all->n == RELATIONS_MAX)
		return NULL;
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 16;
		all->relation = mem_resize(all->relation, all->room,
					   sizeof(all->relation[0]));
		all->key = mem_resize(all->key, all->room, sizeof(all->key[0]));
	}
	r = relation_new(all->store, RELATIONS_BYTES_MAX);
	r->shared = true;
	r->all = all;
	r->place = all->n;
	all->relation[all->n] = r;
	memcpy(all->key[all->n], key, sizeof(all->key[0]));
	all->n++;
	*map_put(all->by_pair, key_span(key), NULL) = all->n;
	return r;
}

struct relation *relations_get(struct relations *all,
			       const struct endpoint *client,
			       const struct endpoint *server)
{
	struct relation *r;
	uint8_t key[34];

	make_key(key, client, server);
	const uint64_t *known = map_find(all->by_pair, key_span(key));

	if (known) {
		r = all->relation[*known - 1];
		if (r->sessions == 0)
			idle_take(all, r);
	} else {
		r = add(all, key);
	}
	if (r)
		r->sessions++;
	return r;
}

void relations_put(struct relation *r)
{
	struct relations *all = r->all;

	if (--r->sessions > 0)
		return;
	idle_add(all, r);
	while (all->oldest && all->idle_held > RELATIONS_IDLE_MAX)
		drop_oldest(all);
}

size_t relations_count(const struct relations *all)
{
	return all->n;
}

uint64_t relations_jobs_dropped(const struct relations *all)
{
	uint64_t n = all->jobs_dropped;

	for (size_t i = 0; i < all->n; i++)
		n += all->relation[i]->jobs.dropped;
	return n;
}
