/* Input: lines. The first character says who sent the rest of the line: '>'
 * the first end, '<' the second; '!' is a gap in the second end's bytes and
 * '?' one in the first's. All lines of all ends go through the framing.
 *
 * The properties: cut in pieces of any size, the conversation gives the same
 * events, faults and counts; shares are numbered from 0 without a hole, and a
 * verdict is of a share that was given out and had none; what an event points
 * to lies in its message or in the reader's scratch; which end is the miner
 * does not change; a readable share or job has whole fields. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/stratum1_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHARES_MAX 4096

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct talk {
	struct stratum1 *s;
	struct message_reader reader[2];
	const struct message *message; /* in hand */
	int from, client;
	uint64_t shares, digest;
	bool judged[SHARES_MAX];
};

static void mix(struct talk *t, const void *p, size_t n)
{
	if (n)
		t->digest = map_hash(t->digest, p, n);
}

static bool within(struct span s, struct span all)
{
	return s.p >= all.p && s.n <= all.n &&
	       (size_t)(s.p - all.p) <= all.n - s.n;
}

static void see(struct talk *t, struct span s)
{
	must(s.n == 0 || within(s, t->message->text) ||
	     within(s, buf_span(&t->s->scratch)));
	mix(t, &s.n, sizeof(s.n));
	mix(t, s.p, s.n);
}

static void on_share(struct talk *t, const struct event_share *s)
{
	must(t->from == t->client && s->number == t->shares);
	must(!s->readable || !s->foreign);
	must(s->extranonce2.n <= EVENT_EXTRANONCE1_MAX);
	t->shares++;
	see(t, s->worker);
	see(t, s->job_id);
	see(t, s->extranonce2);
	mix(t, &s->readable, sizeof(s->readable));
	mix(t, &s->nonce, sizeof(s->nonce));
	mix(t, &s->version_bits, sizeof(s->version_bits));
}

static void on_job(struct talk *t, const struct event_job *j)
{
	must(t->from != t->client);
	must(j->branches.n % 32 == 0 &&
	     j->branches.n <= EVENT_BRANCHES_MAX * UINT64_C(32));
	see(t, j->id);
	see(t, j->coinbase1);
	see(t, j->coinbase2);
	see(t, j->branches);
	mix(t, j->previous, sizeof(j->previous));
	mix(t, &j->ntime, sizeof(j->ntime));
}

static void on_verdict(struct talk *t, const struct event_verdict *v)
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
	const int client = stratum1_client(t->s);

	must(client == 0 || client == 1);
	must(t->client < 0 || t->client == client);
	t->client = client;
	must(e->position == t->message->position);
	mix(t, &e->type, sizeof(e->type));
	switch (e->type) {
	case EVENT_LOGIN:
		must(e->login.extranonce1.n <= EVENT_EXTRANONCE1_MAX);
		see(t, e->login.user_agent);
		see(t, e->login.host);
		see(t, e->login.worker);
		see(t, e->login.extranonce1);
		break;
	case EVENT_DIFFICULTY:
		see(t, e->difficulty.decimal);
		break;
	case EVENT_JOB:
		on_job(t, &e->job);
		break;
	case EVENT_SHARE:
		on_share(t, &e->share);
		break;
	case EVENT_VERDICT:
		on_verdict(t, &e->verdict);
		break;
	case EVENT_TALK:
		break;
	}
}

static void on_message(void *context, const struct message *m)
{
	struct talk *t = context;

	t->message = m;
	stratum1_message(t->s, t->from, m, on_event, t);
}

static void say(struct talk *t, struct span line, size_t step, uint32_t at)
{
	while (line.n > 0) {
		const size_t n = line.n < step ? line.n : step;
		uint8_t *copy = mem_new(n, 1);
		const struct message where = { .text = { copy, n },
					       .position = at };

		memcpy(copy, line.p, n);
		message_feed(&t->reader[t->from], where, on_message, t);
		free(copy);
		line.p += n;
		line.n -= n;
		at += (uint32_t)n;
	}
}

static void play(struct talk *t, struct span all, size_t step)
{
	uint32_t at = 0;

	while (all.n > 0) {
		const uint8_t *end = memchr(all.p, '\n', all.n);
		const size_t n = end ? (size_t)(end - all.p) + 1 : all.n;
		const struct span line = { all.p + 1, n - 1 };

		t->from = all.p[0] == '<' || all.p[0] == '!';
		if (all.p[0] == '!' || all.p[0] == '?') {
			message_gap(&t->reader[t->from]);
			stratum1_gap(t->s, t->from);
		} else {
			say(t, line, step, at);
		}
		all.p += n;
		all.n -= n;
		at += (uint32_t)n;
	}
}

static void talk_init(struct talk *t)
{
	*t = (struct talk){ .s = stratum1_new(), .client = -1 };
	message_init(&t->reader[0]);
	message_init(&t->reader[1]);
}

static void talk_fini(struct talk *t)
{
	message_fini(&t->reader[0]);
	message_fini(&t->reader[1]);
	stratum1_free(t->s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk whole, cut;
	const struct span all = { data, size };

	talk_init(&whole);
	talk_init(&cut);
	play(&whole, all, SIZE_MAX);
	play(&cut, all, 1 + size % 7);
	must(whole.digest == cut.digest && whole.shares == cut.shares);
	must(whole.client == cut.client);
	must(!memcmp(stratum1_faults(whole.s), stratum1_faults(cut.s),
		     STRATUM1_FAULTS * sizeof(uint64_t)));
	must(stratum1_not_json(whole.s) == stratum1_not_json(cut.s));
	must(stratum1_unmatched(whole.s) == stratum1_unmatched(cut.s));
	must(strcmp(stratum1_dialect(whole.s), stratum1_dialect(cut.s)) == 0);
	must(whole.s->num_requests <= STRATUM1_REQUESTS_MAX);
	talk_fini(&whole);
	talk_fini(&cut);
	return 0;
}
