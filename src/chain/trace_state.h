/* trace_state - a trace as far as it got, as bytes.
 *
 *	head     8 "assaytrc" | u32 1 | u32 magic | u32 flags | u32 hops |
 *	         u64 most outputs | u64 first block | 32 sources |
 *	         u64 blocks of the chain | u64 at | 32 hash
 *	counts   u64 transactions | u64 inputs | u64 outputs | u64 missing
 *	tx       32 txid | u32 block | u32 position | u32 inputs |
 *	         u32 first output | u32 outputs | u32 coinjoin | u8 flags
 *	input    u64 satoshi | u32 output | u32 fee of
 *	output   u32 tx | u32 index | u64 satoshi | u32 spent by | u32 hops |
 *	         u8 end | u8 flags | [32 txid, backward] | u32 n | n script
 *	missing  32 txid | u32 index | u32 input | u32 tx
 *
 * all little-endian; what the fields mean: struct trace. Forward all blocks
 * below `at` were looked at, and hash is the last one's; backward those from
 * `at` on, and it is that of the block on top. What else a trace needs to go on
 * (the table of outputs that are followed) follows from its graph. */
#ifndef CHAIN_TRACE_STATE_H
#define CHAIN_TRACE_STATE_H

#include "chain/trace.h"

enum trace_state_flag {
	TRACE_STATE_BACKWARD = 1,
	TRACE_STATE_COINBASES = 2,
	TRACE_STATE_COINJOINS = 4,
	TRACE_STATE_FEES = 8,
	TRACE_STATE_FLAGS = 16 /* none from here on */
};

struct trace_state { /* the head */
	uint32_t magic;
	uint32_t flags;
	uint32_t hops_max;
	uint64_t outputs_max, first_block;
	uint8_t sources[32]; /* a digest of what was asked for */
	uint64_t chain_blocks, at;
	uint8_t hash[32];
};

typedef void trace_state_put(void *context, const void *p, size_t n);
void trace_state_write(const struct trace_state *s, const struct trace *t,
		       trace_state_put *put, void *context);

/* Do bytes (the first TRACE_STATE_BEGINS of them are enough) begin as a state
 * of this version does? */
#define TRACE_STATE_BEGINS 12
bool trace_state_begins(struct span bytes);

/* False: bytes of something else; then s and t are as they were. Only a graph
 * that a trace could have is taken. */
bool trace_state_read(struct trace_state *s, struct trace *t,
		      struct span bytes);

/* trace_state_check.c: could it be the graph of a trace that got so far? Counts
 * its sources on the way. */
bool trace_state_check(const struct trace_state *s, struct trace *t);

#endif /* CHAIN_TRACE_STATE_H */
