#include "chain/trace_path.h"

#include "base/mem.h"

/* The nearest to a source among what the output's transaction takes in. */
static uint32_t before(const struct trace *t, uint32_t output)
{
	const struct trace_output *o = &t->output[output];
	uint32_t best = TRACE_NONE;

	if (o->source || o->tx == TRACE_NONE)
		return TRACE_NONE;
	const struct trace_tx *tx = &t->tx[o->tx];

	for (uint32_t i = 0; i < tx->num_inputs; i++) {
		const struct trace_input *in = &t->input[tx->first_input + i];
		uint32_t from = in->output;

		if (from != TRACE_NONE &&
		    (best == TRACE_NONE ||
		     t->output[from].hops < t->output[best].hops))
			best = from;
	}
	return best;
}

void trace_path(uint32_t **path, size_t *n, const struct trace *t,
		uint32_t output)
{
	size_t length = 0;

	for (uint32_t o = output; o != TRACE_NONE; o = before(t, o))
		length++;
	*path = mem_new(length, sizeof((*path)[0]));
	*n = length;
	for (uint32_t o = output; o != TRACE_NONE; o = before(t, o))
		(*path)[--length] = o;
}
