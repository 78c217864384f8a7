/* A trace's bytes: the same ones again, and those of no trace refused. */
#include "chain/test_lab.h"
#include "chain/trace_private.h"
#include "chain/trace_state.h"
#include "test/tap.h"

#define SCRIPTS 12

static void put(void *context, const void *p, size_t n)
{
	buf_add(context, p, n);
}

static void bytes_of(struct buf *out, const struct trace_state *s,
		     const struct trace *t)
{
	buf_init(out, 1u << 24);
	trace_state_write(s, t, put, out);
}

/* One that goes with what a test wants to spoil. */
static struct trace_tx *tx_with(struct trace *t, bool inputs)
{
	size_t i = t->num_txs - 1;

	while (inputs ? t->tx[i].num_inputs < 2 || t->tx[i].position == 0
		      : t->tx[i].num_outputs < 2)
		i--;
	return &t->tx[i];
}

static struct trace_input *spender(struct trace *t)
{
	size_t i = t->num_inputs - 1;

	while (t->input[i].output == TRACE_NONE)
		i--;
	return &t->input[i];
}

static struct trace_input *fee(struct trace *t)
{
	size_t i = t->num_inputs - 1;

	while (t->input[i].fee_of == TRACE_NONE)
		i--;
	return &t->input[i];
}

static struct trace_output *output(struct trace *t, enum trace_end end)
{
	size_t i = t->num_outputs - 1;

	while (t->output[i].end != end)
		i--;
	return &t->output[i];
}

/* What no trace has, one at a time. x: the last transaction; s: the head. */
enum sample {
	forward,  /* with fees followed, and rev files */
	blind,    /* without rev files: values are missing */
	backward, /* cut off: outputs are not found */
	SAMPLES
};

#define WRONG_LIST(X)                                                          \
	X(unknown_flag, forward, s->flags |= TRACE_STATE_FLAGS)                \
	X(fees_not_followed, forward, s->flags ^= TRACE_STATE_FEES)            \
	X(other_way, forward, s->flags ^= TRACE_STATE_BACKWARD)                \
	X(beyond_chain, forward, s->at = s->chain_blocks + 1)                  \
	X(not_looked_at, forward, s->at = x->block)                            \
	X(begins_above_end, forward, s->first_block = s->at + 1)               \
	X(begins_above_first, forward, s->first_block = t->tx[0].block + 1)    \
	X(chain_too_long, forward, s->chain_blocks = (uint64_t)1 << 32)        \
	X(block_beyond, forward, x->block = UINT32_MAX)                        \
	X(block_below, forward, x->block = 0)                                  \
	X(twice, forward,                                                      \
	  (x->position = x[-1].position, x->block = x[-1].block))              \
	X(more_inputs_than_there_are, forward, x->num_inputs = UINT32_MAX)     \
	X(input_too_many, forward, x->num_inputs++)                            \
	X(output_too_few, forward, x->num_outputs--)                           \
	X(output_too_many, forward, x->num_outputs++)                          \
	X(outputs_apart, forward, x->first_output++)                           \
	X(not_followed, forward, x->followed = !x->followed)                   \
	X(spent_by_none, forward, spender(t)->output = TRACE_NONE)             \
	X(spends_beyond, forward,                                              \
	  spender(t)->output = (uint32_t)t->num_outputs)                       \
	X(spends_later, forward,                                               \
	  spender(t)->output = (uint32_t)t->num_outputs - 1)                   \
	X(spends_other_value, forward, spender(t)->sat ^= 1)                   \
	X(spends_and_fee, forward, spender(t)->fee_of = 0)                     \
	X(fee_of_none, forward, fee(t)->fee_of = (uint32_t)t->num_txs)         \
	X(fee_of_other_block, forward, fee(t)->fee_of = 0)                     \
	X(input_too_few, forward, tx_with(t, true)->num_inputs--)              \
	X(known_input_missing, forward,                                        \
	  t->input[tx_with(t, true)->first_input].sat = UINT64_MAX)            \
	X(outputs_overlap, forward, tx_with(t, false)->first_output--)         \
	X(places_in_disorder, forward,                                         \
	  t->output[tx_with(t, false)->first_output].index = 99)               \
	X(spent_without_spender, forward,                                      \
	  output(t, TRACE_UNSPENT)->end = TRACE_SPENT)                         \
	X(forward_not_found, forward,                                          \
	  output(t, TRACE_UNSPENT)->end = TRACE_NOT_FOUND)                     \
	X(forward_coinbase, forward,                                           \
	  output(t, TRACE_UNSPENT)->end = TRACE_COINBASE)                      \
	X(end_unknown, forward, output(t, TRACE_UNSPENT)->end = TRACE_ENDS)    \
	X(unspent_by_one, forward, output(t, TRACE_UNSPENT)->spent_by = 0)     \
	X(worth_too_much, forward, output(t, TRACE_UNSPENT)->sat = UINT64_MAX) \
	X(of_no_transaction, forward,                                          \
	  output(t, TRACE_UNSPENT)->tx = TRACE_NONE)                           \
	X(reached_by_none, forward, output(t, TRACE_UNSPENT)->reached ^= true) \
	X(spent_and_not, forward, output(t, TRACE_SPENT)->end = TRACE_UNSPENT) \
	X(spent_by_no_one, forward,                                            \
	  output(t, TRACE_SPENT)->spent_by = TRACE_NONE)                       \
	X(spent_by_one_beyond, forward,                                        \
	  output(t, TRACE_SPENT)->spent_by = 1u << 30)                         \
	X(missing_one_less, blind, t->num_missing--)                           \
	X(missing_input_wrong, blind, t->missing[0].input++)                   \
	X(missing_tx_wrong, blind, t->missing[0].tx++)                         \
	X(missing_twice, blind, t->missing[1] = t->missing[0])                 \
	X(missing_and_known, blind, t->input[t->missing[0].input].sat = 5)     \
	X(back_other_way, backward, s->flags ^= TRACE_STATE_BACKWARD)          \
	X(back_not_looked_at, backward, s->at = x->block + 1)                  \
	X(back_beyond_chain, backward, s->chain_blocks = t->tx[0].block)       \
	X(back_disorder, backward, x->block = x[-1].block + 1)                 \
	X(back_pays_none, backward, x->num_inputs = 0)                         \
	X(back_outputs_beyond, backward,                                       \
	  x->first_output = (uint32_t)t->num_outputs + 1)                      \
	X(back_too_many, backward, x->num_outputs = UINT32_MAX)                \
	X(back_not_followed, backward, x->followed = !x->followed)             \
	X(back_output_too_few, backward, tx_with(t, false)->num_outputs--)     \
	X(back_made_by_none, backward, spender(t)->output = TRACE_NONE)        \
	X(back_other_value, backward, spender(t)->sat ^= 1)                    \
	X(back_fee, backward, spender(t)->fee_of = 0)                          \
	X(back_unspent, backward, output(t, TRACE_SPENT)->end = TRACE_UNSPENT) \
	X(back_unspendable, backward,                                          \
	  output(t, TRACE_SPENT)->end = TRACE_UNSPENDABLE)                     \
	X(back_found_and_not, backward,                                        \
	  output(t, TRACE_SPENT)->end = TRACE_NOT_FOUND)                       \
	X(back_by_none, backward,                                              \
	  output(t, TRACE_COINBASE)->spent_by = TRACE_NONE)                    \
	X(back_source_not_asked, backward,                                     \
	  output(t, TRACE_COINBASE)->tx = TRACE_NONE)                          \
	X(back_of_tx_beyond, backward,                                         \
	  output(t, TRACE_COINBASE)->tx = 1u << 30)                            \
	X(back_not_reached, backward,                                          \
	  output(t, TRACE_COINBASE)->reached = false)                          \
	X(back_worth_unfound, backward, output(t, TRACE_NOT_FOUND)->sat = 5)   \
	X(back_source_unfound, backward,                                       \
	  output(t, TRACE_NOT_FOUND)->source = true)                           \
	X(back_found_by_none, backward,                                        \
	  output(t, TRACE_NOT_FOUND)->end = TRACE_COINBASE)

struct kept {
	struct trace_state s;
	struct buf bytes;
};

static bool refused(const struct buf *b)
{
	struct trace_state s;
	struct trace t;

	if (!trace_state_read(&s, &t, buf_span(b)))
		return true;
	trace_free(&t);
	return false;
}

static void test_again(const struct kept *k)
{
	struct trace_state s;
	struct trace t;
	struct buf again, part;

	OK(trace_state_read(&s, &t, buf_span(&k->bytes)));
	OK(s.at == k->s.at && s.flags == k->s.flags &&
	   !memcmp(s.hash, k->s.hash, 32) && t.num_txs > 3 && t.sources > 0);
	bytes_of(&again, &s, &t);
	OK(again.n == k->bytes.n && !memcmp(again.p, k->bytes.p, again.n));
	trace_free(&t);
	buf_fini(&again);
	bool good = true;

	for (size_t n = 0; n < k->bytes.n; n++) { /* every truncation */
		uint8_t *exact = memcpy(malloc(n + !n), k->bytes.p, n);

		part = (struct buf){ .p = exact, .n = n };
		good &= refused(&part);
		free(exact);
	}
	OK(good);
	bytes_of(&part, &k->s, &(struct trace){ .backward = false });
	buf_u8(&part, 0);
	OK(refused(&part)); /* a byte too many */
	buf_fini(&part);
}

#define WRONG_FUNCTION(name, sample, spoil)                                    \
	static void name(struct trace_state *s, struct trace *t)               \
	{                                                                      \
		struct trace_tx *x = &t->tx[t->num_txs - 1];                   \
                                                                               \
		(void)s, (void)x;                                              \
		spoil;                                                         \
	}
WRONG_LIST(WRONG_FUNCTION)

#define WRONG_ROW(name, sample, spoil) { #name, sample, name },
static const struct wrong {
	const char *name;
	enum sample sample;
	void (*spoil)(struct trace_state *s, struct trace *t);
} wrong[] = { WRONG_LIST(WRONG_ROW) };

/* Spoiled, its bytes are refused. */
static void test_wrong(const struct kept *kept, const struct wrong *w)
{
	struct trace_state s;
	struct trace t;
	struct buf b;

	if (!trace_state_read(&s, &t, buf_span(&kept[w->sample].bytes)))
		abort();
	w->spoil(&s, &t);
	bytes_of(&b, &s, &t);
	const bool good = refused(&b);

	OK(good);
	if (!good)
		printf("# %s\n", w->name);
	buf_fini(&b);
	trace_free(&t);
}

static struct kept sample(const struct lab *l, enum sample which)
{
	struct chain *c = lab_open(l, which != blind);
	struct script_set set;
	struct trace t;
	struct why why = { "" };
	uint8_t room[34];
	struct kept k = { .s = { .magic = 7, .hash = { 1, 2, 3 } } };

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options o = {
		.scripts = &set,
		.through_fees = which == forward,
		.first_block = which == backward ? 6 : 0,
	};

	if (which == backward)
		trace_backward(&t, c, &o, &why);
	else
		trace_forward(&t, c, &o, &why);
	/* Their values came later than what is kept. */
	for (size_t i = 0; i < t.num_missing; i++)
		t.input[t.missing[i].input].sat = UINT64_MAX;
	k.s.flags = which == forward    ? TRACE_STATE_FEES
		    : which == backward ? TRACE_STATE_BACKWARD
					: 0;
	k.s.chain_blocks = chain_length(c);
	k.s.at = which == backward ? 6 : k.s.chain_blocks;
	bytes_of(&k.bytes, &k.s, &t);
	trace_free(&t);
	script_set_fini(&set);
	chain_close(c);
	return k;
}

/* For the corpus of the fuzz target: test_trace_state DIRECTORY */
static void keep(const struct kept *k, const char *directory, int number)
{
	char path[DIR_PATH];

	snprintf(path, sizeof(path), "%s/%d", directory, number);
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(k->bytes.p, 1, k->bytes.n, f) != k->bytes.n ||
	    fclose(f))
		abort();
}

int main(int argc, char **argv)
{
	struct kept kept[SAMPLES];
	struct lab l;

	dir_make();
	lab_init(&l, 4);
	l.maker.height = 200; /* so that its coinbases tell it */
	lab_random(&l, 24, 4, SCRIPTS);
	for (int i = 0; i < SAMPLES; i++) {
		kept[i] = sample(&l, (enum sample)i);
		if (argc > 1)
			keep(&kept[i], argv[1], i);
		test_again(&kept[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		test_wrong(kept, &wrong[i]);
	for (int i = 0; i < SAMPLES; i++)
		buf_fini(&kept[i].bytes);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
