#include "chain/chain_balance.h"

#include <stdio.h>
#include <string.h>

#include "chain/script_ids.h"
#include "chain/unspent.h"
#include "coin/address.h"
#include "coin/block.h"
#include "coin/network.h"
#include "coin/tx_walk.h"

#define OP_RETURN  0x6a
#define SCRIPT_MAX 10000 /* bytes of a script that can be run */

struct balancing {
	struct chain_balance *out;
	const struct chain *chain;
	struct chain_reader *reader;
	struct unspent unspent;
	struct script_ids ids;
	size_t block;
};

static void blame(struct balancing *x, const char *what)
{
	struct chain_block at;

	if (x->out->first[0])
		return;
	chain_block(&at, x->chain, x->block);
	snprintf(x->out->first, sizeof(x->out->first), "%s, offset %llu: %s",
		 block_files_name(chain_files(x->chain), at.file,
				  BLOCK_FILES_BLK),
		 (unsigned long long)at.offset, what);
}

/* False: one of them is nowhere. */
static bool take_inputs(struct balancing *x, const struct tx_walk *tx,
			uint64_t *taken)
{
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;
	bool all = true;
	uint64_t sat;

	while (tx_walk_input(&in, &c)) {
		if (!unspent_take(&x->unspent, &sat, in.txid.p, in.index)) {
			x->out->missing++;
			all = false;
			continue;
		}
		x->out->unspent_sat -= sat;
		*taken += sat;
	}
	return all;
}

/* A key's two scripts have one address; a script without any counts as itself.
 */
static void count_address(struct balancing *x, struct span script)
{
	char text[ADDRESS_TEXT];

	address_of_script(text, script, chain_network(x->chain)->network);
	const struct span address = { (const uint8_t *)text, strlen(text) };

	script_ids_put(&x->ids, script_ids_name(text[0] ? address : script));
}

static enum status put_output(struct balancing *x, const uint8_t txid[32],
			      uint32_t index, const struct tx_output *out)
{
	uint64_t before;

	count_address(x, out->script);
	switch (unspent_put(&x->unspent, txid, index, out->sat, &before)) {
	case UNSPENT_FULL:
		return ST_LIMIT;
	case UNSPENT_AGAIN:
		x->out->unspent_sat -= before;
		x->out->overwritten_sat += before;
		break;
	case UNSPENT_NEW:
		break;
	}
	x->out->unspent_sat += out->sat;
	return ST_OK;
}

static enum status put_outputs(struct balancing *x, const struct tx_walk *tx,
			       const uint8_t txid[32], uint64_t *given)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	enum status st = ST_OK;

	for (uint32_t i = 0; st == ST_OK && tx_walk_output(&out, &c); i++) {
		if (out.sat > NETWORK_BTC_SAT_MAX ||
		    (*given += out.sat) > NETWORK_BTC_SAT_MAX)
			return ST_BAD;
		if (out.script.n <= SCRIPT_MAX &&
		    !(out.script.n > 0 && out.script.p[0] == OP_RETURN))
			st = put_output(x, txid, i, &out);
	}
	return st;
}

static enum status take_block(struct balancing *x, const struct block *b)
{
	struct cur c = cur_over(b->txs);
	struct tx_walk tx;
	enum status st = ST_OK;

	for (uint32_t i = 0; st == ST_OK && i < b->num_txs && tx_walk(&tx, &c);
	     i++) {
		uint64_t taken = 0, given = 0;
		const bool known = i > 0 && take_inputs(x, &tx, &taken);

		st = put_outputs(x, &tx, b->txids[i], &given);
		if (i > 0 && !known) {
			blame(x, "an output is spent that is not there");
		} else if (known && given > taken) {
			x->out->excess++;
			blame(x, "a transaction gives more than it takes");
		} else if (known) {
			x->out->fees += taken - given;
		}
	}
	return st;
}

static enum status balance_block(struct balancing *x, struct why *why)
{
	struct span raw;
	struct block b;
	enum status st = chain_reader_block(x->reader, x->block, &raw, why);

	if (st != ST_OK)
		return st;
	if (!block_parse(&b, raw))
		return chain_damaged(x->chain, x->block, why);
	st = b.root_matches && !b.tree.has_twins ? take_block(x, &b) : ST_BAD;
	block_fini(&b);
	if (st == ST_BAD)
		return chain_damaged(x->chain, x->block, why);
	return st == ST_LIMIT
		       ? status_why(why, st, "more than %u unspent outputs",
				    UNSPENT_MAX)
		       : st;
}

enum status chain_balance(struct chain_balance *out, const struct chain *c,
			  chain_balance_progress *progress, void *context,
			  struct why *why)
{
	struct balancing x = { .out = out,
			       .chain = c,
			       .reader = chain_reader_new(c) };
	const size_t all = chain_length(c);
	enum status st = ST_OK;

	*out = (struct chain_balance){ 0 };
	unspent_init(&x.unspent);
	while (x.block < all && st == ST_OK) {
		st = balance_block(&x, why);
		x.block++;
		if (st == ST_OK && progress && !progress(context, x.block, all))
			st = ST_END;
	}
	out->unspent = unspent_count(&x.unspent);
	out->addresses = x.ids.n;
	unspent_fini(&x.unspent);
	script_ids_fini(&x.ids);
	chain_reader_free(x.reader);
	return st;
}
