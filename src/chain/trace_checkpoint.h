/* trace_checkpoint - the file in which a trace keeps how far it got, and from
 * which it goes on: trace_state's bytes, and their SHA-256 behind them.
 *
 * It is written beside its place, and takes it once it is on the disk: there is
 * always a whole one, whatever happens. Writing takes no more than a twentieth
 * of the time. */
#ifndef CHAIN_TRACE_CHECKPOINT_H
#define CHAIN_TRACE_CHECKPOINT_H

#include "chain/trace_state.h"

/* Into *t (which holds nothing), and *at, from the file of the options. ST_END:
 * there is none yet. ST_BAD with why: it is not of this question and chain, or
 * damaged. */
enum status trace_checkpoint_read(struct trace *t, size_t *at,
				  const struct chain *c,
				  const struct trace_options *options,
				  struct why *why);

/* Writes it if it is time to, or `last`. That it cannot be is an error only the
 * first time in a run: later it is kept in the options' checkpoint, and the one
 * that is there stays. */
enum status trace_checkpoint_write(const struct trace *t, size_t at, bool last,
				   const struct chain *c,
				   const struct trace_options *options,
				   struct why *why);

#endif /* CHAIN_TRACE_CHECKPOINT_H */
