/* verify_coins - proofs of coins whose work is no SHA-256d of the header alone.
 */
#ifndef ANALYSIS_VERIFY_COINS_H
#define ANALYSIS_VERIFY_COINS_H

#include "analysis/verify_parts.h"

/* Header and hash made again from the other parts; false with the reason if
 * that fails, or they are others than those told. */
bool verify_equihash(struct verify_parts *p);
bool verify_ethash(struct verify_parts *p);

#endif /* ANALYSIS_VERIFY_COINS_H */
