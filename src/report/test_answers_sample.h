/* test_answers_sample - assessments made by hand: a small real one, the same
 * simulated, and an empty one. Every text that could have been captured begins
 * with `taint`, so that tests can put anything in front of it. */
#ifndef REPORT_TEST_ANSWERS_SAMPLE_H
#define REPORT_TEST_ANSWERS_SAMPLE_H

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/assessment.h"
#include "base/mem.h"
#include "report/answers.h"
#include "test/tap.h"

#define SAMPLE_AT(s) ((struct ts){ (int64_t)((double)(s)*1000) * 1000000 })
#define SAMPLE_DAY   1495011600 /* 2017-05-17T09:00:00Z */

#define SAMPLE_TEXTS 64
struct sample {
	struct assessment a;
	const char *taint;
	/* Texts that say who: none may be left after redaction. */
	const char *secret[SAMPLE_TEXTS];
	size_t num_secrets;
	struct hypothesis_file file;
	struct hypothesis_item item[2];
	struct hypothesis_likelihood under[4];
};

static const struct answers_about sample_about = {
	.title = "Report on sample.db",
	.version = "0.1.0",
	.generated = { INT64_C(1764120838) * 1000000000 },
};

static inline char *sample_copy(const char *text)
{
	return mem_text(text, strlen(text));
}

/* What was captured. */
static inline char *sample_captured(const struct sample *s, const char *text)
{
	const size_t n = strlen(s->taint), m = strlen(text);
	char *both = mem_new(n + m + 1, 1);

	memcpy(both, s->taint, n);
	memcpy(both + n, text, m);
	return both;
}

/* The same, and it says who. */
static inline char *sample_secret(struct sample *s, const char *text)
{
	s->secret[s->num_secrets++] = text;
	return sample_captured(s, text);
}

static inline char *sample_address(struct sample *s, const char *text)
{
	s->secret[s->num_secrets++] = text;
	return sample_copy(text);
}

static inline struct estimate sample_estimate(double mid, const char *method)
{
	return (struct estimate){ mid * 0.9, mid, mid * 1.1, 0.95, method };
}

static inline struct work sample_work(uint64_t shares)
{
	return (struct work){
		.submitted = shares + 3,
		.proved = shares,
		.unique = shares,
		.accepted = shares - 1,
		.rejected = 1,
		.by_proof = { [FACT_PROVED] = shares, [FACT_HIGH] = 3 },
		.chance_bits = 40.5 * (double)shares,
		.work_bits = 44.25,
		.difficulty_min = 1024,
		.difficulty_max = 2048,
		.difficulty_sum = 1024.0 * (double)shares,
		.rate_shares = shares,
		.rate_seconds = 3600,
		.rate_exposure = 8e-10,
		.rate = sample_estimate(1.25e12, "fay-feuer"),
		.tries = "H",
	};
}

static inline void sample_payouts(struct sample *s, struct identity *i)
{
	static const char *const address[] = {
		"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
	};

	i->payout = mem_new(3, sizeof(i->payout[0]));
	i->num_payouts = 3;
	for (size_t k = 0; k < 2; k++) {
		struct identity_payout *p = &i->payout[k];

		snprintf(p->address, sizeof(p->address), "%s", address[k]);
		s->secret[s->num_secrets++] = address[k];
		p->kind = k ? ADDRESS_P2WPKH : ADDRESS_P2PKH;
		p->sat = 1234567890 + k;
		p->portion = k ? 0.25 : 0.75;
		p->job = 1;
		memset(p->script, 0x76 + (int)k, 25);
		p->script_n = 25;
	}
	i->payout[2].kind = ADDRESS_NULL_DATA;
	i->payout[2].job = 1;
	snprintf(i->tag, sizeof(i->tag), "%s/made by alice/", s->taint);
	s->secret[s->num_secrets++] = "made by alice";
	snprintf(i->account, sizeof(i->account), "%s",
		 "3P14159f73E4gFr7JterCCQh9QjiTjiZrG");
	s->secret[s->num_secrets++] = "3P14159f73E4gFr7JterCCQh9QjiTjiZrG";
}

static inline void sample_ends(struct sample *s, struct finding *f,
			       const char *id, const char *client,
			       const char *server)
{
	struct fact_session *x = &f->session;

	snprintf(x->id, sizeof(x->id), "%s", id);
	f->connection = mem_new(1, sizeof(f->connection[0]));
	f->connection[0] = sample_address(s, id);
	f->num_connections = 1;
	x->client_ip = sample_address(s, client);
	x->server_ip = sample_address(s, server);
	x->client_port = 50001;
	x->server_port = 3333;
	x->first = SAMPLE_AT(SAMPLE_DAY + 60.25);
	x->last = SAMPLE_AT(SAMPLE_DAY + 3600.125);
	x->clock_offset = NAN;
	x->extranonce1.p = mem_new(1, 1);
	f->work.tries = "H";
	f->work.chance_bits = 0;
}

static inline void sample_session(struct sample *s, struct finding *f)
{
	struct fact_session *x = &f->session;

	f->kind = FINDING_SESSION;
	sample_ends(s, f, "00112233445566aa", "192.0.2.7", "198.51.100.3");
	x->dialect = sample_copy("stratum-v1");
	x->carrier = sample_copy("tls/lines");
	x->user_agent = sample_captured(s, "cgminer/4.10.0");
	x->server_agent = sample_captured(s, "ckpool/1.0");
	x->host = sample_secret(s, "eu.stratum.example.org");
	x->host_source = sample_copy("tls");
	x->server_name = sample_secret(s, "pool.example.net");
	x->tls_version = sample_copy("TLSv1.2");
	x->tls_alpn = sample_secret(s, "secret alpn");
	x->tls_names = sample_secret(s, "cert.example.com");
	x->ja3 = sample_copy("e7d705a3286e19ea42f587b344ee6865");
	x->ja4 = sample_copy("t12d190800_d83cc789557e_7af1ed941c26");
	x->algorithm = FACT_SHA256D;
	x->extranonce1_source = FACT_SUBSCRIBE;
	f->worker = mem_new(2, sizeof(f->worker[0]));
	f->worker[0] = sample_secret(s, "alice.rig1");
	f->worker[1] = sample_secret(s, "bob");
	f->num_workers = 2;
	f->work = sample_work(12);
	f->identity.network = network_named("main");
	f->identity.height_first = 466800;
	f->identity.height_last = 466801;
	f->identity.nbits = 0x18021b3e;
	f->identity.network_difficulty = 559970892890.8;
	f->identity.reward = 1350000000;
	f->identity.pool = "Example Pool";
	f->identity.pool_source = "coinbase tag";
	f->identity.listed = "stratum.listed.example";
	s->secret[s->num_secrets++] = "stratum.listed.example";
	f->identity.jobs = 9;
	f->identity.client_role = "miner";
	f->identity.server_role = "pool";
	sample_payouts(s, &f->identity);
}

static inline void sample_findings(struct sample *s)
{
	struct findings *f = &s->a.findings;

	f->n = 3;
	f->finding = mem_new(4, sizeof(f->finding[0]));
	sample_session(s, &f->finding[0]);
	f->finding[1].kind = FINDING_CONTACT;
	sample_ends(s, &f->finding[1], "00112233445566bb", "2001:db8:1::9",
		    "203.0.113.80");
	f->finding[1].session.dialect = sample_copy("tls");
	f->finding[1].session.carrier = sample_copy("tls");
	f->finding[2].kind = FINDING_NODE;
	sample_ends(s, &f->finding[2], "00112233445566cc", "203.0.113.4",
		    "203.0.113.5");
	f->finding[2].session.dialect = sample_copy("bitcoin-p2p");
	f->finding[2].session.user_agent =
		sample_captured(s, "/Satoshi:0.14.1/");
	f->finding[2].identity.client_role = "node";
	s->a.sessions = s->a.contacts = s->a.nodes = 1;
}

static inline void sample_series(struct series *s)
{
	s->from = SAMPLE_AT(SAMPLE_DAY);
	s->bin_seconds = 1200;
	s->opened = s->opened_after = SAMPLE_AT(SAMPLE_DAY + 60.25);
	s->closed = SAMPLE_AT(SAMPLE_DAY + 3600.125);
	s->closed_before = TS_NONE;
	s->n = 4;
	s->bin = mem_new(s->n, sizeof(s->bin[0]));
	for (size_t i = 0; i < s->n; i++) {
		s->bin[i] = (struct series_bin){
			.from = SAMPLE_AT(SAMPLE_DAY + 1200.0 * (double)i),
			.first = TS_NONE,
			.last = TS_NONE,
			.gap = { .from = TS_NONE, .to = TS_NONE },
			.rate = { NAN, NAN, NAN, NAN, NULL },
		};
		if (i == 1) /* nobody looked */
			continue;
		s->bin[i].sensor = 1200;
		s->bin[i].sessions = 1;
		s->bin[i].shares = 4;
		s->bin[i].hashes = 4 * 1024 * 4295032833.0;
		s->bin[i].seconds = 1100.5;
		s->bin[i].exposure = 2.5e-10;
		s->bin[i].first =
			SAMPLE_AT(SAMPLE_DAY + 1200.0 * (double)i + 5);
		s->bin[i].last =
			SAMPLE_AT(SAMPLE_DAY + 1200.0 * (double)i + 995);
		s->bin[i].gap =
			(struct series_gap){ s->bin[i].first, s->bin[i].last,
					     990, 2e-10 };
		s->bin[i].clients = 1;
		s->bin[i].rate = sample_estimate(1.25e12, "fay-feuer");
	}
}

static inline void sample_timing(struct timing *t)
{
	t->work.n = 2;
	t->work.segment = mem_new(2, sizeof(t->work.segment[0]));
	for (size_t i = 0; i < 2; i++)
		t->work.segment[i] = (struct timing_segment){
			.from = { i ? TIMING_WITHIN : TIMING_BEFORE,
				  SAMPLE_AT(SAMPLE_DAY + 1200),
				  SAMPLE_AT(SAMPLE_DAY + 1800),
				  SAMPLE_AT(SAMPLE_DAY + 2400) },
			.to = SAMPLE_AT(SAMPLE_DAY + 1800 + 2400.0 * (double)i),
			.shares = 6,
			.seconds = 1800,
			.rate = sample_estimate(1e12 * (double)(i + 1),
						"garwood"),
		};
	t->onset = t->work.segment[0].from;
	t->end = (struct timing_moment){ .known = TIMING_AFTER,
					 .low = SAMPLE_AT(SAMPLE_DAY + 4200) };
	t->peak = 1;
	t->guard = TIMING_GUARD_GOOD;
	for (size_t i = 0; i < 24; i++)
		t->duty.hour[i] = i == 9 ? 0.75 : NAN;
	for (size_t i = 0; i < 7; i++)
		t->duty.weekday[i] = i == 2 ? 0.75 : NAN;
	t->duty.portion = 0.75;
	t->duty.outages = 1;
	t->duty.longest_outage = 300;
}

static const struct hardware sample_hardware = {
	.model = "Antminer S9",
	.release = { INT64_C(1464739200) * 1000000000 },
	.rate = 13.5e12,
	.watts = 1323,
	.joules_per_terahash = 98,
	.kind = HARDWARE_ASIC,
	.release_source = "maker's announcement",
	.source = "maker's data sheet",
};

static inline void sample_machines(struct machines *m, const char *agent)
{
	*m = (struct machines){
		.agent = { { agent, "cgminer: ASICs and FPGAs", 1 } },
		.num_agents = 1,
		.model = { &sample_hardware },
		.num_models = 1,
		.narrow = HARDWARE_NAMED,
		.kind = "asic",
		.at_least = 1,
		.fastest = &sample_hardware,
		.connections = 1,
		.workers = 2,
		.addresses = 1,
		.indicated = 2,
		.nonce = MACHINES_PATTERN_UNIFORM,
		.extranonce2 = MACHINES_PATTERN_LOW,
		.rhythm = 0.98,
		.power = sample_estimate(122.5, "hardware-table"),
		.energy = sample_estimate(441000, "hardware-table"),
		.client_bytes = 20480,
		.server_bytes = 81920,
		.packets = 321,
		.bytes_per_second = 28.9,
	};
}

static inline void sample_money(struct money *m)
{
	*m = (struct money){
		.bitcoin = true,
		.network = network_named("main"),
		.credited = 2.8e-7,
		.credited_shares = 11,
		.not_credited = 1,
		.expected = sample_estimate(2.3e-5, "fay-feuer"),
		.observed_seconds = 3600,
		.whole_seconds = 4800,
		.per_day = sample_estimate(5.6e-4, "fay-feuer"),
		.blocks_expected = sample_estimate(1.9e-6, "fay-feuer"),
		.chance_of_none = sample_estimate(0.999998 / 1.1, "poisson"),
		.network_portion = sample_estimate(3e-7, "fay-feuer"),
		.network_rate = 4.0e18,
		.network_difficulty = 559970892890.8,
		.reward = 13.5,
		.currency = "USD",
		.credited_value = 5e-4,
	};
}

static inline void sample_subject(struct sample *s, enum subject_kind kind,
				  char *name)
{
	struct subject *x = &s->a.subject[s->a.num_subjects++];
	const struct finding *f = &s->a.findings.finding[0];

	*x = (struct subject){
		.kind = kind,
		.name = name,
		.num_members = 1,
		.first = f->session.first,
		.last = f->session.last,
		.grade = "proved",
		.work = sample_work(12),
	};
	x->member = mem_new(1, sizeof(x->member[0]));
	x->member[0] = f;
	sample_series(&x->series);
	sample_timing(&x->timing);
	sample_machines(&x->machines, f->session.user_agent);
	sample_money(&x->money);
}

/* As many bins as sample_series() has. */
static inline void sample_traffic(struct timing_traffic *t)
{
	t->packets = mem_new(4, sizeof(t->packets[0]));
	t->seconds = mem_new(4, sizeof(t->seconds[0]));
	for (size_t i = 0; i < 4; i++) {
		t->packets[i] = i == 1 ? 0 : 250;
		t->seconds[i] = i == 1 ? 0 : 1200;
	}
}

static inline void sample_exhibit(struct sample *s, enum exhibit_why why)
{
	struct exhibits *e = &s->a.exhibits;
	struct exhibit *x = &e->exhibit[e->n++];

	*x = (struct exhibit){
		.why = why,
		.session = "00112233445566aa",
		.position = 123456,
		.client = sample_copy("192.0.2.7"),
		.server = sample_copy("198.51.100.3"),
		.worker = sample_captured(s, "alice.rig1"),
		.time = SAMPLE_AT(SAMPLE_DAY + 100.0 * (double)e->n),
		.input = 1,
		.frame = 42,
		.job_frame = why == EXHIBIT_FIRST ? 0 : 40,
		.difficulty = 1024,
		.own_difficulty = 4321.123456789,
		.algorithm = FACT_SHA256D,
		.verdict = FACT_ACCEPTED,
	};
	memset(x->header, 0xc0 + (int)e->n, sizeof(x->header));
	memset(x->hash, 0xd0 + (int)e->n, 28);
}

static inline void sample_inputs(struct sample *s)
{
	struct assessment *a = &s->a;

	a->num_inputs = 2;
	a->input = mem_new(2, sizeof(a->input[0]));
	a->input[0] = (struct assessment_input){
		.row = 1,
		.name = sample_secret(s, "/home/alice/monday.pcap"),
		.status = sample_copy("ok"),
		.version = sample_copy("0.1.0"),
		.has_sha256 = true,
		.bytes = 123456,
		.packets = 789,
		.first = SAMPLE_AT(SAMPLE_DAY),
		.last = SAMPLE_AT(SAMPLE_DAY + 4200),
	};
	memset(a->input[0].sha256, 0xab, 32);
	s->secret[s->num_secrets++] = "abababababababab";
	a->input[1] = (struct assessment_input){
		.row = 2,
		.name = sample_secret(s, "tuesday.pcap"),
		.status = sample_secret(s, "tuesday.pcap: cut in frame 12"),
		.version = sample_copy("0.1.0"),
		.first = TS_NONE,
		.last = TS_NONE,
	};
}

static inline void sample_file(struct sample *s)
{
	struct hypothesis_file *f = &s->file;
	static const char *const id[] = { "state", "individual" };

	f->title = "Who mined";
	f->sources = "made up";
	f->num_hypotheses = 2;
	for (size_t i = 0; i < 2; i++)
		f->hypothesis[i] = (struct hypothesis_text){
			(char *)(uintptr_t)id[i],
			i ? "an individual user" : "a state operation",
			"as the test has it", 0.5, "even"
		};
	for (size_t i = 0; i < 4; i++)
		s->under[i] = (struct hypothesis_likelihood){
			.shape = HYPOTHESIS_LOGNORMAL,
			.a = 1e13,
			.b = 5,
			.reason = "because",
			.within = 2,
		};
	for (size_t i = 2; i < 4; i++) {
		s->under[i].shape = HYPOTHESIS_TABLE;
		s->under[i].cell[0] =
			(struct hypothesis_cell){ "public", 0.75 };
		s->under[i].cell[1] = (struct hypothesis_cell){ "*", 0.25 };
		s->under[i].num_cells = 2;
	}
	s->item[0] = (struct hypothesis_item){
		.quantity = "hashrate",
		.group = "size",
		.reliability = 'B',
		.credibility = 2,
		.source = "measured",
		.under = &s->under[0],
	};
	s->item[1] = (struct hypothesis_item){ .quantity = "pool",
					       .under = &s->under[2] };
	f->item = s->item;
	f->num_items = 2;
	s->a.options.hypotheses = f;
	s->a.options.confidence = 0.95;
}

static inline void sample_hypotheses(struct sample *s)
{
	struct hypotheses *h = &s->a.hypotheses;

	h->num_rows = 2;
	h->row[0] =
		(struct hypothesis_row){ 0.5,  { -2.5, -2, -1.5 }, 0.1, 0.15,
					 0.19, "very unlikely" };
	h->row[1] =
		(struct hypothesis_row){ 0.5, { -0.5, -0.25, -0.1 }, 0.81, 0.85,
					 0.9, "very likely" };
	h->leading = 1;
	h->discriminates = true;
	h->num_columns = 2;
	for (size_t i = 0; i < 2; i++)
		h->column[i] = (struct hypothesis_column){
			.quantity = i ? HYPOTHESIS_POOL : HYPOTHESIS_HASHRATE,
			.item = &s->item[i],
			.determined = true,
			.counted = true,
			.discount = 0.75,
			.weight = { { -1, -0.5, -0.25 }, { 0.25, 0.5, 1 } },
		};
	h->column[0].flip = HYPOTHESIS_FLIP_REMOVED;
	h->num_flips = 1;
	h->prior_to_flip = 0.15;
	h->confidence = "moderate";
	s->a.evidence[HYPOTHESIS_HASHRATE].value =
		sample_estimate(1.25e12, "fay-feuer");
	s->a.evidence[HYPOTHESIS_HASHRATE].grade = "proved";
	s->a.evidence[HYPOTHESIS_POOL].word = "public";
	s->a.evidence[HYPOTHESIS_POOL].grade = "indicated";
}

/* Freed by sample_free(). taint: "" for none. */
static inline struct sample *sample_make(const char *taint)
{
	struct sample *s = mem_new(1, sizeof(*s));
	struct assessment *a = &s->a;

	s->taint = taint;
	sample_file(s);
	sample_inputs(s);
	sample_findings(s);
	a->first = SAMPLE_AT(SAMPLE_DAY);
	a->last = SAMPLE_AT(SAMPLE_DAY + 4200);
	a->subject = mem_new(4, sizeof(a->subject[0]));
	sample_subject(s, SUBJECT_ALL, sample_copy("all"));
	sample_subject(s, SUBJECT_SITE, sample_secret(s, "Alice's shed"));
	sample_subject(s, SUBJECT_MINER, sample_copy("192.0.2.7"));
	sample_subject(s, SUBJECT_WORKER, sample_captured(s, "alice.rig1"));
	a->subjects_dropped = 5;
	sample_traffic(&a->traffic);
	a->exhibits.exhibit = mem_new(2, sizeof(a->exhibits.exhibit[0]));
	sample_exhibit(s, EXHIBIT_FIRST);
	sample_exhibit(s, EXHIBIT_BEST);
	sample_hypotheses(s);
	return s;
}

static inline struct sample *sample_make_simulated(void)
{
	struct sample *s = sample_make("");

	s->a.simulated = true;
	return s;
}

/* A case in which nothing was read. */
static inline struct sample *sample_make_empty(void)
{
	struct sample *s = mem_new(1, sizeof(*s));

	s->taint = "";
	sample_file(s);
	s->a.first = s->a.last = TS_NONE;
	s->a.hypotheses.prior_to_flip = NAN;
	s->a.subject = mem_new(1, sizeof(s->a.subject[0]));
	s->a.num_subjects = 1;
	s->a.subject[0] = (struct subject){
		.kind = SUBJECT_ALL,
		.name = sample_copy("all"),
		.first = TS_NONE,
		.last = TS_NONE,
		.grade = "spoken",
		.work = { .tries = NULL },
		.series = { .from = TS_NONE,
			    .opened = TS_NONE,
			    .closed = TS_NONE,
			    .opened_after = TS_NONE,
			    .closed_before = TS_NONE },
		.machines = { .rhythm = NAN, .bytes_per_second = NAN },
		.money = { .credited = NAN,
			   .network_rate = NAN,
			   .network_difficulty = NAN,
			   .reward = NAN },
	};
	return s;
}

static inline void sample_free(struct sample *s)
{
	struct assessment *a = &s->a;

	for (size_t i = 0; i < a->num_subjects; i++) {
		struct subject *x = &a->subject[i];

		free(x->name);
		free(x->member);
		free(x->series.bin);
		free(x->timing.work.segment);
		free(x->timing.presence.segment);
	}
	free(a->subject);
	for (size_t i = 0; i < a->exhibits.n; i++) {
		free(a->exhibits.exhibit[i].client);
		free(a->exhibits.exhibit[i].server);
		free(a->exhibits.exhibit[i].worker);
	}
	free(a->exhibits.exhibit);
	for (size_t i = 0; i < a->num_inputs; i++) {
		free(a->input[i].name);
		free(a->input[i].status);
		free(a->input[i].version);
	}
	free(a->input);
	free(a->traffic.packets);
	free(a->traffic.seconds);
	finding_free_all(&a->findings);
	free(s);
}

/* What an output writes, NUL-terminated; *n (may be NULL) is its length. */
typedef enum status sample_output(FILE *out, const struct assessment *a,
				  const struct answers_about *about);
static inline char *sample_written(sample_output *output,
				   const struct assessment *a, size_t *n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	OK(output(out, a, &sample_about) == ST_OK);
	fclose(out);
	if (n)
		*n = size;
	return text;
}

#endif /* REPORT_TEST_ANSWERS_SAMPLE_H */
