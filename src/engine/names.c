#include "engine/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/dns.h"

struct names {
	struct map *by_address; /* index + 1 */
	char **name;
	size_t n, room;
};

struct names *names_new(void)
{
	struct names *n = mem_new(1, sizeof(*n));

	n->by_address = map_new(NAMES_MAX, 0);
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n; i++)
		free(n->name[i]);
	free(n->name);
	map_free(n->by_address);
	free(n);
}

static struct span key_of(const struct endpoint *address)
{
	return (struct span){ address->ip, sizeof(address->ip) };
}

static void on_answer(void *context, struct span name,
		      const struct endpoint *address)
{
	struct names *n = context;
	uint64_t *place = map_put(n->by_address, key_of(address), NULL);

	if (!place)
		return;
	if (*place == 0) {
		if (n->n == n->room) {
			n->room = n->room ? n->room * 2 : 64;
			n->name = mem_resize(n->name, n->room,
					     sizeof(n->name[0]));
		}
		n->name[n->n] = NULL;
		*place = ++n->n;
	}
	free(n->name[*place - 1]);
	n->name[*place - 1] = mem_text(name.p, name.n);
}

void names_datagram(struct names *n, struct span payload)
{
	dns_read_answers(payload, on_answer, n);
}

const char *names_find(const struct names *n, const struct endpoint *address)
{
	const uint64_t *place = map_find(n->by_address, key_of(address));

	return place ? n->name[*place - 1] : NULL;
}
