#include "ingest/unpack.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

#define GZIP_WINDOW (15 + 16) /* the largest, with a gzip header */

struct unpack {
	ZSTD_DCtx *zstd; /* NULL: gzip */
	z_stream gzip;
	bool between;
};

struct unpack *unpack_new(struct span start)
{
	struct cur c = cur_over(start), d = c;
	const bool gzip = cur_be16(&c) == 0x1f8b;
	const uint32_t magic = cur_le32(&d);
	struct unpack *u;

	/* Skippable frames have sixteen magics. */
	if (!gzip && magic != ZSTD_MAGICNUMBER &&
	    (magic & ZSTD_MAGIC_SKIPPABLE_MASK) != ZSTD_MAGIC_SKIPPABLE_START)
		return NULL;
	u = mem_new(1, sizeof(*u));
	if (gzip) {
		const int made = inflateInit2(&u->gzip, GZIP_WINDOW);

		assert(made == Z_OK);
	} else {
		u->zstd = ZSTD_createDCtx();
		assert(u->zstd);
	}
	return u;
}

void unpack_free(struct unpack *u)
{
	if (!u)
		return;
	if (u->zstd)
		ZSTD_freeDCtx(u->zstd);
	else
		inflateEnd(&u->gzip);
	free(u);
}

static bool run_gzip(struct unpack *u, size_t *used, uint8_t *out, size_t *made,
		     size_t room, struct span in, struct why *why)
{
	z_stream *z = &u->gzip;

	if (u->between && in.n) {
		inflateReset(z);
		u->between = false;
	}
	if (u->between) {
		*used = *made = 0;
		return true;
	}
	z->next_in = in.p;
	z->avail_in = in.n < UINT_MAX ? (uInt)in.n : UINT_MAX;
	z->next_out = out;
	z->avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;

	const int found = inflate(z, Z_NO_FLUSH);

	if (found != Z_OK && found != Z_STREAM_END && found != Z_BUF_ERROR) {
		status_why(why, ST_BAD, "the gzip data are damaged (%s)",
			   z->msg ? z->msg : "no reason given");
		return false;
	}
	u->between = found == Z_STREAM_END;
	*used = (size_t)(z->next_in - in.p);
	*made = (size_t)(z->next_out - out);
	return true;
}

static bool run_zstd(struct unpack *u, size_t *used, uint8_t *out, size_t *made,
		     size_t room, struct span in, struct why *why)
{
	ZSTD_inBuffer from = { in.p, in.n, 0 };
	ZSTD_outBuffer to = { out, room, 0 };
	const size_t found = ZSTD_decompressStream(u->zstd, &to, &from);

	if (ZSTD_isError(found)) {
		status_why(why, ST_BAD, "the zstd data are damaged (%s)",
			   ZSTD_getErrorName(found));
		return false;
	}
	/* Asked without input between two frames, zstd speaks of the next. */
	if (from.pos || to.pos)
		u->between = found == 0;
	*used = from.pos;
	*made = to.pos;
	return true;
}

bool unpack_run(struct unpack *u, size_t *used, uint8_t *out, size_t *made,
		size_t room, struct span in, struct why *why)
{
	return u->zstd ? run_zstd(u, used, out, made, room, in, why)
		       : run_gzip(u, used, out, made, room, in, why);
}

bool unpack_between(const struct unpack *u)
{
	return u->between;
}

const char *unpack_name(const struct unpack *u)
{
	return u->zstd ? "zstd" : "gzip";
}
