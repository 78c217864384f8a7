/* test_stratum2 - conversations for the tests: messages of our own writer (no
 * capture of Stratum v2 in clear has been published), and what they became. */
#ifndef PROTO_TEST_STRATUM2_H
#define PROTO_TEST_STRATUM2_H

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum2.h"
#include "proto/stratum2_message.h"
#include "proto/test_dialect.h"

#define TEXT(s)         ((struct span){ (const uint8_t *)(s), strlen(s) })
#define STRATUM2_PIECES 512

/* What the ends said, in order: pieces of a few frames each. */
struct script {
	struct {
		int from; /* 2, 3: bytes of end 0, 1 were lost */
		struct buf bytes;
	} piece[STRATUM2_PIECES];
	size_t n;
};

static inline struct buf *script_piece(struct script *s, int from)
{
	s->piece[s->n].from = from;
	buf_init(&s->piece[s->n].bytes, 1u << 20);
	return &s->piece[s->n++].bytes;
}

static inline void script_say(struct script *s, int from,
			      struct stratum2_message m)
{
	if (!stratum2_message_write(script_piece(s, from), &m))
		abort();
}

static inline void script_fini(struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_fini(&s->piece[i].bytes);
	s->n = 0;
}

struct talk {
	void *reader;
	struct buf out;
	uint32_t at[2];
	uint32_t last; /* position of the last event */
};

static inline void talk_note(void *context, const struct event *e)
{
	struct talk *t = context;

	t->last = e->position;
	dialect_note(&t->out, e);
}

static inline void talk_bytes(struct talk *t, int from, struct span bytes)
{
	uint8_t *exact = mem_new(bytes.n, 1);
	const struct message where = { .text = { exact, bytes.n },
				       .position = t->at[from] };
	const struct dialect_input in = { .from = from, .message = &where };

	memcpy(exact, bytes.p, bytes.n);
	if (!t->reader && stratum2_dialect.speaks(&in))
		t->reader = stratum2_dialect.open();
	if (t->reader)
		stratum2_dialect.read(t->reader, &in, talk_note, t);
	t->at[from] += (uint32_t)bytes.n;
	free(exact);
}

/* In pieces of at most `step` bytes; the first as it is, as a reader is opened
 * by what its first piece shows. */
static inline void talk_play(struct talk *t, const struct script *s,
			     size_t step)
{
	*t = (struct talk){ 0 };
	buf_init(&t->out, 1u << 24);
	for (size_t i = 0; i < s->n; i++) {
		struct span all = buf_span(&s->piece[i].bytes);
		const int from = s->piece[i].from;

		if (from >= 2 && t->reader)
			stratum2_dialect.lost(t->reader, from - 2);
		while (from < 2 && all.n > 0) {
			const size_t n =
				t->reader && all.n > step ? step : all.n;

			talk_bytes(t, from, (struct span){ all.p, n });
			all.p += n;
			all.n -= n;
		}
	}
}

static inline struct dialect_state talk_state(const struct talk *t)
{
	struct dialect_state state = { .name = "", .client = -1 };

	if (t->reader)
		stratum2_dialect.state(t->reader, &state);
	return state;
}

static inline void talk_fini(struct talk *t)
{
	if (t->reader)
		stratum2_dialect.close(t->reader);
	buf_fini(&t->out);
}

/* Messages with what matters to a test. */

static inline struct stratum2_message say_setup(uint8_t protocol)
{
	return (struct stratum2_message){
		.type = STRATUM2_SETUP,
		.setup = { .protocol = protocol,
			   .min_version = 2,
			   .max_version = 2,
			   .port = 34254,
			   .host = TEXT("pool.example"),
			   .vendor = TEXT("Maker"),
			   .hardware = TEXT("S9"),
			   .firmware = TEXT("fw-1") },
	};
}

static inline struct stratum2_message say_open(uint32_t request,
					       const char *user, float rate,
					       bool extended)
{
	return (struct stratum2_message){
		.type = extended ? STRATUM2_OPEN_EXTENDED
				 : STRATUM2_OPEN_STANDARD,
		.open = { .request = request,
			  .user = TEXT(user),
			  .hash_rate = rate },
	};
}

/* The target is all zeros but for its highest byte. */
static inline struct stratum2_message say_opened(uint32_t request, uint32_t id,
						 uint32_t group,
						 const char *prefix,
						 uint8_t target, bool extended)
{
	return (struct stratum2_message){
		.type = extended ? STRATUM2_OPEN_EXTENDED_SUCCESS
				 : STRATUM2_OPEN_STANDARD_SUCCESS,
		.opened = { .request = request,
			    .channel = id,
			    .has_group = true,
			    .group = group,
			    .extranonce_size = 4,
			    .prefix = TEXT(prefix),
			    .target = { [31] = target } },
	};
}

static inline struct stratum2_message say_target(uint32_t id, uint8_t target)
{
	return (struct stratum2_message){
		.type = STRATUM2_SET_TARGET,
		.update = { .channel = id, .target = { [31] = target } },
	};
}

static inline struct stratum2_message say_job(uint32_t id, uint32_t job,
					      bool extended, uint32_t ntime)
{
	return (struct stratum2_message){
		.type = extended ? STRATUM2_NEW_EXTENDED_JOB : STRATUM2_NEW_JOB,
		.job = { .channel = id,
			 .job = job,
			 .version = 0x20000000,
			 .has_min_ntime = ntime != 0,
			 .min_ntime = ntime,
			 .merkle_root = { 0xee },
			 .version_rolling = true,
			 .prefix = TEXT("<<"),
			 .suffix = TEXT(">>") },
	};
}

static inline struct stratum2_message say_block(uint32_t id, uint32_t job,
						uint8_t hash)
{
	return (struct stratum2_message){
		.type = STRATUM2_SET_NEW_PREV_HASH,
		.prev_hash = { .channel = id,
			       .job = job,
			       .min_ntime = 0x60000000,
			       .nbits = 0x1d00ffff,
			       .prev_hash = { hash } },
	};
}

static inline struct stratum2_message say_submit(uint32_t id, uint32_t sequence,
						 uint32_t job,
						 const char *extranonce)
{
	return (struct stratum2_message){
		.type = extranonce ? STRATUM2_SUBMIT_EXTENDED
				   : STRATUM2_SUBMIT_STANDARD,
		.submit = { .channel = id,
			    .sequence = sequence,
			    .job = job,
			    .nonce = 0x01020304,
			    .ntime = 0x60000001,
			    .version = 0x20004000,
			    .extranonce = TEXT(extranonce ? extranonce : "") },
	};
}

static inline struct stratum2_message say_accepted(uint32_t id, uint32_t last,
						   uint32_t count)
{
	return (struct stratum2_message){
		.type = STRATUM2_SUBMIT_SUCCESS,
		.submitted = { .channel = id,
			       .last_sequence = last,
			       .accepted = count },
	};
}

static inline struct stratum2_message say_refused(uint32_t id,
						  uint32_t sequence,
						  const char *text)
{
	return (struct stratum2_message){
		.type = STRATUM2_SUBMIT_ERROR,
		.refusal = { .id = id,
			     .sequence = sequence,
			     .text = TEXT(text) },
	};
}

/* One miner, one extended channel. */
static inline void script_session(struct script *s)
{
	script_say(s, 0, say_setup(0));
	script_say(s, 1,
		   (struct stratum2_message){
			   .type = STRATUM2_SETUP_SUCCESS,
			   .setup_success = { .used_version = 2 } });
	script_say(s, 0, say_open(1, "acct.w1", 1e12F, true));
	script_say(s, 1, say_opened(1, 7, 0, "PP", 0x10, true));
	script_say(s, 1, say_job(7, 1, true, 0));
	script_say(s, 1, say_block(7, 1, 0xaa));
	script_say(s, 0, say_submit(7, 0, 1, "abcd"));
	script_say(s, 1, say_accepted(7, 0, 1));
	script_say(s, 1, say_target(7, 0x08));
	script_say(s, 1, say_job(7, 2, true, 0x60000005));
	script_say(s, 0, say_submit(7, 1, 2, "abce"));
	script_say(s, 1, say_refused(7, 1, "difficulty-too-low"));
}

#endif /* PROTO_TEST_STRATUM2_H */
