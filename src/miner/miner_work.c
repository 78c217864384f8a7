#include "miner/miner_work.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNTER_BYTES 8

static struct span copy(uint8_t **at, struct span from)
{
	const struct span own = { *at, from.n };

	if (from.n > 0)
		memcpy(*at, from.p, from.n);
	*at += from.n;
	return own;
}

static void copy_parts(struct miner_work *w, const struct miner_work_parts *p)
{
	const size_t n = p->id.n + p->extranonce1.n + p->job.coinbase1.n +
			 p->job.coinbase2.n + p->job.branches.n +
			 p->transactions.n;
	uint8_t *at = w->own = mem_new(n + 1, 1);

	w->parts = *p;
	w->parts.id = copy(&at, p->id);
	w->parts.extranonce1 = copy(&at, p->extranonce1);
	w->parts.job.coinbase1 = copy(&at, p->job.coinbase1);
	w->parts.job.coinbase2 = copy(&at, p->job.coinbase2);
	w->parts.job.branches = copy(&at, p->job.branches);
	w->parts.transactions = copy(&at, p->transactions);
}

/* A bit that the job sets stays set: BIP 310 would have it cleared where the
 * submission does not have it, ckpool and DATUM or the submission into it. */
static uint32_t free_bits(const struct miner_work_parts *p)
{
	return p->has_mask ? p->mask & ~p->job.version : 0;
}

/* 0: more than 64 bits count. */
static uint64_t num_extranonces(const struct miner_work_parts *p)
{
	if (p->extranonce2_n >= COUNTER_BYTES)
		return 0;
	return UINT64_C(1) << (8 * p->extranonce2_n);
}

/* Choices of version bits that are tried together, as many as can be, and how
 * many groups of so many there are; both powers of two. */
static size_t versions_at_once(const struct miner_work_parts *p)
{
	const uint64_t all = UINT64_C(1) << __builtin_popcount(free_bits(p));

	return all < NONCES_VERSIONS_MAX ? (size_t)all : NONCES_VERSIONS_MAX;
}

static uint64_t num_groups(const struct miner_work_parts *p)
{
	const uint64_t all = UINT64_C(1) << __builtin_popcount(free_bits(p));

	return all > NONCES_VERSIONS_MAX ? all / NONCES_VERSIONS_MAX : 1;
}

static uint64_t capacity_of(const struct miner_work_parts *p)
{
	const uint64_t others = num_groups(p) * MINER_UNIT_PARTS;
	const uint64_t extranonces = num_extranonces(p);

	if (extranonces == 0 || extranonces > UINT64_MAX / others)
		return UINT64_MAX;
	return extranonces * others;
}

static struct share_submit submit_of(const struct miner_work *w,
				     const struct miner_choice *choice)
{
	return (struct share_submit){
		.extranonce1 = w->parts.extranonce1,
		.extranonce2 = { choice->extranonce2, w->parts.extranonce2_n },
		.ntime = w->parts.ntime,
		.nonce = choice->nonce,
		.has_version_bits = w->parts.has_mask,
		.version_bits = choice->version_bits,
		.version_mask = w->parts.mask,
	};
}

struct miner_work *miner_work_new(const struct miner_work_parts *parts)
{
	struct miner_work *w = mem_new(1, sizeof(*w));
	const struct miner_choice any = { .nonce = 0 };
	uint8_t header[HEADER_SIZE];

	assert(parts->extranonce2_n <= MINER_EXTRANONCE2_MAX);
	copy_parts(w, parts);
	w->capacity = capacity_of(parts);
	atomic_init(&w->references, 1);
	atomic_init(&w->drawn, 0);
	const struct share_submit s = submit_of(w, &any);

	if (share_header(header, &w->parts.job, &s))
		return w;
	miner_work_put(w);
	return NULL;
}

struct miner_work *miner_work_get(struct miner_work *w)
{
	atomic_fetch_add(&w->references, 1);
	return w;
}

void miner_work_put(struct miner_work *w)
{
	if (!w || atomic_fetch_sub(&w->references, 1) > 1)
		return;
	free(w->own);
	free(w);
}

/* The lowest bits of value into the bits of mask, in their order. */
static uint32_t deposit(uint32_t value, uint32_t mask)
{
	uint32_t out = 0;

	for (; mask; mask &= mask - 1, value >>= 1) {
		if (value & 1)
			out |= mask & -mask;
	}
	return out;
}

/* Those of the nth group, and the bits of the first of them. */
static void set_versions(struct miner_unit *u, const struct miner_work_parts *p,
			 uint64_t group)
{
	const size_t n = versions_at_once(p);

	for (size_t i = 0; i < n; i++)
		u->version[i] =
			p->job.version |
			deposit((uint32_t)(group * n + i), free_bits(p));
	u->num_versions = n;
	u->first.version_bits = p->has_mask ? u->version[0] & p->mask : 0;
}

bool miner_work_draw(struct miner_unit *out, struct miner_work *w)
{
	const struct miner_work_parts *p = &w->parts;
	const uint64_t nth = atomic_fetch_add(&w->drawn, 1);
	const uint64_t groups = num_groups(p);
	const uint64_t extranonces = num_extranonces(p);
	struct miner_unit u = { .num_versions = 0 };

	if (nth >= w->capacity)
		return false;
	uint64_t at = p->first_unit + nth;

	set_versions(&u, p, at % groups);
	at /= groups;
	const uint64_t extranonce = extranonces ? at % extranonces : at;

	/* Extranonces of 8 bytes and more use up what is left of at. */
	at = extranonces ? at / extranonces : 0;
	u.first.nonce = (uint32_t)(at % MINER_UNIT_PARTS * MINER_UNIT_NONCES);
	for (size_t i = 0; i < p->extranonce2_n && i < COUNTER_BYTES; i++)
		u.first.extranonce2[i] = (uint8_t)(extranonce >> (8 * i));
	*out = u;
	return true;
}

void miner_work_header(uint8_t out[HEADER_SIZE], const struct miner_work *w,
		       const struct miner_choice *choice)
{
	const struct share_submit s = submit_of(w, choice);
	const bool good = share_header(out, &w->parts.job, &s);

	assert(good); /* miner_work_new() has tried */
}

static void add_count(struct buf *out, uint32_t n)
{
	if (n < 0xfd) {
		buf_u8(out, (uint8_t)n);
		return;
	}
	buf_u8(out, n <= UINT16_MAX ? 0xfd : 0xfe);
	buf_u8(out, (uint8_t)n);
	buf_u8(out, (uint8_t)(n >> 8));
	if (n > UINT16_MAX) {
		buf_u8(out, (uint8_t)(n >> 16));
		buf_u8(out, (uint8_t)(n >> 24));
	}
}

/* Behind the version: marker and flag; before the lock time: one stack item of
 * 32 zeros, to which the commitment refers (BIP 141). */
static void add_coinbase(struct buf *out, const struct miner_work *w,
			 const struct miner_choice *choice)
{
	static const uint8_t marker[] = { 0, 1 }, witness[34] = { 1, 32 };
	const struct share_job *job = &w->parts.job;
	const size_t version = 4, lock = 4;

	assert(job->coinbase1.n > version && job->coinbase2.n > lock);
	buf_add(out, job->coinbase1.p, version);
	if (w->parts.has_witness)
		buf_add(out, marker, sizeof(marker));
	buf_add(out, job->coinbase1.p + version, job->coinbase1.n - version);
	buf_add(out, w->parts.extranonce1.p, w->parts.extranonce1.n);
	buf_add(out, choice->extranonce2, w->parts.extranonce2_n);
	buf_add(out, job->coinbase2.p, job->coinbase2.n - lock);
	if (w->parts.has_witness)
		buf_add(out, witness, sizeof(witness));
	buf_add(out, job->coinbase2.p + job->coinbase2.n - lock, lock);
}

bool miner_work_block(struct buf *out, const struct miner_work *w,
		      const struct miner_choice *choice,
		      const uint8_t header[HEADER_SIZE])
{
	buf_add(out, header, HEADER_SIZE);
	add_count(out, w->parts.num_transactions + 1);
	add_coinbase(out, w, choice);
	buf_add(out, w->parts.transactions.p, w->parts.transactions.n);
	return !out->full;
}
