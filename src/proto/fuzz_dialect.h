/* fuzz_dialect - the properties that every dialect of JSON objects must have.
 *
 * Input: lines. The first character says who sent the rest of the line: '>'
 * the first end, '<' the second; '!' is a gap in the second end's bytes and
 * '?' one in the first's. A digit before the object is its HTTP exchange.
 *
 * The properties: cut in pieces of any size, the conversation gives the same
 * events and state; shares are numbered from 0 without a hole, and a verdict
 * is of a share that was given out and had none; what an event points to lies
 * in its message or in a copy that lives for the call (a sanitizer sees to
 * that); which end is the miner does not change; spans have lawful sizes. */
#ifndef PROTO_FUZZ_DIALECT_H
#define PROTO_FUZZ_DIALECT_H

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/dialect.h"

#define FUZZ_SHARES_MAX 4096
#define FUZZ_NODES_MAX  4096

static inline void must(bool truth)
{
	if (!truth)
		abort();
}

struct fuzz_talk {
	const struct dialect *dialect;
	void *reader;
	struct json doc;
	struct message_reader framing[2];
	int from, client;
	bool http;
	uint64_t exchange;
	uint32_t position; /* of the message in hand */
	uint64_t shares, digest;
	bool judged[FUZZ_SHARES_MAX];
};

static inline void fuzz_mix(struct fuzz_talk *t, const void *p, size_t n)
{
	if (n)
		t->digest = map_hash(t->digest, p, n);
}

static inline void fuzz_see(struct fuzz_talk *t, struct span s)
{
	must(s.n <= MESSAGE_MAX);
	fuzz_mix(t, &s.n, sizeof(s.n));
	fuzz_mix(t, s.p, s.n);
}

static inline void fuzz_share(struct fuzz_talk *t, const struct event_share *s)
{
	must(t->from == t->client && s->number == t->shares);
	must(!s->readable || !s->foreign);
	must(s->extranonce2.n <= EVENT_EXTRANONCE1_MAX);
	must(s->header.n == 0 || s->header.n == 80);
	must(s->is_block || s->witness == BLOCK_WITNESS_NONE);
	t->shares++;
	fuzz_see(t, s->worker);
	fuzz_see(t, s->job_id);
	fuzz_see(t, s->extranonce2);
	fuzz_see(t, s->header);
	fuzz_see(t, s->solution);
	if (s->has_result)
		fuzz_mix(t, s->result, sizeof(s->result));
	fuzz_mix(t, &s->readable, sizeof(s->readable));
	fuzz_mix(t, &s->nonce, sizeof(s->nonce));
	fuzz_mix(t, &s->version_bits, sizeof(s->version_bits));
	fuzz_mix(t, &s->witness, sizeof(s->witness));
}

static inline void fuzz_job(struct fuzz_talk *t, const struct event_job *j)
{
	must(j->branches.n % 32 == 0 &&
	     j->branches.n <= EVENT_BRANCHES_MAX * UINT64_C(32));
	must(!j->readable || j->work != EVENT_EQUIHASH || j->branches.n == 64);
	must(!j->readable || j->work != EVENT_ETHASH || j->branches.n <= 32);
	fuzz_see(t, j->id);
	fuzz_see(t, j->coinbase1);
	fuzz_see(t, j->coinbase2);
	fuzz_see(t, j->branches);
	fuzz_see(t, j->algorithm);
	fuzz_mix(t, j->previous, sizeof(j->previous));
	fuzz_mix(t, &j->ntime, sizeof(j->ntime));
	fuzz_mix(t, &j->is_template, sizeof(j->is_template));
	if (j->has_target)
		fuzz_mix(t, j->target, sizeof(j->target));
}

static inline void fuzz_verdict(struct fuzz_talk *t,
				const struct event_verdict *v)
{
	must(t->from != t->client && v->number < t->shares);
	if (v->number < FUZZ_SHARES_MAX) {
		must(!t->judged[v->number]);
		t->judged[v->number] = true;
	}
	fuzz_see(t, v->reason);
	fuzz_mix(t, &v->number, sizeof(v->number));
	fuzz_mix(t, &v->accepted, sizeof(v->accepted));
}

static inline void fuzz_login(struct fuzz_talk *t, const struct event_login *l)
{
	must(l->extranonce1.n <= EVENT_EXTRANONCE1_MAX);
	must(l->host.n == 0 || l->host_source != NULL);
	fuzz_see(t, l->user_agent);
	fuzz_see(t, l->host);
	fuzz_see(t, l->worker);
	fuzz_see(t, l->extranonce1);
}

static inline void fuzz_event(void *context, const struct event *e)
{
	struct fuzz_talk *t = context;
	struct dialect_state state;

	t->dialect->state(t->reader, &state);
	must(state.client == 0 || state.client == 1);
	must(t->client < 0 || t->client == state.client);
	t->client = state.client;
	must(e->position == t->position && e->from == t->from);
	fuzz_mix(t, &e->type, sizeof(e->type));
	switch (e->type) {
	case EVENT_LOGIN:
		fuzz_login(t, &e->login);
		break;
	case EVENT_DIFFICULTY:
		fuzz_see(t, e->difficulty.decimal);
		fuzz_mix(t, e->difficulty.target, sizeof(e->difficulty.target));
		break;
	case EVENT_JOB:
		fuzz_job(t, &e->job);
		break;
	case EVENT_SHARE:
		fuzz_share(t, &e->share);
		break;
	case EVENT_VERDICT:
		fuzz_verdict(t, &e->verdict);
		break;
	case EVENT_RATE:
		must(e->rate.hashes_per_s >= 0);
		break;
	case EVENT_ANNOUNCE:
		fuzz_mix(t, e->announce.hash, sizeof(e->announce.hash));
		break;
	case EVENT_TALK:
		break;
	}
}

static inline void fuzz_message(void *context, const struct message *m)
{
	struct fuzz_talk *t = context;
	struct dialect_input in = { .from = t->from,
				    .message = m,
				    .doc = &t->doc,
				    .http = t->http,
				    .exchange = t->exchange };

	if (!json_parse(&t->doc, NULL, m->text))
		return;
	in.object = json_root(&t->doc);
	t->position = m->position;
	if (!t->reader && t->dialect->speaks(&in))
		t->reader = t->dialect->open();
	if (t->reader)
		t->dialect->read(t->reader, &in, fuzz_event, t);
}

static inline void fuzz_say(struct fuzz_talk *t, struct span line, size_t step,
			    uint32_t at)
{
	while (line.n > 0) {
		const size_t n = line.n < step ? line.n : step;
		uint8_t *copy = mem_new(n, 1);
		const struct message where = { .text = { copy, n },
					       .position = at };

		memcpy(copy, line.p, n);
		message_feed(&t->framing[t->from], where, fuzz_message, t);
		free(copy);
		line.p += n;
		line.n -= n;
		at += (uint32_t)n;
	}
}

static inline void fuzz_line(struct fuzz_talk *t, struct span all, size_t step,
			     uint32_t at)
{
	struct span line = { all.p + 1, all.n - 1 };

	t->from = all.p[0] == '<' || all.p[0] == '!';
	if (all.p[0] == '!' || all.p[0] == '?') {
		message_gap(&t->framing[t->from]);
		if (t->reader)
			t->dialect->lost(t->reader, t->from);
		return;
	}
	t->http = line.n > 0 && line.p[0] >= '0' && line.p[0] <= '9';
	if (t->http) {
		t->exchange = line.p[0] - (uint64_t)'0';
		line.p++;
		line.n--;
	}
	fuzz_say(t, line, step, at);
}

static inline void fuzz_play(struct fuzz_talk *t, struct span all, size_t step)
{
	uint32_t at = 0;

	while (all.n > 0) {
		const uint8_t *end = memchr(all.p, '\n', all.n);
		const size_t n = end ? (size_t)(end - all.p) + 1 : all.n;

		fuzz_line(t, (struct span){ all.p, n }, step, at);
		all.p += n;
		all.n -= n;
		at += (uint32_t)n;
	}
}

static inline void fuzz_talk_init(struct fuzz_talk *t, const struct dialect *d)
{
	*t = (struct fuzz_talk){ .dialect = d, .client = -1 };
	json_init(&t->doc, FUZZ_NODES_MAX);
	message_init(&t->framing[0]);
	message_init(&t->framing[1]);
}

static inline void fuzz_talk_fini(struct fuzz_talk *t)
{
	message_fini(&t->framing[0]);
	message_fini(&t->framing[1]);
	json_fini(&t->doc);
	if (t->reader)
		t->dialect->close(t->reader);
}

static inline void fuzz_same(const struct fuzz_talk *a,
			     const struct fuzz_talk *b)
{
	struct dialect_state x, y;

	must(a->digest == b->digest && a->shares == b->shares);
	must(a->client == b->client && !a->reader == !b->reader);
	if (!a->reader)
		return;
	a->dialect->state(a->reader, &x);
	b->dialect->state(b->reader, &y);
	must(!memcmp(x.faults, y.faults, sizeof(x.faults)));
	must(x.unmatched == y.unmatched && strcmp(x.name, y.name) == 0);
	must(x.other_calls == y.other_calls);
}

static inline void fuzz_dialect(const struct dialect *d, const uint8_t *data,
				size_t size)
{
	static struct fuzz_talk whole, cut;
	const struct span all = { data, size };

	fuzz_talk_init(&whole, d);
	fuzz_talk_init(&cut, d);
	fuzz_play(&whole, all, SIZE_MAX);
	fuzz_play(&cut, all, 1 + size % 7);
	fuzz_same(&whole, &cut);
	fuzz_talk_fini(&whole);
	fuzz_talk_fini(&cut);
}

#endif /* PROTO_FUZZ_DIALECT_H */
