#include "chain/undo_records.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/mem.h"
#include "chain/block_records.h"
#include "coin/varint.h"
#include "hash/sha256d.h"

struct record {
	uint64_t offset;
	uint32_t size, num_txs;
};

struct list { /* of one rev file */
	bool listed;
	struct record *record;
	size_t n;
	atomic_size_t next; /* tried first: a hint, so no lock */
};

struct undo_records {
	const struct block_files *files;
	uint32_t magic;
	mtx_t lock; /* of listing */
	struct list *list;
};

struct undo_records *undo_records_new(const struct block_files *f,
				      uint32_t magic)
{
	struct undo_records *u = mem_new(1, sizeof(*u));
	const size_t n = block_files_count(f);

	u->files = f;
	u->magic = magic;
	u->list = mem_new(n ? n : 1, sizeof(u->list[0]));
	mtx_init(&u->lock, mtx_plain);
	return u;
}

void undo_records_free(struct undo_records *u)
{
	for (size_t i = 0; i < block_files_count(u->files); i++)
		free(u->list[i].record);
	free(u->list);
	mtx_destroy(&u->lock);
	free(u);
}

static void add(struct list *l, const struct block_record *r)
{
	struct cur c = cur_over((struct span){ r->head, sizeof(r->head) });
	const uint64_t n = varint_read(&c);

	if (!cur_ok(&c) || n > UINT32_MAX)
		return; /* no node's */
	if ((l->n & (l->n - 1)) == 0)
		l->record = mem_resize(l->record, l->n ? l->n * 2 : 1,
				       sizeof(l->record[0]));
	l->record[l->n++] = (struct record){ .offset = r->offset,
					     .size = r->size,
					     .num_txs = (uint32_t)n };
}

static enum status list_file(struct undo_records *u, size_t file,
			     struct why *why)
{
	struct list *l = &u->list[file];
	struct block_records records;
	struct block_record r;
	enum status st = ST_OK;

	mtx_lock(&u->lock);
	if (!l->listed) {
		block_records_init(&records, u->files, file, BLOCK_FILES_REV,
				   u->magic);
		while ((st = block_records_next(&records, &r, why)) == ST_OK)
			add(l, &r);
		block_records_fini(&records);
		l->listed = st == ST_END;
		st = st == ST_END ? ST_OK : st;
	}
	mtx_unlock(&u->lock);
	return st;
}

/* ST_OK: it is the one; ST_END: it is not. */
static enum status try(struct undo_records *u, struct buf *out, size_t file,
		       size_t index, const uint8_t previous[32],
		       struct why *why)
{
	const struct record *r = &u->list[file].record[index];
	const size_t n = (size_t)r->size + 32; /* its checksum is behind it */
	uint8_t sum[32];
	enum status st;

	buf_clear(out);
	if (!buf_add(out, previous, 32) || !buf_extend(out, n))
		return ST_END;
	st = block_files_read(u->files, file, BLOCK_FILES_REV, r->offset,
			      out->p + 32, n, why);
	if (st != ST_OK)
		return st == ST_CUT ? ST_END : st;
	sha256d(sum, out->p, out->n - 32);
	return memcmp(sum, out->p + out->n - 32, 32) == 0 ? ST_OK : ST_END;
}

enum status undo_records_find(struct undo_records *u, struct buf *out,
			      size_t file, const uint8_t previous[32],
			      uint64_t num_txs, struct why *why)
{
	struct list *l = &u->list[file];
	enum status st = list_file(u, file, why);

	if (st != ST_OK)
		return st;
	const size_t from = atomic_load(&l->next);
	size_t tries = 0;

	for (size_t k = 0; k < l->n && tries < UNDO_RECORDS_TRIES; k++) {
		const size_t i = (from + k) % l->n;

		if (l->record[i].num_txs + UINT64_C(1) != num_txs)
			continue;
		tries++;
		st = try(u, out, file, i, previous, why);
		if (st == ST_OK)
			atomic_store(&l->next, i + 1);
		if (st != ST_END)
			return st;
	}
	return ST_END;
}
