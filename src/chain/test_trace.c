/* Traces against a naive walk over what the chain was made from. */
#include "chain/coinjoin.h"
#include "chain/test_lab.h"
#include "chain/trace.h"
#include "chain/trace_path.h"
#include "test/tap.h"

#define SCRIPTS 40

/* What a trace should say of each output and transaction of the model. */
struct expected {
	bool *reached, *followed; /* outputs; transactions */
	uint32_t *hops;
	uint8_t *end;
	uint64_t *tainted;
	uint64_t fees;
	size_t num_txs, num_outputs;
};

static void expected_init(struct expected *e)
{
	*e = (struct expected){
		.reached = mem_new(LAB_OUTPUTS, sizeof(e->reached[0])),
		.followed = mem_new(LAB_TXS, sizeof(e->followed[0])),
		.hops = mem_new(LAB_OUTPUTS, sizeof(e->hops[0])),
		.end = mem_new(LAB_OUTPUTS, sizeof(e->end[0])),
		.tainted = mem_new(LAB_OUTPUTS, sizeof(e->tainted[0])),
	};
}

static void expected_fini(struct expected *e)
{
	free(e->reached);
	free(e->followed);
	free(e->hops);
	free(e->end);
	free(e->tainted);
}

static bool is_coinjoin(const struct lab *l, const struct lab_tx *tx,
			bool scripts_known)
{
	uint64_t sat[LAB_PARTS];
	size_t scripts = tx->num_in > 0;

	for (size_t i = 0; i < tx->num_out; i++)
		sat[i] = l->output[tx->first_out + i].sat;
	for (size_t i = 1; i < tx->num_in; i++) {
		if (l->output[tx->in[i]].script != l->output[tx->in[0]].script)
			scripts = 2;
	}
	return coinjoin_like(sat, tx->num_out, tx->num_in,
			     scripts_known ? scripts : 0) > 0;
}

static bool stop_at(void *context, struct span script)
{
	uint8_t room[34];
	const struct span s = lab_script(room, *(const uint32_t *)context);

	return s.n == script.n && !memcmp(s.p, script.p, s.n);
}

/* The slow and obvious way forward. */
static void walk_forward(struct expected *e, const struct lab *l,
			 uint32_t source, const struct trace_options *o)
{
	for (size_t t = 0; t < l->num_txs; t++) {
		const struct lab_tx *tx = &l->tx[t];
		uint32_t hops = UINT32_MAX;
		bool pays = false;

		for (size_t i = 0; i < tx->num_in; i++) {
			const size_t in = tx->in[i];

			if (!e->reached[in] || e->end[in] != TRACE_UNSPENT)
				continue;
			e->end[in] = TRACE_SPENT;
			e->followed[t] = true;
			hops = e->hops[in] < hops ? e->hops[in] : hops;
		}
		const bool joined = e->followed[t] && is_coinjoin(l, tx, true);

		for (size_t i = 0; i < tx->num_out; i++) {
			const size_t at = tx->first_out + i;
			const uint32_t script = l->output[at].script;
			const bool is_source =
				script == source &&
				(tx->num_in == 0 || !o->coinbases_only);

			e->reached[at] = is_source || e->followed[t];
			pays |= is_source;
			e->num_outputs += e->reached[at];
			e->hops[at] = is_source ? 0 : hops + 1;
			e->end[at] = TRACE_UNSPENT;
			if (script == LAB_NOBODY)
				e->end[at] = TRACE_UNSPENDABLE;
			else if (!is_source && o->stop &&
				 script == *(uint32_t *)o->stop_context)
				e->end[at] = TRACE_SERVICE;
			else if (!is_source && joined && !o->through_coinjoins)
				e->end[at] = TRACE_COINJOIN;
			else if (o->hops_max && e->hops[at] >= o->hops_max)
				e->end[at] = TRACE_HOPS;
		}
		e->num_txs += pays || e->followed[t];
	}
}

/* Divides over the model's own graph. */
static void divide(struct expected *e, const struct lab *l, uint32_t source,
		   const struct trace_options *o, enum taint_policy policy)
{
	struct taint_coin *coin = mem_new(LAB_OUTPUTS, sizeof(coin[0]));

	e->fees = 0;
	for (size_t t = 0; t < l->num_txs; t++) {
		const struct lab_tx *tx = &l->tx[t];
		struct taint_coin in[LAB_PARTS] = { 0 }, out[LAB_PARTS] = { 0 };
		struct taint_coin fee = { 0 };

		for (size_t i = 0; i < tx->num_in; i++) {
			in[i] = (struct taint_coin){
				.value = l->output[tx->in[i]].sat
			};
			if (e->reached[tx->in[i]] &&
			    e->end[tx->in[i]] == TRACE_SPENT)
				in[i] = coin[tx->in[i]];
		}
		for (size_t i = 0; i < tx->num_out; i++)
			out[i].value = l->output[tx->first_out + i].sat;
		if (e->followed[t])
			taint_divide(out, tx->num_out, &fee, in, tx->num_in,
				     policy);
		e->fees += fee.tainted;
		taint_coin_fini(&fee);
		for (size_t i = 0; i < tx->num_out; i++) {
			const struct lab_output *x =
				&l->output[tx->first_out + i];

			if (x->script == source &&
			    (tx->num_in == 0 || !o->coinbases_only)) {
				taint_coin_fini(&out[i]);
				out[i].tainted = x->sat;
			}
			coin[tx->first_out + i] = out[i];
		}
	}
	for (size_t i = 0; i < l->num_outputs; i++) {
		e->tainted[i] = coin[i].tainted;
		taint_coin_fini(&coin[i]);
	}
	free(coin);
}

/* The model's number of an outpoint. */
static size_t find(const struct lab *l, const struct outpoint *at)
{
	for (size_t t = 0; t < l->num_txs; t++) {
		if (!memcmp(l->tx[t].txid, at->txid, 32))
			return at->index < l->tx[t].num_out
				       ? l->tx[t].first_out + at->index
				       : LAB_NONE;
	}
	return LAB_NONE;
}

static bool conserves(const struct trace *t, const uint64_t *tainted,
		      const struct trace_taint_sums *sums)
{
	uint64_t rest = sums->fees + sums->stuck;

	for (size_t i = 0; i < t->num_outputs; i++)
		rest += t->output[i].end != TRACE_SPENT ? tainted[i] : 0;
	return rest == sums->sources;
}

static bool same_graph(const struct lab *l, const struct expected *e,
		       const struct trace *t)
{
	bool good = t->num_outputs == e->num_outputs &&
		    t->num_txs == e->num_txs && t->without_values == 0;

	for (size_t i = 0; i < t->num_outputs && good; i++) {
		const struct trace_output *o = &t->output[i];
		const struct outpoint at = trace_outpoint(t, o);
		const size_t m = find(l, &at);

		good &= m != LAB_NONE && e->reached[m] &&
			o->sat == l->output[m].sat && o->hops == e->hops[m] &&
			o->end == e->end[m];
	}
	return good;
}

static bool same_taint(const struct lab *l, struct expected *e,
		       const struct trace *t, uint32_t source,
		       const struct trace_options *o)
{
	uint64_t *tainted = mem_new(t->num_outputs + 1, sizeof(tainted[0]));
	bool good = true;

	for (int p = 0; p < TAINT_POLICIES; p++) {
		struct trace_taint_sums sums;

		divide(e, l, source, o, (enum taint_policy)p);
		trace_taint(tainted, &sums, t, (enum taint_policy)p);
		good &= sums.fees == e->fees && sums.stuck == 0;
		good &= p == TAINT_POISON || conserves(t, tainted, &sums);
		for (size_t i = 0; i < t->num_outputs; i++) {
			const struct outpoint at =
				trace_outpoint(t, &t->output[i]);

			good &= tainted[i] == e->tainted[find(l, &at)];
		}
	}
	free(tainted);
	return good;
}

/* Every path goes from a source to its output, a transaction for each hop. */
static bool paths_hold(const struct trace *t)
{
	bool good = true;

	for (uint32_t i = 0; i < t->num_outputs; i++) {
		uint32_t *path;
		size_t n;

		trace_path(&path, &n, t, i);
		good &= n == t->output[i].hops + (size_t)1 &&
			path[n - 1] == i && t->output[path[0]].source;
		for (size_t k = 1; k < n; k++)
			good &= t->output[path[k - 1]].spent_by ==
					t->output[path[k]].tx ||
				t->backward;
		free(path);
	}
	return good;
}

static void test_forward(const struct lab *l, const struct chain *c,
			 struct trace_options *o, uint32_t source)
{
	struct script_set set;
	struct expected e;
	struct trace t, again;
	struct why why = { "" };
	uint8_t room[34];

	script_set_init(&set);
	script_set_add(&set, lab_script(room, source), 0);
	o->scripts = &set;
	o->threads = 1;
	expected_init(&e);
	walk_forward(&e, l, source, o);
	OK(trace_forward(&t, c, o, &why) == ST_OK);
	OK(trace_verify(&t, c, o, &why) == ST_OK);
	OK(same_graph(l, &e, &t));
	OK(same_taint(l, &e, &t, source, o));
	OK(paths_hold(&t));
	o->threads = 2; /* the same, to the last byte */
	OK(trace_forward(&again, c, o, &why) == ST_OK);
	OK(again.num_txs == t.num_txs && again.num_outputs == t.num_outputs &&
	   again.num_inputs == t.num_inputs);
	bool same = true;

	for (size_t i = 0; i < t.num_txs && i < again.num_txs; i++) {
		const struct trace_tx *a = &t.tx[i], *b = &again.tx[i];

		same &= !memcmp(a->txid, b->txid, 32) && a->block == b->block &&
			a->position == b->position &&
			a->num_inputs == b->num_inputs &&
			a->num_outputs == b->num_outputs &&
			a->coinjoin == b->coinjoin &&
			a->followed == b->followed;
	}
	OK(same);
	for (size_t i = 0; i < t.num_outputs && i < again.num_outputs; i++) {
		const struct trace_output *a = &t.output[i],
					  *b = &again.output[i];

		same &= a->tx == b->tx && a->index == b->index &&
			a->sat == b->sat && a->spent_by == b->spent_by &&
			a->hops == b->hops && a->end == b->end &&
			a->source == b->source;
	}
	OK(same);
	trace_free(&t);
	trace_free(&again);
	expected_fini(&e);
	script_set_fini(&set);
}

static void test_forwards(struct lab *l, bool with_rev)
{
	struct chain *c = lab_open(l, with_rev);
	uint32_t service = 3;
	struct trace_options plain = { .through_coinjoins = true };
	struct trace_options usual = { .stop = stop_at,
				       .stop_context = &service };
	struct trace_options near = { .hops_max = 3 };
	struct trace_options mined = { .coinbases_only = true };

	/* Whether inputs have one script is known from rev files only. */
	test_forward(l, c, &plain, 1);
	if (with_rev) {
		test_forward(l, c, &usual, 5);
		test_forward(l, c, &near, 7);
		test_forward(l, c, &mined, 2);
	}
	chain_close(c);
}

/* Backward: everything that a source was paid from. */
static void walk_backward(struct expected *e, const struct lab *l,
			  uint32_t source, const struct trace_options *o)
{
	for (size_t t = l->num_txs; t-- > 0;) {
		const struct lab_tx *tx = &l->tx[t];
		const bool joined = is_coinjoin(l, tx, false);
		uint32_t hops = UINT32_MAX;

		for (size_t i = 0; i < tx->num_out; i++) {
			const size_t at = tx->first_out + i;

			if (l->output[at].script == source) {
				e->num_outputs += !e->reached[at];
				e->reached[at] = true;
				e->hops[at] = 0;
			}
			if (!e->reached[at])
				continue;
			e->end[at] = TRACE_SPENT;
			if (tx->num_in == 0)
				e->end[at] = TRACE_COINBASE;
			else if (l->output[at].script != source && joined &&
				 !o->through_coinjoins)
				e->end[at] = TRACE_COINJOIN;
			if (e->end[at] == TRACE_SPENT && e->hops[at] < hops)
				hops = e->hops[at];
		}
		for (size_t i = 0; hops != UINT32_MAX && i < tx->num_in; i++) {
			e->num_outputs += !e->reached[tx->in[i]];
			e->reached[tx->in[i]] = true;
			e->hops[tx->in[i]] = hops + 1;
		}
	}
}

static void test_backward(struct lab *l, uint32_t source, bool through)
{
	struct trace_options o = { .through_coinjoins = through, .threads = 2 };
	struct chain *c = lab_open(l, false);
	struct script_set set;
	struct expected e;
	struct trace t;
	struct why why = { "" };
	uint8_t room[34];
	bool good = true;

	script_set_init(&set);
	script_set_add(&set, lab_script(room, source), 0);
	o.scripts = &set;
	expected_init(&e);
	walk_backward(&e, l, source, &o);
	OK(trace_backward(&t, c, &o, &why) == ST_OK);
	OK(t.num_outputs == e.num_outputs);
	for (size_t i = 0; i < t.num_outputs && good; i++) {
		const struct trace_output *x = &t.output[i];
		const size_t m = find(l, &t.outpoint[i]);

		good &= m != LAB_NONE && e.reached[m] &&
			x->sat == l->output[m].sat && x->hops == e.hops[m] &&
			x->end == e.end[m];
	}
	OK(good);
	OK(paths_hold(&t));
	uint64_t *tainted = mem_new(t.num_outputs + 1, sizeof(tainted[0]));

	good = true;
	for (int p = TAINT_HAIRCUT; p < TAINT_POLICIES; p++) {
		struct trace_taint_sums sums;

		trace_taint(tainted, &sums, &t, (enum taint_policy)p);
		good &= conserves(&t, tainted, &sums);
	}
	OK(good);
	free(tainted);
	trace_free(&t);
	expected_fini(&e);
	script_set_fini(&set);
	chain_close(c);
}

/* Fees go into coinbases, and coins that are conserved with them. */
static void test_fees(struct lab *l)
{
	struct chain *c = lab_open(l, true);
	struct script_set set;
	struct trace t;
	struct why why = { "" };
	uint8_t room[34];
	bool good = true, any = false;

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options o = { .scripts = &set,
					 .through_coinjoins = true,
					 .through_fees = true };

	OK(trace_forward(&t, c, &o, &why) == ST_OK);
	uint64_t *tainted = mem_new(t.num_outputs + 1, sizeof(tainted[0]));

	for (size_t i = 0; i < t.num_txs; i++)
		any |= t.tx[i].position == 0 && t.tx[i].followed;
	OK(any);
	for (int p = TAINT_HAIRCUT; p < TAINT_POLICIES; p++) {
		struct trace_taint_sums sums;

		trace_taint(tainted, &sums, &t, (enum taint_policy)p);
		good &= conserves(&t, tainted, &sums);
	}
	OK(good);
	free(tainted);
	trace_free(&t);
	script_set_fini(&set);
	chain_close(c);
}

static void test_outpoint(struct lab *l)
{
	const struct lab_tx *tx = &l->tx[0]; /* the first coinbase */
	struct outpoint at = { .index = 0 };
	struct chain *c = lab_open(l, true);
	struct trace t;
	struct why why = { "" };

	memcpy(at.txid, tx->txid, 32);
	struct trace_options o = { .outpoint = &at, .num_outpoints = 1 };

	OK(trace_forward(&t, c, &o, &why) == ST_OK && t.sources == 1 &&
	   t.sources_sat == LAB_REWARD);
	trace_free(&t);
	OK(trace_backward(&t, c, &o, &why) == ST_OK && t.sources == 1 &&
	   t.stopped[TRACE_COINBASE] == 1);
	trace_free(&t);
	o.outputs_max = 2; /* a limit, and no more is followed */
	OK(trace_forward(&t, c, &o, &why) == ST_OK &&
	   t.stopped[TRACE_LIMIT] > 0);
	trace_free(&t);
	at.index = 9; /* there is no such output */
	OK(trace_forward(&t, c, &o, &why) == ST_OK && t.num_txs == 0);
	trace_free(&t);
	chain_close(c);
}

int main(void)
{
	struct lab l;

	dir_make();
	lab_init(&l, 3);
	lab_random(&l, 120, 8, SCRIPTS);
	test_forwards(&l, true);
	test_forwards(&l, false);
	test_backward(&l, 1, true);
	test_backward(&l, 4, false);
	test_fees(&l);
	test_outpoint(&l);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
