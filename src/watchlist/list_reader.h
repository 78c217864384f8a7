/* list_reader - what the readers of list formats share: each is a file of its
 * own and a row in list_format.c. */
#ifndef WATCHLIST_LIST_READER_H
#define WATCHLIST_LIST_READER_H

#include "watchlist/lists.h"

#define LIST_FILE_MAX (1u << 30)

/* A file in hand. */
struct list_input {
	const char *path;
	struct span text; /* all of it */
	struct list_source *source;
	struct lists *lists;
};

struct list_format {
	const char *name; /* "OFAC SDN (CSV)" */
	/* By name and first bytes: is it one? */
	bool (*is)(const char *path, struct span beginning);
	enum status (*read)(struct list_input *in, struct why *why);
};

/* NULL: none of them. */
const struct list_format *list_format_of(const char *path,
					 struct span beginning);

/* What a reader found. Strings are copied. What can be repaired in the address
 * is, and what it is an address of is found out. False, with why, at
 * LISTS_ENTRIES_MAX. */
bool lists_add(struct list_input *in, const struct list_entry *entry,
	       struct span address, struct why *why);

extern const struct list_format list_csv;
extern const struct list_format list_ftm;
extern const struct list_format list_plain;
extern const struct list_format list_sdn_advanced;
extern const struct list_format list_sdn_comments;
extern const struct list_format list_sdn_csv;
extern const struct list_format list_sdn_xml;
extern const struct list_format list_tagpack;

#endif /* WATCHLIST_LIST_READER_H */
