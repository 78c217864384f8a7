/* unpack - gzip and zstd, piece by piece.
 *
 * Members (gzip) and frames (zstd, skippable ones too) may follow one another:
 * their contents are one stream. Memory is bounded whatever comes: the state
 * is at most that of the largest window (32 KiB, 128 MiB), the output is the
 * caller's. */
#ifndef INGEST_UNPACK_H
#define INGEST_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"

struct unpack;

/* For a file that begins so (at least four bytes, if it has them); NULL if it
 * is neither gzip nor zstd. */
struct unpack *unpack_new(struct span start);
void unpack_free(struct unpack *u);

/* What there is to read and where there is room to write. */
struct unpack_io {
	struct span in;
	uint8_t *out;
	size_t room;
};

/* Takes bytes off the front of io->in and puts some to io->out, moving both.
 * Call again with the rest; if neither moved it needs more input. False with
 * why set once the data are damaged; io may then have moved. */
bool unpack_run(struct unpack *u, struct unpack_io *io,
		struct why *why) must_use;

/* May the input end here: between two members or frames? */
bool unpack_between(const struct unpack *u);

const char *unpack_name(const struct unpack *u); /* "gzip" or "zstd" */

#endif /* INGEST_UNPACK_H */
