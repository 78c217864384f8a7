#include "engine/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "engine/conversation.h"
#include "engine/recover.h"
#include "engine/traffic.h"
#include "net/flow.h"
#include "proto/dialogue.h"
#include "proto/tls.h"
#include "watchlist/pools.h"

#define FLOWS_MAX            (4u << 20)
#define CONVERSATIONS_MAX    65536u
#define TLS_HANDSHAKE_RECORD 22
#define DNS_PORT             53
#define SECRETS_MAX          (1u << 20) /* of TLS, in the inputs */
#define SWEEP_EVERY          (1u << 18) /* packets */
#define SWEEP_ABOVE          1024       /* conversations */
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

struct scan {
	struct store *store;
	const struct scan_options *options;
	struct scan_counts *counts;
	struct capture *capture;
	struct decode *decode;
	struct flow_table *flows;
	struct conversation_place place;
	struct relations *relations;
	struct names *names;
	struct tls_keys *keys;
	struct origins *origins;
	struct traffic *traffic;
	int64_t *rows;
	size_t num_rows;
	struct talk *earliest, *latest;
	size_t live, live_max; /* conversations */
	struct ts now;
	uint64_t next_sweep;
};

static bool in_prefix(const struct scan_prefix *p, const struct endpoint *e)
{
	const size_t whole = p->bits / 8;
	const unsigned rest = p->bits % 8;

	if (memcmp(p->net.ip, e->ip, whole) != 0)
		return false;
	return rest == 0 ||
	       (p->net.ip[whole] ^ e->ip[whole]) >> (8 - rest) == 0;
}

static bool of_interest(const struct scan *s, const struct segment *seg)
{
	for (size_t i = 0; i < s->options->num_sites; i++) {
		if (in_prefix(&s->options->site[i], &seg->src) ||
		    in_prefix(&s->options->site[i], &seg->dst))
			return true;
	}
	return s->options->num_sites == 0;
}

bool scan_prefix_parse(struct scan_prefix *out, struct span text)
{
	const uint8_t *slash = memchr(text.p, '/', text.n);
	struct span ip = text;
	uint64_t bits = 128;
	struct scan_prefix p;

	if (slash)
		ip.n = (size_t)(slash - text.p);
	if (!endpoint_ip_parse(&p.net, ip))
		return false;
	const bool v4 = memchr(ip.p, ':', ip.n) == NULL;

	if (slash) {
		const struct span rest = { slash + 1, text.n - ip.n - 1 };

		if (!num_u64(&bits, rest) || bits > (v4 ? 32 : 128))
			return false;
		bits += v4 ? 96 : 0;
	}
	p.bits = (uint8_t)bits;
	*out = p;
	return true;
}

/* What a flow holds, or NULL. */
static struct talk *talk_of(const struct flow *f)
{
	return f->state & FLOW_HELD ? f->value : NULL;
}

static void let_go(struct scan *s, struct talk *t)
{
	struct flow *f = t->flow;

	*(t->before ? &t->before->after : &s->earliest) = t->after;
	*(t->after ? &t->after->before : &s->latest) = t->before;
	s->live--;
	f->isn[0] = f->isn[1] = 0;
	f->state = FLOW_SETTLED;
	conversation_free(t->conversation);
	free(t);
}

/* A flow that leaves the table takes its conversation with it. */
static void on_leave(void *context, struct flow *f)
{
	struct talk *t = talk_of(f);

	if (t)
		let_go(context, t);
}

static void sweep(struct scan *s, double idle_s)
{
	struct talk *t = s->earliest;

	s->next_sweep = s->counts->packets + SWEEP_EVERY;
	while (t) {
		struct talk *const next = t->after;
		const struct conversation *c = t->conversation;
		const double idle = ts_seconds(conversation_last(c), s->now);

		if (idle > idle_s || (idle > ENDED_S && conversation_ended(c)))
			let_go(s, t);
		t = next;
	}
}

static bool make_room(struct scan *s)
{
	if (s->live < s->live_max)
		return true;
	if (s->counts->packets >= s->next_sweep)
		sweep(s, IDLE_CROWDED_S);
	if (s->live < s->live_max)
		return true;
	s->counts->conversations_dropped++;
	return false;
}

static void converse(struct scan *s, struct talk *t, int direction,
		     const struct segment *seg)
{
	if (!conversation_segment(t->conversation, direction, seg))
		let_go(s, t);
}

/* NULL if there is no room: the flow is then left alone. */
static struct talk *begin(struct scan *s, struct flow *f)
{
	struct talk *t;
	bool has_isn[2];

	if (!make_room(s)) {
		f->state |= FLOW_SETTLED;
		return NULL;
	}
	for (int d = 0; d < 2; d++)
		has_isn[d] = (f->state >> d & FLOW_SYN) != 0 &&
			     (f->state >> d & FLOW_DATA) == 0;
	t = mem_new(1, sizeof(*t));
	t->conversation =
		conversation_new(&s->place, &f->a, &f->b, has_isn, f->isn);
	t->flow = f;
	t->before = s->latest;
	*(s->latest ? &s->latest->after : &s->earliest) = t;
	s->latest = t;
	f->value = t;
	f->state |= FLOW_HELD;
	s->live++;
	s->counts->conversations++;
	return t;
}

static void on_syn(struct scan *s, struct flow *f, int direction,
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
		let_go(s, t);
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
static bool is_foreign_tls(const struct scan *s, const struct segment *seg)
{
	const char *known;
	struct span name;

	if (seg->payload.p[0] != TLS_HANDSHAKE_RECORD ||
	    tls_keys_count(s->keys) > 0 || !tls_name_asked(&name, seg->payload))
		return false;
	known = names_find(s->names, &seg->dst);
	return !pools_by_host(name) &&
	       !(known && pools_by_host((struct span){ (const uint8_t *)known,
						       strlen(known) }));
}

/* Could this payload be the beginning of a dialogue? */
static bool glance(const struct scan *s, struct flow *f,
		   const struct segment *seg)
{
	if (seg->payload.n == 0)
		return false;
	if (seg->payload.p[0] == '{')
		return true;
	if (f->budget >= GLANCES)
		return false;
	f->budget++;
	if (is_foreign_tls(s, seg)) {
		f->state |= FLOW_SETTLED;
		return false;
	}
	return dialogue_likely(seg->payload,
			       f->state == (FLOW_SYN | FLOW_SYN << 1));
}

static void on_datagram(struct scan *s, const struct segment *seg)
{
	if (seg->src.port == DNS_PORT && seg->payload.n > 0)
		names_datagram(s->names, seg->payload);
}

static void on_segment(struct scan *s, const struct segment *seg, uint64_t hash)
{
	enum flow_direction way;
	struct flow *f = flow_of(s->flows, &way, seg, hash);
	const int direction = way == FLOW_A_TO_B ? 0 : 1;
	struct talk *t;

	if (seg->protocol != 6) {
		on_datagram(s, seg);
		return;
	}
	if (seg->flags & DECODE_SYN)
		on_syn(s, f, direction, seg);
	t = talk_of(f);
	if (t && conversation_elsewhere(t->conversation, direction, seg)) {
		let_go(s, t);
		f->state = 0;
		f->budget = 0;
		t = NULL;
	}
	if (!t && (f->state & FLOW_SETTLED || seg->payload_wire_len == 0))
		return;
	if (!t &&
	    (glance(s, f, seg) || overtook(f, direction, seg) ||
	     is_tiny_start(f, direction, seg)) &&
	    of_interest(s, seg)) {
		t = begin(s, f);
		if (!t)
			return;
	}
	if (t) {
		converse(s, t, direction, seg);
		return;
	}
	f->state |= (uint8_t)(FLOW_DATA << direction);
}

static void see_times(struct scan_counts *n, struct ts t)
{
	if (!ts_known(t)) /* pcapng's simple packets have none */
		return;
	if (!ts_known(n->first) || t.ns < n->first.ns)
		n->first = t;
	if (!ts_known(n->last) || t.ns > n->last.ns)
		n->last = t;
}

/* Segments that are decoded and not yet looked up: their places in the flow
 * table are on the way to the processor meanwhile. */
struct queue {
	struct segment segment[PACKET_BATCH];
	uint64_t hash[PACKET_BATCH];
	size_t n;
};

static void drain(struct scan *s, struct queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		on_segment(s, &q->segment[i], q->hash[i]);
	q->n = 0;
}

static bool borrows_from(const struct segment *seg, const struct packet *p)
{
	return seg->payload.n == 0 || (seg->payload.p >= p->data.p &&
				       seg->payload.p < p->data.p + p->data.n);
}

static bool begins_connection(const struct segment *seg)
{
	return seg->protocol == 6 &&
	       (seg->flags & (DECODE_SYN | DECODE_ACK)) == DECODE_SYN;
}

static void on_packet(struct scan *s, struct queue *q, const struct packet *p)
{
	struct segment *seg = &q->segment[q->n];
	const enum decode_result r = decode_packet(s->decode, seg, p);

	s->counts->bytes += p->wire_len;
	s->counts->decoded[r]++;
	traffic_add(s->traffic, p->input, p->ts, p->wire_len,
		    r == DECODE_OK && begins_connection(seg));
	see_times(s->counts, p->ts);
	if (r != DECODE_OK)
		return;
	q->hash[q->n] = flow_hash(seg);
	flow_prefetch(s->flows, q->hash[q->n]);
	q->n++;
	/* Joined fragments are lent only until the next packet is decoded. */
	if (!borrows_from(seg, p))
		drain(s, q);
}

static void on_batch(struct scan *s, struct queue *q,
		     const struct packet *batch, size_t n)
{
	for (size_t i = 0; i < n; i++)
		on_packet(s, q, &batch[i]);
	drain(s, q);
	s->counts->packets += n;
	s->now = batch[n - 1].ts;
}

static bool begin_inputs(struct scan *s)
{
	size_t n;
	const struct capture_input *in = capture_inputs(s->capture, &n);

	s->rows = mem_new(n ? n : 1, sizeof(s->rows[0]));
	s->num_rows = n;
	s->traffic = traffic_new(n);
	for (size_t i = 0; i < n; i++) {
		if (store_input_begin(s->store, &s->rows[i], in[i].name) !=
		    ST_OK)
			return false;
	}
	return true;
}

static size_t end_inputs(struct scan *s,
			 void (*trouble)(void *context, const char *sentence))
{
	size_t n, good = 0;
	const struct capture_input *in = capture_inputs(s->capture, &n);

	for (size_t i = 0; i < n && i < s->num_rows; i++) {
		const bool ok = in[i].status == ST_OK;
		struct fact_input f = {
			.name = in[i].name,
			.bytes = in[i].bytes,
			.packets = in[i].packets,
			.first = in[i].first,
			.last = in[i].last,
			.status = ok ? "ok" : in[i].why.text,
			.version = s->options->version,
			.options = s->options->command,
		};

		memcpy(f.sha256, in[i].sha256, sizeof(f.sha256));
		traffic_write(s->traffic, s->store, i, s->rows[i]);
		store_input_end(s->store, s->rows[i], &f);
		s->counts->snapped += in[i].snapped;
		good += ok;
		if (!ok)
			trouble(s->options->context, in[i].why.text);
	}
	return good == n;
}

static void read_all(struct scan *s)
{
	struct packet *batch = mem_new(PACKET_BATCH, sizeof(*batch));
	struct queue *queue = mem_new(1, sizeof(*queue));
	uint64_t next_progress = 0;
	size_t n;

	while ((n = capture_read(s->capture, batch)) > 0 &&
	       !store_failed(s->store, NULL)) {
		on_batch(s, queue, batch, n);
		if (s->live > SWEEP_ABOVE &&
		    s->counts->packets >= s->next_sweep)
			sweep(s, IDLE_S);
		if (s->options->progress &&
		    s->counts->packets >= next_progress) {
			s->options->progress(s->options->context, s->capture,
					     s->counts->packets);
			next_progress = s->counts->packets + (1u << 20);
		}
	}
	free(queue);
	free(batch);
}

static void open_all(struct scan *s)
{
	const struct scan_options *o = s->options;

	s->live_max =
		o->conversations_max ? o->conversations_max : CONVERSATIONS_MAX;
	s->decode = decode_new();
	s->flows = flow_table_new(o->flows_max ? o->flows_max : FLOWS_MAX,
				  on_leave, s);
	s->relations = relations_new(s->store);
	s->names = names_new();
	s->origins = origin_new();
	s->place = (struct conversation_place){ .store = s->store,
						.rows = s->rows,
						.counts = s->counts,
						.keys = s->keys,
						.relations = s->relations,
						.names = s->names,
						.origins = s->origins };
}

static void on_block(void *context, const struct origin_block *block)
{
	struct scan *s = context;
	char ip[ENDPOINT_TEXT];
	struct fact_block f = {
		.header_time = TS_NONE,
		.first = block->first,
		.position = block->position,
		.indicated = block->indicated,
		.shown_before = block->shown_before,
		.others = block->others,
		.connections = block->connections,
	};

	/* Where nobody told of it unasked, there is nothing to keep. */
	if (!block->has_announcer)
		return;
	memcpy(f.hash, block->hash, sizeof(f.hash));
	memcpy(f.session, block->session, FACT_ID);
	if (block->header_time)
		f.header_time.ns = block->header_time * INT64_C(1000000000);
	f.announcer_ip = endpoint_ip_text(ip, &block->announcer);
	store_block(s->store, &f);
}

static void close_all(struct scan *s)
{
	flow_each(s->flows, on_leave, s);
	s->counts->flows = flow_made(s->flows);
	s->counts->flows_dropped = flow_dropped(s->flows);
	s->counts->fragments_dropped = decode_fragments_dropped(s->decode);
	flow_table_free(s->flows);
	origin_each(s->origins, on_block, s);
	origin_free(s->origins);
	s->counts->jobs_dropped += relations_jobs_dropped(s->relations);
	relations_free(s->relations);
	names_free(s->names);
	decode_free(s->decode);
}

/* What was read is safe in the case before a search that may take long. */
static void recover(struct scan *s)
{
	const struct recover_options o = { .full = s->options->recover,
					   .progress = s->options->searching,
					   .context = s->options->context };

	if (store_flush(s->store, NULL) == ST_OK)
		recover_run(s->store, &o);
}

/* Key logs that are part of the inputs. */
static void on_secrets(void *context, struct span text)
{
	struct tls_keys_counts n = { 0 };

	tls_keys_add(context, text, &n);
}

static void give_back_keys(struct scan *s)
{
	if (!s->options->keys)
		tls_keys_free(s->keys);
}

enum status scan_run(struct store *store, const char *const *names, size_t n,
		     const struct scan_options *options,
		     struct scan_counts *counts,
		     void (*trouble)(void *context, const char *sentence),
		     struct why *why)
{
	struct scan s = { .store = store,
			  .options = options,
			  .counts = counts };
	struct capture_options capture = options->capture;
	enum status st = ST_OK;

	*counts = (struct scan_counts){ .first = TS_NONE, .last = TS_NONE };
	s.keys = options->keys ? options->keys : tls_keys_new(SECRETS_MAX, 0);
	capture.secrets = on_secrets;
	capture.secrets_context = s.keys;
	s.capture = capture_open(names, n, &capture, &st, why);
	if (!s.capture) {
		give_back_keys(&s);
		/* That no input is a capture is the inputs' own trouble. */
		if (st == ST_BAD || st == ST_CUT)
			trouble(options->context, why->text);
		return st;
	}
	if (begin_inputs(&s)) {
		open_all(&s);
		read_all(&s);
		close_all(&s);
		if (!end_inputs(&s, trouble))
			st = ST_BAD;
		recover(&s);
	}
	capture_close(s.capture);
	give_back_keys(&s);
	free(s.rows);
	traffic_free(s.traffic);
	store_flush(store, NULL);
	return store_failed(store, why) ? ST_IO : st;
}
