/* Input: acts: u8 what | u16 n | n bytes (little-endian; of the last act, what
 * is left). Bit 0 of what: the end; bit 4: the private network's magic, not the
 * main one's. Bits 1 to 3: 0 the bytes as they are; 1 a gap; 2 the end has sent
 * its last; 3 a message, its command by the first byte; 4 the same with a wrong
 * checksum; 5 the same without one; 6 a block whose root is made to match.
 *
 * The properties: cut in pieces of any size, the conversation gives the same
 * events and state. Positions lie within what an end sent, in order. The client
 * does not change. A block's job comes with its share, of the same id, number
 * and place, and coinbase and branch lead to a header whose hash is the id.
 * What is told unasked is told to an end that was heard. Behind a gap a whole
 * message is read, whatever came before. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "coin/block.h"
#include "hash/sha256d.h"
#include "proto/p2p.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t main_magic[4] = { 0xf9, 0xbe, 0xb4, 0xd9 };
static const uint8_t test_magic[4] = { 0xfa, 0xbf, 0xb5, 0xda };
static const char *const commands[] = {
	"version",    "verack",  "inv",     "getdata",    "getblocks",
	"getheaders", "headers", "block",   "cmpctblock", "merkleblock",
	"tx",         "ping",    "unknown",
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct talk {
	void *reader;
	size_t step;
	uint64_t digest, shares, events;
	uint32_t sent[2], told[2];
	bool heard[2], over[2];
	int client;
	/* The job that waits for its share. */
	bool open;
	uint8_t root[32];
	struct event job;
};

static void mix(struct talk *t, const void *p, size_t n)
{
	if (n)
		t->digest = map_hash(t->digest, p, n);
}

static void mix_span(struct talk *t, struct span s)
{
	must(s.n <= MESSAGE_MAX);
	mix(t, &s.n, sizeof(s.n));
	mix(t, s.p, s.n);
}

static void on_job(struct talk *t, const struct event *e)
{
	const struct event_job *j = &e->job;

	must(j->readable && j->submitted && j->has_target && j->id.n == 32);
	must(j->coinbase2.n == 0 && j->branches.n % 32 == 0);
	if (j->coinbase1.n) {
		must(j->branches.n <= EVENT_BRANCHES_MAX * UINT64_C(32));
		sha256d(t->root, j->coinbase1.p, j->coinbase1.n);
		merkle_fold(t->root, j->branches.p, j->branches.n / 32);
	} else {
		must(j->branches.n == 32);
		memcpy(t->root, j->branches.p, 32);
	}
	mix_span(t, j->coinbase1);
	mix(t, &j->height, sizeof(j->height));
	t->open = true;
	t->job = *e;
}

static void on_share(struct talk *t, const struct event *e)
{
	const struct event_job *j = &t->job.job;
	uint8_t raw[HEADER_SIZE], hash[32];
	struct header h = {
		.version = j->version,
		.time = e->share.ntime,
		.nbits = j->nbits,
		.nonce = e->share.nonce,
	};

	must(t->open && e->share.readable && e->share.number == t->shares);
	must(t->job.position == e->position && t->job.from == e->from);
	must(e->share.job_id.n == 32 && j->ntime == e->share.ntime);
	memcpy(h.previous, j->previous, 32);
	memcpy(h.merkle_root, t->root, 32);
	header_write(raw, &h);
	sha256d(hash, raw, sizeof(raw));
	must(memcmp(hash, e->share.job_id.p, 32) == 0);
	mix(t, hash, sizeof(hash));
	must(e->share.is_block == (j->coinbase1.n > 0));
	mix(t, &e->share.witness, sizeof(e->share.witness));
	t->shares++;
	t->open = false;
}

static void on_place(struct talk *t, const struct event *e)
{
	struct dialect_state state;

	p2p_dialect.state(t->reader, &state);
	must(state.client == 0 || state.client == 1);
	must(t->client < 0 || t->client == state.client);
	t->client = state.client;
	must(e->position < t->sent[e->from]);
	must(e->position >= t->told[e->from]);
	t->told[e->from] = e->position;
	t->heard[e->from] = true;
	t->events++;
	mix(t, &e->type, sizeof(e->type));
	mix(t, &e->from, sizeof(e->from));
	mix(t, &e->position, sizeof(e->position));
	mix(t, &e->ts, sizeof(e->ts));
}

static void on_event(void *context, const struct event *e)
{
	struct talk *t = context;

	on_place(t, e);
	must(!t->open || e->type == EVENT_SHARE);
	switch (e->type) {
	case EVENT_LOGIN:
		must(e->login.user_agent.n + e->login.server_agent.n > 0);
		must(!e->login.user_agent.n == (e->from != t->client));
		mix_span(t, e->login.user_agent);
		mix_span(t, e->login.server_agent);
		break;
	case EVENT_ANNOUNCE:
		must(e->announce.asked || t->heard[!e->from]);
		mix(t, &e->announce.asked, sizeof(e->announce.asked));
		mix(t, e->announce.hash, sizeof(e->announce.hash));
		mix(t, &e->announce.time, sizeof(e->announce.time));
		break;
	case EVENT_JOB:
		on_job(t, e);
		break;
	case EVENT_SHARE:
		on_share(t, e);
		break;
	case EVENT_TALK:
		break;
	case EVENT_DIFFICULTY:
	case EVENT_VERDICT:
	case EVENT_RATE:
		must(false);
	}
}

static void say(struct talk *t, int from, struct span bytes, struct ts ts)
{
	while (bytes.n > 0) {
		const size_t n = bytes.n < t->step ? bytes.n : t->step;
		uint8_t *copy = mem_new(n, 1);
		const struct message piece = { .text = { copy, n },
					       .position = t->sent[from],
					       .ts = ts };
		const struct dialect_input in = { .from = from,
						  .message = &piece };

		memcpy(copy, bytes.p, n);
		t->sent[from] += (uint32_t)n;
		p2p_dialect.speaks(&in);
		p2p_dialect.read(t->reader, &in, on_event, t);
		free(copy);
		bytes.p += n;
		bytes.n -= n;
	}
}

/* Puts the root of its transactions into a block's header. */
static void mend_block(uint8_t *raw, size_t n)
{
	struct block b;

	if (!block_parse(&b, (struct span){ raw, n }))
		return;
	memcpy(raw + HEADER_ROOT_AT, b.tree.root, 32);
	block_fini(&b);
}

static void write_message(struct buf *out, unsigned what, struct span bytes)
{
	const uint8_t *magic = what & 0x10 ? test_magic : main_magic;
	const unsigned kind = what >> 1 & 7;
	uint8_t *payload = mem_new(bytes.n, 1);
	const char *command = "block";

	if (kind != 6 && bytes.n > 0) {
		command = commands[bytes.p[0] %
				   (sizeof(commands) / sizeof(commands[0]))];
		bytes.p++;
		bytes.n--;
	}
	memcpy(payload, bytes.p, bytes.n);
	if (kind == 6)
		mend_block(payload, bytes.n);
	p2p_write(out, magic, command, (struct span){ payload, bytes.n },
		  kind == 5);
	if (kind == 4)
		out->p[20] ^= 1;
	free(payload);
}

static void act(struct talk *t, unsigned what, struct span bytes, struct ts ts)
{
	const int from = what & 1;
	struct buf out;

	if (t->over[from])
		return;
	switch (what >> 1 & 7) {
	case 0:
		say(t, from, bytes, ts);
		return;
	case 1:
		p2p_dialect.lost(t->reader, from);
		t->sent[from] += 7;
		return;
	case 2:
		p2p_dialect.end(t->reader, from, on_event, t);
		t->over[from] = true;
		return;
	default:
		break;
	}
	buf_init(&out, 1u << 17);
	write_message(&out, what, bytes);
	say(t, from, buf_span(&out), ts);
	buf_fini(&out);
}

/* Behind a gap a message of the connection's network is read. */
static void read_on(struct talk *t)
{
	struct dialect_state state;
	struct buf out;

	p2p_dialect.state(t->reader, &state);
	const bool on_test = strcmp(state.name, "bitcoin-p2p-regtest") == 0;

	if (!on_test && strcmp(state.name, "bitcoin-p2p") != 0)
		return;
	buf_init(&out, 64);
	p2p_write(&out, on_test ? test_magic : main_magic, "ping",
		  (struct span){ main_magic, 0 }, false);
	p2p_dialect.lost(t->reader, 0);
	t->sent[0] += 9;
	/* A block that was cut is told first. */
	say(t, 0, (struct span){ out.p, 1 }, (struct ts){ 0 });
	const uint64_t before = t->events;

	say(t, 0, (struct span){ out.p + 1, out.n - 1 }, (struct ts){ 0 });
	must(t->events == before + 1);
	buf_fini(&out);
}

static void play(struct talk *t, struct span all, size_t step)
{
	struct cur c = cur_over(all);
	int64_t seconds = 0;

	*t = (struct talk){ .client = -1, .step = step };
	t->reader = p2p_dialect.open();
	while (cur_left(&c) > 3) {
		const unsigned what = cur_u8(&c);
		size_t n = cur_le16(&c);

		n = n < cur_left(&c) ? n : cur_left(&c);
		act(t, what, cur_take(&c, n),
		    (struct ts){ seconds * 1000000000 });
		seconds += what >> 5;
	}
	read_on(t);
	must(!t->open);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk whole, cut;
	const struct span all = { data, size };
	struct dialect_state x, y;

	play(&whole, all, SIZE_MAX);
	play(&cut, all, 1 + size % 7);
	must(whole.digest == cut.digest && whole.events == cut.events);
	p2p_dialect.state(whole.reader, &x);
	p2p_dialect.state(cut.reader, &y);
	must(memcmp(x.faults, y.faults, sizeof(x.faults)) == 0);
	must(x.client == y.client && strcmp(x.name, y.name) == 0);
	p2p_dialect.close(whole.reader);
	p2p_dialect.close(cut.reader);
	return 0;
}
