/* target - what a hash must not exceed, and difficulty, its readable inverse.
 *
 * A hash meets a target when, read as a little-endian 256-bit integer, it is
 * not above it. Share difficulty d means target = floor(D1 / d) with
 * D1 = 0xffff * 2^208 for SHA-256d, and 2^16 times that for scrypt, whose
 * pools count 65536 hashes as difficulty 1; where D1 = 2^256 - 1, difficulty is
 * the number of tries that one success takes. Targets are exact integers;
 * difficulties as double are for statistics only. */
#ifndef COIN_TARGET_H
#define COIN_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

enum target_unit {
	TARGET_SHA256D,
	TARGET_SCRYPT,
	TARGET_TRIES /* coins that count tries: difficulty is their number */
};

/* Expected hashes for one unit of SHA-256d difficulty: 2^256 / (D1 + 1)
 * rounded as measurement practice has it, 2^256 / D1. */
#define TARGET_HASHES 4295032833.0
/* The same for scrypt's unit. */
#define TARGET_HASHES_SCRYPT (TARGET_HASHES / 65536.0)

/* Expected hashes for difficulty 1 of that unit. */
double target_hashes(enum target_unit unit);

struct target {
	uint64_t word[4]; /* least significant first */
};

bool target_met(const uint8_t hash[32], const struct target *t);
int target_compare(const struct target *a, const struct target *b);

/* A hash as a number, to compare and to divide by. */
struct target target_of_hash(const uint8_t hash[32]);
/* The other way: little-endian, as hashes are in internal order. */
void target_write(uint8_t out[32], const struct target *t);

struct target target_from_be(const uint8_t be[32]); /* as people write it */

/* Compact form (arith_uint256::SetCompact). False for negative, zero or
 * overflowing values. */
bool target_from_nbits(struct target *out, uint32_t nbits);

/* floor(D1 / d) for the decimal text d, exact for up to 19 digits. False if d
 * is not a positive decimal. A d so small that the quotient passes 2^256 - 1
 * gives 2^256 - 1; one so large that it is 0 gives 0 (nothing meets it). */
bool target_from_difficulty(struct target *out, struct span d,
			    enum target_unit unit);

/* D1 / t, rounded to double; infinite for 0. */
double target_difficulty(const struct target *t, enum target_unit unit);

/* log2(2^256 / (t + 1)): the bits that one passing hash is worth. 0..256. */
double target_bits(const struct target *t);

/* Is value above t, but by no more than t * 2^-15? Pools round: such a share
 * counts, flagged `rounding`. False for a value that meets t. */
bool target_nearly(const struct target *value, const struct target *t);

/* t * numerator / denominator, saturating at 2^256 - 1; both nonzero. */
struct target target_scale(const struct target *t, uint32_t numerator,
			   uint32_t denominator);

#endif /* COIN_TARGET_H */
