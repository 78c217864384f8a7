/* test_report_sample - assessments made by hand, for tests of outputs.
 *
 * "empty": nothing was found. "small": one miner of five minutes, with values
 * of test/captures/a_stratum_one. "big" (test_report_sample_big.h): a simulated
 * operation of many months. All memory is the sample's. */
#ifndef REPORT_TEST_REPORT_SAMPLE_H
#define REPORT_TEST_REPORT_SAMPLE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "report/answers.h"

#define SAMPLE_BLOCKS_MAX 20000
#define SAMPLE_S          INT64_C(1000000000)

struct sample {
	struct assessment a;
	struct hypothesis_file file;
	struct answers_about about;
	void *block[SAMPLE_BLOCKS_MAX];
	size_t num_blocks;
	uint64_t random;
};

/* Zeroed, until sample_free(). */
static inline void *sample_keep(struct sample *s, size_t n, size_t size)
{
	void *p = mem_new(n, size);

	if (s->num_blocks == SAMPLE_BLOCKS_MAX)
		abort();
	s->block[s->num_blocks++] = p;
	return p;
}

static inline char *sample_text(struct sample *s, const char *text)
{
	const size_t n = strlen(text) + 1;

	return memcpy(sample_keep(s, n, 1), text, n);
}

static inline void sample_free(struct sample *s)
{
	for (size_t i = 0; i < s->num_blocks; i++)
		free(s->block[i]);
	free(s);
}

static inline struct ts sample_ts(const char *text)
{
	struct ts t = TS_NONE;

	ts_parse(&t, (struct span){ (const uint8_t *)text, strlen(text) });
	return t;
}

/* From 0 to below 1; the same sequence each time. */
static inline double sample_random(struct sample *s)
{
	s->random = s->random * 6364136223846793005u + 1442695040888963407u;
	return (double)(s->random >> 33) / 2147483648.0;
}

static inline struct estimate sample_about(double low, double mid, double high,
					   const char *method)
{
	return (struct estimate){ low, mid, high, 0.95, method };
}

static inline struct estimate sample_unknown(void)
{
	return (struct estimate){ NAN, NAN, NAN, 0.95, NULL };
}

static inline struct timing_moment sample_within(struct ts low, struct ts mid,
						 struct ts high)
{
	return (struct timing_moment){ TIMING_WITHIN, low, mid, high };
}

static inline struct timing_moment sample_unknown_moment(void)
{
	return (struct timing_moment){ TIMING_UNKNOWN, TS_NONE, TS_NONE,
				       TS_NONE };
}

/* ---- hypotheses ---- */

static inline void sample_item(struct sample *s, const char *quantity,
			       char reliability, const char *reason)
{
	struct hypothesis_item *i = &s->file.item[s->file.num_items++];

	i->quantity = sample_text(s, quantity);
	i->reliability = reliability;
	i->credibility = 2;
	i->source = sample_text(s, "an expert's judgement, 2026");
	i->under = sample_keep(s, 2, sizeof(i->under[0]));
	for (int h = 0; h < 2; h++)
		i->under[h] = (struct hypothesis_likelihood){
			.shape = HYPOTHESIS_LOGNORMAL,
			.a = h ? 1e13 : 1e16,
			.b = 10,
			.within = 2,
			.reason = sample_text(s, reason),
		};
}

static inline void sample_file(struct sample *s)
{
	struct hypothesis_file *f = &s->file;

	f->title = sample_text(s, "Who is behind the mining");
	f->sources = sample_text(s, "Priors and likelihoods are judgements, "
				    "with their\nreasons beside them.");
	f->num_hypotheses = 2;
	f->hypothesis[0] = (struct hypothesis_text){
		sample_text(s, "state"), sample_text(s, "a state operation"),
		sample_text(s, "Run or ordered by an organ of a state."), 0.3,
		sample_text(s, "Few networks of that country exist.")
	};
	f->hypothesis[1] = (struct hypothesis_text){
		sample_text(s, "user"), sample_text(s, "an individual user"),
		sample_text(s, "Somebody with access mines for himself."), 0.7,
		sample_text(s, "Most mining seen on such networks was that.")
	};
	f->item = sample_keep(s, 9, sizeof(f->item[0]));
	sample_item(s, "hashrate", 'B', "Money spent on machines differs.");
	sample_item(s, "network_portion", 'B', "As the hash rate.");
	sample_item(s, "machines", 'C', "A hall holds more than a desk.");
	sample_item(s, "workers", 'C', "Operations name their machines.");
	sample_item(s, "power", 'D', "A house has a fuse.");
	sample_item(s, "income", 'C', "What it is for.");
	sample_item(s, "duration", 'B', "Users lose interest.");
	sample_item(s, "hours", 'C', "Machines of people sleep.");
	sample_item(s, "proxy", 'D', "Many machines need one.");
	s->a.options.hypotheses = f;
}

static inline void sample_column(struct sample *s, double weight, double around)
{
	struct hypotheses *y = &s->a.hypotheses;
	struct hypothesis_column *c = &y->column[y->num_columns];
	const struct hypothesis_item *i = &s->file.item[y->num_columns];

	y->num_columns++;
	c->quantity = hypothesis_quantity_of(i->quantity);
	c->item = i;
	c->determined = c->counted = isfinite(weight);
	c->discount = 0.7;
	if (!c->determined)
		return;
	c->weight[0] = (struct hypothesis_weight){ weight - around, weight,
						   weight + around };
	c->weight[1] = (struct hypothesis_weight){ -weight - around, -weight,
						   around - weight };
}

static inline void sample_row(struct sample *s, double low, double posterior,
			      double high, const char *words)
{
	struct hypotheses *y = &s->a.hypotheses;

	y->row[y->num_rows] = (struct hypothesis_row){
		.prior = s->file.hypothesis[y->num_rows].prior,
		.low = low,
		.posterior = posterior,
		.high = high,
		.words = words,
	};
	y->num_rows++;
}

/* ---- the empty one ---- */

static inline void sample_input(struct sample *s, const char *name,
				struct ts first, struct ts last)
{
	struct assessment *a = &s->a;
	struct assessment_input *n = &a->input[a->num_inputs++];

	*n = (struct assessment_input){
		.row = (int64_t)a->num_inputs,
		.name = sample_text(s, name),
		.status = sample_text(s, "ok"),
		.version = sample_text(s, "0.1.0"),
		.has_sha256 = true,
		.bytes = 70312,
		.packets = 446,
		.first = first,
		.last = last,
	};
	for (size_t i = 0; i < sizeof(n->sha256); i++)
		n->sha256[i] = (uint8_t)(sample_random(s) * 256);
}

static inline struct sample *sample_empty(void)
{
	struct sample *s = mem_new(1, sizeof(*s));

	s->random = 1;
	s->about = (struct answers_about){ .title = "Report on empty.db",
					   .version = "0.1.0",
					   .generated = sample_ts(
						   "2026-11-26T08:00:00Z") };
	sample_file(s);
	s->a.options.confidence = 0.95;
	s->a.first = s->a.last = TS_NONE;
	s->a.hypotheses.prior_to_flip = NAN;
	s->a.input = sample_keep(s, 64, sizeof(s->a.input[0]));
	return s;
}

/* ---- the small one ---- */

static inline void sample_finding(struct sample *s, struct finding *f)
{
	struct fact_session *t = &f->session;
	struct identity *d = &f->identity;

	memcpy(t->id, "cd1876a8d966ad51", FACT_ID);
	t->dialect = "stratum-v1";
	t->carrier = "lines";
	t->client_ip = "10.66.0.11";
	t->server_ip = "10.99.0.10";
	t->client_port = 42828;
	t->server_port = 3333;
	t->first = sample_ts("2026-11-22T14:33:19.448861Z");
	t->last = sample_ts("2026-11-22T14:38:34.477436Z");
	t->user_agent = "cpuminer/2.5.1";
	f->worker = sample_keep(s, 1, sizeof(f->worker[0]));
	f->worker[0] = sample_text(s, "alice.rig1");
	f->num_workers = 1;
	f->num_connections = 1;
	d->network = network_named("regtest");
	d->not_btc = true;
	d->network_difficulty = 0.25;
	d->payout = sample_keep(s, 1, sizeof(d->payout[0]));
	d->num_payouts = 1;
	snprintf(d->payout[0].address, sizeof(d->payout[0].address), "%s",
		 "mg4cV9qTRBtX74Grekn2De5p79KmnHKUwk");
	d->payout[0].kind = ADDRESS_P2PKH;
	d->payout[0].sat = 5000157192;
	d->payout[0].portion = 1;
	f->work = (struct work){
		.submitted = 131,
		.proved = 131,
		.unique = 131,
		.accepted = 130,
		.rejected = 1,
		.blocks = 1,
		.chance_bits = 3148.4851425363527,
		.work_bits = 31.067660730822624,
		.difficulty_min = 0.004,
		.difficulty_max = 0.004,
		.difficulty_sum = 0.524,
		.rate_shares = 131,
		.rate_seconds = 314.985162,
		.rate = rate_constant(131, 1.8334269739446265e-05, 0.95),
		.tries = "H",
	};
}

static inline void sample_series(struct sample *s, struct series *r,
				 struct ts from, double bin, size_t n)
{
	*r = (struct series){ .from = from,
			      .bin_seconds = bin,
			      .bin = sample_keep(s, n, sizeof(r->bin[0])),
			      .n = n };
	for (size_t i = 0; i < n; i++) {
		r->bin[i].from.ns = from.ns + (int64_t)(bin * 1e9) * (int64_t)i;
		r->bin[i].rate = sample_unknown();
	}
}

/* A bin that was observed, at a rate, with shares of a weight. */
static inline void sample_bin(struct sample *s, struct series_bin *b,
			      double rate, double hashes, double seconds)
{
	const double mean = rate * seconds / hashes;
	const double spread = sqrt(mean) * 3.4 * (sample_random(s) - 0.5);
	const double shares = fmax(0, floor(mean + spread + 0.5));

	b->sessions = 1;
	b->sensor = seconds;
	b->shares = (uint64_t)shares;
	b->hashes = shares * hashes;
	b->hashes_squared = shares * hashes * hashes;
	b->heaviest = hashes;
	b->seconds = seconds;
	b->exposure = seconds / hashes;
	b->clients = 1;
	b->rate = rate_constant(b->shares, b->exposure, 0.95);
}

static inline void sample_no_money(struct money *m)
{
	*m = (struct money){
		.network = network_named("regtest"),
		.credited = NAN,
		.credited_shares = 130,
		.not_credited = 1,
		.expected = sample_unknown(),
		.expected_whole = sample_unknown(),
		.observed_seconds = 315,
		.whole_seconds = 315,
		.per_day = sample_unknown(),
		.blocks_expected = sample_about(1.75, 2.1, 2.49, "garwood"),
		.chance_of_none = sample_about(0.083, 0.12, 0.174, "garwood"),
		.blocks_found = 1,
		.network_portion = sample_unknown(),
		.network_rate = NAN,
		.credited_value = NAN,
		.expected_value = sample_unknown(),
	};
}

static inline void sample_subject_small(struct sample *s, struct subject *u,
					enum subject_kind kind,
					const char *name)
{
	const struct finding *f = &s->a.findings.finding[0];
	const struct ts begin = sample_ts("2026-11-22T14:33:15Z");

	u->kind = kind;
	u->name = sample_text(s, name);
	u->member = sample_keep(s, 1, sizeof(u->member[0]));
	u->member[0] = f;
	u->num_members = 1;
	u->first = f->session.first;
	u->last = f->session.last;
	u->grade = "proved";
	u->work = f->work;
	sample_series(s, &u->series, begin, 5, 66);
	for (size_t i = 1; i < 64; i++)
		sample_bin(s, &u->series.bin[i], 7.1e6, 0.004 * 4295032833.0,
			   5);
	u->timing = (struct timing){
		.onset = { TIMING_BEFORE, TS_NONE, TS_NONE, begin },
		.end = { TIMING_AFTER, sample_ts("2026-11-22T14:38:30Z"),
			 TS_NONE, TS_NONE },
		.peak = 0,
		.duty = { .portion = 1 },
	};
	for (int i = 0; i < 24; i++)
		u->timing.duty.hour[i] = i == 14 ? 1 : NAN;
	for (int i = 0; i < 7; i++)
		u->timing.duty.weekday[i] = i == 6 ? 1 : NAN;
	u->machines = (struct machines){
		.agent = { { "cpuminer/2.5.1", "cpuminer: processors", 1 } },
		.num_agents = 1,
		.connections = 1,
		.workers = 1,
		.addresses = 1,
		.indicated = 1,
		.nonce = MACHINES_PATTERN_UNIFORM,
		.extranonce2 = MACHINES_PATTERN_LOW,
		.rhythm = 1.04,
		.power = sample_unknown(),
		.energy = sample_unknown(),
		.energy_whole = sample_unknown(),
		.client_bytes = 28411,
		.server_bytes = 34772,
		.packets = 446,
		.bytes_per_second = 200.6,
	};
	sample_no_money(&u->money);
}

static inline void sample_exhibit(struct sample *s, enum exhibit_why why,
				  const char *header, const char *hash)
{
	struct exhibits *x = &s->a.exhibits;
	struct exhibit *e = &x->exhibit[x->n++];

	*e = (struct exhibit){
		.why = why,
		.session = "cd1876a8d966ad51",
		.position = 1463408836,
		.client = sample_text(s, "10.66.0.11"),
		.server = sample_text(s, "10.99.0.10"),
		.worker = sample_text(s, "alice.rig1"),
		.time = sample_ts("2026-11-22T14:33:27.534126Z"),
		.input = 1,
		.frame = 21,
		.job_frame = 19,
		.difficulty = 0.004,
		.own_difficulty = 0.007831513008521382,
		.algorithm = FACT_SHA256D,
		.verdict = FACT_ACCEPTED,
	};
	hex_bytes(e->header, 80,
		  (struct span){ (const uint8_t *)header, strlen(header) });
	for (size_t i = 0; i < 32; i++)
		hex_bytes(&e->hash[31 - i], 1,
			  (struct span){ (const uint8_t *)hash + 2 * i, 2 });
}

static inline void sample_weights_small(struct sample *s)
{
	const double weight[] = {
		-3.1, NAN, NAN, -0.4, NAN, NAN, -0.9, NAN, NAN
	};

	for (size_t i = 0; i < s->file.num_items; i++)
		sample_column(s, weight[i], 0.3);
	sample_row(s, 0.001, 0.004, 0.02, "almost no chance");
	sample_row(s, 0.98, 0.996, 0.999, "almost certain");
	s->a.hypotheses.leading = 1;
	s->a.hypotheses.discriminates = true;
	s->a.hypotheses.prior_to_flip = 0.02;
	s->a.hypotheses.confidence = "low";
	s->a.evidence[HYPOTHESIS_HASHRATE] = (struct hypothesis_evidence){
		s->a.findings.finding[0].work.rate, NULL, "proved"
	};
	s->a.evidence[HYPOTHESIS_WORKERS] =
		(struct hypothesis_evidence){ sample_about(1, 1, 1, "counted"),
					      NULL, "indicated" };
	s->a.evidence[HYPOTHESIS_DURATION] = (struct hypothesis_evidence){
		sample_about(0.0036, 0.0036, 0.0036, "counted"), NULL, "proved"
	};
}

static inline struct sample *sample_small(void)
{
	struct sample *s = sample_empty();
	struct assessment *a = &s->a;

	s->about.title = "Report on lab.db";
	a->first = sample_ts("2026-11-22T14:33:19.448719Z");
	a->last = sample_ts("2026-11-22T14:38:34.477436Z");
	sample_input(s, "test/captures/a_stratum_one/acc.pcap", a->first,
		     a->last);
	a->findings.finding = sample_keep(s, 1, sizeof(struct finding));
	a->findings.n = 1;
	sample_finding(s, &a->findings.finding[0]);
	a->sessions = 1;
	a->subject = sample_keep(s, 3, sizeof(a->subject[0]));
	a->num_subjects = 3;
	sample_subject_small(s, &a->subject[0], SUBJECT_ALL, "all");
	sample_subject_small(s, &a->subject[1], SUBJECT_MINER, "10.66.0.11");
	sample_subject_small(s, &a->subject[2], SUBJECT_WORKER, "alice.rig1");
	a->exhibits.exhibit = sample_keep(s, 4, sizeof(struct exhibit));
	sample_exhibit(
		s, EXHIBIT_FIRST,
		"00000020626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a9471"
		"43030000003b180b9c89a7ed4cbb20d1d824f2b6a0f42a98bfe2e73185284f"
		"c364d0e4f62e19fd026bfcff031d02564878",
		"0000007faff2cfa4d5a627ec327c78f331ee9d8a7b48866be3e4e7a9e85e3c"
		"61");
	sample_exhibit(
		s, EXHIBIT_BLOCK,
		"00000020c35c28eabdf0249470b9e447d4e21ef7eb9d966244fff90aa129e4"
		"b901000000a403d1a826e64ebfb04e5a4a3e4577a0cbcc24453052dd9ceb77"
		"a921bd67042ab1fd026bfcff031d022040ec",
		"00000002a93b71ddabce4d56f9e374e35b59a5e5187b85f8bd39cfd5090ce8"
		"ae");
	sample_weights_small(s);
	return s;
}

#endif /* REPORT_TEST_REPORT_SAMPLE_H */
