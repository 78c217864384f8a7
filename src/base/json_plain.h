/* json_plain - how far the inside of a JSON string is plain ASCII text, eight
 * bytes at a time. Shared by json_scan and json_parse, nobody else. */
#ifndef BASE_JSON_PLAIN_H
#define BASE_JSON_PLAIN_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The top bit of every byte that is zero; bits above the lowest one may be
 * wrong, because the subtraction borrows. */
static inline uint64_t json_plain_zeros(uint64_t v)
{
	return (v - 0x0101010101010101) & ~v;
}

/* How many bytes p[0..n) begins with that are neither a quote, a backslash, a
 * control character (C0), nor above 0x7f. May stop early by up to 7 bytes at
 * the end, so the caller looks at the byte it stopped at in any case. */
static inline size_t json_plain(const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t v;

		memcpy(&v, p + i, sizeof(v));
		v = le64toh(v);

		const uint64_t control = (v - 0x2020202020202020) & ~v;
		const uint64_t quote = json_plain_zeros(v ^ 0x2222222222222222);
		const uint64_t slash = json_plain_zeros(v ^ 0x5c5c5c5c5c5c5c5c);
		const uint64_t stop =
			(control | quote | slash | v) & 0x8080808080808080;

		if (stop)
			return i + (size_t)__builtin_ctzll(stop) / 8;
	}
	return i;
}

#endif /* BASE_JSON_PLAIN_H */
