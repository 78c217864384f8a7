/* test_dialect - scripts for the tests of dialects of JSON objects.
 *
 * A script is a list of lines. '>' is sent by end 0, '<' by end 1; '!' is a gap
 * in end 1's bytes, '?' in end 0's. A number before the object ("<7 {...}") is
 * the HTTP exchange it came in. What the dialect made of it comes out as text,
 * one line an event. */
#ifndef PROTO_TEST_DIALECT_H
#define PROTO_TEST_DIALECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/mem.h"
#include "proto/dialect.h"
#include "test/tap.h"

#define DIALECT_LINES_MAX 16
#define DIALECT_NODES_MAX 65536

static inline void note_hex(struct buf *b, const char *name, struct span s)
{
	char text[3];

	buf_printf(b, " %s=", name);
	for (size_t i = 0; i < s.n; i++)
		buf_text(b, hex_text(text, s.p + i, 1));
}

static inline void note_text(struct buf *b, const char *name, struct span s)
{
	buf_printf(b, " %s=%.*s", name, (int)s.n, (const char *)s.p);
}

static inline void note_login(struct buf *b, const struct event_login *l)
{
	buf_text(b, "login");
	if (l->user_agent.n)
		note_text(b, "agent", l->user_agent);
	if (l->host.n)
		note_text(b, "host", l->host);
	if (l->worker.n)
		note_text(b, "worker", l->worker);
	if (l->has_extranonce1)
		note_hex(b, l->extranonce1_set ? "set" : "extranonce1",
			 l->extranonce1);
	if (l->has_version_mask)
		buf_printf(b, " mask=%08x", l->version_mask);
}

static inline void note_target(struct buf *b, const uint8_t target[32])
{
	char text[65];

	buf_printf(b, " target=%s", hex_text_reversed(text, target, 32));
}

static inline void note_other_job(struct buf *b, const struct event_job *j)
{
	static const char *const names[] = { "header", "equihash", "ethash",
					     "claimed" };

	buf_printf(b, " %s", names[j->work]);
	if (j->algorithm.n)
		note_text(b, "algorithm", j->algorithm);
	note_hex(b, "prev", (struct span){ j->previous, 4 });
	if (j->coinbase1.n)
		note_hex(b, "blob", j->coinbase1);
	for (size_t i = 0; i < j->branches.n; i += 32)
		note_hex(b, "part", (struct span){ j->branches.p + i, 4 });
	buf_printf(b, " %08x %08x %08x %s", j->version, j->nbits, j->ntime,
		   j->clean ? "clean" : "old");
	if (j->has_target)
		note_target(b, j->target);
	if (j->height)
		buf_printf(b, " height=%u", j->height);
}

static inline void note_job(struct buf *b, const struct event_job *j)
{
	buf_printf(b, "job id=%.*s", (int)j->id.n, (const char *)j->id.p);
	if (!j->readable) {
		buf_text(b, " foreign");
		return;
	}
	if (j->work != EVENT_HEADER) {
		note_other_job(b, j);
		return;
	}
	note_hex(b, "prev", (struct span){ j->previous, 4 });
	note_hex(b, "cb1", j->coinbase1);
	note_hex(b, "cb2", j->coinbase2);
	buf_printf(b, " branches=%zu %08x %08x %08x %s", j->branches.n / 32,
		   j->version, j->nbits, j->ntime, j->clean ? "clean" : "old");
	if (j->has_target)
		note_target(b, j->target);
	if (j->height)
		buf_printf(b, " height=%u", j->height);
	if (j->is_template)
		buf_text(b, " template");
}

static inline void note_share(struct buf *b, const struct event_share *s)
{
	static const char *const witness[] = { "none", "missing", "stripped",
					       "good", "filled",  "bad" };

	buf_printf(b, "share %llu", (unsigned long long)s->number);
	note_text(b, "worker", s->worker);
	note_text(b, "job", s->job_id);
	if (!s->readable) {
		buf_text(b, s->foreign ? " foreign" : " malformed");
		return;
	}
	note_hex(b, "en2", s->extranonce2);
	buf_printf(b, " %08x %08x", s->ntime, s->nonce);
	if (s->has_version_bits)
		buf_printf(b, " bits=%08x", s->version_bits);
	if (s->header.n)
		note_hex(b, "header", s->header);
	if (s->is_block)
		buf_printf(b, " witness=%s", witness[s->witness]);
	if (s->solution.n)
		buf_printf(b, " solution=%zu", s->solution.n);
	if (s->has_result)
		note_hex(b, "result", (struct span){ s->result, 32 });
}

static inline void dialect_note(void *context, const struct event *e)
{
	struct buf *b = context;

	switch (e->type) {
	case EVENT_LOGIN:
		note_login(b, &e->login);
		break;
	case EVENT_DIFFICULTY:
		buf_printf(b, "difficulty=%.*s", (int)e->difficulty.decimal.n,
			   (const char *)e->difficulty.decimal.p);
		if (e->difficulty.has_target)
			note_target(b, e->difficulty.target);
		break;
	case EVENT_JOB:
		note_job(b, &e->job);
		break;
	case EVENT_SHARE:
		note_share(b, &e->share);
		break;
	case EVENT_VERDICT:
		buf_printf(b, "%s %llu",
			   e->verdict.accepted ? "accepted" : "rejected",
			   (unsigned long long)e->verdict.number);
		if (e->verdict.reason.n)
			note_text(b, "because", e->verdict.reason);
		break;
	case EVENT_RATE:
		buf_printf(b, "rate=%.0f", e->rate.hashes_per_s);
		break;
	case EVENT_ANNOUNCE:
		note_hex(b, "announce", (struct span){ e->announce.hash, 32 });
		break;
	case EVENT_TALK:
		buf_text(b, "talk");
		break;
	}
	buf_text(b, "\n");
}

/* A connection that may speak this dialect. */
struct dialect_talk {
	const struct dialect *dialect;
	void *reader; /* NULL: has not spoken it yet */
	struct json doc;
	struct buf out;
	uint64_t not_json;
};

static inline void dialect_talk_init(struct dialect_talk *t,
				     const struct dialect *d)
{
	*t = (struct dialect_talk){ .dialect = d };
	json_init(&t->doc, DIALECT_NODES_MAX);
	buf_init(&t->out, 1u << 20);
}

static inline void dialect_talk_fini(struct dialect_talk *t)
{
	if (t->reader)
		t->dialect->close(t->reader);
	json_fini(&t->doc);
	buf_fini(&t->out);
}

static inline struct dialect_state dialect_talk_state(
	const struct dialect_talk *t)
{
	struct dialect_state state = { .name = "", .client = -1 };

	if (t->reader)
		t->dialect->state(t->reader, &state);
	return state;
}

static inline void dialect_talk_message(struct dialect_talk *t,
					struct dialect_input *in)
{
	if (!json_parse(&t->doc, NULL, in->message->text)) {
		t->not_json++;
		return;
	}
	in->doc = &t->doc;
	in->object = json_root(&t->doc);
	if (!t->reader && t->dialect->speaks(in))
		t->reader = t->dialect->open();
	if (t->reader)
		t->dialect->read(t->reader, in, dialect_note, &t->out);
}

static inline void dialect_talk_line(struct dialect_talk *t, const char *line)
{
	const char *text = line + 1;
	struct message m = { .ts = { 0 } };
	struct dialect_input in = { .message = &m, .from = line[0] == '<' };

	if (line[0] == '!' || line[0] == '?') {
		if (t->reader)
			t->dialect->lost(t->reader, line[0] == '!');
		return;
	}
	for (in.http = *text >= '0' && *text <= '9';
	     *text >= '0' && *text <= '9'; text++)
		in.exchange = in.exchange * 10 + (uint64_t)(*text - '0');
	const size_t n = strlen(text);
	uint8_t *exact = mem_new(n, 1);

	memcpy(exact, text, n);
	m.text = (struct span){ exact, n };
	dialect_talk_message(t, &in);
	free(exact);
}

struct dialect_vector {
	const char *name;
	const char *line[DIALECT_LINES_MAX];
	const char *wanted;
	const char *dialect; /* NULL: the one given to dialect_test() */
	uint64_t fault[DIALECT_FAULTS], unmatched;
};

static inline void dialect_test(const struct dialect *d,
				const struct dialect_vector *v,
				const char *dialect)
{
	struct dialect_talk t;

	printf("# %s\n", v->name);
	dialect_talk_init(&t, d);
	for (size_t i = 0; i < DIALECT_LINES_MAX && v->line[i]; i++)
		dialect_talk_line(&t, v->line[i]);
	const struct dialect_state state = dialect_talk_state(&t);
	const bool good = strcmp(buf_str(&t.out), v->wanted) == 0;

	OK(good);
	if (!good)
		printf("# got: %s# wanted: %s", buf_str(&t.out), v->wanted);
	OK(memcmp(state.faults, v->fault, sizeof(v->fault)) == 0);
	OK(state.unmatched == v->unmatched);
	OK(!t.reader ||
	   strcmp(state.name, v->dialect ? v->dialect : dialect) == 0);
	dialect_talk_fini(&t);
}

/* Every truncation of a line's object is refused and makes no reader. */
static inline void dialect_test_truncated(const struct dialect *d,
					  const struct dialect_vector *v,
					  size_t num_vectors)
{
	uint64_t wrong = 0, tried = 0;

	for (size_t i = 0; i < num_vectors; i++) {
		const char *line = v[i].line[0];
		struct dialect_talk t;

		dialect_talk_init(&t, d);
		for (size_t n = 2; n + 1 < strlen(line); n++, tried++) {
			char *cut = mem_text(line, n);

			dialect_talk_line(&t, cut);
			wrong += t.out.n > 0 || t.reader != NULL;
			free(cut);
		}
		dialect_talk_fini(&t);
	}
	OK(tried > 100 && wrong == 0);
}

#endif /* PROTO_TEST_DIALECT_H */
