/* Facts given come back as they were, in the order that was promised. */
#include "evidence/test_store_sample.h"

static void test_names(void)
{
	OK(!strcmp(fact_proof_text(FACT_HIGH), "hash above target"));
	OK(!strcmp(fact_source_text(FACT_RECOVERED), "recovered"));
	OK(!strcmp(fact_verdict_text(FACT_UNANSWERED), "unanswered"));
	OK(!strcmp(fact_algorithm_text(FACT_SCRYPT), "scrypt"));
	OK(!strcmp(fact_witness_text(FACT_WITNESS_STRIPPED),
		   "witnesses not in it"));
}

static void test_by_http(void)
{
	static const struct {
		const char *carrier;
		bool by_http;
	} vectors[] = {
		{ "http", true },        { "tls/http", true },
		{ "http/http", true },   { "lines", false },
		{ "http/lines", false }, { "http/tls/lines", false },
		{ "websocket", false },  { NULL, false },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct fact_session f = { .carrier = vectors[i].carrier };

		OK(fact_by_http(&f) == vectors[i].by_http);
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_session(const struct fact_session *a,
			 const struct fact_session *b)
{
	return !strcmp(a->id, b->id) && same_text(a->dialect, b->dialect) &&
	       same_text(a->client_ip, b->client_ip) &&
	       same_text(a->server_ip, b->server_ip) &&
	       a->client_port == b->client_port &&
	       a->server_port == b->server_port && a->first.ns == b->first.ns &&
	       a->last.ns == b->last.ns &&
	       same_text(a->user_agent, b->user_agent) &&
	       same_text(a->server_agent, b->server_agent) &&
	       same_text(a->host, b->host) &&
	       same_text(a->host_source, b->host_source) &&
	       same_text(a->server_name, b->server_name) &&
	       same_text(a->carrier, b->carrier) &&
	       same_text(a->tls_version, b->tls_version) &&
	       same_text(a->tls_alpn, b->tls_alpn) &&
	       same_text(a->tls_names, b->tls_names) &&
	       same_text(a->ja3, b->ja3) && same_text(a->ja4, b->ja4) &&
	       a->other_calls == b->other_calls &&
	       !memcmp(&a->reported_rate, &b->reported_rate, sizeof(double)) &&
	       sample_equal(a->extranonce1, b->extranonce1) &&
	       a->extranonce1_source == b->extranonce1_source &&
	       sample_equal(a->difficulty, b->difficulty) &&
	       a->version_mask == b->version_mask &&
	       a->algorithm == b->algorithm && a->from_start == b->from_start &&
	       a->client_first == b->client_first &&
	       a->client_end == b->client_end &&
	       a->server_first == b->server_first &&
	       a->server_end == b->server_end &&
	       a->client_bytes == b->client_bytes &&
	       a->server_bytes == b->server_bytes &&
	       a->client_packets == b->client_packets &&
	       a->server_packets == b->server_packets && a->gaps == b->gaps &&
	       a->lost == b->lost && a->malformed == b->malformed &&
	       a->replies_unmatched == b->replies_unmatched &&
	       (isnan(a->clock_offset) ? isnan(b->clock_offset)
				       : !(a->clock_offset < b->clock_offset ||
					   a->clock_offset > b->clock_offset));
}

static bool same_job(const struct fact_job *a, const struct fact_job *b)
{
	return !strcmp(a->session, b->session) && a->position == b->position &&
	       a->time.ns == b->time.ns && a->frame == b->frame &&
	       a->input == b->input && sample_equal(a->job_id, b->job_id) &&
	       sample_equal(a->extranonce1, b->extranonce1) &&
	       a->extranonce1_source == b->extranonce1_source &&
	       !memcmp(a->previous, b->previous, 32) &&
	       sample_equal(a->coinbase1, b->coinbase1) &&
	       sample_equal(a->coinbase2, b->coinbase2) &&
	       sample_equal(a->branches, b->branches) &&
	       a->version == b->version && a->nbits == b->nbits &&
	       a->ntime == b->ntime && a->clean == b->clean &&
	       sample_equal(a->difficulty, b->difficulty) &&
	       sample_equal(a->target, b->target) &&
	       a->algorithm == b->algorithm &&
	       sample_equal(a->variant, b->variant) && a->height == b->height;
}

static bool same_share(const struct fact_share *a, const struct fact_share *b)
{
	return !strcmp(a->session, b->session) && a->position == b->position &&
	       a->time.ns == b->time.ns && a->frame == b->frame &&
	       a->input == b->input && sample_equal(a->worker, b->worker) &&
	       sample_equal(a->job_id, b->job_id) && a->has_job == b->has_job &&
	       a->job_position == b->job_position &&
	       sample_equal(a->extranonce2, b->extranonce2) &&
	       a->ntime == b->ntime && a->nonce == b->nonce &&
	       a->has_version_bits == b->has_version_bits &&
	       a->version_bits == b->version_bits &&
	       a->version_mask == b->version_mask && a->proof == b->proof &&
	       a->algorithm == b->algorithm &&
	       sample_equal(a->header, b->header) &&
	       sample_equal(a->solution, b->solution) &&
	       sample_equal(a->hash, b->hash) && a->witness == b->witness &&
	       a->by_server == b->by_server &&
	       !memcmp(&a->difficulty, &b->difficulty, sizeof(double)) &&
	       sample_equal(a->target, b->target) &&
	       a->rounding == b->rounding && a->at_once == b->at_once &&
	       a->verdict == b->verdict && sample_equal(a->reason, b->reason) &&
	       a->duplicate == b->duplicate;
}

static bool see_session(void *ctx, const struct fact_session *f)
{
	return same_session(ctx, f);
}

static void test_session_round_trip(void)
{
	struct store *s = sample_open();
	struct fact_session full = sample_session(ID_A), out;
	struct fact_session bare = {
		.id = ID_B,
		.client_ip = "10.0.0.1",
		.server_ip = "10.0.0.2",
		.first = TS_NONE,
		.last = TS_NONE,
		.extranonce1_source = FACT_SET,
		.clock_offset = NAN,
	};

	OK(store_session(s, &full) == ST_OK);
	OK(store_session_at(s, &out, ID_A) && same_session(&full, &out));
	OK(store_sessions(s, see_session, &full) == ST_OK);
	OK(store_session(s, &bare) == ST_OK);
	OK(store_session_at(s, &out, ID_B) && same_session(&bare, &out));
	OK(!store_session_at(s, &out, "0000000000000000"));
	OK(!strcmp(out.id, ID_B)); /* a failure leaves it alone */
	OK(store_close(s, NULL) == ST_OK);
}

static void test_job_round_trip(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_job full = sample_job(ID_A, 0xffffffff), out;
	struct fact_job bare = { .session = ID_A, .time = TS_NONE };

	OK(store_session(s, &session) == ST_OK);
	OK(store_input_begin(s, &full.input, "a.pcap") == ST_OK);
	OK(store_job(s, &full) == ST_OK);
	OK(store_job(s, &bare) == ST_OK);
	OK(store_job_at(s, &out, ID_A, 0xffffffff) && same_job(&full, &out));
	OK(store_job_at(s, &out, ID_A, 0) && same_job(&bare, &out));
	OK(!store_job_at(s, &out, ID_A, 1));
	OK(!store_job_at(s, &out, ID_B, 0));
	OK(store_close(s, NULL) == ST_OK);
}

static void test_share_round_trip(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share full = sample_share(ID_A, 0xffffffff), out;
	struct fact_share bare = { .session = ID_A, .time = TS_NONE };
	struct fact_share odd = sample_share(ID_A, 7);

	odd.worker = SPAN("a\0b\xc0\x80");
	odd.reason = SPAN("\xe7\x9f\xbf\xe5\xb7\xa5");
	odd.verdict = FACT_REJECTED;
	odd.proof = FACT_UNSUPPORTED;
	odd.header = sample_span(9, 32); /* Ethash's */
	odd.at_once = odd.duplicate = true;
	OK(store_session(s, &session) == ST_OK);
	OK(store_input_begin(s, &full.input, "a.pcap") == ST_OK);
	OK(store_share(s, &full) == ST_OK);
	OK(store_share(s, &bare) == ST_OK);
	OK(store_share(s, &odd) == ST_OK);
	OK(store_share_at(s, &out, ID_A, 0xffffffff) &&
	   same_share(&full, &out));
	OK(store_share_at(s, &out, ID_A, 0) && same_share(&bare, &out));
	OK(store_share_at(s, &out, ID_A, 7) && same_share(&odd, &out));
	OK(!store_share_at(s, &out, ID_A, 1));
	for (enum fact_proof p = 0; p < FACT_PROOFS; p++) {
		bare.position = 100 + p;
		bare.proof = p;
		OK(store_share(s, &bare) == ST_OK &&
		   store_share_at(s, &out, ID_A, 100 + p) && out.proof == p);
	}
	OK(store_close(s, NULL) == ST_OK);
}

/* Longer than anything a case may hold: it is not determined, and no harm. */
static void test_too_long(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share f = sample_share(ID_A, 1), out;
	const size_t n = (1u << 20) + 1;
	uint8_t *p = malloc(n);

	memset(p, 'x', n);
	f.worker = (struct span){ p, n };
	f.extranonce2 = (struct span){ p, n - 1 };
	OK(store_session(s, &session) == ST_OK);
	OK(store_share(s, &f) == ST_OK);
	OK(store_worker(s, ID_A, f.worker) == ST_OK);
	OK(store_worker(s, ID_A, EMPTY) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM worker") == 0);
	OK(store_share_at(s, &out, ID_A, 1) && out.worker.n == 0 &&
	   out.extranonce2.n == n - 1);
	free(p);
	OK(store_close(s, NULL) == ST_OK);
}

struct seen {
	uint64_t order; /* one decimal digit for each visit */
	int stop_after;
};

static bool note(struct seen *seen, uint64_t digit)
{
	seen->order = seen->order * 10 + digit;
	return --seen->stop_after != 0;
}

static bool see_share(void *ctx, const struct fact_share *f)
{
	return note(ctx, f->frame);
}

static bool see_job(void *ctx, const struct fact_job *f)
{
	return note(ctx, f->frame);
}

static bool see_period(void *ctx, const struct fact_period *f)
{
	return note(ctx, (uint64_t)f->difficulty);
}

static bool see_text(void *ctx, struct span text)
{
	return note(ctx, text.p[text.n - 1] - (uint64_t)'0');
}

static bool see_traffic(void *ctx, const struct fact_traffic *f)
{
	return note(ctx, f->packets);
}

static bool see_any_session(void *ctx, const struct fact_session *f)
{
	return note(ctx, f->server_port);
}

/* Frames 1 to 5 belong in that order, whatever order they come in. */
static void give_out_of_order(struct store *s)
{
	static const struct {
		const char *session;
		uint32_t position;
		int second;
		uint64_t frame;
	} row[] = {
		{ ID_B, 9, 7, 5 }, { ID_A, 2, 5, 3 }, { ID_A, 1, 5, 2 },
		{ ID_B, 8, 6, 4 }, { ID_A, 7, 4, 1 },
	};
	struct fact_session a = sample_session(ID_A), b = sample_session(ID_B);

	a.server_port = 2;
	b.server_port = 1;
	b.first = SECOND(-5);
	store_session(s, &a);
	store_session(s, &b);
	for (size_t i = 0; i < 5; i++) {
		struct fact_job j = sample_job(row[i].session, row[i].position);
		struct fact_share h =
			sample_share(row[i].session, row[i].position);
		struct fact_period p = { .difficulty = (double)row[i].frame };
		char worker[] = "w0";

		h.time = j.time = SECOND(row[i].second);
		h.frame = j.frame = row[i].frame;
		memcpy(p.session, row[i].session, FACT_ID);
		p.from = p.to = SECOND(row[i].frame);
		worker[1] = (char)('0' + row[i].frame);
		store_job(s, &j);
		store_share(s, &h);
		store_period(s, &p);
		store_worker(s, row[i].session,
			     (struct span){ (uint8_t *)worker, 2 });
	}
}

static void test_proof_counts(void)
{
	static const enum fact_proof proof[] = { FACT_PROVED, FACT_HIGH,
						 FACT_PROVED };
	struct store *s = sample_open();
	struct fact_session a = sample_session(ID_A), b = sample_session(ID_B);
	struct fact_share of_b = sample_share(ID_B, 1);
	uint64_t count[FACT_PROOFS];
	size_t all = 0;

	store_session(s, &a);
	store_session(s, &b);
	of_b.proof = FACT_NO_JOB;
	store_share(s, &of_b);
	for (uint32_t i = 0; i < 3; i++) {
		struct fact_share f = sample_share(ID_A, i);

		f.proof = proof[i];
		store_share(s, &f);
	}
	OK(store_count_proofs(s, ID_A, count) == ST_OK);
	for (size_t i = 0; i < FACT_PROOFS; i++)
		all += count[i];
	OK(count[FACT_PROVED] == 2 && count[FACT_HIGH] == 1 && all == 3);
	OK(store_count_proofs(s, ID_B, count) == ST_OK);
	OK(count[FACT_PROVED] == 0 && count[FACT_NO_JOB] == 1);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_order(void)
{
	struct store *s = sample_open();
	struct seen v = { 0, 0 };

	give_out_of_order(s);
	OK(!store_failed(s, NULL));
	OK(store_shares(s, NULL, see_share, &v) == ST_OK && v.order == 12345);
	v.order = 0;
	OK(store_shares(s, ID_A, see_share, &v) == ST_OK && v.order == 123);
	v.order = 0;
	OK(store_jobs(s, NULL, see_job, &v) == ST_OK && v.order == 12345);
	v.order = 0;
	OK(store_jobs(s, ID_B, see_job, &v) == ST_OK && v.order == 45);
	v.order = 0;
	OK(store_periods(s, NULL, see_period, &v) == ST_OK && v.order == 12345);
	v.order = 0;
	OK(store_periods(s, ID_A, see_period, &v) == ST_OK && v.order == 123);
	v.order = 0;
	OK(store_workers(s, NULL, see_text, &v) == ST_OK && v.order == 12345);
	v.order = 0;
	OK(store_workers(s, ID_B, see_text, &v) == ST_OK && v.order == 45);
	v.order = 0;
	OK(store_sessions(s, see_any_session, &v) == ST_OK && v.order == 12);
	v = (struct seen){ 0, 2 };
	OK(store_shares(s, NULL, see_share, &v) == ST_OK && v.order == 12);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_traffic(void)
{
	struct store *s = sample_open();
	struct seen v = { 0, 0 };
	struct fact_traffic f = { .seconds = 1 };
	int64_t first, second;

	OK(store_input_begin(s, &first, "a.pcap") == ST_OK);
	OK(store_input_begin(s, &second, "b.pcap") == ST_OK);
	for (uint64_t i = 6; i >= 1; i--) {
		f = sample_traffic(i % 2 ? first : second, (int)(i - 1) / 2);
		f.packets = i;
		OK(store_traffic(s, &f) == ST_OK);
	}
	OK(store_traffics(s, see_traffic, &v) == ST_OK && v.order == 123456);
	v = (struct seen){ 0, 3 };
	OK(store_traffics(s, see_traffic, &v) == ST_OK && v.order == 123);
	OK(store_close(s, NULL) == ST_OK);
}

struct nested {
	struct store *s;
	int visits, found;
};

static bool see_nested_inner(void *ctx, const struct fact_share *f)
{
	struct nested *n = ctx;

	n->visits++;
	return f->position != 0;
}

/* A visitor may ask again, even the same question. */
static bool see_nested(void *ctx, const struct fact_share *f)
{
	struct nested *n = ctx;
	struct fact_share out;

	OK(store_shares(n->s, NULL, see_nested_inner, n) == ST_OK);
	n->found += store_share_at(n->s, &out, f->session, f->position) &&
		    same_share(f, &out);
	return true;
}

static void test_nested_reading(void)
{
	struct store *s = sample_open();
	struct nested n = { s, 0, 0 };

	give_out_of_order(s);
	OK(store_shares(s, NULL, see_nested, &n) == ST_OK);
	OK(n.visits == 25 && n.found == 5);
	OK(store_close(s, NULL) == ST_OK);
}

static bool see_id(void *ctx, struct span text)
{
	struct buf *b = ctx;

	return buf_add(b, text.p, text.n) && buf_text(b, " ");
}

static void test_also_seen(void)
{
	struct store *s = sample_open();
	static const char *const ids[] = { "cccccccccccccccc", ID_B, ID_A };
	struct buf b;

	buf_init(&b, 1000);
	for (size_t i = 0; i < 3; i++) {
		struct fact_session session = sample_session(ids[i]);
		struct fact_share one = sample_share(ids[i], 1);
		struct fact_share two = sample_share(ids[i], 2);

		store_session(s, &session);
		store_share(s, &one);
		store_share(s, &two);
	}
	OK(store_also_seen(s, sample_span(20, 32), ID_B, see_id, &b) == ST_OK);
	OK(b.n == 34 && !memcmp(b.p, ID_A " cccccccccccccccc ", 34));
	buf_clear(&b);
	OK(store_also_seen(s, sample_span(20, 32), NULL, see_id, &b) == ST_OK);
	OK(b.n == 51);
	buf_clear(&b);
	OK(store_also_seen(s, sample_span(21, 32), ID_B, see_id, &b) == ST_OK);
	OK(store_also_seen(s, EMPTY, ID_B, see_id, &b) == ST_OK);
	OK(b.n == 0);
	/* Half the bytes are not the hash. */
	OK(store_also_seen(s, sample_span(20, 16), ID_B, see_id, &b) == ST_OK);
	OK(b.n == 0);
	buf_fini(&b);
	OK(store_close(s, NULL) == ST_OK);
}

static bool see_input(void *ctx, const struct fact_input *f, int64_t row)
{
	const struct fact_input want = sample_input("b.pcap", 7);

	if (row == 1)
		return !strcmp(f->name, "a.pcap") && f->bytes == 0 &&
		       !ts_known(f->first) && !f->version &&
		       !strcmp(f->status, "its reading did not end");
	*(bool *)ctx = row == 2 && !strcmp(f->name, want.name) &&
		       !memcmp(f->sha256, want.sha256, 32) &&
		       f->bytes == want.bytes && f->packets == want.packets &&
		       f->first.ns == want.first.ns &&
		       f->last.ns == want.last.ns &&
		       same_text(f->status, want.status) &&
		       same_text(f->version, want.version) &&
		       same_text(f->options, want.options);
	return true;
}

static void test_inputs(void)
{
	struct store *s = sample_open();
	const struct fact_input f = sample_input("b.pcap", 7);
	int64_t a, b;
	bool seen = false;

	OK(store_input_begin(s, &a, "a.pcap") == ST_OK && a == 1);
	OK(store_input_begin(s, &b, "b.pcap") == ST_OK && b == 2);
	OK(store_input_end(s, b, &f) == ST_OK);
	OK(store_inputs(s, see_input, &seen) == ST_OK && seen);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_view(void)
{
	struct store *s = sample_open();

	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_count(s,
			"SELECT count(*) FROM share_view WHERE "
			"session = '" ID_A "' AND input = 'a.pcap' AND "
			"time = '2017-05-17T09:12:21.000000Z' AND "
			"nonce = 'b2957c02' AND version_bits = '1fffe000' "
			"AND hash LIKE '34333231302f2e%1615' AND "
			"length(header) = 160 AND extranonce2 = '0001'") == 1);
	OK(store_close(s, NULL) == ST_OK);
}

struct blocks {
	size_t n;
	struct fact_block block[2];
};

static bool see_block(void *ctx, const struct fact_block *f)
{
	struct blocks *b = ctx;

	b->block[b->n++] = *f;
	return b->n < 2;
}

/* What is known of a block stays as it was first told. */
static void test_blocks(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_block f = { .header_time = SECOND(-3),
				.announcer_ip = "10.0.0.1",
				.first = SECOND(5),
				.session = ID_A,
				.position = 0xffffffff,
				.indicated = true,
				.shown_before = true,
				.others = 7,
				.connections = 0xfffffffe };
	struct fact_block bare = { .header_time = TS_NONE,
				   .first = SECOND(1),
				   .session = ID_A };
	struct blocks b = { 0 };

	memcpy(f.hash, sample_bytes, 32);
	memcpy(bare.hash, sample_bytes + 1, 32);
	OK(store_session(s, &session) == ST_OK);
	OK(store_block(s, &f) == ST_OK && store_block(s, &bare) == ST_OK);
	f.others = 99;
	f.announcer_ip = "10.0.0.2";
	OK(store_block(s, &f) == ST_OK);
	OK(store_blocks(s, see_block, &b) == ST_OK && b.n == 2);
	OK(!memcmp(b.block[0].hash, sample_bytes + 1, 32));
	OK(!ts_known(b.block[0].header_time) && !b.block[0].indicated);
	OK(!memcmp(b.block[1].hash, sample_bytes, 32));
	OK(b.block[1].header_time.ns == SECOND(-3).ns);
	OK(b.block[1].first.ns == SECOND(5).ns);
	OK(!strcmp(b.block[1].session, ID_A));
	OK(b.block[1].position == 0xffffffff && b.block[1].indicated);
	OK(b.block[1].shown_before && b.block[1].others == 7);
	OK(b.block[1].connections == 0xfffffffe);
	OK(store_close(s, NULL) == ST_OK);
}

int main(void)
{
	test_names();
	test_by_http();
	test_blocks();
	test_session_round_trip();
	test_job_round_trip();
	test_share_round_trip();
	test_too_long();
	test_proof_counts();
	test_order();
	test_traffic();
	test_nested_reading();
	test_also_seen();
	test_inputs();
	test_view();
	return tap_end();
}
