#include "chain/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/block_records.h"
#include "chain/chain_private.h"
#include "coin/tx.h"
#include "coin/tx_walk.h"
#include "coin/varint.h"

#define COINBASE_MAX 4096 /* bytes read to see the height in a coinbase */

/* By the first magic number that is known, at the beginning of any file. */
static enum status find_network(struct chain *c, const char *path,
				struct why *why)
{
	const char *refused = NULL;

	for (size_t i = 0; i < block_files_count(c->files); i++) {
		uint8_t raw[4];
		enum status st = block_files_read(c->files, i, BLOCK_FILES_BLK,
						  0, raw, sizeof(raw), why);

		if (st == ST_CUT)
			continue;
		if (st != ST_OK)
			return st;
		struct cur at = cur_over((struct span){ raw, sizeof(raw) });
		const uint32_t magic = cur_le32(&at);

		c->network = chain_network_by_magic(magic);
		if (c->network)
			return ST_OK;
		if (!refused)
			refused = chain_network_refused(magic);
	}
	return status_why(
		why, ST_BAD, "%s: %s", path,
		refused ? refused
		: block_files_obfuscated(c->files)
			? "no file begins with the magic number of a known "
			  "chain: xor.dat is not the key of these files"
			: "no file begins with the magic number of a known "
			  "chain (files of Bitcoin Core 28 and later need the "
			  "xor.dat beside them; a single raw block has no "
			  "magic number)");
}

/* How many transactions a block says it has, if they could be there. */
static uint32_t txs_of(const struct block_record *r)
{
	struct cur c = cur_over((struct span){ r->head, sizeof(r->head) });

	cur_take(&c, HEADER_SIZE);
	const uint64_t n = varint_read(&c);

	return cur_ok(&c) && n <= r->size / TX_WALK_MIN ? (uint32_t)n : 0;
}

/* False: its header is no block's. */
static bool add(struct chain *c, size_t file, const struct block_record *r)
{
	if (c->num_places == c->room) {
		c->room = c->room ? c->room * 2 : 1024;
		c->place = mem_resize(c->place, c->room, sizeof(c->place[0]));
	}
	c->place[c->num_places] = (struct place){ .offset = r->offset,
						  .file = (uint32_t)file,
						  .size = r->size,
						  .txs = txs_of(r) };
	switch (header_tree_add(c->tree, r->head, c->num_places)) {
	case HEADER_NEW:
		c->num_places++;
		break;
	case HEADER_KNOWN:
		c->counts.duplicates++;
		break;
	case HEADER_EASY:
		c->counts.easy++;
		return false;
	case HEADER_WRONG:
		c->counts.wrong++;
		return false;
	case HEADER_FULL:
		c->counts.dropped++;
		break;
	}
	return true;
}

static enum status scan_file(struct chain *c, size_t file, struct why *why)
{
	struct block_records records;
	struct block_record r;
	enum status st;

	block_records_init(&records, c->files, file, BLOCK_FILES_BLK,
			   c->network->magic);
	while ((st = block_records_next(&records, &r, why)) == ST_OK) {
		c->counts.records++;
		if (!add(c, file, &r)) /* others may lie in it */
			block_records_refuse(&records, &r);
	}
	c->counts.junk += records.junk;
	c->counts.zeros += records.zeros;
	c->counts.cut += records.cut;
	c->counts.bytes += block_files_size(c->files, file, BLOCK_FILES_BLK);
	block_records_fini(&records);
	return st == ST_END ? ST_OK : st;
}

/* From the coinbase of a root that is not the genesis block (BIP 34). */
static uint32_t root_height(void *context, const struct header_node *root)
{
	const struct chain *c = context;
	const struct place *p = &c->place[root->place];
	uint8_t raw[COINBASE_MAX];
	const size_t n = p->size < sizeof(raw) ? p->size : sizeof(raw);
	struct header h;
	struct tx_input in;
	uint32_t height;

	if (block_files_read(c->files, p->file, BLOCK_FILES_BLK, p->offset, raw,
			     n, NULL) != ST_OK)
		return HEADER_TREE_UNSURE;
	struct cur at = cur_over((struct span){ raw, n });

	const struct span header = cur_take(&at, HEADER_SIZE);

	if (header.n != HEADER_SIZE)
		return HEADER_TREE_UNSURE;
	header_read(&h, header.p);
	varint_read(&at);
	cur_take(&at, 4);
	const uint8_t inputs = cur_u8(&at);

	if (inputs == 0) { /* BIP 144's marker and flag */
		cur_u8(&at);
		cur_u8(&at);
	}
	in.txid = cur_take(&at, 32);
	cur_take(&at, 4);
	in.script = varint_bytes(&at);
	if (!cur_ok(&at) || h.version < 2 || h.version > INT32_MAX ||
	    !tx_height(&height, in.script))
		return HEADER_TREE_UNSURE;
	return height;
}

static void index_chain(struct chain *c)
{
	const size_t n = header_tree_count(c->tree);

	c->index_of = mem_new(n ? n : 1, sizeof(c->index_of[0]));
	memset(c->index_of, 0xff, n * sizeof(c->index_of[0]));
	for (size_t i = 0; i < c->chain.n; i++)
		c->index_of[c->chain.index[i]] = (uint32_t)i;
}

static enum status open_all(struct chain *c, const char *path,
			    chain_progress *progress, void *context,
			    struct why *why)
{
	enum status st = find_network(c, path, why);

	if (st != ST_OK)
		return st;
	c->counts.files = block_files_count(c->files);
	c->tree = header_tree_new(c->network->limit_nbits);
	for (size_t i = 0; i < c->counts.files && st == ST_OK; i++) {
		st = scan_file(c, i, why);
		if (progress)
			progress(context, i + 1, c->counts.files);
	}
	if (st != ST_OK)
		return st;
	header_tree_chain(&c->chain, c->tree, c->network->genesis,
			  c->network->retargets, root_height, c);
	c->counts.wrong += c->chain.wrong;
	c->counts.stale = c->chain.stale;
	c->counts.apart = c->chain.apart;
	index_chain(c);
	c->undo = undo_records_new(c->files, c->network->magic);
	if (c->chain.n == 0)
		return status_why(why, ST_BAD,
				  "%s: no block in it whose header meets its "
				  "target",
				  path);
	return ST_OK;
}

struct chain *chain_open(const char *path, chain_progress *progress,
			 void *context, struct why *why)
{
	struct chain *c = mem_new(1, sizeof(*c));

	c->files = block_files_open(path, why);
	if (c->files && open_all(c, path, progress, context, why) == ST_OK)
		return c;
	chain_close(c);
	return NULL;
}

void chain_close(struct chain *c)
{
	if (c->undo)
		undo_records_free(c->undo);
	if (c->tree)
		header_tree_free(c->tree);
	free(c->chain.index);
	free(c->index_of);
	free(c->place);
	if (c->files)
		block_files_close(c->files);
	free(c);
}

const struct chain_network *chain_network(const struct chain *c)
{
	return c->network;
}

const struct chain_counts *chain_counts(const struct chain *c)
{
	return &c->counts;
}

const struct block_files *chain_files(const struct chain *c)
{
	return c->files;
}

size_t chain_length(const struct chain *c)
{
	return c->chain.n;
}

bool chain_whole(const struct chain *c)
{
	return c->chain.first_height == 0;
}

void chain_block(struct chain_block *out, const struct chain *c, size_t i)
{
	const struct header_node *x =
		header_tree_at(c->tree, c->chain.index[i]);
	const struct place *p = &c->place[x->place];

	memcpy(out->hash, x->hash, 32);
	out->height = x->height;
	out->time = x->time;
	out->nbits = x->nbits;
	out->file = p->file;
	out->offset = p->offset;
	out->size = p->size;
	out->txs = p->txs;
}

bool chain_find(size_t *out, const struct chain *c, const uint8_t hash[32])
{
	const uint32_t node = header_tree_find(c->tree, hash);

	if (node == HEADER_TREE_NONE || c->index_of[node] == UINT32_MAX)
		return false;
	*out = c->index_of[node];
	return true;
}

enum status chain_damaged(const struct chain *c, size_t i, struct why *why)
{
	struct chain_block at;

	chain_block(&at, c, i);
	return status_why(
		why, ST_BAD,
		"%s, offset %llu: the transactions are not those "
		"that the block's header commits to: the file is "
		"damaged; fetch the block from the network again",
		block_files_name(chain_files(c), at.file, BLOCK_FILES_BLK),
		(unsigned long long)at.offset);
}
