#include "coin/tx_hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/sha256d.h"

void tx_hash_init(struct tx_hash *h, size_t limit, tx_hash_done *done,
		  void *context)
{
	*h = (struct tx_hash){ .done = done, .context = context };
	buf_init(&h->scratch, limit);
}

void tx_hash_fini(struct tx_hash *h)
{
	for (size_t i = 0; i <= TX_HASH_BLOCKS; i++)
		free(h->class[i].messages);
	buf_fini(&h->scratch);
}

static void hash_class(struct tx_hash *h, size_t blocks)
{
	struct tx_hash_class *c = &h->class[blocks];
	uint8_t sums[TX_HASH_LANES][32];

	sha256d_padded(sums, c->messages, blocks, c->n);
	for (size_t i = 0; i < c->n; i++)
		h->done(h->context, c->ticket[i], sums[i]);
	c->n = 0;
}

void tx_hash_flush(struct tx_hash *h)
{
	for (size_t i = 0; i <= TX_HASH_BLOCKS; i++) {
		if (h->class[i].n > 0)
			hash_class(h, i);
	}
}

/* Where a message of n bytes goes; its padding is there already. */
static uint8_t *wait(struct tx_hash *h, uint32_t ticket, size_t n)
{
	const size_t blocks = sha256d_blocks(n);
	struct tx_hash_class *c = &h->class[blocks];

	if (!c->messages)
		c->messages = mem_new(TX_HASH_LANES, 64 * blocks);
	uint8_t *to = c->messages + 64 * blocks * c->n;

	c->ticket[c->n++] = ticket;
	sha256d_pad(to, n);
	return to;
}

static void hash_if_full(struct tx_hash *h, size_t n)
{
	const size_t blocks = sha256d_blocks(n);

	if (h->class[blocks].n == TX_HASH_LANES)
		hash_class(h, blocks);
}

static void hash_alone(struct tx_hash *h, uint32_t ticket, struct span message)
{
	uint8_t sum[32];

	sha256d(sum, message.p, message.n);
	h->done(h->context, ticket, sum);
}

void tx_hash_whole(struct tx_hash *h, uint32_t ticket, const struct tx_walk *tx)
{
	const struct span all = tx->whole;

	if (sha256d_blocks(all.n) > TX_HASH_BLOCKS) {
		hash_alone(h, ticket, all);
		return;
	}
	memcpy(wait(h, ticket, all.n), all.p, all.n);
	hash_if_full(h, all.n);
}

void tx_hash_txid(struct tx_hash *h, uint32_t ticket, const struct tx_walk *tx)
{
	const size_t n = 4 + tx->body.n + 4; /* version and lock time */

	if (sha256d_blocks(n) > TX_HASH_BLOCKS) {
		hash_alone(h, ticket, tx_walk_stripped(tx, &h->scratch));
		return;
	}
	uint8_t *to = wait(h, ticket, n);

	memcpy(to, tx->version.p, 4);
	memcpy(to + 4, tx->body.p, tx->body.n);
	memcpy(to + 4 + tx->body.n, tx->lock_time.p, 4);
	hash_if_full(h, n);
}
