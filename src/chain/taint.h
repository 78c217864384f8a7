/* taint - how much of a coin's past its parts inherit when a transaction mixes
 * it with others: six policies, in whole satoshi, exact.
 *
 *	poison     every output of a transaction that takes any is tainted whole
 *	haircut    outputs take in proportion to their value
 *	fifo       the first satoshi in are the first out (Clayton's rule;
 *	           Anderson, Shumailov and Ahmed 2018)
 *	lifo       the last in are the first out
 *	tiho       tainted in, highest out: the largest outputs take first
 *	seniority  the outputs take first in their order
 *
 * What outputs leave goes to the fee, and with it into the block's coinbase,
 * whose inputs are the subsidy and then the fees in the order of their
 * transactions. All but poison conserve: what went in comes out, in outputs and
 * fee together. No policy is the truth: a result gives several and their range.
 *
 * Haircut of whole satoshi: each output and the fee gets the floor of its
 * share; what is left over goes, a satoshi each, to the largest remainders, of
 * equal ones to the first (the fee counts as the last output).
 *
 * fifo and lifo must know where inside of an output the tainted satoshi lie:
 * a coin is a list of runs, tainted and clean by turns. */
#ifndef CHAIN_TAINT_H
#define CHAIN_TAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAINT_POLICY_LIST(X)                                                   \
	X(TAINT_POISON, "poison")                                              \
	X(TAINT_HAIRCUT, "haircut")                                            \
	X(TAINT_FIFO, "fifo")                                                  \
	X(TAINT_LIFO, "lifo")                                                  \
	X(TAINT_TIHO, "tiho")                                                  \
	X(TAINT_SENIORITY, "seniority")
#define TAINT_ENUM(name, text) name,
enum taint_policy {
	TAINT_POLICY_LIST(TAINT_ENUM) TAINT_POLICIES
};
#undef TAINT_ENUM

const char *taint_policy_text(enum taint_policy p);
/* TAINT_POLICIES if there is none of that name. */
enum taint_policy taint_policy_of(const char *text);

/* Values up to 21e14 satoshi, and sums of a transaction: below 2^63. */
#define TAINT_RUNS_MAX 65536 /* of one coin; see taint_coin.merged */

/* Satoshi in a row that are alike. */
struct taint_run {
	uint64_t sat;
	bool tainted;
};

struct taint_coin {
	uint64_t value;
	uint64_t tainted; /* of value, by each policy of its own tracing */
	/* fifo and lifo: the runs, adding up to value; NULL, 0: tainted is 0 or
	 * value, in one run. free() by taint_coin_fini(). */
	struct taint_run *run;
	size_t num_runs;
	/* So many runs that the smallest neighbours were joined: where in the
	 * coin its taint lies is then only nearly known; how much stays exact.
	 */
	bool merged;
};

void taint_coin_fini(struct taint_coin *c);

/* Divides num_in coins among num_out outputs, whose values are given in
 * out[].value, and the fee, whose value must be what is left (0 or more; the
 * caller has checked that the sum of the outputs is not above that of the
 * coins). Fills in what out[] and *fee inherit; their runs are then the
 * caller's to free. num_in and num_out are at least 1. */
void taint_divide(struct taint_coin *out, size_t num_out,
		  struct taint_coin *fee, const struct taint_coin *in,
		  size_t num_in, enum taint_policy policy);

#endif /* CHAIN_TAINT_H */
