#include "net/stream.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/stream_wait.h"

#define FAR (1 << 30)

/* Every piece that waits costs more than its bytes. This many bytes of the
 * limit allow one piece, so that a stream of crumbs costs about what one of
 * loaves does. */
#define BYTES_PER_PIECE 64
#define PIECES_ALWAYS   16

struct stream {
	bool started, isn_seen;
	uint32_t isn;
	uint32_t seq;     /* of position 0, where the stream starts */
	int64_t next;     /* all before this position was given out or up */
	int64_t end;      /* of the furthest segment seen */
	struct ts end_ts; /* and where that was */
	uint64_t end_frame;
	uint32_t end_input;
	struct ts last;    /* of the latest chunk; times never go back */
	uint64_t segments; /* fed */
	uint32_t limit;
	struct stream_wait wait;
	struct stream_counts counts;
};

struct stream *stream_new(uint32_t limit)
{
	struct stream *s = mem_new(1, sizeof(*s));

	s->limit = limit;
	s->last = TS_NONE;
	return s;
}

void stream_free(struct stream *s)
{
	if (!s)
		return;
	stream_wait_fini(&s->wait);
	free(s);
}

static uint32_t seq_at(const struct stream *s, int64_t at)
{
	return s->seq + (uint32_t)at;
}

/* False if too far away to be told from a wrapped one. */
static bool position(const struct stream *s, int64_t *at, uint32_t seq)
{
	const int32_t away = (int32_t)(seq - seq_at(s, s->next));

	*at = s->next + away;
	return away >= -FAR && away <= FAR;
}

static struct ts later(struct ts a, struct ts b)
{
	return a.ns > b.ns ? a : b;
}

/* Gives out p, and as a gap what is missing before it. */
static void give(struct stream *s, const struct stream_piece *p,
		 stream_sink *sink, void *context)
{
	const struct stream_chunk chunk = {
		.bytes = { p->bytes, p->n },
		.ts = later(p->ts, s->last),
		.frame = p->frame,
		.input = p->input,
		.seq = seq_at(s, p->at),
		.lost = (uint32_t)(p->at - s->next),
	};

	s->counts.bytes += p->n;
	s->counts.gaps += chunk.lost > 0;
	s->counts.lost += chunk.lost;
	s->next = p->at + p->n;
	s->last = chunk.ts;
	sink(context, &chunk);
}

/* A hole that is given up after an acknowledgment was never one for the other
 * side: it could read what is behind when it acknowledged, not only now. */
static void release(struct stream *s, stream_sink *sink, void *context)
{
	const struct stream_piece p = stream_wait_take(&s->wait);

	if (p.marked && p.at > s->next)
		s->last = later(s->last, p.mark.ts);
	give(s, &p, sink, context);
	free(p.copy);
}

static bool too_much_waits(const struct stream *s)
{
	return s->wait.bytes > s->limit ||
	       s->wait.count > PIECES_ALWAYS + s->limit / BYTES_PER_PIECE;
}

static bool patience_over(const struct stream *s, const struct stream_piece *p,
			  struct ts now)
{
	if (!p->marked)
		return false;
	return s->segments - p->mark.segments >= STREAM_PATIENCE ||
	       (ts_known(now) && ts_known(p->mark.ts) &&
		ts_seconds(p->mark.ts, now) >= STREAM_PATIENCE_S);
}

/* Gives out what need not wait any longer. */
static void settle(struct stream *s, struct ts now, stream_sink *sink,
		   void *context)
{
	const struct stream_piece *p;

	while ((p = stream_wait_front(&s->wait))) {
		if (p->at > s->next && !too_much_waits(s) &&
		    !patience_over(s, p, now))
			return;
		release(s, sink, context);
	}
}

/* A stream starts at its SYN, or else at the first segment with data. */
static bool start(struct stream *s, const struct segment *seg, uint32_t seq)
{
	const bool syn = seg->flags & DECODE_SYN;

	if (seg->flags & DECODE_RST || (!syn && !seg->payload_wire_len))
		return false;
	s->started = true;
	s->seq = seq;
	s->isn_seen = syn;
	s->isn = seg->seq;
	return true;
}

/* Is this SYN the one that this stream began with? If the stream began without
 * one, a late SYN may do, if it is not ahead of what was given out. */
static bool own_syn(struct stream *s, const struct segment *seg, int64_t at)
{
	if (s->isn_seen)
		return seg->seq == s->isn;
	s->isn_seen = at <= 0;
	s->isn = seg->seq;
	return s->isn_seen;
}

/* One byte just before the end of what was sent, to make the other side
 * answer. Its value is often not the byte's that was there (RFC 9293, 3.8.4:
 * it "may or may not contain one garbage octet of data"). */
static bool keep_alive(const struct stream *s, const struct segment *seg,
		       int64_t at)
{
	return seg->payload_wire_len == 1 && at == s->end - 1 &&
	       !(seg->flags & (DECODE_SYN | DECODE_FIN));
}

/* Is there anything in this segment for the stream? *at is where it begins. */
static bool wanted(struct stream *s, int64_t *at, const struct segment *seg,
		   uint32_t seq)
{
	const bool syn = seg->flags & DECODE_SYN;
	const bool empty = !seg->payload_wire_len &&
			   !(seg->flags & (DECODE_SYN | DECODE_FIN));

	if (empty || seg->flags & DECODE_RST)
		return false;
	if (!position(s, at, seq) || seg->payload_wire_len > FAR ||
	    (syn && !own_syn(s, seg, *at))) {
		s->counts.conflicts++;
		return false;
	}
	if (keep_alive(s, seg, *at)) {
		s->counts.retransmitted += *at >= 0 ? seg->payload.n : 0;
		return false;
	}
	return true;
}

/* Steps over what was given out or up before. What lies before the start was
 * never seen, so it is not seen again either. */
static void skip_old(struct stream *s, struct stream_piece *p)
{
	const int64_t old = s->next - p->at;
	const uint32_t n = old < p->n ? (uint32_t)old : p->n;
	const int64_t before = p->at < 0 ? -p->at : 0;

	if (old <= 0)
		return;
	s->counts.retransmitted += before < n ? (uint64_t)(n - before) : 0;
	p->at += n;
	p->bytes += n;
	p->n -= n;
}

static void take(struct stream *s, const struct segment *seg, int64_t at,
		 stream_sink *sink, void *context)
{
	struct stream_piece p = {
		.at = at,
		.bytes = seg->payload.p,
		.n = (uint32_t)seg->payload.n,
		.ts = seg->ts,
		.frame = seg->frame,
		.input = seg->input,
	};

	skip_old(s, &p);
	if (p.n == 0)
		return;
	if (p.at == s->next && !stream_wait_front(&s->wait)) {
		give(s, &p, sink, context);
		return;
	}
	const struct stream_overlap seen = stream_wait_add(
		&s->wait, &p, (struct stream_moment){ s->segments, seg->ts });

	s->counts.retransmitted += seen.again;
	s->counts.conflicts += seen.conflicts;
	s->counts.out_of_order += p.at > s->next && seen.again < p.n;
}

void stream_feed(struct stream *s, const struct segment *seg, stream_sink *sink,
		 void *context)
{
	/* The SYN has a sequence number of its own. */
	const uint32_t seq = seg->seq + (seg->flags & DECODE_SYN ? 1 : 0);
	int64_t at;

	if (!s->started && !start(s, seg, seq))
		return;
	s->segments++;
	if (wanted(s, &at, seg, seq)) {
		if (at + seg->payload_wire_len > s->end) {
			s->end = at + seg->payload_wire_len;
			s->end_ts = seg->ts;
			s->end_frame = seg->frame;
			s->end_input = seg->input;
		}
		take(s, seg, at, sink, context);
	}
	settle(s, seg->ts, sink, context);
}

void stream_acked(struct stream *s, uint32_t ack, struct ts ts,
		  stream_sink *sink, void *context)
{
	int64_t at;

	if (!s->started || !position(s, &at, ack))
		return;
	stream_wait_mark(&s->wait, at,
			 (struct stream_moment){ s->segments, ts });
	settle(s, ts, sink, context);
}

void stream_flush(struct stream *s, stream_sink *sink, void *context)
{
	static const uint8_t
		nothing[1]; /* so that an empty span has an address */

	while (stream_wait_front(&s->wait))
		release(s, sink, context);
	if (s->next >= s->end)
		return;
	const struct stream_piece gap = {
		.at = s->end,
		.bytes = nothing,
		.ts = s->end_ts,
		.frame = s->end_frame,
		.input = s->end_input,
	};

	give(s, &gap, sink, context);
}

bool stream_next(const struct stream *s, uint32_t *seq)
{
	if (s->started)
		*seq = seq_at(s, s->next);
	return s->started;
}

bool stream_isn(const struct stream *s, uint32_t *isn)
{
	if (s->isn_seen)
		*isn = s->isn;
	return s->isn_seen;
}

uint64_t stream_waiting(const struct stream *s)
{
	return s->wait.bytes;
}

const struct stream_counts *stream_counts(const struct stream *s)
{
	return &s->counts;
}
