#include "coin/block_work.h"

static const struct target most = {
	{ UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
};

struct target block_work_add(const struct target *a, const struct target *b)
{
	struct target sum;
	unsigned carry = 0;

	for (int i = 0; i < 4; i++) {
		const uint64_t half = a->word[i] + b->word[i];

		sum.word[i] = half + carry;
		carry = (half < a->word[i]) | (sum.word[i] < half);
	}
	return carry ? most : sum;
}

/* a - b, a not below b. */
static struct target subtract(const struct target *a, const struct target *b)
{
	struct target rest;
	unsigned borrow = 0;

	for (int i = 0; i < 4; i++) {
		const uint64_t half = a->word[i] - b->word[i];

		rest.word[i] = half - borrow;
		borrow = (a->word[i] < b->word[i]) | (half < borrow);
	}
	return rest;
}

/* Twice a, and one more if bit; the bit that falls out. */
static bool shift_in(struct target *a, bool bit)
{
	bool out = bit;

	for (int i = 0; i < 4; i++) {
		const bool top = a->word[i] >> 63;

		a->word[i] = a->word[i] << 1 | out;
		out = top;
	}
	return out;
}

/* With 2^256 - (target + 1) = ~target divided by target + 1, one is missing. */
struct target block_work(const struct target *t)
{
	const struct target one = { { 1 } };
	const struct target by = block_work_add(t, &one);
	struct target quotient = { { 0 } }, rest = { { 0 } };

	if (target_compare(t, &most) == 0)
		return one;
	if (target_compare(t, &(struct target){ { 0 } }) == 0)
		return most;
	for (int i = 255; i >= 0; i--) {
		const bool bit = ~t->word[i / 64] >> (i % 64) & 1;
		const bool out = shift_in(&rest, bit);
		const bool fits = out || target_compare(&rest, &by) >= 0;

		if (fits)
			rest = subtract(&rest, &by);
		shift_in(&quotient, fits);
	}
	return block_work_add(&quotient, &one);
}
