/* Input: records of a byte for the end (its lowest bit; 254, 255: bytes of end
 * 0, 1 were lost), two for a length, and as many bytes as there are, which that
 * end sent.
 *
 * Properties: cut in pieces of any size, the conversation gives the same
 * events and state; shares are numbered from 0 without a hole, and a verdict is
 * of a share that was given out and had none; the miner's end does not change;
 * an event lies within the bytes of its end; two jobs never begin at the same
 * byte; spans have lawful sizes and can be read. Of every payload that can be
 * read: written it reads the same again, and written again it is the same. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/stratum2.h"
#include "proto/stratum2_message.h"

#define SHARES_MAX 4096
#define LOST       254
#define SPAN_MAX   (1u << 18)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct talk {
	void *reader;
	int from, client;
	uint32_t sent[2];
	bool had_job;
	uint32_t last_job;
	uint64_t shares, digest;
	bool judged[SHARES_MAX];
};

static void mix(struct talk *t, const void *p, size_t n)
{
	if (n)
		t->digest = map_hash(t->digest, p, n);
}

static void see(struct talk *t, struct span s)
{
	must(s.n <= SPAN_MAX);
	mix(t, &s.n, sizeof(s.n));
	mix(t, s.p, s.n);
}

static void see_job(struct talk *t, const struct event *e)
{
	const struct event_job *j = &e->job;

	must(t->from != t->client && j->readable && j->id.n > 0);
	must(j->branches.n % 32 == 0 &&
	     j->branches.n <= EVENT_BRANCHES_MAX * UINT64_C(32));
	/* The pool's messages come in order, its jobs, too. */
	must(!t->had_job || (int32_t)(e->position - t->last_job) > 0);
	t->had_job = true;
	t->last_job = e->position;
	see(t, j->id);
	see(t, j->coinbase1);
	see(t, j->coinbase2);
	see(t, j->branches);
	mix(t, j->previous, sizeof(j->previous));
	mix(t, &j->version, sizeof(j->version));
	mix(t, &j->ntime, sizeof(j->ntime));
	mix(t, j->target, sizeof(j->target));
}

static void see_share(struct talk *t, const struct event_share *s)
{
	must(t->from == t->client && s->number == t->shares && !s->foreign);
	must(s->extranonce2.n <= EVENT_EXTRANONCE1_MAX);
	must(s->readable == (s->job_id.n > 0));
	t->shares++;
	see(t, s->worker);
	see(t, s->job_id);
	see(t, s->extranonce2);
	mix(t, &s->nonce, sizeof(s->nonce));
	mix(t, &s->version_bits, sizeof(s->version_bits));
}

static void see_verdict(struct talk *t, const struct event_verdict *v)
{
	must(t->from != t->client && v->number < t->shares);
	if (v->number < SHARES_MAX) {
		must(!t->judged[v->number]);
		t->judged[v->number] = true;
	}
	see(t, v->reason);
	mix(t, &v->number, sizeof(v->number));
	mix(t, &v->accepted, sizeof(v->accepted));
}

static void on_event(void *context, const struct event *e)
{
	struct talk *t = context;
	struct dialect_state state;

	stratum2_dialect.state(t->reader, &state);
	must(state.client == 0 || state.client == 1);
	must(t->client < 0 || t->client == state.client);
	t->client = state.client;
	must(e->from == t->from && e->position < t->sent[t->from]);
	mix(t, &e->type, sizeof(e->type));
	mix(t, &e->position, sizeof(e->position));
	switch (e->type) {
	case EVENT_LOGIN:
		must(e->login.extranonce1.n == 0);
		must(e->login.host.n == 0 || e->login.host_source);
		see(t, e->login.user_agent);
		see(t, e->login.host);
		see(t, e->login.worker);
		break;
	case EVENT_JOB:
		see_job(t, e);
		break;
	case EVENT_SHARE:
		see_share(t, &e->share);
		break;
	case EVENT_VERDICT:
		see_verdict(t, &e->verdict);
		break;
	case EVENT_RATE:
		must(e->rate.hashes_per_s >= 0);
		break;
	case EVENT_TALK:
		break;
	case EVENT_DIFFICULTY:
	case EVENT_ANNOUNCE:
		abort();
	}
}

static void say(struct talk *t, int from, struct span bytes, size_t step)
{
	t->from = from;
	while (bytes.n > 0) {
		const size_t n = bytes.n < step ? bytes.n : step;
		uint8_t *exact = mem_new(n, 1);
		const struct message m = { .text = { exact, n },
					   .position = t->sent[from] };
		const struct dialect_input in = { .from = from, .message = &m };

		memcpy(exact, bytes.p, n);
		t->sent[from] += (uint32_t)n;
		stratum2_dialect.speaks(&in);
		stratum2_dialect.read(t->reader, &in, on_event, t);
		free(exact);
		bytes.p += n;
		bytes.n -= n;
	}
}

static void play(struct talk *t, struct span all, size_t step)
{
	struct cur c = cur_over(all);

	*t = (struct talk){ .client = -1 };
	t->reader = stratum2_dialect.open();
	while (cur_left(&c) >= 3) {
		const uint8_t end = cur_u8(&c);
		const size_t n = cur_le16(&c), left = cur_left(&c);

		if (end >= LOST)
			stratum2_dialect.lost(t->reader, end - LOST);
		else
			say(t, end & 1, cur_take(&c, n < left ? n : left),
			    step);
	}
}

/* A bool's other bits may be anything, so the first writing may differ from
 * what was read; not the second. */
static void round_trip(uint8_t type, struct span payload)
{
	struct stratum2_message m, again;
	struct buf one, two;

	if (!stratum2_message_read(&m, type, payload))
		return;
	buf_init(&one, SPAN_MAX * 2);
	buf_init(&two, SPAN_MAX * 2);
	must(stratum2_message_write(&one, &m));
	must(one.n == payload.n + STRATUM2_HEADER);
	must(stratum2_message_read(
		&again, type,
		(struct span){ one.p + STRATUM2_HEADER, payload.n }));
	must(stratum2_message_write(&two, &again));
	must(one.n == two.n && memcmp(one.p, two.p, one.n) == 0);
	must(type == STRATUM2_NEW_EXTENDED_JOB ||
	     memcmp(one.p + STRATUM2_HEADER, payload.p, payload.n) == 0);
	buf_fini(&one);
	buf_fini(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk whole, cut;
	struct dialect_state a, b;
	const struct span all = { data, size };

	if (size > 9) /* record, header, payload */
		round_trip(data[5], (struct span){ data + 9, size - 9 });
	play(&whole, all, SIZE_MAX);
	play(&cut, all, 1 + size % 7);
	must(whole.digest == cut.digest && whole.shares == cut.shares);
	must(whole.client == cut.client);
	stratum2_dialect.state(whole.reader, &a);
	stratum2_dialect.state(cut.reader, &b);
	must(!memcmp(a.faults, b.faults, sizeof(a.faults)));
	must(a.unmatched == b.unmatched && strcmp(a.name, b.name) == 0);
	stratum2_dialect.close(whole.reader);
	stratum2_dialect.close(cut.reader);
	return 0;
}
