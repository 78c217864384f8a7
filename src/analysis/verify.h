/* verify - checks proofs again, from their stored parts and nothing else.
 *
 * A proof is the JSON object that `assay prove` writes (docs/proof.md); a case
 * is a file that `assay scan -o` wrote. Whoever wrote them, they are read as
 * a stranger's. */
#ifndef ANALYSIS_VERIFY_H
#define ANALYSIS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "evidence/store.h"

struct verify_counts {
	uint64_t checked; /* claimed to be proved */
	uint64_t good;
	uint64_t bad;
	uint64_t simulated; /* shares: nothing to verify */
};

/* Called for every proof that does not hold. where: "share 0a1b..:123". */
typedef void verify_trouble(void *context, const char *where, const char *what);

/* One proof: one JSON object. False with the reason in why. */
bool verify_proof(struct span json, struct why *why);

/* What contradicts itself in a share that counts as work, or NULL: its hash is
 * above the target, is not that of its header (SHA-256d), or its difficulty is
 * not the target's. Its job is not asked, which takes verify_case(). */
const char *verify_share(const struct fact_share *f);

/* Every share of a case that is marked as proved; simulated ones are counted,
 * and a case that has any proves nothing as a whole. */
enum status verify_case(struct verify_counts *counts, struct store *store,
			verify_trouble *trouble, void *context);

#endif /* ANALYSIS_VERIFY_H */
