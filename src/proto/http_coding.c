#include <string.h>

#include <brotli/decode.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "proto/http_private.h"

#define STEP (16u << 10) /* bytes decoded at once */

/* zlib's window bits (inflateInit2). */
#define BITS_RAW  (-15)
#define BITS_ZLIB 15
#define BITS_GZIP (15 + 16)

/* RFC 9659: a zstd content coding may ask for a window of 8 MiB. */
#define ZSTD_WINDOW_LOG_MAX 23

/* Adds what was decoded, up to out's limit. */
static bool add(struct buf *out, const uint8_t *p, size_t n)
{
	const size_t room = out->limit - out->n;

	return buf_add(out, p, n < room ? n : room) && n <= room;
}

static bool gzip_follows(const z_stream *z)
{
	return z->avail_in >= 2 && z->next_in[0] == 0x1f &&
	       z->next_in[1] == 0x8b;
}

/* gzip data may be several members, one behind the other. */
static enum http_undone inflate_all(struct buf *out, z_stream *z, bool gzip)
{
	uint8_t made[STEP];

	for (;;) {
		z->next_out = made;
		z->avail_out = sizeof(made);
		const int found = inflate(z, Z_NO_FLUSH);

		if (!add(out, made, sizeof(made) - z->avail_out))
			return HTTP_UNDONE_LARGE;
		if (found == Z_STREAM_END && !(gzip && gzip_follows(z)))
			return HTTP_UNDONE_WHOLE;
		if (found == Z_STREAM_END)
			inflateReset(z);
		else if (found == Z_BUF_ERROR)
			return HTTP_UNDONE_CUT;
		else if (found != Z_OK)
			return HTTP_UNDONE_BAD;
	}
}

static enum http_undone undo_zlib(struct buf *out, struct span in, int bits)
{
	z_stream z = { .next_in = in.p, .avail_in = (uInt)in.n };
	enum http_undone found;

	if (inflateInit2(&z, bits) != Z_OK)
		return HTTP_UNDONE_BAD;
	found = inflate_all(out, &z, bits == BITS_GZIP);
	inflateEnd(&z);
	return found;
}

static enum http_undone undo_gzip(struct buf *out, struct span in)
{
	return undo_zlib(out, in, BITS_GZIP);
}

/* RFC 9110, 8.4.1.2: with a zlib header, which some leave out. */
static enum http_undone undo_deflate(struct buf *out, struct span in)
{
	const enum http_undone found = undo_zlib(out, in, BITS_ZLIB);

	if (found != HTTP_UNDONE_BAD || out->n > 0)
		return found;
	return undo_zlib(out, in, BITS_RAW);
}

static enum http_undone undo_brotli(struct buf *out, struct span in)
{
	BrotliDecoderState *b = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	BrotliDecoderResult found = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	bool fits = true;

	while (b && fits && found == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		uint8_t made[STEP], *next = made;
		size_t room = sizeof(made);

		found = BrotliDecoderDecompressStream(b, &in.n, &in.p, &room,
						      &next, NULL);
		fits = add(out, made, sizeof(made) - room);
	}
	if (b)
		BrotliDecoderDestroyInstance(b);
	if (!fits)
		return HTTP_UNDONE_LARGE;
	if (found == BROTLI_DECODER_RESULT_SUCCESS)
		return HTTP_UNDONE_WHOLE;
	return found == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
		       ? HTTP_UNDONE_CUT
		       : HTTP_UNDONE_BAD;
}

static enum http_undone zstd_all(struct buf *out, ZSTD_DCtx *z, struct span in)
{
	ZSTD_inBuffer from = { in.p, in.n, 0 };
	uint8_t made[STEP];

	for (;;) {
		ZSTD_outBuffer to = { made, sizeof(made), 0 };
		const size_t found = ZSTD_decompressStream(z, &to, &from);

		if (ZSTD_isError(found))
			return HTTP_UNDONE_BAD;
		if (!add(out, made, to.pos))
			return HTTP_UNDONE_LARGE;
		if (found == 0 && from.pos == from.size)
			return HTTP_UNDONE_WHOLE;
		if (from.pos == from.size && to.pos < to.size)
			return HTTP_UNDONE_CUT;
	}
}

static enum http_undone undo_zstd(struct buf *out, struct span in)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	enum http_undone found = HTTP_UNDONE_BAD;

	if (z && !ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax,
						      ZSTD_WINDOW_LOG_MAX)))
		found = zstd_all(out, z, in);
	ZSTD_freeDCtx(z);
	return found;
}

static const struct coding {
	const char *name;
	enum http_undone (*undo)(struct buf *out, struct span in);
} codings[] = {
	{ "gzip", undo_gzip },       { "x-gzip", undo_gzip },
	{ "deflate", undo_deflate }, { "br", undo_brotli },
	{ "zstd", undo_zstd },
};

static enum http_undone undo(struct buf *out, struct span name, struct span in)
{
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++)
		if (http_head_is(name, codings[i].name))
			return codings[i].undo(out, in);
	return HTTP_UNDONE_BAD;
}

/* The codings a field names, in the order in which they were applied. Chunks
 * are undone by whoever reads the stream. */
static bool collect(struct span *name, size_t *n, const struct http_head *head,
		    const char *field)
{
	struct span word;

	for (size_t i = 0; i < head->fields; i++) {
		struct span list = head->field[i].value;

		if (!http_head_is(head->field[i].name, field))
			continue;
		while (http_head_listed(&word, &list)) {
			if (http_head_is(word, "identity") ||
			    http_head_is(word, "chunked"))
				continue;
			if (*n == HTTP_CODINGS_MAX)
				return false;
			name[(*n)++] = word;
		}
	}
	return true;
}

static size_t expanded_max(size_t coded)
{
	const size_t n = HTTP_EXPANSION_BASE + coded * HTTP_EXPANSION_MAX;

	return n < HTTP_BODY_MAX ? n : HTTP_BODY_MAX;
}

static bool is_json(struct span body)
{
	return body.n > 0 && (body.p[0] == '{' || body.p[0] == '[');
}

enum http_undone http_coding_undo(struct span *body, struct buf *room,
				  const struct http_head *head)
{
	struct span name[HTTP_CODINGS_MAX];
	const struct span coded = *body;
	const size_t limit = expanded_max(coded.n);
	enum http_undone found = HTTP_UNDONE_WHOLE;
	size_t n = 0;

	if (coded.n == 0)
		return HTTP_UNDONE_WHOLE;
	if (!collect(name, &n, head, "content-encoding") ||
	    !collect(name, &n, head, "transfer-encoding")) {
		body->n = 0;
		return HTTP_UNDONE_BAD;
	}
	/* What one could decode of a cut body, the next may decode of. */
	while (n > 0 && found <= HTTP_UNDONE_CUT) {
		struct buf out;

		buf_init(&out, limit);
		const enum http_undone step = undo(&out, name[--n], *body);

		found = step > found ? step : found;
		buf_fini(room);
		*room = out;
		*body = buf_span(room);
	}
	if (found == HTTP_UNDONE_BAD && body->n == 0 && is_json(coded)) {
		*body = coded; /* it was claimed, but not done */
		return HTTP_UNDONE_WHOLE;
	}
	if (n > 0)
		body->n = 0; /* still coded */
	return found;
}
