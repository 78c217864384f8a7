#include "coin/address_codec.h"

#include <assert.h>
#include <string.h>

/*	hrp | '1' | version | program in 5-bit digits | 6 digits of checksum
 *
 * All lower or all upper case. The checksum is a BCH code over the prefix and
 * the digits; BIP 173 and BIP 350 differ in the constant it comes out as. */
static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

#define CHECKSUM       6
#define CONST_BECH32   1u
#define CONST_BECH32M  0x2bc830a3u
#define PROGRAM_DIGITS ((ADDRESS_PROGRAM_MAX * 8 + 4) / 5)

static uint32_t polymod(uint32_t sum, uint8_t digit)
{
	static const uint32_t generator[] = {
		0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3,
	};
	const uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ digit;
	for (int i = 0; i < 5; i++)
		sum ^= top >> i & 1 ? generator[i] : 0;
	return sum;
}

static uint32_t polymod_prefix(const char *hrp)
{
	uint32_t sum = 1;

	for (const char *p = hrp; *p; p++)
		sum = polymod(sum, (uint8_t)*p >> 5);
	sum = polymod(sum, 0);
	for (const char *p = hrp; *p; p++)
		sum = polymod(sum, *p & 31);
	return sum;
}

static uint32_t constant(uint8_t version)
{
	return version == 0 ? CONST_BECH32 : CONST_BECH32M;
}

static bool program_fits(uint8_t version, size_t n)
{
	if (version > 16 || n < ADDRESS_PROGRAM_MIN || n > ADDRESS_PROGRAM_MAX)
		return false;
	return version != 0 || n == 20 || n == 32;
}

/* Bytes to 5-bit digits, the last one filled up with zero bits. */
static size_t digits_of(uint8_t digit[PROGRAM_DIGITS], struct span bytes)
{
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		held = (held << 8 | bytes.p[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			digit[n++] = held >> (bits - 5) & 31;
	}
	if (bits)
		digit[n++] = (uint8_t)(held << (5 - bits) & 31);
	return n;
}

/* And back; false if the filling is not less than a digit of zero bits. */
static bool bytes_of(uint8_t *out, size_t *out_n, const uint8_t *digit,
		     size_t n)
{
	unsigned bits = 0, held = 0;
	size_t made = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 5 | digit[i]) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[made++] = (uint8_t)(held >> bits);
		}
	}
	*out_n = made;
	return bits < 5 && (held & ((1u << bits) - 1)) == 0;
}

void address_bech32_text(char out[ADDRESS_BECH32_TEXT], const char *hrp,
			 uint8_t version, struct span program)
{
	uint8_t digit[1 + PROGRAM_DIGITS + CHECKSUM] = { version };
	uint32_t sum = polymod_prefix(hrp);
	const size_t hrp_n = strlen(hrp);

	assert(hrp_n <= 10 && program_fits(version, program.n));
	const size_t n = 1 + digits_of(digit + 1, program);

	for (size_t i = 0; i < n + CHECKSUM; i++)
		sum = polymod(sum, i < n ? digit[i] : 0);
	sum ^= constant(version);
	for (size_t i = 0; i < CHECKSUM; i++)
		digit[n + i] = sum >> 5 * (CHECKSUM - 1 - i) & 31;

	memcpy(out, hrp, hrp_n);
	out[hrp_n] = '1';
	for (size_t i = 0; i < n + CHECKSUM; i++)
		out[hrp_n + 1 + i] = alphabet[digit[i]];
	out[hrp_n + 1 + n + CHECKSUM] = '\0';
}

/* text in lower case; false if it has both cases. */
static bool lower(char *out, struct span text)
{
	bool has_upper = false, has_lower = false;

	for (size_t i = 0; i < text.n; i++) {
		const uint8_t c = text.p[i];
		const bool is_upper = c >= 'A' && c <= 'Z';

		has_upper |= is_upper;
		has_lower |= c >= 'a' && c <= 'z';
		out[i] = (char)(is_upper ? c | 0x20 : c);
	}
	return !(has_upper && has_lower);
}

bool address_bech32_parse(uint8_t *version, uint8_t *program, size_t *program_n,
			  const char *hrp, struct span text)
{
	char low[ADDRESS_BECH32_MAX];
	uint8_t digit[ADDRESS_BECH32_MAX], bytes[ADDRESS_BECH32_MAX];
	uint32_t sum = polymod_prefix(hrp);
	const size_t head = strlen(hrp) + 1; /* with the separator */
	size_t made;

	if (text.n > ADDRESS_BECH32_MAX || text.n < head + 1 + CHECKSUM ||
	    !lower(low, text) || memcmp(low, hrp, head - 1) != 0 ||
	    low[head - 1] != '1')
		return false;
	const size_t n = text.n - head;

	assert(n > CHECKSUM);
	for (size_t i = 0; i < n; i++) {
		const char *at =
			memchr(alphabet, low[head + i], sizeof(alphabet) - 1);

		if (!at)
			return false;
		digit[i] = (uint8_t)(at - alphabet);
		sum = polymod(sum, digit[i]);
	}
	if (sum != constant(digit[0]) ||
	    !bytes_of(bytes, &made, digit + 1, n - 1 - CHECKSUM) ||
	    !program_fits(digit[0], made))
		return false;
	*version = digit[0];
	memcpy(program, bytes, made);
	*program_n = made;
	return true;
}
