/* lists - who an address belongs to, by lists that the user brings: sanctions,
 * exchanges, pools, mixers.
 *
 * Addresses are decoded to the script that pays them and compared as scripts,
 * so that all ways of writing one script are one, and a public key's two
 * scripts (P2PK, P2PKH) are alike. What a list says that is no valid address of
 * its asset is kept and can be asked for as text. */
#ifndef WATCHLIST_LISTS_H
#define WATCHLIST_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cur.h"
#include "base/status.h"
#include "base/ts.h"

#define LISTS_ENTRIES_MAX (1u << 24)

enum list_kind { /* what being on it means */
	LIST_SANCTION,
	LIST_EXCHANGE,
	LIST_POOL,
	LIST_MIXER,
	LIST_OTHER,
};
const char *list_kind_text(enum list_kind k); /* "sanction", .. */

struct list_entry {            /* strings are the lists' own; NULL: not told */
	const char *list;      /* which list, in words: "OFAC SDN (XML)" */
	const char *entity;    /* whose address */
	const char *asset;     /* as the list writes it: "XBT", "BTC", "ETH" */
	const char *address;   /* as the list has it, repaired where that was
				* plain (see repaired) */
	const char *reference; /* the list's id for the entity */
	const char *label;     /* of a tag: "deposit", .. */
	enum list_kind kind;
	struct ts listed, delisted; /* TS_NONE: not told; not delisted */
	bool valid;    /* an address of its asset; only those have scripts */
	bool repaired; /* zero-width or look-alike characters were taken out */
	const char *other_asset; /* of what asset it is an address instead */
};

struct list_source { /* a file that was read */
	const char *path, *list;
	struct ts published; /* as it says itself, else its time on disk */
	bool published_by_itself;
	size_t entries, invalid, repaired, rejoined;
};

struct lists;

struct lists *lists_new(void);
void lists_free(struct lists *l);

/* Reads a file, whose format its beginning tells (docs/lists.md), and adds what
 * it holds. ST_BAD with why (file, line or offset, what to do) if it is none of
 * them, or broken; what was read before stays. */
enum status lists_read(struct lists *l, const char *path, struct why *why);

/* The same of bytes in memory: path tells the format, too, and is named in
 * messages; published: the day to go by where they do not tell one. */
enum status lists_parse(struct lists *l, const char *path, struct span text,
			struct ts published, struct why *why);

size_t lists_sources(const struct lists *l);
const struct list_source *lists_source(const struct lists *l, size_t i);
size_t lists_count(const struct lists *l);
const struct list_entry *lists_entry(const struct lists *l, size_t i);

/* Indices of the entries of a script (of Bitcoin's kinds), or by the very text;
 * up to room; returns how many there are. Any thread, while nothing is read. */
size_t lists_by_script(size_t *out, size_t room, const struct lists *l,
		       struct span script);
size_t lists_by_text(size_t *out, size_t room, const struct lists *l,
		     struct span address);

/* Is the script listed as somebody whose coins are many people's: anything but
 * LIST_OTHER? There a trace ends. */
bool lists_service(const struct lists *l, struct span script);

#endif /* WATCHLIST_LISTS_H */
