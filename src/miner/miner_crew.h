/* miner_crew - the threads that mine.
 *
 * They work on what was given last, and see by a counter, without a lock, that
 * there is something newer. What they find is rebuilt from the job's parts and
 * checked in full before it is told; what does not hold then is a fault of the
 * machine (or ours), counted and kept apart. Where nobody takes what was found
 * they wait: nothing is dropped. All calls are for one thread, the owner's. */
#ifndef MINER_MINER_CREW_H
#define MINER_MINER_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/ts.h"
#include "miner/miner_work.h"

#define MINER_THREADS_MAX 1024

struct miner_find {
	struct miner_work *work; /* a reference, the taker's */
	struct miner_choice choice;
	uint8_t header[HEADER_SIZE];
	uint8_t hash[32];
	struct ts time;
};

struct miner_crew;

/* n threads, each kept on one of the processors this process may use if pin is
 * set. NULL with why: they cannot be started. */
struct miner_crew *miner_crew_new(unsigned n, bool pin, struct why *why);
void miner_crew_free(struct miner_crew *c);

/* From now on this one (a reference is taken); NULL: rest. */
void miner_crew_give(struct miner_crew *c, struct miner_work *w);

/* The oldest find that was not taken yet; false: there is none. */
bool miner_crew_take(struct miner_crew *c, struct miner_find *out);

/* Becomes readable when there is a find, or all of the work is drawn; read it
 * with miner_crew_calm(). */
int miner_crew_fd(const struct miner_crew *c);
void miner_crew_calm(struct miner_crew *c);

/* Every unit of what was given is drawn, and the threads rest. */
bool miner_crew_is_done(const struct miner_crew *c);

/* Ends the threads, where they are. What was found can still be taken. */
void miner_crew_stop(struct miner_crew *c);

uint64_t miner_crew_hashes(const struct miner_crew *c, unsigned thread);
uint64_t miner_crew_faults(const struct miner_crew *c);

#endif /* MINER_MINER_CREW_H */
