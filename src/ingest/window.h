/* window - the bytes of a file, a piece at a time, unpacked if need be.
 *
 * What is in sight is one span; the reader takes from its front and asks for
 * more. Memory is two pieces of the file and those that are held, and grows
 * only to hold a record that is longer than that, as its bytes arrive. Files
 * are read, not mapped: it is faster
 * (docs/decisions/0002-own-capture-reader.md), and a file that someone
 * truncates meanwhile is a short file and not a signal. */
#ifndef INGEST_WINDOW_H
#define INGEST_WINDOW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"
#include "ingest/fingerprint.h"

/* No one may ask for more in sight than this. */
#define WINDOW_MAX (64u << 20)

struct window;

/* Opens the file, or standard input for "-", and reads its start. NULL with why
 * set if the system refuses. worker may be NULL: no fingerprint is then taken.
 * stop (may be NULL): once it is set, also by a signal that comes while the
 * system waits, nothing more is read (ST_IO). */
struct window *window_open(const char *name, struct fingerprint_worker *worker,
			   const atomic_bool *stop, struct why *why);

/* sha256 (may be NULL) is that of the stored bytes read so far; it is left
 * alone if no fingerprint was taken. w may be NULL. */
void window_close(struct window *w, uint8_t sha256[32]);

/* In sight now; good until the next window_more() or window_drain(). */
struct span window_view(const struct window *w);

/* Takes the first n bytes in sight. */
void window_take(struct window *w, size_t n);

/* Gets at least `need` bytes in sight, at most WINDOW_MAX. False at the end of
 * the file or of what can be had of it: window_status() tells. */
bool window_more(struct window *w, size_t need) must_use;

/* ST_OK, or why the file could not be read to its end: ST_IO; ST_CUT: packed
 * data end early; ST_BAD: they are damaged. why has no file name in it. */
enum status window_status(const struct window *w, struct why *why);

/* The bytes in sight, and those taken since window_more() was last called, stay
 * where they are until window_release(), also after window_close(). All from
 * one thread. */
struct window_piece;
struct window_piece *window_hold(struct window *w);
void window_release(struct window_piece *p);

uint64_t window_offset(const struct window *w); /* of the view, unpacked */
uint64_t window_stored(const struct window *w); /* bytes read of the file */
bool window_packed(const struct window *w);

/* Reads the rest for the fingerprint's sake; nothing is in sight after. False
 * with why set if the system refuses. */
bool window_drain(struct window *w, struct why *why) must_use;

#endif /* INGEST_WINDOW_H */
