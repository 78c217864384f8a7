/* Packs bytes for the tests of this room. */
#ifndef INGEST_TEST_PACK_H
#define INGEST_TEST_PACK_H

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

/* Appends one gzip member that holds the n bytes at p. */
static inline void pack_gzip(struct buf *out, const uint8_t *p, size_t n)
{
	z_stream z = { .next_in = p, .avail_in = (uInt)n };
	const size_t room = n + n / 100 + 100;
	uint8_t *packed = malloc(room);

	if (!packed || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9,
				    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_out = packed;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	buf_add(out, packed, z.total_out);
	deflateEnd(&z);
	free(packed);
}

/* Appends one zstd frame. */
static inline void pack_zstd(struct buf *out, const uint8_t *p, size_t n)
{
	const size_t room = ZSTD_compressBound(n);
	uint8_t *packed = malloc(room);

	if (!packed)
		abort();
	buf_add(out, packed, ZSTD_compress(packed, room, p, n, 3));
	free(packed);
}

/* Appends a skippable zstd frame of n bytes, n < 256. */
static inline void pack_skippable(struct buf *out, size_t n)
{
	buf_le32(out, 0x184d2a53);
	buf_le32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		buf_u8(out, (uint8_t)i);
}

#endif /* INGEST_TEST_PACK_H */
