#include "analysis/job_coinbase.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pow/share.h"

#define BYTES_MAX      (1u << 20)
#define EXTRANONCE_MAX 32
#define LENGTH_MAX     16 /* of an extranonce2 that no share tells */

void job_coinbase_init(struct job_coinbase *c)
{
	*c = (struct job_coinbase){ .output = mem_new(TX_OUTPUTS_MAX,
						      sizeof(c->output[0])) };
	buf_init(&c->bytes, BYTES_MAX);
}

void job_coinbase_fini(struct job_coinbase *c)
{
	buf_fini(&c->bytes);
	free(c->output);
	c->output = NULL;
}

bool job_coinbase_read(struct tx_coinbase *tx, struct job_coinbase *c,
		       const struct fact_job *job)
{
	static const uint8_t zeros[2 * EXTRANONCE_MAX];
	const size_t from = c->has_extranonce2 ? c->extranonce2_n : 0;
	const size_t to = c->has_extranonce2 ? c->extranonce2_n : LENGTH_MAX;

	/* A case may come from anyone. */
	if (job->coinbase1.n == 0 || job->extranonce1.n > EXTRANONCE_MAX ||
	    to > EXTRANONCE_MAX)
		return false;
	for (uint32_t gap = (uint32_t)from; gap <= to; gap++) {
		uint32_t extranonce1_n = (uint32_t)job->extranonce1.n;
		const struct share_job parts = { .coinbase1 = job->coinbase1,
						 .coinbase2 = job->coinbase2 };

		if (job->extranonce1_source == FACT_UNKNOWN &&
		    share_extranonce1_length(&extranonce1_n, &parts, gap) == 0)
			continue;
		buf_clear(&c->bytes);
		if (buf_add(&c->bytes, job->coinbase1.p, job->coinbase1.n) &&
		    buf_add(&c->bytes, zeros, extranonce1_n + gap) &&
		    buf_add(&c->bytes, job->coinbase2.p, job->coinbase2.n) &&
		    tx_coinbase_parse(tx, c->output, TX_OUTPUTS_MAX,
				      buf_span(&c->bytes)))
			return true;
	}
	return false;
}
