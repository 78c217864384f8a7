#include "engine/names.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/dns.h"

/* Of one address, the latest first. */
struct name {
	uint64_t since;
	struct name *before;
	char text[];
};

struct names {
	pthread_mutex_t lock;   /* of all */
	struct map *by_address; /* index + 1 */
	struct name **name;
	size_t n, room;
	uint64_t at;       /* of the datagram in hand */
	uint64_t earliest; /* that is asked for */
};

struct names *names_new(void)
{
	struct names *n = mem_new(1, sizeof(*n));

	pthread_mutex_init(&n->lock, NULL);
	n->by_address = map_new(NAMES_MAX, 0);
	return n;
}

static void free_all(struct name *name)
{
	while (name) {
		struct name *const before = name->before;

		free(name);
		name = before;
	}
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n; i++)
		free_all(n->name[i]);
	free(n->name);
	map_free(n->by_address);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

static struct span key_of(const struct endpoint *address)
{
	return (struct span){ address->ip, sizeof(address->ip) };
}

/* The place of the address's names; NULL: there are too many addresses. */
static struct name **place_of(struct names *n, const struct endpoint *address)
{
	uint64_t *place = map_put(n->by_address, key_of(address), NULL);

	if (!place)
		return NULL;
	if (*place == 0) {
		if (n->n == n->room) {
			n->room = n->room ? n->room * 2 : 64;
			n->name = mem_resize(n->name, n->room,
					     sizeof(n->name[0]));
		}
		n->name[n->n] = NULL;
		*place = ++n->n;
	}
	return &n->name[*place - 1];
}

static bool is_text(const struct name *name, struct span text)
{
	return strlen(name->text) == text.n &&
	       memcmp(name->text, text.p, text.n) == 0;
}

static void on_answer(void *context, struct span text,
		      const struct endpoint *address)
{
	struct names *n = context;
	struct name **const place = place_of(n, address);

	if (!place || (*place && is_text(*place, text)))
		return;
	struct name *name = mem_new(sizeof(*name) + text.n + 1, 1);

	name->since = n->at;
	name->before = *place;
	memcpy(name->text, text.p, text.n);
	*place = name;
	/* What nobody asks for any more. */
	while (name && name->since > n->earliest)
		name = name->before;
	if (name) {
		free_all(name->before);
		name->before = NULL;
	}
}

void names_datagram(struct names *n, struct span payload, uint64_t at)
{
	pthread_mutex_lock(&n->lock);
	n->at = at;
	dns_read_answers(payload, on_answer, n);
	pthread_mutex_unlock(&n->lock);
}

void names_forget(struct names *n, uint64_t before)
{
	pthread_mutex_lock(&n->lock);
	n->earliest = before;
	pthread_mutex_unlock(&n->lock);
}

const char *names_find(struct names *n, const struct endpoint *address,
		       uint64_t at)
{
	const struct name *name = NULL;

	pthread_mutex_lock(&n->lock);
	const uint64_t *place = map_find(n->by_address, key_of(address));

	if (place)
		name = n->name[*place - 1];
	while (name && name->since > at)
		name = name->before;
	pthread_mutex_unlock(&n->lock);
	return name ? name->text : NULL;
}
