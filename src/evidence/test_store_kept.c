/* What is kept in memory reads as the file does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "evidence/test_store_sample.h"

#define ID_C "cccccccccccccccc"

static char folder[] = "/tmp/test_store_XXXXXX", path[64];
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

/* Every field, one behind the other; of what is kept there is no solution. */
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

static void test_same(void)
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
}

struct tally { /* how often each hash came, and was called alone */
	unsigned seen[200], alone[200], wrong;
};

static bool on_tally(void *context, const struct fact_share *f)
{
	struct tally *t = context;
	const uint8_t which = f->hash.n == 32 ? f->hash.p[0] : 0;

	t->seen[which]++;
	t->alone[which] += f->alone;
	t->wrong += f->solution.n > 0;
	return true;
}

/* Hashes of which some come again and some do not, and none at all. */
static void give_hashes(struct store *s)
{
	static const char *const ids[3] = { ID_A, ID_B, ID_C };
	bool good = true;

	for (int i = 0; i < 3; i++) {
		const struct fact_session f = sample_session(ids[i]);

		good &= store_session(s, &f) == ST_OK;
	}
	for (uint32_t i = 0; i < 300; i++) {
		struct fact_share f = sample_share(ids[below(3)], i);
		uint8_t hash[32] = { (uint8_t)below(200) };

		f.hash = hash[0] ? (struct span){ hash, 32 } : EMPTY;
		good &= store_share(s, &f) == ST_OK;
	}
	OK(good);
}

static void test_alone(void)
{
	struct store *s = sample_open();
	struct tally t = { 0 };
	unsigned repeated = 0, once = 0;

	give_hashes(s);
	OK(store_keep_shares(s, SIZE_MAX) == ST_OK);
	OK(store_shares(s, NULL, on_tally, &t) == ST_OK);
	for (size_t i = 1; i < 200; i++) {
		repeated += t.seen[i] > 1;
		once += t.seen[i] == 1;
		t.wrong += t.alone[i] != (t.seen[i] == 1);
	}
	OK(t.wrong == 0 && t.alone[0] == 0 && repeated > 20 && once > 20);
	OK(store_close(s, NULL) == ST_OK);
}

/* Shares that carry no bytes at all, as of a malformed submit. */
static void test_bare(void)
{
	struct store *s = sample_open();
	const struct fact_session f = sample_session(ID_A);
	struct fact_share share = sample_share(ID_A, 1);
	struct buf before, after;

	share.header = share.hash = share.target = share.solution = EMPTY;
	share.extranonce2 = EMPTY;
	OK(store_session(s, &f) == ST_OK);
	OK(store_share(s, &share) == ST_OK);
	before = all_of(s, ID_A);
	OK(store_keep_shares(s, SIZE_MAX) == ST_OK);
	after = all_of(s, ID_A);
	OK(after.n > 0 && same(&before, &after));
	OK(store_close(s, NULL) == ST_OK);
}

/* Who reads sees one moment, whoever writes. */
static void test_moment(void)
{
	const struct fact_session other = sample_session("eeeeeeeeeeeeeeee");
	struct store *w = store_open(path, STORE_CREATE, NULL), *r;
	struct fact_session out;

	OK(w != NULL);
	give_hashes(w);
	OK(store_flush(w, NULL) == ST_OK);
	r = store_open(path, STORE_READ, NULL);
	OK(r != NULL);
	OK(store_keep_shares(r, SIZE_MAX) == ST_OK);
	OK(store_session(w, &other) == ST_OK);
	OK(store_flush(w, NULL) == ST_OK);
	OK(!store_session_at(r, &out, other.id));
	OK(store_close(r, NULL) == ST_OK);
	OK(store_close(w, NULL) == ST_OK);
	r = store_open(path, STORE_READ, NULL);
	OK(r && store_session_at(r, &out, other.id));
	OK(r && store_close(r, NULL) == ST_OK);
	OK(unlink(path) == 0);
}

static bool on_job(void *context, const struct fact_job *f)
{
	unsigned *n = context;

	OK(f->position == 7 + *n && f->target.n == 32 &&
	   f->algorithm == FACT_CRYPTONIGHT && f->coinbase1.n == 0);
	OK(f->difficulty.n == 4 && memcmp(f->difficulty.p, "1e-3", 4) == 0);
	++*n;
	return true;
}

static void test_demands(void)
{
	struct store *s = sample_open();
	const struct fact_session f = sample_session(ID_A);
	unsigned n = 0;

	OK(store_session(s, &f) == ST_OK);
	for (uint32_t i = 0; i < 2; i++) {
		const struct fact_job job = sample_job(ID_A, 7 + i);

		OK(store_job(s, &job) == ST_OK);
	}
	OK(store_demands(s, ID_A, on_job, &n) == ST_OK && n == 2);
	OK(store_demands(s, ID_B, on_job, &n) == ST_OK && n == 2);
	OK(store_close(s, NULL) == ST_OK);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/case.db", folder);
	test_same();
	test_alone();
	test_bare();
	test_moment();
	test_demands();
	OK(rmdir(folder) == 0);
	return tap_end();
}
