#include "base/cpu.h"
#include "hash/lanes_avx512.h"
#include "hash/nonces_kernel.h"
#include "hash/nonces_lanes.h"

const struct nonces_kernel nonces_avx512 = { "avx512", CPU_AVX512, LANES, run };
