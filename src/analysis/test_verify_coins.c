/* Proofs of Equihash and Ethash, as documents and in a case: what is damaged
 * in any of its parts is refused. */
#include <stdlib.h>
#include <string.h>

#include "analysis/test_analysis_sample.h"
#include "analysis/verify.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/mem.h"
#include "pow/share_ethash.h"
#include "pow/test_share_zcash.h"
#include "track/proof.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define A        "aaaaaaaaaaaaaaaa"
#define ZCASH_MAX                                                              \
	"0007ffff00000000000000000000000000000000000000000000000000000000"

/* A share of Ethereum's first epoch, from test/unittests/test_cases.hpp of
 * chfast/ethash. */
#define ETH_HEADER                                                             \
	"100cbec5e5ef82991290d0d93d758f19082e71f234cf479192a8b94df6da6bfe"
#define ETH_MIX                                                                \
	"e55d02c555a7969361cf74a9ec6211d8c14e4517930a00442f171bdb1698d175"
#define ETH_RESULT                                                             \
	"ab9b13423cface72cbec8424221651bc2e384ef0f7a560e038fc68c8d8684829"
#define ETH_NONCE "307692cf71b12f6d"
#define ETH_TARGET                                                             \
	"b000000000000000000000000000000000000000000000000000000000000000"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static struct target number(const char *text)
{
	uint8_t shown[32], raw[32];

	OK(hex_bytes(shown, 32, sample_text(text)));
	for (size_t i = 0; i < 32; i++)
		raw[i] = shown[31 - i];
	return target_of_hash(raw);
}

static double tries(const char *text)
{
	const struct target t = number(text);

	return target_difficulty(&t, TARGET_TRIES);
}

/* So many bytes of a header in hex, the last first. */
static void add_reversed(struct buf *out, const char *key, size_t at)
{
	buf_printf(out, "\"%s\":\"", key);
	for (size_t i = 32; i-- > 0;)
		buf_add(out, (const uint8_t *)genesis_header + 2 * (at + i), 2);
	buf_printf(out, "\",");
}

static void outcome(struct buf *out, const char *algorithm, const char *header,
		    const char *hash, const char *target)
{
	buf_printf(out,
		   "{\"type\":\"proof\",\"schema\":2,\"algorithm\":\"%s\","
		   "\"header\":\"%s\",\"hash\":\"%s\",\"target\":\"%s\","
		   "\"target_difficulty\":%.17g,\"share_difficulty\":%.17g,",
		   algorithm, header, hash, target, tries(target), tries(hash));
}

static void zcash(struct buf *out)
{
	buf_init(out, 1 << 16);
	outcome(out, "equihash", genesis_header, share_zcash_hash, ZCASH_MAX);
	buf_printf(out, "\"version\":\"00000004\",");
	add_reversed(out, "previous_block", 4);
	add_reversed(out, "merkle_root", 36);
	add_reversed(out, "reserved", 68);
	buf_printf(out,
		   "\"ntime\":\"58130490\",\"nbits\":\"1f07ffff\","
		   "\"nonce\":\"%s\",\"solution\":\"%s\"}",
		   genesis_header + 2 * 108, genesis_solution);
}

static void ethereum(struct buf *out, const char *mix)
{
	buf_init(out, 1 << 16);
	outcome(out, "ethash", ETH_HEADER, ETH_RESULT, ETH_TARGET);
	buf_printf(out,
		   "\"header_hash\":\"%s\",\"seed_hash\":\"%s\","
		   "\"nonce\":\"%s\",\"mix_hash\":%s}",
		   ETH_HEADER, ZEROS, ETH_NONCE, mix);
}

struct damage {
	const char *old, *new, *why;
};

static bool verify(struct span text, struct why *why)
{
	uint8_t *exact = mem_new(text.n + !text.n, 1);

	memcpy(exact, text.p, text.n);
	const bool holds = verify_proof((struct span){ exact, text.n }, why);

	free(exact);
	return holds;
}

static void damaged(const struct buf *good, const struct damage *d)
{
	const char *at = memmem(good->p, good->n, d->old, strlen(d->old));
	struct why why = { "" };
	struct buf text;

	OK(at != NULL);
	if (!at)
		return;
	const size_t head = (size_t)(at - (const char *)good->p);
	const size_t tail = head + strlen(d->old);

	buf_init(&text, 1 << 16);
	buf_add(&text, good->p, head);
	buf_text(&text, d->new);
	buf_add(&text, good->p + tail, good->n - tail);
	const bool refused =
		!verify(buf_span(&text), &why) && strstr(why.text, d->why);

	OK(refused);
	if (!refused)
		printf("# %s: %s\n", d->new, why.text);
	buf_fini(&text);
}

static void test_equihash(void)
{
	static const struct damage damages[] = {
		/* clang-format off */
		{ "\"equihash\"", "\"sha256d\"", "coinbase1" },
		{ "\"equihash\"", "\"ethash\"", "header_hash" },
		{ "\"equihash\"", "\"cryptonight or randomx\"", "algorithm" },
		{ "\"00000004\"", "\"00000005\"", "another header" },
		{ "\"00000004\"", "\"4\"", "8 hex digits" },
		{ "\"previous_block\":\"00", "\"previous_block\":\"01", "another header" },
		{ "\"previous_block\":\"00", "\"previous_block\":\"", "not 32 bytes" },
		{ "\"previous_block\"", "\"previous\"", "previous_block" },
		{ "\"merkle_root\":\"c4", "\"merkle_root\":\"c5", "another header" },
		{ "\"merkle_root\":\"", "\"merkle_root\":\"00", "not 32 bytes" },
		{ "\"reserved\":\"00", "\"reserved\":\"80", "another header" },
		{ "\"reserved\":\"00", "\"reserved\":\"0", "not hexadecimal" },
		{ "\"58130490\"", "\"58130491\"", "another header" },
		{ "\"1f07ffff\"", "\"1f07fffe\"", "another header" },
		{ "\"nonce\":\"5712", "\"nonce\":\"5713", "another header" },
		{ "\"nonce\":\"5712", "\"nonce\":\"57", "not 32 bytes" },
		{ "\"nonce\":\"5712", "\"nonce\":5,\"x\":\"", "wrong type" },
		{ "\"solution\":\"00", "\"solution\":\"01", "does not solve" },
		{ "\"solution\":\"00", "\"solution\":\"", "does not solve" },
		{ "\"solution\":\"00", "\"solution\":\"0000", "does not solve" },
		{ "\"solution\"", "\"solved\"", "solution" },
		{ "\"header\":\"04", "\"header\":\"05", "another header" },
		{ "\"header\":\"04", "\"header\":\"", "another header" },
		{ "\"hash\":\"0004", "\"hash\":\"0005", "another hash" },
		{ "\"target\":\"0007", "\"target\":\"0000", "above the target" },
		{ "\"target\":\"0007", "\"target\":\"0008", "difficulties" },
		{ "\"share_difficulty\":", "\"share_difficulty\":1", "difficulties" },
		{ "\"target_difficulty\":", "\"target_difficulty\":1", "difficulties" },
		/* clang-format on */
	};
	struct why why = { "" };
	struct buf good;
	size_t held = 0;

	zcash(&good);
	const bool holds = verify(buf_span(&good), &why);

	OK(holds);
	if (!holds)
		printf("# %s\n", why.text);
	for (size_t i = 0; i < COUNT(damages); i++)
		damaged(&good, &damages[i]);
	for (size_t n = 0; n < good.n; n++)
		held += verify((struct span){ good.p, n }, &why);
	OK(held == 0);
	buf_fini(&good);
}

/* What is seen without a cache. */
static void test_ethash(void)
{
	static const struct damage damages[] = {
		/* clang-format off */
		{ "\"ethash\"", "\"scrypt\"", "coinbase1" },
		{ "\"header_hash\":\"10", "\"header_hash\":\"11", "another header" },
		{ "\"header_hash\":\"10", "\"header_hash\":\"", "not 32 bytes" },
		{ "\"header\":\"10", "\"header\":\"11", "another header" },
		{ "\"header\":\"10", "\"header\":\"", "another header" },
		{ "\"seed_hash\":\"00", "\"seed_hash\":\"01", "no epoch" },
		{ "\"seed_hash\":\"00", "\"seed_hash\":\"", "not 32 bytes" },
		{ "\"seed_hash\"", "\"seed\"", "seed_hash" },
		{ "\"nonce\":\"30", "\"nonce\":\"", "not 8 bytes" },
		{ "\"mix_hash\":\"e5", "\"mix_hash\":\"", "not 32 bytes" },
		{ "\"mix_hash\":\"e5", "\"mix_hash\":5,\"x\":\"", "wrong type" },
		{ "\"target\":\"b0", "\"target\":\"00", "above the target" },
		/* clang-format on */
	};
	struct buf good;

	ethereum(&good, "\"" ETH_MIX "\"");
	for (size_t i = 0; i < COUNT(damages); i++)
		damaged(&good, &damages[i]);
	buf_fini(&good);
}

static void test_ethash_slow(void)
{
	static const struct damage damages[] = {
		/* clang-format off */
		{ "\"mix_hash\":\"e5", "\"mix_hash\":\"e4", "mix" },
		{ "\"hash\":\"ab", "\"hash\":\"aa", "another hash" },
		/* clang-format on */
	};
	struct why why = { "" };
	struct buf good;

	ethereum(&good, "null");
	OK(verify(buf_span(&good), &why));
	buf_fini(&good);
	ethereum(&good, "\"" ETH_MIX "\"");
	OK(verify(buf_span(&good), &why));
	for (size_t i = 0; i < COUNT(damages); i++)
		damaged(&good, &damages[i]);
	buf_fini(&good);
}

struct troubles {
	size_t n;
	char what[128];
};

static void on_trouble(void *context, const char *where, const char *what)
{
	struct troubles *t = context;

	OK(strcmp(where, "share " A ":2") == 0);
	t->n++;
	snprintf(t->what, sizeof(t->what), "%s", what);
}

/* A job and a share of it in a case. */
struct entry {
	struct fact_job job;
	struct fact_share share;
	struct proof room;
	uint8_t header[140], solution[1344];
};

static struct troubles check(const struct entry *e)
{
	struct store *s = sample_store();
	struct troubles t = { 0 };
	struct verify_counts n;

	sample_session(s, A, "10.0.0.1", e->share.algorithm);
	OK(store_job(s, &e->job) == ST_OK &&
	   store_share(s, &e->share) == ST_OK);
	OK(verify_case(&n, s, on_trouble, &t) == ST_OK);
	OK(n.checked == 1 && n.good + n.bad == 1 && n.bad == t.n);
	store_close(s, NULL);
	return t;
}

static void entry_init(struct entry *e, enum fact_algorithm algorithm)
{
	*e = (struct entry){ .job = { .position = 1,
				      .session = A,
				      .time = AT(1000),
				      .input = 1,
				      .algorithm = algorithm,
				      .extranonce1_source = FACT_SUBSCRIBE },
			     .share = { .position = 2,
					.session = A,
					.time = AT(1001),
					.input = 1,
					.has_job = true,
					.job_position = 1,
					.proof = FACT_HIGH } };
}

static void set_target(struct entry *e, const char *text)
{
	static uint8_t raw[32];
	const struct target t = number(text);

	target_write(raw, &t);
	e->job.target = (struct span){ raw, 32 };
}

static void zcash_entry(struct entry *e)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };

	entry_init(e, FACT_EQUIHASH);
	OK(hex_bytes(e->header, 140, sample_text(genesis_header)));
	OK(hex_bytes(e->solution, 1344, sample_text(genesis_solution)));
	set_target(e, ZCASH_MAX);
	memcpy(e->job.previous, e->header + 4, 32);
	e->job.version = 4;
	e->job.nbits = 0x1f07ffff;
	e->job.branches = (struct span){ e->header + 36, 64 };
	e->job.extranonce1 = (struct span){ e->header + 108, 4 };
	e->share.extranonce2 = (struct span){ e->header + 112, 28 };
	e->share.ntime = 0x58130490;
	e->share.solution = (struct span){ e->solution, 1344 };
	proof_make(&e->room, &e->share, &e->job, none, FACT_EQUIHASH);
	OK(e->share.proof == FACT_PROVED && e->share.header.n == 140);
	OK(e->share.algorithm == FACT_EQUIHASH);
	OK(proof_solves_block(&e->share));
}

static void test_equihash_case(void)
{
	struct entry e;

	zcash_entry(&e);
	OK(check(&e).n == 0);
	e.solution[700] ^= 1;
	OK(strstr(check(&e).what, "rebuilt") || check(&e).n == 1);
	zcash_entry(&e);
	e.share.ntime++;
	OK(check(&e).n == 1);
	zcash_entry(&e);
	e.job.version++;
	OK(check(&e).n == 1);
	zcash_entry(&e);
	e.job.algorithm = FACT_NO_ALGORITHM;
	OK(strstr(check(&e).what, "another kind of work"));
	zcash_entry(&e);
	e.share.algorithm = FACT_SHA256D;
	OK(strstr(check(&e).what, "another kind of work"));
	zcash_entry(&e);
	e.share.difficulty *= 2;
	OK(strstr(check(&e).what, "difficulty"));
	/* A claim is none, even if a proof is made of it. */
	zcash_entry(&e);
	e.job.algorithm = e.share.algorithm = FACT_CRYPTONIGHT;
	OK(strstr(check(&e).what, "rebuilt"));
}

static void ethash_entry(struct entry *e, const char *target, const char *mix,
			 const char *result)
{
	uint8_t shown[32];

	entry_init(e, FACT_ETHASH);
	OK(hex_bytes(e->header, 32, sample_text(ETH_HEADER)));
	OK(hex_bytes(e->header + 64, 8, sample_text(ETH_NONCE)));
	OK(hex_bytes(e->solution, 32, sample_text(mix)));
	OK(hex_bytes(shown, 32, sample_text(result)));
	for (size_t i = 0; i < 32; i++)
		e->room.hash[i] = shown[31 - i];
	set_target(e, target);
	memcpy(e->job.previous, e->header, 32);
	e->job.branches = (struct span){ e->header + 32, 32 }; /* zeros */
	e->share.extranonce2 = (struct span){ e->header + 64, 8 };
	e->share.solution = (struct span){ e->solution, 32 };
	e->share.header = (struct span){ e->header, 32 };
	e->share.algorithm = FACT_ETHASH;
	proof_hold(&e->room, &e->share, &e->job,
		   (struct proof_demand){ .target = { NULL, 0 } });
}

static void test_ethash_case(void)
{
	struct entry e;

	ethash_entry(&e, ETH_TARGET, ETH_MIX, ETH_RESULT);
	OK(e.share.proof == FACT_PROVED && check(&e).n == 0);
	e.share.solution.n = 0;
	OK(check(&e).n == 0);
	e.share.solution.n = 32;
	e.solution[0] ^= 1;
	OK(check(&e).n == 1);
}

/* A mix that costs nothing, under a target that its hash happens to miss, but
 * kept with another one that it meets: the hash is what the mix makes of it,
 * and still no work. */
static void test_ethash_forged(void)
{
	static uint8_t easy[32];
	struct entry e;

	ethash_entry(&e, ZEROS, ZEROS, ZEROS);
	memset(easy, 0xff, sizeof(easy));
	/* From the checker itself: what the mix of zeros makes. */
	const struct share_ethash parts = {
		.header_hash = e.job.previous,
		.seed = e.job.branches.p,
		.nonce1 = { NULL, 0 },
		.nonce2 = e.share.extranonce2,
		.mix = e.share.solution,
		.target = e.job.target.p,
	};
	struct share_ethash_checker *none = share_ethash_new(0);

	OK(share_ethash_hash(none, e.room.hash, &parts) == SHARE_ETHASH_DONE);
	share_ethash_free(none);
	e.share.hash = (struct span){ e.room.hash, 32 };
	e.share.target = (struct span){ easy, 32 };
	e.share.difficulty = 1;
	e.share.proof = FACT_PROVED;
	OK(check(&e).n == 1);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "slow") == 0) {
		test_ethash_slow();
		test_ethash_case();
		test_ethash_forged();
		return tap_end();
	}
	test_equihash();
	test_ethash();
	test_equihash_case();
	return tap_end();
}
