/* miner_source - where jobs come from and shares go to: one server, in one way
 * of speaking to it. miner_stratum.c and miner_http.c are the two; what they
 * have to tell they tell by the calls of miner_private.h. */
#ifndef MINER_MINER_SOURCE_H
#define MINER_MINER_SOURCE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "miner/miner_crew.h"
#include "miner/miner_url.h"

#define MINER_SOURCE_FDS 2

struct miner;

struct miner_source {
	void *(*open)(struct miner *m, const struct miner_url *url);
	void (*close)(void *source);
	/* Fills up to MINER_SOURCE_FDS for poll(). */
	size_t (*poll)(const void *source, struct pollfd *out);
	/* Goes on as far as it can without waiting; now_ms never goes back.
	 * False: it is over, and words() say why. */
	bool (*step)(void *source, int64_t now_ms);
	const char *(*words)(const void *source);
	/* May the next find be submitted? */
	bool (*is_ready)(const void *source);
	/* Sends it. *key tells the verdict on it from others. False: it is of
	 * no use any more, or cannot be sent. */
	bool (*submit)(void *source, uint64_t *key, const struct miner_find *f);
};

extern const struct miner_source miner_stratum_source, miner_http_source;

#endif /* MINER_MINER_SOURCE_H */
