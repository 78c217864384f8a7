/* job_coinbase - the coinbase that a job asks for, read as a transaction.
 *
 * A job holds it in two parts, with extranonce1 and extranonce2 between them.
 * Their values do not matter to its outputs, their lengths do. */
#ifndef ANALYSIS_JOB_COINBASE_H
#define ANALYSIS_JOB_COINBASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "coin/tx.h"
#include "evidence/fact.h"

struct job_coinbase {
	/* Of the session's shares. Where none tells, extranonce2 has the length
	 * with which the coinbase is a whole transaction. */
	size_t extranonce2_n;
	bool has_extranonce2;
	/* Private. */
	struct buf bytes;
	struct tx_output *output;
};

void job_coinbase_init(struct job_coinbase *c);
void job_coinbase_fini(struct job_coinbase *c);

/* False if the job has no coinbase, or none that can be read; tx is borrowed
 * until the next call. */
bool job_coinbase_read(struct tx_coinbase *tx, struct job_coinbase *c,
		       const struct fact_job *job);

#endif /* ANALYSIS_JOB_COINBASE_H */
