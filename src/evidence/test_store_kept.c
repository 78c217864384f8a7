/* What is kept in memory reads as the file does. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "evidence/test_store_sample.h"

#define ID_C "cccccccccccccccc"

static uint32_t state = 5;

static uint32_t below(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)state * n) >> 32);
}

static void add_span(struct buf *b, struct span s)
{
	buf_le32(b, (uint32_t)s.n);
	if (s.n)
		buf_add(b, s.p, s.n);
}

/* Every field, one behind the other. */
static bool write_down(void *context, const struct fact_share *f)
{
	struct buf *b = context;

	buf_add(b, f->session, FACT_ID - 1);
	buf_add(b, &f->time.ns, sizeof(f->time.ns));
	buf_add(b, &f->frame, sizeof(f->frame));
	buf_add(b, &f->input, sizeof(f->input));
	buf_add(b, &f->difficulty, sizeof(f->difficulty));
	add_span(b, f->worker);
	add_span(b, f->job_id);
	add_span(b, f->extranonce2);
	add_span(b, f->header);
	add_span(b, f->solution);
	add_span(b, f->hash);
	add_span(b, f->target);
	add_span(b, f->reason);
	buf_printf(b, "%u %d %u %u %u %d %u %u %d %d %d %d %d %d %d %d",
		   f->position, f->has_job, f->job_position, f->ntime, f->nonce,
		   f->has_version_bits, f->version_bits, f->version_mask,
		   f->proof, f->algorithm, f->verdict, f->witness, f->rounding,
		   f->at_once, f->duplicate, f->by_server);
	return true;
}

static struct buf all_of(struct store *s, const char *session)
{
	struct buf b;

	buf_init(&b, 1u << 24);
	OK(store_shares(s, session, write_down, &b) == ST_OK);
	return b;
}

static bool same(struct buf *a, struct buf *b)
{
	const bool good = a->n == b->n && !memcmp(a->p, b->p, a->n);

	buf_fini(a);
	buf_fini(b);
	return good;
}

/* Times that are not in order, some of them alike, some unknown. */
static void fill(struct store *s, const char *const ids[3])
{
	bool good = true;

	for (uint32_t i = 0; i < 600; i++) {
		struct fact_share f = sample_share(ids[below(3)], i);

		f.time = below(9) ? (struct ts){ below(50) * 1000 } : TS_NONE;
		f.proof = (enum fact_proof)below(FACT_PROOFS);
		f.algorithm = (enum fact_algorithm)below(FACT_ALGORITHMS);
		f.verdict = (enum fact_verdict)below(FACT_VERDICTS);
		f.witness = (enum fact_witness)below(FACT_WITNESSES);
		f.worker = below(3) ? SPAN("a.b") : SPAN("c\0d");
		f.reason = below(2) ? EMPTY : SPAN("low difficulty");
		f.duplicate = below(2);
		f.at_once = below(2);
		f.by_server = below(2);
		f.has_job = below(2);
		if (!f.has_job)
			f.job_position = 0;
		if (below(4) == 0)
			f.header = f.hash = f.target = f.solution = EMPTY;
		good &= store_share(s, &f) == ST_OK;
	}
	OK(good);
}

int main(void)
{
	static const char *const ids[3] = { ID_B, ID_A, ID_C };
	struct store *s = sample_open();
	struct buf before[4], after, again;

	for (int i = 0; i < 3; i++) {
		const struct fact_session f = sample_session(ids[i]);

		OK(store_session(s, &f) == ST_OK);
	}
	fill(s, ids);
	for (int i = 0; i < 3; i++)
		before[i] = all_of(s, ids[i]);
	before[3] = all_of(s, NULL);
	OK(store_keep_shares(s, 599) == ST_OK); /* too many: nothing is kept */
	after = all_of(s, NULL);
	OK(store_keep_shares(s, 600) == ST_OK);
	again = all_of(s, NULL);
	OK(same(&after, &again));
	for (int i = 0; i < 3; i++) {
		after = all_of(s, ids[i]);
		OK(after.n > 0 && same(&before[i], &after));
	}
	after = all_of(s, NULL);
	OK(same(&before[3], &after));
	after = all_of(s, "dddddddddddddddd");
	OK(after.n == 0);
	buf_fini(&after);

	/* What is written is seen at once. */
	const struct fact_share more = sample_share(ID_A, 5000);

	before[0] = all_of(s, ID_A);
	OK(store_share(s, &more) == ST_OK);
	after = all_of(s, ID_A);
	OK(after.n > before[0].n);
	buf_fini(&before[0]);
	buf_fini(&after);
	OK(store_close(s, NULL) == ST_OK);
	return tap_end();
}
