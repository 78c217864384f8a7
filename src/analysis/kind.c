#include "analysis/kind.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/kind_private.h"
#include "base/mem.h"
#include "chain/script_ids.h"
#include "chain/trace_txs.h"

#define OP_RETURN  0x6a
#define KEPT_BYTES (64u << 20)

struct finding {
	struct kinds *out;
	const struct trace *t;
	const struct chain *chain;
	const struct lists *lists;
	struct kind_coins coins;
	/* The transactions as they were read, each behind its number, so that
	 * they need not be read twice; full: they are too many. */
	struct buf kept;
	uint64_t *name; /* of scripts that a transaction spends from */
	size_t num_names, room_names;
	/* Peels: the transaction into which the larger output goes. */
	uint32_t *next;
	bool *link;
	bool *funds; /* what looks like a CoinJoin */
};

/* What of a transaction decides. */
struct facts {
	const struct tx_walk *tx;
	struct kind_tx *is;
	uint32_t paying; /* outputs that are not null data */
	uint32_t largest;
	bool back; /* pays a script that it spends from */
};

const char *kind_text(enum kind k)
{
#define KIND_TEXT(name, text) [name] = (text),
	static const char *const text[] = { KIND_LIST(KIND_TEXT) };
#undef KIND_TEXT

	return text[k];
}

void kind_free(struct kinds *k)
{
	for (size_t i = 0; i < k->num_pools; i++)
		free(k->pool[i].script);
	free(k->pool);
	free(k->tx);
	*k = (struct kinds){ 0 };
}

static struct outpoint spent(const struct tx_input *in)
{
	struct outpoint o = { .index = in->index };

	memcpy(o.txid, in->txid.p, 32);
	return o;
}

static void ask(void *context, size_t i, const struct tx_walk *tx)
{
	struct finding *f = context;
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;

	if (buf_le32(&f->kept, (uint32_t)i))
		buf_add(&f->kept, tx->whole.p, tx->whole.n);
	if (f->t->tx[i].position == 0)
		return;
	while (tx_walk_input(&in, &c)) {
		const struct outpoint o = spent(&in);

		kind_coins_ask(&f->coins, &o);
	}
}

/* The trace's output that an input spends, or TRACE_NONE. */
static uint32_t output_spent(const struct trace *t, size_t i, uint32_t input)
{
	const struct trace_tx *tx = &t->tx[i];

	if (!tx->followed)
		return TRACE_NONE;
	if (t->backward)
		return input < tx->num_outputs ? tx->first_output + input
					       : TRACE_NONE;
	return input < tx->num_inputs ? t->input[tx->first_input + input].output
				      : TRACE_NONE;
}

/* The transaction of the trace that spends an output of one of it. */
static uint32_t spender(const struct trace *t, size_t i, uint32_t output)
{
	const struct trace_tx *tx = &t->tx[i];
	uint32_t at = TRACE_NONE;

	if (t->backward) {
		if (output + 1 < tx->num_inputs)
			at = t->input[tx->first_input + output].output;
		return at == TRACE_NONE ? TRACE_NONE : t->output[at].tx;
	}
	if (output < tx->num_outputs)
		at = tx->first_output + output;
	return at == TRACE_NONE || t->output[at].index != output
		       ? TRACE_NONE
		       : t->output[at].spent_by;
}

static void keep_name(struct finding *f, uint64_t name)
{
	if (f->num_names == f->room_names) {
		f->room_names = f->room_names ? f->room_names * 2 : 64;
		f->name =
			mem_resize(f->name, f->room_names, sizeof(f->name[0]));
	}
	f->name[f->num_names++] = name;
}

/* A tally of pools by majority vote: more than half can be only one. */
struct vote {
	uint32_t pool, lead;
};

static void cast(struct vote *v, uint32_t pool)
{
	if (v->lead == 0)
		*v = (struct vote){ pool, 1 };
	else if (v->pool == pool)
		v->lead++;
	else
		v->lead--;
}

/* Which scripts the inputs spend from, as far as it is known, and the pool that
 * most of them may be of. */
static void see_inputs(struct finding *f, size_t i, const struct facts *x)
{
	struct cur c = cur_over(x->tx->inputs);
	struct vote v = { KIND_NONE, 0 };
	struct tx_input in;

	f->num_names = 0;
	for (uint32_t k = 0; tx_walk_input(&in, &c); k++) {
		const struct outpoint o = spent(&in);
		const struct kind_coin *coin = kind_coins_find(&f->coins, &o);
		const uint32_t at = output_spent(f->t, i, k);

		cast(&v, coin ? coin->pool : KIND_NONE);
		if (coin)
			keep_name(f, coin->script);
		else if (at != TRACE_NONE && f->t->output[at].script_n > 0)
			keep_name(f, script_ids_name(trace_script(
					     f->t, &f->t->output[at])));
	}
	x->is->pool = v.pool;
	kind_names_sort(f->name, f->num_names);
}

static void count_pool(struct finding *f, const struct facts *x)
{
	struct cur c = cur_over(x->tx->inputs);
	struct tx_input in;

	while (x->is->pool != KIND_NONE && tx_walk_input(&in, &c)) {
		const struct outpoint o = spent(&in);
		const struct kind_coin *coin = kind_coins_find(&f->coins, &o);

		x->is->pool_inputs += coin && coin->pool == x->is->pool;
	}
	if ((uint64_t)x->is->pool_inputs * 2 <= x->is->inputs) {
		x->is->pool = KIND_NONE;
		x->is->pool_inputs = 0;
	}
}

static bool is_spent_from(const struct finding *f, uint64_t name)
{
	return f->num_names > 0 &&
	       bsearch(&name, f->name, f->num_names, sizeof(f->name[0]),
		       kind_name_compare);
}

static void see_outputs(const struct finding *f, struct facts *x)
{
	struct cur c = cur_over(x->tx->outputs);
	struct tx_output out;
	uint64_t most = 0;

	for (uint32_t i = 0; tx_walk_output(&out, &c); i++) {
		if (out.script.n == 0 || out.script.p[0] == OP_RETURN)
			continue;
		x->paying++;
		x->is->dust += out.sat <= KIND_DUST_SAT;
		if (out.sat > most) {
			most = out.sat;
			x->largest = i;
		}
		/* A quadratic question, so only of the form that asks it. */
		if (x->is->inputs == 1 && x->is->outputs == 2)
			x->back |=
				is_spent_from(f, script_ids_name(out.script));
	}
	x->is->payees = kind_payees(x->tx, f->name, f->num_names);
}

static bool is_exchange(const struct finding *f, struct span script,
			size_t *entry)
{
	size_t index[8];
	const size_t n = lists_by_script(index, 8, f->lists, script);

	for (size_t i = 0; i < n && i < 8; i++) {
		if (lists_entry(f->lists, index[i])->kind != LIST_EXCHANGE)
			continue;
		*entry = index[i];
		return true;
	}
	return false;
}

/* Does all that it pays go to an exchange? */
static bool sweeps(const struct finding *f, const struct facts *x)
{
	struct cur c = cur_over(x->tx->outputs);
	struct tx_output out;
	size_t entry = SIZE_MAX;

	if (!f->lists || x->paying == 0)
		return false;
	while (tx_walk_output(&out, &c)) {
		if (out.script.n > 0 && out.script.p[0] == OP_RETURN)
			continue;
		if (!is_exchange(f, out.script, &entry))
			return false;
	}
	x->is->entry = entry;
	return true;
}

static enum kind kind_of(const struct finding *f, size_t i,
			 const struct facts *x)
{
	if (f->t->tx[i].coinjoin)
		return KIND_COINJOIN;
	if (x->is->pool != KIND_NONE && x->is->payees >= KIND_POOL_PAYEES)
		return KIND_POOL_PAYOUT;
	if (sweeps(f, x))
		return KIND_SWEEP;
	if (x->is->dust > 0 && x->is->dust + 1 == x->paying)
		return KIND_DUST;
	if (x->paying == 1)
		return x->is->inputs > 1 ? KIND_CONSOLIDATION : KIND_MOVE;
	return x->is->payees >= KIND_BATCH_PAYEES ? KIND_BATCH : KIND_PAYMENT;
}

/* Does an output of it go into what looks like a CoinJoin? */
static bool funds(const struct trace *t, size_t i, const struct facts *x)
{
	for (uint32_t k = 0; k < x->is->outputs; k++) {
		const uint32_t to = spender(t, i, k);

		if (to != TRACE_NONE && t->tx[to].coinjoin)
			return true;
	}
	return false;
}

/* What of a pool's transaction is still the pool's. */
static void keep_coins(struct finding *f, size_t i, const struct facts *x)
{
	struct cur c = cur_over(x->tx->outputs);
	struct outpoint at = { .index = 0 };
	struct tx_output out;
	const bool all =
		x->is->kind == KIND_CONSOLIDATION || x->is->kind == KIND_MOVE;
	const bool large = x->is->kind == KIND_POOL_PAYOUT &&
			   x->is->payees >= KIND_BATCH_LARGE;

	memcpy(at.txid, f->t->tx[i].txid, 32);
	for (; tx_walk_output(&out, &c); at.index++) {
		const uint64_t name = script_ids_name(out.script);

		if (all || (large && at.index == x->largest) ||
		    is_spent_from(f, name))
			kind_coins_put(&f->coins, &at,
				       (struct kind_coin){ x->is->pool, name });
	}
}

static void judge_coinbase(struct finding *f, size_t i, struct facts *x)
{
	struct coinbase b = { .tx = *x->tx };
	struct cur c = cur_over(x->tx->inputs);
	struct tx_input in;

	memcpy(b.txid, f->t->tx[i].txid, 32);
	if (tx_walk_input(&in, &c))
		b.script = in.script;
	x->is->pool = kind_coins_pool(&f->coins, &b);
	x->is->payees = kind_payees(x->tx, NULL, 0);
	x->is->kind = x->is->payees > KIND_COINBASE_PAYEES
			      ? KIND_COINBASE_PAYOUT
			      : KIND_COINBASE;
}

static void judge(void *context, size_t i, const struct tx_walk *tx)
{
	struct finding *f = context;
	struct facts x = { .tx = tx, .is = &f->out->tx[i] };

	x.is->inputs = (uint32_t)tx->num_inputs;
	x.is->outputs = (uint32_t)tx->num_outputs;
	if (f->t->tx[i].position == 0) {
		judge_coinbase(f, i, &x);
		return;
	}
	see_inputs(f, i, &x);
	count_pool(f, &x);
	see_outputs(f, &x);
	x.is->kind = kind_of(f, i, &x);
	if (x.is->pool != KIND_NONE)
		keep_coins(f, i, &x);
	f->link[i] = x.is->kind == KIND_PAYMENT && x.is->inputs == 1 &&
		     x.is->outputs == 2 && x.paying == 2 && !x.back;
	f->next[i] = spender(f->t, i, x.largest);
	f->funds[i] = x.is->kind == KIND_PAYMENT && funds(f->t, i, &x);
}

static enum status judge_all(struct finding *f, struct why *why)
{
	struct cur c = cur_over(buf_span(&f->kept));
	struct tx_walk tx;

	if (f->kept.full)
		return trace_txs_read(f->t, f->chain, judge, f, why);
	while (cur_left(&c) > 0) {
		const size_t i = cur_le32(&c);

		if (tx_walk(&tx, &c))
			judge(f, i, &tx);
	}
	return ST_OK;
}

/* What is no peel, after all. */
static void find_funding(struct finding *f)
{
	for (size_t i = 0; i < f->t->num_txs; i++) {
		if (f->funds[i] && f->out->tx[i].kind == KIND_PAYMENT)
			f->out->tx[i].kind = KIND_FUNDING;
	}
}

/* Rows of links, each going into the next by its larger output. */
static void find_peels(struct finding *f)
{
	const struct trace *t = f->t;
	bool *begun = mem_new(t->num_txs + 1, sizeof(begun[0]));

	for (size_t k = 0; k < t->num_txs; k++) {
		const size_t first = t->backward ? t->num_txs - 1 - k : k;
		uint32_t n = 0;

		if (!f->link[first] || begun[first])
			continue;
		for (size_t i = first; i != TRACE_NONE && f->link[i];
		     i = f->next[i]) {
			begun[i] = true;
			n++;
		}
		if (n < KIND_PEELS)
			continue;
		uint32_t place = 0;

		for (size_t i = first; i != TRACE_NONE && f->link[i];
		     i = f->next[i]) {
			struct kind_tx *is = &f->out->tx[i];

			is->kind = KIND_PEEL;
			is->chain = (uint32_t)first;
			is->place = ++place;
			is->peels = n;
		}
	}
	free(begun);
}

/* One more than the last block of the trace. */
static size_t blocks_end(const struct trace *t)
{
	size_t end = 0;

	for (size_t i = 0; i < t->num_txs; i++) {
		if (t->tx[i].block >= end)
			end = (size_t)t->tx[i].block + 1;
	}
	return end;
}

static void begin(struct finding *f)
{
	const size_t n = f->t->num_txs;

	*f->out = (struct kinds){ .tx = mem_new(n + 1, sizeof(f->out->tx[0])),
				  .n = n };
	for (size_t i = 0; i < n; i++)
		f->out->tx[i] = (struct kind_tx){ .kind = KIND_UNREAD,
						  .pool = KIND_NONE,
						  .entry = SIZE_MAX,
						  .chain = KIND_NONE };
	f->next = mem_new(n + 1, sizeof(f->next[0]));
	f->link = mem_new(n + 1, sizeof(f->link[0]));
	f->funds = mem_new(n + 1, sizeof(f->funds[0]));
	buf_init(&f->kept, KEPT_BYTES);
	kind_coins_init(&f->coins, f->out, chain_network(f->chain)->network);
}

static void end(struct finding *f)
{
	kind_coins_fini(&f->coins);
	buf_fini(&f->kept);
	free(f->name);
	free(f->next);
	free(f->link);
	free(f->funds);
}

enum status kind_of_trace(struct kinds *out, const struct trace *t,
			  const struct chain *c, const struct lists *lists,
			  struct why *why)
{
	struct finding f = { .out = out, .t = t, .chain = c, .lists = lists };
	enum status st;

	begin(&f);
	st = trace_txs_read(t, c, ask, &f, why);
	if (st == ST_OK)
		st = coinbases_read(c, 0, blocks_end(t), kind_coins_coinbase,
				    &f.coins, &out->unread, why);
	if (st == ST_OK)
		st = judge_all(&f, why);
	if (st == ST_OK) {
		find_peels(&f);
		find_funding(&f);
	}
	end(&f);
	if (st != ST_OK)
		kind_free(out);
	return st;
}
