/* Kinds of transactions, on chains made for it. */
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/kind.h"
#include "analysis/kind_private.h"
#include "test/chain_maker.h"
#include "test/tap.h"

#define COIN  UINT64_C(100000000)
#define PLACE "test_kind.blocks"

/* A P2PKH script of its own for each number. */
static struct span script_of(uint8_t n)
{
	static uint8_t script[256][25];

	memset(script[n], n, sizeof(script[n]));
	memcpy(script[n], "\x76\xa9\x14", 3);
	memcpy(script[n] + 23, "\x88\xac", 2);
	return (struct span){ script[n], 25 };
}

enum {
	POOL = 1,
	MEMBER = 10,
	FRESH = 40,
	SHOP = 80,
};

struct made {
	struct maker m;
	struct buf file;
	uint8_t txid[64][32];
	uint64_t sat[64];
	size_t n; /* transactions made */
};

static void block_begin(struct made *x, uint8_t owner)
{
	maker_begin(&x->m, 50 * COIN, script_of(owner));
}

static void block_end(struct made *x)
{
	struct buf record;

	buf_init(&record, 1u << 24);
	maker_end(&x->m, &record, NULL);
	maker_record(&x->file, buf_span(&record), 0);
	buf_fini(&record);
}

/* A block with nothing but a coinbase: the number of its txid. */
static size_t coinbase(struct made *x, uint8_t owner)
{
	block_begin(x, owner);
	block_end(x);
	memcpy(x->txid[x->n], x->m.txid[0], 32);
	x->sat[x->n] = 50 * COIN;
	return x->n++;
}

static void spend(struct made *x, size_t tx, uint32_t index, uint8_t owner)
{
	maker_input(&x->m, x->txid[tx], index, 0, script_of(owner), 0, 71,
		    false);
}

static void pay(struct made *x, uint64_t sat, uint8_t owner)
{
	maker_output(&x->m, sat, script_of(owner));
}

static size_t tx_end(struct made *x)
{
	maker_tx_end(&x->m);
	memcpy(x->txid[x->n], x->m.txid[x->m.num_txs - 1], 32);
	return x->n++;
}

struct seen {
	struct chain *chain;
	struct trace t;
	struct kinds k;
};

static bool look(struct seen *s, const struct made *x, uint8_t owner,
		 bool backward)
{
	struct script_set scripts;
	struct trace_options options = { .scripts = &scripts,
					 .threads = 1,
					 .through_coinjoins = true };
	struct why why = { "" };
	FILE *f;

	mkdir(PLACE, 0700);
	f = fopen(PLACE "/blk00000.dat", "w");
	if (!f)
		return false;
	fwrite(x->file.p, 1, x->file.n, f);
	fclose(f);
	s->chain = chain_open(PLACE, NULL, NULL, &why);
	script_set_init(&scripts);
	script_set_add(&scripts, script_of(owner), 0);
	const bool good =
		s->chain &&
		(backward ? trace_backward : trace_forward)(
			&s->t, s->chain, &options, &why) == ST_OK &&
		kind_of_trace(&s->k, &s->t, s->chain, NULL, &why) == ST_OK;

	script_set_fini(&scripts);
	if (!good)
		printf("# %s\n", why.text);
	return good;
}

static void look_end(struct seen *s)
{
	kind_free(&s->k);
	trace_free(&s->t);
	chain_close(s->chain);
	unlink(PLACE "/blk00000.dat");
	rmdir(PLACE);
}

static const struct kind_tx *kind_at(const struct seen *s,
				     const uint8_t txid[32])
{
	for (size_t i = 0; i < s->t.num_txs; i++) {
		if (memcmp(s->t.tx[i].txid, txid, 32) == 0)
			return &s->k.tx[i];
	}
	return NULL;
}

/* Is it a batch of a pool, and are so many of its inputs the pool's? */
static bool is_payout(const struct seen *s, const uint8_t txid[32],
		      uint32_t pool_inputs, uint32_t payees)
{
	const struct kind_tx *k = kind_at(s, txid);

	return k && k->kind == KIND_POOL_PAYOUT &&
	       k->pool_inputs == pool_inputs && k->payees == payees;
}

static bool is_peel(const struct seen *s, const uint8_t txid[32],
		    uint32_t place)
{
	const struct kind_tx *k = kind_at(s, txid);

	return k && k->kind == KIND_PEEL && k->place == place && k->peels == 4;
}

static bool is_kind(const struct seen *s, const uint8_t txid[32],
		    enum kind kind)
{
	const struct kind_tx *k = kind_at(s, txid);

	return k && k->kind == kind;
}

static void make(struct made *x)
{
	*x = (struct made){ .n = 0 };
	maker_init(&x->m);
	buf_init(&x->file, 1u << 26);
}

static void make_end(struct made *x)
{
	maker_fini(&x->m);
	buf_fini(&x->file);
}

/* Three coinbases, a batch, four peels of the first member and a move of the
 * second, whose coin goes into a consolidation with the third's. */
static void make_pool(struct made *x, size_t tx[8])
{
	make(x);
	for (uint8_t i = 0; i < 3; i++)
		coinbase(x, POOL);
	block_begin(x, SHOP);
	maker_tx(&x->m);
	for (uint8_t i = 0; i < 3; i++)
		spend(x, i, 0, POOL);
	pay(x, 60 * COIN, MEMBER);
	pay(x, 30 * COIN, MEMBER + 1);
	pay(x, 20 * COIN, MEMBER + 2);
	pay(x, 40 * COIN, POOL);
	tx[0] = tx_end(x);
	for (uint8_t i = 0; i < 4; i++) {
		maker_tx(&x->m);
		spend(x, tx[i], 0, i ? FRESH + i : MEMBER);
		pay(x, (59 - i) * COIN, FRESH + 1 + i);
		pay(x, COIN, SHOP);
		tx[i + 1] = tx_end(x);
	}
	block_end(x);
	block_begin(x, SHOP);
	maker_tx(&x->m);
	spend(x, tx[0], 1, MEMBER + 1);
	pay(x, 30 * COIN, MEMBER + 5);
	tx[5] = tx_end(x);
	maker_tx(&x->m);
	spend(x, tx[5], 0, MEMBER + 5);
	spend(x, tx[0], 2, MEMBER + 2);
	pay(x, 50 * COIN, MEMBER + 6);
	tx[6] = tx_end(x);
	/* The pool's next batch, of what came back. */
	maker_tx(&x->m);
	spend(x, tx[0], 3, POOL);
	for (uint8_t i = 0; i < 4; i++)
		pay(x, 10 * COIN, MEMBER + 20 + i);
	tx[7] = tx_end(x);
	block_end(x);
}

static void check_row(const struct seen *s, const struct made *x,
		      const size_t tx[8])
{
	bool peels = true;

	for (uint32_t i = 0; i < 4; i++)
		peels &= is_peel(s, x->txid[tx[i + 1]], i + 1);
	OK(peels);
	OK(is_kind(s, x->txid[tx[5]], KIND_MOVE));
	OK(is_kind(s, x->txid[tx[6]], KIND_CONSOLIDATION));
}

static void test_pool_forward(const struct made *x, const size_t tx[8])
{
	struct seen s = { .chain = NULL };
	char words[KIND_WORDS];

	OK(look(&s, x, POOL, false));
	OK(is_payout(&s, x->txid[tx[0]], 3, 3));
	const struct kind_tx *k = kind_at(&s, x->txid[tx[0]]);

	OK(k && k->pool < s.k.num_pools && !s.k.pool[k->pool].name);
	OK(k && strstr(kind_words(words, &s.k, (size_t)(k - s.k.tx), NULL,
				  chain_network(s.chain)->network),
		       "3 of 3 inputs are its coins"));
	check_row(&s, x, tx);
	OK(is_payout(&s, x->txid[tx[7]], 1, 4));
	OK(is_kind(&s, x->txid[0], KIND_COINBASE));
	look_end(&s);
}

/* Transactions out of a checkpoint, whose places nobody kept: the same, from
 * their blocks. */
static void test_no_places(const struct made *x, uint8_t owner, bool backward)
{
	struct seen s = { .chain = NULL };
	struct why why = { "" };
	struct kinds again;

	OK(look(&s, x, owner, backward) && s.t.num_txs > 0);
	for (size_t i = 0; i < s.t.num_txs; i++)
		s.t.tx[i].at = s.t.tx[i].bytes = 0;
	OK(kind_of_trace(&again, &s.t, s.chain, NULL, &why) == ST_OK);
	OK(memcmp(again.tx, s.k.tx, again.n * sizeof(again.tx[0])) == 0);
	kind_free(&again);
	/* A place that is another's. */
	for (size_t i = 0; i < s.t.num_txs; i++)
		s.t.tx[i].bytes = 4;
	OK(kind_of_trace(&again, &s.t, s.chain, NULL, &why) == ST_OK);
	OK(again.tx[0].kind == KIND_UNREAD);
	kind_free(&again);
	look_end(&s);
}

static void test_pool(void)
{
	struct made x;
	struct seen s = { .chain = NULL };
	size_t tx[8];

	make_pool(&x, tx);
	test_pool_forward(&x, tx);
	/* The same from the last peel back. */
	OK(look(&s, &x, FRESH + 4, true));
	OK(is_payout(&s, x.txid[tx[0]], 3, 3));
	OK(is_peel(&s, x.txid[tx[3]], 3));
	look_end(&s);
	/* From a member on: who paid it is seen, though nothing led there. */
	OK(look(&s, &x, MEMBER + 1, false));
	OK(is_payout(&s, x.txid[tx[0]], 3, 3));
	look_end(&s);
	test_no_places(&x, POOL, false);
	test_no_places(&x, FRESH + 4, true);
	make_end(&x);
}

/* What looks like one, but is not: coins of somebody else's coinbases. */
static void test_not_a_pool(void)
{
	struct made x;
	struct seen s = { .chain = NULL };

	make(&x);
	for (uint8_t i = 0; i < 4; i++)
		coinbase(&x, (uint8_t)(POOL + i));
	block_begin(&x, SHOP);
	maker_tx(&x.m);
	for (uint8_t i = 0; i < 4; i++)
		spend(&x, i, 0, (uint8_t)(POOL + i));
	for (uint8_t i = 0; i < 4; i++)
		pay(&x, (49 + i) * COIN, MEMBER + i);
	const size_t batch = tx_end(&x);

	/* Two in a row are no row of peels, and what goes back is none. */
	maker_tx(&x.m);
	spend(&x, batch, 0, MEMBER);
	pay(&x, 48 * COIN, MEMBER);
	pay(&x, COIN, SHOP);
	const size_t back = tx_end(&x);

	block_end(&x);
	OK(look(&s, &x, POOL, false));
	const struct kind_tx *k = kind_at(&s, x.txid[batch]);

	OK(k && k->kind == KIND_BATCH && k->pool == KIND_NONE &&
	   k->payees == 4);
	OK(is_kind(&s, x.txid[back], KIND_PAYMENT));
	look_end(&s);
	make_end(&x);
}

/* One transaction of a payer: what it pays, to fresh scripts. */
static size_t payment(struct made *x, size_t from, const uint64_t *sat,
		      size_t n)
{
	maker_tx(&x->m);
	spend(x, from, 0, POOL);
	for (size_t i = 0; i < n; i++)
		pay(x, sat[i], (uint8_t)(FRESH + i));
	return tx_end(x);
}

static void test_dust(void)
{
	const uint64_t dust[] = { 1000, 40 * COIN };
	const uint64_t more[] = { 1001, 40 * COIN };
	const uint64_t only[] = { 546, 547 };
	struct seen s = { .chain = NULL };
	char words[KIND_WORDS];
	struct made x;

	make(&x);
	for (uint8_t i = 0; i < 3; i++)
		coinbase(&x, POOL);
	block_begin(&x, SHOP);
	const size_t a = payment(&x, 0, dust, 2);
	const size_t b = payment(&x, 1, more, 2);
	const size_t c = payment(&x, 2, only, 2);

	block_end(&x);
	OK(look(&s, &x, POOL, false));
	const struct kind_tx *k = kind_at(&s, x.txid[a]);

	OK(k && k->kind == KIND_DUST && k->dust == 1);
	OK(k && strcmp(kind_words(words, &s.k, (size_t)(k - s.k.tx), NULL,
				  chain_network(s.chain)->network),
		       "dust: 1 output of at most 1000 satoshi") == 0);
	OK(!is_kind(&s, x.txid[b], KIND_DUST));
	OK(!is_kind(&s, x.txid[c], KIND_DUST));
	look_end(&s);
	make_end(&x);
}

/* Three parties mix; one of them was paid for it. */
static void test_funding(void)
{
	const uint64_t paid[] = { 20 * COIN, 29 * COIN };
	struct seen s = { .chain = NULL };
	struct made x;

	make(&x);
	for (uint8_t i = 0; i < 3; i++)
		coinbase(&x, (uint8_t)(POOL + i));
	block_begin(&x, SHOP);
	const size_t funding = payment(&x, 0, paid, 2);

	block_end(&x);
	block_begin(&x, SHOP);
	maker_tx(&x.m);
	spend(&x, funding, 0, FRESH);
	spend(&x, 1, 0, POOL + 1);
	spend(&x, 2, 0, POOL + 2);
	for (uint8_t i = 0; i < 3; i++)
		pay(&x, 10 * COIN, MEMBER + i);
	const size_t mix = tx_end(&x);

	block_end(&x);
	OK(look(&s, &x, POOL, false));
	OK(is_kind(&s, x.txid[mix], KIND_COINJOIN));
	OK(is_kind(&s, x.txid[funding], KIND_FUNDING));
	look_end(&s);
	make_end(&x);
}

/* Who a coinbase names. */
static void test_names(void)
{
	static const uint8_t script[] = "\x03\x01\x02\x03/slush/\x01\x02";
	static const uint8_t nobody[] = "\x03\x01\x02\x03/none of the list/";
	struct made x;
	struct kinds k = { 0 };
	struct kind_coins coins;
	struct coinbase b = { .block = 0 };
	struct buf record;

	make(&x);
	block_begin(&x, POOL);
	buf_init(&record, 1u << 20);
	maker_end(&x.m, &record, NULL);
	struct cur c = cur_over(buf_span(&record));

	cur_take(&c, HEADER_SIZE + 1);
	OK(tx_walk(&b.tx, &c));
	kind_coins_init(&coins, &k, network_named("main"));
	b.script = (struct span){ script, sizeof(script) - 1 };
	const uint32_t named = kind_coins_pool(&coins, &b);

	OK(named != KIND_NONE && k.pool[named].name && k.pool[named].by_tag);
	b.script = (struct span){ nobody, sizeof(nobody) - 1 };
	const uint32_t other = kind_coins_pool(&coins, &b);

	OK(other != named && !k.pool[other].name);
	OK(strcmp(k.pool[other].tag, "/none of the list/") == 0);
	OK(kind_coins_pool(&coins, &b) == other && k.num_pools == 2);
	kind_coins_fini(&coins);
	kind_free(&k);
	buf_fini(&record);
	make_end(&x);
}

int main(void)
{
	test_pool();
	test_not_a_pool();
	test_dust();
	test_funding();
	test_names();
	return tap_end();
}
