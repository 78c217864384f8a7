#include "analysis/verify.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/test_analysis_sample.h"
#include "base/mem.h"
#include "track/proof.h"
#include "track/test_track_sample.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A share of a recorded session: cpuminer 2.5.1 on a private chain. That it
 * holds was checked with Python's hashlib, too (docs/proof.md). */
static const char good[] =
	"{\"type\":\"proof\","
	"\"schema\":1,"
	"\"seen\":{\"file\":\"acc.pcap\",\"file_sha256\":\"0c44dd68c8"
	"c5bd5bf772cd677dafeb98a394137b212774cdd0ee763c07e32735\",\"f"
	"rame\":21,\"time\":\"2026-11-22T14:33:27.534126Z\",\"session"
	"\":\"cd1876a8d966ad51\",\"position\":1463408836,\"worker\":"
	"\"alice.rig1\",\"verdict\":\"accepted\"},"
	"\"coinbase1\":\"01000000010000000000000000000000000000000000"
	"000000000000000000000000000000ffffffff10028900046b02fd19\","
	"\"extranonce1\":\"00000000\","
	"\"extranonce1_source\":\"subscribe\","
	"\"coinbase2\":\"ffffffff029069082a010000001976a91405fcc67e0d"
	"7f733e9281573658efd64811bb3dd388ac0000000000000000266a24aa21"
	"a9ed72e65dfec2622a924f781f48a2242ff7d2422159e431c85b25751aa6"
	"639189b900000000\","
	"\"merkle_branches\":[\"e28ef0b50e9c3c3c2f00ff04f3f876a5e01e4"
	"7de0596bee8966e723751fab934\",\"93341e7cc136728617668953862d"
	"1a2d79a380d11a1c96514049ef55031e094b\",\"4a0c0cc6aa7eba58021"
	"a89244e2b79a8891a44cfc17de8ad2ea247676b1d0b0e\",\"c08d7c373d"
	"c9f4d6579714b5d0570ae702e2261fcb8cc28811be1610b8cb547b\",\"b"
	"e629206a9063cbbbbc102bce968741d4df9aab9d0acfb46bab786c1a04f6"
	"23d\",\"39b9316d46f50a146848b2743600349f520cc6605a0409f78a61"
	"c345f12151d3\"],"
	"\"previous_block\":\"000000034371940ac38d0f1d0f06a38a75e6239"
	"2da78c40ae71191f142636b62\","
	"\"version\":\"20000000\","
	"\"nbits\":\"1d03fffc\","
	"\"extranonce2\":\"00000000\","
	"\"ntime\":\"6b02fd19\","
	"\"nonce\":\"78485602\","
	"\"version_bits\":null,"
	"\"algorithm\":\"sha256d\","
	"\"header\":\"00000020626b6342f19111e70ac478da9223e6758aa3060"
	"f1d0f8dc30a947143030000003b180b9c89a7ed4cbb20d1d824f2b6a0f42"
	"a98bfe2e73185284fc364d0e4f62e19fd026bfcff031d02564878\","
	"\"hash\":\"0000007faff2cfa4d5a627ec327c78f331ee9d8a7b48866be"
	"3e4e7a9e85e3c61\","
	"\"target\":\"000000f9ff0600000000000000000000000000000000000"
	"00000000000000000\","
	"\"target_difficulty\":0.004,"
	"\"share_difficulty\":0.007831513008521382}";

static bool verify(const char *text, size_t n, struct why *why)
{
	/* Exactly as many bytes as there are, for the sanitizers. */
	uint8_t *exact = mem_new(n ? n : 1, 1);

	if (n)
		memcpy(exact, text, n);
	const bool holds = verify_proof((struct span){ exact, n }, why);

	free(exact);
	return holds;
}

/* The proof with the first `old` turned into `new`, which may be shorter. */
static char *changed(const char *old, const char *new)
{
	char *out = mem_new(sizeof(good) + 200, 1);
	const char *at = strstr(good, old);
	const size_t head = at ? (size_t)(at - good) : 0;

	OK(at && strlen(new) < 200);
	memcpy(out, good, head);
	memcpy(out + head, new, strlen(new));
	if (at)
		memcpy(out + head + strlen(new), at + strlen(old),
		       strlen(at + strlen(old)) + 1);
	return out;
}

static const struct {
	const char *old, *new, *why; /* why: part of the sentence */
} damages[] = {
	/* clang-format off */
	{ "\"proof\"", "\"share\"", "not a proof" },
	{ "\"type\":\"proof\",", "", "not a proof" },
	{ "\"schema\":1", "\"grade\":\"simulated\"", "simulated" },
	{ "{\"type\"", "[{\"type\"", "not JSON" },
	{ "\"coinbase1\":\"01", "\"coinbase1\":\"02", "another header" },
	{ "\"coinbase1\":\"01", "\"coinbase1\":\"0", "not hexadecimal" },
	{ "\"coinbase1\"", "\"coinbase\"", "\"coinbase1\" is missing" },
	{ "\"extranonce1\":\"00000000\"", "\"extranonce1\":\"00000001\"", "another header" },
	{ "\"extranonce1\":\"00000000\"", "\"extranonce1\":\"\"", "another header" },
	{ "\"extranonce1\":\"00000000\"", "\"extranonce1\":0", "wrong type" },
	{ "\"coinbase2\":\"ff", "\"coinbase2\":\"fe", "another header" },
	{ "\"merkle_branches\":[\"e2", "\"merkle_branches\":[\"e3", "another header" },
	{ "\"merkle_branches\":[\"e2", "\"merkle_branches\":[\"", "merkle_branches" },
	{ "\"merkle_branches\":[", "\"merkle_branches\":[1,", "merkle_branches" },
	{ "\"merkle_branches\":[", "\"merkle_branches\":{},\"x\":[", "wrong type" },
	{ "\"previous_block\":\"00", "\"previous_block\":\"01", "another header" },
	{ "\"previous_block\":\"00", "\"previous_block\":\"", "not 32 bytes" },
	{ "\"version\":\"20000000\"", "\"version\":\"20000001\"", "another header" },
	{ "\"version\":\"20000000\"", "\"version\":\"2000000\"", "not 8 hex digits" },
	{ "\"version\":\"20000000\"", "\"version\":\"2000000g\"", "not 8 hex digits" },
	{ "\"nbits\":\"1d03fffc\"", "\"nbits\":\"1d03fffd\"", "another header" },
	{ "\"extranonce2\":\"00000000\"", "\"extranonce2\":\"00000001\"", "another header" },
	{ "\"ntime\":\"6b02fd19\"", "\"ntime\":\"6b02fd18\"", "another header" },
	{ "\"nonce\":\"78485602\"", "\"nonce\":\"78485603\"", "another header" },
	{ "\"version_bits\":null", "\"version_bits\":\"00002000\",\"version_mask\":\"1fffe000\"", "another header" },
	{ "\"version_bits\":null", "\"version_bits\":\"00000001\",\"version_mask\":\"1fffe000\"", "do not make a header" },
	{ "\"version_bits\":null", "\"version_bits\":\"00000000\"", "version_mask" },
	{ "\"algorithm\":\"sha256d\"", "\"algorithm\":\"scrypt\"", "another hash" },
	{ "\"algorithm\":\"sha256d\"", "\"algorithm\":\"x11\"", "algorithm" },
	{ "\"header\":\"00000020", "\"header\":\"00000021", "another header" },
	{ "\"header\":\"00000020", "\"header\":\"000020", "not 80 bytes" },
	{ "\"hash\":\"0000007f", "\"hash\":\"0000007e", "another hash" },
	{ "\"target\":\"000000f9", "\"target\":\"00000000", "above the target" },
	{ "\"target\":\"000000f9", "\"target\":\"000000fa", "difficulties" },
	{ "\"target_difficulty\":0.004", "\"target_difficulty\":0.005", "difficulties" },
	{ "\"target_difficulty\":0.004", "\"target_difficulty\":\"0.004\"", "wrong type" },
	{ "\"target_difficulty\":0.004,", "", "missing" },
	{ "\"share_difficulty\":0.0", "\"share_difficulty\":8.0", "difficulties" },
	/* clang-format on */
};

static void test_damages(void)
{
	struct why why;

	OK(verify(good, sizeof(good) - 1, &why));
	OK(verify_proof(
		(struct span){ (const uint8_t *)good, sizeof(good) - 1 },
		NULL));
	for (size_t i = 0; i < COUNT(damages); i++) {
		char *text = changed(damages[i].old, damages[i].new);

		why.text[0] = '\0';
		const bool refused = !verify(text, strlen(text), &why) &&
				     strstr(why.text, damages[i].why);

		OK(refused);
		if (!refused)
			printf("# %s: %s\n", damages[i].new, why.text);
		free(text);
	}
}

/* What is not part of the proof may be anything; bits that change nothing are
 * the same share. */
static void test_tolerated(void)
{
	static const char *const same[][2] = {
		{ "\"worker\":\"alice.rig1\"", "\"worker\":null" },
		{ "\"version_bits\":null,", "" },
		{ "\"version_bits\":null", "\"version_bits\":\"00000000\","
					   "\"version_mask\":\"1fffe000\"" },
		{ "\"extranonce1_source\":\"subscribe\",", "" },
		{ "\"hash\":\"0000007faff2cfa4",
		  "\"hash\":\"0000007FAFF2CFA4" },
	};
	struct why why;

	for (size_t i = 0; i < COUNT(same); i++) {
		char *text = changed(same[i][0], same[i][1]);

		OK(verify(text, strlen(text), &why));
		free(text);
	}
}

static void test_truncated(void)
{
	size_t held = 0;
	struct why why;

	for (size_t n = 0; n < sizeof(good) - 1; n++)
		held += verify(good, n, &why);
	OK(held == 0);
}

/* Every bit of every digit that is hashed. */
static void test_bits(void)
{
	static const char *const parts[] = { "\"coinbase1\":\"",
					     "\"coinbase2\":\"",
					     "\"extranonce2\":\"",
					     "\"nonce\":\"", "\"ntime\":\"" };
	char *text = mem_text(good, sizeof(good) - 1);
	size_t held = 0, tried = 0;
	struct why why;

	for (size_t i = 0; i < COUNT(parts); i++) {
		char *at = strstr(text, parts[i]) + strlen(parts[i]);

		for (; *at != '"'; at++, tried++) {
			const char was = *at;

			*at = was == '0' ? '1' : '0';
			held += verify(text, sizeof(good) - 1, &why);
			*at = was;
		}
	}
	OK(tried > 300 && held == 0);
	OK(verify(text, sizeof(good) - 1, &why));
	free(text);
}

#define A "aaaaaaaaaaaaaaaa"

struct troubles {
	size_t n;
	char where[64], what[128];
};

static void on_trouble(void *context, const char *where, const char *what)
{
	struct troubles *t = context;

	t->n++;
	snprintf(t->where, sizeof(t->where), "%s", where);
	snprintf(t->what, sizeof(t->what), "%s", what);
}

/* A case of one job and one proved share, which `spoil` may change first. */
static struct troubles check_case(void (*spoil)(struct fact_job *job,
						struct fact_share *share))
{
	const struct event_job job = track_job("a");
	struct store *s = sample_store();
	struct verify_counts n;
	struct troubles t = { 0 };
	struct proof room;
	struct fact_job j = { .session = A,
			      .position = 1,
			      .time = AT(1000),
			      .input = 1,
			      .extranonce1 = TRACK_EXTRANONCE1,
			      .extranonce1_source = FACT_SUBSCRIBE,
			      .coinbase1 = job.coinbase1,
			      .coinbase2 = job.coinbase2,
			      .branches = job.branches,
			      .version = job.version,
			      .nbits = job.nbits,
			      .difficulty = track_difficulty(TRACK_EASY) };
	struct fact_share f = { .session = A,
				.position = 2,
				.time = AT(1001),
				.input = 1,
				.has_job = true,
				.job_position = 1,
				.extranonce2 = TRACK_EXTRANONCE2,
				.ntime = job.ntime,
				.version_mask = SHARE_VERSION_MASK,
				.proof = FACT_HIGH };

	memcpy(j.previous, job.previous, 32);
	f.nonce = track_mine(&job, TRACK_EXTRANONCE1, 0, TRACK_EASY, "");
	proof_make(&room, &f, &j,
		   (struct proof_demand){ .difficulty = { NULL, 0 } },
		   FACT_SHA256D);
	OK(f.proof == FACT_PROVED);
	if (spoil)
		spoil(&j, &f);
	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	OK(store_job(s, &j) == ST_OK && store_share(s, &f) == ST_OK);
	OK(verify_case(&n, s, on_trouble, &t) == ST_OK);
	OK(n.checked == 1 && n.good + n.bad == 1 && n.bad == t.n);
	store_close(s, NULL);
	return t;
}

static void other_nonce(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->nonce++;
}

static void other_extranonce1(struct fact_job *job, struct fact_share *share)
{
	(void)share;
	job->extranonce1 = TRACK_SPAN("\x08\0\0\x03");
}

static void no_extranonce1(struct fact_job *job, struct fact_share *share)
{
	(void)share;
	job->extranonce1_source = FACT_UNKNOWN;
}

static void no_job(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->job_position = 99;
}

static void no_target(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->target.n = 0;
}

static void no_work(struct fact_job *job, struct fact_share *share)
{
	static const uint8_t zeros[32];

	(void)job;
	share->target.p = zeros;
}

static void more_work(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->difficulty *= 2;
}

static void as_scrypt(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->algorithm = FACT_SCRYPT;
}

static void as_rounded(struct fact_job *job, struct fact_share *share)
{
	(void)job;
	share->rounding = true;
}

static void test_case(void)
{
	static const struct {
		void (*spoil)(struct fact_job *job, struct fact_share *share);
		const char *what;
	} cases[] = {
		{ other_nonce, "header" },    { other_extranonce1, "header" },
		{ no_extranonce1, "header" }, { no_job, "job" },
		{ no_target, "missing" },     { no_work, "above" },
		{ more_work, "difficulty" },  { as_scrypt, "hash" },
		{ as_rounded, "rounding" },
	};

	OK(check_case(NULL).n == 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct troubles t = check_case(cases[i].spoil);

		printf("# %s\n", t.what);
		OK(t.n == 1 && strstr(t.what, cases[i].what));
		OK(strcmp(t.where, "share " A ":2") == 0);
	}
}

int main(void)
{
	test_damages();
	test_tolerated();
	test_truncated();
	test_bits();
	test_case();
	return tap_end();
}
