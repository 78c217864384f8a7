/* list_store - a directory of lists, and what is known of where each came from
 * (index.json in it): so that a server is asked whether anything changed, and
 * everybody can see what was asked, when, and got.
 *
 * A list takes the place of an older one only if it can be read as a list. */
#ifndef ACTIVE_LIST_STORE_H
#define ACTIVE_LIST_STORE_H

#include "active/fetch.h"
#include "base/cur.h"
#include "base/ts.h"

#define LIST_STORE_MAX  1024
#define LIST_STORE_NAME 128
#define LIST_STORE_URL  2048

struct list_store_entry {
	char name[LIST_STORE_NAME];  /* of its file in the directory */
	char source[LIST_STORE_URL]; /* URL, or path */
	char sha256[65];
	uint64_t bytes, entries;
	struct ts fetched; /* when its bytes came */
	struct ts checked; /* when it was last asked for */
	struct fetch_validators validators;
};

struct list_store {
	const char *directory; /* the caller's */
	struct list_store_entry *entry;
	size_t n;
};

/* Makes the directory if it is not there. ST_BAD with why: its index.json is
 * not one. */
enum status list_store_open(struct list_store *out, const char *directory,
			    struct why *why);
void list_store_free(struct list_store *s);
/* From its text; false: it is not one. Names that are not plain file names are
 * refused. */
bool list_store_parse(struct list_store *out, struct span text);

enum list_store_news {
	LIST_STORE_NEW,
	LIST_STORE_CHANGED,
	LIST_STORE_SAME
};

struct list_store_options {
	bool plain_http;
	uint64_t most_bytes;
	unsigned seconds, stall_seconds;
	struct ts now;
};

/* Gets a list from a URL ("://" in it) or a file, and writes index.json. What
 * was there stays whatever fails. *entry: its index. */
enum status list_store_update(struct list_store *s, size_t *entry,
			      enum list_store_news *news, const char *source,
			      const struct list_store_options *options,
			      struct why *why);

#endif /* ACTIVE_LIST_STORE_H */
