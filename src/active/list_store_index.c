#include "active/list_store_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/num.h"

#define FORMAT    "assay lists 1"
#define BYTES_MAX (8u << 20)
#define NODES_MAX (LIST_STORE_MAX * 32)
#define PATH_ROOM 4096

static bool get_text(char *out, size_t room, const struct json *doc,
		     const struct json_node *object, const char *key)
{
	const struct json_node *n = json_get(doc, object, key);

	out[0] = '\0';
	return !n || n->type == JSON_NULL ||
	       (json_string(out, NULL, room, n) && strlen(out) < room);
}

static bool get_uint(uint64_t *out, const struct json *doc,
		     const struct json_node *object, const char *key)
{
	const struct json_node *n = json_get(doc, object, key);

	return n && n->type == JSON_NUMBER && num_u64(out, n->raw);
}

static bool get_time(struct ts *out, const struct json *doc,
		     const struct json_node *object, const char *key)
{
	const struct json_node *n = json_get(doc, object, key);

	*out = TS_NONE;
	return !n || n->type == JSON_NULL ||
	       (n->type == JSON_STRING && ts_parse(out, n->raw));
}

/* A name in the directory, and nothing but a name. */
static bool is_name(const char *name)
{
	return name[0] && name[0] != '.' && !strchr(name, '/') &&
	       strcmp(name, "index.json") != 0;
}

/* What goes into headers must not end a line. */
static bool is_header(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static bool parse_entry(struct list_store_entry *e, const struct json *doc,
			const struct json_node *n)
{
	return get_text(e->name, sizeof(e->name), doc, n, "name") &&
	       is_name(e->name) &&
	       get_text(e->source, sizeof(e->source), doc, n, "source") &&
	       e->source[0] &&
	       get_text(e->sha256, sizeof(e->sha256), doc, n, "sha256") &&
	       strlen(e->sha256) == 64 &&
	       get_uint(&e->bytes, doc, n, "bytes") &&
	       get_uint(&e->entries, doc, n, "entries") &&
	       get_time(&e->fetched, doc, n, "fetched") &&
	       get_time(&e->checked, doc, n, "checked") &&
	       get_text(e->validators.etag, FETCH_TAG, doc, n, "etag") &&
	       get_text(e->validators.last_modified, FETCH_TAG, doc, n,
			"last_modified") &&
	       is_header(e->validators.etag) &&
	       is_header(e->validators.last_modified);
}

bool list_store_parse(struct list_store *out, struct span text)
{
	const struct json_node *all, *n;
	struct json doc;
	size_t count = 0;
	bool good;

	json_init(&doc, NODES_MAX);
	good = json_parse(&doc, NULL, text) &&
	       json_is(json_get(&doc, json_root(&doc), "format"), FORMAT);
	all = good ? json_get(&doc, json_root(&doc), "lists") : NULL;
	good = all && all->type == JSON_ARRAY && all->n <= LIST_STORE_MAX;
	for (n = good ? json_at(&doc, all, 0) : NULL; n && good;
	     n = json_after(&doc, all, n))
		good = parse_entry(&out->entry[count++], &doc, n);
	out->n = good ? count : 0;
	json_fini(&doc);
	return good;
}

static bool index_path(char out[PATH_ROOM], const struct list_store *s,
		       const char *behind)
{
	return (size_t)snprintf(out, PATH_ROOM, "%s/index.json%s", s->directory,
				behind) < PATH_ROOM;
}

enum status list_store_index_read(struct list_store *s, struct why *why)
{
	char path[PATH_ROOM];
	FILE *f = NULL;
	uint8_t *bytes;
	bool good;

	if (index_path(path, s, ""))
		f = fopen(path, "r");
	else
		errno = ENAMETOOLONG;
	if (!f && errno == ENOENT)
		return ST_OK;
	if (!f)
		return status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	bytes = mem_new(BYTES_MAX, 1);
	const size_t n = fread(bytes, 1, BYTES_MAX, f);

	fclose(f);
	good = n < BYTES_MAX && list_store_parse(s, (struct span){ bytes, n });
	free(bytes);
	return good ? ST_OK
		    : status_why(why, ST_BAD,
				 "%s: not what `assay lists update` writes; "
				 "give another directory",
				 path);
}

static void key_text(struct json_writer *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_text(w, text[0] ? text : NULL);
}

static void put_entry(struct json_writer *w, const struct list_store_entry *e)
{
	json_write_begin(w, '{');
	key_text(w, "name", e->name);
	key_text(w, "source", e->source);
	key_text(w, "sha256", e->sha256);
	json_write_key(w, "bytes");
	json_write_uint(w, e->bytes);
	json_write_key(w, "entries");
	json_write_uint(w, e->entries);
	json_write_key(w, "fetched");
	json_write_ts(w, e->fetched);
	json_write_key(w, "checked");
	json_write_ts(w, e->checked);
	key_text(w, "etag", e->validators.etag);
	key_text(w, "last_modified", e->validators.last_modified);
	json_write_end(w, '}');
}

static void put_index(struct buf *out, const struct list_store *s)
{
	struct json_writer w;

	json_write_init(&w, out);
	json_write_begin(&w, '{');
	key_text(&w, "format", FORMAT);
	json_write_key(&w, "lists");
	json_write_begin(&w, '[');
	for (size_t i = 0; i < s->n; i++)
		put_entry(&w, &s->entry[i]);
	json_write_end(&w, ']');
	json_write_end(&w, '}');
	buf_u8(out, '\n');
}

enum status list_store_index_write(const struct list_store *s, struct why *why)
{
	char path[PATH_ROOM], part[PATH_ROOM];
	struct buf text;
	FILE *f = NULL;
	bool good = false;

	if (index_path(path, s, "") && index_path(part, s, ".part"))
		f = fopen(part, "w");
	else
		errno = ENAMETOOLONG;
	if (f) {
		buf_init(&text, BYTES_MAX - 1);
		put_index(&text, s);
		good = !text.full && fwrite(text.p, 1, text.n, f) == text.n &&
		       fflush(f) == 0 && fsync(fileno(f)) == 0;
		good = fclose(f) == 0 && good && rename(part, path) == 0;
		buf_fini(&text);
	}
	return good ? ST_OK
		    : status_why(why, ST_IO, "%s: %s", s->directory,
				 strerror(errno));
}
