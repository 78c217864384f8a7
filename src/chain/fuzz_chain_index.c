/* A segment of an index and what tells of it, from hostile bytes: what opens is
 * as long as it says, every question ends and stays inside. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chain/chain_index_meta.h"
#include "chain/chain_index_segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_list(const struct chain_index_segment *s,
		     enum chain_index_list list, uint64_t value)
{
	uint64_t at, entry;

	if (chain_index_segment_find(&at, s, list, value, NULL) != ST_OK)
		return;
	assert(at <= s->n[list]);
	if (at < s->n[list])
		assert(chain_index_segment_entry(&entry, s, list, at, NULL) ==
		       ST_OK);
}

static void ask_segment(const struct chain_index_segment *s, uint64_t size)
{
	struct chain_index_block b;
	uint32_t position;

	assert(s->bytes == size && s->blocks > 0);
	for (int list = 0; list < CHAIN_INDEX_LISTS; list++) {
		ask_list(s, (enum chain_index_list)list, 0);
		ask_list(s, (enum chain_index_list)list, UINT64_MAX);
		ask_list(s, (enum chain_index_list)list, UINT64_C(1) << 62);
	}
	for (uint32_t tx = 0; tx <= s->txs && tx < 64; tx++) {
		if (chain_index_segment_place(&b, &position, s, tx, NULL) ==
		    ST_OK)
			assert(b.first_tx <= tx && position == tx - b.first_tx);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("segment", 0);
	struct chain_index_segment s;
	struct chain_index_meta meta;
	char path[64];

	if (chain_index_meta_parse(&meta, (struct span){ data, size }))
		assert(memchr(meta.path, 0, sizeof(meta.path)));
	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size &&
	    chain_index_segment_open(&s, path, NULL) == ST_OK) {
		ask_segment(&s, size);
		chain_index_segment_close(&s);
	}
	close(fd);
	return 0;
}
