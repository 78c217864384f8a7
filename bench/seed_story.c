#include "bench/seed_story.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "coin/network.h"

#define SECOND_NS      INT64_C(1000000000)
#define RETARGET       2016
#define DIFFICULTY_MIN 65536.0
/* Of so many shares the difficulty is 2^24. */
#define SHARES_AT_24 1e5

const char *const seed_clients[SEED_CLIENTS] = {
	"175.45.176.77",
	"175.45.177.21",
	"175.45.178.14",
	"175.45.179.133",
};

/* From 17 May on; the last one holds on. */
static const struct {
	uint32_t machines;
	double sessions;
} days[] = {
	{ 12, 14 },   { 24, 40 },   { 48, 90 },   { 80, 150 },  { 120, 210 },
	{ 160, 270 }, { 200, 320 }, { 240, 360 }, { 250, 380 }, { 250, 380 },
	{ 245, 360 }, { 230, 320 }, { 200, 260 }, { 160, 200 }, { 120, 150 },
	{ 90, 100 },  { 75, 70 },   { 60, 45 },   { 60, 48 },   { 60, 44 },
	{ 58, 45 },   { 60, 46 },   { 60, 45 },   { 60, 43 },   { 60, 45 },
	{ 60, 47 },   { 60, 45 },   { 60, 44 },   { 60, 45 },   { 60, 46 },
	{ 60, 45 },   { 60, 45 },   { 60, 44 },   { 60, 45 },   { 60, 45 },
	{ 60, 43 },   { 60, 45 },   { 60, 45 },   { 60, 46 },   { 60, 45 },
	{ 60, 45 },   { 60, 45 },   { 60, 45 },   { 60, 45 },   { 60, 45 },
	{ 40, 30 },
};
#define NUM_DAYS ((int)(sizeof(days) / sizeof(days[0])))

/* When Bitcoin's retargets of that time were (data/difficulty.csv); the last
 * one is only reached after the end. */
static const int64_t retargets[] = {
	1490891948, 1492052390, 1493259601, 1494387648, 1495524592, 1496586907,
	1497741533, 1498956437, 1500021942, 1501153434, 1502282210,
};

int seed_story_day(int64_t ns)
{
	return ns < SEED_BEGIN ? -1 : (int)((ns - SEED_BEGIN) / SEED_DAY_NS);
}

/* A connection carries up to eight machines. Its pool begins with easy shares,
 * and makes them harder as it learns how fast they come. */
static void plan_days(struct seed_story *s, double shares)
{
	const double power = round(24 + log2(SHARES_AT_24 / shares));
	const double difficulty = fmax(DIFFICULTY_MIN, exp2(power));

	for (int d = SEED_ONSET_DAY; d < SEED_DAYS; d++) {
		const int since = d - SEED_ONSET_DAY;
		const int row = since < NUM_DAYS ? since : NUM_DAYS - 1;
		struct seed_day *day = &s->day[d];

		day->machines = days[row].machines;
		day->connections = (day->machines + 7) / 8;
		day->sessions = days[row].sessions;
		day->difficulty = difficulty / (since < 2   ? 32
						: since < 4 ? 8
							    : 1);
	}
}

/* One after the other over what is left of the time, none on the first days. */
static void plan_outages(struct seed_story *s, struct seed_random *r)
{
	const int64_t begin = SEED_ONSET + 3 * SEED_DAY_NS;
	const int64_t each = (SEED_END - begin) / SEED_OUTAGES;

	for (int i = 0; i < SEED_OUTAGES; i++) {
		struct seed_outage *o = &s->outage[i];
		const double hours = 1 + 8 * seed_random_uniform(r);

		o->line = i % 2 == 1;
		o->from =
			begin + i * each +
			(int64_t)((double)each * 0.7 * seed_random_uniform(r));
		o->to = o->from + (int64_t)(hours * 3600) * SECOND_NS;
	}
}

static int compare_times(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Between two retargets at any time, as blocks are. */
static void plan_blocks(struct seed_story *s, struct seed_random *r)
{
	for (int i = 0; i < SEED_HEIGHTS; i++) {
		const int64_t from = retargets[i / RETARGET];
		const int64_t to = retargets[i / RETARGET + 1];
		const double part =
			i % RETARGET == 0 ? 0 : seed_random_uniform(r);

		s->found[i] = from * SECOND_NS +
			      (int64_t)(part * (double)(to - from) * 1e9);
	}
	qsort(s->found, SEED_HEIGHTS, sizeof(s->found[0]), compare_times);
}

/* By day and night, and never the same twice; of mining it knows nothing. */
static void plan_traffic(struct seed_story *s, struct seed_random *r)
{
	for (int d = 0; d < SEED_DAYS; d++) {
		for (int b = 0; b < SEED_BINS; b++) {
			struct seed_bin *bin = &s->bin[d][b];
			const double turn = 2 * acos(-1) * (b - 30) / SEED_BINS;
			const double level = 1 + 0.3 * sin(turn) +
					     0.05 * seed_random_normal(r);
			const double packets = 4e6 * fmax(level, 0.1);

			bin->packets = (uint64_t)packets;
			bin->bytes = (uint64_t)(packets * 690);
			bin->connections = (uint64_t)(packets / 42);
			s->packets[d] += bin->packets;
		}
	}
}

struct seed_story *seed_story_new(uint64_t seed, double shares)
{
	struct seed_story *s = mem_new(1, sizeof(*s));
	struct seed_random r = { seed };

	plan_days(s, shares);
	plan_outages(s, &r);
	plan_blocks(s, &r);
	plan_traffic(s, &r);
	return s;
}

uint32_t seed_story_height(const struct seed_story *s, int64_t ns)
{
	uint32_t low = 0, high = SEED_HEIGHTS;

	while (low < high) { /* the first block that is found later */
		const uint32_t mid = low + (high - low) / 2;

		if (s->found[mid] <= ns)
			low = mid + 1;
		else
			high = mid;
	}
	return SEED_FIRST_HEIGHT + low;
}

uint64_t seed_story_reward(uint32_t height)
{
	struct seed_random r = { height };

	return network_btc_subsidy(height) + 80000000 +
	       seed_random_u64(&r) % 140000000;
}

void seed_story_previous(uint8_t out[32], uint32_t height)
{
	struct seed_random r = { ~(uint64_t)height };

	seed_random_bytes(&r, out, 32);
	for (int i = 23; i < 32; i++) /* the highest bytes of the number */
		out[i] = 0;
}

const struct seed_outage *seed_story_outage(const struct seed_story *s,
					    int64_t ns)
{
	for (int i = 0; i < SEED_OUTAGES; i++) {
		if (s->outage[i].to > ns)
			return &s->outage[i];
	}
	return NULL;
}
