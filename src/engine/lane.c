#include "engine/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/conversation.h"
#include "net/flow.h"
#include "proto/dialogue.h"
#include "proto/tls.h"
#include "watchlist/pools.h"

#define TCP                  6
#define TLS_HANDSHAKE_RECORD 22
#define SWEEP_EVERY          (1u << 18) /* segments, when there is no room */
#define ENDED_S              60         /* for late and repeated segments */
#define IDLE_S               (24 * 3600)
#define IDLE_CROWDED_S       600
/* Payloads of a flow that are searched whole, not at their first byte only. */
#define GLANCES 64
/* How far text may come ahead of the beginning of its stream, and how much of
 * it is looked at to see that it is text. */
#define OVERTAKE_MAX  (64u << 10)
#define OVERTAKE_LOOK 32
#define TINY_START    16 /* bytes */
/* Segments whose flows are brought near together. */
#define GROUP 64

/* What is known of a flow that is no conversation. */
enum {
	FLOW_SYN = 0x01,     /* << direction: its SYN was seen */
	FLOW_DATA = 0x04,    /* << direction: it has sent data */
	FLOW_SETTLED = 0x10, /* not mining, or done: leave it alone */
};

/* A conversation and the entry of the flow table that holds it, in a list from
 * the first to the latest begun: to look at all of them must not cost a look at
 * every flow. */
struct talk {
	struct conversation *conversation;
	struct flow *flow;
	struct talk *before, *after;
};

struct lane {
	const struct lane_place *shared;
	unsigned index;
	struct scan_counts counts;
	struct flow_table *flows;
	struct conversation_place place;
	struct talk *earliest, *latest;
	size_t live;
	uint64_t next_sweep; /* a segment's number */
	struct ts now;       /* of the last packet of the batch before */
};

/* What a flow holds, or NULL. */
static struct talk *talk_of(const struct flow *f)
{
	return f->state & FLOW_HELD ? f->value : NULL;
}

/* state: what is known of the flow then. */
static void let_go(struct lane *l, struct talk *t, uint8_t state)
{
	struct flow *f = t->flow;

	*(t->before ? &t->before->after : &l->earliest) = t->after;
	*(t->after ? &t->after->before : &l->latest) = t->before;
	l->live--;
	f->isn[0] = f->isn[1] = 0;
	f->state = state;
	f->budget = 0;
	conversation_free(t->conversation);
	free(t);
}

/* A flow that leaves the table takes its conversation with it. */
static void on_leave(void *context, struct flow *f)
{
	struct talk *t = talk_of(f);

	if (t)
		let_go(context, t, FLOW_SETTLED);
}

struct lane *lane_new(const struct lane_place *place, unsigned index)
{
	struct lane *l = mem_new(1, sizeof(*l));

	l->shared = place;
	l->index = index;
	l->now = TS_NONE;
	l->flows = flow_table_new(place->flows_max, on_leave, l);
	l->place = (struct conversation_place){
		.store = place->store,
		.rows = place->rows,
		.counts = &l->counts,
		.keys = place->keys,
		.relations = relations_new(place->store),
		.names = place->names,
		.held_max = place->held_max,
	};
	return l;
}

void lane_free(struct lane *l)
{
	if (!l)
		return;
	flow_table_free(l->flows);
	relations_free(l->place.relations);
	free(l);
}

const struct scan_counts *lane_counts(const struct lane *l)
{
	return &l->counts;
}

/* One that is only idle may go on: it is then found again. */
static bool is_over(const struct lane *l, const struct conversation *c,
		    double idle_s, uint8_t *state)
{
	const double idle = ts_seconds(conversation_last(c), l->now);

	*state = conversation_ended(c) ? FLOW_SETTLED : 0;
	return idle > (conversation_ended(c) ? ENDED_S : idle_s);
}

/* Sessions are kept however long they are idle, unless there is no room. */
static void sweep(struct lane *l, double idle_s, bool sessions)
{
	struct talk *t = l->earliest;

	while (t) {
		struct talk *const next = t->after;
		const struct conversation *c = t->conversation;
		uint8_t state;

		if (is_over(l, c, idle_s, &state) &&
		    (sessions || conversation_ended(c) ||
		     !conversation_has_session(c)))
			let_go(l, t, state);
		t = next;
	}
}

static bool make_room(struct lane *l)
{
	if (l->live < l->shared->conversations_max)
		return true;
	if (l->place.segment >= l->next_sweep) {
		l->next_sweep = l->place.segment + SWEEP_EVERY;
		sweep(l, IDLE_CROWDED_S, true);
	}
	if (l->live < l->shared->conversations_max)
		return true;
	l->counts.conversations_dropped++;
	return false;
}

static void converse(struct lane *l, struct talk *t, int direction,
		     const struct segment *seg)
{
	if (!conversation_segment(t->conversation, direction, seg))
		let_go(l, t, FLOW_SETTLED);
}

/* NULL if there is no room: the flow is then left alone. */
static struct talk *begin(struct lane *l, struct flow *f)
{
	struct talk *t;
	bool has_isn[2];

	if (!make_room(l)) {
		f->state |= FLOW_SETTLED;
		return NULL;
	}
	for (int d = 0; d < 2; d++)
		has_isn[d] = (f->state >> d & FLOW_SYN) != 0 &&
			     (f->state >> d & FLOW_DATA) == 0;
	t = mem_new(1, sizeof(*t));
	t->conversation =
		conversation_new(&l->place, &f->a, &f->b, has_isn, f->isn);
	t->flow = f;
	t->before = l->latest;
	*(l->latest ? &l->latest->after : &l->earliest) = t;
	l->latest = t;
	f->value = t;
	f->state |= FLOW_HELD;
	l->live++;
	l->counts.conversations++;
	return t;
}

static void on_syn(struct lane *l, struct flow *f, int direction,
		   const struct segment *seg)
{
	const bool first = (seg->flags & DECODE_ACK) == 0;
	struct talk *t = talk_of(f);

	if (t && !conversation_replaced(t->conversation, direction, seg))
		return;
	if (!t && (f->state >> direction & FLOW_SYN) != 0 &&
	    f->isn[direction] == seg->seq)
		return; /* the same SYN again */
	if (t)
		let_go(l, t, FLOW_SETTLED);
	/* A new connection: what was known of the old one is void. An answer
	 * to a SYN that was seen belongs to that. */
	if (t || first || (f->state >> !direction & FLOW_SYN) == 0) {
		f->state = 0;
		f->budget = 0;
	}
	f->state |= (uint8_t)(FLOW_SYN << direction);
	f->isn[direction] = seg->seq;
}

static bool all_text(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] < ' ' || s.p[i] > '~') && s.p[i] != '\n' &&
		    s.p[i] != '\r' && s.p[i] != '\t')
			return false;
	}
	return true;
}

/* Did text of this side overtake the first byte it sent? It may be the rest of
 * a message whose beginning is still to come. */
static bool overtook(const struct flow *f, int direction,
		     const struct segment *seg)
{
	const uint32_t away = seg->seq - f->isn[direction] - 1;
	const struct span head = { seg->payload.p,
				   seg->payload.n < OVERTAKE_LOOK
					   ? seg->payload.n
					   : OVERTAKE_LOOK };

	return (f->state >> direction & (FLOW_SYN | FLOW_DATA)) == FLOW_SYN &&
	       away > 0 && away < OVERTAKE_MAX && head.n > 0 && all_text(head);
}

/* So little of the beginning of a connection may tell nothing yet. */
static bool is_tiny_start(const struct flow *f, int direction,
			  const struct segment *seg)
{
	return seg->payload.n > 0 && seg->payload.n < TINY_START &&
	       (f->state >> direction & (FLOW_SYN | FLOW_DATA)) == FLOW_SYN &&
	       seg->seq == f->isn[direction] + 1 &&
	       dialogue_begun(seg->payload);
}

/* A TLS connection to somebody who is on no list, when no keys are known that
 * might open it, says nothing of mining: most are so. */
static bool is_foreign_tls(const struct lane *l, const struct segment *seg)
{
	const char *known;
	struct span name;

	if (seg->payload.p[0] != TLS_HANDSHAKE_RECORD ||
	    tls_keys_count(l->place.keys) > 0 ||
	    !tls_name_asked(&name, seg->payload))
		return false;
	known = names_find(l->place.names, &seg->dst, l->place.segment);
	return !pools_by_host(name) &&
	       !(known && pools_by_host((struct span){ (const uint8_t *)known,
						       strlen(known) }));
}

/* Could this payload be the beginning of a dialogue? */
static bool glance(const struct lane *l, struct flow *f,
		   const struct segment *seg)
{
	if (seg->payload.n == 0)
		return false;
	if (seg->payload.p[0] == '{')
		return true;
	if (f->budget >= GLANCES)
		return false;
	f->budget++;
	if (is_foreign_tls(l, seg)) {
		f->state |= FLOW_SETTLED;
		return false;
	}
	return dialogue_likely(seg->payload,
			       f->state == (FLOW_SYN | FLOW_SYN << 1));
}

/* A segment of a flow that is no conversation yet. */
static void on_idle(struct lane *l, struct flow *f, int direction,
		    const struct segment *seg)
{
	if ((glance(l, f, seg) || overtook(f, direction, seg) ||
	     is_tiny_start(f, direction, seg)) &&
	    scan_prefix_wants(l->shared->options, &seg->src, &seg->dst)) {
		struct talk *t = begin(l, f);

		if (t)
			converse(l, t, direction, seg);
		return;
	}
	f->state |= (uint8_t)(FLOW_DATA << direction);
}

static void on_held(struct lane *l, struct flow *f, int direction,
		    const struct segment *seg)
{
	struct talk *t = f->value;

	if (!conversation_elsewhere(t->conversation, direction, seg)) {
		converse(l, t, direction, seg);
		return;
	}
	let_go(l, t, 0);
	if (seg->payload_wire_len > 0)
		on_idle(l, f, direction, seg);
}

static void on_segment(struct lane *l, struct flow *f, int direction,
		       const struct segment *seg)
{
	if (seg->flags & DECODE_SYN)
		on_syn(l, f, direction, seg);
	if (f->state & FLOW_HELD)
		on_held(l, f, direction, seg);
	else if (!(f->state & FLOW_SETTLED) && seg->payload_wire_len > 0)
		on_idle(l, f, direction, seg);
}

/* Where their flows are is asked for all before the first is looked at. */
static void take_group(struct lane *l, const struct batch *b,
		       const uint16_t *which, size_t n)
{
	struct flow_hint hint[GROUP];

	flow_look(l->flows, hint, b->segment, which, n);
	for (size_t i = 0; i < n; i++) {
		const struct segment *seg = &b->segment[which[i]];
		enum flow_direction way;
		struct flow *f = flow_of(l->flows, &way, seg, &hint[i],
					 b->clock_s[which[i]]);

		l->place.segment = b->first + which[i];
		if (seg->protocol == TCP)
			on_segment(l, f, way == FLOW_A_TO_B ? 0 : 1, seg);
	}
}

/* Behind the batch: what goes now is not of any one segment. */
static void behind(struct lane *l, struct batch *b)
{
	l->place.segment = b->first + b->n;
	l->place.late = true;
	l->place.words = &b->words[l->index];
}

void lane_take(struct lane *l, struct batch *b)
{
	const uint16_t *which = b->order + b->from[l->index];
	size_t left = (size_t)(b->from[l->index + 1] - b->from[l->index]);

	l->place.words = &b->words[l->index];
	l->place.late = false;
	while (left > 0) {
		const size_t n = left < GROUP ? left : GROUP;

		take_group(l, b, which, n);
		which += n;
		left -= n;
	}
	l->now = b->now;
	if (b->sweep) {
		behind(l, b);
		sweep(l, IDLE_S, false);
	}
}

void lane_end(struct lane *l, struct batch *b)
{
	behind(l, b);
	l->place.segment = UINT64_MAX; /* all names are known */
	for (struct talk *t = l->earliest, *next; t; t = next) {
		next = t->after;
		let_go(l, t, FLOW_SETTLED);
	}
	l->counts.flows = flow_made(l->flows);
	l->counts.flows_dropped = flow_dropped(l->flows);
	l->counts.jobs_dropped += relations_jobs_dropped(l->place.relations);
	relations_free(l->place.relations);
	l->place.relations = NULL;
}
