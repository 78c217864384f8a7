/* address_codec - the two alphabets addresses are written in. Private to
 * src/coin. */
#ifndef COIN_ADDRESS_CODEC_H
#define COIN_ADDRESS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

/* A base58check address is always: */
#define ADDRESS_BASE58_BYTES 25 /* version | 20 hash | 4 checksum */
#define ADDRESS_BASE58_TEXT  36 /* at most 35 digits, and the NUL */

void address_base58_text(char out[ADDRESS_BASE58_TEXT], uint8_t version,
			 const uint8_t hash[20]);

/* False unless text is a base58check address with a right checksum. */
bool address_base58_parse(uint8_t *version, uint8_t hash[20], struct span text);

#define ADDRESS_BECH32_MAX  90 /* characters of any bech32 string */
#define ADDRESS_BECH32_TEXT (ADDRESS_BECH32_MAX + 1)
#define ADDRESS_PROGRAM_MIN 2
#define ADDRESS_PROGRAM_MAX 40

/* The witness version (0..16) and program (ADDRESS_PROGRAM_MIN..MAX bytes;
 * 20 or 32 for version 0) as an address; the checksum is bech32's for version
 * 0, else bech32m's. hrp has at most 10 characters. */
void address_bech32_text(char out[ADDRESS_BECH32_TEXT], const char *hrp,
			 uint8_t version, struct span program);

/* False unless text is an address of that form whose human-readable part is
 * hrp (lower case). program has room for ADDRESS_PROGRAM_MAX bytes. */
bool address_bech32_parse(uint8_t *version, uint8_t *program, size_t *program_n,
			  const char *hrp, struct span text);

#endif /* COIN_ADDRESS_CODEC_H */
