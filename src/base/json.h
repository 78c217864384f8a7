/* json - a bounded reader for JSON that a stranger wrote (RFC 8259).
 *
 * Two steps, so that a stream can be cut anywhere at no cost: json_scan finds
 * where a value ends, byte by byte, without memory; json_parse then reads the
 * whole value once into a flat array of nodes. Numbers stay text, strings stay
 * as they were on the wire until json_string() is asked. Nesting, number of
 * nodes and size are limited; invalid UTF-8, raw control characters inside
 * strings, and a NUL anywhere are refused.
 *
 *	{"id":1,"a":[true,"x"]}
 *	 0:object n=2 next=6 | 1:"id" 2:1 | 3:"a" 4:array n=2 next=6? ...
 *
 * An object's children are key, value, key, value; a node's `next` is the
 * index of what follows it and everything inside it. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"

#define JSON_DEPTH_MAX 32

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json_node {
	enum json_type type;
	bool escaped;    /* string: has backslashes */
	uint32_t n;      /* array: elements; object: members */
	uint32_t next;   /* index behind this node and all inside it */
	struct span raw; /* number: its text; string: between the quotes;
			  * array, object: the whole text with its brackets */
};

/* A parsed document. Borrows the text it was parsed from. */
struct json { /* private */
	struct json_node *node;
	uint32_t n, room, limit;
};

void json_init(struct json *doc, uint32_t node_limit);
void json_fini(struct json *doc);

/* Reads exactly one value that fills text (white space around it allowed) and
 * replaces what doc held. On false doc is empty and *at (may be NULL) is the
 * offset of the first byte that cannot be right. */
must_use bool json_parse(struct json *doc, size_t *at, struct span text);

/* NULL for an empty document. Nodes live until the next parse. */
const struct json_node *json_root(const struct json *doc);

/* The member of an object with that key (the last one if it occurs twice), or
 * NULL; also NULL if object is NULL or not an object. */
const struct json_node *json_get(const struct json *doc,
				 const struct json_node *object,
				 const char *key);

/* The i-th element of an array, or NULL. O(i). */
const struct json_node *json_at(const struct json *doc,
				const struct json_node *array, uint32_t i);

/* The sibling behind node, within parent; NULL behind the last. To walk an
 * array: for (e = json_at(doc, a, 0); e; e = json_after(doc, a, e)) */
const struct json_node *json_after(const struct json *doc,
				   const struct json_node *parent,
				   const struct json_node *node);

/* A string's text with escapes resolved, as UTF-8, into out (room bytes with
 * the NUL); false if node is not a string or does not fit. A lone surrogate
 * becomes U+FFFD. \u0000 is kept as a byte: *n (may be NULL) is the length. */
bool json_string(char *out, size_t *n, size_t room,
		 const struct json_node *node);

/* Is it the string s, once its escapes are resolved? NULL is not. */
bool json_is(const struct json_node *node, const char *s);

/* Finds the end of a top-level object or array in a stream. Zero it to start;
 * feed it everything from the opening bracket on. After PARSE_OK it is ready
 * for the next one. */
struct json_scan { /* private */
	uint32_t depth;
	bool in_string, escape;
};

/* Looks at text; returns PARSE_OK and *used (bytes up to and with the closing
 * bracket), PARSE_MORE (all bytes are inside), or PARSE_BAD (a raw control
 * character inside a string, nesting beyond JSON_DEPTH_MAX, or no bracket to
 * start with; *used is the offset of that byte). */
enum parse json_scan(struct json_scan *s, size_t *used, struct span text);

#endif /* BASE_JSON_H */
