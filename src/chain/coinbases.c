#include "chain/coinbases.h"

#include <stdlib.h>

#include "base/mem.h"
#include "coin/varint.h"
#include "hash/sha256d.h"

#define FIRST_BYTES 4096 /* nearly all coinbases end before */

struct reading {
	const struct chain *chain;
	uint8_t *bytes;
	size_t room;
	struct buf scratch;
};

static bool parse(struct coinbase *out, struct span raw)
{
	struct cur c = cur_over(raw);
	struct tx_input in;

	cur_take(&c, HEADER_SIZE);
	varint_read(&c);
	if (!tx_walk(&out->tx, &c) || !tx_walk_is_coinbase(&out->tx))
		return false;
	struct cur inputs = cur_over(out->tx.inputs);

	if (!tx_walk_input(&in, &inputs))
		return false;
	out->script = in.script;
	return true;
}

/* The block's first n bytes. */
static enum status read_bytes(struct reading *r, const struct chain_block *b,
			      size_t n, struct why *why)
{
	if (n > r->room) {
		r->room = n;
		r->bytes = mem_resize(r->bytes, r->room, 1);
	}
	return block_files_read(chain_files(r->chain), b->file, BLOCK_FILES_BLK,
				b->offset, r->bytes, n, why);
}

/* *found is false where there is none. */
static enum status read_one(struct coinbase *out, bool *found,
			    struct reading *r, size_t i, struct why *why)
{
	struct chain_block b;
	enum status st;

	chain_block(&b, r->chain, i);
	size_t n = b.size < FIRST_BYTES ? b.size : FIRST_BYTES;

	st = read_bytes(r, &b, n, why);
	*found = st == ST_OK && parse(out, (struct span){ r->bytes, n });
	if (st == ST_OK && !*found && b.size > n) {
		n = b.size;
		st = read_bytes(r, &b, n, why);
		*found =
			st == ST_OK && parse(out, (struct span){ r->bytes, n });
	}
	if (!*found)
		return st;
	buf_clear(&r->scratch);
	const struct span plain = tx_walk_stripped(&out->tx, &r->scratch);

	sha256d(out->txid, plain.p, plain.n);
	out->block = i;
	return ST_OK;
}

enum status coinbases_read(const struct chain *c, size_t first, size_t end,
			   coinbase_visit *visit, void *context,
			   uint64_t *unread, struct why *why)
{
	struct reading r = { .chain = c };
	struct coinbase one;
	enum status st = ST_OK;
	uint64_t passed = 0;
	bool found;

	buf_init(&r.scratch, BLOCK_FILES_BLOCK);
	for (size_t i = first; i < end && st == ST_OK; i++) {
		st = read_one(&one, &found, &r, i, why);
		if (st == ST_OK && !found)
			passed++;
		else if (st == ST_OK && !visit(context, &one))
			st = ST_END;
	}
	buf_fini(&r.scratch);
	free(r.bytes);
	*unread = passed;
	return st;
}
