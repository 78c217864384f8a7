#include <string.h>

#include "coin/block.h"
#include "coin/target.h"
#include "coin/varint.h"
#include "hash/sha256d.h"
#include "proto/p2p_private.h"

/* Of an entry of inv or getdata (BIP 37, 144, 152). */
#define INV_BLOCK    2u
#define INV_FILTERED 3u
#define INV_COMPACT  4u
#define INV_WITNESS  0x40000000u /* a flag */

/* Nobody has news of more blocks at once (BIP 130). */
#define NEWS_MAX 8

#define INVS_MAX    50000
#define HEADERS_MAX 2000
#define AGENT_MAX   256

/* Merged mining's version bit: its own proof follows such a header. */
#define VERSION_AUXPOW 0x100u

/* i32 version | u64 services | i64 time | 26 the other's address | 26 its own |
 * u64 nonce | varint n | n user agent | i32 height | ... The first versions end
 * behind the other's address. */
void p2p_read_version(struct p2p_reading *r)
{
	struct cur c = cur_over(r->in->message->text);
	struct event e = dialect_event(r->in, EVENT_LOGIN);

	/* Whoever has just met tells what it has. */
	for (int from = 0; from < 2; from++)
		p2p_asked_doubt(&r->p2p->asked[from]);
	cur_take(&c, 4 + 8 + 8 + 26);
	if (!cur_ok(&c)) {
		p2p_fault(r, DIALECT_SHORT);
		return;
	}
	if (cur_left(&c) == 0)
		return;
	cur_take(&c, 26 + 8);
	const struct span agent = varint_bytes(&c);

	cur_le32(&c);
	if (!cur_ok(&c)) {
		p2p_fault(r, DIALECT_SHORT);
		return;
	}
	if (agent.n == 0 || agent.n > AGENT_MAX)
		return;
	if (r->in->from == r->p2p->client)
		e.login.user_agent = agent;
	else
		e.login.server_agent = agent;
	p2p_tell(r, &e);
}

static void announce(struct p2p_reading *r, const uint8_t hash[32],
		     uint32_t time, bool asked)
{
	struct event e = dialect_event(r->in, EVENT_ANNOUNCE);

	memcpy(e.announce.hash, hash, sizeof(e.announce.hash));
	e.announce.time = time;
	/* Where only one end was captured its requests were not. */
	e.announce.asked = asked || !r->p2p->heard[!r->in->from];
	p2p_tell(r, &e);
}

/* What the other end has asked this one for. */
static struct p2p_asked *asked_of(struct p2p_reading *r)
{
	return &r->p2p->asked[!r->in->from];
}

static bool is_block(uint32_t type)
{
	switch (type & ~INV_WITNESS) {
	case INV_BLOCK:
	case INV_FILTERED:
	case INV_COMPACT:
		return true;
	default:
		return false;
	}
}

/* varint n | n times: u32 type | 32 hash. False: malformed. */
static bool open_inventory(struct p2p_reading *r, struct cur *c)
{
	*c = cur_over(r->in->message->text);
	const uint64_t n = varint_read(c);

	if (n <= INVS_MAX && cur_ok(c) && cur_left(c) == n * 36)
		return true;
	p2p_fault(r, DIALECT_SHORT);
	return false;
}

static uint64_t count_blocks(struct cur c)
{
	uint64_t n = 0;

	while (cur_left(&c) > 0) {
		n += is_block(cur_le32(&c));
		cur_take(&c, 32);
	}
	return n;
}

void p2p_read_inv(struct p2p_reading *r)
{
	struct cur c;

	if (!open_inventory(r, &c))
		return;
	const bool old = count_blocks(c) > NEWS_MAX;

	while (cur_left(&c) > 0) {
		const bool block = is_block(cur_le32(&c));
		const struct span hash = cur_take(&c, 32);

		if (block)
			announce(r, hash.p, 0,
				 p2p_asked_for_inv(asked_of(r),
						   r->in->message->ts) ||
					 old);
	}
}

void p2p_read_getdata(struct p2p_reading *r)
{
	struct cur c;

	if (!open_inventory(r, &c))
		return;
	while (cur_left(&c) > 0) {
		const bool block = is_block(cur_le32(&c));
		const struct span hash = cur_take(&c, 32);

		if (block)
			p2p_asked_hash(&r->p2p->asked[r->in->from], hash.p);
	}
}

void p2p_read_getblocks(struct p2p_reading *r)
{
	p2p_asked_invs(&r->p2p->asked[r->in->from], r->in->message->ts);
}

void p2p_read_getheaders(struct p2p_reading *r)
{
	p2p_asked_headers(&r->p2p->asked[r->in->from], r->in->message->ts);
}

/* A header, its hash, and its target where the network's proof is known. */
struct proven {
	struct header header;
	uint8_t hash[32];
	struct target target;
};

/* False: its hash does not meet its own nBits, so it is no block's. */
static bool prove(struct proven *out, const struct p2p_reading *r,
		  struct span raw)
{
	const bool proves = r->p2p->network->header == P2P_HEADER_PROVES;

	header_read(&out->header, raw.p);
	sha256d(out->hash, raw.p, raw.n);
	return target_from_nbits(&out->target, out->header.nbits) &&
	       (!proves || target_met(out->hash, &out->target));
}

static bool has_auxpow(const struct p2p_reading *r, const struct header *h)
{
	return r->p2p->network->header == P2P_HEADER_NAMES &&
	       (h->version & VERSION_AUXPOW);
}

/* varint n | n times: 80 header | varint 0 */
void p2p_read_headers(struct p2p_reading *r)
{
	struct cur c = cur_over(r->in->message->text);
	const bool asked =
		p2p_asked_for_headers(asked_of(r), r->in->message->ts);
	const uint64_t n = varint_read(&c);
	struct proven p;

	if (r->p2p->network->header == P2P_HEADER_OTHER)
		return;
	if (n > HEADERS_MAX || !cur_fits(&c, n, HEADER_SIZE + 1)) {
		p2p_fault(r, DIALECT_SHORT);
		return;
	}
	for (uint64_t i = 0; i < n; i++) {
		const struct span raw = cur_take(&c, HEADER_SIZE);

		if (!cur_ok(&c) || !prove(&p, r, raw)) {
			p2p_fault(r, DIALECT_BLOCK);
			return;
		}
		announce(r, p.hash, p.header.time, asked || n > NEWS_MAX);
		if (has_auxpow(r, &p.header))
			return; /* where the next one begins is not known */
		varint_read(&c);
	}
}

/* The header of a block, announced. */
static bool read_header(struct proven *p, struct p2p_reading *r)
{
	struct cur c = cur_over(r->in->message->text);
	const struct span raw = cur_take(&c, HEADER_SIZE);

	if (r->p2p->network->header == P2P_HEADER_OTHER)
		return false;
	if (!cur_ok(&c) || !prove(p, r, raw)) {
		p2p_fault(r, DIALECT_BLOCK);
		return false;
	}
	announce(r, p->hash, p->header.time,
		 p2p_asked_for_hash(asked_of(r), p->hash));
	return true;
}

void p2p_read_header(struct p2p_reading *r)
{
	struct proven p;

	read_header(&p, r);
}

/* A block's coinbase and its branch; or, without it, the root. */
struct shown {
	struct span coinbase, branches;
	uint32_t height;
	bool is_block; /* with all its transactions */
	enum block_witness witness;
};

static void tell_block(struct p2p_reading *r, const struct proven *p,
		       const struct shown *shown)
{
	const struct span id = { p->hash, sizeof(p->hash) };
	struct event e = dialect_event(r->in, EVENT_JOB);

	e.job = (struct event_job){
		.id = id,
		.readable = true,
		.work = EVENT_HEADER,
		.coinbase1 = shown->coinbase,
		.coinbase2 = { shown->coinbase.p, 0 },
		.branches = shown->branches,
		.version = p->header.version,
		.nbits = p->header.nbits,
		.ntime = p->header.time,
		.submitted = true,
		.has_target = true,
		.height = shown->height,
	};
	memcpy(e.job.previous, p->header.previous, sizeof(e.job.previous));
	target_write(e.job.target, &p->target);
	p2p_tell(r, &e);
	e = dialect_event(r->in, EVENT_SHARE);
	e.share.number = r->p2p->shares++;
	e.share.job_id = id;
	e.share.readable = true;
	e.share.ntime = p->header.time;
	e.share.nonce = p->header.nonce;
	e.share.is_block = shown->is_block;
	e.share.witness = shown->witness;
	p2p_tell(r, &e);
}

void p2p_read_cut(struct p2p_reading *r)
{
	struct proven p;

	/* It came without its checksum: only work is believed. */
	if (!r->p2p->network || r->p2p->network->header != P2P_HEADER_PROVES ||
	    !read_header(&p, r))
		return;
	tell_block(r, &p,
		   &(struct shown){
			   .coinbase = { p.hash, 0 },
			   .branches = { p.header.merkle_root, 32 },
		   });
}

void p2p_read_block(struct p2p_reading *r)
{
	struct proven p;
	struct block b;

	if (!read_header(&p, r) || has_auxpow(r, &p.header))
		return;
	if (!block_parse(&b, r->in->message->text)) {
		p2p_fault(r, DIALECT_BLOCK);
		return;
	}
	if (b.root_matches && b.coinbase.n <= MESSAGE_MAX)
		tell_block(r, &p,
			   &(struct shown){
				   .coinbase = b.coinbase,
				   .branches = { b.tree.branch[0],
						 b.tree.depth * 32 },
				   .height = b.has_height ? b.height : 0,
				   .is_block = true,
				   .witness = b.witness,
			   });
	else
		p2p_fault(r, DIALECT_BLOCK);
	block_fini(&b);
}
