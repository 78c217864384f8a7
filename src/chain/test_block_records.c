/* Records in files of everything else: zeros, junk, lies, ends. */
#include "chain/block_records.h"
#include "test/chain_maker.h"
#include "test/tap.h"
#include "test/test_dir.h"

#define MAX 16

struct found {
	uint64_t offset[MAX];
	uint32_t size[MAX];
	size_t n;
	uint64_t junk, zeros, cut;
	enum status st;
};

/* refuse: index of a record that is then searched for others. */
static struct found read_file(const struct buf *b, enum block_files_kind kind,
			      size_t refuse)
{
	struct found f = { .n = 0 };
	struct block_records r;
	struct block_record out;
	struct why why;

	dir_empty();
	dir_write("blk00000.dat", b);
	dir_write("rev00000.dat", b);
	struct block_files *files = block_files_open(dir_path, &why);

	block_records_init(&r, files, 0, kind, MAKER_MAGIC);
	while (f.n < MAX &&
	       (f.st = block_records_next(&r, &out, &why)) == ST_OK) {
		f.offset[f.n] = out.offset;
		f.size[f.n] = out.size;
		if (f.n++ == refuse)
			block_records_refuse(&r, &out);
	}
	f.junk = r.junk;
	f.zeros = r.zeros;
	f.cut = r.cut;
	block_records_fini(&r);
	block_files_close(files);
	return f;
}

static void put(struct buf *b, uint32_t size, size_t bytes, uint8_t fill)
{
	buf_le32(b, MAKER_MAGIC);
	buf_le32(b, size);
	for (size_t i = 0; i < bytes; i++)
		buf_u8(b, fill);
}

static void test_between(void)
{
	struct found f;
	struct buf b;

	buf_init(&b, 1u << 24);
	put(&b, 100, 100, 1);
	put(&b, 81, 81, 2);
	for (int i = 0; i < 200000; i++) /* more than a window */
		buf_u8(&b, 0);
	put(&b, 5000, 5000, 3);
	buf_text(&b, "junk");
	put(&b, 90, 90, 4);
	put(&b, 80, 80, 5);        /* too small for a block */
	put(&b, 0x7fffffff, 0, 0); /* too large */
	put(&b, 500, 499, 6);      /* cut by the end */
	f = read_file(&b, BLOCK_FILES_BLK, MAX);
	OK(f.n == 4 && f.st == ST_END);
	OK(f.offset[0] == 8 && f.size[0] == 100);
	OK(f.offset[1] == 116 && f.size[1] == 81);
	OK(f.offset[2] == 197 + 200000 + 8 && f.size[2] == 5000);
	OK(f.size[3] == 90);
	OK(f.cut == 1);
	/* Every byte is a record's, a zero or junk. */
	OK(8 * 4 + 100 + 81 + 5000 + 90 + f.junk + f.zeros == b.n);
	buf_fini(&b);
}

/* A size that lies swallows what follows, unless it is refused. */
static void test_lie(void)
{
	struct found f;
	struct buf b;

	buf_init(&b, 1u << 24);
	put(&b, 1000, 50, 1); /* it has 50 */
	put(&b, 100, 100, 2);
	put(&b, 850, 850, 3);
	f = read_file(&b, BLOCK_FILES_BLK, MAX);
	OK(f.n == 1 && f.size[0] == 1000); /* both are in it */
	f = read_file(&b, BLOCK_FILES_BLK, 0);
	OK(f.n == 3 && f.size[1] == 100 && f.size[2] == 850);
	buf_fini(&b);
}

static void test_ends(void)
{
	struct buf b;
	bool good = true;

	buf_init(&b, 1u << 20);
	put(&b, 100, 100, 1);
	put(&b, 90, 90, 2);
	/* Every prefix: a record is there when all of it is. */
	for (size_t n = b.n; n > 0; n--) {
		b.n = n;
		const struct found f = read_file(&b, BLOCK_FILES_BLK, MAX);

		good &= f.n == (n >= 108) + (size_t)(n >= 206) &&
			f.st == ST_END;
		good &= f.junk + f.zeros ==
			n - (n >= 108 ? 108 : 0) - (n >= 206 ? 98 : 0);
	}
	OK(good);
	b.n = 0;
	OK(read_file(&b, BLOCK_FILES_BLK, MAX).st == ST_END);
	buf_fini(&b);
}

/* Of a rev file: 32 bytes of checksum behind each, small ones too. */
static void test_rev(void)
{
	struct found f;
	struct buf b;

	buf_init(&b, 1u << 20);
	put(&b, 1, 33, 1);
	put(&b, 70, 102, 2);
	put(&b, 0, 32, 3);  /* empty: none */
	put(&b, 10, 41, 4); /* its checksum is cut */
	f = read_file(&b, BLOCK_FILES_REV, MAX);
	OK(f.n == 2 && f.size[0] == 1 && f.size[1] == 70 && f.cut == 1);
	buf_fini(&b);
}

/* Nothing but magic numbers: read once, not a window for each. */
static void test_magics(void)
{
	struct buf b;

	buf_init(&b, 1u << 24);
	for (int i = 0; i < 1 << 20; i++)
		buf_le32(&b, MAKER_MAGIC);
	const struct found f = read_file(&b, BLOCK_FILES_BLK, MAX);

	OK(f.n == 0 && f.junk == b.n);
	buf_fini(&b);
}

int main(void)
{
	dir_make();
	test_between();
	test_lie();
	test_ends();
	test_rev();
	test_magics();
	dir_remove();
	return tap_end();
}
