#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/chain_private.h"

struct chain_reader {
	const struct chain *chain;
	uint8_t *block;
	size_t room;
	struct buf undo;
};

struct chain_reader *chain_reader_new(const struct chain *c)
{
	struct chain_reader *r = mem_new(1, sizeof(*r));

	r->chain = c;
	buf_init(&r->undo, BLOCK_FILES_BLOCK + UNDO_RECORDS_AROUND);
	return r;
}

void chain_reader_free(struct chain_reader *r)
{
	free(r->block);
	buf_fini(&r->undo);
	free(r);
}

static enum status read_bytes(struct chain_reader *r,
			      const struct chain_block *b, uint32_t at,
			      uint32_t n, struct span *raw, struct why *why)
{
	assert(at <= b->size && n <= b->size - at);
	if (n > r->room) {
		r->room = n;
		r->block = mem_resize(r->block, r->room, 1);
	}
	*raw = (struct span){ r->block, n };
	return block_files_read(r->chain->files, b->file, BLOCK_FILES_BLK,
				b->offset + at, r->block, n, why);
}

enum status chain_reader_block(struct chain_reader *r, size_t i,
			       struct span *raw, struct why *why)
{
	struct chain_block b;

	chain_block(&b, r->chain, i);
	return read_bytes(r, &b, 0, b.size, raw, why);
}

enum status chain_reader_part(struct chain_reader *r, size_t i, uint32_t at,
			      uint32_t n, struct span *raw, struct why *why)
{
	struct chain_block b;

	chain_block(&b, r->chain, i);
	return read_bytes(r, &b, at, n, raw, why);
}

enum status chain_reader_undo(struct chain_reader *r, size_t i,
			      uint64_t num_txs, struct span *undo,
			      struct why *why)
{
	const struct chain *c = r->chain;
	const struct header_node *x =
		header_tree_at(c->tree, c->chain.index[i]);
	enum status st;

	st = undo_records_find(c->undo, &r->undo, c->place[x->place].file,
			       x->previous, num_txs, why);
	if (st == ST_OK)
		*undo = (struct span){ r->undo.p + 32,
				       r->undo.n - UNDO_RECORDS_AROUND };
	return st;
}
