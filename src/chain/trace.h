/* trace - where coins went: everything that was ever paid from the outputs
 * asked for, in one pass over the blocks in order of height; and where they
 * came from, in one pass from the top down.
 *
 * A table holds every output that is reached. A transaction that spends one is
 * taken in with all its inputs and outputs, and its outputs are followed on,
 * unless the trace stops there: at a script the caller names (a service), in a
 * transaction like a CoinJoin, after so many hops, or at a limit. Blocks are
 * read and looked through by all threads, a round at a time; what they find is
 * taken in by one, in order, so that the result does not depend on how many
 * there are. trace_verify() then holds the blocks that matter against their
 * headers.
 *
 * What comes out is the graph. trace_taint() then divides the coins over it by
 * a policy. Values and scripts of inputs that were not reached come from the
 * node's rev files; without them (or where one is missing) they are looked up
 * in a second pass over the blocks, which hashes every transaction. */
#ifndef CHAIN_TRACE_H
#define CHAIN_TRACE_H

#include "base/buf.h"
#include "chain/chain.h"
#include "chain/outpoint_table.h"
#include "chain/script_set.h"
#include "chain/taint.h"

#define TRACE_NONE        UINT32_MAX
#define TRACE_OUTPUTS_MAX (1u << 28)

/* Why an output is not followed further. */
#define TRACE_END_LIST(X)                                                      \
	X(TRACE_UNSPENT, "unspent")                                            \
	X(TRACE_SPENT, "spent")                                                \
	X(TRACE_SERVICE, "service")                                            \
	X(TRACE_COINJOIN, "coinjoin")                                          \
	X(TRACE_HOPS, "hop limit")                                             \
	X(TRACE_LIMIT, "limit")                                                \
	X(TRACE_UNSPENDABLE, "unspendable")                                    \
	X(TRACE_COINBASE, "coinbase")                                          \
	X(TRACE_NOT_FOUND, "not in these blocks")
#define TRACE_ENUM(name, text) name,
enum trace_end {
	TRACE_END_LIST(TRACE_ENUM) TRACE_ENDS
};
#undef TRACE_ENUM
const char *trace_end_text(enum trace_end e);

struct trace_output {
	uint32_t tx,
		index; /* of the transaction in the trace; its place there */
	uint64_t sat;
	uint64_t script_at; /* in trace.script */
	uint32_t script_n;
	uint32_t spent_by; /* transaction in the trace, or TRACE_NONE */
	uint32_t hops; /* transactions since the nearest source: 0 for one */
	uint8_t end;   /* enum trace_end */
	bool source;   /* asked for: tainted as a whole */
	bool reached;  /* false: a source that nothing tainted reached */
};

struct trace_input {
	uint64_t sat;
	uint32_t output; /* of the trace, or TRACE_NONE */
	uint32_t fee_of; /* of a coinbase: the transaction whose fee it is, or
			  * TRACE_NONE; both none: clean */
};

struct trace_tx {
	uint8_t txid[32];
	uint32_t block;     /* index in the chain */
	uint32_t position;  /* in the block; 0: its coinbase */
	uint32_t at, bytes; /* where it lies in the block; 0 bytes: not known,
			     * as it is of a checkpoint */
	uint32_t first_input, num_inputs;
	uint32_t first_output, num_outputs;
	uint32_t coinjoin; /* equal outputs of one, or 0 */
	bool values_known; /* of all inputs: else no taint can be divided */
	bool followed;     /* it spends something reached; else it only pays a
			    * source */
};

/* A trace backward is the same graph the other way round: in it a
 * transaction's "outputs" are the outputs that it spends, with their outpoints
 * in trace.outpoint, and its "inputs" those it makes, and its fee. */
struct trace {
	bool backward;
	struct outpoint *outpoint; /* backward: of each output; else NULL */
	struct trace_tx *tx;       /* in order of the chain, or against it */
	struct trace_input *input;
	struct trace_output *output;
	size_t num_txs, num_inputs, num_outputs;
	size_t room_txs, room_inputs, room_outputs;
	struct buf script;
	uint64_t sources, sources_sat;
	uint64_t stopped[TRACE_ENDS]; /* outputs, by why */
	uint64_t without_values;      /* transactions */
	/* Inputs whose values were not in rev files: trace_values.c. */
	struct trace_missing *missing;
	size_t num_missing, room_missing;
	size_t blocks; /* looked at; fewer than chain_blocks: stopped early */
	size_t chain_blocks; /* that the chain had */
};

/* Of a script that an output pays: should the trace stop there? */
typedef bool trace_stop(void *context, struct span script);

/* A file that keeps how far a trace got, and from which it goes on, so that it
 * outlives its process: chain/trace_checkpoint.h. What comes out is what would
 * have without it. */
struct trace_checkpoint {
	const char *path;
	unsigned seconds; /* at least, between two writings */
	/* What came of it. */
	size_t before;   /* blocks that earlier runs looked at */
	size_t left_out; /* backward: blocks that came since it was begun */
	bool failed;     /* to be written, the last time; the trace goes on */
	struct why why;  /* for this reason */
	/* Private. */
	bool any;
	double due;
	size_t at;
};

struct trace_options {
	/* Outputs to these scripts are sources (value ignored), only those of
	 * coinbases if so wanted, and these outpoints are. Either may be empty
	 * (NULL). */
	const struct script_set *scripts;
	bool coinbases_only;
	const struct outpoint *outpoint;
	size_t num_outpoints;
	size_t first_block; /* of the chain */
	trace_stop *stop;   /* NULL: never */
	void *stop_context;
	bool through_coinjoins; /* else they end it */
	bool through_fees;  /* into the coinbases of their blocks; else lost */
	uint32_t hops_max;  /* 0: no limit */
	size_t outputs_max; /* 0: TRACE_OUTPUTS_MAX */
	unsigned threads;   /* 0: one for each processor */
	struct trace_checkpoint *checkpoint; /* NULL: none */
	bool (*progress)(void *context, const char *what, size_t done,
			 size_t all); /* NULL, or: false stops */
	void *progress_context;
};

/* ST_END: progress stopped it; out holds what was found until then. ST_BAD: a
 * block on the way is not one, or the checkpoint is of something else. On
 * failure out is empty. */
enum status trace_forward(struct trace *out, const struct chain *c,
			  const struct trace_options *options, struct why *why);

/* The same against the direction of time. The outputs asked for are found on
 * the way down; what they were paid from is followed to coinbases, and to where
 * the options say. Every transaction is hashed, every block held against its
 * header: trace_verify() is not needed, and rev files are not. */
enum status trace_backward(struct trace *out, const struct chain *c,
			   const struct trace_options *options,
			   struct why *why);
void trace_free(struct trace *t);

/* Reads the blocks of the trace's transactions once more, and recomputes the
 * merkle roots of all their transactions: ST_BAD, with the file and offset, if
 * one of them is not what its header commits to. */
enum status trace_verify(const struct trace *t, const struct chain *c,
			 const struct trace_options *options, struct why *why);

struct span trace_script(const struct trace *t, const struct trace_output *o);
struct outpoint trace_outpoint(const struct trace *t,
			       const struct trace_output *o);

/* What each output inherits (backward: what each contributed), in satoshi, by a
 * policy: tainted has t->num_outputs entries. lost: what went into fees.
 * Transactions whose inputs' values are not known pass on nothing; *stuck is
 * what they took in. merged (may be NULL): true where runs had to be joined
 * (chain/taint.h). */
struct trace_taint_sums {
	uint64_t sources, fees, stuck;
	bool merged;
};
void trace_taint(uint64_t *tainted, struct trace_taint_sums *sums,
		 const struct trace *t, enum taint_policy policy);

#endif /* CHAIN_TRACE_H */
