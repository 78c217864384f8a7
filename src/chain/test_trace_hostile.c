/* Blocks that no node would take, and whose headers hold all the same: values
 * that cannot be must not reach what divides them. */
#include <sys/stat.h>
#include <unistd.h>

#include "chain/trace.h"
#include "test/chain_maker.h"
#include "test/tap.h"

#define PLACE "test_trace_hostile.blocks"

static const uint8_t script[25] = { 0x76, 0xa9, 0x14, [23] = 0x88, 0xac };
static const struct span owner = { script, sizeof(script) };

static void add_block(struct maker *m, struct buf *file)
{
	struct buf record;

	buf_init(&record, 1u << 20);
	maker_end(m, &record, NULL);
	maker_record(file, buf_span(&record), 0);
	buf_fini(&record);
}

/* A coinbase of `source` satoshi, spent into two outputs. */
static bool write_blocks(uint64_t source, uint64_t first, uint64_t second)
{
	struct maker m;
	struct buf file;
	uint8_t txid[32];
	FILE *f;

	maker_init(&m);
	buf_init(&file, 1u << 20);
	maker_begin(&m, source, owner);
	add_block(&m, &file);
	memcpy(txid, m.txid[0], 32);
	maker_begin(&m, 1, (struct span){ script, 24 });
	maker_tx(&m);
	maker_input(&m, txid, 0, source, owner, 0, 71, false);
	maker_output(&m, first, (struct span){ script, 23 });
	maker_output(&m, second, (struct span){ script, 22 });
	maker_tx_end(&m);
	add_block(&m, &file);
	mkdir(PLACE, 0700);
	f = fopen(PLACE "/blk00000.dat", "w");
	const bool good = f && fwrite(file.p, 1, file.n, f) == file.n;

	if (f)
		fclose(f);
	buf_fini(&file);
	maker_fini(&m);
	return good;
}

/* All policies: how many transactions are traced, and how many satoshi are
 * stuck in them. One with values that cannot be is no transaction. */
static bool sticks(uint64_t source, uint64_t first, uint64_t second, size_t txs,
		   uint64_t wanted)
{
	struct script_set scripts;
	struct trace_options options = { .scripts = &scripts, .threads = 1 };
	struct chain *c = write_blocks(source, first, second)
				  ? chain_open(PLACE, NULL, NULL, NULL)
				  : NULL;
	struct trace t = { .num_txs = 0 };
	bool good = c != NULL;

	script_set_init(&scripts);
	script_set_add(&scripts, owner, 0);
	good = good && trace_forward(&t, c, &options, NULL) == ST_OK &&
	       t.num_txs == txs;
	for (int p = 0; good && p < TAINT_POLICIES; p++) {
		uint64_t tainted[8] = { 0 };
		struct trace_taint_sums sums;

		good = t.num_outputs <= 8;
		trace_taint(tainted, &sums, &t, (enum taint_policy)p);
		good = good && sums.stuck == wanted;
	}
	trace_free(&t);
	script_set_fini(&scripts);
	if (c)
		chain_close(c);
	unlink(PLACE "/blk00000.dat");
	rmdir(PLACE);
	return good;
}

int main(void)
{
	const uint64_t most = UINT64_C(2100000000000000);

	OK(sticks(5000, 3000, 2000, 2, 0));
	OK(sticks(most, most, 0, 2, 0));
	OK(sticks(5000, 3000, 2001, 2, 5000)); /* more than it takes */
	OK(sticks(5000, UINT64_MAX, 2, 1, 0));
	OK(sticks(5000, UINT64_C(1) << 63, UINT64_C(1) << 63, 1, 0));
	OK(sticks(UINT64_MAX, 5, 6, 0, 0));
	OK(sticks(most + 1, 5, 6, 0, 0));
	return tap_end();
}
