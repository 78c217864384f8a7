/* curve - points of secp256k1, as far as keys in scripts need them: through
 * OpenSSL. */
#ifndef COIN_CURVE_H
#define COIN_CURVE_H

#include <stdbool.h>
#include <stdint.h>

/* out = the uncompressed key (04 | x | y) whose x is given and whose y is odd
 * or even. False, out undefined, if no point of the curve has that x. Any
 * thread. Source: SEC 1, section 2.3.4. */
bool curve_unfold(uint8_t out[65], bool odd, const uint8_t x[32]);

#endif /* COIN_CURVE_H */
