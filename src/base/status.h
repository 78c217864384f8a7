/* status - how a call ended, and the sentence that tells a person why.
 *
 * Bad input is normal here: parsers say PARSE_BAD or ST_BAD and go on. What
 * the world refuses (a full disk, a missing file) comes back as a status and
 * a sentence in the caller's struct why. Our own mistakes are assert(). */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define must_use __attribute__((warn_unused_result))

#define STATUS_LIST(X)                                                         \
	X(ST_OK, "ok")                                                         \
	X(ST_END, "end of input")                                              \
	X(ST_BAD, "malformed input")                                           \
	X(ST_CUT, "input ends in the middle of a record")                      \
	X(ST_LIMIT, "a limit was reached")                                     \
	X(ST_IO, "the system refused")                                         \
	X(ST_USAGE, "wrong usage")

#define STATUS_ENUM(name, text) name,
enum status {
	STATUS_LIST(STATUS_ENUM)
};
#undef STATUS_ENUM

/* What a dissector of a stream found at its cursor. It may be called with any
 * split of the same bytes and gives the same result. */
enum parse {
	PARSE_OK,   /* one whole thing was read and consumed */
	PARSE_MORE, /* fine so far; nothing consumed; needs more bytes */
	PARSE_BAD,  /* cannot be what was asked for, whatever follows */
};

/* A static sentence fragment, for logs. */
const char *status_text(enum status s);

/* One sentence for a person: what happened, to which file at which offset or
 * frame, and what to do. Always NUL-terminated. */
struct why {
	char text[512];
};

/* Formats into why (which may be NULL) and returns s, so that a caller can
 * write: return status_why(why, ST_IO, "%s: %s", path, strerror(errno)); */
enum status status_why(struct why *why, enum status s, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* BASE_STATUS_H */
