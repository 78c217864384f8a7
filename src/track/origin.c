#include "track/origin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define NOBODY    UINT32_MAX
#define HAND_MOST 64 /* blocks looked at for one that may go */

struct node {
	struct endpoint end;
	uint32_t connections;
};

/* What one node has to do with one block. */
struct knower {
	uint32_t node;
	uint32_t
		teller; /* the only one that told it; NOBODY: none or several */
	bool told;
	bool unexplained;
};

struct known {
	uint8_t hash[32];
	uint64_t serial; /* by first word */
	uint32_t header_time;
	uint32_t announcer; /* NOBODY: none yet */
	struct ts first;
	char session[FACT_ID];
	uint32_t position;
	bool told, shown_before;
	bool incomplete;
	struct knower *knower;
	uint32_t num_knowers, room_knowers;
};

struct origins {
	struct map *nodes;  /* address -> index */
	struct map *blocks; /* hash -> index */
	struct node *node;
	struct known *known;
	size_t num_nodes, room_nodes, num_known, room_known;
	size_t hand; /* where to look for a block that may go */
	uint64_t serial, num_knowers, dropped;
};

struct origins *origin_new(void)
{
	struct origins *all = mem_new(1, sizeof(*all));

	all->nodes = map_new(ORIGIN_NODES_MAX, 0);
	all->blocks = map_new(ORIGIN_BLOCKS_MAX, 0);
	return all;
}

void origin_free(struct origins *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->num_known; i++)
		free(all->known[i].knower);
	free(all->known);
	free(all->node);
	map_free(all->nodes);
	map_free(all->blocks);
	free(all);
}

/* The node at this address; NOBODY: there is no room for another. */
static uint32_t node_of(struct origins *all, const struct endpoint *e)
{
	const struct span key = { e->ip, sizeof(e->ip) };
	bool fresh = false;
	uint64_t *index = map_put(all->nodes, key, &fresh);

	if (!index)
		return NOBODY;
	if (!fresh)
		return (uint32_t)*index;
	if (all->num_nodes == all->room_nodes) {
		all->room_nodes = all->room_nodes ? all->room_nodes * 2 : 64;
		all->node = mem_resize(all->node, all->room_nodes,
				       sizeof(*all->node));
	}
	all->node[all->num_nodes] = (struct node){ .end = *e };
	all->node[all->num_nodes].end.port = 0;
	*index = all->num_nodes;
	return (uint32_t)all->num_nodes++;
}

static void connect_node(struct origins *all, const struct endpoint *e)
{
	const uint32_t node = node_of(all, e);

	if (node != NOBODY)
		all->node[node].connections++;
}

void origin_connection(struct origins *all, const struct endpoint *a,
		       const struct endpoint *b)
{
	connect_node(all, a);
	connect_node(all, b);
}

/* Room for one more: the first of the next few that nobody told of unasked, or
 * else the next. */
static struct known *forget_one(struct origins *all)
{
	struct known *b = NULL;

	for (size_t i = 0; i < HAND_MOST; i++) {
		b = &all->known[(all->hand + i) % all->num_known];
		if (b->announcer == NOBODY)
			break;
	}
	if (b->announcer != NOBODY)
		b = &all->known[all->hand];
	all->hand = ((size_t)(b - all->known) + 1) % all->num_known;
	all->dropped++;
	all->num_knowers -= b->num_knowers;
	free(b->knower);
	map_drop(all->blocks, (struct span){ b->hash, sizeof(b->hash) });
	return b;
}

static struct known *new_known(struct origins *all)
{
	if (all->num_known == ORIGIN_BLOCKS_MAX)
		return forget_one(all);
	if (all->num_known == all->room_known) {
		all->room_known = all->room_known ? all->room_known * 2 : 64;
		all->known = mem_resize(all->known, all->room_known,
					sizeof(*all->known));
	}
	return &all->known[all->num_known++];
}

static struct known *known_of(struct origins *all, const uint8_t hash[32])
{
	const struct span key = { hash, 32 };
	uint64_t *index = map_find(all->blocks, key);

	if (index)
		return &all->known[*index];
	struct known *b = new_known(all);

	*b = (struct known){ .serial = all->serial++, .announcer = NOBODY };
	memcpy(b->hash, hash, sizeof(b->hash));
	*map_put(all->blocks, key, NULL) = (uint64_t)(b - all->known);
	return b;
}

static struct knower *find_knower(const struct known *b, uint32_t node)
{
	for (uint32_t i = 0; i < b->num_knowers; i++) {
		if (b->knower[i].node == node)
			return &b->knower[i];
	}
	return NULL;
}

/* NULL: no room, which makes what is known of the block incomplete. */
static struct knower *add_knower(struct origins *all, struct known *b,
				 uint32_t node)
{
	if (node == NOBODY || b->num_knowers == ORIGIN_KNOW_MAX ||
	    all->num_knowers == ORIGIN_KNOWN_MAX) {
		b->incomplete = true;
		return NULL;
	}
	if (b->num_knowers == b->room_knowers) {
		b->room_knowers = b->room_knowers ? b->room_knowers * 2 : 2;
		b->knower = mem_resize(b->knower, b->room_knowers,
				       sizeof(*b->knower));
	}
	b->knower[b->num_knowers] =
		(struct knower){ .node = node, .teller = NOBODY };
	all->num_knowers++;
	return &b->knower[b->num_knowers++];
}

static void first_unasked(struct known *b, uint32_t node, bool told, bool shown,
			  const struct origin_word *word)
{
	b->announcer = node;
	b->told = told;
	b->shown_before = shown;
	b->first = word->ts;
	b->position = word->position;
	memcpy(b->session, word->session, sizeof(b->session));
}

/* `from` has shown that it knows of b. */
static void shows(struct origins *all, struct known *b, uint32_t from,
		  uint32_t to, const struct origin_word *word)
{
	const bool shown = b->num_knowers > 0 || b->incomplete;
	struct knower *k = find_knower(b, from);
	const bool told = k && k->told;

	if (!k) {
		k = add_knower(all, b, from);
		if (k)
			k->unexplained = true;
	} else if (k->told && k->teller == to && !word->asked) {
		k->unexplained = true;
	}
	if (b->announcer == NOBODY && !word->asked && from != NOBODY)
		first_unasked(b, from, told, shown, word);
}

static void hears(struct origins *all, struct known *b, uint32_t to,
		  uint32_t from)
{
	struct knower *k = find_knower(b, to);

	if (k && k->told && k->teller != from)
		k->teller = NOBODY;
	if (k)
		return;
	k = add_knower(all, b, to);
	if (!k)
		return;
	k->told = true;
	k->teller = from;
}

void origin_announce(struct origins *all, const struct origin_word *word)
{
	const uint32_t from = node_of(all, &word->from);
	const uint32_t to = node_of(all, &word->to);
	struct known *b = known_of(all, word->hash);

	if (b->header_time == 0)
		b->header_time = word->header_time;
	shows(all, b, from, to, word);
	hears(all, b, to, from);
	if (from == to)
		b->incomplete = true;
}

static uint32_t count_others(const struct known *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->num_knowers; i++)
		n += b->knower[i].unexplained &&
		     b->knower[i].node != b->announcer;
	return n;
}

static bool is_fresh(const struct known *b)
{
	if (b->header_time == 0 || !ts_known(b->first))
		return false;
	return fabs((double)b->first.ns / 1e9 - b->header_time) <=
	       ORIGIN_FRESH_S;
}

static void tell(const struct origins *all, const struct known *b,
		 struct origin_block *out)
{
	*out = (struct origin_block){
		.header_time = b->header_time,
		.first = TS_NONE,
		.others = count_others(b),
		.complete = !b->incomplete,
	};
	memcpy(out->hash, b->hash, sizeof(out->hash));
	if (b->announcer == NOBODY)
		return;
	out->has_announcer = true;
	out->announcer = all->node[b->announcer].end;
	out->connections = all->node[b->announcer].connections;
	out->first = b->first;
	out->position = b->position;
	memcpy(out->session, b->session, sizeof(out->session));
	out->told = b->told;
	out->shown_before = b->shown_before;
	out->indicated = !b->told && !b->shown_before && !b->incomplete &&
			 out->others == 0 && is_fresh(b);
}

static int by_serial(const void *a, const void *b)
{
	const struct known *const *x = a, *const *y = b;

	return ((*x)->serial > (*y)->serial) - ((*x)->serial < (*y)->serial);
}

void origin_each(const struct origins *all, origin_visit *visit, void *context)
{
	const struct known **sorted = mem_new(all->num_known, sizeof(*sorted));
	struct origin_block block;

	for (size_t i = 0; i < all->num_known; i++)
		sorted[i] = &all->known[i];
	qsort(sorted, all->num_known, sizeof(*sorted), by_serial);
	for (size_t i = 0; i < all->num_known; i++) {
		tell(all, sorted[i], &block);
		visit(context, &block);
	}
	free(sorted);
}

uint64_t origin_dropped(const struct origins *all)
{
	return all->dropped;
}
