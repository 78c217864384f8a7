/* fuzz_daemon - what getwork and getblocktemplate promise beyond
 * fuzz_dialect.h.
 *
 * A job of a header and the share that brings one agree in the key they are
 * known by. A block's share comes right behind its job, in the same message,
 * and the merkle root in the key is what the coinbase and its branch make. A
 * template is the server's, and has a whole coinbase or nothing. */
#ifndef PROTO_FUZZ_DAEMON_H
#define PROTO_FUZZ_DAEMON_H

#include "base/hex.h"
#include "coin/merkle.h"
#include "hash/sha256d.h"
#include "proto/daemon.h"
#include "proto/fuzz_dialect.h"

#define FUZZ_ROOT 36 /* where the key has the merkle root */

struct fuzz_daemon {
	event_sink *sink;
	void *context;
	int client;
	bool has_job;
	uint8_t key[DAEMON_KEY];
};

static inline void fuzz_daemon_job(struct fuzz_daemon *f, const struct event *e)
{
	const struct event_job *j = &e->job;
	uint8_t root[32];

	must(j->coinbase2.n == 0 && j->work == EVENT_HEADER);
	must(j->readable || j->is_template);
	if (j->is_template) {
		must(e->from != f->client);
		must(j->coinbase1.n > 0 || j->branches.n == 0);
		return;
	}
	must(hex_bytes(f->key, sizeof(f->key), j->id));
	must(memcmp(f->key + 4, j->previous, 32) == 0);
	f->has_job = true;
	if (j->coinbase1.n == 0) {
		must(j->branches.n == 32);
		must(memcmp(f->key + FUZZ_ROOT, j->branches.p, 32) == 0);
		return;
	}
	sha256d(root, j->coinbase1.p, j->coinbase1.n);
	merkle_fold(root, j->branches.p, j->branches.n / 32);
	must(memcmp(f->key + FUZZ_ROOT, root, sizeof(root)) == 0);
}

static inline void fuzz_daemon_share(const struct fuzz_daemon *f,
				     const struct event_share *s)
{
	uint8_t key[DAEMON_KEY];

	must(s->extranonce2.n == 0 && !s->has_version_bits);
	if (!s->readable)
		return;
	must(hex_bytes(key, sizeof(key), s->job_id));
	must(s->is_block == (s->header.n == 0));
	must(!s->is_block || f->has_job);
	must(!f->has_job || memcmp(f->key, key, sizeof(key)) == 0);
	must(s->is_block || memcmp(s->header.p, key, sizeof(key)) == 0);
}

static inline void fuzz_daemon_event(void *context, const struct event *e)
{
	struct fuzz_daemon *f = context;

	if (e->type == EVENT_JOB)
		fuzz_daemon_job(f, e);
	else if (e->type == EVENT_SHARE)
		fuzz_daemon_share(f, &e->share);
	f->sink(f->context, e);
}

static inline void fuzz_daemon_read(void *reader,
				    const struct dialect_input *in,
				    event_sink *sink, void *context)
{
	struct fuzz_daemon f = { .sink = sink, .context = context };
	const struct daemon *d = reader;

	f.client = d->rpc.client;
	daemon_read(reader, in, fuzz_daemon_event, &f);
	must(d->num_calls <= DAEMON_CALLS_MAX);
}

static inline void fuzz_daemon(const struct dialect *d, const uint8_t *data,
			       size_t size)
{
	struct dialect checked = *d;

	checked.read = fuzz_daemon_read;
	fuzz_dialect(&checked, data, size);
}

#endif /* PROTO_FUZZ_DAEMON_H */
