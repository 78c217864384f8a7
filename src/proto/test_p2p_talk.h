/* test_p2p_talk - a conversation of two nodes, and what comes out as text. */
#ifndef PROTO_TEST_P2P_TALK_H
#define PROTO_TEST_P2P_TALK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/block.h"
#include "coin/target.h"
#include "coin/test_block_sample.h"
#include "hash/sha256d.h"
#include "proto/p2p.h"
#include "test/tap.h"

/* `verack` as every node sends it, and as it was before it had a checksum. */
#define VERACK_OLD "f9beb4d976657261636b00000000000000000000"
#define VERACK     VERACK_OLD "5df6e0e2"
/* Of the lab's regtest chain, as captured: a block at height 165 that is told
 * by its header, its coinbase and the short id of its other transaction. */
#define COMPACT                                                                \
	"fabfb5da636d706374626c6f636b000014010000919e959400000030a2e7"         \
	"a1eeb1c6c9bb6455e41ba9fe278faa471d791a6562c0863b400700000000"         \
	"20c199d978848457f3f8aff8b9ebbbb4f544bd3fbde903602834c9569e30"         \
	"37be3206036bfcff031d8242c3da62985d73073693130174485b2b05fd01"         \
	"000100000000010100000000000000000000000000000000000000000000"         \
	"00000000000000000000ffffffff0e02a5000a2f6c616220736f6c6f2fff"         \
	"ffffff0218390395000000001600146171c82d36c90e7fca5f3bf5021da5"         \
	"0476999ce20000000000000000266a24aa21a9ed7826a8148325c4eb909d"         \
	"ab424b9f59cb3053e230f6d84957bbe2fc6d575aedbf0120000000000000"         \
	"000000000000000000000000000000000000000000000000000000000000"

static const uint8_t magic[4] = { 0xf9, 0xbe, 0xb4, 0xd9 };
static const uint8_t ltc_magic[4] = { 0xfb, 0xc0, 0xb6, 0xdb };

struct talk {
	void *reader;
	struct buf out;
	uint32_t sent[2];
	uint8_t root[32];
	struct event_job job;
	int64_t second;
};

static inline void note_text(struct buf *b, const char *name, struct span s)
{
	buf_printf(b, " %s=%.*s", name, (int)s.n, (const char *)s.p);
}

static inline void note_hash(struct buf *b, const uint8_t hash[32])
{
	char text[65];

	buf_printf(b, " %.12s", hex_text_reversed(text, hash, 32));
}

static inline void tell_share(struct talk *t, const struct event *e)
{
	const struct event_job *j = &t->job;
	struct header h = { j->version,     { 0 },    { 0 },
			    e->share.ntime, j->nbits, e->share.nonce };
	uint8_t raw[HEADER_SIZE], hash[32];

	memcpy(h.previous, j->previous, 32);
	memcpy(h.merkle_root, t->root, 32);
	header_write(raw, &h);
	sha256d(hash, raw, sizeof(raw));
	const struct target target = target_of_hash(j->target);

	buf_printf(&t->out, "share %u", (unsigned)e->share.number);
	note_hash(&t->out, hash);
	buf_text(&t->out, target_met(hash, &target) ? " proved" : "");
	if (e->share.is_block)
		buf_printf(&t->out, " witness=%d", e->share.witness);
}

static inline void tell_job(struct talk *t, const struct event_job *j)
{
	t->job = *j;
	if (j->coinbase1.n > 0) {
		sha256d(t->root, j->coinbase1.p, j->coinbase1.n);
		merkle_fold(t->root, j->branches.p, j->branches.n / 32);
	} else {
		memcpy(t->root, j->branches.p, 32);
	}
	buf_text(&t->out, "job");
	note_hash(&t->out, j->id.p);
	buf_printf(&t->out, " coinbase=%zu branches=%zu height=%u",
		   j->coinbase1.n, j->branches.n / 32, j->height);
}

static inline void note(void *context, const struct event *e)
{
	struct talk *t = context;

	buf_printf(&t->out, "%c", e->from ? '<' : '>');
	switch (e->type) {
	case EVENT_LOGIN:
		buf_text(&t->out, "login");
		note_text(&t->out, "agent", e->login.user_agent);
		note_text(&t->out, "server", e->login.server_agent);
		break;
	case EVENT_ANNOUNCE:
		buf_text(&t->out, "announce");
		note_hash(&t->out, e->announce.hash);
		buf_printf(&t->out, " %u%s", e->announce.time,
			   e->announce.asked ? " asked" : "");
		break;
	case EVENT_JOB:
		tell_job(t, &e->job);
		break;
	case EVENT_SHARE:
		tell_share(t, e);
		break;
	case EVENT_TALK:
		buf_text(&t->out, "talk");
		break;
	case EVENT_DIFFICULTY:
	case EVENT_VERDICT:
	case EVENT_RATE:
		OK(false);
	}
	buf_printf(&t->out, " @%u\n", e->position);
}

static inline void talk_init(struct talk *t)
{
	*t = (struct talk){ .reader = p2p_dialect.open(), .second = 1 };
	buf_init(&t->out, 1u << 20);
}

static inline void talk_fini(struct talk *t)
{
	p2p_dialect.close(t->reader);
	buf_fini(&t->out);
}

static inline void say(struct talk *t, int from, struct span bytes)
{
	uint8_t *exact = mem_new(bytes.n, 1);
	const struct message m = { .text = { exact, bytes.n },
				   .position = t->sent[from],
				   .ts = { t->second * 1000000000 } };
	const struct dialect_input in = { .from = from, .message = &m };

	memcpy(exact, bytes.p, bytes.n);
	t->sent[from] += (uint32_t)bytes.n;
	p2p_dialect.read(t->reader, &in, note, t);
	free(exact);
}

static inline void say_hex(struct talk *t, int from, const char *hex)
{
	uint8_t room[SAMPLE_MAX];

	say(t, from, sample_bytes(room, hex));
}

/* A message of the main network. */
static inline void send_message(struct talk *t, int from, const char *command,
				struct span payload)
{
	struct buf b;

	buf_init(&b, P2P_LENGTH_MAX + 24);
	OK(p2p_write(&b, magic, command, payload, false));
	say(t, from, buf_span(&b));
	buf_fini(&b);
}

static inline void send_hex(struct talk *t, int from, const char *command,
			    const char *hex)
{
	uint8_t room[SAMPLE_MAX];

	send_message(t, from, command, sample_bytes(room, hex));
}

static inline uint64_t fault(const struct talk *t, enum dialect_fault f)
{
	struct dialect_state state;

	p2p_dialect.state(t->reader, &state);
	return state.faults[f];
}

static inline uint64_t all_faults(const struct talk *t)
{
	uint64_t n = 0;

	for (int f = 0; f < DIALECT_FAULTS; f++)
		n += fault(t, (enum dialect_fault)f);
	return n;
}

static inline int client(const struct talk *t)
{
	struct dialect_state state;

	p2p_dialect.state(t->reader, &state);
	return state.client;
}

static inline bool is_name(const struct talk *t, const char *name)
{
	struct dialect_state state;

	p2p_dialect.state(t->reader, &state);
	return strcmp(state.name, name) == 0;
}

/* What came out since the last call is this. */
static inline void wanted(struct talk *t, const char *text)
{
	const bool good = strcmp(buf_str(&t->out), text) == 0;

	OK(good);
	if (!good)
		printf("# got: %s# wanted: %s", buf_str(&t->out), text);
	buf_clear(&t->out);
}

/* What came out since the last call has this in it. */
static inline void wanted_in(struct talk *t, const char *text)
{
	const bool good = strstr(buf_str(&t->out), text) != NULL;

	OK(good);
	if (!good)
		printf("# got: %s# wanted in it: %s\n", buf_str(&t->out), text);
	buf_clear(&t->out);
}

/* Version 70016 with an agent; version 31800 without. */
#define VERSION                                                                \
	"80110100"                                                             \
	"0904000000000000"                                                     \
	"1234567800000000"                                                     \
	"00000000000000000000000000000000000000000000000000"                   \
	"00000000000000000000000000000000000000000000000000"                   \
	"0000"                                                                 \
	"0102030405060708"
#define VERSION_OLD                                                            \
	"387c0000"                                                             \
	"0100000000000000"                                                     \
	"1234567800000000"                                                     \
	"00000000000000000000000000000000000000000000000000"                   \
	"00000000000000000000000000000000000000000000000000"                   \
	"0000"                                                                 \
	"0102030405060708"                                                     \
	"00"                                                                   \
	"50c00100"
#define PING "f9beb4d970696e670000000000000000000000005df6e0e2"

/* Parts of entries of lists: hashes, then types. */
#define H1    "1111111111111111111111111111111111111111111111111111111111111111"
#define H2    "2222222222222222222222222222222222222222222222222222222222222222"
#define H170  "eea2d48d2fced4346842835c659e493d323f06d4034469a8905714d100000000"
#define TX    "01000000"
#define BLOCK "02000000"

#endif /* PROTO_TEST_P2P_TALK_H */
