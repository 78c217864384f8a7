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

static void moved(struct unpack_io *io, size_t used, size_t made)
{
	io->in.p += used;
	io->in.n -= used;
	io->out += made;
	io->room -= made;
}

static bool run_gzip(struct unpack *u, struct unpack_io *io, struct why *why)
{
	z_stream *z = &u->gzip;
	const size_t n = io->in.n < UINT_MAX ? io->in.n : UINT_MAX;
	const size_t room = io->room < UINT_MAX ? io->room : UINT_MAX;

	if (u->between && !n)
		return true;
	if (u->between)
		inflateReset(z);
	z->next_in = io->in.p;
	z->avail_in = (uInt)n;
	z->next_out = io->out;
	z->avail_out = (uInt)room;

	const int found = inflate(z, Z_NO_FLUSH);

	u->between = found == Z_STREAM_END;
	moved(io, n - z->avail_in, room - z->avail_out);
	if (found == Z_OK || found == Z_STREAM_END || found == Z_BUF_ERROR)
		return true;
	status_why(why, ST_BAD, "the gzip data are damaged (%s)",
		   z->msg ? z->msg : "no reason given");
	return false;
}

static bool run_zstd(struct unpack *u, struct unpack_io *io, struct why *why)
{
	/* What was made in a call that meets damage is lost: a block at most,
	 * if no more is asked for at a time. */
	const size_t block = ZSTD_DStreamOutSize();
	ZSTD_inBuffer from = { io->in.p, io->in.n, 0 };
	ZSTD_outBuffer to = { io->out, io->room < block ? io->room : block, 0 };
	const size_t found = ZSTD_decompressStream(u->zstd, &to, &from);

	/* After an error the positions say nothing: the decoders of old
	 * formats claim all the room they were given. */
	if (ZSTD_isError(found)) {
		status_why(why, ST_BAD, "the zstd data are damaged (%s)",
			   ZSTD_getErrorName(found));
		return false;
	}
	/* Asked without input between two frames, zstd speaks of the next. */
	if (from.pos || to.pos)
		u->between = found == 0;
	moved(io, from.pos, to.pos);
	return true;
}

bool unpack_run(struct unpack *u, struct unpack_io *io, struct why *why)
{
	return u->zstd ? run_zstd(u, io, why) : run_gzip(u, io, why);
}

bool unpack_between(const struct unpack *u)
{
	return u->between;
}

const char *unpack_name(const struct unpack *u)
{
	return u->zstd ? "zstd" : "gzip";
}
