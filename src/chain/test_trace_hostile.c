/* Traces through blocks that are damaged, or that no node would take. */
#include "chain/test_lab.h"
#include "chain/trace.h"
#include "test/tap.h"

#define SCRIPTS 40

/* Where the last output to a script lies. */
static uint8_t *last_output(struct lab *l, uint32_t script)
{
	uint8_t room[34];
	const struct span s = lab_script(room, script);
	size_t at = l->blk.n - s.n;

	while (memcmp(l->blk.p + at, s.p, s.n) != 0)
		at--;
	return l->blk.p + at - 9;
}

/* A satoshi more in an output, and its block is no longer the header's. */
static void test_damage(struct lab *l)
{
	uint8_t *value = last_output(l, 1);
	struct script_set set;
	struct trace t;
	struct why why = { "" };
	uint8_t room[34];

	script_set_init(&set);
	for (uint32_t s = 0; s < SCRIPTS; s++)
		script_set_add(&set, lab_script(room, s), 0);
	const struct trace_options o = { .scripts = &set };

	*value ^= 1;
	struct chain *c = lab_open(l, true);
	enum status st = trace_forward(&t, c, &o, &why);

	if (st == ST_OK)
		st = trace_verify(&t, c, &o, &why);
	OK(st == ST_BAD && strstr(why.text, "blk00000.dat, offset"));
	trace_free(&t);
	OK(trace_backward(&t, c, &o, &why) == ST_BAD);
	trace_free(&t);
	*value ^= 1;
	chain_close(c);
	script_set_fini(&set);
}

/* BIP 30: the same coinbase twice; the later one's output is what is there. */
static void test_twice(void)
{
	struct lab l;
	uint8_t room[34];
	uint64_t sat = LAB_REWARD;
	uint32_t script = 9;
	struct script_set set;
	struct trace t;
	struct why why = { "" };

	lab_init(&l, 1);
	lab_block_begin(&l, 1);
	lab_block_end(&l);
	l.maker.height = 0; /* the coinbase that follows is that of before */
	lab_block_begin(&l, 1);
	lab_block_end(&l);
	memcpy(l.tx[1].txid, l.maker.txid[0], 32);
	l.maker.height = 2;
	lab_block_begin(&l, 2);
	lab_spend(&l, (size_t[]){ 1 }, 1, &sat, &script, 1);
	lab_block_end(&l);
	struct chain *c = lab_open(&l, true);

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options o = { .scripts = &set };

	OK(!memcmp(l.tx[0].txid, l.tx[1].txid, 32));
	OK(trace_forward(&t, c, &o, &why) == ST_OK && t.num_outputs == 3);
	OK(t.output[0].end == TRACE_UNSPENDABLE &&
	   t.output[1].end == TRACE_SPENT && t.output[2].end == TRACE_UNSPENT);
	trace_free(&t);
	OK(trace_backward(&t, c, &o, &why) == ST_OK && t.sources == 1);
	trace_free(&t);
	script_set_fini(&set);
	chain_close(c);
	lab_fini(&l);
}

/* More coins than there can be, spent: refused, not divided. */
static void test_overflow(void)
{
	struct lab l;
	uint8_t room[34];
	uint64_t sat[] = { UINT64_MAX, 2 };
	uint32_t script[] = { 9, 9 };
	struct script_set set;
	struct trace t;
	struct why why = { "" };

	lab_init(&l, 1);
	lab_block_begin(&l, 1);
	lab_block_end(&l);
	lab_block_begin(&l, 2);
	lab_spend(&l, (size_t[]){ 0 }, 1, sat, script, 2);
	lab_block_end(&l);
	struct chain *c = lab_open(&l, true);

	script_set_init(&set);
	script_set_add(&set, lab_script(room, 1), 0);
	const struct trace_options o = { .scripts = &set };

	OK(trace_forward(&t, c, &o, &why) == ST_BAD);
	trace_free(&t);
	OK(trace_backward(&t, c, &o, &why) == ST_BAD);
	trace_free(&t);
	script_set_fini(&set);
	chain_close(c);
	lab_fini(&l);
}

static bool stop_early(void *context, const char *what, size_t done, size_t all)
{
	(void)context, (void)what, (void)done, (void)all;
	return false;
}

static void test_stopped(struct lab *l)
{
	struct chain *c = lab_open(l, true);
	const struct trace_options o = { .progress = stop_early, .threads = 1 };
	struct trace t;
	struct why why = { "" };

	OK(trace_forward(&t, c, &o, &why) == ST_END &&
	   t.blocks < chain_length(c));
	trace_free(&t);
	OK(trace_backward(&t, c, &o, &why) == ST_END);
	trace_free(&t);
	chain_close(c);
}

int main(void)
{
	struct lab l;

	dir_make();
	lab_init(&l, 3);
	lab_random(&l, 60, 8, SCRIPTS);
	test_damage(&l);
	test_stopped(&l);
	lab_fini(&l);
	test_twice();
	test_overflow();
	dir_remove();
	return tap_end();
}
