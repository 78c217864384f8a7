/* A fact given again changes nothing but what was not determined before. */
#include "evidence/test_store_sample.h"

static void test_twice_is_once(void)
{
	struct store *s = sample_open();
	struct buf first;

	OK(sample_capture(s, "a.pcap", 1));
	first = sample_dump(s);
	OK(sample_capture(s, "copy of a.pcap", 1));
	OK(sample_same(first, sample_dump(s)));
	OK(store_close(s, NULL) == ST_OK);
}

/* Another capture with the same conversation: one more input, no more. */
static void test_two_taps(void)
{
	struct store *s = sample_open();

	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_capture(s, "b.pcap", 2));
	OK(sample_count(s, "SELECT count(*) FROM input") == 2);
	OK(sample_count(s, "SELECT count(*) FROM session") == 1);
	OK(sample_count(s, "SELECT count(*) FROM share "
			   "WHERE input = 1") == 1);
	OK(store_close(s, NULL) == ST_OK);
}

/* New facts of an input that was there already cite the one that stays. */
static void test_input_turned(void)
{
	struct store *s = sample_open();
	const struct fact_input f = sample_input("a.pcap", 1);
	struct fact_job job = sample_job(ID_A, 777);
	struct fact_share share = sample_share(ID_A, 777);
	int64_t row;

	OK(sample_capture(s, "a.pcap", 1));
	OK(store_input_begin(s, &row, "a.pcap") == ST_OK);
	job.input = share.input = row;
	OK(store_job(s, &job) == ST_OK);
	OK(store_share(s, &share) == ST_OK);
	OK(store_input_end(s, row, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM input") == 1);
	OK(sample_count(s, "SELECT count(*) FROM job WHERE input = 1") == 2);
	OK(sample_count(s, "SELECT count(*) FROM share WHERE input = 1") == 2);
	OK(store_close(s, NULL) == ST_OK);
}

/* Traffic stays with its input, as it was first told; a case that had none of
 * it gets it when the input is read again. */
static void test_traffic(void)
{
	struct store *s = sample_open();
	const struct fact_input f = sample_input("a.pcap", 1);
	struct fact_traffic traffic = sample_traffic(0, 70);

	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_capture(s, "b.pcap", 2));
	OK(sample_count(s, "SELECT count(*) FROM traffic") == 6);
	OK(store_input_begin(s, &traffic.input, "a.pcap") == ST_OK);
	OK(store_traffic(s, &traffic) == ST_OK);
	OK(store_traffic(s, &traffic) == ST_OK);
	OK(store_input_end(s, traffic.input, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM traffic") == 6);
	OK(sample_count(s, "DELETE FROM traffic WHERE input = 1") == -1);
	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_count(s, "SELECT count(*) FROM traffic "
			   "WHERE input = 1") == 3);
	OK(store_close(s, NULL) == ST_OK);
}

static void give_part(struct store *s, struct fact_session *f, uint32_t first,
		      uint32_t end, uint64_t bytes)
{
	f->client_first = first;
	f->client_end = end;
	f->client_bytes = bytes;
	f->client_packets = bytes / 10;
	OK(store_session(s, f) == ST_OK);
}

/* Of captures one behind the other bytes add up, once; what lies in both does
 * not; of more than sequence numbers can tell the larger stays. */
static void test_volumes(void)
{
	struct store *s = sample_open();
	struct fact_session f = sample_session(ID_A), out;

	give_part(s, &f, 0xffffff00, 100, 300);
	give_part(s, &f, 100, 500, 400);
	give_part(s, &f, 100, 500, 400);
	give_part(s, &f, 0xffffff00, 100, 300);
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 700 &&
	   out.client_packets == 70);
	give_part(s, &f, 400, 600, 150); /* 50 of 200 lost */
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 750 &&
	   out.client_packets == 70);
	give_part(s, &f, 400, 600, 150);
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 750);
	give_part(s, &f, 0, 0, 0);
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 750);
	give_part(s, &f, 600, 700, UINT64_C(5) << 30);
	give_part(s, &f, 600, 700, UINT64_C(5) << 30);
	OK(store_session_at(s, &out, ID_A) &&
	   out.client_bytes == UINT64_C(5) << 30);
	OK(out.server_bytes == UINT64_C(1) << 32 && out.server_packets == 50);
	OK(store_close(s, NULL) == ST_OK);
}

/* What has no digest (a live interface) is never taken for the same. */
static void test_inputs_without_digest(void)
{
	struct store *s = sample_open();

	OK(sample_capture(s, "eth0", 0));
	OK(sample_capture(s, "eth0", 0));
	OK(sample_count(s, "SELECT count(*) FROM input") == 2);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_session_widens(void)
{
	struct store *s = sample_open();
	struct fact_session f = sample_session(ID_A), out;

	f.user_agent = f.server_agent = f.host = f.host_source = f.server_name =
		NULL;
	f.carrier = f.tls_version = f.tls_alpn = f.tls_names = NULL;
	f.ja3 = f.ja4 = NULL;
	f.other_calls = 9;
	f.reported_rate = 0;
	f.from_start = false;
	f.algorithm = FACT_NO_ALGORITHM;
	f.extranonce1 = EMPTY;
	f.extranonce1_source = FACT_UNKNOWN;
	f.clock_offset = NAN;
	f.client_first = 100;
	f.client_end = 200;
	f.server_first = f.server_end = 0;
	OK(store_session(s, &f) == ST_OK);
	f = sample_session(ID_A);
	f.first = SECOND(-10);
	f.last = SECOND(50);
	f.client_first = 0xfffffff0;
	f.client_end = 150;
	f.gaps = 1;
	f.lost = 5000;
	OK(store_session(s, &f) == ST_OK);
	OK(store_session_at(s, &out, ID_A));
	OK(out.first.ns == SECOND(-10).ns && out.last.ns == SECOND(60).ns);
	OK(!strcmp(out.user_agent, "cgminer/4.10.0"));
	OK(!strcmp(out.host, "pool.example") && out.from_start);
	OK(!strcmp(out.server_agent, "eloipool/1"));
	OK(!strcmp(out.host_source, "subscribe"));
	OK(!strcmp(out.server_name, "stratum.pool.example"));
	OK(!strcmp(out.carrier, "tls/lines") &&
	   !strcmp(out.tls_version, "1.3"));
	OK(!strcmp(out.tls_alpn, "stratum") && out.tls_names[0] == 'p');
	OK(out.ja3[0] == 'e' && out.ja4[0] == 't');
	OK(out.other_calls == 9 && out.reported_rate > 1e9);
	OK(out.algorithm == FACT_SHA256D);
	OK(out.extranonce1.n == 4 && out.extranonce1_source == FACT_SUBSCRIBE);
	OK(out.client_first == 0xfffffff0 && out.client_end == 200);
	OK(out.server_first == 1 && out.server_end == 0xffffffff);
	OK(out.gaps == 2 && out.lost == 5000 && out.clock_offset < -1.0);
	OK(store_close(s, NULL) == ST_OK);
}

/* Nothing that is known is replaced by what is less, or by another word. */
static void test_session_keeps(void)
{
	struct store *s = sample_open();
	struct fact_session f = sample_session(ID_A);
	struct buf before;

	OK(store_session(s, &f) == ST_OK);
	before = sample_dump(s);
	f.user_agent = "other/1.0";
	f.host = "other.example";
	f.host_source = "tls";
	f.server_agent = "other/1";
	f.server_name = f.carrier = f.tls_version = "other";
	f.tls_alpn = f.tls_names = f.ja3 = f.ja4 = "other";
	f.other_calls = 1;
	f.reported_rate = 0;
	f.dialect = NULL;
	f.algorithm = FACT_SCRYPT;
	f.extranonce1 = SPAN("zzzz");
	f.extranonce1_source = FACT_RECOVERED;
	f.clock_offset = NAN;
	f.first = TS_NONE;
	f.last = TS_NONE;
	f.gaps = f.lost = f.malformed = 0;
	f.from_start = false;
	f.client_first = f.client_end = 0;
	OK(store_session(s, &f) == ST_OK);
	OK(sample_same(before, sample_dump(s)));
	OK(store_close(s, NULL) == ST_OK);
}

/* The last extranonce1 in force is that of the latest packets. */
static void test_session_extranonce1(void)
{
	struct store *s = sample_open();
	struct fact_session f = sample_session(ID_A), out;

	OK(store_session(s, &f) == ST_OK);
	f.extranonce1 = SPAN("later");
	f.extranonce1_source = FACT_SET;
	f.last = SECOND(100);
	OK(store_session(s, &f) == ST_OK);
	OK(store_session_at(s, &out, ID_A) && out.extranonce1.n == 5);
	f.extranonce1 = SPAN("early");
	f.extranonce1.n = 3;
	f.last = SECOND(90);
	OK(store_session(s, &f) == ST_OK);
	OK(store_session_at(s, &out, ID_A) && out.extranonce1.n == 5 &&
	   out.extranonce1_source == FACT_SET);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_job_fills(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_job f = sample_job(ID_A, 1), out;

	f.extranonce1 = f.difficulty = EMPTY;
	f.extranonce1_source = FACT_UNKNOWN;
	OK(store_session(s, &session) == ST_OK);
	OK(store_job(s, &f) == ST_OK);
	f = sample_job(ID_A, 1);
	OK(store_job(s, &f) == ST_OK);
	f.difficulty = SPAN("2");
	f.extranonce1 = SPAN("xx");
	f.extranonce1_source = FACT_RECOVERED;
	f.nbits = 5;
	OK(store_job(s, &f) == ST_OK);
	OK(store_job_at(s, &out, ID_A, 1) && out.difficulty.n == 4 &&
	   out.extranonce1.n == 4 && out.extranonce1_source == FACT_SUBSCRIBE &&
	   out.nbits == 0x1a44b9f2);
	OK(store_close(s, NULL) == ST_OK);
}

static struct fact_share without_proof(enum fact_proof p)
{
	struct fact_share f = sample_share(ID_A, 1);

	f.proof = p;
	f.header = f.hash = f.target = EMPTY;
	f.difficulty = 0;
	f.rounding = false;
	f.verdict = FACT_UNANSWERED;
	return f;
}

static void test_share_is_better_determined(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share f = without_proof(FACT_NO_JOB), out;
	struct buf proved;

	f.has_job = false;
	f.worker = EMPTY;
	OK(store_session(s, &session) == ST_OK);
	OK(store_share(s, &f) == ST_OK);
	f = without_proof(FACT_NO_EXTRANONCE1);
	OK(store_share(s, &f) == ST_OK);
	OK(store_share_at(s, &out, ID_A, 1) && out.has_job &&
	   out.proof == FACT_NO_EXTRANONCE1 && out.worker.n == 12);
	f = sample_share(ID_A, 1);
	f.verdict = FACT_UNANSWERED;
	OK(store_share(s, &f) == ST_OK);
	OK(store_share_at(s, &out, ID_A, 1) && out.proof == FACT_PROVED &&
	   out.hash.n == 32 && out.header.n == 80 && out.rounding &&
	   out.verdict == FACT_UNANSWERED);
	proved = sample_dump(s);
	for (enum fact_proof p = FACT_HIGH; p < FACT_PROOFS; p++) {
		f = without_proof(p);
		OK(store_share(s, &f) == ST_OK);
		OK(store_share_proof(s, &f) == ST_OK);
	}
	OK(sample_same(proved, sample_dump(s)));
	OK(store_close(s, NULL) == ST_OK);
}

/* What a generator made up stays so, and nothing else becomes so. */
static void test_simulated(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share f = sample_share(ID_A, 1), out;
	struct buf before;

	OK(store_session(s, &session) == ST_OK);
	f.proof = FACT_SIMULATED;
	OK(store_share(s, &f) == ST_OK);
	f = without_proof(FACT_HIGH);
	f.position = 2;
	OK(store_share(s, &f) == ST_OK);
	before = sample_dump(s);
	f = sample_share(ID_A, 1);
	f.has_job = false;
	OK(store_share(s, &f) == ST_OK && store_share_proof(s, &f) == ST_OK);
	f.proof = FACT_SIMULATED;
	f.position = 2;
	f.verdict = FACT_UNANSWERED;
	OK(store_share(s, &f) == ST_OK && store_share_proof(s, &f) == ST_OK);
	OK(sample_same(before, sample_dump(s)));
	OK(store_share_at(s, &out, ID_A, 1) && out.proof == FACT_SIMULATED);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_share_verdict(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share f = without_proof(FACT_HIGH), out;

	OK(store_session(s, &session) == ST_OK);
	OK(store_share(s, &f) == ST_OK);
	f.verdict = FACT_REJECTED;
	f.reason = SPAN("high hash");
	OK(store_share(s, &f) == ST_OK);
	f.verdict = FACT_UNANSWERED;
	f.reason = EMPTY;
	OK(store_share(s, &f) == ST_OK);
	OK(store_verdict(s, ID_A, 1, FACT_ACCEPTED, EMPTY) == ST_OK);
	OK(store_verdict(s, ID_A, 1, FACT_UNANSWERED, EMPTY) == ST_OK);
	OK(store_verdict(s, ID_A, 2, FACT_ACCEPTED, EMPTY) == ST_OK);
	OK(store_share_at(s, &out, ID_A, 1) && out.verdict == FACT_REJECTED &&
	   out.reason.n == 9);
	OK(!store_share_at(s, &out, ID_A, 2));
	OK(store_close(s, NULL) == ST_OK);
}

static void test_share_proof(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_share f = without_proof(FACT_NO_EXTRANONCE1), out;

	OK(store_session(s, &session) == ST_OK);
	f.verdict = FACT_ACCEPTED;
	OK(store_share(s, &f) == ST_OK);
	f = sample_share(ID_A, 1);
	f.worker = f.job_id = f.extranonce2 = EMPTY;
	f.verdict = FACT_REJECTED;
	f.duplicate = true;
	OK(store_share_proof(s, &f) == ST_OK);
	OK(store_share_at(s, &out, ID_A, 1) && out.proof == FACT_PROVED &&
	   out.hash.n == 32 && out.duplicate && out.worker.n == 12 &&
	   out.job_id.n == 2 && out.extranonce2.n == 2 &&
	   out.verdict == FACT_ACCEPTED);
	f.position = 2;
	OK(store_share_proof(s, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM share") == 1);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_recovered(void)
{
	struct store *s = sample_open();
	struct fact_session a = sample_session(ID_A), b = sample_session(ID_B);
	struct fact_session session;
	struct fact_job known = sample_job(ID_A, 1), none = known, other, out;

	none.position = 2;
	none.extranonce1 = EMPTY;
	none.extranonce1_source = FACT_UNKNOWN;
	other = none;
	memcpy(other.session, ID_B, FACT_ID);
	a.extranonce1 = EMPTY;
	a.extranonce1_source = FACT_UNKNOWN;
	OK(store_session(s, &a) == ST_OK && store_session(s, &b) == ST_OK);
	OK(store_job(s, &known) == ST_OK && store_job(s, &none) == ST_OK);
	OK(store_job(s, &other) == ST_OK);
	OK(store_recovered(s, ID_A, SPAN("123")) == ST_OK);
	OK(store_job_at(s, &out, ID_A, 1) && out.extranonce1.n == 4);
	OK(store_job_at(s, &out, ID_A, 2) && out.extranonce1.n == 3 &&
	   out.extranonce1_source == FACT_RECOVERED);
	OK(store_job_at(s, &out, ID_B, 2) &&
	   out.extranonce1_source == FACT_UNKNOWN);
	OK(store_session_at(s, &session, ID_A) && session.extranonce1.n == 3);
	OK(store_session_at(s, &session, ID_B) && session.extranonce1.n == 4);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_periods(void)
{
	struct store *s = sample_open();
	struct fact_session session = sample_session(ID_A);
	struct fact_period f = sample_period(ID_A, 0);

	f.difficulty = 0;
	OK(store_session(s, &session) == ST_OK);
	OK(store_period(s, &f) == ST_OK);
	f.to = SECOND(5);
	OK(store_period(s, &f) == ST_OK);
	f.to = SECOND(20);
	OK(store_period(s, &f) == ST_OK);
	f = sample_period(ID_A, 30);
	OK(store_period(s, &f) == ST_OK);
	f.from = TS_NONE;
	OK(store_period(s, &f) == ST_OK);
	OK(store_period_difficulty(s, ID_A, 64) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM period") == 2);
	OK(sample_count(s, "SELECT count(*) FROM period "
			   "WHERE difficulty = 64 "
			   "AND last - first = 20000000000") == 1);
	OK(sample_count(s, "SELECT count(*) FROM period "
			   "WHERE difficulty = 512") == 1);
	f = sample_period(ID_A, 0);
	f.difficulty = 1;
	OK(store_period(s, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM period "
			   "WHERE difficulty = 64 "
			   "AND last - first = 20000000000") == 1);
	OK(store_close(s, NULL) == ST_OK);
}

int main(void)
{
	test_twice_is_once();
	test_two_taps();
	test_input_turned();
	test_traffic();
	test_volumes();
	test_simulated();
	test_inputs_without_digest();
	test_session_widens();
	test_session_keeps();
	test_session_extranonce1();
	test_job_fills();
	test_share_is_better_determined();
	test_share_verdict();
	test_share_proof();
	test_recovered();
	test_periods();
	return tap_end();
}
