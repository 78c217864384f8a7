/* spill - a file for what does not fit into memory: written once from its
 * beginning to its end, read from anywhere, and gone when it is closed, or the
 * program ends. One that fails stays failed: many additions are followed by one
 * question. */
#ifndef CHAIN_SPILL_H
#define CHAIN_SPILL_H

#include "base/buf.h"
#include "base/status.h"

struct spill { /* private but for n */
	int fd;
	uint64_t n; /* bytes that were added */
	uint64_t written;
	struct buf waiting;
	int failed; /* errno */
	char directory[256];
};

/* directory: NULL for TMPDIR, or /var/tmp. */
enum status spill_open(struct spill *s, const char *directory, struct why *why);
void spill_close(struct spill *s);

void spill_add(struct spill *s, const void *bytes, size_t n);
/* Before it is read, and after the last addition. */
enum status spill_flush(struct spill *s, struct why *why);
/* Back to its first n bytes, which were flushed. */
void spill_cut(struct spill *s, uint64_t n);
enum status spill_read(const struct spill *s, void *out, uint64_t at, size_t n,
		       struct why *why);

#endif /* CHAIN_SPILL_H */
