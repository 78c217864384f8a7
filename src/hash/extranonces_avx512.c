#include "base/cpu.h"
#include "hash/lanes_avx512.h"

#include "hash/extranonces_kernel.h"
#include "hash/extranonces_lanes.h"

const struct extranonces_kernel extranonces_avx512 = { "avx512", CPU_AVX512,
						       LANES, run };
