/* test_report_sample_big - a simulated operation of seven months: three sites,
 * sixty clients, more workers than tables have rows, gaps, changes. */
#ifndef REPORT_TEST_REPORT_SAMPLE_BIG_H
#define REPORT_TEST_REPORT_SAMPLE_BIG_H

#include "report/test_report_sample.h"

#define BIG_DAYS       220
#define BIG_MINERS     60
#define BIG_WORKERS    140
#define BIG_SESSIONS   3000
#define BIG_DIFFICULTY 1e9
#define BIG_HASHES     (BIG_DIFFICULTY * 4295032833.0)

static const struct hardware big_s9 = {
	.model = "Antminer S9",
	.kind = HARDWARE_ASIC,
	.release = { 1464739200 * SAMPLE_S },
	.rate = 13.5e12,
	.watts = 1323,
	.joules_per_terahash = 98,
	.release_source = "maker's data sheet, 2016",
	.source = "maker's data sheet, 2016",
};

/* Part of the whole rate on a day: off, ramp, full, half, off. */
static inline double big_level(size_t day)
{
	if (day < 24 || day >= 201)
		return 0;
	if (day < 60)
		return 0.12;
	if (day < 150)
		return 1;
	return 0.45;
}

static inline bool big_gap(size_t day)
{
	return (day >= 88 && day < 95) || day == 170;
}

static inline void big_series(struct sample *s, struct series *r, double rate,
			      uint64_t sessions)
{
	sample_series(s, r, sample_ts("2017-05-01"), 86400, BIG_DAYS);
	for (size_t i = 0; i < BIG_DAYS; i++) {
		struct series_bin *b = &r->bin[i];
		const double level = big_level(i);
		/* Drawn one by one: arguments have no order. */
		const double busy = 0.93 + 0.14 * sample_random(s);
		const double seconds = 82000 * (0.5 + 0.5 * sample_random(s));

		if (big_gap(i))
			continue;
		b->sensor = 86400;
		if (sample_random(s) < 0.2)
			b->contacts = 1 + (uint64_t)(sample_random(s) * 5);
		if (level == 0)
			continue;
		sample_bin(s, b, rate * level * busy, BIG_HASHES, seconds);
		b->sensor = 86400;
		b->sessions = 1 + (uint64_t)((double)sessions * level);
	}
}

static inline struct ts big_day(size_t day)
{
	return (struct ts){ sample_ts("2017-05-01").ns +
			    (int64_t)day * 86400 * SAMPLE_S };
}

static inline void big_segment(struct timing_segment *g, size_t from, size_t to,
			       double rate, size_t around)
{
	g->from = sample_within(big_day(from - (from ? around : 0)),
				big_day(from), big_day(from + around));
	g->to = big_day(to);
	g->shares = (uint64_t)(rate / BIG_HASHES * 86400) * (to - from);
	g->seconds = 86400.0 * (double)(to - from);
	g->rate = rate_constant(g->shares, g->seconds / BIG_HASHES, 0.95);
}

static inline void big_timing(struct sample *s, struct timing *t, double rate)
{
	static const size_t at[] = { 0, 24, 60, 150, 201, BIG_DAYS };

	*t = (struct timing){
		.onset = sample_within(big_day(22), big_day(24), big_day(25)),
		.end = sample_within(big_day(199), big_day(201), big_day(202)),
		.peak = 2,
		.guard = TIMING_GUARD_GOOD,
		.duty = { .portion = 0.93,
			  .outages = 4,
			  .longest_outage = 61200 },
	};
	t->work.n = 5;
	t->work.segment = sample_keep(s, 5, sizeof(t->work.segment[0]));
	for (size_t i = 0; i < 5; i++)
		big_segment(&t->work.segment[i], at[i], at[i + 1],
			    rate * big_level(at[i]), i > 0);
	t->peak_rate = t->work.segment[t->peak].rate;
	for (int i = 0; i < 24; i++)
		t->duty.hour[i] = i < 6 ? 0.71 : 0.98;
	for (int i = 0; i < 7; i++)
		t->duty.weekday[i] = i < 5 ? 0.95 : 0.88;
}

static inline void big_money(struct money *m, double rate)
{
	const double btc = rate / 4.01e18 * 1800;

	*m = (struct money){
		.bitcoin = true,
		.network = network_named("main"),
		.credited = btc * 0.98 * 140,
		.credited_shares = 1043211,
		.by_subsidy = 812,
		.not_credited = 8422,
		.expected = sample_about(btc * 138, btc * 141, btc * 144,
					 "fay-feuer"),
		.expected_whole = sample_about(btc * 170, btc * 177, btc * 184,
					       "fay-feuer"),
		.observed_seconds = 140 * 86400.0,
		.whole_seconds = 177 * 86400.0,
		.per_day =
			sample_about(btc * 0.98, btc, btc * 1.02, "fay-feuer"),
		.blocks_expected = sample_about(btc * 11, btc * 11.3,
						btc * 11.6, "fay-feuer"),
		.chance_of_none =
			sample_about(exp(-btc * 11.6), exp(-btc * 11.3),
				     exp(-btc * 11), "fay-feuer"),
		.network_portion = sample_about(rate / 4.1e18, rate / 4.01e18,
						rate / 3.9e18, "fay-feuer"),
		.network_rate = 4.01e18,
		.currency = "USD",
		.credited_value = btc * 0.98 * 140 * 2500,
		.expected_value = sample_about(btc * 345000, btc * 352500,
					       btc * 360000, "fay-feuer"),
	};
}

static inline void big_machines(struct machines *m, double rate, uint32_t seen)
{
	*m = (struct machines){
		.agent = { { "cgminer/4.9.0", "cgminer: ASICs and FPGAs",
			     2100 },
			   { "bmminer/2.0.0", "what S9, T9 and later ran",
			     800 },
			   { "<script>alert(1)</script>", NULL, 2 } },
		.num_agents = 3,
		.model = { &big_s9 },
		.num_models = 1,
		.at_least = ceil(rate * 0.97 / big_s9.rate),
		.fastest = &big_s9,
		.connections = seen,
		.workers = seen * 2,
		.subranges = seen / 3,
		.addresses = seen,
		.indicated = seen * 2,
		.nonce = MACHINES_PATTERN_UNIFORM,
		.version_bits = MACHINES_PATTERN_UNKNOWN,
		.extranonce2 = MACHINES_PATTERN_STEPPED,
		.rhythm = 0.98,
		.power = sample_about(rate * 9e-11, rate * 1.2e-10,
				      rate * 3.1e-10, "hardware-table"),
		.energy = sample_about(rate * 1.1e-3, rate * 1.5e-3,
				       rate * 3.8e-3, "hardware-table"),
		.energy_whole = sample_about(rate * 1.4e-3, rate * 1.9e-3,
					     rate * 4.8e-3, "hardware-table"),
		.client_bytes = 4123456789,
		.server_bytes = 12123456789,
		.packets = 88123456,
		.bytes_per_second = 1062,
	};
}

static inline void big_subject(struct sample *s, enum subject_kind kind,
			       const char *name, double rate, uint64_t sessions)
{
	struct assessment *a = &s->a;
	struct subject *u = &a->subject[a->num_subjects++];
	const uint64_t shares = (uint64_t)(rate / BIG_HASHES * 86400 * 90);

	u->kind = kind;
	u->name = sample_text(s, name);
	u->num_members = sessions;
	u->first = big_day(24);
	u->last = big_day(201);
	u->grade = "simulated";
	u->work = (struct work){
		.submitted = shares + shares / 100,
		.proved = shares,
		.unique = shares,
		.accepted = shares - shares / 120,
		.rejected = shares / 120,
		.chance_bits = 44.0 * (double)shares,
		.difficulty_sum = 1,
		.tries = "H",
		.rate_seconds = 140 * 86400.0,
		.rate_shares = shares,
		.rate = rate_constant(shares, (double)shares / rate, 0.95),
	};
	u->work.by_proof[FACT_NO_JOB] = shares / 100;
	big_series(s, &u->series, rate, sessions > 60 ? 60 : 1);
	big_timing(s, &u->timing, rate);
	big_money(&u->money, rate);
	big_machines(&u->machines, rate, 1 + (uint32_t)(rate / 7e14));
}

static inline void big_findings(struct sample *s)
{
	static const char *const pool[] = { "SlushPool", "AntPool", NULL };
	static const char *const agent[] = { "cgminer/4.9.0", "bmminer/2.0.0" };
	struct findings *f = &s->a.findings;
	char text[64];

	f->finding = sample_keep(s, BIG_SESSIONS, sizeof(f->finding[0]));
	f->n = BIG_SESSIONS;
	for (size_t i = 0; i < BIG_SESSIONS; i++) {
		struct finding *one = &f->finding[i];
		const struct finding *like = i < 60 ? NULL : &one[-60];

		one->kind = i % 20 == 19 ? FINDING_CONTACT : FINDING_SESSION;
		one->session.first = big_day(24 + i * 176 / BIG_SESSIONS);
		one->session.last.ns = one->session.first.ns +
				       (int64_t)(i % 90 + 1) * 600 * SAMPLE_S;
		one->session.dialect = "stratum-v1";
		one->session.client_port = (uint16_t)(40000 + i);
		one->session.server_port = 3333;
		one->session.gaps = i % 7 == 0;
		one->session.lost = i % 7 == 0 ? 1448 : 0;
		one->session.user_agent = agent[i % 2];
		one->work.tries = "H";
		one->work.unique = one->work.submitted = 400 + i % 77;
		one->work.proved = one->work.unique;
		one->work.chance_bits = one->kind == FINDING_SESSION ? 900 : 0;
		one->work.rate =
			rate_constant(one->work.unique,
				      (double)one->work.unique / 7e14, 0.95);
		one->identity.pool = pool[i % 3];
		one->identity.pool_source = "coinbase tag";
		if (like) { /* names are shared by all of one client */
			one->session.client_ip = like->session.client_ip;
			one->session.server_ip = like->session.server_ip;
			one->identity.payout = like->identity.payout;
			one->identity.num_payouts = like->identity.num_payouts;
			one->worker = like->worker;
			one->num_workers = like->num_workers;
			continue;
		}
		snprintf(text, sizeof(text), "175.45.%zu.%zu", 176 + i % 3,
			 10 + i);
		one->session.client_ip = sample_text(s, text);
		snprintf(text, sizeof(text), "203.0.113.%zu", 1 + i % 3);
		one->session.server_ip = sample_text(s, text);
		one->worker = sample_keep(s, 2, sizeof(one->worker[0]));
		one->num_workers = 2;
		snprintf(text, sizeof(text), "hall%zu.rig%zu", i % 4, i);
		one->worker[0] = sample_text(s, text);
		one->worker[1] = sample_text(s, "\"><img src=x onerror=a()>");
		one->identity.payout =
			sample_keep(s, 1, sizeof(one->identity.payout[0]));
		one->identity.num_payouts = 1;
		snprintf(one->identity.payout[0].address, ADDRESS_TEXT,
			 "1Sample%zuAddressThatIsNone", i % 3);
		one->identity.payout[0].portion = 1 - (double)(i % 3) / 100;
	}
}

static inline void big_evidence(struct sample *s)
{
	struct hypothesis_evidence *e = s->a.evidence;
	const struct subject *all = &s->a.subject[0];
	const double weight[] = {
		2.6, 2.2, 1.4, 0.9, 0.5, 1.1, 0.8, -0.3, NAN
	};

	e[HYPOTHESIS_HASHRATE].value = all->work.rate;
	e[HYPOTHESIS_PORTION].value = all->money.network_portion;
	e[HYPOTHESIS_MACHINES].value =
		sample_about(3083, 3083, 9000, "hardware-table");
	e[HYPOTHESIS_WORKERS].value = sample_about(140, 140, 140, "counted");
	e[HYPOTHESIS_POWER].value = all->machines.power;
	e[HYPOTHESIS_INCOME].value = all->money.per_day;
	e[HYPOTHESIS_DURATION].value = sample_about(174, 177, 180, "timing");
	e[HYPOTHESIS_HOURS].word = "constant";
	for (size_t i = 0; i < s->file.num_items; i++)
		sample_column(s, weight[i], 0.5);
	s->a.hypotheses.column[1].counted = false;
	s->file.item[0].group = s->file.item[1].group = sample_text(s, "rate");
	sample_row(s, 0.55, 0.86, 0.97, NULL);
	sample_row(s, 0.03, 0.14, 0.45, NULL);
	s->a.hypotheses.discriminates = true;
	s->a.hypotheses.flips[0] = 0;
	s->a.hypotheses.num_flips = 1;
	s->a.hypotheses.prior_to_flip = 0.06;
	s->a.hypotheses.confidence = "moderate";
}

static inline void big_exhibits(struct sample *s)
{
	struct exhibits *x = &s->a.exhibits;
	char hash[65], header[161];

	x->exhibit = sample_keep(s, EXHIBITS_MAX, sizeof(x->exhibit[0]));
	for (size_t i = 0; i < EXHIBITS_MAX; i++) {
		for (size_t k = 0; k < 160; k++)
			header[k] = "0123456789abcdef"[(int)(sample_random(s) *
							     16)];
		for (size_t k = 0; k < 64; k++)
			hash[k] = (char)(k < 13 ? '0' : header[k]);
		header[160] = hash[64] = '\0';
		sample_exhibit(s, (enum exhibit_why)(i % 3), header, hash);
		x->exhibit[i].input = 1 + (int64_t)i % 40;
		x->exhibit[i].frame = 1000 + i * 7777;
		x->exhibit[i].time = big_day(24 + i % 170);
		x->exhibit[i].client = s->a.subject[4 + i % BIG_MINERS].name;
		x->exhibit[i].difficulty = BIG_DIFFICULTY;
		x->exhibit[i].own_difficulty =
			BIG_DIFFICULTY / (0.01 + sample_random(s));
	}
	x->left_out = 31;
}

static inline struct sample *sample_big(void)
{
	static const char *const site[] = { "Star Joint Venture",
					    "Site B (leased line)", "AS64496" };
	struct sample *s = sample_empty();
	struct assessment *a = &s->a;
	char text[64];

	s->about.title = "Report on operation.db";
	a->simulated = true;
	a->first = big_day(0);
	a->last = big_day(BIG_DAYS);
	for (size_t i = 0; i < 40; i++) {
		snprintf(text, sizeof(text),
			 "border/2017-%02zu part %zu.pcap.zst", 5 + i / 6,
			 i % 6 + 1);
		sample_input(s, text, big_day(i * 5), big_day(i * 5 + 5));
	}
	a->input[7].status = sample_text(
		s, "border/2017-06 part 2.pcap.zst: ends in the middle of a "
		   "packet at byte 70312");
	big_findings(s);
	a->sessions = BIG_SESSIONS - BIG_SESSIONS / 20;
	a->contacts = BIG_SESSIONS / 20;
	a->nodes = 12;
	a->subject = sample_keep(s, 4 + BIG_MINERS + BIG_WORKERS,
				 sizeof(a->subject[0]));
	big_subject(s, SUBJECT_ALL, "all", 40.1e15, BIG_SESSIONS);
	for (size_t i = 0; i < 3; i++)
		big_subject(s, SUBJECT_SITE, site[i], 40.1e15 / 3,
			    BIG_SESSIONS / 3);
	for (size_t i = 0; i < BIG_MINERS; i++)
		big_subject(s, SUBJECT_MINER,
			    a->findings.finding[i].session.client_ip,
			    40.1e15 / BIG_MINERS, BIG_SESSIONS / BIG_MINERS);
	for (size_t i = 0; i < BIG_WORKERS; i++) {
		snprintf(text, sizeof(text), "hall%zu.rig%zu", i % 4, i);
		big_subject(s, SUBJECT_WORKER, text, 40.1e15 / BIG_WORKERS, 20);
	}
	a->subjects_dropped = 3;
	big_evidence(s);
	big_exhibits(s);
	return s;
}

#endif /* REPORT_TEST_REPORT_SAMPLE_BIG_H */
