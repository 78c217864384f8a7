/* test_dialogue - conversations for the tests of dialogue, and what they
 * became, cut in all manners.
 *
 * A script (test_stratum2.h) is what the ends said, in order, in the pieces in
 * which it came. Cut anywhere it must give the same events at the same places
 * and the same state. */
#ifndef PROTO_TEST_DIALOGUE_H
#define PROTO_TEST_DIALOGUE_H

#include <stdlib.h>
#include <string.h>

#include "proto/dialogue.h"
#include "proto/http.h"
#include "proto/test_stratum2.h"
#include "proto/test_tls_make.h"
#include "proto/websocket.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEQ      0xfffffe00u /* so that positions wrap */
#define NOWHERE  SIZE_MAX

/* Stratum. */
#define SUBSCRIBE                                                              \
	"{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"miner/1\"]}"
#define SUBSCRIBED                                                             \
	"{\"id\":1,\"result\":[[[\"mining.notify\",\"ae\"]],\"08000002\",4],"  \
	"\"error\":null}"
#define AUTHORIZE                                                              \
	"{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"w.1\",\"x\"]" \
	"}"
#define AUTHORIZED "{\"id\":2,\"result\":true,\"error\":null}"
#define PREVHASH                                                               \
	"4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000"
#define NOTIFY(id)                                                             \
	"{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"" id          \
	"\",\"" PREVHASH "\",\"01ff\",\"2f\",[],\"00000002\",\"1c2ac4af\","    \
	"\"504e86b9\",true]}"
#define SUBMIT(id, job)                                                        \
	"{\"id\":" id                                                          \
	",\"method\":\"mining.submit\",\"params\":[\"w.1\",\"" job             \
	"\",\"00000001\",\"504e86ed\",\"b2957c02\"]}"
#define YES(id) "{\"id\":" id ",\"result\":true,\"error\":null}"
#define NO(id)  "{\"id\":" id ",\"result\":null,\"error\":[21,\"stale\",null]}"

#define NOTED_LOGIN      "login agent=miner/1\n"
#define NOTED_EXTRANONCE "login extranonce1=08000002\n"
#define NOTED_WORKER     "login worker=w.1\n"
#define NOTED_JOB(id)                                                          \
	"job id=" id " prev=f8b6164d cb1=01ff cb2=2f branches=0 00000002 "     \
	"1c2ac4af 504e86b9 clean\n"
#define NOTED_SHARE(n, job)                                                    \
	"share " n " worker=w.1 job=" job " en2=00000001 504e86ed b2957c02\n"

/* What an event says of targets. */
#define ZEROS62 "00000000000000000000000000000000000000000000000000000000000000"

/* getwork: the work of test_getwork.c. */
#define ZEROS                                                                  \
	"000000800000000000000000000000000000000000000000000000000000000000"   \
	"000000000000000000000080020000"
#define LAB_68                                                                 \
	"30000000d249ebd65d47310d96c5f0952d2a1e32a9125b924b6cac8f8b7b3311"     \
	"00000000abd1160e76f1ead992644cb08da72a6f7118c6258d443ab692e05bdc"     \
	"9db34826"
#define LAB_TARGET                                                             \
	"000000000000000000000000000000000000000000000000000006fff9000000"
#define LAB_KEY                                                                \
	"00000030d6eb49d20d31475d95f0c596321e2a2d925b12a98fac6c4b11337b8b"     \
	"000000000e16d1abd9eaf176b04c64926f2aa78d25c61871b63a448ddc5be092"     \
	"2648b39d"
#define GETWORK "{\"method\":\"getwork\",\"params\":[],\"id\":0}"
#define WORK                                                                   \
	"{\"id\":0,\"error\":null,\"result\":{\"data\":\"" LAB_68              \
	"6b02ffe91d03fffc456c6f69" ZEROS "\",\"target\":\"" LAB_TARGET "\"}}"
#define WORKED                                                                 \
	"{\"method\":\"getwork\",\"params\":[\"" LAB_68                        \
	"6b02ffe91d03fffc31bf2701" ZEROS "\"],\"id\":1}"
#define NOTED_WORK                                                             \
	"job id=" LAB_KEY " prev=d6eb49d2 cb1= cb2= branches=1 30000000 "      \
	"1d03fffc 6b02ffe9 old target="                                        \
	"000000f9ff060000000000000000000000000000000000000000000000000000\n"
#define NOTED_WORKED(n, worker)                                                \
	"share " n " worker=" worker " job=" LAB_KEY                           \
	" en2= 6b02ffe9 31bf2701 header=" LAB_KEY "e9ff026bfcff031d0127bf31\n"

#define NOTED_NAMES "login agent=cpuminer 2.5 host=pool.example worker=w.1\n"

/* Coinhive's. */
#define CN_BLOB                                                                \
	"070780e6b9d60586ba419a0c224e3c6c3e134cc45c4fa04d8ee2d91c2595463c57"   \
	"eef0a4f0796c000000002fcc4d62fa6c77e76c30017c768be5c61d83ec9d3a085d"   \
	"524ba8053ecc3224660d"
#define CN_RESULT                                                              \
	"e1364b8782719d7683e2ccd3d8f724bc59dfa780a9e960e7c0e0046acdb40100"
#define CN_AUTH                                                                \
	"{\"type\":\"auth\",\"params\":{\"version\":7,\"site_key\":\"7NYW\","  \
	"\"type\":\"anonymous\",\"user\":null,\"goal\":0}}"
#define CN_AUTHED                                                              \
	"{\"type\":\"authed\",\"params\":{\"token\":\"\",\"hashes\":0}}"
#define CN_JOB                                                                 \
	"{\"type\":\"job\",\"params\":{\"job_id\":\"q7PL\",\"blob\":"          \
	"\"" CN_BLOB "\",\"target\":\"ffffff00\"}}"
#define CN_SUBMIT                                                              \
	"{\"type\":\"submit\",\"params\":{\"version\":7,\"job_id\":\"q7PL\","  \
	"\"nonce\":\"d0030040\",\"result\":\"" CN_RESULT "\"}}"
#define CN_OKAY "{\"type\":\"hash_accepted\",\"params\":{\"hashes\":256}}"
#define NOTED_CN_JOB                                                           \
	"job id=q7PL claimed prev=00000000 blob=" CN_BLOB                      \
	" 00000000 00000000 00000000 old "                                     \
	"target=00ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"    \
	"ffffff\n"
#define NOTED_CN_SHARE(worker)                                                 \
	"share 0 worker=" worker " job=q7PL en2= 00000000 400003d0 "           \
	"result=" CN_RESULT "\n"

static inline void say(struct script *s, int from, const char *text)
{
	buf_text(script_piece(s, from), text);
}

/* Bytes of that end that are lost. */
static inline void say_lost(struct script *s, int from, const char *bytes)
{
	say(s, from + 2, bytes);
}

static inline void say_request(struct script *s, const char *method,
			       const char *target, const char *body)
{
	static const char *const fields[] = { "User-Agent: cpuminer 2.5",
					      NULL };
	const struct http_writing w = { .method = method,
					.target = target,
					.host = "pool.example:80",
					.user = "w.1",
					.fields = fields,
					.body = TEXT(body) };

	if (!http_write_request(script_piece(s, 0), &w))
		abort();
}

static inline void say_answer(struct script *s, unsigned status,
			      const char *const *fields, struct span body)
{
	const struct http_writing w = { .status = status,
					.reason = "Reason",
					.fields = fields,
					.body = body };

	if (!http_write_response(script_piece(s, 1), &w))
		abort();
}

static inline void say_frame(struct script *s, int from, struct span text,
			     bool compressed)
{
	const struct websocket_frame f = { .opcode = WEBSOCKET_TEXT,
					   .compressed = compressed,
					   .masked = from == 0,
					   .mask = { 1, 0x7b, 3, 200 },
					   .payload = text };

	if (!websocket_write(script_piece(s, from), &f))
		abort();
}

/* What a conversation became. */
struct heard {
	struct dialogue *d;
	struct tls_keys *keys;
	struct buf out;    /* the events */
	struct buf places; /* where they lay */
	uint32_t at[2];
	uint32_t last[2];
	bool worked[2];
	bool in_order; /* no two jobs, no two shares at one place */
	uint64_t held; /* most */
	struct dialogue_state state;
};

static inline void heard_event(void *context, const struct event *e)
{
	struct heard *h = context;
	const uint32_t at = e->position - SEQ;

	dialect_note(&h->out, e);
	buf_printf(&h->places, "%d %d %u\n", e->type, e->from, at);
	if (e->type != EVENT_JOB && e->type != EVENT_SHARE)
		return;
	if (h->worked[e->from] && at <= h->last[e->from])
		h->in_order = false;
	h->worked[e->from] = true;
	h->last[e->from] = at;
}

static inline void heard_init(struct heard *h, struct span keys,
			      bool from_start)
{
	struct tls_keys_counts counts = { 0 };

	*h = (struct heard){ .in_order = true };
	buf_init(&h->out, 1u << 24);
	buf_init(&h->places, 1u << 24);
	h->keys = tls_keys_new(64, 0);
	tls_keys_add(h->keys, keys, &counts);
	h->d = dialogue_new(h->keys, from_start, heard_event, h);
}

static inline void heard_fini(struct heard *h)
{
	dialogue_free(h->d);
	tls_keys_free(h->keys);
	buf_fini(&h->out);
	buf_fini(&h->places);
}

static inline void heard_bytes(struct heard *h, int from, struct span bytes)
{
	uint8_t *exact = mem_new(bytes.n ? bytes.n : 1, 1);
	const struct message chunk = { .text = { exact, bytes.n },
				       .position = SEQ + h->at[from] };

	if (bytes.n)
		memcpy(exact, bytes.p, bytes.n);
	h->at[from] += (uint32_t)bytes.n;
	dialogue_feed(h->d, from, chunk);
	free(exact);
	if (dialogue_held(h->d) > h->held)
		h->held = dialogue_held(h->d);
}

static inline void heard_lost(struct heard *h, int from, size_t n)
{
	h->at[from] += (uint32_t)n;
	dialogue_gap(h->d, from, n);
}

static inline void heard_end(struct heard *h)
{
	dialogue_end(h->d, 0);
	dialogue_end(h->d, 1);
	dialogue_state(h->d, &h->state);
}

/* In pieces of at most step bytes; and piece `cut` in two, at byte `at`. */
static inline void heard_play(struct heard *h, const struct script *s,
			      size_t step, size_t cut, size_t at)
{
	for (size_t i = 0; i < s->n; i++) {
		struct span rest = buf_span(&s->piece[i].bytes);
		const int from = s->piece[i].from;

		if (from >= 2) {
			heard_lost(h, from - 2, rest.n);
			continue;
		}
		for (size_t n = i == cut ? at : step; rest.n > 0; n = step) {
			if (n > rest.n)
				n = rest.n;
			heard_bytes(h, from, (struct span){ rest.p, n });
			rest.p += n;
			rest.n -= n;
		}
	}
	heard_end(h);
}

static inline bool heard_same(struct heard *a, struct heard *b)
{
	const struct dialogue_counts *m = &a->state.counts,
				     *n = &b->state.counts;

	return !strcmp(buf_str(&a->out), buf_str(&b->out)) &&
	       !strcmp(buf_str(&a->places), buf_str(&b->places)) &&
	       !strcmp(a->state.carrier, b->state.carrier) &&
	       a->state.dialect.name == b->state.dialect.name &&
	       a->state.dialect.client == b->state.dialect.client &&
	       a->state.dialect.unmatched == b->state.dialect.unmatched &&
	       a->state.tls_status == b->state.tls_status &&
	       !memcmp(a->state.dialect.faults, b->state.dialect.faults,
		       sizeof(a->state.dialect.faults)) &&
	       !memcmp(m, n, sizeof(*m)) && b->in_order;
}

struct dialogue_vector {
	const char *name;
	void (*write)(struct script *s);
	const char *wanted;  /* events */
	const char *carrier; /* and state; dialect NULL: none */
	const char *dialect;
	bool middle; /* the capture began later */
	/* What is looked for at the start of a piece is not found elsewhere:
	 * only as it is written. */
	bool pieces;
};

static inline bool dialogue_splits(struct heard *whole, const struct script *s,
				   struct span keys, bool from_start)
{
	struct heard h;
	bool good = true;

	heard_init(&h, keys, from_start);
	heard_play(&h, s, 1, NOWHERE, 0);
	if (!heard_same(whole, &h)) {
		printf("# byte by byte: %s# %s\n", buf_str(&h.out),
		       h.state.carrier);
		good = false;
	}
	heard_fini(&h);
	for (size_t i = 0; good && i < s->n; i++) {
		/* Of long pieces not every byte. */
		const size_t n = s->piece[i].bytes.n, by = n / 512 + 1;

		for (size_t at = 1; good && at < n; at += by) {
			heard_init(&h, keys, from_start);
			heard_play(&h, s, SIZE_MAX, i, at);
			good = heard_same(whole, &h);
			if (!good)
				printf("# piece %zu cut at %zu: %s# %s\n", i,
				       at, buf_str(&h.out), h.state.carrier);
			heard_fini(&h);
		}
	}
	return good;
}

static inline bool heard_is(struct heard *h, const struct dialogue_vector *v)
{
	const struct dialogue_state *s = &h->state;
	const bool good =
		!strcmp(buf_str(&h->out), v->wanted) &&
		!strcmp(s->carrier, v->carrier) &&
		(v->dialect ? s->dialect.name &&
				      !strcmp(s->dialect.name, v->dialect)
			    : !s->dialect.name) &&
		h->in_order;

	if (!good)
		printf("# got (%s, %s): %s# wanted (%s, %s): %s", s->carrier,
		       s->dialect.name ? s->dialect.name : "-",
		       buf_str(&h->out), v->carrier,
		       v->dialect ? v->dialect : "-", v->wanted);
	return good;
}

static inline void dialogue_test(const struct dialogue_vector *v,
				 struct span keys)
{
	static struct script script;
	struct heard whole;

	printf("# %s\n", v->name);
	v->write(&script);
	heard_init(&whole, keys, !v->middle);
	heard_play(&whole, &script, SIZE_MAX, NOWHERE, 0);
	OK(heard_is(&whole, v));
	if (!v->pieces)
		OK(dialogue_splits(&whole, &script, keys, !v->middle));
	heard_fini(&whole);
	script_fini(&script);
}

#endif /* PROTO_TEST_DIALOGUE_H */
