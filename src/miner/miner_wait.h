/* miner_wait - how long to wait before a connection is tried again.
 *
 * After the first failure of all URLs in turn at most a second, then twice as
 * long each time, up to a minute. Of that a part between a half and the whole
 * is waited, by chance, so that many miners do not come back at the same
 * moment. */
#ifndef MINER_MINER_WAIT_H
#define MINER_MINER_WAIT_H

#include <stdint.h>

#define MINER_WAIT_FIRST_MS 1000u
#define MINER_WAIT_MAX_MS   60000u

/* failures: rounds that failed one after the other, 0 gives 0. chance: any
 * number. */
uint32_t miner_wait_ms(unsigned failures, uint64_t chance);

#endif /* MINER_MINER_WAIT_H */
