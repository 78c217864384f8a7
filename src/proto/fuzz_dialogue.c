/* Input: u8: bit 0: it begins with the connection's first bytes; above, the
 * length of pieces | acts: u8 what (bit 0: which end; bits 1 and 2: 0 or 3
 * bytes follow, 1 bytes are lost, 2 the end has sent its last) | u16 n,
 * big-endian | n bytes, or n lost. The keys of test_tls_make.h are known.
 *
 * The properties: shares are numbered from 0 without a hole, across readers and
 * tunnels; a verdict is of a share that was given out and had none; the miner's
 * end does not change; no two jobs, and no two shares, of an end have one
 * place; what is held is bounded by what was fed; the state is one that can be.
 * Cut in pieces of any size, and byte by byte, the connection gives the same
 * events and state, unless in one of them the carrier changed or was frames
 * (dialogue.h). Where a dialogue that begins with a piece tells of it,
 * dialogue_likely() did not pass it over, unless it began as no text. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/dialogue.h"
#include "proto/http.h"
#include "proto/test_tls_make.h"

#define SHARES_MAX 4096
#define LIKELY_MAX 8 /* pieces that a dialogue is begun with */
/* What is held: readers with nothing in them, and for each byte fed the rest
 * (buffers double; Stratum v2 keeps 200 bytes for a job of 51). */
#define HELD_BASE (512u << 10)
#define HELD_EACH 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct talk {
	struct dialogue *d;
	int client;
	uint64_t digest, shares, events, fed;
	bool judged[SHARES_MAX];
	bool worked[2];
	uint32_t at[2], last[2];
};

static void mix(struct talk *t, const void *p, size_t n)
{
	if (n)
		t->digest = map_hash(t->digest, p, n);
}

static void see(struct talk *t, struct span s)
{
	must(s.n <= HTTP_BODY_MAX);
	mix(t, &s.n, sizeof(s.n));
	mix(t, s.p, s.n);
}

static void see_place(struct talk *t, const struct event *e)
{
	must(!t->worked[e->from] ||
	     (int32_t)(e->position - t->last[e->from]) > 0);
	t->worked[e->from] = true;
	t->last[e->from] = e->position;
}

static void see_job(struct talk *t, const struct event_job *j)
{
	must(j->branches.n % 32 == 0 &&
	     j->branches.n <= EVENT_BRANCHES_MAX * UINT64_C(32));
	see(t, j->id);
	see(t, j->coinbase1);
	see(t, j->coinbase2);
	see(t, j->branches);
	mix(t, j->previous, sizeof(j->previous));
	mix(t, &j->ntime, sizeof(j->ntime));
}

static void see_share(struct talk *t, const struct event *e)
{
	const struct event_share *s = &e->share;

	must(e->from == t->client && s->number == t->shares);
	must(s->header.n == 0 || s->header.n == 80);
	t->shares++;
	see(t, s->worker);
	see(t, s->job_id);
	see(t, s->extranonce2);
	see(t, s->header);
	see(t, s->solution);
	mix(t, &s->nonce, sizeof(s->nonce));
}

static void see_verdict(struct talk *t, const struct event *e)
{
	const struct event_verdict *v = &e->verdict;

	must(e->from != t->client && v->number < t->shares);
	if (v->number < SHARES_MAX) {
		must(!t->judged[v->number]);
		t->judged[v->number] = true;
	}
	see(t, v->reason);
	mix(t, &v->number, sizeof(v->number));
	mix(t, &v->accepted, sizeof(v->accepted));
}

static void see_login(struct talk *t, const struct event_login *l)
{
	must(l->extranonce1.n <= EVENT_EXTRANONCE1_MAX);
	must(l->host.n == 0 || l->host_source);
	see(t, l->user_agent);
	see(t, l->host);
	see(t, l->worker);
	see(t, l->extranonce1);
}

static void on_event(void *context, const struct event *e)
{
	struct talk *t = context;
	const int client = dialogue_client(t->d);

	must(client == 0 || client == 1);
	must(t->client < 0 || t->client == client);
	must(e->from == 0 || e->from == 1);
	t->client = client;
	t->events++;
	mix(t, &e->type, sizeof(e->type));
	mix(t, &e->from, sizeof(e->from));
	mix(t, &e->position, sizeof(e->position));
	switch (e->type) {
	case EVENT_LOGIN:
		see_login(t, &e->login);
		break;
	case EVENT_DIFFICULTY:
		see(t, e->difficulty.decimal);
		break;
	case EVENT_JOB:
		see_place(t, e);
		see_job(t, &e->job);
		break;
	case EVENT_SHARE:
		see_place(t, e);
		see_share(t, e);
		break;
	case EVENT_VERDICT:
		see_verdict(t, e);
		break;
	case EVENT_RATE:
	case EVENT_ANNOUNCE:
	case EVENT_TALK:
		break;
	}
}

static const struct tls_keys *known_keys(void)
{
	static struct tls_keys *keys;
	struct tls_keys_counts counts = { 0 };
	struct make m;

	if (keys)
		return keys;
	keys = tls_keys_new(16, 0);
	for (int kind = 0; kind < MAKE_KINDS; kind++) {
		make_init(&m, (enum make_kind)kind);
		tls_keys_add(keys, buf_span(&m.keys), &counts);
		make_fini(&m);
	}
	return keys;
}

static void begin(struct talk *t, bool from_start)
{
	*t = (struct talk){ .client = -1 };
	t->d = dialogue_new(known_keys(), from_start, on_event, t);
}

static void feed(struct talk *t, int from, struct span bytes, size_t step)
{
	while (bytes.n > 0) {
		const size_t n = bytes.n < step ? bytes.n : step;
		uint8_t *copy = mem_new(n, 1);
		const struct message chunk = { .text = { copy, n },
					       .position = t->at[from] };

		memcpy(copy, bytes.p, n);
		t->at[from] += (uint32_t)n;
		t->fed += n;
		dialogue_feed(t->d, from, chunk);
		free(copy);
		must(dialogue_held(t->d) <= HELD_BASE + HELD_EACH * t->fed);
		bytes.p += n;
		bytes.n -= n;
	}
}

/* With something that no message has, and that makes it no frame. */
static bool begins_in_junk(struct span bytes)
{
	for (size_t i = 0; i < bytes.n && i < 16; i++) {
		if (bytes.p[i] < ' ' && !strchr("\t\n\r", bytes.p[i]))
			return true;
	}
	return bytes.n > 0 && bytes.p[0] == '\0';
}

/* The piece alone. */
static void begin_with(struct span bytes, int from, bool from_start)
{
	struct talk t;

	begin(&t, from_start);
	feed(&t, from, bytes, SIZE_MAX);
	must(t.events == 0 || dialogue_likely(bytes, from_start) ||
	     begins_in_junk(bytes));
	dialogue_free(t.d);
}

static void act(struct talk *t, struct cur *c, size_t step, bool alone)
{
	const unsigned what = cur_u8(c);
	const int from = what & 1;
	const size_t n = cur_be16(c), left = cur_left(c);

	if ((what >> 1 & 3) == 1) {
		dialogue_gap(t->d, from, n + 1);
		t->at[from] += (uint32_t)n + 1;
	} else if ((what >> 1 & 3) == 2) {
		dialogue_end(t->d, from);
	} else {
		const struct span bytes = cur_take(c, n < left ? n : left);

		if (alone && bytes.n > 0)
			begin_with(bytes, from, t->fed == 0);
		feed(t, from, bytes, step);
	}
}

static struct dialogue_state play(struct talk *t, struct cur c, size_t step,
				  bool from_start)
{
	struct dialogue_state state;
	int acts = 0;

	begin(t, from_start);
	while (cur_left(&c) > 3)
		act(t, &c, step, step == SIZE_MAX && ++acts <= LIKELY_MAX);
	dialogue_end(t->d, 0);
	dialogue_end(t->d, 1);
	dialogue_state(t->d, &state);
	must(dialogue_client(t->d) == t->client);
	must(t->events == 0 || state.dialect.name);
	must(state.carrier[0] && strlen(state.carrier) < 31);
	state.tls = NULL; /* lives with t->d */
	dialogue_free(t->d);
	t->d = NULL;
	return state;
}

static bool depends(const struct dialogue_state *s)
{
	return s->counts.changes > 0 || strstr(s->carrier, "frames");
}

static void same(const struct talk *a, const struct talk *b,
		 const struct dialogue_state *s, const struct dialogue_state *u)
{
	if (depends(s) || depends(u))
		return;
	must(a->digest == b->digest && a->events == b->events);
	must(!strcmp(s->carrier, u->carrier));
	must(!memcmp(&s->counts, &u->counts, sizeof(s->counts)));
	must(s->dialect.name == u->dialect.name &&
	     s->dialect.client == u->dialect.client &&
	     s->dialect.unmatched == u->dialect.unmatched &&
	     s->dialect.other_calls == u->dialect.other_calls);
	must(!memcmp(s->dialect.faults, u->dialect.faults,
		     sizeof(s->dialect.faults)));
	must(s->tls_status == u->tls_status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	const uint8_t how = cur_u8(&c);
	struct talk whole, cut;
	struct dialogue_state s, u;

	if (!cur_ok(&c))
		return 0;
	s = play(&whole, c, SIZE_MAX, how & 1);
	for (int i = 0; i < 2; i++) {
		u = play(&cut, c, i ? (how >> 1) + UINT64_C(2) : 1, how & 1);
		same(&whole, &cut, &s, &u);
	}
	return 0;
}
