#include <string.h>

#include "base/hex.h"
#include "coin/block.h"
#include "coin/target.h"
#include "coin/tx_walk.h"
#include "coin/varint.h"
#include "proto/getblocktemplate.h"

/* The block's bytes, in scratch. Empty, and the fault counted: none. */
static struct span read_bytes(struct daemon *d, const struct json_node *data)
{
	const struct span none = { NULL, 0 };
	struct rpc_params p = { .rpc = &d->rpc };

	if (data->type != JSON_STRING || data->raw.n < 2) {
		rpc_fault(&p, DIALECT_TYPE);
		return none;
	}
	size_t n = data->raw.n / 2;
	uint8_t *room = rpc_keep(&d->rpc, n);

	if (!room || !hex_parse(room, &n, n, data->raw)) {
		rpc_fault(&p, DIALECT_HEX);
		return none;
	}
	return (struct span){ room, n };
}

/* A pool may ask for less than the network does: its template says so. */
static bool known_target(uint8_t out[32], const struct daemon *d,
			 const uint8_t previous[32])
{
	const uint32_t n = d->num_targets < DAEMON_TARGETS_MAX
				   ? d->num_targets
				   : DAEMON_TARGETS_MAX;

	for (uint32_t i = 1; i <= n; i++) {
		const struct daemon_target *kept =
			&d->target[(d->num_targets - i) % DAEMON_TARGETS_MAX];

		if (memcmp(kept->previous, previous, 32) != 0)
			continue;
		memcpy(out, kept->target, 32);
		return true;
	}
	return false;
}

/* What the header says of its job. */
static struct event_job job_of(const struct daemon *d, const struct header *h)
{
	struct event_job job = { .readable = true, .work = EVENT_HEADER };
	struct target t;

	memcpy(job.previous, h->previous, sizeof(job.previous));
	job.version = h->version;
	job.nbits = h->nbits;
	job.ntime = h->time;
	job.submitted = true;
	job.has_target = known_target(job.target, d, h->previous);
	if (!job.has_target && target_from_nbits(&t, h->nbits)) {
		target_write(job.target, &t);
		job.has_target = true;
	}
	return job;
}

/* No part of the coinbase is the pool's: its extranonce1 is known, and of no
 * bytes. */
static void tell_extranonce1(struct daemon *d, const struct daemon_turn *t)
{
	struct event e = dialect_event(t->in, EVENT_LOGIN);

	if (d->has_extranonce1)
		return;
	d->has_extranonce1 = true;
	e.login.has_extranonce1 = true;
	t->sink(t->context, &e);
}

/* The job that the miner made of a template, then the share on it. */
static void tell_block(struct daemon *d, const struct daemon_turn *t,
		       const struct block *b)
{
	struct event job = dialect_event(t->in, EVENT_JOB);
	struct event share = dialect_event(t->in, EVENT_SHARE);
	struct daemon_key key;

	tell_extranonce1(d, t);
	job.job = job_of(d, &b->header);
	job.job.id = daemon_key(&key, b->raw_header.p);
	job.job.coinbase1 = b->coinbase;
	job.job.branches =
		(struct span){ b->tree.branch[0], b->tree.depth * 32 };
	job.job.height = b->has_height ? b->height : 0;
	t->sink(t->context, &job);
	share.share = (struct event_share){
		.number = d->shares++,
		.job_id = job.job.id,
		.readable = true,
		.ntime = b->header.time,
		.nonce = b->header.nonce,
		.is_block = true,
		.witness = b->witness,
	};
	t->sink(t->context, &share);
}

/* BIP 23, "submit/truncate" and "submit/coinbase": where the pool knows the
 * rest, only the header is sent, or the header, the count of transactions and
 * the coinbase. */
static bool is_part(struct span raw)
{
	struct cur c = cur_over(raw);
	struct tx_walk tx;

	cur_take(&c, HEADER_SIZE);
	if (cur_done(&c))
		return true;
	return varint_read(&c) > 1 && tx_walk(&tx, &c) &&
	       tx_walk_is_coinbase(&tx) && cur_done(&c);
}

/* The work is as good, but of what transactions it is cannot be seen. */
static void tell_part(struct daemon *d, const struct daemon_turn *t,
		      struct span raw)
{
	struct event job = dialect_event(t->in, EVENT_JOB);
	struct event share = dialect_event(t->in, EVENT_SHARE);
	struct daemon_key key;
	struct header h;

	header_read(&h, raw.p);
	job.job = job_of(d, &h);
	job.job.id = daemon_key(&key, raw.p);
	job.job.branches = (struct span){ raw.p + DAEMON_KEY - 32, 32 };
	t->sink(t->context, &job);
	share.share = (struct event_share){
		.number = d->shares++,
		.job_id = job.job.id,
		.readable = true,
		.ntime = h.time,
		.nonce = h.nonce,
		.header = { raw.p, HEADER_SIZE },
	};
	t->sink(t->context, &share);
}

/* A block that cannot be read is still a share: it was submitted. */
static void tell_unreadable(struct daemon *d, const struct daemon_turn *t,
			    struct span raw)
{
	struct event e = dialect_event(t->in, EVENT_SHARE);
	struct daemon_key key;

	e.share.number = d->shares++;
	e.share.foreign = d->foreign;
	if (!d->foreign && raw.n >= HEADER_SIZE)
		e.share.job_id = daemon_key(&key, raw.p);
	t->sink(t->context, &e);
}

static void tell_bad(struct daemon *d, const struct daemon_turn *t,
		     struct span raw)
{
	d->rpc.faults[DIALECT_BLOCK]++;
	tell_unreadable(d, t, raw);
}

static void tell(struct daemon *d, const struct daemon_turn *t, struct span raw)
{
	struct block b;

	if (!block_parse(&b, raw)) {
		if (is_part(raw))
			tell_part(d, t, raw);
		else
			tell_bad(d, t, raw);
		return;
	}
	if (b.root_matches)
		tell_block(d, t, &b);
	else
		tell_bad(d, t, raw);
	block_fini(&b);
}

void getblocktemplate_block(struct daemon *d, const struct daemon_turn *t,
			    const struct json_node *data)
{
	const struct span raw = read_bytes(d, data);

	d->name = getblocktemplate_dialect.name;
	if (raw.n > 0 && !d->foreign)
		tell(d, t, raw);
	else
		tell_unreadable(d, t, raw);
}
