/* miner_template - a template's job: the coinbase that pays whoever mines.
 *
 *	script: height (BIP 34) | coinbaseaux | "/assay/" | 8 bytes that vary
 *	outputs: the reward to one script | the witness commitment (BIP 141)
 *
 * The 8 bytes are what Stratum calls an extranonce2; there is no extranonce1.
 */
#ifndef MINER_MINER_TEMPLATE_H
#define MINER_MINER_TEMPLATE_H

#include <stdbool.h>

#include "base/buf.h"
#include "miner/miner_work.h"
#include "proto/getblocktemplate.h"

#define MINER_TEMPLATE_EXTRANONCE2 8

struct miner_template { /* private */
	struct buf coinbase1, coinbase2;
};

void miner_template_init(struct miner_template *t);
void miner_template_fini(struct miner_template *t);

/* parts for miner_work_new(), whose spans are borrowed from t and offer; id is
 * not filled. */
struct miner_work_parts miner_template_parts(
	struct miner_template *t, const struct getblocktemplate_offer *offer,
	struct span payout);

#endif /* MINER_MINER_TEMPLATE_H */
