#include "miner/miner_wait.h"

uint32_t miner_wait_ms(unsigned failures, uint64_t chance)
{
	uint32_t most = MINER_WAIT_FIRST_MS;

	if (failures == 0)
		return 0;
	for (unsigned i = 1; i < failures && most < MINER_WAIT_MAX_MS; i++)
		most *= 2;
	if (most > MINER_WAIT_MAX_MS)
		most = MINER_WAIT_MAX_MS;
	return most / 2 + (uint32_t)(chance % (most / 2 + 1));
}
