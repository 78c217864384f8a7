#include "chain/trace_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_private.h"

#define VERSION       1
#define TX_BYTES      57
#define INPUT_BYTES   16
#define OUTPUT_BYTES  30 /* with an empty script; 32 more backward */
#define MISSING_BYTES 44
#define AT_ONCE       65536

static const uint8_t begins[8] = { 'a', 's', 's', 'a', 'y', 't', 'r', 'c' };

enum tx_flag {
	TX_VALUES_KNOWN = 1,
	TX_FOLLOWED = 2,
	TX_FLAGS = 4
};

enum output_flag {
	OUTPUT_SOURCE = 1,
	OUTPUT_REACHED = 2,
	OUTPUT_FLAGS = 4
};

struct writing {
	struct buf buf;
	trace_state_put *put;
	void *context;
};

static void flush(struct writing *w)
{
	w->put(w->context, w->buf.p, w->buf.n);
	buf_clear(&w->buf);
}

static void add_bytes(struct writing *w, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (w->buf.n + n > AT_ONCE)
		flush(w);
	if (n > AT_ONCE)
		w->put(w->context, p, n);
	else
		buf_add(&w->buf, p, n);
}

static void add32(struct writing *w, uint32_t v)
{
	const uint8_t raw[4] = { (uint8_t)v, (uint8_t)(v >> 8),
				 (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	add_bytes(w, raw, sizeof(raw));
}

static void add64(struct writing *w, uint64_t v)
{
	add32(w, (uint32_t)v);
	add32(w, (uint32_t)(v >> 32));
}

static void add8(struct writing *w, unsigned v)
{
	const uint8_t raw = (uint8_t)v;

	add_bytes(w, &raw, 1);
}

static void write_head(struct writing *w, const struct trace_state *s)
{
	add_bytes(w, begins, sizeof(begins));
	add32(w, VERSION);
	add32(w, s->magic);
	add32(w, s->flags);
	add32(w, s->hops_max);
	add64(w, s->outputs_max);
	add64(w, s->first_block);
	add_bytes(w, s->sources, 32);
	add64(w, s->chain_blocks);
	add64(w, s->at);
	add_bytes(w, s->hash, 32);
}

static bool read_head(struct trace_state *s, struct cur *c)
{
	s->magic = cur_le32(c);
	s->flags = cur_le32(c);
	s->hops_max = cur_le32(c);
	s->outputs_max = cur_le64(c);
	s->first_block = cur_le64(c);
	const struct span sources = cur_take(c, 32);

	s->chain_blocks = cur_le64(c);
	s->at = cur_le64(c);
	const struct span hash = cur_take(c, 32);

	if (!cur_ok(c) || s->flags >= TRACE_STATE_FLAGS)
		return false;
	memcpy(s->sources, sources.p, 32);
	memcpy(s->hash, hash.p, 32);
	return true;
}

static void write_tx(struct writing *w, const struct trace_tx *tx)
{
	add_bytes(w, tx->txid, 32);
	add32(w, tx->block);
	add32(w, tx->position);
	add32(w, tx->num_inputs);
	add32(w, tx->first_output);
	add32(w, tx->num_outputs);
	add32(w, tx->coinjoin);
	add8(w, (tx->values_known ? TX_VALUES_KNOWN : 0u) |
			(tx->followed ? TX_FOLLOWED : 0u));
}

/* Inputs lie one behind the other, in order of their transactions. */
static bool read_txs(struct trace *t, struct cur *c)
{
	uint64_t inputs = 0;

	for (size_t i = 0; i < t->num_txs; i++) {
		struct trace_tx *tx = &t->tx[i];
		const struct span txid = cur_take(c, 32);

		tx->block = cur_le32(c);
		tx->position = cur_le32(c);
		tx->first_input = (uint32_t)inputs;
		tx->num_inputs = cur_le32(c);
		tx->first_output = cur_le32(c);
		tx->num_outputs = cur_le32(c);
		tx->coinjoin = cur_le32(c);
		const uint8_t flags = cur_u8(c);

		inputs += tx->num_inputs;
		if (!cur_ok(c) || flags >= TX_FLAGS || inputs > t->num_inputs)
			return false;
		memcpy(tx->txid, txid.p, 32);
		tx->values_known = flags & TX_VALUES_KNOWN;
		tx->followed = flags & TX_FOLLOWED;
	}
	return inputs == t->num_inputs;
}

static void write_output(struct writing *w, const struct trace *t, size_t i)
{
	const struct trace_output *o = &t->output[i];
	const struct span script = trace_script(t, o);

	add32(w, o->tx);
	add32(w, o->index);
	add64(w, o->sat);
	add32(w, o->spent_by);
	add32(w, o->hops);
	add8(w, o->end);
	add8(w, (o->source ? OUTPUT_SOURCE : 0u) |
			(o->reached ? OUTPUT_REACHED : 0u));
	if (t->backward)
		add_bytes(w, t->outpoint[i].txid, 32);
	add32(w, o->script_n);
	add_bytes(w, script.p, script.n);
}

static bool read_output(struct trace *t, size_t i, struct cur *c)
{
	struct trace_output *o = &t->output[i];

	o->tx = cur_le32(c);
	o->index = cur_le32(c);
	o->sat = cur_le64(c);
	o->spent_by = cur_le32(c);
	o->hops = cur_le32(c);
	o->end = cur_u8(c);
	const uint8_t flags = cur_u8(c);
	const struct span txid = cur_take(c, t->backward ? 32 : 0);

	o->script_n = cur_le32(c);
	if (!cur_fits(c, o->script_n, 1))
		return false;
	const struct span script = cur_take(c, o->script_n);

	if (flags >= OUTPUT_FLAGS || o->end >= TRACE_ENDS)
		return false;
	o->source = flags & OUTPUT_SOURCE;
	o->reached = flags & OUTPUT_REACHED;
	o->script_at = t->script.n;
	if (t->backward) {
		memcpy(t->outpoint[i].txid, txid.p, 32);
		t->outpoint[i].index = o->index;
	}
	return buf_add(&t->script, script.p, script.n);
}

void trace_state_write(const struct trace_state *s, const struct trace *t,
		       trace_state_put *put, void *context)
{
	struct writing w = { .put = put, .context = context };

	buf_init(&w.buf, AT_ONCE);
	write_head(&w, s);
	add64(&w, t->num_txs);
	add64(&w, t->num_inputs);
	add64(&w, t->num_outputs);
	add64(&w, t->num_missing);
	for (size_t i = 0; i < t->num_txs; i++)
		write_tx(&w, &t->tx[i]);
	for (size_t i = 0; i < t->num_inputs; i++) {
		add64(&w, t->input[i].sat);
		add32(&w, t->input[i].output);
		add32(&w, t->input[i].fee_of);
	}
	for (size_t i = 0; i < t->num_outputs; i++)
		write_output(&w, t, i);
	for (size_t i = 0; i < t->num_missing; i++) {
		add_bytes(&w, t->missing[i].outpoint.txid, 32);
		add32(&w, t->missing[i].outpoint.index);
		add32(&w, t->missing[i].input);
		add32(&w, t->missing[i].tx);
	}
	flush(&w);
	buf_fini(&w.buf);
}

/* Lists of n entries, each of at least so many bytes of what is left. */
static bool make_room(struct trace *t, struct cur *c)
{
	const size_t output = OUTPUT_BYTES + (t->backward ? 32 : 0);
	const uint64_t txs = cur_le64(c), inputs = cur_le64(c),
		       outputs = cur_le64(c), missing = cur_le64(c);

	if (!cur_fits(c, txs, TX_BYTES) || !cur_fits(c, inputs, INPUT_BYTES) ||
	    !cur_fits(c, outputs, output) ||
	    !cur_fits(c, missing, MISSING_BYTES) || txs >= TRACE_NONE ||
	    inputs >= TRACE_NONE || outputs >= TRACE_NONE)
		return false;
	t->num_txs = t->room_txs = (size_t)txs;
	t->num_inputs = t->room_inputs = (size_t)inputs;
	t->num_outputs = t->room_outputs = (size_t)outputs;
	t->num_missing = t->room_missing = (size_t)missing;
	t->tx = mem_new(t->num_txs + 1, sizeof(t->tx[0]));
	t->input = mem_new(t->num_inputs + 1, sizeof(t->input[0]));
	t->output = mem_new(t->num_outputs + 1, sizeof(t->output[0]));
	t->missing = mem_new(t->num_missing + 1, sizeof(t->missing[0]));
	if (t->backward)
		t->outpoint =
			mem_new(t->num_outputs + 1, sizeof(t->outpoint[0]));
	return true;
}

static bool read_graph(struct trace *t, struct cur *c)
{
	if (!make_room(t, c) || !read_txs(t, c))
		return false;
	for (size_t i = 0; i < t->num_inputs; i++) {
		t->input[i].sat = cur_le64(c);
		t->input[i].output = cur_le32(c);
		t->input[i].fee_of = cur_le32(c);
	}
	for (size_t i = 0; i < t->num_outputs; i++) {
		if (!read_output(t, i, c))
			return false;
	}
	for (size_t i = 0; i < t->num_missing; i++) {
		const struct span txid = cur_take(c, 32);

		t->missing[i].outpoint.index = cur_le32(c);
		t->missing[i].input = cur_le32(c);
		t->missing[i].tx = cur_le32(c);
		if (cur_ok(c))
			memcpy(t->missing[i].outpoint.txid, txid.p, 32);
	}
	return cur_done(c);
}

bool trace_state_begins(struct span bytes)
{
	struct cur c = cur_over(bytes);
	const struct span first = cur_take(&c, sizeof(begins));
	const uint32_t version = cur_le32(&c);

	return cur_ok(&c) && version == VERSION &&
	       memcmp(first.p, begins, sizeof(begins)) == 0;
}

bool trace_state_read(struct trace_state *s, struct trace *t, struct span bytes)
{
	struct cur c = cur_over(bytes);
	struct trace_state head = { 0 };
	struct trace got = { 0 };

	if (!trace_state_begins(cur_take(&c, TRACE_STATE_BEGINS)) ||
	    !read_head(&head, &c))
		return false;
	got.backward = head.flags & TRACE_STATE_BACKWARD;
	buf_init(&got.script, TRACE_SCRIPT_BYTES);
	if (!read_graph(&got, &c) || !trace_state_check(&head, &got)) {
		trace_free(&got);
		return false;
	}
	*s = head;
	*t = got;
	return true;
}
