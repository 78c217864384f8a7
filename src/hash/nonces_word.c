#include "hash/nonces_kernel.h"

/* Plain C with every short cut, for processors that have none of the others'
 * instructions. */
#define V              uint32_t
#define LANES          1
#define LANE_NUMBERS   0
#define SWAP_BYTES(v)  __builtin_bswap32(v)
#define PASSES(v, top) ((v) <= (top))
#define SET1(x)        (x)
#define ADD(a, b)      ((a) + (b))
#define XOR3(a, b, c)  ((a) ^ (b) ^ (c))
#define ROR(x, n)      ((x) >> (n) | (x) << (32 - (n)))
#define SHR(x, n)      ((x) >> (n))
#define CH(e, f, g)    ((((f) ^ (g)) & (e)) ^ (g))
#define MAJ(a, b, c)   (((a) & (b)) | (((a) | (b)) & (c)))

#include "hash/nonces_lanes.h"

const struct nonces_kernel nonces_word = { "word", 0, LANES, run };
