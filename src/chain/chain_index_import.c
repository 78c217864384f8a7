#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain/chain_index.h"
#include "chain/chain_index_gather.h"
#include "chain/chain_index_meta.h"

struct importing {
	struct chain_index_imported *out;
	const char *directory;
	const struct chain *chain;
	const struct chain_index_options *options;
	struct chain_index_meta meta;
	struct chain_index_gather *gather;
};

/* Where the segment that begins with a block ends: it depends on the chain
 * alone, so that two imports make the same files. */
static size_t segment_end(const struct importing *m, size_t first)
{
	const struct chain *c = m->chain;
	const uint64_t most = m->options->segment_bytes
				      ? m->options->segment_bytes
				      : CHAIN_INDEX_BYTES;
	const size_t all = chain_length(c);
	uint64_t bytes = 0;
	size_t i = first;

	for (; i < all && i - first < CHAIN_INDEX_BLOCKS; i++) {
		struct chain_block b;

		chain_block(&b, c, i);
		bytes += b.size;
		if (i > first && bytes > most)
			break;
	}
	return i;
}

static bool agrees(const struct chain_index_segment *s, uint32_t i,
		   const struct chain *c)
{
	struct chain_index_block is;
	struct chain_block b;

	if (chain_index_segment_block(&is, s, i, NULL) != ST_OK)
		return false;
	chain_block(&b, c, (size_t)s->first + i);
	return memcmp(is.hash, b.hash, 32) == 0 && is.file == b.file &&
	       is.offset == b.offset && is.size == b.size;
}

/* Is it what an import of this chain would make again? Blocks hang together by
 * their hashes: the last one stands for all. One that was the last, and is not
 * full, ends elsewhere once the chain has grown. */
static bool is_good(const struct importing *m,
		    const struct chain_index_segment *s, size_t first)
{
	const struct chain *c = m->chain;

	return s->magic == chain_network(c)->magic && s->first == first &&
	       first < chain_length(c) &&
	       segment_end(m, first) == first + s->blocks && agrees(s, 0, c) &&
	       agrees(s, s->blocks - 1, c);
}

/* How many segments stay; *next: the first block behind them. */
static size_t count_good(struct importing *m, size_t segments, size_t *next)
{
	char path[CHAIN_INDEX_PATH_ROOM];
	size_t kept = 0;

	*next = 0;
	for (; kept < segments; kept++) {
		struct chain_index_segment s;
		bool good;

		if (!chain_index_segment_path(path, m->directory, kept, "") ||
		    chain_index_segment_open(&s, path, NULL) != ST_OK)
			break;
		good = is_good(m, &s, *next);
		if (good) {
			*next += s.blocks;
			m->out->bytes += s.bytes;
		}
		chain_index_segment_close(&s);
		if (!good)
			break;
	}
	return kept;
}

/* Files of segments from `kept` on, and what a crash left of one. */
static void remove_behind(const struct importing *m, size_t kept,
			  size_t segments)
{
	char path[CHAIN_INDEX_PATH_ROOM];

	for (size_t i = kept; i <= segments; i++) {
		if (chain_index_segment_path(path, m->directory, i, ""))
			unlink(path);
		if (chain_index_segment_path(path, m->directory, i, ".part"))
			unlink(path);
	}
}

static enum status begin(struct importing *m, size_t *next, struct why *why)
{
	struct chain_index_meta old = { .segments = 0 };
	enum status st;

	if (mkdir(m->directory, 0777) != 0 && errno != EEXIST)
		return status_why(why, ST_IO, "%s: %s", m->directory,
				  strerror(errno));
	st = chain_index_meta_read(&old, m->directory, why);
	if (st != ST_OK && st != ST_END)
		return st;
	m->meta.magic = chain_network(m->chain)->magic;
	if (st == ST_OK && old.magic != m->meta.magic)
		return status_why(why, ST_BAD,
				  "%s: an index of another network; give "
				  "another directory",
				  m->directory);
	char *real = realpath(m->options->path, NULL);
	const size_t n = (size_t)snprintf(m->meta.path, sizeof(m->meta.path),
					  "%s", real ? real : m->options->path);

	free(real);
	if (n >= sizeof(m->meta.path))
		return status_why(why, ST_IO, "%s: the name is too long",
				  m->options->path);
	m->meta.segments = count_good(m, old.segments, next);
	m->out->kept = m->meta.segments;
	m->out->dropped = old.segments - m->meta.segments;
	/* First it is said that they are gone. */
	st = chain_index_meta_write(&m->meta, m->directory, why);
	if (st == ST_OK)
		remove_behind(m, m->meta.segments, old.segments);
	return st;
}

static void count(struct importing *m, const struct chain_index_made *made)
{
	m->out->blocks += made->blocks;
	m->out->transactions += made->txs;
	m->out->inputs += made->n[CHAIN_INDEX_SPENDS];
	m->out->outputs += made->n[CHAIN_INDEX_SCRIPTS];
	m->out->bytes +=
		CHAIN_INDEX_HEADER + (uint64_t)made->blocks * CHAIN_INDEX_BLOCK;
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		m->out->bytes += made->n[i] * 8;
}

static enum status write_segment(struct importing *m,
				 const struct chain_index_made *made,
				 struct why *why)
{
	struct chain_index_writing w;
	enum status st = chain_index_segment_begin(&w, m->directory,
						   m->meta.segments, made, why);

	if (st != ST_OK)
		return st;
	st = chain_index_gather_write(m->gather, &w, why);
	return chain_index_segment_end(&w, st, why);
}

static enum status import_segment(struct importing *m, size_t first, size_t end,
				  struct why *why)
{
	struct chain_index_made made;
	enum status st =
		chain_index_gather_blocks(&made, m->gather, first, end, why);

	if (st == ST_OK)
		st = write_segment(m, &made, why);
	if (st == ST_OK) {
		m->meta.segments++;
		st = chain_index_meta_write(&m->meta, m->directory, why);
	}
	if (st == ST_OK)
		count(m, &made);
	return st;
}

enum status chain_index_import(struct chain_index_imported *out,
			       const char *directory, const struct chain *c,
			       const struct chain_index_options *options,
			       struct why *why)
{
	struct chain_index_imported done = { .segments = 0 };
	struct importing m = { .out = &done,
			       .directory = directory,
			       .chain = c,
			       .options = options };
	const size_t all = chain_length(c);
	size_t next = 0;
	enum status st = begin(&m, &next, why);

	m.gather = chain_index_gather_new(c, options->threads);
	while (st == ST_OK && next < all) {
		const size_t end = segment_end(&m, next);

		if (m.meta.segments == CHAIN_INDEX_SEGMENTS_MAX)
			st = status_why(why, ST_LIMIT, "%s: too many segments",
					directory);
		else
			st = import_segment(&m, next, end, why);
		next = end;
		if (st == ST_OK && options->progress &&
		    !options->progress(options->progress_context, "blocks",
				       next, all))
			st = ST_END;
	}
	chain_index_gather_free(m.gather);
	done.segments = m.meta.segments;
	if (st == ST_OK || st == ST_END)
		*out = done;
	return st;
}
