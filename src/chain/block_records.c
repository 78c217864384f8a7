#include "chain/block_records.h"

#include <string.h>

#include "base/cur.h"
#include "coin/header.h"

#define WINDOW   (1u << 16)
#define CHECKSUM 32 /* behind a record of a rev file */

void block_records_init(struct block_records *r, const struct block_files *f,
			size_t file, enum block_files_kind kind, uint32_t magic)
{
	*r = (struct block_records){
		.files = f, .file = file, .kind = kind, .magic = magic
	};
	buf_init(&r->window, WINDOW);
}

void block_records_fini(struct block_records *r)
{
	buf_fini(&r->window);
}

static uint64_t left(const struct block_records *r)
{
	return block_files_size(r->files, r->file, r->kind) - r->at;
}

/* Bytes from r->at on, at least min(need, what the file has left); where they
 * must be read, `want` are. */
static enum status look(struct span *out, struct block_records *r, size_t need,
			size_t want, struct why *why)
{
	static const uint8_t zeros[WINDOW];
	const uint64_t rest = left(r);
	enum status st = ST_OK;

	need = need < rest ? need : (size_t)rest;
	want = want < rest ? want : (size_t)rest;
	if (r->at < r->window_at || r->at + need > r->window_at + r->window.n) {
		buf_clear(&r->window);
		buf_add(&r->window, zeros, want);
		st = block_files_read(r->files, r->file, r->kind, r->at,
				      r->window.p, want, why);
		r->window_at = r->at;
	}
	const size_t from = (size_t)(r->at - r->window_at);

	*out = (struct span){ r->window.p + from, r->window.n - from };
	return st;
}

static void count(struct block_records *r, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		r->zeros += p[i] == 0;
		r->junk += p[i] != 0;
	}
	r->at += n;
}

/* Steps over what is no record, up to the next magic number. */
static enum status skip(struct block_records *r, struct why *why)
{
	struct span s;

	while (left(r) > 0) {
		const enum status st = look(&s, r, 4, WINDOW, why);
		size_t i = 0;

		if (st != ST_OK)
			return st;
		for (; i + 4 <= s.n; i++) {
			struct cur c = cur_over((struct span){ s.p + i, 4 });

			if (cur_le32(&c) == r->magic)
				break;
		}
		if (i + 4 <= s.n) {
			count(r, s.p, i);
			return ST_OK;
		}
		/* The last three bytes of a file begin nothing. */
		count(r, s.p, s.n == left(r) ? s.n : i);
	}
	return ST_END;
}

static bool possible(const struct block_records *r, uint32_t size)
{
	return size <= BLOCK_FILES_BLOCK &&
	       (r->kind == BLOCK_FILES_REV ? size > 0 : size > HEADER_SIZE);
}

/* Where the record at r->at lies, if there is one. */
static bool record_at(struct block_record *out, struct block_records *r,
		      struct span s)
{
	const uint64_t behind = BLOCK_FILES_RECORD +
				(r->kind == BLOCK_FILES_REV ? CHECKSUM : 0);
	struct cur c = cur_over(s);
	const uint32_t magic = cur_le32(&c), size = cur_le32(&c);

	if (magic != r->magic || !possible(r, size))
		return false;
	if (size + behind > left(r)) {
		r->cut++;
		return false;
	}
	const size_t n = size < BLOCK_RECORDS_HEAD ? size : BLOCK_RECORDS_HEAD;

	*out = (struct block_record){ .offset = r->at + BLOCK_FILES_RECORD,
				      .size = size };
	memcpy(out->head, cur_take(&c, n).p, n);
	r->at += size + behind;
	return true;
}

enum status block_records_next(struct block_records *r,
			       struct block_record *out, struct why *why)
{
	const size_t head = BLOCK_FILES_RECORD + BLOCK_RECORDS_HEAD;
	struct span s;
	enum status st = ST_OK;

	while (st == ST_OK && left(r) >= BLOCK_FILES_RECORD) {
		/* Only heads are read where records lie one behind the other.
		 */
		st = look(&s, r, head, head, why);
		if (st != ST_OK)
			break;
		if (record_at(out, r, s))
			return ST_OK;
		/* A magic number that lies, or none: look behind it. */
		count(r, s.p, 1);
		st = skip(r, why);
	}
	if (st == ST_OK && left(r) > 0 &&
	    look(&s, r, BLOCK_FILES_RECORD, head, why) == ST_OK)
		count(r, s.p, (size_t)left(r));
	return st == ST_OK || st == ST_CUT ? ST_END : st;
}

void block_records_refuse(struct block_records *r,
			  const struct block_record *record)
{
	r->at = record->offset - BLOCK_FILES_RECORD + 1;
	r->junk++;
}
