#include <stdlib.h>
#include <string.h>

#include "analysis/kind_private.h"
#include "base/mem.h"
#include "chain/script_ids.h"
#include "coin/address.h"
#include "watchlist/pools.h"

#define SEED      0x6b696e64
#define TAG_LEAST 4 /* bytes of text that are taken for a tag */
#define OP_RETURN 0x6a
#define FEW       16

void kind_coins_init(struct kind_coins *c, struct kinds *kinds,
		     const struct network *net)
{
	*c = (struct kind_coins){ .kinds = kinds, .net = net };
	outpoint_table_init(&c->asked, SEED);
	c->by_name = map_new(KIND_POOLS_MAX, SEED);
	c->by_script = map_new(KIND_POOLS_MAX, SEED);
}

void kind_coins_fini(struct kind_coins *c)
{
	outpoint_table_fini(&c->asked);
	free(c->known);
	free(c->coin);
	map_free(c->by_name);
	map_free(c->by_script);
}

void kind_coins_ask(struct kind_coins *c, const struct outpoint *o)
{
	bool fresh;
	uint32_t *at = outpoint_table_put(&c->asked, o, &fresh);

	if (!at || !fresh)
		return;
	*at = (uint32_t)c->num_known;
	if (c->num_known == c->room_known) {
		c->room_known = c->room_known ? c->room_known * 2 : 1024;
		c->known = mem_resize(c->known, c->room_known,
				      sizeof(c->known[0]));
	}
	c->known[c->num_known++] = KIND_NOT_YET;
}

const struct kind_coin *kind_coins_find(const struct kind_coins *c,
					const struct outpoint *o)
{
	uint32_t at;

	if (c->num_coins == 0 || !outpoint_table_find(&at, &c->asked, o) ||
	    c->known[at] == KIND_NOT_YET)
		return NULL;
	return &c->coin[c->known[at]];
}

void kind_coins_put(struct kind_coins *c, const struct outpoint *o,
		    struct kind_coin coin)
{
	uint32_t at;

	if (coin.pool == KIND_NONE || !outpoint_table_find(&at, &c->asked, o) ||
	    c->known[at] != KIND_NOT_YET)
		return;
	if (c->num_coins == c->room_coins) {
		c->room_coins = c->room_coins ? c->room_coins * 2 : 1024;
		c->coin =
			mem_resize(c->coin, c->room_coins, sizeof(c->coin[0]));
	}
	c->known[at] = (uint32_t)c->num_coins;
	c->coin[c->num_coins++] = coin;
}

/* The longest run of printable characters, of equally long ones the first. What
 * a pool writes of itself stands between the height and its extranonces. */
static void find_tag(char out[KIND_TAG], struct span script)
{
	size_t best = 0, length = 0, run = 0;

	for (size_t i = 0; i < script.n; i++) {
		run = script.p[i] >= ' ' && script.p[i] <= '~' ? run + 1 : 0;
		if (run > length) {
			length = run;
			best = i + 1 - run;
		}
	}
	out[0] = '\0';
	if (length < TAG_LEAST)
		return;
	if (length > KIND_TAG - 1)
		length = KIND_TAG - 1;
	memcpy(out, script.p + best, length);
	out[length] = '\0';
}

static bool pays(const struct tx_output *out)
{
	return out->sat > 0 && out->script.n > 0 &&
	       out->script.p[0] != OP_RETURN;
}

/* The script of the first output that pays. */
static struct span first_script(const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;

	while (tx_walk_output(&out, &c)) {
		if (pays(&out))
			return out.script;
	}
	return (struct span){ NULL, 0 };
}

static uint32_t add_pool(struct kind_coins *c, const struct kind_pool *pool,
			 struct span script)
{
	struct kinds *k = c->kinds;

	if ((k->num_pools & (k->num_pools - 1)) == 0)
		k->pool =
			mem_resize(k->pool, k->num_pools ? k->num_pools * 2 : 1,
				   sizeof(k->pool[0]));
	struct kind_pool *p = &k->pool[k->num_pools];

	*p = *pool;
	p->script = (uint8_t *)mem_text(script.p, script.n);
	p->script_n = script.n;
	return (uint32_t)k->num_pools++;
}

uint32_t kind_coins_pool(struct kind_coins *c, const struct coinbase *b)
{
	const struct span script = first_script(&b->tx);
	struct kind_pool pool = { .name = pools_by_tag(b->script) };
	char address[ADDRESS_TEXT];
	struct span key = script;
	bool fresh;

	if (!script.p)
		return KIND_NONE;
	pool.by_tag = pool.name != NULL;
	if (!pool.name) {
		address_of_script(address, script, c->net);
		pool.name = address[0] ? pools_by_address(address) : NULL;
	}
	if (pool.name)
		key = (struct span){ (const uint8_t *)pool.name,
				     strlen(pool.name) };
	uint64_t *index =
		map_put(pool.name ? c->by_name : c->by_script, key, &fresh);

	if (!index) {
		c->kinds->dropped++;
		return KIND_NONE;
	}
	if (fresh) {
		find_tag(pool.tag, b->script);
		*index = add_pool(c, &pool, script);
	}
	return (uint32_t)*index;
}

bool kind_coins_coinbase(void *context, const struct coinbase *b)
{
	struct kind_coins *c = context;
	struct cur outputs = cur_over(b->tx.outputs);
	struct outpoint at = { .index = 0 };
	struct tx_output out;
	uint32_t pool = KIND_NONE;
	uint32_t value;

	if (kind_payees(&b->tx, NULL, 0) > KIND_COINBASE_PAYEES)
		return true;
	memcpy(at.txid, b->txid, 32);
	for (; tx_walk_output(&out, &outputs); at.index++) {
		if (!pays(&out) || !outpoint_table_find(&value, &c->asked, &at))
			continue;
		if (pool == KIND_NONE)
			pool = kind_coins_pool(c, b);
		kind_coins_put(c, &at,
			       (struct kind_coin){
				       pool, script_ids_name(out.script) });
	}
	return true;
}

int kind_name_compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Most transactions have so few that a call for each comparison is most of
 * sorting them. */
void kind_names_sort(uint64_t *name, size_t n)
{
	if (n > FEW) {
		qsort(name, n, sizeof(name[0]), kind_name_compare);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		const uint64_t one = name[i];
		size_t k = i;

		for (; k > 0 && name[k - 1] > one; k--)
			name[k] = name[k - 1];
		name[k] = one;
	}
}

uint32_t kind_payees(const struct tx_walk *tx, const uint64_t *name, size_t n)
{
	struct cur c = cur_over(tx->outputs);
	uint64_t few[FEW];
	uint64_t *many =
		tx->num_outputs > FEW
			? mem_new((size_t)tx->num_outputs, sizeof(many[0]))
			: NULL;
	uint64_t *paid = many ? many : few;
	struct tx_output out;
	size_t num_paid = 0;
	uint32_t different = 0;

	while (tx_walk_output(&out, &c)) {
		if (!pays(&out))
			continue;
		const uint64_t of = script_ids_name(out.script);

		if (n == 0 ||
		    !bsearch(&of, name, n, sizeof(name[0]), kind_name_compare))
			paid[num_paid++] = of;
	}
	kind_names_sort(paid, num_paid);
	for (size_t i = 0; i < num_paid; i++)
		different += i == 0 || paid[i] != paid[i - 1];
	free(many);
	return different;
}
