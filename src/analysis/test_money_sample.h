/* test_money_sample - jobs of Bitcoin's main chain around 17 May 2017, made
 * up but for their difficulty. */
#ifndef ANALYSIS_TEST_MONEY_SAMPLE_H
#define ANALYSIS_TEST_MONEY_SAMPLE_H

#include <string.h>

#include "analysis/series.h"
#include "analysis/test_analysis_sample.h"

/* From height 465,696 and from height 467,712 on. */
#define MAY          0x1801f6a7u
#define MAY_HEIGHT   466900u
#define MAY_D        559970892890.838135
#define LATER        0x1801d854u
#define LATER_HEIGHT 467800u
#define LATER_D      595921917085.416016
#define REGTEST      0x207fffffu
#define COIN         UINT64_C(100000000)

struct money_job {
	const char *session;
	uint32_t position;
	double time;
	uint32_t nbits, height;
	uint64_t sat;   /* its only output's; 0: no coinbase */
	bool no_height; /* nor that */
	size_t extranonce2_n;
};

/* The coinbase of test_track_sample.h: height, 8 bytes of extranonces. */
static inline bool money_store_job(struct store *s, struct money_job x)
{
	uint8_t one[] = "\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
			"\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\x14\x03...";
	uint8_t two[] = "/made/up\xff\xff\xff\xff\x01........\x19"
			"\x76\xa9\x14"
			"abcdefghijklmnopqrst"
			"\x88\xac\0\0\0\0";
	struct fact_job f = { .position = x.position,
			      .time = AT(x.time),
			      .input = 1,
			      .version = 0x20000000,
			      .nbits = x.nbits,
			      .difficulty = sample_text("1000"),
			      .extranonce1_source = FACT_SUBSCRIBE,
			      .extranonce1 = sample_text(
				      "\x08\x01\x01\x02\x03\x04\x05\x06") };

	f.extranonce1.n -= x.extranonce2_n;
	for (unsigned i = 0; i < 3; i++)
		one[sizeof(one) - 4 + i] = (uint8_t)(x.height >> (8 * i));
	for (unsigned i = 0; i < 8; i++)
		two[13 + i] = (uint8_t)(x.sat >> (8 * i));
	snprintf(f.session, sizeof(f.session), "%s", x.session);
	if (x.sat > 0) {
		f.coinbase1 = (struct span){ one, sizeof(one) - 1 };
		f.coinbase2 = (struct span){ two, sizeof(two) - 1 };
	} else if (!x.no_height) {
		f.height = x.height;
	}
	return store_job(s, &f) == ST_OK;
}

static inline void money_job(struct store *s, struct money_job x)
{
	OK(money_store_job(s, x));
}

/* All findings of the store, and a subject of them. */
struct money_sample {
	struct findings findings;
	const struct finding *member[8];
	struct series_subject subject;
};

static inline void money_load(struct money_sample *m, struct store *s,
			      const struct network *network)
{
	const struct finding_options options = { 0.95, network };

	*m = (struct money_sample){ .subject = { .member = m->member } };
	OK(finding_load_all(&m->findings, s, &options) == ST_OK);
	for (size_t i = 0; i < m->findings.n && i < 8; i++)
		m->member[m->subject.n++] = &m->findings.finding[i];
}

#endif /* ANALYSIS_TEST_MONEY_SAMPLE_H */
