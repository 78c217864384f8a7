#include "analysis/deal.h"

#include "analysis/test_money_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

#define SUBJECTS 4

struct dealt_out {
	unsigned shares[SUBJECTS], sessions;
	bool stop;
};

static enum status on_session(void *context, struct store *store,
			      const char *id, const struct finding *f)
{
	struct dealt_out *d = context;

	(void)store;
	d->sessions++;
	OK(strcmp(f->connection[0], id) == 0);
	return d->stop ? ST_IO : ST_OK;
}

static bool counts(const struct fact_share *f)
{
	return f->proof == FACT_PROVED;
}

static void on_share(void *context, const struct fact_share *f,
		     const uint32_t *subject, size_t n)
{
	struct dealt_out *d = context;

	(void)f;
	for (size_t i = 0; i < n; i++)
		d->shares[subject[i]]++;
}

static void add(struct store *s, const char *session, uint32_t position,
		const char *worker, uint8_t hash)
{
	const struct sample_share x = { .session = session,
					.worker = worker,
					.position = position,
					.job = 1,
					.time = 1000 + position,
					.difficulty = "1",
					.hash = hash,
					.proof = FACT_PROVED,
					.algorithm = FACT_SHA256D };

	sample_share(s, &x);
}

static struct store *begin(void)
{
	struct store *s = sample_store();

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_session(s, B, "10.0.0.3", FACT_SHA256D);
	sample_job(s, A, 1, "1");
	sample_job(s, B, 1, "1");
	add(s, A, 10, "w", 1);
	add(s, A, 20, "v", 2);
	add(s, A, 30, "w", 1); /* again */
	add(s, B, 10, "w", 1); /* and at another tap */
	add(s, B, 20, "v", 3);
	add(s, B, 30, "v", 1); /* under another name */
	add(s, B, 40, "v", 1);
	return s;
}

/* Each subject gets each header once, wherever it came first. */
static void test_once(void)
{
	struct store *s = begin();
	struct money_sample x;
	struct dealt_out d = { .sessions = 0 };
	const struct deal_visitor v = { &d, on_session, counts, on_share };
	struct series_subject subject[SUBJECTS];
	struct ts first, last;

	money_load(&x, s, NULL);
	for (unsigned i = 0; i < SUBJECTS; i++)
		subject[i] = x.subject;
	subject[1] = (struct series_subject){ &x.member[1], 1, NULL };
	subject[2].worker = "w";
	subject[3].worker = "v";
	OK(deal_shares(NULL, s, subject, SUBJECTS, &v) == ST_OK);
	OK(d.sessions == 2);
	OK(d.shares[0] == 3); /* 1, 2, 3 */
	OK(d.shares[1] == 2); /* of B alone: 1, 3 */
	OK(d.shares[2] == 1); /* w: 1 */
	OK(d.shares[3] == 3); /* v: 2, 3, 1 */
	deal_span(&first, &last, &x.subject);
	OK(first.ns == AT(1000).ns && last.ns == AT(2000).ns);
	deal_span(&first, &last, &(struct series_subject){ .n = 0 });
	OK(!ts_known(first) && !ts_known(last));
	d.stop = true;
	OK(deal_shares(NULL, s, subject, SUBJECTS, &v) == ST_IO);
	OK(deal_shares(NULL, s, subject, 0, &v) == ST_OK);
	finding_free_all(&x.findings);
	store_close(s, NULL);
}

int main(void)
{
	test_once();
	return tap_end();
}
