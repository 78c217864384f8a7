#include "chain/chain_index_segment.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "chain/outpoint_table.h"
#include "chain/script_ids.h"

#define VERSION 1
#define SEED    UINT64_C(0x6368696e64657831)

static const uint8_t name[8] = { 'a', 's', 's', 'a', 'y', 'i', 'd', 'x' };

uint64_t chain_index_key_tx(const uint8_t txid[32])
{
	struct cur c = cur_over((struct span){ txid, 32 });

	return cur_le64(&c);
}

uint64_t chain_index_key_spend(const uint8_t txid[32], uint32_t index)
{
	return outpoint_key(SEED, txid, index);
}

uint64_t chain_index_key_script(struct span script)
{
	return script_ids_name(script);
}

bool chain_index_segment_path(char out[CHAIN_INDEX_PATH_ROOM],
			      const char *directory, size_t number,
			      const char *behind)
{
	return (size_t)snprintf(out, CHAIN_INDEX_PATH_ROOM, "%s/seg-%05zu%s",
				directory, number,
				behind) < CHAIN_INDEX_PATH_ROOM;
}

static void put64(struct buf *b, uint64_t v)
{
	buf_le32(b, (uint32_t)v);
	buf_le32(b, (uint32_t)(v >> 32));
}

static void put_header(struct buf *b, const struct chain_index_made *made)
{
	buf_add(b, name, sizeof(name));
	buf_le32(b, VERSION);
	buf_le32(b, made->magic);
	put64(b, made->first);
	buf_le32(b, made->blocks);
	buf_le32(b, made->txs);
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		put64(b, made->n[i]);
	put64(b, 0);
}

static void put_block(struct buf *b, const struct chain_index_block *x)
{
	buf_add(b, x->hash, 32);
	put64(b, x->offset);
	buf_le32(b, x->file);
	buf_le32(b, x->size);
	buf_le32(b, x->height);
	buf_le32(b, x->time);
	buf_le32(b, x->first_tx);
	buf_le32(b, 0);
}

static enum status write_at(const struct chain_index_writing *w, uint64_t at,
			    const void *bytes, size_t n, struct why *why)
{
	const uint8_t *p = bytes;

	for (size_t done = 0; done < n;) {
		const ssize_t put =
			pwrite(w->fd, p + done, n - done, (off_t)(at + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return status_why(why, ST_IO, "%s: %s", w->part,
					  strerror(errno));
		done += (size_t)put;
	}
	return ST_OK;
}

enum status chain_index_segment_begin(struct chain_index_writing *out,
				      const char *directory, size_t number,
				      const struct chain_index_made *made,
				      struct why *why)
{
	struct chain_index_writing w = { .fd = -1 };
	struct buf b;

	if (chain_index_segment_path(w.path, directory, number, "") &&
	    chain_index_segment_path(w.part, directory, number, ".part"))
		w.fd = open(w.part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0666);
	else
		errno = ENAMETOOLONG;
	if (w.fd < 0)
		return status_why(why, ST_IO, "%s: %s", directory,
				  strerror(errno));
	buf_init(&b, CHAIN_INDEX_HEADER +
			     (size_t)CHAIN_INDEX_BLOCKS * CHAIN_INDEX_BLOCK);
	put_header(&b, made);
	for (uint32_t i = 0; i < made->blocks; i++)
		put_block(&b, &made->block[i]);
	w.at[0] = b.n;
	for (int i = 1; i < CHAIN_INDEX_LISTS; i++)
		w.at[i] = w.at[i - 1] + made->n[i - 1] * 8;
	enum status st = write_at(&w, 0, b.p, b.n, why);

	buf_fini(&b);
	if (st != ST_OK)
		return chain_index_segment_end(&w, st, why);
	*out = w;
	return ST_OK;
}

enum status chain_index_segment_put(const struct chain_index_writing *w,
				    enum chain_index_list list, uint64_t first,
				    uint64_t *entries, size_t n,
				    struct why *why)
{
	for (size_t i = 0; i < n; i++)
		entries[i] = htole64(entries[i]);
	return write_at(w, w->at[list] + first * 8, entries, n * 8, why);
}

enum status chain_index_segment_end(struct chain_index_writing *w,
				    enum status st, struct why *why)
{
	bool good = st != ST_OK || fsync(w->fd) == 0;

	good = close(w->fd) == 0 && good;
	if (st == ST_OK && good && rename(w->part, w->path) == 0)
		return ST_OK;
	const int reason = errno;

	unlink(w->part);
	return st != ST_OK ? st
			   : status_why(why, ST_IO, "%s: %s", w->part,
					strerror(reason));
}

static enum status read_at(const struct chain_index_segment *s, uint64_t at,
			   uint8_t *out, size_t n, struct why *why)
{
	for (size_t done = 0; done < n;) {
		const ssize_t got =
			pread(s->fd, out + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return status_why(why, ST_IO, "the index: %s",
					  strerror(errno));
		if (got == 0)
			return status_why(why, ST_BAD,
					  "the index became shorter while it "
					  "was read");
		done += (size_t)got;
	}
	return ST_OK;
}

/* Where the parts lie, if the file is exactly as long as they are. */
static bool lay_out(struct chain_index_segment *s, uint64_t bytes)
{
	uint64_t at =
		CHAIN_INDEX_HEADER + (uint64_t)s->blocks * CHAIN_INDEX_BLOCK;

	for (int i = 0; i < CHAIN_INDEX_LISTS; i++) {
		s->at[i] = at;
		if (s->n[i] > bytes / 8)
			return false;
		at += s->n[i] * 8;
	}
	s->bytes = at;
	return at == bytes && s->blocks > 0 &&
	       s->blocks <= CHAIN_INDEX_BLOCKS &&
	       s->txs <= 1u << CHAIN_INDEX_TX_BITS;
}

static bool parse_header(struct chain_index_segment *s,
			 const uint8_t raw[CHAIN_INDEX_HEADER], uint64_t bytes)
{
	struct cur c = cur_over((struct span){ raw, CHAIN_INDEX_HEADER });
	const struct span begins = cur_take(&c, sizeof(name));

	if (memcmp(begins.p, name, sizeof(name)) != 0 ||
	    cur_le32(&c) != VERSION)
		return false;
	s->magic = cur_le32(&c);
	s->first = cur_le64(&c);
	s->blocks = cur_le32(&c);
	s->txs = cur_le32(&c);
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		s->n[i] = cur_le64(&c);
	return lay_out(s, bytes);
}

enum status chain_index_segment_open(struct chain_index_segment *out,
				     const char *path, struct why *why)
{
	struct chain_index_segment s = { .fd = open(path,
						    O_RDONLY | O_CLOEXEC) };
	uint8_t raw[CHAIN_INDEX_HEADER];
	struct stat st;

	if (s.fd < 0 || fstat(s.fd, &st) != 0) {
		const int reason = errno;

		chain_index_segment_close(&s);
		return status_why(why, ST_IO, "%s: %s", path, strerror(reason));
	}
	if (st.st_size < CHAIN_INDEX_HEADER ||
	    read_at(&s, 0, raw, sizeof(raw), why) != ST_OK ||
	    !parse_header(&s, raw, (uint64_t)st.st_size)) {
		chain_index_segment_close(&s);
		return status_why(why, ST_BAD,
				  "%s: not a segment of an index, or damaged; "
				  "remove it and import again",
				  path);
	}
	*out = s;
	return ST_OK;
}

void chain_index_segment_close(struct chain_index_segment *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

enum status chain_index_segment_block(struct chain_index_block *out,
				      const struct chain_index_segment *s,
				      uint32_t i, struct why *why)
{
	uint8_t raw[CHAIN_INDEX_BLOCK];
	const enum status st =
		read_at(s, CHAIN_INDEX_HEADER + (uint64_t)i * CHAIN_INDEX_BLOCK,
			raw, sizeof(raw), why);
	struct cur c = cur_over((struct span){ raw, sizeof(raw) });

	if (st != ST_OK)
		return st;
	memcpy(out->hash, cur_take(&c, 32).p, 32);
	out->offset = cur_le64(&c);
	out->file = cur_le32(&c);
	out->size = cur_le32(&c);
	out->height = cur_le32(&c);
	out->time = cur_le32(&c);
	out->first_tx = cur_le32(&c);
	return ST_OK;
}

enum status chain_index_segment_place(struct chain_index_block *out,
				      uint32_t *position,
				      const struct chain_index_segment *s,
				      uint32_t tx, struct why *why)
{
	uint32_t low = 0, high = s->blocks; /* the last that begins at or before
					     * it is in [low, high) */
	struct chain_index_block b;
	enum status st;

	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		st = chain_index_segment_block(&b, s, middle, why);
		if (st != ST_OK)
			return st;
		if (b.first_tx <= tx)
			low = middle;
		else
			high = middle;
	}
	st = chain_index_segment_block(&b, s, low, why);
	if (st != ST_OK)
		return st;
	if (b.first_tx > tx || tx >= s->txs)
		return status_why(why, ST_BAD,
				  "the index is damaged: a transaction lies in "
				  "none of its blocks");
	*out = b;
	*position = tx - b.first_tx;
	return ST_OK;
}

enum status chain_index_segment_entry(uint64_t *out,
				      const struct chain_index_segment *s,
				      enum chain_index_list list, uint64_t i,
				      struct why *why)
{
	uint8_t raw[8];
	const enum status st =
		read_at(s, s->at[list] + i * 8, raw, sizeof(raw), why);
	struct cur c = cur_over((struct span){ raw, sizeof(raw) });

	if (st == ST_OK)
		*out = cur_le64(&c);
	return st;
}

enum status chain_index_segment_find(uint64_t *out,
				     const struct chain_index_segment *s,
				     enum chain_index_list list, uint64_t value,
				     struct why *why)
{
	uint64_t low = 0, high = s->n[list];

	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;
		uint64_t entry;
		const enum status st =
			chain_index_segment_entry(&entry, s, list, middle, why);

		if (st != ST_OK)
			return st;
		if (entry < value)
			low = middle + 1;
		else
			high = middle;
	}
	*out = low;
	return ST_OK;
}
