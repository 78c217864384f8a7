#include "ingest/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

/* A new input at the end, or NULL at the limit. Takes name. */
static struct input *grow(struct listing *l, char *name)
{
	if (l->n == LISTING_MAX) {
		free(name);
		return NULL;
	}
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 16;
		l->inputs = mem_resize(l->inputs, l->room, sizeof(*l->inputs));
		l->infos = mem_resize(l->infos, l->room, sizeof(*l->infos));
	}
	l->inputs[l->n] = (struct input){
		.name = name,
		.index = (uint32_t)l->n,
		.from = TS_NONE,
	};
	l->infos[l->n] = (struct capture_input){
		.name = name,
		.first = TS_NONE,
		.last = TS_NONE,
	};
	return &l->inputs[l->n++];
}

static struct capture_input *last_info(struct listing *l)
{
	return &l->infos[l->n - 1];
}

/* An input that cannot be used, and says so. */
static bool add_unusable(struct listing *l, char *name, enum status s,
			 const struct why *why)
{
	if (!grow(l, name))
		return false;
	last_info(l)->status = s;
	last_info(l)->why = *why;
	last_info(l)->done = true;
	return true;
}

/* A regular file. others: one that is no capture is kept, as unusable. */
static bool add_file(struct listing *l, char *name, uint64_t size, bool others)
{
	struct why why;
	struct ts from;
	struct input *in;

	switch (input_peek(name, &from, &why)) {
	case INPUT_CAPTURE:
		in = grow(l, name);
		if (!in)
			return false;
		in->regular = true;
		in->size = size;
		in->from = from;
		return true;
	case INPUT_OTHER:
		if (others)
			return add_unusable(l, name, ST_BAD, &why);
		free(name);
		return true;
	case INPUT_REFUSED:
		break;
	}
	return add_unusable(l, name, ST_IO, &why);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Not alphasort(), which follows the locale. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static char *inside(const char *directory, const char *name)
{
	const size_t n = strlen(directory), m = strlen(name);
	const bool slash = n && directory[n - 1] == '/';
	char *path = mem_new(n + m + 2, 1);

	(void)snprintf(path, n + m + 2, "%s%s%s", directory, slash ? "" : "/",
		       name);
	return path;
}

static bool add_entry(struct listing *l, char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode)) {
		free(path);
		return true;
	}
	return add_file(l, path, (uint64_t)st.st_size, false);
}

static bool add_directory(struct listing *l, const char *name)
{
	struct dirent **entries = NULL;
	const int n = scandir(name, &entries, visible, by_bytes);
	const size_t before = l->n;
	struct why why;
	bool room = true;

	if (n < 0) {
		status_why(&why, ST_IO, "%s: %s", name, strerror(errno));
		return add_unusable(l, mem_text(name, strlen(name)), ST_IO,
				    &why);
	}
	for (int i = 0; i < n; i++) {
		room = room && add_entry(l, inside(name, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	if (l->n > before || !room)
		return room;
	status_why(&why, ST_BAD,
		   "%s: holds no capture file: pcap and pcapng are read, plain "
		   "or packed with gzip or zstd",
		   name);
	return add_unusable(l, mem_text(name, strlen(name)), ST_BAD, &why);
}

static bool add(struct listing *l, const char *name)
{
	char *copy = mem_text(name, strlen(name));
	struct stat st;
	struct why why;

	if (!strcmp(name, "-"))
		return grow(l, copy) != NULL;
	if (stat(name, &st)) {
		status_why(&why, ST_IO, "%s: %s", name, strerror(errno));
		return add_unusable(l, copy, ST_IO, &why);
	}
	if (S_ISDIR(st.st_mode)) {
		free(copy);
		return add_directory(l, name);
	}
	if (!S_ISREG(st.st_mode))
		return grow(l, copy) != NULL;
	return add_file(l, copy, (uint64_t)st.st_size, true);
}

enum status listing_make(struct listing *l, const char *const *names, size_t n,
			 struct why *why)
{
	*l = (struct listing){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (!add(l, names[i]))
			return status_why(why, ST_LIMIT,
					  "more than %d capture files",
					  LISTING_MAX);
	}
	for (size_t i = 0; i < l->n; i++)
		l->inputs[i].info = &l->infos[i];
	return ST_OK;
}

void listing_fini(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		input_fini(&l->inputs[i]);
	free(l->inputs);
	free(l->infos);
	*l = (struct listing){ 0 };
}
