/* An index against what was made, over growth, forks and damage. */
#include <sys/stat.h>
#include <unistd.h>

#include "chain/chain_index.h"
#include "chain/chain_index_meta.h"
#include "chain/chain_index_segment.h"
#include "test/chain_maker.h"
#include "test/tap.h"

#define COIN   UINT64_C(100000000)
#define BLOCKS "test_chain_index.blocks"
#define INDEX  "test_chain_index.index"
#define MOST   512
#define OWNERS 7

struct made_tx {
	uint8_t txid[32];
	uint32_t block, position, owner;
	uint32_t spent_by; /* its only output; number of the transaction */
};

/* A chain: every block pays its coinbase to an owner, and moves what the block
 * before paid. */
struct made {
	struct maker m;
	struct buf file;
	struct made_tx tx[MOST];
	uint32_t n, blocks;
	size_t end[MOST]; /* of the file after each block */
};

static struct span script_of(uint32_t owner)
{
	static uint8_t script[OWNERS][25];

	memset(script[owner], (int)owner + 1, 25);
	script[owner][0] = 0x76;
	return (struct span){ script[owner], 25 };
}

static void add_tx(struct made *x, const uint8_t txid[32], uint32_t position,
		   uint32_t owner)
{
	struct made_tx *t = &x->tx[x->n++];

	memcpy(t->txid, txid, 32);
	*t = (struct made_tx){ .block = x->blocks,
			       .position = position,
			       .owner = owner,
			       .spent_by = UINT32_MAX };
	memcpy(t->txid, txid, 32);
}

static void add_block(struct made *x, uint32_t salt)
{
	const uint32_t before = x->n;
	const uint32_t owner = (x->blocks + salt) % OWNERS;
	struct buf record;

	maker_begin(&x->m, 50 * COIN, script_of(owner));
	if (before > 0) {
		maker_tx(&x->m);
		maker_input(&x->m, x->tx[before - 1].txid, 0, COIN,
			    script_of(x->tx[before - 1].owner), 1, 71,
			    before % 3 == 0);
		maker_output(&x->m, COIN, script_of((owner + 1) % OWNERS));
		maker_tx_end(&x->m);
	}
	buf_init(&record, 1u << 20);
	maker_end(&x->m, &record, NULL);
	maker_record(&x->file, buf_span(&record), 0);
	buf_fini(&record);
	add_tx(x, x->m.txid[0], 0, owner);
	if (before > 0) {
		x->tx[before - 1].spent_by = x->n;
		add_tx(x, x->m.txid[1], 1, (owner + 1) % OWNERS);
	}
	x->end[x->blocks++] = x->file.n;
}

static void make(struct made *x, uint32_t blocks)
{
	*x = (struct made){ .n = 0 };
	maker_init(&x->m);
	buf_init(&x->file, 1u << 24);
	while (x->blocks < blocks)
		add_block(x, 0);
}

static void make_end(struct made *x)
{
	maker_fini(&x->m);
	buf_fini(&x->file);
}

static bool write_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	const bool good = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;

	return fclose(f) == 0 && good;
}

/* Segments of few blocks: one is about 300 bytes. */
static bool import(struct chain_index_imported *out, const struct made *x)
{
	const struct chain_index_options how = { .path = BLOCKS,
						 .threads = 2,
						 .segment_bytes = 3000 };
	struct why why = { "" };
	struct chain *c;
	enum status st = ST_IO;

	mkdir(BLOCKS, 0700);
	if (!write_file(BLOCKS "/blk00000.dat", buf_span(&x->file)))
		return false;
	c = chain_open(BLOCKS, NULL, NULL, &why);
	if (c) {
		st = chain_index_import(out, INDEX, c, &how, &why);
		chain_close(c);
	}
	if (st != ST_OK)
		printf("# %s\n", why.text);
	return st == ST_OK;
}

static const uint8_t junk[] = "half of a segment";
static const struct span half = { junk, sizeof(junk) };

struct heard {
	struct chain_index_tx tx;
	uint32_t n;
};

static bool hear(void *context, const struct chain_index_tx *tx)
{
	struct heard *h = context;

	h->tx = *tx;
	h->n++;
	return true;
}

static bool knows_tx(struct chain_index *x, const struct made *m, uint32_t i)
{
	const struct made_tx *t = &m->tx[i];
	struct heard h = { .n = 0 };

	return chain_index_tx(x, t->txid, hear, &h, NULL) == ST_OK &&
	       h.n == 1 && memcmp(h.tx.txid, t->txid, 32) == 0 &&
	       h.tx.position == t->position;
}

static bool knows_spender(struct chain_index *x, const struct made *m,
			  uint32_t i)
{
	const struct made_tx *t = &m->tx[i];
	struct outpoint o = { .index = 0 };
	struct heard h = { .n = 0 };

	memcpy(o.txid, t->txid, 32);
	if (chain_index_spender(x, &o, hear, &h, NULL) != ST_OK)
		return false;
	if (t->spent_by == UINT32_MAX)
		return h.n == 0;
	return h.n == 1 && h.tx.input == 0 &&
	       memcmp(h.tx.txid, m->tx[t->spent_by].txid, 32) == 0;
}

static bool knows_scripts(struct chain_index *x, const struct made *m)
{
	bool good = true;

	for (uint32_t owner = 0; owner < OWNERS; owner++) {
		struct heard h = { .n = 0 };
		uint32_t wanted = 0;

		for (uint32_t i = 0; i < m->n; i++)
			wanted += m->tx[i].owner == owner;
		good &= chain_index_script(x, script_of(owner), hear, &h,
					   NULL) == ST_OK &&
			h.n == wanted;
	}
	return good;
}

static bool knows_all(const struct made *m)
{
	struct why why = { "" };
	struct chain_index *x = chain_index_open(INDEX, &why);
	bool good = x != NULL;

	for (uint32_t i = 0; good && i < m->n; i++)
		good = knows_tx(x, m, i) && knows_spender(x, m, i);
	good = good && knows_scripts(x, m) &&
	       chain_index_blocks(x) == m->blocks;
	if (!good)
		printf("# %s\n", why.text);
	chain_index_close(x);
	return good;
}

static void clean(void)
{
	char path[CHAIN_INDEX_PATH_ROOM];

	for (size_t i = 0; i < 64; i++) {
		if (chain_index_segment_path(path, INDEX, i, ""))
			unlink(path);
		if (chain_index_segment_path(path, INDEX, i, ".part"))
			unlink(path);
	}
	unlink(INDEX "/index.json");
	rmdir(INDEX);
	unlink(BLOCKS "/blk00000.dat");
	rmdir(BLOCKS);
}

static void test_growth(void)
{
	struct chain_index_imported i = { .segments = 0 };
	struct made x;

	make(&x, 43);
	OK(import(&i, &x) && i.kept == 0 && i.segments > 3);
	OK(i.blocks == 43 && i.transactions == x.n && i.outputs == x.n &&
	   i.inputs == 42);
	OK(knows_all(&x));
	const size_t segments = i.segments;

	OK(import(&i, &x) && i.kept == segments && i.blocks == 0);
	while (x.blocks < 68)
		add_block(&x, 0);
	/* The last one was not full. */
	OK(import(&i, &x) && i.kept == segments - 1 && i.dropped == 1 &&
	   i.blocks > 25 && i.blocks < 43);
	OK(knows_all(&x));
	make_end(&x);
	clean();
}

static void forget(struct made *x, uint32_t block)
{
	while (x->n > 0 && x->tx[x->n - 1].block >= block)
		x->n--;
	x->blocks = block;
	x->tx[x->n - 1].spent_by = UINT32_MAX;
	/* Maker goes on from that block's hash. */
	sha256d(x->m.previous,
		x->file.p + (block > 1 ? x->end[block - 2] : 0) + 8,
		HEADER_SIZE);
	x->m.height = block;
}

static void test_fork(void)
{
	struct chain_index_imported i = { .segments = 0 };
	struct made x;
	uint8_t gone[32];

	make(&x, 40);
	OK(import(&i, &x));
	const size_t segments = i.segments;

	memcpy(gone, x.tx[x.n - 1].txid, 32);
	/* From block 20 on another branch, and longer. */
	forget(&x, 20);
	x.m.time += 7;
	while (x.blocks < 45)
		add_block(&x, 3);
	OK(import(&i, &x) && i.kept > 0 && i.kept < segments &&
	   i.dropped == segments - i.kept);
	OK(knows_all(&x));
	struct chain_index *ix = chain_index_open(INDEX, NULL);
	struct heard h = { .n = 0 };

	OK(ix && chain_index_tx(ix, gone, hear, &h, NULL) == ST_OK && h.n == 0);
	chain_index_close(ix);
	make_end(&x);
	clean();
}

/* A segment half written, and those that nobody speaks of. */
static void test_crash(void)
{
	struct chain_index_imported i = { .segments = 0 };
	struct chain_index_meta meta = { .segments = 0 };
	struct made x;

	make(&x, 40);
	OK(import(&i, &x));
	const size_t segments = i.segments;

	OK(chain_index_meta_read(&meta, INDEX, NULL) == ST_OK &&
	   meta.segments == segments);
	meta.segments -= 2;
	OK(chain_index_meta_write(&meta, INDEX, NULL) == ST_OK);
	OK(write_file(INDEX "/seg-00002.part", half));
	OK(import(&i, &x) && i.kept == segments - 2 && i.segments == segments);
	OK(knows_all(&x));
	make_end(&x);
	clean();
}

static void test_damage(void)
{
	struct chain_index_imported i = { .segments = 0 };
	struct made x;

	make(&x, 40);
	OK(import(&i, &x));
	const size_t segments = i.segments;

	OK(write_file(INDEX "/seg-00001", half));
	OK(!chain_index_open(INDEX, NULL));
	OK(import(&i, &x) && i.kept == 1 && i.segments == segments);
	OK(knows_all(&x));
	/* No index: nothing is touched. */
	OK(write_file(INDEX "/index.json", half));
	OK(!import(&i, &x));
	make_end(&x);
	clean();
}

/* Blocks that are no longer what was indexed. */
static void test_changed(void)
{
	struct chain_index_imported i = { .segments = 0 };
	struct why why = { "" };
	struct heard h = { .n = 0 };
	struct made x;

	make(&x, 10);
	OK(import(&i, &x));
	struct chain_index *ix = chain_index_open(INDEX, NULL);

	/* A byte of the last block's last transaction. */
	x.file.p[x.file.n - 9] ^= 1;
	OK(write_file(BLOCKS "/blk00000.dat", buf_span(&x.file)));
	OK(ix &&
	   chain_index_tx(ix, x.tx[x.n - 1].txid, hear, &h, &why) == ST_BAD &&
	   h.n == 0);
	OK(strstr(why.text, "assay chain import"));
	OK(ix && chain_index_tx(ix, x.tx[0].txid, hear, &h, &why) == ST_OK &&
	   h.n == 1);
	/* And one that became shorter. */
	OK(write_file(BLOCKS "/blk00000.dat",
		      (struct span){ x.file.p, x.end[4] }));
	OK(ix &&
	   chain_index_tx(ix, x.tx[x.n - 3].txid, hear, &h, &why) == ST_IO);
	chain_index_close(ix);
	make_end(&x);
	clean();
}

int main(void)
{
	clean();
	test_growth();
	test_fork();
	test_crash();
	test_damage();
	test_changed();
	return tap_end();
}
