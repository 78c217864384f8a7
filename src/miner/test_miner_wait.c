#include "miner/miner_wait.h"
#include "test/tap.h"

int main(void)
{
	uint32_t most = 1000;

	OK(miner_wait_ms(0, 12345) == 0);
	for (unsigned failures = 1; failures <= 20; failures++) {
		uint32_t least = UINT32_MAX, longest = 0;

		for (uint64_t chance = 0; chance < 100000; chance++) {
			const uint32_t ms = miner_wait_ms(failures, chance);

			least = ms < least ? ms : least;
			longest = ms > longest ? ms : longest;
		}
		/* From a half to the whole, both reached. */
		OK(least == most / 2 && longest == most);
		most = most * 2 > 60000 ? 60000 : most * 2;
	}
	OK(miner_wait_ms(4000000000u, UINT64_MAX) <= MINER_WAIT_MAX_MS);
	return tap_end();
}
