/* lanes_turns - one round and one word of SHA-256 in every lane. No include
 * guard: sha256d_lanes.h and nonces_lanes.h include it once, after
 *
 *	V		the vector type
 *	SET1(x) ADD(a, b) XOR3(a, b, c) ROR(x, n) SHR(x, n)
 *	CH(e, f, g) MAJ(a, b, c)
 *
 * were defined. Private to src/hash. */
#include <stdbool.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

#define SIG(x, a, b, c)     XOR3(ROR(x, a), ROR(x, b), ROR(x, c))
#define SIG_SHR(x, a, b, c) XOR3(ROR(x, a), ROR(x, b), SHR(x, c))

/* Bit t: word t of a hash is fixed, and not zero; or is zero. */
struct kinds {
	uint64_t fixed, zero;
};

INLINE bool is_any(uint64_t words, int t)
{
	return words >> t & 1;
}

/* Word t >= 16 of a block (FIPS 180-4, 6.2.2, step 1): the terms that are not
 * fixed, and the sum of those that are, fixed[t], if there is one. */
INLINE V word(const V *w, const uint32_t *fixed, struct kinds k, int t)
{
	const uint64_t still = k.fixed | k.zero;
	V sum = SET1(fixed[t]);
	bool begun = is_any(k.fixed, t - 2) || is_any(k.fixed, t - 7) ||
		     is_any(k.fixed, t - 15) || is_any(k.fixed, t - 16);

#define TERM(at, value)                                                        \
	do {                                                                   \
		if (!is_any(still, at)) {                                      \
			sum = begun ? ADD(sum, (value)) : (value);             \
			begun = true;                                          \
		}                                                              \
	} while (0)

	TERM(t - 16, w[t - 16]);
	TERM(t - 7, w[t - 7]);
	TERM(t - 15, SIG_SHR(w[t - 15], 7, 18, 3));
	TERM(t - 2, SIG_SHR(w[t - 2], 17, 19, 10));
#undef TERM
	return sum;
}

/* One round; x is h + K + word. */
INLINE void turn(V s[8], V x)
{
	const V t1 = ADD(ADD(x, CH(s[4], s[5], s[6])), SIG(s[4], 6, 11, 25));
	const V t2 = ADD(SIG(s[0], 2, 13, 22), MAJ(s[0], s[1], s[2]));

	s[7] = s[6];
	s[6] = s[5];
	s[5] = s[4];
	s[4] = ADD(s[3], t1);
	s[3] = s[2];
	s[2] = s[1];
	s[1] = s[0];
	s[0] = ADD(t1, t2);
}
