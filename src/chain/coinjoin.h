/* coinjoin - transactions that several parties seem to have made together, so
 * that which input paid which output cannot be said.
 *
 * Recognised by form: at least COINJOIN_EQUAL outputs of one value, at least as
 * many inputs as those, from at least two scripts, and no more than one other
 * output for each of them and two more. That is the form of Maxwell's proposal
 * (2013) and of the wallets that came after (Goldfeder and others 2017,
 * section 2.3); batch payments of equal amounts by one party have one input
 * script and are left alone. It is a likeness, never a proof. */
#ifndef CHAIN_COINJOIN_H
#define CHAIN_COINJOIN_H

#include <stddef.h>
#include <stdint.h>

#include "coin/tx_walk.h"

#define COINJOIN_EQUAL 3

/* How many outputs share the value, or 0 if it is not like one. sat: values of
 * the outputs, which are sorted; scripts: how many different scripts its inputs
 * spend from (0: not known, which is then not asked). Values of less than
 * 10,000 satoshi do not count. */
uint32_t coinjoin_like(uint64_t *sat, size_t num_outputs, uint64_t num_inputs,
		       size_t scripts);

/* The same of a transaction; the scratch is one thread's. */
struct coinjoin_scratch {
	uint64_t *sat;
	size_t room;
};
void coinjoin_scratch_fini(struct coinjoin_scratch *s);
uint32_t coinjoin_of(struct coinjoin_scratch *s, const struct tx_walk *tx,
		     size_t scripts);

#endif /* CHAIN_COINJOIN_H */
