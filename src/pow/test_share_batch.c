#include "pow/share_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "test/tap.h"

#define COUNT_MAX 200
#define PART_MAX  5000

static uint32_t random_state = 20170517;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)random_state * n >> 32);
}

static uint8_t bytes[PART_MAX];

/* Some of the bytes, which are random. */
static struct span some(uint32_t n)
{
	return (struct span){ bytes + random_below(PART_MAX - n), n };
}

struct share {
	struct share_job job;
	struct share_submit submit;
};

/* Most of one length, as in life; some without coinbase, branches, or sense. */
static struct share random_share(void)
{
	const uint32_t kind = random_below(16);
	struct share s = {
		.job = { .coinbase1 = some(120),
			 .coinbase2 = some(120),
			 .branches = some(32 * random_below(14)),
			 .version = random_below(0xffffffff),
			 .nbits = random_below(0xffffffff) },
		.submit = { .extranonce1 = some(4),
			    .extranonce2 = some(kind < 6 ? 4 : 8),
			    .ntime = random_below(0xffffffff),
			    .nonce = random_below(0xffffffff) },
	};

	memcpy(s.job.previous, some(32).p, 32);
	if (kind == 0)
		s.job.coinbase1 = some(random_below(300));
	if (kind == 1)
		s.job.coinbase1 = s.job.coinbase2 = s.submit.extranonce1 =
			s.submit.extranonce2 = (struct span){ NULL, 0 };
	if (kind == 2)
		s.job.branches.n -= s.job.branches.n ? 1 : 0;
	if (kind == 3)
		s.job.coinbase2 = some(4000 + random_below(300));
	if (kind == 4)
		s.job.branches = (struct span){ NULL, 0 };
	if (kind > 10) {
		s.submit.has_version_bits = true;
		s.submit.version_mask = SHARE_VERSION_MASK;
		s.submit.version_bits = random_below(1 << 14) << 13;
	}
	return s;
}

static bool is_same_as_alone(const struct share_batch_item *item)
{
	uint8_t header[HEADER_SIZE], hash[32];

	if (!share_header(header, item->job, item->submit))
		return !item->is_whole && item->hash[0] == 0xee &&
		       item->header[0] == 0xee;
	share_hash(hash, header, TARGET_SHA256D);
	return item->is_whole && !memcmp(header, item->header, HEADER_SIZE) &&
	       !memcmp(hash, item->hash, 32);
}

static void test_every_count(void)
{
	static struct share share[COUNT_MAX];
	bool same = true, is_some_bad = false;

	for (size_t count = 0; count <= COUNT_MAX; count += 1 + count / 20) {
		/* Its own malloc, so that one too far is seen. */
		struct share_batch_item *item =
			malloc((count + !count) * sizeof(*item));

		memset(item, 0xee, (count + !count) * sizeof(*item));
		for (size_t i = 0; i < count; i++) {
			share[i] = random_share();
			item[i].job = &share[i].job;
			item[i].submit = &share[i].submit;
		}
		share_batch_hash(item, count);
		for (size_t i = 0; i < count; i++) {
			same = same && is_same_as_alone(&item[i]);
			is_some_bad = is_some_bad || !item[i].is_whole;
		}
		free(item);
	}
	OK(same);
	OK(is_some_bad);
}

/* Bitcoin's block 9, whose header and hash the chain has (test_share.c tells
 * more of it), among random ones. */
static void test_a_block(void)
{
	static const char coinbase1[] =
		"01000000010000000000000000000000000000000000000000000000000000"
		"000000000000ffffffff0704ffff001d01";
	static const char coinbase2[] =
		"ffffffff0100f2052a0100000043410411db93e1dcdb8a016b49840f8c53bc"
		"1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e16"
		"0bfa9b8b64f9d4c03f999b8643f656b412a3ac00000000";
	uint8_t part[2][200], extranonce[] = { 0x34 };
	struct share share[40];
	struct share_batch_item item[40];
	char text[65];
	size_t n[2];

	OK(hex_parse(part[0], &n[0], 200,
		     (struct span){ (const uint8_t *)coinbase1,
				    sizeof(coinbase1) - 1 }) &&
	   hex_parse(part[1], &n[1], 200,
		     (struct span){ (const uint8_t *)coinbase2,
				    sizeof(coinbase2) - 1 }));
	for (size_t i = 0; i < 40; i++) {
		share[i] = random_share();
		item[i].job = &share[i].job;
		item[i].submit = &share[i].submit;
	}
	share[33] = (struct share){
		.job = { .coinbase1 = { part[0], n[0] },
			 .coinbase2 = { part[1], n[1] },
			 .version = 1,
			 .nbits = 0x1d00ffff },
		.submit = { .extranonce2 = { extranonce, 1 },
			    .ntime = 0x4966ca7f,
			    .nonce = 0x534f4028 },
	};
	OK(hex_bytes(
		share[33].job.previous, 32,
		(struct span){
			(const uint8_t *)"c60ddef1b7618ca2348a46e868afc26e"
					 "3efc68226c78aa47f8488c4000000000",
			64 }));
	share_batch_hash(item, 40);
	OK(item[33].is_whole);
	OK(!strcmp(hex_text_reversed(text, item[33].hash, 32),
		   "000000008d9dc510f23c2657fc4f67bea30078cc05a90eb89e84cc475c0"
		   "80805"));
}

int main(void)
{
	for (size_t i = 0; i < PART_MAX; i++)
		bytes[i] = (uint8_t)random_below(256);
	test_every_count();
	test_a_block();
	return tap_end();
}
