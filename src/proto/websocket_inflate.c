#include "proto/websocket_private.h"

#define STEP (16u << 10) /* bytes inflated at once */

/* The largest window reads what any smaller one wrote, so that the window bits
 * negotiated do not matter; zlib cannot read the smallest with its own size. */
#define BITS_RAW (-15)

void websocket_inflate_fini(struct websocket_inflate *i)
{
	if (i->ready)
		inflateEnd(&i->z);
	i->ready = false;
}

/* An empty window: zlib refuses what reaches behind its beginning. */
void websocket_inflate_forget(struct websocket_inflate *i)
{
	if (i->ready)
		inflateReset(&i->z);
}

/* A final block ends zlib's stream but not the message, nor what the next one
 * may refer to (RFC 7692, 7.2.3.4). */
static bool go_on(z_stream *z)
{
	uint8_t window[1u << 15];
	uInt n = 0;

	return inflateGetDictionary(z, window, &n) == Z_OK &&
	       inflateReset(z) == Z_OK &&
	       inflateSetDictionary(z, window, n) == Z_OK;
}

static bool run(z_stream *z, struct buf *out, bool *large)
{
	uint8_t made[STEP];

	for (;;) {
		z->next_out = made;
		z->avail_out = sizeof(made);
		const int found = inflate(z, Z_SYNC_FLUSH);

		if (found != Z_OK && found != Z_STREAM_END &&
		    found != Z_BUF_ERROR)
			return false;
		if (!buf_add(out, made, sizeof(made) - z->avail_out)) {
			*large = true;
			return false;
		}
		if (found == Z_STREAM_END && !go_on(z))
			return false;
		if (found != Z_STREAM_END && z->avail_out > 0)
			return z->avail_in == 0;
	}
}

static bool run_span(z_stream *z, struct buf *out, bool *large, struct span in)
{
	z->next_in = in.p;
	z->avail_in = (uInt)in.n;
	return run(z, out, large);
}

/* Is there no block begun and not ended? (zlib.h, data_type) */
static bool between_blocks(const z_stream *z)
{
	return (z->data_type & 128) != 0 && (z->data_type & 7) == 0;
}

/* RFC 7692, 7.2.2: the sender took these off the end. */
bool websocket_inflate_message(struct websocket_inflate *i, struct buf *out,
			       bool *large, struct span payload)
{
	static const uint8_t end[] = { 0x00, 0x00, 0xff, 0xff };

	if (!i->ready) {
		i->z = (z_stream){ .next_in = NULL };
		i->ready = inflateInit2(&i->z, BITS_RAW) == Z_OK;
	}
	const bool good = i->ready && run_span(&i->z, out, large, payload) &&
			  run_span(&i->z, out, large,
				   (struct span){ end, sizeof(end) }) &&
			  between_blocks(&i->z);

	if (!good)
		websocket_inflate_forget(i);
	if (i->fresh)
		websocket_inflate_fini(i);
	return good;
}
