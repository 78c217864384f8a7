/* varint - Bitcoin's CompactSize, which stands before everything counted.
 *
 *	below fd: itself | fd, u16 | fe, u32 | ff, u64	(little-endian)
 *
 * Only the shortest form counts, as for any node (ReadCompactSize()). Inline
 * because a block has several for every input and output. */
#ifndef COIN_VARINT_H
#define COIN_VARINT_H

#include <stdint.h>

#include "base/cur.h"

/* Fails c, and returns 0, where the form is not the shortest. The number is
 * as big as a stranger likes: ask cur_fits() before it is used. */
static inline uint64_t varint_read(struct cur *c)
{
	const uint8_t first = cur_u8(c);
	uint64_t v, least;

	switch (first) {
	case 0xfd:
		v = cur_le16(c);
		least = 0xfd;
		break;
	case 0xfe:
		v = cur_le32(c);
		least = UINT64_C(0x10000);
		break;
	case 0xff:
		v = cur_le64(c);
		least = UINT64_C(0x100000000);
		break;
	default:
		return first;
	}
	if (v >= least)
		return v;
	cur_fits(c, UINT64_MAX, 1); /* nothing is that long: c fails */
	return 0;
}

/* As many bytes as the number before them says. */
static inline struct span varint_bytes(struct cur *c)
{
	const uint64_t n = varint_read(c);

	/* Before the cast, so that it cannot lose bits where size_t is 32. */
	return cur_take(c, cur_fits(c, n, 1) ? (size_t)n : 0);
}

#endif /* COIN_VARINT_H */
