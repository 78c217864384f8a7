/* test_track_sample - a small made-up job, shares that are really mined for it
 * at a difficulty of some dozen hashes, and events that carry them. */
#ifndef TRACK_TEST_TRACK_SAMPLE_H
#define TRACK_TEST_TRACK_SAMPLE_H

#include <string.h>

#include "coin/target.h"
#include "evidence/store.h"
#include "pow/share.h"
#include "proto/event.h"

#define TRACK_SPAN(text)                                                       \
	((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })
#define TRACK_TIME(s)                                                          \
	((struct ts){ INT64_C(1495012321000000000) + (int64_t)((s)*1e9) })
#define TRACK_EASY  "0.00000001" /* 43 hashes */
#define TRACK_HARD  "0.0000001"  /* 430 hashes */
#define TRACK_NBITS 0x1d03fffcu  /* a private chain's */

/* Height 100000 in the script; 8 bytes of extranonces; one output, P2PKH. */
#define TRACK_COINBASE1                                                        \
	"\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
	"\0\0\0\0\0\xff\xff\xff\xff\x14\x03\xa0\x86\x01"
#define TRACK_COINBASE2                                                        \
	"/made/up\xff\xff\xff\xff\x01\x00\xf2\x05\x2a\x01\0\0\0\x19"           \
	"\x76\xa9\x14"                                                         \
	"abcdefghijklmnopqrst"                                                 \
	"\x88\xac\0\0\0\0"
#define TRACK_EXTRANONCE1 TRACK_SPAN("\x08\0\0\x02")
#define TRACK_EXTRANONCE2 TRACK_SPAN("\0\0\0\x01")

static const uint8_t track_branch[32] = { 1, 2, 3 };

static inline struct event_job track_job(const char *id)
{
	return (struct event_job){
		.id = { (const uint8_t *)id, strlen(id) },
		.readable = true,
		.previous = { 7, 8, 9 },
		.coinbase1 = TRACK_SPAN(TRACK_COINBASE1),
		.coinbase2 = TRACK_SPAN(TRACK_COINBASE2),
		.branches = { track_branch, sizeof(track_branch) },
		.version = 0x20000000,
		.nbits = TRACK_NBITS,
		.ntime = 1495012320,
	};
}

static inline struct span track_difficulty(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* Mines: the first nonce from `from` on whose hash meets the difficulty
 * `met` but not `missed` ("": any). */
static inline uint32_t track_mine(const struct event_job *job,
				  struct span extranonce1, uint32_t from,
				  const char *met, const char *missed)
{
	const struct share_job j = { .coinbase1 = job->coinbase1,
				     .coinbase2 = job->coinbase2,
				     .branches = job->branches,
				     .version = job->version,
				     .nbits = job->nbits,
				     .previous = { 7, 8, 9 } };
	struct share_submit submit = { .extranonce1 = extranonce1,
				       .extranonce2 = TRACK_EXTRANONCE2,
				       .ntime = job->ntime,
				       .nonce = from };
	struct target easy, hard;
	uint8_t header[HEADER_SIZE], hash[32];
	const bool has_hard = target_from_difficulty(
		&hard, track_difficulty(missed), TARGET_SHA256D);

	if (!target_from_difficulty(&easy, track_difficulty(met),
				    TARGET_SHA256D))
		return 0;
	for (;; submit.nonce++) {
		if (!share_header(header, &j, &submit))
			return 0;
		share_hash(hash, header, TARGET_SHA256D);
		if (target_met(hash, &easy) &&
		    (!has_hard || !target_met(hash, &hard)))
			return submit.nonce;
	}
}

static inline struct event_share track_share(uint64_t number, const char *job,
					     uint32_t nonce)
{
	return (struct event_share){
		.number = number,
		.worker = TRACK_SPAN("made.up"),
		.job_id = { (const uint8_t *)job, strlen(job) },
		.readable = true,
		.extranonce2 = TRACK_EXTRANONCE2,
		.ntime = 1495012320,
		.nonce = nonce,
	};
}

#endif /* TRACK_TEST_TRACK_SAMPLE_H */
