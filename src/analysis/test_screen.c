/* A chain of a few payments, and lists of who is who on it. */
#include "analysis/screen.h"
#include "chain/test_lab.h"
#include "coin/address.h"
#include "test/tap.h"

/* Scripts, by who holds them. */
enum who {
	MINER,
	ALICE,
	BOB, /* two scripts, spent from together */
	BOB_TOO,
	LISTED,
	EXCHANGE,
	BEYOND,
	PEOPLE
};

static char address[PEOPLE][ADDRESS_TEXT];

static void name_all(const struct network *net)
{
	uint8_t room[34];

	for (uint32_t i = 0; i < PEOPLE; i++)
		address_of_script(address[i], lab_script(room, i), net);
}

static void pay(struct lab *l, size_t from, enum who a, uint64_t sat,
		enum who b)
{
	const uint64_t values[] = { sat, l->output[from].sat - sat - 1000 };
	const uint32_t to[] = { a, b };

	lab_block_begin(l, BEYOND);
	lab_spend(l, &from, 1, values, to, 2);
	lab_block_end(l);
}

/* 0: miner; 2, 3: alice, bob; 5, 6: bob too, exchange; then bob and bob too
 * pay the listed one and beyond; the exchange pays the listed one as well. */
static void make(struct lab *l)
{
	lab_init(l, 1);
	lab_block_begin(l, MINER);
	lab_block_end(l);
	pay(l, 0, ALICE, 1000000000, BOB);
	pay(l, 2, BOB_TOO, 400000000, EXCHANGE);
	const size_t both[] = { 3, 5 };
	const uint64_t values[] = { 3000000000, 1000000000 };
	const uint32_t to[] = { LISTED, BEYOND };

	lab_block_begin(l, BEYOND);
	lab_spend(l, both, 2, values, to, 2);
	lab_block_end(l);
	pay(l, 6, LISTED, 100000000, BEYOND);
}

static void read_list(struct lists *l, const char *day)
{
	char text[1024];
	struct why why;

	snprintf(text, sizeof(text),
		 "address,entity,kind,listed_on,list\n"
		 "%s,Evil,sanction,%s,L\n%s,Shop,exchange,,L\n"
		 "%s,Bobby,other,,L\n",
		 address[LISTED], day, address[EXCHANGE], address[BOB_TOO]);
	OK(lists_parse(l, "x.csv",
		       (struct span){ (const uint8_t *)text, strlen(text) },
		       TS_NONE, &why) == ST_OK);
}

static const struct screen_exposure *exposed(const struct screen_side *side,
					     const struct lists *l,
					     const char *entity)
{
	for (size_t i = 0; i < side->n; i++) {
		const struct list_entry *e =
			lists_entry(l, side->exposure[i].entry);

		if (!strcmp(e->entity, entity))
			return &side->exposure[i];
	}
	return NULL;
}

static void test_alice(const struct lab *l, const struct lists *lists,
		       struct screen_options *o, bool through)
{
	struct screened s;
	struct why why;

	o->through_services = through;
	OK(screen_address(&s, address[ALICE], lists, o, &why) == ST_OK);
	OK(s.num_direct == 0 && s.num_clustered == 0 && s.cluster_size == 1);
	const struct screen_exposure *evil = exposed(&s.to, lists, "Evil");
	const struct screen_exposure *shop = exposed(&s.to, lists, "Shop");

	OK(evil && shop);
	/* By bob too, whose owner is between. */
	OK(evil->hops == 2 && evil->entities == 1 && evil->num_path == 3);
	OK(!memcmp(evil->path[0], l->tx[2].txid, 32) &&
	   !memcmp(evil->path[1], l->tx[4].txid, 32));
	OK(evil->when == SCREEN_BEFORE && ts_known(evil->first));
	OK(shop->hops == 1 && shop->entities == 0 && shop->num_path == 2 &&
	   shop->when == SCREEN_UNDATED);
	OK(shop->sat == 599999000 && shop->low == shop->high &&
	   shop->low == 599999000);
	/* fifo takes bob's first, lifo bob too's: a range, haircut inside. */
	OK(evil->low < evil->high && evil->high <= 400000000 + 599999000);
	OK(evil->portion_high > 0 && evil->portion_high < 1);
	OK(evil->outputs == (through ? 2 : 1));
	OK((s.to.ends[TRACE_SERVICE] == 2) == !through);
	OK(s.from.done && s.from.n == 0 && s.from.traced_sat == 1000000000);
	OK(s.from.ends[TRACE_COINBASE] == 1);
	screen_free(&s);
}

static void test_listed(const struct lists *lists, struct screen_options *o)
{
	struct screened s;
	struct why why;

	o->through_services = false;
	OK(screen_address(&s, address[LISTED], lists, o, &why) == ST_OK);
	OK(s.num_direct == 1 && s.from.traced_sat == 3100000000);
	const struct screen_exposure *shop = exposed(&s.from, lists, "Shop");

	OK(shop && shop->hops == 1 && shop->num_path == 2);
	OK(exposed(&s.from, lists, "Bobby") &&
	   !exposed(&s.from, lists, "Evil"));
	screen_free(&s);
	/* One owner with bob too, who is on a list. */
	OK(screen_address(&s, address[BOB], lists, o, &why) == ST_OK);
	OK(s.num_direct == 0 && s.cluster_size == 2 && s.num_clustered == 1 &&
	   !strcmp(lists_entry(lists, s.clustered[0])->entity, "Bobby"));
	screen_free(&s);
}

static void test_days(const struct chain *c, struct screen_options *o)
{
	/* The chain begins on 2011-03-13 at 07:06:40. */
	static const struct {
		const char *day;
		enum screen_when when;
	} days[] = {
		{ "2012-01-01", SCREEN_BEFORE },
		{ "2011-01-01", SCREEN_AFTER },
		{ "2011-03-13T07:40:00Z", SCREEN_ACROSS },
		{ "", SCREEN_UNDATED },
	};

	(void)c;
	o->through_services = true;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct lists *lists = lists_new();
		struct screened s;
		struct why why;

		read_list(lists, days[i].day);
		OK(screen_address(&s, address[ALICE], lists, o, &why) == ST_OK);
		const struct screen_exposure *evil =
			exposed(&s.to, lists, "Evil");

		OK(evil && evil->when == days[i].when);
		screen_free(&s);
		lists_free(lists);
	}
}

/* Without a chain, and of what is no Bitcoin address. */
static void test_lists_only(const struct lists *lists)
{
	const struct screen_options o = { .chain = NULL };
	struct screened s;
	struct why why;

	OK(screen_address(&s, address[LISTED], lists, &o, &why) == ST_OK &&
	   s.num_direct == 1 && !s.to.done && !s.from.done);
	screen_free(&s);
	OK(screen_address(&s, "0x7F367cC41522cE07553e823bf3be79A889DEbe1B",
			  lists, &o, &why) == ST_OK &&
	   s.num_direct == 0 && s.script_n == 0 && !strcmp(s.asset, "ETH"));
	screen_free(&s);
	OK(screen_address(&s, "nonsense", lists, &o, &why) == ST_OK &&
	   !s.asset);
	screen_free(&s);
}

int main(void)
{
	struct lists *lists = lists_new();
	const struct cluster_options plain = { .with_coinjoins = false };
	struct lab l;
	struct why why;
	enum status st;

	dir_make();
	make(&l);
	struct chain *c = lab_open(&l, true);

	name_all(chain_network(c)->network);
	read_list(lists, "2012-01-01");
	struct screen_options o = {
		.chain = c,
		.clusters = cluster_build(c, &plain, &st, &why),
		.threads = 1,
	};

	test_alice(&l, lists, &o, false);
	test_alice(&l, lists, &o, true);
	test_listed(lists, &o);
	test_days(c, &o);
	test_lists_only(lists);
	cluster_free(o.clusters);
	chain_close(c);
	lists_free(lists);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
