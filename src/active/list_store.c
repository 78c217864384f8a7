#include "active/list_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/mem.h"
#include "hash/digest.h"
#include "watchlist/lists.h"

#include "active/list_store_index.h"

#define PATH_ROOM 4096
#define CONNECT   15 /* seconds */

/* While it is being got, a list has its own name in a directory that begins
 * with a dot: a name tells formats apart. */
#define BESIDE ".new"

static bool join(char out[PATH_ROOM], const char *directory, const char *name)
{
	return (size_t)snprintf(out, PATH_ROOM, "%s/%s", directory, name) <
	       PATH_ROOM;
}

enum status list_store_open(struct list_store *out, const char *directory,
			    struct why *why)
{
	struct list_store s = { .directory = directory };
	enum status st;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return status_why(why, ST_IO, "%s: %s", directory,
				  strerror(errno));
	s.entry = mem_new(LIST_STORE_MAX, sizeof(s.entry[0]));
	st = list_store_index_read(&s, why);
	if (st == ST_OK)
		*out = s;
	else
		list_store_free(&s);
	return st;
}

void list_store_free(struct list_store *s)
{
	free(s->entry);
	s->entry = NULL;
	s->n = 0;
}

static bool is_url(const char *source)
{
	return strstr(source, "://") != NULL;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* From the last part of a source, without a query; `turn` tells apart. */
static void make_name(char out[LIST_STORE_NAME], const char *source,
		      unsigned turn)
{
	const char *last = source;
	size_t n = 0;

	for (const char *p = source; *p && *p != '?' && *p != '#'; p++) {
		if (*p == '/' && p[1] && p[1] != '?' && p[1] != '#')
			last = p + 1;
	}
	if (turn > 0)
		n = (size_t)snprintf(out, 16, "%u-", turn + 1);
	for (; *last && *last != '?' && *last != '#' && *last != '/' &&
	       n < LIST_STORE_NAME - 1;
	     last++) {
		out[n] = *last;
		if (!is_name_byte(*last))
			out[n] = '_';
		n++;
	}
	out[n] = '\0';
	if (out[0] == '.')
		out[0] = '_';
	if (n == 0 || strcmp(out, "index.json") == 0)
		snprintf(out, LIST_STORE_NAME, "list-%u", turn + 1);
}

static const struct list_store_entry *by_name(const struct list_store *s,
					      const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->entry[i].name, name) == 0)
			return &s->entry[i];
	}
	return NULL;
}

/* The entry of a source; one more for a new one, not yet counted. */
static enum status find(struct list_store *s, size_t *out, const char *source,
			struct why *why)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->entry[i].source, source) == 0) {
			*out = i;
			return ST_OK;
		}
	}
	if (strlen(source) >= LIST_STORE_URL)
		return status_why(why, ST_USAGE, "%.60s...: too long", source);
	if (s->n == LIST_STORE_MAX)
		return status_why(why, ST_LIMIT, "%s: holds %d lists already",
				  s->directory, LIST_STORE_MAX);
	struct list_store_entry *e = &s->entry[s->n];

	*e = (struct list_store_entry){ .fetched = TS_NONE,
					.checked = TS_NONE };
	snprintf(e->source, sizeof(e->source), "%s", source);
	for (unsigned turn = 0; turn == 0 || by_name(s, e->name); turn++)
		make_name(e->name, source, turn);
	*out = s->n;
	return ST_OK;
}

/* Copies a file, with its time. */
static enum status copy(struct fetched *out, const char *from, const char *to,
			uint64_t most, struct why *why)
{
	uint8_t bytes[65536];
	FILE *in = fopen(from, "r"), *f = in ? fopen(to, "w") : NULL;
	uint64_t all = 0;
	struct stat is;
	bool good = f && fstat(fileno(in), &is) == 0;

	while (good && !feof(in)) {
		const size_t n = fread(bytes, 1, sizeof(bytes), in);

		all += n;
		good = !ferror(in) && all <= most &&
		       fwrite(bytes, 1, n, f) == n;
	}
	good = good && fflush(f) == 0 && fsync(fileno(f)) == 0;
	const int reason = errno;

	if (f)
		fclose(f);
	if (in)
		fclose(in);
	if (good) {
		*out = (struct fetched){ .bytes = all,
					 .modified = is.st_mtime };
		return ST_OK;
	}
	unlink(to);
	if (all > most)
		return status_why(why, ST_LIMIT,
				  "%s: longer than %llu bytes; --max-bytes "
				  "allows more",
				  from, (unsigned long long)most);
	return status_why(why, ST_IO, "%s: %s", from, strerror(reason));
}

static enum status get(struct fetched *out, const struct list_store_entry *e,
		       const char *path,
		       const struct list_store_options *options, bool is_there,
		       struct why *why)
{
	const struct fetch_request r = {
		.url = e->source,
		.path = path,
		.known = is_there ? &e->validators : NULL,
		.plain_http = options->plain_http,
		.most_bytes = options->most_bytes,
		.connect_seconds = CONNECT,
		.seconds = options->seconds,
		.stall_seconds = options->stall_seconds
	};

	return is_url(e->source)
		       ? fetch(out, &r, why)
		       : copy(out, e->source, path, options->most_bytes, why);
}

static enum status digest(char out[65], const char *path, struct why *why)
{
	struct digest_sha256 *d = digest_sha256_new();
	uint8_t bytes[65536], sum[32];
	FILE *f = fopen(path, "r");
	size_t n = 1;

	while (f && n > 0) {
		n = fread(bytes, 1, sizeof(bytes), f);
		digest_sha256_add(d, bytes, n);
	}
	digest_sha256_end(d, sum);
	hex_text(out, sum, 32);
	if (f)
		fclose(f);
	return f ? ST_OK
		 : status_why(why, ST_IO, "%s: %s", path, strerror(errno));
}

/* How many entries; ST_BAD if it is no list, or holds nothing. */
static enum status count_entries(uint64_t *out, const char *path,
				 const char *source, struct why *why)
{
	struct lists *l = lists_new();
	struct why reason = { "" };
	const enum status st = lists_read(l, path, &reason);

	*out = lists_count(l);
	lists_free(l);
	if (st != ST_OK)
		return status_why(why, ST_BAD,
				  "%s: not taken, what was there stays: %.300s",
				  source, reason.text);
	if (*out == 0)
		return status_why(why, ST_BAD,
				  "%s: not taken, what was there stays: no "
				  "address in it",
				  source);
	return ST_OK;
}

/* What came is a list: it takes its place. */
static enum status take(const struct list_store *s, struct list_store_entry *e,
			const char *path, const struct fetched *got,
			enum list_store_news *news, struct why *why)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
					   { .tv_sec = got->modified } };
	char place[PATH_ROOM], sum[65];
	uint64_t entries;
	enum status st = count_entries(&entries, path, e->source, why);

	if (st == ST_OK)
		st = digest(sum, path, why);
	if (st != ST_OK)
		return st;
	/* Formats that do not say when they were published go by that. */
	if (got->modified > 0)
		utimensat(AT_FDCWD, path, times, 0);
	if (!join(place, s->directory, e->name) || rename(path, place) != 0)
		return status_why(why, ST_IO, "%s/%s: %s", s->directory,
				  e->name, strerror(errno));
	*news = !e->sha256[0]                 ? LIST_STORE_NEW
		: strcmp(e->sha256, sum) == 0 ? LIST_STORE_SAME
					      : LIST_STORE_CHANGED;
	memcpy(e->sha256, sum, sizeof(sum));
	e->bytes = got->bytes;
	e->entries = entries;
	e->validators = got->validators;
	return ST_OK;
}

static enum status update(struct list_store *s, struct list_store_entry *e,
			  enum list_store_news *news,
			  const struct list_store_options *options,
			  struct why *why)
{
	char beside[PATH_ROOM], path[PATH_ROOM], place[PATH_ROOM];
	struct fetched got = { .modified = -1 };
	enum status st;

	if (!join(beside, s->directory, BESIDE) ||
	    !join(path, beside, e->name) || !join(place, s->directory, e->name))
		return status_why(why, ST_IO, "%s: the name is too long",
				  s->directory);
	if (mkdir(beside, 0700) != 0 && errno != EEXIST)
		return status_why(why, ST_IO, "%s: %s", beside,
				  strerror(errno));
	st = get(&got, e, path, options,
		 e->sha256[0] && access(place, R_OK) == 0, why);
	if (st == ST_OK && got.unchanged) {
		*news = LIST_STORE_SAME;
	} else if (st == ST_OK) {
		st = take(s, e, path, &got, news, why);
		if (st == ST_OK)
			e->fetched = options->now;
	}
	unlink(path);
	rmdir(beside);
	return st;
}

enum status list_store_update(struct list_store *s, size_t *entry,
			      enum list_store_news *news, const char *source,
			      const struct list_store_options *options,
			      struct why *why)
{
	struct list_store_entry changed;
	size_t at = 0;
	enum status st = find(s, &at, source, why);

	if (st != ST_OK)
		return st;
	changed = s->entry[at];
	st = update(s, &changed, news, options, why);
	if (st != ST_OK)
		return st;
	changed.checked = options->now;
	s->entry[at] = changed;
	s->n += at == s->n;
	*entry = at;
	return list_store_index_write(s, why);
}
