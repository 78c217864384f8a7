#include "base/cpu.h"
#include "hash/lanes_avx2.h"
#include "hash/nonces_kernel.h"
#include "hash/nonces_lanes.h"

const struct nonces_kernel nonces_avx2 = { "avx2", CPU_AVX2, LANES, run };
