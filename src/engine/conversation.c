#include "engine/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/hold.h"
#include "net/stream.h"
#include "proto/dialogue.h"
#include "track/session.h"
#include "watchlist/pools.h"

/* Sealed records of a handshake of TLS 1.3; the rest are data. */
#define TLS_SEALED_BEFORE_DATA 8
#define TLS_1_3_VERSION        0x0304

struct side {
	struct stream *stream;
	struct hold hold;     /* what may not be read before the other side */
	struct ts last_chunk; /* when bytes last became readable */
	bool began, ended;
	uint64_t packets; /* with data */
	uint32_t first;   /* sequence number: ISN, or of the first data */
	bool has_isn;
};

struct conversation {
	struct conversation_place *place;
	struct endpoint end[2];
	struct side side[2];
	struct dialogue *dialogue;
	struct relation *relation; /* shared with others; NULL: none */
	struct session *session;
	struct ts last;
	uint64_t bytes;
	int client;    /* once there is a session */
	bool of_nodes; /* one has told the other of a block */
	uint64_t held; /* its part of what the place counts */
	bool reset;
};

/* What a chunk's callback needs to know. */
struct reading {
	struct conversation *c;
	int direction;
};

static struct span text_span(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* The last names of TLS, as texts of the session's. */
struct tls_words {
	char version[8];
	char names[TLS_NAMES_MAX + 1];
};

static const char *known(const char *text)
{
	return text[0] ? text : NULL;
}

/* The names of a certificate, one behind the other; its common name is often
 * the first of the others again. */
static void copy_names(char out[TLS_NAMES_MAX + 1], struct span rest)
{
	size_t at = 0, last = 0, last_n = 0;

	while (rest.n > 0) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		const size_t n = end ? (size_t)(end - rest.p) : rest.n;

		if (n > 0 && at + n + 1 <= TLS_NAMES_MAX &&
		    (n != last_n || memcmp(out + last, rest.p, n) != 0)) {
			if (at > 0)
				out[at++] = ' ';
			memcpy(out + at, rest.p, n);
			last = at;
			last_n = n;
			at += n;
		}
		rest.p += n + (end != NULL);
		rest.n -= n + (end != NULL);
	}
	out[at] = '\0';
}

static void tell_tls(struct session_state *out, struct tls_words *room,
		     const struct tls_facts *facts)
{
	copy_names(room->names, facts->names);
	/* 0x0301 is TLS 1.0. */
	snprintf(room->version, sizeof(room->version), "1.%d",
		 (facts->version & 0xff) - 1);
	out->tls_version = facts->version ? room->version : NULL;
	out->tls_names = known(room->names);
	out->tls_alpn =
		known(facts->alpn[0] ? facts->alpn : facts->alpn_offered);
	out->tls_host = known(facts->server_name);
	out->ja3 = known(facts->ja3);
	out->ja4 = known(facts->ja4);
}

static struct session_state state_of(const struct conversation *c,
				     const struct dialogue_state *d,
				     struct tls_words *room)
{
	const struct dialogue_counts *n = &d->counts;
	const struct side *miner = &c->side[c->client];
	const struct side *pool = &c->side[!c->client];
	struct session_state state = {
		.dialect = d->dialect.name ? d->dialect.name : "tls",
		.carrier = d->carrier,
		.last = c->last,
		.client_first = miner->first,
		.server_first = pool->first,
		.client_bytes = stream_counts(miner->stream)->bytes,
		.server_bytes = stream_counts(pool->stream)->bytes,
		.client_packets = miner->packets,
		.server_packets = pool->packets,
		.replies_unmatched = d->dialect.unmatched,
		.other_calls = d->dialect.other_calls,
		.malformed = n->not_json + n->broken + n->oversized +
			     n->messages.broken + n->messages.oversized,
		.server_name = names_find(c->place->names, &c->end[!c->client],
					  c->place->segment),
	};

	for (int f = 0; f < DIALECT_FAULTS; f++)
		state.malformed += d->dialect.faults[f];
	for (int side = 0; side < 2; side++) {
		const struct stream_counts *s =
			stream_counts(c->side[side].stream);

		state.gaps += s->gaps;
		state.lost += s->lost;
	}
	stream_next(miner->stream, &state.client_end);
	stream_next(pool->stream, &state.server_end);
	if (d->tls)
		tell_tls(&state, room, d->tls);
	return state;
}

static void session_begin(struct conversation *c, struct ts first)
{
	const struct side *miner = &c->side[c->client];
	const struct side *pool = &c->side[!c->client];
	const struct session_ends ends = {
		.client = c->end[c->client],
		.server = c->end[!c->client],
		.from = c->client,
		.from_start = miner->has_isn && pool->has_isn,
		.client_first = miner->first,
		.server_first = pool->first,
		.first = first,
	};

	if (dialogue_by_http(c->dialogue))
		c->relation = relations_get(c->place->relations, &ends.client,
					    &ends.server);
	c->session = session_new(c->place->store, c->place->rows, &ends,
				 c->relation);
	c->place->counts->sessions++;
}

/* Who told whom of a block, to be put in order over all conversations. */
static void announce(struct conversation *c, const struct event *e)
{
	struct words_note note = {
		.word = { .from = c->end[e->from],
			  .to = c->end[!e->from],
			  .header_time = e->announce.time,
			  .asked = e->announce.asked,
			  .ts = e->ts,
			  .position = e->position },
		.opens = !c->of_nodes,
		.segment = c->place->segment,
		.late = c->place->late,
	};

	c->of_nodes = true;
	memcpy(note.word.hash, e->announce.hash, sizeof(note.word.hash));
	memcpy(note.word.session, session_id(c->session), FACT_ID);
	words_add(c->place->words, &note);
}

static void on_event(void *context, const struct event *e)
{
	struct conversation *c = context;

	if (!c->session) {
		c->client = dialogue_client(c->dialogue);
		session_begin(c, e->ts);
	}
	session_event(c->session, e);
	if (e->type == EVENT_ANNOUNCE)
		announce(c, e);
}

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
	c->dialogue = dialogue_new(place->keys, has_isn[0] && has_isn[1],
				   on_event, c);
	for (int d = 0; d < 2; d++) {
		struct side *side = &c->side[d];

		side->stream = stream_new(CONVERSATION_WAITING_MAX);
		side->last_chunk = TS_NONE;
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

static void on_gap(struct conversation *c, int direction,
		   const struct stream_chunk *chunk)
{
	struct side *side = &c->side[direction];
	const struct ts from =
		ts_known(side->last_chunk) ? side->last_chunk : chunk->ts;

	dialogue_gap(c->dialogue, direction, chunk->lost);
	if (c->session)
		session_gap(c->session, direction == c->client, from,
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
	dialogue_feed(c->dialogue, reading->direction, where);
}

static uint64_t held_by(const struct conversation *c)
{
	uint64_t held = dialogue_held(c->dialogue) +
			(c->session ? session_held(c->session) : 0);

	for (int d = 0; d < 2; d++)
		held += stream_waiting(c->side[d].stream) +
			c->side[d].hold.bytes;
	return held;
}

static bool within_budget(struct conversation *c)
{
	struct conversation_place *place = c->place;

	place->held -= c->held;
	c->held = held_by(c);
	place->held += c->held;
	return place->held <= place->held_max ||
	       c->held <= place->held_max / place->live;
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

/* The side whose front may go on, the earlier of two; -1: neither. */
static int ready(const struct conversation *c, bool all)
{
	int found = -1;

	for (int d = 0; d < 2; d++) {
		const struct hold *h = &c->side[d].hold;
		const struct segment *front = hold_front(h);

		if (!front || (!all && ahead(c, d, front) && !overdue(c, h)))
			continue;
		if (found < 0 ||
		    front->ts.ns < hold_front(&c->side[found].hold)->ts.ns)
			found = d;
	}
	return found;
}

/* What was read of one side may let the other go on. */
static void release(struct conversation *c, bool all)
{
	int d;

	while ((d = ready(c, all)) >= 0) {
		struct segment s = hold_take(&c->side[d].hold);

		feed(c, d, &s);
		hold_free(&s);
	}
}

static void note(struct conversation *c, int direction, const struct segment *s)
{
	struct side *side = &c->side[direction];

	side->packets += s->payload_wire_len > 0;
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

static bool is_listed(const struct conversation *c, const struct tls_facts *f)
{
	const char *name = names_find(c->place->names, &c->end[!f->client],
				      c->place->segment);
	struct span rest = f->names;

	if (pools_by_host(text_span(f->server_name)) ||
	    (name && pools_by_host(text_span(name))))
		return true;
	while (rest.n > 0) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		const size_t n = end ? (size_t)(end - rest.p) : rest.n;

		if (pools_by_host((struct span){ rest.p, n }))
			return true;
		rest.p += n + (end != NULL);
		rest.n -= n + (end != NULL);
	}
	return false;
}

/* TLS without keys says all that it will say before its data come. */
static bool tls_worth_more(struct conversation *c, const struct tls *tls)
{
	const struct tls_facts *facts = tls_facts(tls);

	if (tls_keys_count(c->place->keys) == 0 && facts->server_name[0] &&
	    !is_listed(c, facts))
		return false;
	switch (tls_status(tls)) {
	case TLS_BEGUN:
	case TLS_KEYED:
		return true;
	case TLS_NO_KEYS:
	case TLS_NO_SUITE:
	case TLS_NO_HELLO:
	case TLS_RENEGOTIATED:
		break;
	}
	if (facts->client >= 0 && is_listed(c, facts)) {
		c->client = facts->client;
		session_begin(c, c->last);
		return true;
	}
	/* Where there are no keys at all, only a certificate could tell more:
	 * it is not to be seen in TLS 1.3, and comes before all that is sealed
	 * in those before. */
	if (tls_keys_count(c->place->keys) == 0 &&
	    (facts->version == TLS_1_3_VERSION || facts->names.n > 0 ||
	     tls_counts(tls)->sealed > 0))
		return false;
	return tls_counts(tls)->sealed < TLS_SEALED_BEFORE_DATA;
}

/* Is nothing heard, and nothing being gathered of what was sent? */
static bool is_deaf(const struct conversation *c)
{
	return dialogue_heard(c->dialogue) == 0 &&
	       c->bytes > CONVERSATION_PATIENCE_DEAF && c->held < c->bytes / 2;
}

static bool worth_more(struct conversation *c)
{
	const struct tls *tls = dialogue_tls(c->dialogue);

	if (tls && !tls_worth_more(c, tls))
		return false;
	return (tls || !is_deaf(c)) &&
	       dialogue_heard(c->dialogue) < CONVERSATION_PATIENCE_MESSAGES &&
	       c->bytes < CONVERSATION_PATIENCE_BYTES;
}

bool conversation_segment(struct conversation *c, int direction,
			  const struct segment *s)
{
	struct reading there = { .c = c, .direction = !direction };
	struct hold *h = &c->side[direction].hold;
	const uint64_t before = c->bytes;

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
	/* Most are acknowledgments that tell nothing new. */
	if (s->payload_wire_len == 0 && c->bytes == before)
		return true;
	if (!within_budget(c)) {
		c->place->counts->conversations_dropped++;
		return false;
	}
	return c->session || worth_more(c);
}

static void add_up(struct conversation *c, const struct dialogue_state *state)
{
	struct scan_counts *n = c->place->counts;
	const struct dialogue_counts *m = &state->counts;

	for (int d = 0; d < 2; d++) {
		const struct stream_counts *s =
			stream_counts(c->side[d].stream);

		n->gaps += s->gaps;
		n->lost += s->lost;
		n->retransmitted += s->retransmitted;
		n->conflicts += s->conflicts;
		n->out_of_order += s->out_of_order;
	}
	n->messages.whole += m->messages.whole + m->whole;
	n->messages.cut += m->messages.cut + m->cut;
	n->messages.oversized += m->messages.oversized + m->oversized;
	n->messages.broken += m->messages.broken + m->broken;
	n->messages.junk += m->messages.junk;
	for (int f = 0; f < DIALECT_FAULTS; f++)
		n->faults[f] += state->dialect.faults[f];
	n->not_json += m->not_json;
	n->replies_unmatched += state->dialect.unmatched;
	n->jobs_dropped += session_jobs_dropped(c->session);
}

static void session_end(struct conversation *c)
{
	struct dialogue_state state;
	struct session_state told;
	struct tls_words room;

	dialogue_state(c->dialogue, &state);
	add_up(c, &state);
	told = state_of(c, &state, &room);
	session_free(c->session, &told);
	if (c->relation)
		relations_put(c->relation);
}

void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	release(c, true);
	for (int d = 0; d < 2; d++) {
		struct reading reading = { .c = c, .direction = d };

		stream_flush(c->side[d].stream, on_chunk, &reading);
	}
	for (int d = 0; d < 2; d++)
		dialogue_end(c->dialogue, d);
	if (c->session)
		session_end(c);
	for (int d = 0; d < 2; d++) {
		hold_fini(&c->side[d].hold);
		stream_free(c->side[d].stream);
	}
	c->place->held -= c->held;
	c->place->live--;
	dialogue_free(c->dialogue);
	free(c);
}

struct ts conversation_last(const struct conversation *c)
{
	return c->last;
}

bool conversation_has_session(const struct conversation *c)
{
	return c->session != NULL;
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
