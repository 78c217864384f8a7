#include "coin/target.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/num.h"

static const struct target target_max = {
	{ UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
};

int target_compare(const struct target *a, const struct target *b)
{
	for (int i = 3; i >= 0; i--) {
		if (a->word[i] != b->word[i])
			return a->word[i] < b->word[i] ? -1 : 1;
	}
	return 0;
}

struct target target_of_hash(const uint8_t hash[32])
{
	struct cur c = cur_over((struct span){ hash, 32 });
	struct target t;

	for (int i = 0; i < 4; i++)
		t.word[i] = cur_le64(&c);
	return t;
}

void target_write(uint8_t out[32], const struct target *t)
{
	for (size_t i = 0; i < 32; i++)
		out[i] = (uint8_t)(t->word[i / 8] >> (i % 8 * 8));
}

struct target target_from_be(const uint8_t be[32])
{
	uint8_t hash[32];

	for (int i = 0; i < 32; i++)
		hash[i] = be[31 - i];
	return target_of_hash(hash);
}

bool target_met(const uint8_t hash[32], const struct target *t)
{
	const struct target value = target_of_hash(hash);

	return target_compare(&value, t) <= 0;
}

/* The compact form is a floating-point number to base 256:
 *
 *	u8 size | sign bit | 23 bits of mantissa
 *
 * value = mantissa * 256^(size - 3); digits below 1 are dropped. */
bool target_from_nbits(struct target *out, uint32_t nbits)
{
	const unsigned size = nbits >> 24;
	uint32_t mantissa = nbits & 0x007fffff;
	uint8_t be[32] = { 0 };

	if (size < 3)
		mantissa >>= 8 * (3 - size);
	if (mantissa == 0 || nbits & 0x00800000)
		return false;
	const unsigned lowest = size < 3 ? 0 : size - 3;

	/* Byte i of the mantissa has the weight 256^(lowest + i). */
	for (unsigned i = 0; i < 3; i++) {
		const uint8_t digit = (uint8_t)(mantissa >> 8 * i);

		if (digit && lowest + i > 31)
			return false;
		if (digit)
			be[31 - lowest - i] = digit;
	}
	*out = target_from_be(be);
	return true;
}

/* Wide enough for D1 of scrypt (240 bits) times 10^29 (97 bits). */
#define LIMBS 11

/* From this power of ten on D1 * 10^k / digits passes 2^256 for every 64-bit
 * digits: D1 is above 2^223, and 10^30 above 2^99. */
#define POWER_MAX 29

/* A natural number, least significant limb first. */
struct wide {
	uint32_t limb[LIMBS];
};

/* w *= by; gives what did not fit. */
static uint32_t wide_multiply(struct wide *w, uint32_t by)
{
	uint64_t carry = 0;

	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)w->limb[i] * by;
		w->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return (uint32_t)carry;
}

/* w = floor(w / by), limb by limb: the divisor has 32 bits, as that of a usual
 * difficulty has. */
static void wide_divide_small(struct wide *w, uint32_t by)
{
	uint64_t rest = 0;

	for (int i = LIMBS - 1; i >= 0; i--) {
		rest = rest << 32 | w->limb[i];
		w->limb[i] = (uint32_t)(rest / by);
		rest %= by;
	}
}

/* w = floor(w / by), bit by bit: the remainder of a 64-bit divisor is shifted
 * into 65 bits, of which the carry is the highest. */
static void wide_divide(struct wide *w, uint64_t by)
{
	uint64_t rest = 0;

	if (by <= UINT32_MAX) {
		wide_divide_small(w, (uint32_t)by);
		return;
	}
	for (int i = LIMBS * 32 - 1; i >= 0; i--) {
		const uint32_t bit = 1u << (i & 31);
		uint32_t *limb = &w->limb[i >> 5];
		const bool carry = rest >> 63;

		rest = rest << 1 | !!(*limb & bit);
		*limb &= ~bit;
		if (carry || rest >= by) {
			rest -= by;
			*limb |= bit;
		}
	}
}

static bool wide_zero(const struct wide *w)
{
	static const struct wide zero;

	return !memcmp(w, &zero, sizeof(zero));
}

/* Saturates at 2^256 - 1. */
static struct target wide_target(const struct wide *w)
{
	struct target t;

	for (int i = 8; i < LIMBS; i++) {
		if (w->limb[i])
			return target_max;
	}
	for (size_t i = 0; i < 4; i++)
		t.word[i] = (uint64_t)w->limb[2 * i + 1] << 32 | w->limb[2 * i];
	return t;
}

static struct wide wide_from_target(const struct target *t)
{
	struct wide w = { { 0 } };

	for (size_t i = 0; i < 4; i++) {
		w.limb[2 * i] = (uint32_t)t->word[i];
		w.limb[2 * i + 1] = (uint32_t)(t->word[i] >> 32);
	}
	return w;
}

/* D1, the target of difficulty 1: 0xffff * 2^208, for scrypt 2^16 times it. */
static struct wide wide_of_unit(enum target_unit unit)
{
	struct wide w = { { 0 } };

	switch (unit) {
	case TARGET_SHA256D:
		w.limb[6] = 0xffff0000;
		break;
	case TARGET_SCRYPT:
		w.limb[7] = 0xffff;
		break;
	case TARGET_TRIES:
		for (size_t i = 0; i < 8; i++)
			w.limb[i] = UINT32_MAX;
		break;
	}
	return w;
}

double target_hashes(enum target_unit unit)
{
	switch (unit) {
	case TARGET_SHA256D:
		return TARGET_HASHES;
	case TARGET_SCRYPT:
		return TARGET_HASHES_SCRYPT;
	case TARGET_TRIES:
		break;
	}
	return 1;
}

bool target_from_difficulty(struct target *out, struct span d,
			    enum target_unit unit)
{
	struct wide w = wide_of_unit(unit);
	struct num_decimal n;

	if (!num_decimal(&n, d) || n.negative || n.digits == 0)
		return false;
	if (n.exponent < -POWER_MAX) {
		*out = target_max;
		return true;
	}
	for (int i = n.exponent; i < 0; i++) {
		const uint32_t lost = wide_multiply(&w, 10);

		assert(!lost);
	}
	wide_divide(&w, n.digits);
	/* floor(floor(a / b) / c) = floor(a / (b * c)) for whole numbers. */
	for (int i = n.exponent; i > 0 && !wide_zero(&w); i--)
		wide_divide(&w, 10);
	*out = wide_target(&w);
	return true;
}

static double as_double(const struct target *t)
{
	double sum = 0;

	/* From the smallest term up, so that only the last sums round. */
	for (int i = 0; i < 4; i++)
		sum += ldexp((double)t->word[i], 64 * i);
	return sum;
}

double target_difficulty(const struct target *t, enum target_unit unit)
{
	const struct wide w = wide_of_unit(unit);
	const struct target d1 = wide_target(&w);

	return as_double(&d1) / as_double(t);
}

double target_bits(const struct target *t)
{
	const double chance = ldexp(as_double(t) + 1, -256);

	/* Subtracted from 0, because -log2(1) would be a negative zero. */
	return 0 - log2(chance);
}

static struct target shift_right(const struct target *t, unsigned n)
{
	struct target r;

	assert(n > 0 && n < 64);
	for (int i = 0; i < 4; i++) {
		const uint64_t above = i < 3 ? t->word[i + 1] : 0;

		r.word[i] = t->word[i] >> n | above << (64 - n);
	}
	return r;
}

static struct target subtract(const struct target *a, const struct target *b)
{
	struct target r;
	uint64_t borrow = 0;

	for (int i = 0; i < 4; i++) {
		const uint64_t part = a->word[i] - b->word[i];

		r.word[i] = part - borrow;
		borrow = (a->word[i] < b->word[i]) | (part < borrow);
	}
	return r;
}

bool target_nearly(const struct target *value, const struct target *t)
{
	if (target_compare(value, t) <= 0)
		return false;
	const struct target over = subtract(value, t);
	const struct target allowed = shift_right(t, 15);

	return target_compare(&over, &allowed) <= 0;
}

struct target target_scale(const struct target *t, uint32_t numerator,
			   uint32_t denominator)
{
	struct wide w = wide_from_target(t);

	assert(numerator && denominator);
	wide_multiply(&w, numerator);
	wide_divide(&w, denominator);
	return wide_target(&w);
}
