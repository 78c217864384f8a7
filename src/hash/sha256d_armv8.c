#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "hash/sha256d_kernel.h"

#define INLINE  static inline __attribute__((always_inline))
#define STREAMS 2
#define W       uint32x4_t

struct state {
	uint32x4_t abcd, efgh;
};

INLINE struct state start(void)
{
	return (struct state){ vld1q_u32(sha256d_iv),
			       vld1q_u32(sha256d_iv + 4) };
}

INLINE void rounds(struct state *s, uint32x4_t w[4], size_t i)
{
	const uint32x4_t wk = vaddq_u32(w[i & 3], vld1q_u32(sha256d_k + 4 * i));
	const uint32x4_t abcd = s->abcd;

	s->abcd = vsha256hq_u32(abcd, s->efgh, wk);
	s->efgh = vsha256h2q_u32(s->efgh, abcd, wk);
	if (i < 12)
		w[i & 3] = vsha256su1q_u32(
			vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]),
			w[(i + 2) & 3], w[(i + 3) & 3]);
}

INLINE void add(struct state *s, const struct state *was)
{
	s->abcd = vaddq_u32(s->abcd, was->abcd);
	s->efgh = vaddq_u32(s->efgh, was->efgh);
}

INLINE void load(uint32x4_t w[4], const uint8_t *p)
{
	for (size_t i = 0; i < 4; i++)
		w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p + 16 * i)));
}

INLINE void words_of(uint32x4_t w[2], struct state s)
{
	w[0] = s.abcd;
	w[1] = s.efgh;
}

INLINE uint32x4_t word_first(uint32_t x)
{
	return vsetq_lane_u32(x, vdupq_n_u32(0), 0);
}

INLINE uint32x4_t word_last(uint32_t x)
{
	return vsetq_lane_u32(x, vdupq_n_u32(0), 3);
}

INLINE void store(uint8_t out[32], const uint32x4_t w[2])
{
	vst1q_u8(out, vrev32q_u8(vreinterpretq_u8_u32(w[0])));
	vst1q_u8(out + 16, vrev32q_u8(vreinterpretq_u8_u32(w[1])));
}

#include "hash/sha256d_streams.h"

const struct sha256d_kernel sha256d_armv8 = { "armv8", CPU_ARM_SHA2, 1, run,
					      run_padded };
const struct sha256d_kernel sha256d_armv8_pair = { "armv8-pair", CPU_ARM_SHA2,
						   STREAMS, run_streams,
						   run_streams_padded };
