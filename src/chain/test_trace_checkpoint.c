/* Traces that are interrupted and go on, and checkpoints that are refused. */
#include "chain/test_lab.h"
#include "chain/trace.h"
#include "test/tap.h"

#define SCRIPTS 40

typedef enum status trace_any(struct trace *out, const struct chain *c,
			      const struct trace_options *options,
			      struct why *why);

static char path[DIR_PATH];

static bool same_txs(const struct trace *a, const struct trace *b)
{
	bool same = a->num_txs == b->num_txs;

	for (size_t i = 0; i < a->num_txs && same; i++) {
		const struct trace_tx *x = &a->tx[i], *y = &b->tx[i];

		same = !memcmp(x->txid, y->txid, 32) && x->block == y->block &&
		       x->position == y->position &&
		       x->first_input == y->first_input &&
		       x->num_inputs == y->num_inputs &&
		       x->first_output == y->first_output &&
		       x->num_outputs == y->num_outputs &&
		       x->coinjoin == y->coinjoin &&
		       x->values_known == y->values_known &&
		       x->followed == y->followed;
	}
	return same;
}

static bool same_inputs(const struct trace *a, const struct trace *b)
{
	bool same = a->num_inputs == b->num_inputs;

	for (size_t i = 0; i < a->num_inputs && same; i++)
		same = a->input[i].sat == b->input[i].sat &&
		       a->input[i].output == b->input[i].output &&
		       a->input[i].fee_of == b->input[i].fee_of;
	return same;
}

static bool same_outputs(const struct trace *a, const struct trace *b)
{
	bool same = a->num_outputs == b->num_outputs;

	for (size_t i = 0; i < a->num_outputs && same; i++) {
		const struct trace_output *x = &a->output[i],
					  *y = &b->output[i];
		const struct span s = trace_script(a, x),
				  r = trace_script(b, y);
		const struct outpoint p = trace_outpoint(a, x),
				      q = trace_outpoint(b, y);

		same = x->tx == y->tx && p.index == q.index &&
		       !memcmp(p.txid, q.txid, 32) && x->sat == y->sat &&
		       x->spent_by == y->spent_by && x->hops == y->hops &&
		       x->end == y->end && x->source == y->source &&
		       x->reached == y->reached && s.n == r.n &&
		       (s.n == 0 || !memcmp(s.p, r.p, s.n));
	}
	return same;
}

static bool same(const struct trace *a, const struct trace *b)
{
	return a->backward == b->backward && a->sources == b->sources &&
	       a->sources_sat == b->sources_sat && a->blocks == b->blocks &&
	       a->chain_blocks == b->chain_blocks &&
	       a->without_values == b->without_values &&
	       !memcmp(a->stopped, b->stopped, sizeof(a->stopped)) &&
	       same_txs(a, b) && same_inputs(a, b) && same_outputs(a, b);
}

/* Stops a trace after so many rounds; SIZE_MAX: never. */
static bool stop_after(void *context, const char *what, size_t done, size_t all)
{
	size_t *rounds = context;

	(void)what, (void)done, (void)all;
	return (*rounds)-- > 1;
}

/* Stopped after each `rounds`, again and again, and gone on with. */
static void test_goes_on(trace_any *trace, const struct chain *c,
			 const struct trace_options *plain, size_t rounds)
{
	struct trace_checkpoint k = { .path = path };
	struct trace_options o = *plain;
	struct trace whole, t;
	struct why why = { "" };
	enum status st = ST_END;
	size_t runs = 0, left, before = 0;
	bool more = true;

	remove(path);
	OK(trace(&whole, c, plain, &why) == ST_OK);
	o.checkpoint = &k;
	o.progress = stop_after;
	o.progress_context = &left;
	for (; st == ST_END && runs < 1000; runs++) {
		k = (struct trace_checkpoint){ .path = path };
		left = rounds;
		o.threads = 1 + runs % 2;
		st = trace(&t, c, &o, &why);
		more &= st != ST_END || t.blocks > before;
		before = t.blocks;
		if (st == ST_END)
			trace_free(&t);
	}
	OK(st == ST_OK && more && runs > 1);
	OK(same(&t, &whole));
	trace_free(&t);
	/* Once more: there is nothing left to do. */
	left = SIZE_MAX;
	OK(trace(&t, c, &o, &why) == ST_OK && k.before == t.blocks);
	OK(left == SIZE_MAX && same(&t, &whole));
	trace_free(&t);
	trace_free(&whole);
}

static bool stop_at(void *context, struct span script)
{
	uint8_t room[34];
	const struct span s = lab_script(room, *(const uint32_t *)context);

	return s.n == script.n && !memcmp(s.p, script.p, s.n);
}

static void test_all(const struct lab *l, bool with_rev)
{
	struct chain *c = lab_open(l, with_rev);
	struct outpoint at[2] = { { .index = 0 }, { .index = 0 } };
	struct script_set set;
	uint32_t service = 3;
	uint8_t room[34];

	memcpy(at[0].txid, l->tx[0].txid, 32);
	memcpy(at[1].txid, l->tx[l->num_txs / 2].txid, 32);
	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options options[] = {
		{ .scripts = &set },
		{ .scripts = &set, .through_coinjoins = true },
		{ .scripts = &set, .through_fees = true, .hops_max = 9 },
		{ .scripts = &set, .stop = stop_at, .stop_context = &service },
		{ .outpoint = at, .num_outpoints = 2, .outputs_max = 400 },
		{ .scripts = &set, .coinbases_only = true, .first_block = 11 },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!with_rev && i > 1)
			break;
		test_goes_on(trace_forward, c, &options[i], 1 + i % 2);
		test_goes_on(trace_backward, c, &options[i], 1 + i % 2);
	}
	script_set_fini(&set);
	chain_close(c);
}

/* A chain that grows: forward it goes on, backward it is that of then. */
static void test_grown(void)
{
	struct trace_checkpoint k = { .path = path };
	struct trace_checkpoint b = { .path = path };
	struct trace then, t, whole;
	struct script_set set;
	struct lab l;
	struct why why = { "" };
	uint8_t room[34];

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	struct trace_options plain = { .scripts = &set };
	struct trace_options o = { .scripts = &set };
	char keep[DIR_PATH];

	lab_init(&l, 5);
	lab_random(&l, 50, 8, SCRIPTS);
	struct chain *c = lab_open(&l, true);

	dir_file(keep, "../forward");
	k.path = keep;
	o.checkpoint = &k;
	remove(keep);
	OK(trace_forward(&t, c, &o, &why) == ST_OK && k.before == 0);
	trace_free(&t);
	OK(trace_backward(&then, c, &plain, &why) == ST_OK);
	dir_file(path, "../backward");
	b.path = path;
	o.checkpoint = &b;
	size_t left = 1;

	o.progress = stop_after;
	o.progress_context = &left;
	o.threads = 1;
	remove(path);
	OK(trace_backward(&t, c, &o, &why) == ST_END);
	trace_free(&t);
	chain_close(c);
	lab_random(&l, 30, 8, SCRIPTS);
	c = lab_open(&l, true);
	left = SIZE_MAX;
	OK(trace_backward(&t, c, &o, &why) == ST_OK && same(&t, &then) &&
	   b.left_out == 30 && b.before == 8 && t.chain_blocks == 50);
	trace_free(&t);
	trace_free(&then);
	o.checkpoint = &k;
	OK(trace_forward(&whole, c, &plain, &why) == ST_OK);
	OK(trace_forward(&t, c, &o, &why) == ST_OK && same(&t, &whole) &&
	   k.before == 50 && t.blocks == 80);
	trace_free(&t);
	trace_free(&whole);
	chain_close(c);
	remove(keep);
	remove(path);
	script_set_fini(&set);
	lab_fini(&l);
}

static void refused(const struct chain *c, trace_any *trace,
		    const struct trace_options *o, const char *word)
{
	struct trace t;
	struct why why = { "" };

	OK(trace(&t, c, o, &why) == ST_BAD && strstr(why.text, word) &&
	   strstr(why.text, path));
	if (!strstr(why.text, word))
		printf("# %s: %s\n", word, why.text);
	trace_free(&t);
}

static void test_questions(const struct chain *c, struct trace_options o)
{
	struct outpoint at = { .index = 1 };
	struct script_set set;
	uint32_t service = 5;
	uint8_t room[34];
	struct trace_options x = o;

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	script_set_add(&set, lab_script(room, 2), 0);
	refused(c, trace_backward, &o, "--back");
	x.coinbases_only = true;
	refused(c, trace_forward, &x, "--coinbases");
	x = o, x.through_coinjoins = true;
	refused(c, trace_forward, &x, "--through-coinjoins");
	x = o, x.through_fees = true;
	refused(c, trace_forward, &x, "--through-fees");
	x = o, x.hops_max = 7;
	refused(c, trace_forward, &x, "--hops");
	x = o, x.outputs_max = 7;
	refused(c, trace_forward, &x, "--max-outputs");
	x = o, x.scripts = &set;
	refused(c, trace_forward, &x, "SOURCE");
	x = o, x.outpoint = &at, x.num_outpoints = 1;
	refused(c, trace_forward, &x, "SOURCE");
	x = o, x.first_block = 1;
	refused(c, trace_forward, &x, "first block");
	x = o, x.stop = stop_at, x.stop_context = &service;
	refused(c, trace_forward, &x, "--list");
	script_set_fini(&set);
}

/* Whatever happens to its bytes, it is not taken. */
static void test_damage(const struct chain *c, const struct trace_options *o)
{
	struct buf whole, part;
	FILE *f = fopen(path, "rb");
	struct trace t;
	struct why why = { "" };
	size_t taken = 0;
	int byte;

	buf_init(&whole, 1u << 20);
	buf_init(&part, 1u << 20);
	while (f && (byte = getc(f)) != EOF)
		buf_u8(&whole, (uint8_t)byte);
	if (f)
		fclose(f);
	OK(whole.n > 500);
	for (size_t i = 0; i < whole.n * 2; i += 1 + i / 500) {
		buf_clear(&part);
		buf_add(&part, whole.p, i < whole.n ? i : whole.n);
		if (i >= whole.n)
			part.p[i - whole.n] ^= 0x10;
		dir_write("../checkpoint", &part);
		taken += trace_forward(&t, c, o, &why) != ST_BAD;
		trace_free(&t);
	}
	OK(taken == 0);
	buf_clear(&part);
	dir_write("../checkpoint", &part);
	refused(c, trace_forward, o, "another file");
	buf_add(&part, whole.p, whole.n - 1);
	dir_write("../checkpoint", &part);
	refused(c, trace_forward, o, "damaged or cut; remove it");
	dir_write("../checkpoint", &whole);
	OK(trace_forward(&t, c, o, &why) == ST_OK);
	trace_free(&t);
	buf_fini(&whole);
	buf_fini(&part);
}

static void test_refused(void)
{
	struct trace_checkpoint k = { .path = path };
	struct script_set set;
	struct trace t;
	struct lab l, other;
	struct why why = { "" };
	uint8_t room[34];

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options o = { .scripts = &set, .checkpoint = &k };

	lab_init(&l, 5);
	lab_random(&l, 20, 8, SCRIPTS);
	lab_init(&other, 6);
	lab_random(&other, 30, 8, SCRIPTS);
	struct chain *c = lab_open(&l, true);

	remove(path);
	OK(trace_forward(&t, c, &o, &why) == ST_OK);
	trace_free(&t);
	test_questions(c, o);
	test_damage(c, &o);
	chain_close(c);
	c = lab_open(&other, true);
	refused(c, trace_forward, &o, "reorganised");
	chain_close(c);
	script_set_fini(&set);
	lab_fini(&l);
	lab_fini(&other);
}

/* Where it cannot be written: said at once, not after a long time. */
static void test_unwritable(const struct lab *l)
{
	struct chain *c = lab_open(l, true);
	struct trace_checkpoint k = { .path = path };
	const struct trace_options o = { .checkpoint = &k };
	struct trace t;
	struct why why = { "" };

	dir_file(path, "none/checkpoint");
	OK(trace_forward(&t, c, &o, &why) == ST_IO && why.text[0]);
	trace_free(&t);
	k.path = dir_path;
	OK(trace_forward(&t, c, &o, &why) == ST_BAD &&
	   strstr(why.text, "not a file"));
	trace_free(&t);
	chain_close(c);
}

int main(void)
{
	struct lab l;

	dir_make();
	/* Beside the directory, which is emptied when a chain is written. */
	char outer[sizeof(dir_path)];

	memcpy(outer, dir_path, sizeof(outer));
	snprintf(dir_path, sizeof(dir_path), "%.200s/blocks", outer);
	if (mkdir(dir_path, 0777))
		abort();
	dir_file(path, "../checkpoint");
	lab_init(&l, 3);
	lab_random(&l, 60, 8, SCRIPTS);
	test_all(&l, true);
	test_all(&l, false);
	test_refused();
	test_unwritable(&l);
	test_grown();
	lab_fini(&l);
	dir_remove();
	memcpy(dir_path, outer, sizeof(outer));
	dir_remove();
	return tap_end();
}
