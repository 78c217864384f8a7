#include <sys/stat.h>

#include "chain/block_files.h"
#include "test/tap.h"
#include "test/test_dir.h"

static const uint8_t key[8] = { 1, 2, 3, 4, 5, 6, 7, 0xff };

static void write_bytes(const char *name, const void *p, size_t n)
{
	struct buf b;

	buf_init(&b, 1u << 20);
	buf_add(&b, p, n);
	dir_write(name, &b);
	buf_fini(&b);
}

static void write_files(bool obfuscated)
{
	uint8_t text[100];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i ^ (obfuscated ? key[i % 8] : 0));
	dir_empty();
	write_bytes("blk00007.dat", text, sizeof(text));
	write_bytes("blk00000.dat", text, 10);
	write_bytes("blk00100.dat", text, 3);
	write_bytes("rev00007.dat", text, 50);
	write_bytes("rev00008.dat", text, 50); /* of a pruned blk file */
	write_bytes("blk0.dat", text, 10);     /* no node's names */
	write_bytes("blk000001.dat", text, 10);
	write_bytes("blk+0001.dat", text, 10);
	write_bytes("blk00002.dat.bak", text, 10);
	write_bytes("blkxxxxx.dat", text, 10);
	if (obfuscated)
		write_bytes("xor.dat", key, sizeof(key));
}

static void test_names(void)
{
	struct why why;
	struct block_files *f;

	write_files(false);
	f = block_files_open(dir_path, &why);
	OK(f && block_files_count(f) == 3 && !block_files_obfuscated(f));
	OK(strstr(block_files_name(f, 0, BLOCK_FILES_BLK), "/blk00000.dat"));
	OK(strstr(block_files_name(f, 1, BLOCK_FILES_BLK), "/blk00007.dat"));
	OK(strstr(block_files_name(f, 2, BLOCK_FILES_BLK), "/blk00100.dat"));
	OK(block_files_size(f, 1, BLOCK_FILES_BLK) == 100);
	OK(block_files_size(f, 1, BLOCK_FILES_REV) == 50);
	OK(block_files_size(f, 0, BLOCK_FILES_REV) == 0);
	OK(block_files_name(f, 0, BLOCK_FILES_REV)[0] == '\0');
	block_files_close(f);
}

/* Any range, with the key and without, gives the same. */
static void test_reads(bool obfuscated)
{
	struct why why = { "" };
	struct block_files *f;
	uint8_t out[100];
	bool good = true;

	write_files(obfuscated);
	f = block_files_open(dir_path, &why);
	OK(f && block_files_obfuscated(f) == obfuscated);
	for (size_t from = 0; from <= 100; from++) {
		for (size_t n = 0; from + n <= 100; n++) {
			good &= block_files_read(f, 1, BLOCK_FILES_BLK, from,
						 out, n, &why) == ST_OK;
			for (size_t i = 0; i < n; i++)
				good &= out[i] == from + i;
		}
	}
	OK(good);
	OK(block_files_read(f, 1, BLOCK_FILES_BLK, 99, out, 2, &why) == ST_CUT);
	OK(block_files_read(f, 1, BLOCK_FILES_BLK, UINT64_MAX, out, 2, &why) ==
	   ST_CUT);
	OK(block_files_read(f, 0, BLOCK_FILES_REV, 0, out, 1, &why) == ST_CUT);
	char path[DIR_PATH];

	OK(truncate(dir_file(path, "blk00007.dat"), 20) == 0);
	OK(block_files_read(f, 1, BLOCK_FILES_BLK, 10, out, 20, &why) ==
		   ST_IO &&
	   strstr(why.text,
		  "blk00007.dat, offset 20: the file became shorter"));
	block_files_close(f);
}

/* A single file takes along what a node put beside it. */
static void test_single(void)
{
	struct why why;
	struct block_files *f;
	char path[DIR_PATH];
	uint8_t out[4];

	write_files(true);
	f = block_files_open(dir_file(path, "blk00007.dat"), &why);
	OK(f && block_files_count(f) == 1 && block_files_obfuscated(f));
	OK(block_files_size(f, 0, BLOCK_FILES_REV) == 50);
	OK(block_files_read(f, 0, BLOCK_FILES_REV, 5, out, 4, &why) == ST_OK &&
	   out[0] == 5 && out[3] == 8);
	block_files_close(f);
	f = block_files_open(dir_file(path, "blk00002.dat.bak"), &why);
	OK(f && !block_files_obfuscated(f));
	block_files_close(f);
}

static void test_refused(void)
{
	struct why why = { "" };
	char path[DIR_PATH];

	dir_empty();
	OK(!block_files_open(dir_path, &why) &&
	   strstr(why.text, "no blk*.dat"));
	write_bytes("rev00000.dat", key, 8);
	OK(!block_files_open(dir_path, &why)); /* undoes nothing */
	write_bytes("blk00000.dat", key, 8);
	write_bytes("xor.dat", key, 7);
	OK(!block_files_open(dir_path, &why) &&
	   strstr(why.text, "xor.dat: not 8 bytes long"));
	OK(!block_files_open(dir_file(path, "nothing"), &why) &&
	   strstr(why.text, "nothing: No such file"));
}

/* A data directory has them one level down. */
static void test_below(void)
{
	struct why why;
	struct block_files *f;
	char path[DIR_PATH], from[DIR_PATH];

	write_files(true);
	mkdir(dir_file(path, "blocks"), 0777);
	rename(dir_file(from, "blk00000.dat"),
	       dir_file(path, "blocks/blk00000.dat"));
	rename(dir_file(from, "xor.dat"), dir_file(path, "blocks/xor.dat"));
	remove(dir_file(from, "blk00007.dat"));
	remove(dir_file(from, "blk00100.dat"));
	f = block_files_open(dir_path, &why);
	OK(f && block_files_count(f) == 1 && block_files_obfuscated(f));
	block_files_close(f);
	remove(dir_file(path, "blocks/blk00000.dat"));
	remove(dir_file(path, "blocks/xor.dat"));
}

int main(void)
{
	dir_make();
	test_names();
	test_reads(false);
	test_reads(true);
	test_single();
	test_refused();
	test_below();
	dir_remove();
	return tap_end();
}
