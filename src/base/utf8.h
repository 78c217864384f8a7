/* utf8 - one code point at a time out of bytes that may be anything (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

/* Reads the code point text (not empty) begins with. True: *code, in *n
 * bytes. False: not UTF-8; *n says how many bytes could have begun a code
 * point (0 to 3), *code stays. Whoever replaces them with one U+FFFD replaces
 * those, and at least one byte. */
bool utf8_read(uint32_t *code, size_t *n, struct span text);

/* Writes code (a valid one) into out; returns how many bytes, 1 to 4. */
size_t utf8_write(uint8_t out[4], uint32_t code);

#endif /* BASE_UTF8_H */
