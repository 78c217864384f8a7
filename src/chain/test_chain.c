/* Opening: what lies in any order, twice, on branches, between junk. */
#include "chain/chain.h"
#include "chain/header_tree.h"
#include "chain/test_lab.h"
#include "test/tap.h"

#define BLOCKS 40

struct part { /* a record of a blk file: magic, size, block */
	size_t at, n;
};

static size_t split(struct part out[BLOCKS], const struct buf *blk)
{
	size_t n = 0;

	for (size_t at = 0; at < blk->n;) {
		struct cur c = cur_over(
			(struct span){ blk->p + at + 4, blk->n - at - 4 });

		out[n] = (struct part){ at, cur_le32(&c) + 8 };
		at += out[n++].n;
	}
	return n;
}

static void append(struct buf *to, const struct buf *from, struct part p)
{
	buf_add(to, from->p + p.at, p.n);
}

static struct chain *open_dir(void)
{
	struct why why = { "" };
	struct chain *c = chain_open(dir_path, NULL, NULL, &why);

	if (!c)
		printf("# %s\n", why.text);
	return c;
}

/* Two files, each in disorder, with zeros, junk, and blocks that are there
 * twice; the chain is the same. */
static void test_disorder(const struct lab *l)
{
	struct part part[BLOCKS];
	const size_t n = split(part, &l->blk);
	struct buf a, b;
	bool good = true;

	buf_init(&a, 1u << 26);
	buf_init(&b, 1u << 26);
	for (size_t i = 0; i < n; i++) {
		const size_t k = i * 7 % n;

		append(k % 3 ? &a : &b, &l->blk, part[k]);
		if (k % 5 == 0)
			append(&b, &l->blk, part[k]);
		if (k % 6 == 0)
			buf_le32(&a, 0);
		if (k % 9 == 0)
			buf_text(&b, "junk");
	}
	dir_empty();
	dir_write("blk00003.dat", &a);
	dir_write("blk00009.dat", &b);
	struct chain *c = open_dir();

	OK(c && chain_length(c) == n);
	OK(chain_counts(c)->duplicates == 8 && chain_counts(c)->stale == 0 &&
	   chain_counts(c)->junk > 0);
	struct chain_reader *r = chain_reader_new(c);

	for (size_t i = 0; i < n; i++) {
		struct chain_block at;
		struct span raw;
		struct why why;
		size_t index;

		chain_block(&at, c, i);
		good &= chain_reader_block(r, i, &raw, &why) == ST_OK &&
			raw.n == part[i].n - 8 &&
			!memcmp(raw.p, l->blk.p + part[i].at + 8, raw.n);
		good &= chain_find(&index, c, at.hash) && index == i;
	}
	OK(good);
	OK(!chain_find(&(size_t){ 0 }, c, (const uint8_t[32]){ 5 }));
	chain_reader_free(r);
	chain_close(c);
	buf_fini(&a);
	buf_fini(&b);
}

/* Blocks that only hang on one that is missing, and a height from BIP 34: the
 * longer part wins. */
static void test_gap(const struct lab *l)
{
	struct part part[BLOCKS];
	const size_t n = split(part, &l->blk);
	struct buf a;

	buf_init(&a, 1u << 26);
	for (size_t i = 0; i < n; i++) {
		if (i != 10)
			append(&a, &l->blk, part[i]);
	}
	dir_empty();
	dir_write("blk00000.dat", &a);
	struct chain *c = open_dir();
	struct chain_block first;

	OK(c && chain_length(c) == n - 11 && !chain_whole(c));
	OK(chain_counts(c)->apart == 10);
	chain_block(&first, c, 0);
	OK(first.height == 11);
	chain_close(c);
	buf_fini(&a);
}

/* A header changed by a bit is none; what follows it is found all the same,
 * though its record claims all that is left of the file. */
static void test_damaged_header(const struct lab *l)
{
	struct part part[BLOCKS];
	const size_t n = split(part, &l->blk);
	struct buf a;

	buf_init(&a, 1u << 26);
	buf_le32(&a, MAKER_MAGIC);
	buf_le32(&a, (uint32_t)(l->blk.n + 100));
	for (int i = 0; i < 100; i++)
		buf_u8(&a, 0xff);
	buf_add(&a, l->blk.p, l->blk.n);
	dir_empty();
	dir_write("blk00000.dat", &a);
	struct chain *c = open_dir();

	OK(c && chain_length(c) == n);
	OK(chain_counts(c)->easy + chain_counts(c)->wrong == 1);
	chain_close(c);
	buf_fini(&a);
}

static void on_file(void *context, size_t file, size_t files)
{
	*(size_t *)context += file <= files;
}

static void test_refused(const struct lab *l)
{
	struct why why = { "" };
	struct buf b;
	size_t told = 0;

	buf_init(&b, 1u << 26);
	dir_empty();
	dir_write("blk00000.dat", &b);
	OK(!chain_open(dir_path, NULL, NULL, &why));
	buf_text(&b, "Not a file of a node, but long enough to be looked at");
	dir_write("blk00000.dat", &b);
	OK(!chain_open(dir_path, NULL, NULL, &why) &&
	   strstr(why.text, "magic number"));
	buf_clear(&b);
	buf_le32(&b, 0xdbb6c0fb);
	dir_write("blk00000.dat", &b);
	OK(!chain_open(dir_path, NULL, NULL, &why) &&
	   strstr(why.text, "Litecoin"));
	buf_clear(&b);
	buf_le32(&b, MAKER_MAGIC); /* and no block behind it */
	dir_write("blk00000.dat", &b);
	OK(!chain_open(dir_path, NULL, NULL, &why) &&
	   strstr(why.text, "no block"));
	/* The wrong key. */
	dir_write("blk00000.dat", &l->blk);
	buf_clear(&b);
	buf_text(&b, "12345678");
	dir_write("xor.dat", &b);
	OK(!chain_open(dir_path, NULL, NULL, &why) &&
	   strstr(why.text, "xor.dat is not the key"));
	buf_fini(&b);
	dir_empty();
	dir_write("blk00000.dat", &l->blk);
	struct chain *c = chain_open(dir_path, on_file, &told, &why);

	OK(c && told == 1);
	chain_close(c);
}

/* Shorter while it is read: an error that says so. */
static void test_shrinks(const struct lab *l)
{
	char path[DIR_PATH];
	struct chain *c = lab_open(l, true);
	struct chain_reader *r = chain_reader_new(c);
	struct why why = { "" };
	struct span raw;

	OK(truncate(dir_file(path, "blk00000.dat"), 1000) == 0);
	OK(chain_reader_block(r, chain_length(c) - 1, &raw, &why) == ST_IO &&
	   strstr(why.text, "shorter while it was read"));
	OK(chain_damaged(c, 0, &why) == ST_BAD &&
	   strstr(why.text, "blk00000.dat, offset 8:"));
	chain_reader_free(r);
	chain_close(c);
}

/* Which record undoes which block: in any order, among strangers. */
static void test_undo(const struct lab *l)
{
	struct part part[BLOCKS];
	size_t n = 0, found = 0, blocks;
	struct buf rev;

	buf_init(&rev, 1u << 26);
	for (size_t at = 0; at < l->rev.n; n++) {
		struct cur c = cur_over((struct span){ l->rev.p + at + 4, 4 });

		part[n] = (struct part){ at, cur_le32(&c) + 8 + 32 };
		at += part[n].n;
	}
	for (size_t i = n; i-- > 0;) {
		append(&rev, &l->rev, part[i]);
		if (i % 4 == 0) { /* one whose checksum is another's */
			append(&rev, &l->rev, part[i]);
			rev.p[rev.n - 1] ^= 1;
		}
	}
	dir_empty();
	dir_write("blk00000.dat", &l->blk);
	dir_write("rev00000.dat", &rev);
	struct chain *c = open_dir();
	struct chain_reader *r = chain_reader_new(c);
	bool good = true;

	blocks = chain_length(c);
	for (size_t i = 0; i < blocks; i++) {
		struct why why;
		struct span undo = { NULL, 0 };
		size_t txs = 0;

		for (size_t t = 0; t < l->num_txs; t++)
			txs += l->tx[t].block == i;
		const enum status st =
			chain_reader_undo(r, i, txs, &undo, &why);

		found += st == ST_OK;
		good &= st != ST_OK ||
			(undo.n + 40 == part[i].n &&
			 !memcmp(undo.p, l->rev.p + part[i].at + 8, undo.n));
		good &= chain_reader_undo(r, i, txs + 1, &undo, &why) == ST_END;
	}
	OK(good && found == blocks);
	chain_reader_free(r);
	chain_close(c);
	buf_fini(&rev);
}

int main(void)
{
	struct lab l;

	dir_make();
	lab_init(&l, 4);
	lab_random(&l, BLOCKS, 5, 20);
	test_disorder(&l);
	test_gap(&l);
	test_damaged_header(&l);
	test_refused(&l);
	test_shrinks(&l);
	test_undo(&l);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
