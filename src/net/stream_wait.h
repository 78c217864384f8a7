/* stream_wait - the bytes of a stream that wait behind a hole.
 *
 * Private to stream*.c. Pieces, each a copy, in ascending order and without
 * overlap. Positions count bytes from the stream's start and do not wrap.
 *
 *	given out      hole   waiting    hole   waiting
 *	...........[         |#####|###|      |######|
 *	        next          piece piece      piece
 *
 * A piece is marked once the other side has acknowledged its first byte: from
 * then on it is certain that the hole before it is one of the capture only. */
#ifndef NET_STREAM_WAIT_H
#define NET_STREAM_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ts.h"

/* When something was first so: as a time and as a count of segments. */
struct stream_moment {
	uint64_t segments;
	struct ts ts;
};

struct stream_piece {
	int64_t at;
	const uint8_t *bytes;
	uint8_t *copy; /* the same, once it is ours; else NULL */
	uint32_t n;
	uint32_t input;
	uint64_t frame;
	struct ts ts;
	bool marked;
	struct stream_moment mark;
};

struct stream_wait {                /* zeroed is empty */
	struct stream_piece *piece; /* those from first on, count of them */
	size_t first, count, room;
	size_t marked;  /* of those, all at the front */
	uint64_t bytes; /* in all pieces */
	int64_t acked;  /* all before this position was acknowledged */
};

struct stream_overlap {
	uint64_t again;     /* bytes that already waited */
	uint64_t conflicts; /* of those, the ones with another value */
};

void stream_wait_fini(struct stream_wait *w);

/* Copies what of new does not wait yet; new->bytes is only read. */
struct stream_overlap stream_wait_add(struct stream_wait *w,
				      const struct stream_piece *new,
				      struct stream_moment now);

/* The other side acknowledged all before position at. */
void stream_wait_mark(struct stream_wait *w, int64_t at,
		      struct stream_moment now);

/* The first piece, or NULL. */
const struct stream_piece *stream_wait_front(const struct stream_wait *w);

/* Takes the first piece out; the caller frees its copy. */
struct stream_piece stream_wait_take(struct stream_wait *w);

#endif /* NET_STREAM_WAIT_H */
