#include "chain/spill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAITING (1u << 20)

enum status spill_open(struct spill *s, const char *directory, struct why *why)
{
	const char *from = directory ? directory : getenv("TMPDIR");
	char path[sizeof(s->directory) + 16];

	*s = (struct spill){ .fd = -1 };
	snprintf(s->directory, sizeof(s->directory), "%s",
		 from && *from ? from : "/var/tmp");
	snprintf(path, sizeof(path), "%s/assay-XXXXXX", s->directory);
	s->fd = mkstemp(path);
	if (s->fd < 0)
		return status_why(why, ST_IO, "%s: %s", s->directory,
				  strerror(errno));
	unlink(path);
	buf_init(&s->waiting, WAITING);
	return ST_OK;
}

void spill_close(struct spill *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	buf_fini(&s->waiting);
}

static void write_all(struct spill *s, const uint8_t *p, size_t n)
{
	while (n > 0 && !s->failed) {
		const ssize_t put = pwrite(s->fd, p, n, (off_t)s->written);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			s->failed = put < 0 ? errno : ENOSPC;
			return;
		}
		p += put;
		n -= (size_t)put;
		s->written += (uint64_t)put;
	}
}

void spill_add(struct spill *s, const void *bytes, size_t n)
{
	s->n += n;
	if (s->waiting.n + n > WAITING) {
		write_all(s, s->waiting.p, s->waiting.n);
		buf_clear(&s->waiting);
	}
	if (n > WAITING)
		write_all(s, bytes, n);
	else
		buf_add(&s->waiting, bytes, n);
}

enum status spill_flush(struct spill *s, struct why *why)
{
	write_all(s, s->waiting.p, s->waiting.n);
	buf_clear(&s->waiting);
	return s->failed ? status_why(why, ST_IO, "a file in %s: %s",
				      s->directory, strerror(s->failed))
			 : ST_OK;
}

void spill_cut(struct spill *s, uint64_t n)
{
	s->n = s->written = n;
	/* What is left of it only takes room. */
	if (ftruncate(s->fd, (off_t)n) != 0 && !s->failed)
		s->failed = errno;
}

enum status spill_read(const struct spill *s, void *out, uint64_t at, size_t n,
		       struct why *why)
{
	uint8_t *p = out;

	while (n > 0) {
		const ssize_t got = pread(s->fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return status_why(why, ST_IO, "a file in %s: %s",
					  s->directory,
					  got < 0 ? strerror(errno)
						  : "it became shorter");
		p += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return ST_OK;
}
