/* hex - bytes to and from hexadecimal text. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

/* Exactly n bytes from exactly 2n digits, either case. */
bool hex_bytes(uint8_t *out, size_t n, struct span text);

/* Up to max bytes; *n says how many. An odd number of digits is an error. */
bool hex_parse(uint8_t *out, size_t *n, size_t max, struct span text);

/* A number of 1 to 8 digits, most significant first, leading zeros optional
 * (some miners drop them); longer only if the surplus is leading zeros. */
bool hex_u32(uint32_t *out, struct span text);

/* out has room for 2n + 1 chars; NUL-terminated, lower case. Returns out. */
char *hex_text(char *out, const uint8_t *p, size_t n);

/* The same with the bytes last to first: how people write hashes. */
char *hex_text_reversed(char *out, const uint8_t *p, size_t n);

#endif /* BASE_HEX_H */
