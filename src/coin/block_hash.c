#include "coin/block_hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/sha256d.h"

void block_hash_init(struct block_hash *h, uint32_t num_txs, size_t limit)
{
	*h = (struct block_hash){ .room = BLOCK_HASH_WAITING };
	if (num_txs < BLOCK_HASH_LANES)
		h->room = 0; /* not worth it */
	else if (num_txs < BLOCK_HASH_WAITING)
		h->room = num_txs;
	if (h->room)
		h->waiting = mem_new(h->room, sizeof(*h->waiting));
	buf_init(&h->scratch, limit);
}

void block_hash_fini(struct block_hash *h)
{
	free(h->waiting);
	buf_fini(&h->scratch);
}

static uint8_t *put(uint8_t *at, struct span part)
{
	memcpy(at, part.p, part.n);
	return at + part.n;
}

/* Hashes all that wait with this length: at most BLOCK_HASH_LANES. */
static void hash_length(struct block_hash *h, size_t length)
{
	uint8_t messages[BLOCK_HASH_LANES * BLOCK_HASH_SHORT];
	uint8_t sums[BLOCK_HASH_LANES][32], *at = messages;
	const struct block_hash_waiting *w;
	size_t i = 0;

	for (uint16_t k = h->first[length]; k; k = w->next) {
		w = &h->waiting[k - 1];
		at = put(put(put(at, w->head), w->body), w->tail);
	}
	sha256d_many(sums, messages, length, length, h->count[length]);
	for (uint16_t k = h->first[length]; k; k = w->next) {
		w = &h->waiting[k - 1];
		memcpy(w->out, sums[i++], sizeof(sums[0]));
	}
	h->first[length] = 0;
	h->count[length] = 0;
}

void block_hash_flush(struct block_hash *h)
{
	for (size_t length = 0; h->n && length <= BLOCK_HASH_SHORT; length++)
		if (h->count[length])
			hash_length(h, length);
	h->n = 0;
}

static bool may_wait(const struct block_hash *h, size_t length)
{
	return h->room > 0 && length <= BLOCK_HASH_SHORT;
}

static void wait(struct block_hash *h, size_t length,
		 const struct block_hash_waiting *w)
{
	if (h->n == h->room)
		block_hash_flush(h);
	h->waiting[h->n] = *w;
	h->waiting[h->n++].next = h->first[length];
	h->first[length] = (uint16_t)h->n;
	if (++h->count[length] == BLOCK_HASH_LANES)
		hash_length(h, length);
}

void block_hash_whole(struct block_hash *h, uint8_t out[32],
		      const struct tx_walk *tx)
{
	const struct span none = { tx->whole.p, 0 };

	if (!may_wait(h, tx->whole.n))
		sha256d(out, tx->whole.p, tx->whole.n);
	else
		wait(h, tx->whole.n,
		     &(struct block_hash_waiting){ .head = tx->whole,
						   .body = none,
						   .tail = none,
						   .out = out });
}

void block_hash_txid(struct block_hash *h, uint8_t out[32],
		     const struct tx_walk *tx)
{
	const size_t length = tx->version.n + tx->body.n + tx->lock_time.n;

	if (length == tx->whole.n) {
		block_hash_whole(h, out, tx);
	} else if (!may_wait(h, length)) {
		const struct span s = tx_walk_stripped(tx, &h->scratch);

		sha256d(out, s.p, s.n);
	} else {
		wait(h, length,
		     &(struct block_hash_waiting){ .head = tx->version,
						   .body = tx->body,
						   .tail = tx->lock_time,
						   .out = out });
	}
}
