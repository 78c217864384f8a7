#include "hash/schedule.h"

#include <string.h>

#include "hash/sha256d_kernel.h"

static uint32_t ror(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

void schedule_round(uint32_t s[8], uint32_t kw)
{
	const uint32_t a = s[0], e = s[4];
	const uint32_t t1 = s[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) +
			    ((e & s[5]) ^ (~e & s[6])) + kw;
	const uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
			    ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));

	memmove(s + 1, s, 7 * sizeof(s[0]));
	s[4] += t1;
	s[0] = t1 + t2;
}

/* Adds a term of a word, if it is known; how many were added. */
static int add_known(uint32_t *sum, uint32_t term, uint64_t known, int t)
{
	if (!(known >> t & 1))
		return 0;
	*sum += term;
	return 1;
}

/* The sum of the known terms of word t >= 16 (FIPS 180-4, 6.2.2, step 1), and
 * how many of the four they are. */
static int known_terms(uint32_t *sum, const uint32_t w[64], uint64_t known,
		       int t)
{
	const uint32_t x = w[t - 15], y = w[t - 2];

	return add_known(sum, w[t - 16], known, t - 16) +
	       add_known(sum, w[t - 7], known, t - 7) +
	       add_known(sum, ror(x, 7) ^ ror(x, 18) ^ x >> 3, known, t - 15) +
	       add_known(sum, ror(y, 17) ^ ror(y, 19) ^ y >> 10, known, t - 2);
}

void schedule_known(struct schedule *out, uint32_t w[64], uint64_t known)
{
	for (int t = 0; t < 64; t++) {
		out->fixed[t] = 0;
		if (t >= 16 && known_terms(&out->fixed[t], w, known, t) == 4) {
			w[t] = out->fixed[t];
			known |= UINT64_C(1) << t;
		}
		out->addend[t] = sha256d_k[t] + (known >> t & 1 ? w[t] : 0);
	}
}

void schedule_read(uint32_t *w, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
}

void schedule_block(uint32_t state[8], const uint32_t addend[64])
{
	uint32_t s[8];

	memcpy(s, state, sizeof(s));
	for (int t = 0; t < 64; t++)
		schedule_round(s, addend[t]);
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}
