#include "track/proof_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pow/share_batch.h"
#include "track/proof_private.h"

#define BATCH 256

struct work_space {
	struct share_batch_item hash[BATCH];
	struct share_job job[BATCH];
	struct share_submit submit[BATCH];
	const struct proof_batch_item *item[BATCH]; /* of hash[] */
	size_t n;
};

static void end(const struct proof_batch_item *item,
		const struct share_batch_item *hash)
{
	if (!hash->is_whole) {
		item->share->proof = FACT_MALFORMED;
		return;
	}
	memcpy(item->room->header, hash->header, HEADER_SIZE);
	memcpy(item->room->hash, hash->hash, 32);
	proof_end(item->room, item->share, item->job, item->latest,
		  item->algorithm);
}

static void flush(struct work_space *w)
{
	share_batch_hash(w->hash, w->n);
	for (size_t i = 0; i < w->n; i++)
		end(w->item[i], &w->hash[i]);
	w->n = 0;
}

static void add(struct work_space *w, const struct proof_batch_item *item)
{
	const size_t i = w->n++;

	proof_parts(&w->job[i], &w->submit[i], item->share, item->job);
	w->hash[i].job = &w->job[i];
	w->hash[i].submit = &w->submit[i];
	w->item[i] = item;
	if (w->n == BATCH)
		flush(w);
}

void proof_batch_make(const struct proof_batch_item *item, size_t n)
{
	struct work_space *w = mem_new(1, sizeof(*w));

	for (const struct proof_batch_item *i = item; i < item + n; i++) {
		if (i->algorithm == FACT_SCRYPT)
			proof_make(i->room, i->share, i->job, i->latest,
				   i->algorithm);
		else if (proof_begin(i->room, i->share, i->job, i->latest,
				     i->algorithm))
			add(w, i);
	}
	flush(w);
	free(w);
}
