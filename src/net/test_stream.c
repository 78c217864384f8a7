#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/stream_model.h"
#include "test/tap.h"

#define T0 1500000000000000000

static const char text[] = "{\"id\":1,\"method\":\"mining.subscribe\"}\n"
			   "{\"id\":2,\"method\":\"mining.authorize\"}\n";

#define TEXT ((uint32_t)sizeof(text) - 1)

/* What came out, as text: "[3]" for a gap of 3 bytes. */
struct out {
	char text[256];
	int64_t ts; /* of the last chunk */
	uint64_t frame;
	uint32_t seq;
};

static void on_chunk(void *context, const struct stream_chunk *c)
{
	struct out *o = context;
	const size_t n = strlen(o->text);
	char gap[16] = "";

	if (c->lost)
		snprintf(gap, sizeof(gap), "[%u]", c->lost);
	snprintf(o->text + n, sizeof(o->text) - n, "%s%.*s", gap,
		 (int)c->bytes.n, (const char *)c->bytes.p);
	o->ts = c->ts.ns;
	o->frame = c->frame;
	o->seq = c->seq;
}

static struct segment data(uint32_t seq, const void *p, size_t n)
{
	return (struct segment){ .seq = seq,
				 .flags = DECODE_ACK,
				 .payload = { p, n },
				 .payload_wire_len = (uint32_t)n,
				 .ts = { T0 },
				 .frame = 1 };
}

static void feed(struct stream *s, struct out *o, uint32_t seq, const char *p)
{
	const struct segment d = data(seq, p, strlen(p));

	stream_feed(s, &d, on_chunk, o);
}

static void feed_flags(struct stream *s, struct out *o, uint32_t seq,
		       uint8_t flags, const char *p)
{
	struct segment d = data(seq, p, strlen(p));

	d.flags = flags;
	stream_feed(s, &d, on_chunk, o);
}

/* All two-way splits, both orders, at the edges of the sequence space. */
static void test_splits(void)
{
	static const uint32_t isn[] = { 0, 1000, UINT32_MAX, UINT32_MAX - 20,
					0x7fffffff };
	bool ok = true;

	for (uint32_t cut = 0; cut <= TEXT; cut++) {
		for (size_t i = 0; i < 10; i++) {
			struct stream *s = stream_new(1000);
			struct out o = { .text = "" };
			const uint32_t seq = isn[i / 2] + 1;
			const struct segment a = data(seq, text, cut);
			const struct segment b =
				data(seq + cut, text + cut, TEXT - cut);
			uint32_t next = 0;

			feed_flags(s, &o, isn[i / 2], DECODE_SYN, "");
			stream_feed(s, i % 2 ? &a : &b, on_chunk, &o);
			stream_feed(s, i % 2 ? &b : &a, on_chunk, &o);
			ok = ok && !strcmp(o.text, text) &&
			     stream_next(s, &next) && next == seq + TEXT &&
			     stream_counts(s)->gaps == 0;
			stream_free(s);
		}
	}
	OK(ok);
}

static void test_handshake(void)
{
	struct stream *s = stream_new(1000);
	struct out o = { .text = "" };
	uint32_t seq = 77, isn = 77;

	OK(!stream_next(s, &seq) && !stream_isn(s, &isn) && seq == 77);
	feed_flags(s, &o, 500, DECODE_ACK, ""); /* no data: no start */
	feed_flags(s, &o, 500, DECODE_RST, "reset");
	OK(!stream_next(s, &seq) && isn == 77);
	feed_flags(s, &o, 99, DECODE_SYN, "fast"); /* TCP Fast Open */
	OK(stream_next(s, &seq) && seq == 104);
	OK(stream_isn(s, &isn) && isn == 99);
	feed_flags(s, &o, 99, DECODE_SYN, "fast"); /* again */
	feed(s, &o, 104, " open");
	OK(!strcmp(o.text, "fast open") && stream_counts(s)->conflicts == 0);
	OK(stream_counts(s)->retransmitted == 4);
	feed_flags(s, &o, 5000, DECODE_SYN, "");
	feed_flags(s, &o, 105, DECODE_SYN, "other");
	OK(stream_counts(s)->conflicts == 2 && stream_isn(s, &isn) &&
	   isn == 99);
	feed_flags(s, &o, 109, DECODE_RST, "bye");
	feed_flags(s, &o, 109, DECODE_FIN | DECODE_ACK, "!");
	feed_flags(s, &o, 111, DECODE_ACK, "");
	stream_flush(s, on_chunk, &o);
	OK(!strcmp(o.text, "fast open!") && stream_counts(s)->gaps == 0);
	stream_free(s);
	stream_free(NULL);
}

/* A capture that begins in the middle, with the SYN late or not at all. */
static void test_midstream(void)
{
	struct stream *s = stream_new(1000);
	struct out o = { .text = "" };
	uint32_t isn;

	feed(s, &o, 1000, "abc");
	feed(s, &o, 998, "yzabc"); /* from before the start: not ours */
	OK(!strcmp(o.text, "abc") && stream_counts(s)->retransmitted == 3);
	feed_flags(s, &o, 2000, DECODE_SYN, ""); /* another connection */
	OK(!stream_isn(s, &isn) && stream_counts(s)->conflicts == 1);
	feed_flags(s, &o, 999, DECODE_SYN, "");
	OK(stream_isn(s, &isn) && isn == 999);
	feed(s, &o, 1003 + (1u << 30) + 1, "far ahead");
	feed(s, &o, 1003 - (1u << 30) - 1, "far behind");
	OK(stream_counts(s)->conflicts == 3 && !strcmp(o.text, "abc"));
	stream_free(s);
}

static void test_first_wins(void)
{
	struct stream *s = stream_new(1000);
	struct out o = { .text = "" };

	feed_flags(s, &o, 99, DECODE_SYN, "");
	feed(s, &o, 103, "defg");
	feed(s, &o, 102, "cDEfgh"); /* two bytes differ */
	OK(stream_counts(s)->conflicts == 2);
	OK(stream_counts(s)->retransmitted == 4);
	feed(s, &o, 100, "abC");
	OK(!strcmp(o.text, "abcdefgh") && stream_counts(s)->conflicts == 3);
	OK(stream_counts(s)->out_of_order == 2);
	stream_free(s);
}

/* Probes that repeat one byte of any value, or none. */
static void test_keep_alive(void)
{
	struct stream *s = stream_new(1000);
	struct out o = { .text = "" };
	struct segment cut = data(110, "klmno", 3);

	feed(s, &o, 100, "abcdef");
	feed(s, &o, 105, "");
	feed(s, &o, 105, "?");
	OK(stream_counts(s)->conflicts == 0);
	OK(stream_counts(s)->retransmitted == 1);
	feed(s, &o, 108, "ij"); /* now behind a hole */
	feed(s, &o, 109, "?");
	OK(stream_counts(s)->conflicts == 0);
	cut.payload_wire_len = 5; /* now where a byte is missing */
	stream_feed(s, &cut, on_chunk, &o);
	feed(s, &o, 114, "?");
	stream_flush(s, on_chunk, &o);
	OK(!strcmp(o.text, "abcdef[2]ijklm[2]"));
	stream_free(s);
	s = stream_new(1000);
	o = (struct out){ .text = "" };
	feed(s, &o, 100, "abc");
	feed(s, &o, 103, "d"); /* a zero-window probe carries real data */
	feed(s, &o, 103, "def");
	OK(!strcmp(o.text, "abcdef") && stream_counts(s)->conflicts == 0);
	stream_free(s);
}

/* What snaplen cut off may come again whole; else it is a hole. */
static void test_cut(void)
{
	struct stream *s = stream_new(1000);
	struct out o = { .text = "" };
	struct segment a = data(100, "abcdef", 2);

	a.payload_wire_len = 6;
	stream_feed(s, &a, on_chunk, &o);
	feed(s, &o, 106, "ghi");
	OK(!strcmp(o.text, "ab"));
	feed(s, &o, 100, "abcdef");
	OK(!strcmp(o.text, "abcdefghi") && stream_counts(s)->lost == 0);
	a.seq = 109;
	stream_feed(s, &a, on_chunk, &o);
	stream_flush(s, on_chunk, &o);
	OK(!strcmp(o.text, "abcdefghiab[4]") && stream_counts(s)->lost == 4);
	OK(o.seq == 115 && stream_counts(s)->bytes == 11);
	a.payload_wire_len = (1u << 30) + 1;
	a.seq = 115;
	stream_feed(s, &a, on_chunk, &o);
	stream_flush(s, on_chunk, &o);
	OK(stream_counts(s)->gaps == 1 && stream_counts(s)->conflicts == 1);
	stream_free(s);
}

static struct ts after(int64_t ms)
{
	return (struct ts){ T0 + ms * 1000000 };
}

/* A hole that only the capture has, with "def" behind it at 103. */
static struct stream *with_hole(struct out *o)
{
	struct stream *s = stream_new(1000);

	*o = (struct out){ .text = "" };
	feed_flags(s, o, 99, DECODE_SYN, "");
	feed(s, o, 103, "def");
	return s;
}

static void test_patience_segments(void)
{
	struct out o;
	struct stream *s = with_hole(&o);
	int fed = 0;

	for (int i = 0; i < 100; i++) /* nobody acknowledged what is behind */
		feed_flags(s, &o, 100, DECODE_ACK, "");
	stream_acked(s, 103, after(10), on_chunk, &o);
	for (int i = 0; i < 100; i++)
		feed_flags(s, &o, 100, DECODE_ACK, "");
	OK(!*o.text);
	stream_acked(s, 104, after(20), on_chunk, &o);
	for (; !*o.text && fed < 100; fed++)
		feed_flags(s, &o, 100, DECODE_ACK, "");
	OK(fed == STREAM_PATIENCE && !strcmp(o.text, "[3]def"));
	OK(o.ts == after(20).ns && o.seq == 103); /* not when we gave up */
	feed(s, &o, 100, "abc");                  /* too late */
	OK(!strcmp(o.text, "[3]def"));
	stream_free(s);
}

static void test_patience_seconds(void)
{
	struct out o;
	struct stream *s = with_hole(&o);

	stream_acked(s, 106, after(100), on_chunk, &o);
	stream_acked(s, 106, after(3099), on_chunk, &o);
	OK(!*o.text);
	stream_acked(s, 106, after(3100), on_chunk, &o);
	OK(!strcmp(o.text, "[3]def") && o.ts == after(100).ns);
	stream_free(s);
	s = with_hole(&o);
	stream_acked(s, 106, after(100), on_chunk, &o);
	struct segment d = data(110, "kl", 2);

	d.ts = after(3100);
	stream_feed(s, &d, on_chunk, &o); /* gives up the first hole only */
	OK(!strcmp(o.text, "[3]def"));
	d = data(100, "abc", 3);
	stream_free(s);
	s = with_hole(&o);
	d.ts = TS_NONE; /* without times only segments count */
	stream_acked(s, 106, TS_NONE, on_chunk, &o);
	stream_acked(s, 106, after(9000), on_chunk, &o);
	OK(!*o.text);
	stream_feed(s, &d, on_chunk, &o);
	OK(!strcmp(o.text, "abcdef"));
	stream_free(s);
}

/* Every segment cut: each hole has patience of its own, so they do not add
 * up. */
static void test_patience_of_each(void)
{
	struct stream *s = stream_new(100000);
	struct out o = { .text = "" };
	uint32_t lag = 0, next;

	for (uint32_t i = 0; i < 200; i++) {
		struct segment d = data(1000 + i * 10, "0123456789", 4);

		o.text[0] = '\0';
		d.payload_wire_len = 10;
		stream_feed(s, &d, on_chunk, &o);
		stream_acked(s, d.seq + 10, after(1), on_chunk, &o);
		stream_next(s, &next);
		lag = d.seq + 10 - next > lag ? d.seq + 10 - next : lag;
	}
	OK(lag <= 10 * (STREAM_PATIENCE + 1));
	stream_free(s);
}

static void test_limit(void)
{
	struct stream *s = stream_new(6);
	struct out o = { .text = "" };

	feed_flags(s, &o, 99, DECODE_SYN, "");
	feed(s, &o, 103, "def");
	feed(s, &o, 108, "ijk");
	OK(!*o.text);
	feed(s, &o, 112, "m"); /* one too many: the first hole goes */
	OK(!strcmp(o.text, "[3]def"));
	feed(s, &o, 113, "nopqrst"); /* more than the limit alone */
	OK(!strcmp(o.text, "[3]def[2]ijk[1]mnopqrst"));
	OK(stream_counts(s)->gaps == 3 && stream_counts(s)->lost == 6);
	stream_free(s);
	s = stream_new(6);
	o = (struct out){ .text = "" };
	feed_flags(s, &o, 99, DECODE_SYN, "");
	for (uint32_t i = 0; i < 1000; i++) /* crumbs are limited as well */
		feed(s, &o, 101 + i * 2, "");
	OK(!*o.text);
	stream_free(s);
}

/* A generator for the model tests: what is sent, and how it is spoilt. */
struct play {
	uint64_t state;
	struct pair *pair;
	uint8_t sent[600];
	uint32_t base, sent_n;
	struct ts ts;
};

static uint32_t chance(struct play *p, uint32_t n)
{
	p->state = p->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(p->state >> 33) % n;
}

static void play_one(struct play *p)
{
	const uint32_t room = (uint32_t)sizeof(p->sent) - p->sent_n;
	uint32_t n = chance(p, 40);
	uint32_t at = p->sent_n;
	uint8_t other[40];

	p->ts.ns += chance(p, 20) ? chance(p, 50) * 1000000 : 2900000000;
	if (chance(p, 4) == 0) /* an earlier part again */
		at = p->sent_n ? chance(p, p->sent_n) : 0;
	else if (n <= room)
		p->sent_n += n;
	n = at + n <= p->sent_n ? n : p->sent_n - at;
	if (chance(p, 6) == 0) /* lost */
		return;
	struct segment d = data(p->base + at, p->sent + at, n);

	d.ts = p->ts;
	if (n && chance(p, 8) == 0) { /* a liar */
		memcpy(other, p->sent + at, n);
		other[chance(p, n)] ^= 0x20;
		d.payload.p = other;
	}
	if (n && chance(p, 10) == 0)
		d.payload.n = chance(p, n);
	pair_feed(p->pair, d);
}

static bool play(uint32_t seed, uint32_t limit)
{
	struct play p = { .state = seed,
			  .pair = pair_new(limit),
			  .base = seed % 3 ? seed * 2654435761u : -100u,
			  .ts = { T0 } };
	bool ok = true;

	for (size_t i = 0; i < sizeof(p.sent); i++)
		p.sent[i] = (uint8_t)(i * 7 + i / 256);
	if (seed % 2) {
		struct segment syn = data(p.base - 1, p.sent, 0);

		syn.flags = DECODE_SYN;
		pair_feed(p.pair, syn);
	}
	for (int i = 0; i < 120 && ok; i++) {
		play_one(&p);
		if (chance(&p, 3) == 0 && p.pair->started)
			pair_acked(p.pair,
				   (int32_t)(p.base + chance(&p, p.sent_n + 1) -
					     p.pair->seq),
				   p.ts);
		ok = pair_agree(p.pair);
	}
	pair_flush(p.pair);
	ok = ok && pair_agree(p.pair);
	pair_free(p.pair);
	return ok;
}

static void test_model(void)
{
	static const uint32_t limits[] = { 0, 60, 200, 100000 };

	for (size_t i = 0; i < 4; i++) {
		bool ok = true;

		for (uint32_t seed = 1; seed <= 1000 && ok; seed++)
			ok = play(seed, limits[i]);
		OK(ok);
	}
}

int main(void)
{
	test_splits();
	test_handshake();
	test_midstream();
	test_first_wins();
	test_keep_alive();
	test_cut();
	test_patience_segments();
	test_patience_seconds();
	test_patience_of_each();
	test_limit();
	test_model();
	return tap_end();
}
