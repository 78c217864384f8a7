#include "hash/equihash.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#define INDICES_MAX (1 << EQUIHASH_K_MAX)
#define HASH_MAX    64 /* bytes BLAKE2b yields, and so n at most */

const struct equihash equihash_zcash = {
	.n = 200,
	.k = 9,
	.personal = { 'Z', 'c', 'a', 's', 'h', 'P', 'o', 'W' },
};

static unsigned collision_bits(const struct equihash *e)
{
	return e->n / (e->k + 1);
}

size_t equihash_solution_size(const struct equihash *e)
{
	return ((size_t)1 << e->k) * (collision_bits(e) + 1) / 8;
}

static void demand(int result)
{
	if (result < 0) {
		(void)fprintf(stderr, "assay: libsodium refuses BLAKE2b\n");
		abort();
	}
}

/* Without it libsodium does not look for the faster code it has. */
static void choose_code(void)
{
	demand(sodium_init());
}

static void put_le32(uint8_t out[4], uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> 8 * i);
}

/* One BLAKE2b yields as many hashes of n bits as fit its 512. */
struct leaves {
	crypto_generichash_blake2b_state state; /* has read the input */
	size_t hash_n;                          /* bytes of a leaf's hash */
	uint32_t together;                      /* leaves out of one BLAKE2b */
};

static void leaves_init(struct leaves *l, const struct equihash *e,
			struct span input)
{
	static once_flag once = ONCE_FLAG_INIT;
	uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES];

	call_once(&once, choose_code);
	memcpy(personal, e->personal, 8);
	put_le32(personal + 8, e->n);
	put_le32(personal + 12, e->k);
	l->hash_n = e->n / 8;
	l->together = 512 / e->n;
	demand(crypto_generichash_blake2b_init_salt_personal(
		&l->state, NULL, 0, l->together * l->hash_n, NULL, personal));
	demand(crypto_generichash_blake2b_update(&l->state, input.p, input.n));
}

static void leaf_hash(uint8_t *out, const struct leaves *l, uint32_t index)
{
	crypto_generichash_blake2b_state state = l->state;
	const size_t made = l->together * l->hash_n;
	uint8_t all[HASH_MAX], number[4];

	put_le32(number, index / l->together);
	demand(crypto_generichash_blake2b_update(&state, number, 4));
	demand(crypto_generichash_blake2b_final(&state, all, made));
	memcpy(out, all + index % l->together * l->hash_n, l->hash_n);
}

static void read_indices(uint32_t *out, size_t count, struct span solution,
			 unsigned bits)
{
	struct cur c = cur_over(solution);
	uint64_t held = 0;
	unsigned num_held = 0;

	for (size_t i = 0; i < count; i++) {
		for (; num_held < bits; num_held += 8)
			held = held << 8 | cur_u8(&c);
		num_held -= bits;
		out[i] = (uint32_t)(held >> num_held);
		held &= ((uint64_t)1 << num_held) - 1;
	}
}

static bool starts_with_zeros(const uint8_t *p, unsigned bits)
{
	for (unsigned i = 0; i < bits / 8; i++) {
		if (p[i])
			return false;
	}
	return bits % 8 == 0 || p[bits / 8] >> (8 - bits % 8) == 0;
}

/* Trees whose every index comes twice xor to zero at no cost. The order of
 * subtrees refuses those already; this refuses the ones with a few repeated.
 * Run last, on what passed everything else: some 65 microseconds. */
static bool distinct(const uint32_t *index, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (index[i] == index[j])
				return false;
		}
	}
	return true;
}

/* Adds the leaf at place to the tree. tree[r] is the xor of the last subtree of
 * height r that waits for its right sibling; as many join with this leaf as
 * place has ones at its end. */
static bool tree_add(uint8_t tree[][HASH_MAX], const struct equihash *e,
		     const uint32_t *index, size_t place,
		     uint8_t hash[HASH_MAX])
{
	const size_t hash_n = e->n / 8;
	unsigned r = 0;

	for (; r < e->k && place >> r & 1; r++) {
		const size_t right = place + 1 - ((size_t)1 << r);
		const size_t left = right - ((size_t)1 << r);
		const unsigned zeros =
			r + 1 == e->k ? e->n : (r + 1) * collision_bits(e);

		if (index[left] >= index[right])
			return false;
		for (size_t i = 0; i < hash_n; i++)
			hash[i] ^= tree[r][i];
		if (!starts_with_zeros(hash, zeros))
			return false;
	}
	memcpy(tree[r], hash, hash_n);
	return true;
}

bool equihash_valid(const struct equihash *e, struct span input,
		    struct span solution)
{
	const size_t count = (size_t)1 << e->k;
	uint32_t index[INDICES_MAX];
	uint8_t tree[EQUIHASH_K_MAX + 1][HASH_MAX], hash[HASH_MAX];
	struct leaves leaves;

	assert(e->k >= 3 && e->k <= EQUIHASH_K_MAX && e->n <= 8 * HASH_MAX);
	assert(e->n % 8 == 0 && e->n % (e->k + 1) == 0);
	assert(collision_bits(e) >= 1 && collision_bits(e) <= 24);
	if (solution.n != equihash_solution_size(e))
		return false;
	read_indices(index, count, solution, collision_bits(e) + 1);
	leaves_init(&leaves, e, input);
	for (size_t place = 0; place < count; place++) {
		leaf_hash(hash, &leaves, index[place]);
		if (!tree_add(tree, e, index, place, hash))
			return false;
	}
	return distinct(index, count);
}
