#include "pow/share_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/sha256d.h"
#include "pow/share_private.h"

#define BATCH 64 /* fills all kernels' lanes a few times over */

struct work_space {
	struct header header[BATCH];
	size_t coinbase_n[BATCH];
	/* What is hashed next, one behind the other, room for a usual coinbase
	 * each, and of which item each is. */
	uint8_t *message;
	size_t index[BATCH];
	uint8_t hash[BATCH][32];
};

/* Messages of n bytes each in w->message: their hashes become the roots so
 * far. */
static void hash_roots(struct work_space *w, size_t n, size_t count)
{
	sha256d_many(w->hash, w->message, n, n, count);
	for (size_t i = 0; i < count; i++)
		memcpy(w->header[w->index[i]].merkle_root, w->hash[i], 32);
}

/* All coinbases of `length` bytes. */
static void hash_coinbases(struct work_space *w,
			   const struct share_batch_item *item, size_t count,
			   size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!item[i].is_whole || w->coinbase_n[i] != length)
			continue;
		share_coinbase(w->message + n * length, item[i].job,
			       item[i].submit);
		w->index[n++] = i;
	}
	hash_roots(w, length, n);
}

/* Is there none of this length before it? */
static bool is_first(const struct work_space *w,
		     const struct share_batch_item *item, size_t i)
{
	for (size_t before = 0; before < i; before++) {
		if (item[before].is_whole &&
		    w->coinbase_n[before] == w->coinbase_n[i])
			return false;
	}
	return true;
}

/* One level of the branches; how many shares have it. */
static size_t fold_once(struct work_space *w,
			const struct share_batch_item *item, size_t count,
			size_t level)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct span branches = item[i].job->branches;
		uint8_t *const node = w->message + 64 * n;

		if (!item[i].is_whole || w->coinbase_n[i] == 0 ||
		    branches.n <= 32 * level)
			continue;
		memcpy(node, w->header[i].merkle_root, 32);
		memcpy(node + 32, branches.p + 32 * level, 32);
		w->index[n++] = i;
	}
	hash_roots(w, 64, n);
	return n;
}

static void hash_headers(struct work_space *w, struct share_batch_item *item,
			 size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!item[i].is_whole)
			continue;
		header_write(item[i].header, &w->header[i]);
		memcpy(w->message + HEADER_SIZE * n, item[i].header,
		       HEADER_SIZE);
		w->index[n++] = i;
	}
	sha256d_many(w->hash, w->message, HEADER_SIZE, HEADER_SIZE, n);
	for (size_t i = 0; i < n; i++)
		memcpy(item[w->index[i]].hash, w->hash[i], 32);
}

static void hash_batch(struct work_space *w, struct share_batch_item *item,
		       size_t count)
{
	for (size_t i = 0; i < count; i++)
		item[i].is_whole = share_frame(&w->header[i], &w->coinbase_n[i],
					       item[i].job, item[i].submit);
	for (size_t i = 0; i < count; i++) {
		const size_t length = w->coinbase_n[i];

		if (item[i].is_whole && length > 0 && is_first(w, item, i))
			hash_coinbases(w, item, count, length);
	}
	for (size_t level = 0; fold_once(w, item, count, level) > 0;)
		level++;
	hash_headers(w, item, count);
}

/* One that does not fit among the others. */
static bool is_huge(const struct share_batch_item *item)
{
	struct header h;
	size_t n;

	return share_frame(&h, &n, item->job, item->submit) &&
	       n > SHARE_COINBASE_USUAL;
}

static void hash_one(struct share_batch_item *item)
{
	item->is_whole = share_header(item->header, item->job, item->submit);
	if (item->is_whole)
		share_hash(item->hash, item->header, TARGET_SHA256D);
}

void share_batch_hash(struct share_batch_item *item, size_t count)
{
	struct work_space *w = mem_new(1, sizeof(*w));

	w->message =
		mem_new(count < BATCH ? count : BATCH, SHARE_COINBASE_USUAL);
	while (count > 0) {
		size_t n = 0;

		while (n < count && n < BATCH && !is_huge(&item[n]))
			n++;
		hash_batch(w, item, n);
		if (n < count && n < BATCH)
			hash_one(&item[n++]);
		item += n;
		count -= n;
	}
	free(w->message);
	free(w);
}
