#include "engine/conversation.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/hold.h"
#include "net/stream.h"
#include "proto/message.h"
#include "proto/stratum1.h"
#include "track/session.h"

struct side {
	struct stream *stream;
	struct message_reader reader;
	struct hold hold;     /* what may not be read before the other side */
	struct ts last_chunk; /* when bytes last became readable */
	bool began, ended;
	uint32_t first; /* sequence number: ISN, or of the first data */
	bool has_isn;
};

struct conversation {
	struct conversation_place *place;
	struct endpoint end[2];
	struct side side[2];
	struct stratum1 *stratum1;
	struct session *session;
	struct ts last;
	uint64_t messages, bytes;
	uint64_t held; /* its part of what the place counts */
	bool reset;
};

/* What a chunk's callback needs to know. */
struct reading {
	struct conversation *c;
	int direction;
};

struct conversation *conversation_new(struct conversation_place *place,
				      const struct endpoint *a,
				      const struct endpoint *b,
				      const bool has_isn[2],
				      const uint32_t isn[2])
{
	struct conversation *c = mem_new(1, sizeof(*c));

	c->last = TS_NONE;
	c->place = place;
	place->live++;
	c->end[0] = *a;
	c->end[1] = *b;
	c->stratum1 = stratum1_new();
	for (int d = 0; d < 2; d++) {
		struct side *side = &c->side[d];

		side->stream = stream_new(CONVERSATION_WAITING_MAX);
		side->last_chunk = TS_NONE;
		message_init(&side->reader);
		side->has_isn = has_isn[d];
		if (has_isn[d]) {
			const struct segment syn = { .flags = DECODE_SYN,
						     .seq = isn[d] };

			stream_feed(side->stream, &syn, NULL, NULL);
			side->began = true;
			side->first = isn[d];
		}
	}
	return c;
}

static struct session_state state_of(const struct conversation *c)
{
	const int client = stratum1_client(c->stratum1);
	const uint64_t *faults = stratum1_faults(c->stratum1);
	struct session_state state = {
		.dialect = stratum1_dialect(c->stratum1),
		.last = c->last,
		.client_first = c->side[client].first,
		.server_first = c->side[!client].first,
		.replies_unmatched = stratum1_unmatched(c->stratum1),
		.malformed = stratum1_not_json(c->stratum1),
	};

	for (int f = 0; f < STRATUM1_FAULTS; f++)
		state.malformed += faults[f];
	for (int d = 0; d < 2; d++) {
		const struct stream_counts *n =
			stream_counts(c->side[d].stream);

		state.gaps += n->gaps;
		state.lost += n->lost;
		state.malformed += c->side[d].reader.counts.broken +
				   c->side[d].reader.counts.oversized;
	}
	stream_next(c->side[client].stream, &state.client_end);
	stream_next(c->side[!client].stream, &state.server_end);
	return state;
}

static void session_begin(struct conversation *c, struct ts first)
{
	const int client = stratum1_client(c->stratum1);
	const struct side *miner = &c->side[client];
	const struct side *pool = &c->side[!client];
	const struct session_ends ends = {
		.client = c->end[client],
		.server = c->end[!client],
		.from_start = miner->has_isn && pool->has_isn,
		.client_first = miner->first,
		.server_first = pool->first,
		.first = first,
	};

	c->session = session_new(c->place->store, c->place->rows, &ends);
	c->place->counts->sessions++;
}

static void on_event(void *context, const struct event *e)
{
	struct conversation *c = context;

	if (!c->session)
		session_begin(c, e->ts);
	session_event(c->session, e);
}

static void on_message(void *context, const struct message *m)
{
	const struct reading *reading = context;
	struct conversation *c = reading->c;

	c->messages++;
	stratum1_message(c->stratum1, reading->direction, m, on_event, c);
}

static void on_gap(struct conversation *c, int direction,
		   const struct stream_chunk *chunk)
{
	struct side *side = &c->side[direction];
	const struct ts from =
		ts_known(side->last_chunk) ? side->last_chunk : chunk->ts;

	message_gap(&side->reader);
	stratum1_gap(c->stratum1, direction);
	if (c->session)
		session_gap(c->session,
			    direction == stratum1_client(c->stratum1), from,
			    chunk->ts);
}

static void on_chunk(void *context, const struct stream_chunk *chunk)
{
	struct reading *reading = context;
	struct conversation *c = reading->c;
	struct side *side = &c->side[reading->direction];
	const struct message where = {
		.text = chunk->bytes,
		.position = chunk->seq,
		.ts = chunk->ts,
		.frame = chunk->frame,
		.input = chunk->input,
	};

	if (chunk->lost > 0)
		on_gap(c, reading->direction, chunk);
	if (chunk->bytes.n == 0)
		return;
	c->bytes += chunk->bytes.n;
	side->last_chunk = chunk->ts;
	message_feed(&side->reader, where, on_message, reading);
}

static uint64_t held_by(const struct conversation *c)
{
	uint64_t held = c->session ? session_held(c->session) : 0;

	for (int d = 0; d < 2; d++)
		held += stream_waiting(c->side[d].stream) +
			c->side[d].reader.pending.n + c->side[d].hold.bytes;
	return held;
}

static bool within_budget(struct conversation *c)
{
	struct conversation_place *place = c->place;

	place->held -= c->held;
	c->held = held_by(c);
	place->held += c->held;
	return place->held <= CONVERSATION_HELD_MAX ||
	       c->held <= CONVERSATION_HELD_MAX / place->live;
}

/* Did its sender know more of the other direction than was read of it? */
static bool ahead(const struct conversation *c, int direction,
		  const struct segment *s)
{
	const struct side *other = &c->side[!direction];
	uint32_t next;

	if (!(s->flags & DECODE_ACK) || !stream_next(other->stream, &next))
		return false;
	/* A FIN is acknowledged as if it were a byte. */
	return (int32_t)(s->ack - next) > (other->ended ? 1 : 0);
}

static bool overdue(const struct conversation *c, const struct hold *h)
{
	return h->n >= STREAM_PATIENCE ||
	       ts_seconds(hold_front(h)->ts, c->last) > STREAM_PATIENCE_S;
}

static void feed(struct conversation *c, int direction, const struct segment *s)
{
	struct reading reading = { .c = c, .direction = direction };

	stream_feed(c->side[direction].stream, s, on_chunk, &reading);
}

/* What was read of one side may let the other go on. */
static void release(struct conversation *c, bool all)
{
	bool moved = true;

	while (moved) {
		moved = false;
		for (int d = 0; d < 2; d++) {
			struct hold *h = &c->side[d].hold;

			if (!hold_front(h) ||
			    (!all && ahead(c, d, hold_front(h)) &&
			     !overdue(c, h)))
				continue;
			struct segment s = hold_take(h);

			feed(c, d, &s);
			hold_free(&s);
			moved = true;
		}
	}
}

static void note(struct conversation *c, int direction, const struct segment *s)
{
	struct side *side = &c->side[direction];

	if (!ts_known(c->last) || s->ts.ns > c->last.ns)
		c->last = s->ts;
	if (!side->began && s->payload_wire_len > 0) {
		side->began = true;
		side->first = s->seq;
	}
	if (s->flags & DECODE_FIN)
		side->ended = true;
	if (s->flags & DECODE_RST)
		c->reset = true;
}

bool conversation_segment(struct conversation *c, int direction,
			  const struct segment *s)
{
	struct reading there = { .c = c, .direction = !direction };
	struct hold *h = &c->side[direction].hold;

	note(c, direction, s);
	/* What was acknowledged was received: holes before it are known to be
	 * ours. */
	if (s->flags & DECODE_ACK)
		stream_acked(c->side[!direction].stream, s->ack, s->ts,
			     on_chunk, &there);
	if (s->payload_wire_len > 0 &&
	    (hold_front(h) || ahead(c, direction, s)))
		hold_add(h, s);
	else
		feed(c, direction, s);
	release(c, false);
	if (!within_budget(c)) {
		c->place->counts->conversations_dropped++;
		return false;
	}
	return c->session || (c->messages < CONVERSATION_PATIENCE_MESSAGES &&
			      c->bytes < CONVERSATION_PATIENCE_BYTES);
}

static void add_up(struct conversation *c)
{
	struct scan_counts *n = c->place->counts;
	const uint64_t *faults = stratum1_faults(c->stratum1);

	for (int d = 0; d < 2; d++) {
		const struct stream_counts *s =
			stream_counts(c->side[d].stream);
		const struct message_counts *m = &c->side[d].reader.counts;

		n->gaps += s->gaps;
		n->lost += s->lost;
		n->retransmitted += s->retransmitted;
		n->conflicts += s->conflicts;
		n->out_of_order += s->out_of_order;
		n->messages.whole += m->whole;
		n->messages.cut += m->cut;
		n->messages.oversized += m->oversized;
		n->messages.broken += m->broken;
		n->messages.junk += m->junk;
	}
	for (int f = 0; f < STRATUM1_FAULTS; f++)
		n->faults[f] += faults[f];
	n->not_json += stratum1_not_json(c->stratum1);
	n->replies_unmatched += stratum1_unmatched(c->stratum1);
	n->jobs_dropped += session_jobs_dropped(c->session);
}

void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	release(c, true);
	for (int d = 0; d < 2; d++) {
		struct reading reading = { .c = c, .direction = d };

		stream_flush(c->side[d].stream, on_chunk, &reading);
		message_gap(&c->side[d].reader);
	}
	if (c->session) {
		const struct session_state state = state_of(c);

		add_up(c);
		session_free(c->session, &state);
	}
	for (int d = 0; d < 2; d++) {
		hold_fini(&c->side[d].hold);
		message_fini(&c->side[d].reader);
		stream_free(c->side[d].stream);
	}
	c->place->held -= c->held;
	c->place->live--;
	stratum1_free(c->stratum1);
	free(c);
}

struct ts conversation_last(const struct conversation *c)
{
	return c->last;
}

bool conversation_ended(const struct conversation *c)
{
	return c->reset || (c->side[0].ended && c->side[1].ended);
}

bool conversation_elsewhere(const struct conversation *c, int direction,
			    const struct segment *s)
{
	uint32_t next;

	if (s->payload_wire_len == 0 || !conversation_ended(c) ||
	    !stream_next(c->side[direction].stream, &next))
		return false;
	const uint32_t away = s->seq - next;

	return away > CONVERSATION_NEAR && away < -CONVERSATION_NEAR;
}

bool conversation_replaced(const struct conversation *c, int direction,
			   const struct segment *syn)
{
	uint32_t isn;

	/* A SYN within a conversation that began before the capture, or with
	 * another ISN, opens a new one. */
	return !stream_isn(c->side[direction].stream, &isn) || isn != syn->seq;
}
