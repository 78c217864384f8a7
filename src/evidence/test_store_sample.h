/* test_store_sample - facts to try the store with, and a dump of a store that
 * shows whether anything at all is different. */
#ifndef EVIDENCE_TEST_STORE_SAMPLE_H
#define EVIDENCE_TEST_STORE_SAMPLE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "evidence/store_private.h"
#include "test/tap.h"

#define SPAN(text) ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })
#define EMPTY      ((struct span){ NULL, 0 })
#define SECOND(s)                                                              \
	((struct ts){ INT64_C(1495012321000000000) + (int64_t)(s)*1000000000 })
#define ID_A "00112233445566aa"
#define ID_B "ffeeddccbbaa9988"

/* 80 bytes of which any 32 differ from any others. */
static const uint8_t sample_bytes[80] = {
	1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
	17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
	33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48,
	49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64,
	65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80,
};

static inline struct span sample_span(size_t from, size_t n)
{
	return (struct span){ sample_bytes + from, n };
}

static inline struct fact_session sample_session(const char *id)
{
	struct fact_session f = {
		.dialect = "stratum-v1",
		.client_ip = "175.45.178.10",
		.server_ip = "2001:db8::1",
		.client_port = 51234,
		.server_port = 3333,
		.first = SECOND(0),
		.last = SECOND(60),
		.user_agent = "cgminer/4.10.0",
		.server_agent = "eloipool/1",
		.host = "pool.example",
		.host_source = "subscribe",
		.server_name = "stratum.pool.example",
		.carrier = "tls/lines",
		.tls_version = "1.3",
		.tls_alpn = "stratum",
		.tls_names = "pool.example *.pool.example",
		.ja3 = "e7d705a3286e19ea42f587b344ee6865",
		.ja4 = "t13d1516h2_8daaf6152771_b186095e22b6",
		.extranonce1 = SPAN("\x08\x00\x00\x01"),
		.extranonce1_source = FACT_SUBSCRIBE,
		.difficulty = SPAN("0.05"),
		.version_mask = 0x1fffe000,
		.algorithm = FACT_SHA256D,
		.from_start = true,
		.client_first = 0xfffffff0,
		.client_end = 5000,
		.server_first = 1,
		.server_end = 0xffffffff,
		.client_bytes = 5016,
		.server_bytes = UINT64_C(1) << 32,
		.client_packets = 40,
		.server_packets = 50,
		.gaps = 2,
		.lost = 1460,
		.malformed = 3,
		.replies_unmatched = 4,
		.other_calls = 5,
		.reported_rate = 1.5e9,
		.clock_offset = -1.25,
	};

	memcpy(f.id, id, FACT_ID);
	return f;
}

static inline struct fact_job sample_job(const char *session, uint32_t at)
{
	struct fact_job f = {
		.position = at,
		.time = SECOND(at % 1000),
		.frame = UINT64_C(5000000000),
		.job_id = SPAN("bf"),
		.extranonce1 = SPAN("\x08\x00\x00\x01"),
		.extranonce1_source = FACT_SUBSCRIBE,
		.coinbase1 = SPAN("\x01\x00\x00\x00\x01"),
		.coinbase2 = SPAN("\x00\xff"),
		.branches = sample_span(0, 64),
		.version = 0x20000000,
		.nbits = 0x1a44b9f2,
		.ntime = 0xfedcba98,
		.clean = true,
		.difficulty = SPAN("1e-3"),
		.target = sample_span(3, 32),
		.algorithm = FACT_CRYPTONIGHT,
		.variant = SPAN("rx/0"),
		.height = 0xfedcba97,
	};

	memcpy(f.session, session, FACT_ID);
	memcpy(f.previous, sample_bytes + 7, 32);
	return f;
}

static inline struct fact_share sample_share(const char *session, uint32_t at)
{
	struct fact_share f = {
		.position = at,
		.time = SECOND(at % 1000),
		.frame = at,
		.worker = SPAN("slush.miner1"),
		.job_id = SPAN("bf"),
		.has_job = true,
		.job_position = 0xffffffff,
		.extranonce2 = SPAN("\x00\x01"),
		.ntime = 0x504e86ed,
		.nonce = 0xb2957c02,
		.has_version_bits = true,
		.version_bits = 0x1fffe000,
		.version_mask = 0x1fffe000,
		.proof = FACT_PROVED,
		.algorithm = FACT_SHA256D,
		.header = sample_span(0, 80),
		.solution = sample_span(5, 70),
		.hash = sample_span(20, 32),
		.difficulty = 0.001,
		.target = sample_span(40, 32),
		.rounding = true,
		.verdict = FACT_ACCEPTED,
		.reason = EMPTY,
		.witness = FACT_WITNESS_STRIPPED,
		.by_server = true,
	};

	memcpy(f.session, session, FACT_ID);
	return f;
}

static inline struct fact_period sample_period(const char *session, int from)
{
	struct fact_period f = {
		.from = SECOND(from),
		.to = SECOND(from + 10),
		.difficulty = 512,
	};

	memcpy(f.session, session, FACT_ID);
	return f;
}

static inline struct fact_input sample_input(const char *name, uint8_t content)
{
	struct fact_input f = {
		.name = name,
		.bytes = UINT64_C(1) << 40,
		.packets = 12345,
		.first = SECOND(0),
		.last = SECOND(60),
		.status = "ok",
		.version = "0.1.0",
		.options = "-v",
	};

	memset(f.sha256, content, 32);
	return f;
}

static inline struct fact_traffic sample_traffic(int64_t input, int start)
{
	return (struct fact_traffic){
		.input = input,
		.start = SECOND(start),
		.seconds = 1,
		.packets = 12,
		.bytes = UINT64_C(1) << 33,
		.connections = 3,
		.first = SECOND(start),
		.last = { SECOND(start).ns + 999999999 },
	};
}

static inline struct store *sample_open(void)
{
	struct why why = { "" };
	struct store *s = store_open(NULL, STORE_CREATE, &why);

	if (!s)
		printf("# %s\n", why.text);
	OK(s != NULL);
	return s;
}

/* One capture as a tracker would give it. */
static inline bool sample_capture(struct store *s, const char *name,
				  uint8_t content)
{
	struct fact_session session = sample_session(ID_A);
	struct fact_job job = sample_job(ID_A, 10);
	struct fact_share share = sample_share(ID_A, 20);
	struct fact_period period = sample_period(ID_A, 0);
	struct fact_input input = sample_input(name, content);
	bool ok = store_input_begin(s, &job.input, name) == ST_OK;

	share.input = job.input;
	session.last = session.first;
	session.user_agent = NULL;
	share.verdict = FACT_UNANSWERED;
	for (int start = 0; start < 3; start++) {
		const struct fact_traffic f =
			sample_traffic(job.input, start * 20);

		ok = ok && store_traffic(s, &f) == ST_OK;
	}
	ok = ok && store_session(s, &session) == ST_OK;
	ok = ok && store_worker(s, ID_A, SPAN("slush.miner1")) == ST_OK;
	ok = ok && store_job(s, &job) == ST_OK;
	ok = ok && store_share(s, &share) == ST_OK;
	ok = ok && store_verdict(s, ID_A, 20, FACT_REJECTED,
				 SPAN("stale \xff\x00 share")) == ST_OK;
	ok = ok && store_period(s, &period) == ST_OK;
	session = sample_session(ID_A);
	ok = ok && store_session(s, &session) == ST_OK;
	return ok && store_input_end(s, job.input, &input) == ST_OK;
}

static inline void sample_dump_value(struct buf *out, sqlite3_stmt *st, int i)
{
	const int type = sqlite3_column_type(st, i);

	buf_printf(out, "|%d:", type);
	if (type == SQLITE_INTEGER)
		buf_printf(out, "%lld", sqlite3_column_int64(st, i));
	else if (type == SQLITE_FLOAT)
		buf_printf(out, "%.17g", sqlite3_column_double(st, i));
	else if (type != SQLITE_NULL)
		buf_add(out, sqlite3_column_blob(st, i),
			(size_t)sqlite3_column_bytes(st, i));
}

/* All rows of all tables. The caller frees with buf_fini(). */
static inline struct buf sample_dump(struct store *s)
{
	static const char *const tables[] = {
		"SELECT * FROM input ORDER BY row",
		"SELECT * FROM traffic ORDER BY input, start",
		"SELECT rowid, * FROM session ORDER BY id",
		"SELECT * FROM worker ORDER BY session, name",
		"SELECT rowid, * FROM job ORDER BY session, position",
		"SELECT rowid, * FROM share ORDER BY session, position",
		"SELECT * FROM period ORDER BY session, first",
		"SELECT * FROM block ORDER BY hash",
	};
	struct buf out;

	buf_init(&out, 1 << 24);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		sqlite3_stmt *st = NULL;

		sqlite3_prepare_v2(s->db, tables[t], -1, &st, NULL);
		buf_printf(&out, "%s\n", tables[t]);
		while (sqlite3_step(st) == SQLITE_ROW) {
			for (int i = 0; i < sqlite3_column_count(st); i++)
				sample_dump_value(&out, st, i);
			buf_text(&out, "\n");
		}
		sqlite3_finalize(st);
	}
	return out;
}

/* Frees both. */
static inline bool sample_same(struct buf a, struct buf b)
{
	const bool same = !a.full && !b.full && a.n > 400 && a.n == b.n &&
			  memcmp(a.p, b.p, a.n) == 0;

	buf_fini(&a);
	buf_fini(&b);
	return same;
}

static inline bool sample_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline int64_t sample_count(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

#endif /* EVIDENCE_TEST_STORE_SAMPLE_H */
