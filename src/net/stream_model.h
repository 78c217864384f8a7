/* stream_model - what stream should do, done slowly: one array entry per byte.
 *
 * For tests and fuzzing. A pair feeds the same to a stream and to the model;
 * after each call both must have given out the same bytes, gaps, frames and
 * times, and counted the same. */
#ifndef NET_STREAM_MODEL_H
#define NET_STREAM_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "net/stream.h"

#define MODEL_N   1024 /* positions; all data must lie below */
#define MODEL_LOG (4 * MODEL_N)
#define MODEL_GAP 256 /* as a value: not a byte */

struct model_byte {
	bool have, marked;
	uint8_t value;
	uint64_t frame;
	int64_t ts;
	uint64_t mark_segments,
		mark_call; /* first both here and acknowledged */
	int64_t mark_ts;
};

struct model_event { /* one byte, or one gap of size lost */
	int64_t at;
	unsigned value;
	uint32_t lost;
	uint64_t frame;
	int64_t ts;
};

struct pair {
	struct stream *stream;
	bool started, failed, isn_seen;
	uint32_t seq, isn, limit; /* seq: of position 0 */
	int64_t next, end, acked, last, end_ts;
	uint64_t end_frame, segments, calls;
	struct model_byte byte[MODEL_N];
	struct stream_counts counts;
	struct model_event want[MODEL_LOG], got[MODEL_LOG];
	size_t wants, gots, agreed;
};

static struct pair *pair_new(uint32_t limit)
{
	struct pair *p = calloc(1, sizeof(*p));

	p->stream = stream_new(limit);
	p->limit = limit;
	p->last = INT64_MIN;
	return p;
}

static void pair_free(struct pair *p)
{
	stream_free(p->stream);
	free(p);
}

static void model_got(void *context, const struct stream_chunk *c)
{
	struct pair *p = context;
	const int64_t at = (int32_t)(c->seq - p->seq);

	p->failed |= p->gots + c->bytes.n + 1 > MODEL_LOG;
	p->failed |= c->bytes.n == 0 && c->lost == 0;
	if (p->failed)
		return;
	if (c->lost)
		p->got[p->gots++] = (struct model_event){ .at = at - c->lost,
							  .value = MODEL_GAP,
							  .lost = c->lost,
							  .frame = c->frame,
							  .ts = c->ts.ns };
	for (size_t i = 0; i < c->bytes.n; i++)
		p->got[p->gots++] =
			(struct model_event){ .at = at + (int64_t)i,
					      .value = c->bytes.p[i],
					      .frame = c->frame,
					      .ts = c->ts.ns };
}

static void model_give_gap(struct pair *p, int64_t to, uint64_t frame,
			   int64_t ts)
{
	p->last = ts > p->last ? ts : p->last;
	p->want[p->wants++] =
		(struct model_event){ .at = p->next,
				      .value = MODEL_GAP,
				      .lost = (uint32_t)(to - p->next),
				      .frame = frame,
				      .ts = p->last };
	p->counts.gaps++;
	p->counts.lost += (uint64_t)(to - p->next);
	p->next = to;
}

static void model_give_ready(struct pair *p)
{
	while (p->next < MODEL_N && p->byte[p->next].have) {
		const struct model_byte *b = &p->byte[p->next];

		p->last = b->ts > p->last ? b->ts : p->last;
		p->want[p->wants++] = (struct model_event){ .at = p->next,
							    .value = b->value,
							    .frame = b->frame,
							    .ts = p->last };
		p->counts.bytes++;
		p->next++;
	}
}

/* The first position that waits; MODEL_N if none does. */
static int64_t model_first(const struct pair *p)
{
	int64_t at = p->next;

	while (at < MODEL_N && !p->byte[at].have)
		at++;
	return at;
}

static bool model_too_much(const struct pair *p)
{
	uint64_t bytes = 0, pieces = 0;

	for (int64_t at = p->next; at < MODEL_N; at++) {
		const struct model_byte *b = &p->byte[at];

		if (!b->have)
			continue;
		bytes++;
		pieces +=
			at == p->next || !b[-1].have || b[-1].frame != b->frame;
	}
	return bytes > p->limit || pieces > 16 + p->limit / 64;
}

/* The earliest acknowledged byte behind the hole at next. */
static const struct model_byte *model_mark(const struct pair *p)
{
	const struct model_byte *first = NULL;

	for (int64_t at = p->next; at < MODEL_N; at++) {
		const struct model_byte *b = &p->byte[at];

		if (b->have && b->marked &&
		    (!first || b->mark_call < first->mark_call))
			first = b;
	}
	return first;
}

static void model_give_up(struct pair *p)
{
	const int64_t to = model_first(p);
	const struct model_byte *mark = model_mark(p);
	int64_t ts = p->byte[to].ts;

	if (mark && mark->mark_ts > ts)
		ts = mark->mark_ts;
	model_give_gap(p, to, p->byte[to].frame, ts);
}

static void model_settle(struct pair *p, int64_t now)
{
	for (;;) {
		model_give_ready(p);
		if (model_first(p) == MODEL_N)
			return;
		const struct model_byte *mark = model_mark(p);
		const bool over =
			mark && (p->segments - mark->mark_segments >= 16 ||
				 now - mark->mark_ts >= 3000000000);

		if (!over && !model_too_much(p))
			return;
		model_give_up(p);
	}
}

static void model_mark_all(struct pair *p, int64_t now)
{
	for (int64_t at = 0; at < p->acked && at < MODEL_N; at++) {
		struct model_byte *b = &p->byte[at];

		if (!b->have || b->marked)
			continue;
		b->marked = true;
		b->mark_segments = p->segments;
		b->mark_ts = now;
		b->mark_call = p->calls;
	}
}

static void model_take(struct pair *p, const struct segment *s, int64_t from)
{
	const int64_t next = p->next;
	bool fresh = false;

	for (size_t i = 0; i < s->payload.n; i++) {
		const int64_t at = from + (int64_t)i;

		if (at < 0 || at >= MODEL_N)
			continue;
		struct model_byte *b = &p->byte[at];

		if (b->have || at < next) {
			p->counts.retransmitted++;
			p->counts.conflicts +=
				at >= next && b->value != s->payload.p[i];
			continue;
		}
		*b = (struct model_byte){ .have = true,
					  .value = s->payload.p[i],
					  .frame = s->frame,
					  .ts = s->ts.ns };
		fresh = true;
	}
	p->counts.out_of_order += fresh && from > next;
}

static bool model_foreign_syn(struct pair *p, const struct segment *s,
			      int64_t from)
{
	if (!(s->flags & DECODE_SYN))
		return false;
	if (p->isn_seen ? s->seq != p->isn : from > 0)
		return true;
	p->isn_seen = true;
	p->isn = s->seq;
	return false;
}

static void model_data(struct pair *p, const struct segment *s, int64_t from)
{
	if (s->payload_wire_len == 1 && from == p->end - 1 &&
	    !(s->flags & (DECODE_SYN | DECODE_FIN))) {
		p->counts.retransmitted += from >= 0 ? s->payload.n : 0;
		return;
	}
	if ((s->payload_wire_len || s->flags & DECODE_FIN) &&
	    from + s->payload_wire_len > p->end) {
		p->end = from + s->payload_wire_len;
		p->end_ts = s->ts.ns;
		p->end_frame = s->frame;
	}
	model_take(p, s, from);
}

static void model_feed(struct pair *p, const struct segment *s)
{
	const uint32_t seq = s->seq + (s->flags & DECODE_SYN ? 1 : 0);
	const int64_t from = (int32_t)(seq - p->seq);

	p->segments++;
	if (!(s->flags & DECODE_RST)) {
		if (model_foreign_syn(p, s, from))
			p->counts.conflicts++;
		else
			model_data(p, s, from);
	}
	model_mark_all(p, s->ts.ns);
	model_settle(p, s->ts.ns);
}

/* Have both done the same so far? */
static bool pair_agree(struct pair *p)
{
	const struct stream_counts *c = stream_counts(p->stream);
	uint32_t seq;

	if (p->failed || p->wants != p->gots)
		return false;
	for (size_t i = p->agreed; i < p->wants; i++) {
		const struct model_event *w = &p->want[i], *g = &p->got[i];

		if (w->at != g->at || w->value != g->value ||
		    w->lost != g->lost || w->frame != g->frame ||
		    w->ts != g->ts)
			return false;
	}
	p->agreed = p->wants;
	if (stream_next(p->stream, &seq) != p->started ||
	    (p->started && seq != p->seq + (uint32_t)p->next))
		return false;
	return c->bytes == p->counts.bytes && c->gaps == p->counts.gaps &&
	       c->lost == p->counts.lost &&
	       c->retransmitted == p->counts.retransmitted &&
	       c->conflicts == p->counts.conflicts &&
	       c->out_of_order == p->counts.out_of_order;
}

/* Frames are numbered by the call, so each segment has its own. */
static void pair_feed(struct pair *p, struct segment s)
{
	const uint32_t syn = s.flags & DECODE_SYN ? 1 : 0;

	s.frame = ++p->calls;
	if (!p->started && !(s.flags & DECODE_RST) &&
	    (syn || s.payload_wire_len)) {
		p->started = true;
		p->seq = s.seq + syn;
	}
	if (p->started)
		model_feed(p, &s);
	stream_feed(p->stream, &s, model_got, p);
}

static void pair_acked(struct pair *p, int64_t at, struct ts ts)
{
	p->calls++;
	if (p->started) {
		p->acked = at > p->acked ? at : p->acked;
		model_mark_all(p, ts.ns);
		model_settle(p, ts.ns);
	}
	stream_acked(p->stream, p->seq + (uint32_t)at, ts, model_got, p);
}

static void pair_flush(struct pair *p)
{
	p->calls++;
	while (p->started && model_first(p) < MODEL_N) {
		if (p->byte[p->next].have)
			model_give_ready(p);
		else
			model_give_up(p);
	}
	if (p->next < p->end)
		model_give_gap(p, p->end, p->end_frame, p->end_ts);
	stream_flush(p->stream, model_got, p);
}

#endif /* NET_STREAM_MODEL_H */
