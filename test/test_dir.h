/* A temporary directory for tests of files. */
#ifndef TEST_TEST_DIR_H
#define TEST_TEST_DIR_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define DIR_PATH 600

static char dir_path[256];

static inline void dir_make(void)
{
	const char *where = getenv("TMPDIR");

	snprintf(dir_path, sizeof(dir_path), "%s/test_assay_XXXXXX",
		 where ? where : "/tmp");
	if (!mkdtemp(dir_path))
		abort();
}

/* The path of a file of that name in it. Returns out. */
static inline char *dir_file(char out[DIR_PATH], const char *name)
{
	snprintf(out, DIR_PATH, "%s/%s", dir_path, name);
	return out;
}

/* Writes that file. */
static inline void dir_write(const char *name, const struct buf *b)
{
	char path[DIR_PATH];
	FILE *f = fopen(dir_file(path, name), "wb");

	if (!f || fwrite(b->p ? b->p : (const uint8_t *)"", 1, b->n, f) != b->n)
		abort();
	if (fclose(f))
		abort();
}

/* Removes what lies in it. */
static inline void dir_empty(void)
{
	DIR *d = opendir(dir_path);
	const struct dirent *e;
	char path[DIR_PATH];

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			remove(dir_file(path, e->d_name));
	}
	if (d)
		closedir(d);
}

static inline void dir_remove(void)
{
	dir_empty();
	rmdir(dir_path);
}

/* Standard input becomes a pipe out of which those bytes come, in writes of
 * `piece`. Returns the writer. */
static inline pid_t dir_pipe(const struct buf *b, size_t piece)
{
	int ends[2];

	if (pipe(ends))
		abort();
	const pid_t writer = fork();

	if (writer < 0)
		abort();
	if (writer == 0) {
		close(ends[0]);
		for (size_t at = 0; at < b->n; at += piece) {
			const size_t n = b->n - at < piece ? b->n - at : piece;

			if (write(ends[1], b->p + at, n) != (ssize_t)n)
				_exit(1);
		}
		_exit(0);
	}
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	return writer;
}

#endif /* TEST_TEST_DIR_H */
