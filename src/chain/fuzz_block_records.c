/* The input is a blk file. The properties: records lie in the file one behind
 * the other; records, junk and zeros add up to all of it; with every record
 * refused each comes later than the one before, and reading ends. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chain/block_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAGIC 0xdab5bffaU

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void walk(const struct block_files *files, size_t size, bool refuse)
{
	struct block_records r;
	struct block_record out;
	struct why why;
	uint64_t at = 0, sum = 0;
	enum status st;

	block_records_init(&r, files, 0, BLOCK_FILES_BLK, MAGIC);
	while ((st = block_records_next(&r, &out, &why)) == ST_OK) {
		must(out.offset >= at + 8 && out.offset + out.size <= size);
		at = refuse ? out.offset - 7 : out.offset + out.size;
		sum += out.size + 8;
		if (refuse)
			block_records_refuse(&r, &out);
	}
	must(st == ST_END);
	if (!refuse)
		must(sum + r.junk + r.zeros == size);
	block_records_fini(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("records", 0);
	struct block_files *files;
	struct why why;
	char path[64];

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	files = block_files_open(path, &why);
	must(files != NULL);
	walk(files, size, false);
	walk(files, size, true);
	block_files_close(files);
	close(fd);
	return 0;
}
