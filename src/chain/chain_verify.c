#include "chain/chain_verify.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

#include "base/mem.h"
#include "chain/header_tree.h"
#include "chain/undo.h"
#include "coin/block.h"
#include "coin/tx_walk.h"

#define THREADS_MAX 64
#define BATCH       64 /* blocks taken by a thread at a time */

struct verifying { /* shared */
	const struct chain *chain;
	const struct chain_verify_options *options;
	atomic_size_t next, done;
	atomic_bool stop;
	mtx_t lock; /* of what follows */
	struct chain_verified sum;
	size_t first; /* index of the block that sum.first tells of */
	enum status st;
	struct why why;
};

struct worker { /* one thread's */
	struct verifying *v;
	struct chain_reader *reader;
	struct chain_verified sum;
	size_t first;
	struct why why;
};

/* Words for the first block that is wrong, in order of the chain. */
static void blame(struct worker *w, size_t i, const char *what)
{
	struct chain_block b;

	if (i >= w->first)
		return;
	w->first = i;
	chain_block(&b, w->v->chain, i);
	snprintf(w->sum.first, sizeof(w->sum.first), "%s, offset %llu: %s",
		 block_files_name(chain_files(w->v->chain), b.file,
				  BLOCK_FILES_BLK),
		 (unsigned long long)b.offset, what);
}

/* Sum of a transaction's outputs; false above all coins there can be. */
static bool given(uint64_t *sum, const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;

	*sum = 0;
	while (tx_walk_output(&out, &c)) {
		if (out.sat > NETWORK_BTC_SAT_MAX ||
		    *sum + out.sat > NETWORK_BTC_SAT_MAX)
			return false;
		*sum += out.sat;
	}
	return true;
}

/* Sum of what its inputs spend. False: the record does not fit. */
static bool taken(uint64_t *sum, const struct tx_walk *tx, struct cur *undo)
{
	struct undo_output out;

	*sum = 0;
	if (undo_tx(undo) != tx->num_inputs)
		return false;
	for (uint64_t i = 0; i < tx->num_inputs; i++) {
		if (!undo_output(&out, undo, true) ||
		    out.sat > NETWORK_BTC_SAT_MAX)
			return false;
		*sum += out.sat;
	}
	return true;
}

enum balance {
	BALANCE_GOOD,
	BALANCE_NO_FIT,
	BALANCE_TOO_MUCH
};

/* Fees of all transactions but the coinbase. */
static enum balance balance(uint64_t *fees, const struct block *b,
			    struct span record)
{
	struct cur txs = cur_over(b->txs), undo = cur_over(record);
	struct tx_walk tx;
	uint64_t in, out;

	*fees = 0;
	if (undo_begin(&undo) + 1 != b->num_txs || !tx_walk(&tx, &txs))
		return BALANCE_NO_FIT;
	while (cur_left(&txs) > 0 && tx_walk(&tx, &txs)) {
		if (!taken(&in, &tx, &undo))
			return BALANCE_NO_FIT;
		if (!given(&out, &tx) || out > in)
			return BALANCE_TOO_MUCH;
		*fees += in - out;
	}
	return cur_done(&undo) ? BALANCE_GOOD : BALANCE_NO_FIT;
}

static void verify_reward(struct worker *w, size_t i, const struct block *b,
			  uint64_t fees)
{
	const struct chain_network *network = chain_network(w->v->chain);
	struct chain_block at;

	w->sum.fees += fees;
	chain_block(&at, w->v->chain, i);
	if (at.height == HEADER_TREE_UNSURE)
		return;
	const uint64_t may = chain_network_subsidy(network, at.height) + fees;

	if (b->coinbase_sat > may) {
		w->sum.bad_value++;
		blame(w, i, "its coinbase takes more than subsidy and fees");
	} else {
		w->sum.unclaimed += may - b->coinbase_sat;
	}
}

static enum status verify_values(struct worker *w, size_t i,
				 const struct block *b)
{
	struct span undo;
	uint64_t fees = 0;
	enum status st;

	if (b->num_txs == 1) { /* nothing is spent */
		verify_reward(w, i, b, 0);
		return ST_OK;
	}
	st = chain_reader_undo(w->reader, i, b->num_txs, &undo, &w->why);
	if (st == ST_END) {
		w->sum.without_undo++;
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	switch (balance(&fees, b, undo)) {
	case BALANCE_GOOD:
		verify_reward(w, i, b, fees);
		break;
	case BALANCE_NO_FIT:
		w->sum.bad_undo++;
		blame(w, i, "its undo record does not fit it");
		break;
	case BALANCE_TOO_MUCH:
		w->sum.bad_value++;
		blame(w, i, "a transaction gives more than it takes");
		break;
	}
	return ST_OK;
}

static enum status verify_block(struct worker *w, size_t i)
{
	struct span raw;
	struct block b;
	enum status st = chain_reader_block(w->reader, i, &raw, &w->why);

	if (st != ST_OK)
		return st;
	w->sum.blocks++;
	w->sum.bytes += raw.n;
	if (!block_parse(&b, raw)) {
		w->sum.malformed++;
		blame(w, i, "not a block");
		return ST_OK;
	}
	w->sum.transactions += b.num_txs;
	if (!b.root_matches || b.tree.has_twins) {
		w->sum.bad_root++;
		blame(w, i, "its transactions are not those of its header");
	}
	if (b.witness == BLOCK_WITNESS_BAD ||
	    b.witness == BLOCK_WITNESS_MISSING) {
		w->sum.bad_witness++;
		blame(w, i, "its witnesses are not those it commits to");
	}
	st = verify_values(w, i, &b);
	block_fini(&b);
	return st;
}

static void add_up(struct worker *w, enum status st)
{
	struct verifying *v = w->v;
	struct chain_verified *to = &v->sum;
	const struct chain_verified *from = &w->sum;

	mtx_lock(&v->lock);
	to->blocks += from->blocks;
	to->transactions += from->transactions;
	to->bytes += from->bytes;
	to->malformed += from->malformed;
	to->bad_root += from->bad_root;
	to->bad_witness += from->bad_witness;
	to->without_undo += from->without_undo;
	to->bad_undo += from->bad_undo;
	to->bad_value += from->bad_value;
	to->fees += from->fees;
	to->unclaimed += from->unclaimed;
	if (w->first < v->first) {
		v->first = w->first;
		memcpy(to->first, from->first, sizeof(to->first));
	}
	if (st != ST_OK && v->st == ST_OK) {
		v->st = st;
		v->why = w->why;
	}
	mtx_unlock(&v->lock);
}

static bool tell(struct verifying *v, size_t done)
{
	bool go_on;

	mtx_lock(&v->lock);
	go_on = v->options->progress(v->options->context, done,
				     chain_length(v->chain));
	mtx_unlock(&v->lock);
	return go_on;
}

static int work(void *argument)
{
	struct worker *w = argument;
	struct verifying *v = w->v;
	const size_t all = chain_length(v->chain);
	enum status st = ST_OK;

	while (st == ST_OK && !atomic_load(&v->stop)) {
		const size_t from = atomic_fetch_add(&v->next, BATCH);

		for (size_t i = from; i < all && i < from + BATCH; i++) {
			st = verify_block(w, i);
			if (st != ST_OK)
				break;
		}
		if (from >= all)
			break;
		const size_t done = atomic_fetch_add(&v->done, BATCH) + BATCH;

		if (v->options->progress && !tell(v, done < all ? done : all))
			st = ST_END;
	}
	if (st != ST_OK)
		atomic_store(&v->stop, true);
	add_up(w, st);
	return 0;
}

static unsigned threads_of(const struct chain_verify_options *o)
{
	const long n =
		o->threads ? (long)o->threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

enum status chain_verify(struct chain_verified *out, const struct chain *c,
			 const struct chain_verify_options *options,
			 struct why *why)
{
	struct verifying v = { .chain = c,
			       .options = options,
			       .first = SIZE_MAX };
	struct worker worker[THREADS_MAX];
	thrd_t thread[THREADS_MAX];
	const unsigned n = threads_of(options);

	mtx_init(&v.lock, mtx_plain);
	for (unsigned i = 0; i < n; i++) {
		worker[i] = (struct worker){ .v = &v,
					     .reader = chain_reader_new(c),
					     .first = SIZE_MAX };
		/* Where no more threads are to be had, fewer do. */
		if (i > 0 &&
		    thrd_create(&thread[i], work, &worker[i]) != thrd_success)
			worker[i].v = NULL;
	}
	work(&worker[0]);
	for (unsigned i = 1; i < n; i++) {
		if (worker[i].v)
			thrd_join(thread[i], NULL);
	}
	for (unsigned i = 0; i < n; i++)
		chain_reader_free(worker[i].reader);
	mtx_destroy(&v.lock);
	*out = v.sum;
	if (v.st != ST_OK && v.st != ST_END)
		status_why(why, v.st, "%s", v.why.text);
	return v.st;
}
