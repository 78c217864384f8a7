#include "chain/block_records.h"

#include <string.h>

#include "base/cur.h"

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

/* Bytes from r->at on, at least min(n, what the file has left). */
static enum status look(struct span *out, struct block_records *r, size_t n,
			struct why *why)
{
	static const uint8_t zeros[WINDOW];
	const uint64_t rest = left(r);
	enum status st = ST_OK;

	if (n > rest)
		n = (size_t)rest;
	if (r->at < r->window_at || r->at + n > r->window_at + r->window.n) {
		/* Small where records lie one behind the other, and only their
		 * heads are wanted; a whole window in junk. */
		const size_t want = n > rest ? (size_t)rest : n;

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

/* Steps over what is no record, up to the next magic number. */
static enum status skip(struct block_records *r, struct why *why)
{
	struct span s;
	enum status st;

	while (left(r) > 0) {
		size_t i = 0;

		st = look(&s, r, WINDOW, why);
		if (st != ST_OK)
			return st;
		for (; i + 4 <= s.n; i++) {
			struct cur c = cur_over((struct span){ s.p + i, 4 });

			if (cur_le32(&c) == r->magic)
				break;
			r->zeros += s.p[i] == 0;
			r->junk += s.p[i] != 0;
		}
		const bool found = i + 4 <= s.n;

		if (!found && s.n == left(r)) { /* the last three bytes */
			for (; i < s.n; i++) {
				r->zeros += s.p[i] == 0;
				r->junk += s.p[i] != 0;
			}
		}
		r->at += i;
		if (found)
			return ST_OK;
	}
	return ST_END;
}

static bool possible(const struct block_records *r, uint32_t size)
{
	return size <= BLOCK_FILES_BLOCK &&
	       (r->kind == BLOCK_FILES_REV ? size > 0
					   : size > BLOCK_RECORDS_HEAD);
}

enum status block_records_next(struct block_records *r,
			       struct block_record *out, struct why *why)
{
	const size_t behind = r->kind == BLOCK_FILES_REV ? CHECKSUM : 0;
	struct span s;
	enum status st;

	while (left(r) >= BLOCK_FILES_RECORD) {
		st = look(&s, r, BLOCK_FILES_RECORD + BLOCK_RECORDS_HEAD, why);
		if (st != ST_OK)
			return st == ST_CUT ? ST_END : st;
		struct cur c = cur_over(s);
		const uint32_t magic = cur_le32(&c), size = cur_le32(&c);

		if (magic == r->magic && possible(r, size)) {
			if (size + behind + BLOCK_FILES_RECORD <= left(r)) {
				const size_t n = size < BLOCK_RECORDS_HEAD
							 ? size
							 : BLOCK_RECORDS_HEAD;

				*out = (struct block_record){
					.offset = r->at + BLOCK_FILES_RECORD,
					.size = size
				};
				memcpy(out->head, cur_take(&c, n).p, n);
				r->at += BLOCK_FILES_RECORD + size + behind;
				return ST_OK;
			}
			r->cut++;
		}
		if (magic == r->magic) { /* it lies: look behind it */
			r->at++;
			r->junk++;
		}
		st = skip(r, why);
		if (st != ST_OK)
			return st == ST_CUT ? ST_END : st;
	}
	return ST_END;
}
