#include "base/cpu.h"
#include "hash/lanes_sse41.h"
#include "hash/nonces_kernel.h"

#define ROLLED

#include "hash/nonces_lanes.h"

const struct nonces_kernel nonces_sse41 = { "sse41", CPU_SSE41, LANES, run };
