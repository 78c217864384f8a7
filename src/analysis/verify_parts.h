/* verify_parts - the parts of one proof, read with a memory for the first thing
 * that is wrong: what the files that check proofs share. */
#ifndef ANALYSIS_VERIFY_PARTS_H
#define ANALYSIS_VERIFY_PARTS_H

#include "analysis/verify.h"
#include "base/json.h"
#include "coin/target.h"
#include "track/proof.h"

struct verify_parts {
	struct json doc;
	struct why *why;
	bool bad;
	uint8_t *bytes; /* all that was decoded, one behind the other */
	size_t used, room;
	enum fact_algorithm algorithm;
	/* Of the outcome, which is to be found again. */
	struct span header;
	uint8_t hash[32], target[32];
	double target_difficulty, share_difficulty;
};

/* Each reads the member of that key; after a fault all give zeros. */
const struct json_node *verify_member(struct verify_parts *p, const char *key,
				      enum json_type type);
struct span verify_bytes(struct verify_parts *p, const char *key);
uint32_t verify_word(struct verify_parts *p, const char *key); /* 8 digits */
/* reversed: written as people write hashes. */
void verify_exactly(struct verify_parts *p, uint8_t *out, size_t size,
		    const char *key, bool reversed);
/* Notes what is wrong, and gives false. */
bool verify_fails(struct verify_parts *p, const char *what);

#endif /* ANALYSIS_VERIFY_PARTS_H */
