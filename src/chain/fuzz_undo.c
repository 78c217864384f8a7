/* The properties: what is read stays inside the record; scripts borrowed from
 * it lie in it, unfolded ones are of the usual sizes; values_only reads the
 * same values over the same bytes, and over as many an output is passed; a
 * value read is what its compression gives again, where it is a possible one.
 */
#include <stdlib.h>

#include "chain/undo.h"
#include "coin/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check(const struct undo_output *o, const uint8_t *data, size_t size)
{
	if (o->script.p == o->own)
		must(o->script.n == 0 || o->script.n == 25 ||
		     o->script.n == 23 || o->script.n == 35 ||
		     o->script.n == 67);
	else
		must(o->script.n == 0 ||
		     (o->script.p >= data &&
		      o->script.p + o->script.n <= data + size));
	if (o->sat <= NETWORK_BTC_SAT_MAX)
		must(undo_value(undo_value_compress(o->sat)) == o->sat);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	uint64_t txs = undo_begin(&c);
	int curves = 0; /* each costs a root: a few are enough */

	must(txs <= size);
	struct cur all = c;
	const bool passes = undo_pass(&all, txs);

	for (; txs > 0 && cur_ok(&c); txs--) {
		struct cur passed = c;
		const bool passed_one = undo_pass(&passed, 1);

		for (uint64_t n = undo_tx(&c); n > 0 && cur_ok(&c); n--) {
			struct undo_output full, values;
			struct cur again = c;
			const bool good = undo_output(&full, &c, curves++ > 50);

			must(undo_output(&values, &again, true) == good);
			must(cur_left(&again) == cur_left(&c));
			must(!good || (full.sat == values.sat &&
				       full.height == values.height));
			if (good)
				check(&full, data, size);
		}
		must(!cur_ok(&c) || (passed_one && passed.at == c.at));
	}
	must(!cur_ok(&c) || (passes && all.at == c.at));
	return 0;
}
