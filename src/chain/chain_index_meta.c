#include "chain/chain_index_meta.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/num.h"
#include "chain/chain_index.h"

#define FORMAT    "assay chain index 1"
#define BYTES_MAX 16384

static bool get_number(uint64_t *out, const struct json *doc, const char *key)
{
	const struct json_node *n = json_get(doc, json_root(doc), key);

	return n && n->type == JSON_NUMBER && num_u64(out, n->raw);
}

bool chain_index_meta_parse(struct chain_index_meta *out, struct span text)
{
	struct chain_index_meta meta = { .magic = 0 };
	struct json doc;
	uint64_t magic, segments;
	bool good;

	json_init(&doc, 64);
	good = json_parse(&doc, NULL, text) &&
	       json_is(json_get(&doc, json_root(&doc), "format"), FORMAT) &&
	       get_number(&magic, &doc, "magic") && magic <= UINT32_MAX &&
	       get_number(&segments, &doc, "segments") &&
	       segments <= CHAIN_INDEX_SEGMENTS_MAX &&
	       json_get(&doc, json_root(&doc), "blocks") &&
	       json_string(meta.path, NULL, sizeof(meta.path),
			   json_get(&doc, json_root(&doc), "blocks"));
	if (good) {
		meta.magic = (uint32_t)magic;
		meta.segments = (size_t)segments;
		*out = meta;
	}
	json_fini(&doc);
	return good;
}

static bool meta_path(char out[CHAIN_INDEX_PATH_ROOM], const char *directory,
		      const char *behind)
{
	return (size_t)snprintf(out, CHAIN_INDEX_PATH_ROOM, "%s/index.json%s",
				directory, behind) < CHAIN_INDEX_PATH_ROOM;
}

enum status chain_index_meta_read(struct chain_index_meta *out,
				  const char *directory, struct why *why)
{
	char path[CHAIN_INDEX_PATH_ROOM];
	uint8_t bytes[BYTES_MAX];
	FILE *f = NULL;

	if (meta_path(path, directory, ""))
		f = fopen(path, "r");
	else
		errno = ENAMETOOLONG;
	if (!f && errno == ENOENT)
		return status_why(why, ST_END, "%s: there is no index",
				  directory);
	if (!f)
		return status_why(why, ST_IO, "%s: %s", directory,
				  strerror(errno));
	const size_t n = fread(bytes, 1, sizeof(bytes), f);

	fclose(f);
	if (n < sizeof(bytes) &&
	    chain_index_meta_parse(out, (struct span){ bytes, n }))
		return ST_OK;
	return status_why(why, ST_BAD,
			  "%s: not what `assay chain import` writes; give "
			  "another directory",
			  path);
}

static void put_meta(struct buf *out, const struct chain_index_meta *meta)
{
	struct json_writer w;

	json_write_init(&w, out);
	json_write_begin(&w, '{');
	json_write_key(&w, "format");
	json_write_text(&w, FORMAT);
	json_write_key(&w, "magic");
	json_write_uint(&w, meta->magic);
	json_write_key(&w, "segments");
	json_write_uint(&w, meta->segments);
	json_write_key(&w, "blocks");
	json_write_text(&w, meta->path);
	json_write_end(&w, '}');
	buf_u8(out, '\n');
}

enum status chain_index_meta_write(const struct chain_index_meta *meta,
				   const char *directory, struct why *why)
{
	char path[CHAIN_INDEX_PATH_ROOM], part[CHAIN_INDEX_PATH_ROOM];
	struct buf text;
	FILE *f = NULL;
	bool good = false;

	if (meta_path(path, directory, "") &&
	    meta_path(part, directory, ".part"))
		f = fopen(part, "w");
	else
		errno = ENAMETOOLONG;
	if (f) {
		buf_init(&text, BYTES_MAX);
		put_meta(&text, meta);
		good = fwrite(text.p, 1, text.n, f) == text.n &&
		       fflush(f) == 0 && fsync(fileno(f)) == 0;
		good = fclose(f) == 0 && good && rename(part, path) == 0;
		buf_fini(&text);
	}
	return good ? ST_OK
		    : status_why(why, ST_IO, "%s: %s", directory,
				 strerror(errno));
}
