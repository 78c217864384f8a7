#include "chain/block_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/num.h"

#define KEY    8
#define DIGITS 5 /* of the number in a name */

struct one_file {
	char *name; /* NULL: there is none */
	int fd;     /* -1 */
	uint64_t size;
};

struct numbered { /* a pair of files */
	unsigned number;
	struct one_file of[2]; /* by kind */
};

struct block_files {
	struct numbered *file;
	size_t n;
	uint8_t key[KEY];
	bool obfuscated;
};

static const char *const prefix[] = {
	[BLOCK_FILES_BLK] = "blk", [BLOCK_FILES_REV] = "rev"
};

static char *join(const char *directory, const char *name)
{
	const size_t n = strlen(directory) + strlen(name) + 2;
	char *path = mem_new(n, 1);

	snprintf(path, n, "%s/%s", directory, name);
	return path;
}

static enum status open_one(struct one_file *out, char *name, struct why *why)
{
	struct stat st;

	out->name = name;
	out->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (out->fd < 0 || fstat(out->fd, &st) != 0)
		return status_why(why, ST_IO, "%s: %s", name, strerror(errno));
	out->size = (uint64_t)st.st_size;
	return ST_OK;
}

/* "blk00012.dat": 12. */
static bool number_of(unsigned *out, enum block_files_kind *kind,
		      const char *name)
{
	const struct span digits = { (const uint8_t *)name + 3, DIGITS };
	uint64_t v;

	if (strlen(name) != 3 + DIGITS + 4 ||
	    strcmp(name + 3 + DIGITS, ".dat") != 0 || !num_u64(&v, digits))
		return false;
	for (int k = BLOCK_FILES_BLK; k <= BLOCK_FILES_REV; k++) {
		if (strncmp(name, prefix[k], 3) == 0) {
			*out = (unsigned)v;
			*kind = (enum block_files_kind)k;
			return true;
		}
	}
	return false;
}

static struct numbered *numbered(struct block_files *f, unsigned number)
{
	for (size_t i = f->n; i-- > 0;) {
		if (f->file[i].number == number)
			return &f->file[i];
	}
	f->file = mem_resize(f->file, f->n + 1, sizeof(f->file[0]));
	f->file[f->n] =
		(struct numbered){ .number = number,
				   .of = { { .fd = -1 }, { .fd = -1 } } };
	return &f->file[f->n++];
}

static int compare_numbers(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* rev files whose blocks are not there undo nothing. */
static void drop_alone(struct block_files *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct numbered *x = &f->file[i];

		if (x->of[BLOCK_FILES_BLK].name) {
			f->file[kept++] = *x;
			continue;
		}
		free(x->of[BLOCK_FILES_REV].name);
		if (x->of[BLOCK_FILES_REV].fd >= 0)
			close(x->of[BLOCK_FILES_REV].fd);
	}
	f->n = kept;
	if (f->n > 0)
		qsort(f->file, f->n, sizeof(f->file[0]), compare_numbers);
}

static enum status read_key(struct block_files *f, const char *directory,
			    struct why *why)
{
	static const uint8_t none[KEY];
	char *path = join(directory, "xor.dat");
	uint8_t key[KEY + 1];
	enum status st = ST_OK;
	FILE *in = fopen(path, "rb");

	if (in) {
		if (fread(key, 1, sizeof(key), in) == KEY)
			memcpy(f->key, key, KEY);
		else
			st = status_why(why, ST_BAD,
					"%s: not %d bytes long, so not the key "
					"of a node's blocks",
					path, KEY);
		fclose(in);
	} else if (errno != ENOENT) {
		st = status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	}
	f->obfuscated = memcmp(f->key, none, KEY) != 0;
	free(path);
	return st;
}

static enum status open_directory(struct block_files *f, const char *path,
				  DIR *directory, struct why *why)
{
	enum status st = ST_OK;
	const struct dirent *e;
	enum block_files_kind kind;
	unsigned number;

	while (st == ST_OK && (e = readdir(directory)) != NULL) {
		if (number_of(&number, &kind, e->d_name))
			st = open_one(&numbered(f, number)->of[kind],
				      join(path, e->d_name), why);
	}
	drop_alone(f);
	if (st == ST_OK)
		st = read_key(f, path, why);
	return st;
}

/* A single file: if a node named it, its rev file and key are beside it. */
static enum status open_file(struct block_files *f, const char *path,
			     struct why *why)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	enum block_files_kind kind;
	unsigned number = 0;
	const bool named =
		number_of(&number, &kind, name) && kind == BLOCK_FILES_BLK;
	struct numbered *x = numbered(f, number);
	enum status st = open_one(&x->of[BLOCK_FILES_BLK],
				  mem_text(path, strlen(path)), why);

	if (st != ST_OK || !named)
		return st;
	char *rev = mem_text(path, strlen(path));

	memcpy(rev + (name - path), prefix[BLOCK_FILES_REV], 3);
	if (access(rev, F_OK) == 0)
		st = open_one(&x->of[BLOCK_FILES_REV], rev, why);
	else
		free(rev);
	char *directory = slash ? mem_text(path, (size_t)(slash - path) + 1)
				: mem_text("./", 2);

	if (st == ST_OK)
		st = read_key(f, directory, why);
	free(directory);
	return st;
}

/* A node's data directory has the files one level down. */
static enum status open_path(struct block_files *f, const char *path,
			     struct why *why)
{
	DIR *directory = opendir(path);
	enum status st;

	if (!directory && errno == ENOTDIR)
		return open_file(f, path, why);
	if (!directory)
		return status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	st = open_directory(f, path, directory, why);
	closedir(directory);
	if (st != ST_OK || f->n > 0)
		return st;
	char *below = join(path, "blocks");

	directory = opendir(below);
	if (directory) {
		st = open_directory(f, below, directory, why);
		closedir(directory);
	}
	free(below);
	if (st == ST_OK && f->n == 0)
		st = status_why(why, ST_BAD,
				"%s: no blk*.dat in it; give a node's blocks "
				"directory",
				path);
	return st;
}

struct block_files *block_files_open(const char *path, struct why *why)
{
	struct block_files *f = mem_new(1, sizeof(*f));

	if (open_path(f, path, why) == ST_OK)
		return f;
	block_files_close(f);
	return NULL;
}

void block_files_close(struct block_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (int k = 0; k < 2; k++) {
			if (f->file[i].of[k].fd >= 0)
				close(f->file[i].of[k].fd);
			free(f->file[i].of[k].name);
		}
	}
	free(f->file);
	free(f);
}

size_t block_files_count(const struct block_files *f)
{
	return f->n;
}

const char *block_files_name(const struct block_files *f, size_t file,
			     enum block_files_kind kind)
{
	const char *name = f->file[file].of[kind].name;

	return name ? name : "";
}

uint64_t block_files_size(const struct block_files *f, size_t file,
			  enum block_files_kind kind)
{
	return f->file[file].of[kind].size;
}

bool block_files_obfuscated(const struct block_files *f)
{
	return f->obfuscated;
}

/* The key turned to the place, then eight bytes at a time. */
static void clear(const struct block_files *f, uint8_t *p, size_t n,
		  uint64_t offset)
{
	uint8_t turned[KEY];
	uint64_t key, word;
	size_t i = 0;

	for (size_t k = 0; k < KEY; k++)
		turned[k] = f->key[(offset + k) % KEY];
	memcpy(&key, turned, KEY);
	for (; i + KEY <= n; i += KEY) {
		memcpy(&word, p + i, KEY);
		word ^= key;
		memcpy(p + i, &word, KEY);
	}
	for (; i < n; i++)
		p[i] ^= turned[i % KEY];
}

enum status block_files_read(const struct block_files *f, size_t file,
			     enum block_files_kind kind, uint64_t offset,
			     void *out, size_t n, struct why *why)
{
	const struct one_file *x = &f->file[file].of[kind];
	uint8_t *p = out;
	size_t done = 0;

	if (offset > x->size || n > x->size - offset)
		return ST_CUT;
	while (done < n) {
		const unsigned long long at = offset + done;
		const ssize_t got = pread(x->fd, p + done, n - done, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return status_why(why, ST_IO, "%s, offset %llu: %s",
					  x->name, at, strerror(errno));
		if (got == 0)
			return status_why(why, ST_IO,
					  "%s, offset %llu: the file became "
					  "shorter while it was read; read a "
					  "copy of it, or stop the node",
					  x->name, at);
		done += (size_t)got;
	}
	if (f->obfuscated)
		clear(f, p, n, offset);
	return ST_OK;
}
