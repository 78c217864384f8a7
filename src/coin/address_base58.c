#include "coin/address_codec.h"

#include <string.h>

#include "hash/sha256d.h"

/* Base 58 of the number; every leading zero byte is written as a leading '1',
 * which stands for the digit 0. Source: src/base58.cpp of Bitcoin Core. */
static const char alphabet[] =
	"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* 58^35 is above 256^25. */
#define DIGITS (ADDRESS_BASE58_TEXT - 1)
_Static_assert(DIGITS == 35, "seven times five");

static void checksum(uint8_t out[4], const uint8_t payload[21])
{
	uint8_t hash[32];

	sha256d(hash, payload, 21);
	memcpy(out, hash, 4);
}

#define WORDS 7          /* of 32 bits: 28 bytes hold the 25 */
#define FIVE  656356768u /* 58^5: so many digits at a time */

/* n = n / 58^5; gives the rest. */
static uint32_t divide(uint32_t n[WORDS])
{
	uint64_t rest = 0;

	for (size_t i = 0; i < WORDS; i++) {
		rest = rest << 32 | n[i];
		n[i] = (uint32_t)(rest / FIVE);
		rest %= FIVE;
	}
	return (uint32_t)rest;
}

static void digits_of(uint8_t digit[DIGITS],
		      const uint8_t bytes[ADDRESS_BASE58_BYTES])
{
	uint32_t n[WORDS] = { bytes[0] };

	for (size_t i = 1; i < ADDRESS_BASE58_BYTES; i++)
		n[(i + 3) / 4] = n[(i + 3) / 4] << 8 | bytes[i];
	for (size_t i = DIGITS; i > 0;) {
		uint32_t five = divide(n);

		for (int k = 0; k < 5; k++, five /= 58)
			digit[--i] = (uint8_t)(five % 58);
	}
}

/* n = n * 58 + digit; false if it does not fit. */
static bool multiply(uint8_t n[ADDRESS_BASE58_BYTES], unsigned digit)
{
	unsigned carry = digit;

	for (int i = ADDRESS_BASE58_BYTES - 1; i >= 0; i--) {
		carry += n[i] * 58u;
		n[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry == 0;
}

static size_t leading(const uint8_t *p, size_t n, uint8_t what)
{
	size_t i = 0;

	while (i < n && p[i] == what)
		i++;
	return i;
}

void address_base58_text(char out[ADDRESS_BASE58_TEXT], uint8_t version,
			 const uint8_t hash[20])
{
	uint8_t n[ADDRESS_BASE58_BYTES], digit[DIGITS];

	n[0] = version;
	memcpy(n + 1, hash, 20);
	checksum(n + 21, n);
	const size_t ones = leading(n, sizeof(n), 0);

	digits_of(digit, n);
	const size_t zeros = leading(digit, DIGITS, 0);

	memset(out, '1', ones);
	for (size_t i = zeros; i < DIGITS; i++)
		out[ones + i - zeros] = alphabet[digit[i]];
	out[ones + DIGITS - zeros] = '\0';
}

bool address_base58_parse(uint8_t *version, uint8_t hash[20], struct span text)
{
	uint8_t n[ADDRESS_BASE58_BYTES] = { 0 }, check[4];

	if (text.n == 0 || text.n > DIGITS)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		const char *at =
			memchr(alphabet, text.p[i], sizeof(alphabet) - 1);

		if (!at || !multiply(n, (unsigned)(at - alphabet)))
			return false;
	}
	checksum(check, n);
	if (memcmp(check, n + 21, 4) != 0 ||
	    leading(text.p, text.n, '1') != leading(n, sizeof(n), 0))
		return false;
	*version = n[0];
	memcpy(hash, n + 1, 20);
	return true;
}
