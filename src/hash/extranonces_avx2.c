#include "base/cpu.h"
#include "hash/lanes_avx2.h"

#include "hash/extranonces_kernel.h"
#include "hash/extranonces_lanes.h"

const struct extranonces_kernel extranonces_avx2 = { "avx2", CPU_AVX2, LANES,
						     run };
