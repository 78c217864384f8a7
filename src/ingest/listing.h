/* listing - which files the names given stand for, and when each begins. */
#ifndef INGEST_LISTING_H
#define INGEST_LISTING_H

#include <stddef.h>

#include "base/status.h"
#include "ingest/capture.h"
#include "ingest/input.h"

#define LISTING_MAX 100000 /* files in one capture */

/* Inputs in the order of the names; a directory's in byte order of theirs.
 * Those whose status is not ST_OK cannot be used. */
struct listing {
	struct input *inputs; /* inputs[i].info is &infos[i] */
	struct capture_input *infos;
	size_t n, room;
};

/* ST_OK, or ST_LIMIT with why set. l is to be freed in either case. */
enum status listing_make(struct listing *l, const char *const *names, size_t n,
			 struct why *why) must_use;
void listing_fini(struct listing *l);

#endif /* INGEST_LISTING_H */
