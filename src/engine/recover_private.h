/* recover_private - what the files of recover share. */
#ifndef ENGINE_RECOVER_PRIVATE_H
#define ENGINE_RECOVER_PRIVATE_H

#include "base/map.h"
#include "engine/recover.h"
#include "pow/search.h"
#include "track/jobs.h"
#include "track/proof.h"

#define RECOVER_EXTRANONCE2_MAX 32

/* What is needed of a session, with strings of its own. */
struct recover_session {
	struct fact_session fact;
	bool by_http;
	uint64_t by_proof[FACT_PROOFS];
};

/* What is needed of a share to prove it again. */
struct recover_share {
	struct fact_share fact; /* its spans are empty or below */
	uint8_t extranonce2[RECOVER_EXTRANONCE2_MAX];
	uint8_t solution[PROOF_SOLUTION_MAX];
	struct proof proof;
};

struct recover {
	struct store *store;
	const struct recover_options *options;
	uint64_t candidates; /* for an extranonce1, tried so far but for all */
	struct recover_session *session;
	size_t num_sessions;
};

/* recover_prove.c */

/* Copies f so that it outlives the visit; false if it cannot be proved again
 * (no job, or fields out of bounds). */
bool recover_keep(struct recover_share *out, const struct fact_share *f);

/* Proves the session's shares whose proof is one of those set in `which`
 * again (bit 1 << FACT_...), with this algorithm, and stores the outcome.
 * Duplicates are told from all hashes of the session. */
enum status recover_prove(struct recover *r, const struct recover_session *s,
			  unsigned which, enum fact_algorithm algorithm);

/* recover.c: an extranonce1 of the session that was settled. */
void recover_know(struct recover_session *s, struct span extranonce1);

/* recover_extranonce1.c: true if a value was settled and stored. */
bool recover_extranonce1(struct recover *r, struct recover_session *s);

/* recover_all.c: holds all values of length (1 to 4) bytes against the n shares
 * of a session, on all processors, until one is settled. *result is what was
 * tried before, and then that and these. How far it came is kept in the store:
 * a search of the same shares goes on from there. ST_IO if it cannot be. */
enum status recover_all(struct recover *r, const char *session,
			const struct search_share *share, size_t n,
			uint32_t length, struct search_result *result);

/* recover_difficulty.c */
enum status recover_difficulty(struct recover *r,
			       const struct recover_session *s);

/* recover_ethash.c: shares of Ethash, of all sessions, by epoch. */
enum status recover_ethash(struct recover *r);

/* recover_algorithm.c: for all sessions together, by server. */
enum status recover_algorithm(struct recover *r);

#endif /* ENGINE_RECOVER_PRIVATE_H */
