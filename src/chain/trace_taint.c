#include <stdlib.h>

#include "base/mem.h"
#include "chain/trace.h"
#include "coin/network.h"

/* The trace in order, with what each output and fee inherited so far. */
struct dividing {
	const struct trace *t;
	enum taint_policy policy;
	struct taint_coin *coin; /* of each output of the trace */
	struct taint_coin *fee;  /* of each transaction */
	struct trace_taint_sums *sums;
	/* Of the transaction in hand. */
	struct taint_coin *in, *out;
	size_t room_in, room_out;
};

static void room_for(struct taint_coin **list, size_t *room, size_t n)
{
	if (n <= *room)
		return;
	*room = n * 2;
	*list = mem_resize(*list, *room, sizeof((*list)[0]));
}

static struct taint_coin whole(uint64_t sat)
{
	return (struct taint_coin){ .value = sat, .tainted = sat };
}

/* What it takes in: coins of the trace, fees, and clean ones. */
static uint64_t gather(struct dividing *d, const struct trace_tx *tx)
{
	uint64_t tainted = 0;

	room_for(&d->in, &d->room_in, tx->num_inputs);
	for (uint32_t i = 0; i < tx->num_inputs; i++) {
		const struct trace_input *x = &d->t->input[tx->first_input + i];

		d->in[i] = (struct taint_coin){ .value = x->sat };
		if (x->output != TRACE_NONE)
			d->in[i] = d->coin[x->output];
		else if (x->fee_of != TRACE_NONE)
			d->in[i] = d->fee[x->fee_of];
		tainted += d->in[i].tainted;
	}
	return tainted;
}

/* Adds; false above all coins there can be, where sums could run over. */
static bool add(uint64_t *sum, uint64_t sat)
{
	if (sat > NETWORK_BTC_SAT_MAX)
		return false;
	*sum += sat;
	return *sum <= NETWORK_BTC_SAT_MAX;
}

static bool adds_up(const struct dividing *d, const struct trace_tx *tx)
{
	uint64_t in = 0, out = 0;

	for (uint32_t i = 0; i < tx->num_inputs; i++) {
		if (!add(&in, d->in[i].value))
			return false;
	}
	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		if (!add(&out, d->t->output[tx->first_output + i].sat))
			return false;
	}
	return out <= in;
}

static void divide(struct dividing *d, size_t index)
{
	const struct trace_tx *tx = &d->t->tx[index];
	const uint64_t tainted = gather(d, tx);

	if (!tx->values_known || !adds_up(d, tx)) {
		d->sums->stuck += tainted;
		return;
	}
	room_for(&d->out, &d->room_out, tx->num_outputs);
	for (uint32_t i = 0; i < tx->num_outputs; i++)
		d->out[i] = (struct taint_coin){
			.value = d->t->output[tx->first_output + i].sat
		};
	taint_divide(d->out, tx->num_outputs, &d->fee[index], d->in,
		     tx->num_inputs, d->policy);
	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		d->coin[tx->first_output + i] = d->out[i];
		d->sums->merged |= d->out[i].merged;
	}
}

/* A spent coin's runs are needed no more. */
static void release(struct dividing *d, const struct trace_tx *tx)
{
	for (uint32_t i = 0; i < tx->num_inputs; i++) {
		const struct trace_input *x = &d->t->input[tx->first_input + i];

		if (x->output != TRACE_NONE)
			taint_coin_fini(&d->coin[x->output]);
		if (x->fee_of == TRACE_NONE)
			continue;
		d->sums->fees -= d->fee[x->fee_of].tainted;
		taint_coin_fini(&d->fee[x->fee_of]);
	}
}

static void sources(struct dividing *d, const struct trace_tx *tx)
{
	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		const struct trace_output *o =
			&d->t->output[tx->first_output + i];
		struct taint_coin *c = &d->coin[tx->first_output + i];

		if (!o->source)
			continue;
		/* What it inherited besides is in it: it is tainted whole. */
		d->sums->sources += o->sat - c->tainted;
		taint_coin_fini(c);
		*c = whole(o->sat);
	}
}

void trace_taint(uint64_t *tainted, struct trace_taint_sums *sums,
		 const struct trace *t, enum taint_policy policy)
{
	struct dividing d = { .t = t, .policy = policy, .sums = sums };

	*sums = (struct trace_taint_sums){ 0 };
	d.coin =
		mem_new(t->num_outputs ? t->num_outputs : 1, sizeof(d.coin[0]));
	d.fee = mem_new(t->num_txs ? t->num_txs : 1, sizeof(d.fee[0]));
	for (size_t i = 0; i < t->num_outputs; i++) {
		const struct trace_output *o = &t->output[i];

		d.coin[i].value = o->sat;
		if (t->backward && o->source && o->tx == TRACE_NONE) {
			d.coin[i] = whole(o->sat);
			sums->sources += o->sat;
		}
	}
	for (size_t i = 0; i < t->num_txs; i++) {
		const struct trace_tx *tx = &t->tx[i];

		if (tx->followed) {
			divide(&d, i);
			sums->fees += d.fee[i].tainted;
			release(&d, tx);
		}
		sources(&d, tx);
	}
	for (size_t i = 0; i < t->num_outputs; i++) {
		tainted[i] = d.coin[i].tainted;
		taint_coin_fini(&d.coin[i]);
	}
	for (size_t i = 0; i < t->num_txs; i++)
		taint_coin_fini(&d.fee[i]);
	free(d.coin);
	free(d.fee);
	free(d.in);
	free(d.out);
}
