#include "ingest/window.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ingest/unpack.h"

/* The first is small: many files are, and to order files by time a look at
 * the start is enough. Pieces fit the second level cache, two at a time. */
#define MAGIC 4
#define FIRST (64u << 10)
#define PIECE (512u << 10)
#define SCRAP (64u << 10) /* reading less than this at a time is slow */

struct window_piece {
	uint8_t *p;
	size_t room;
	uint64_t ticket; /* of the last bytes in it that are fingerprinted */
	unsigned holds;
	bool orphan; /* its window is closed */
	struct window_piece *next;
};

/* Two pieces take turns, and more if some are held. When one is full, what is
 * left of it is copied to the start of another and reading goes on behind that,
 * so the fingerprint can lag a piece behind.
 *
 *	now  ...taken... | in sight        | free
 *	     0           at                end          room
 *	  |
 *	next: the one that was left longest ago, if none is held
 */
struct window {
	int fd;
	const atomic_bool *stop;         /* or NULL */
	struct fingerprint *fingerprint; /* or NULL */
	uint64_t stored, offset;
	struct window_piece *now; /* in a ring of them all */
	size_t at, end;
	struct unpack *unpack; /* NULL: the bytes are in sight as they are */
	struct window_piece packed;
	struct span left; /* of packed, not yet unpacked */
	bool ended;
	enum status status;
	struct why why;
};

static bool fail(struct window *w, enum status s, const char *what)
{
	w->status = status_why(&w->why, s, "%s", what);
	w->ended = true;
	return false;
}

/* At most room bytes of the file, to where `in` holds them from now on. 0 at
 * the end, or when the system refuses. */
static size_t stored_read(struct window *w, uint8_t *p, size_t room,
			  struct window_piece *in)
{
	ssize_t n;

	do {
		if (w->stop && atomic_load(w->stop)) {
			fail(w, ST_IO, "stopped");
			return 0;
		}
		n = read(w->fd, p, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		fail(w, ST_IO, strerror(errno));
	if (n <= 0)
		return 0;
	w->stored += (size_t)n;
	if (w->fingerprint)
		in->ticket = fingerprint_add(w->fingerprint, p, (size_t)n);
	return (size_t)n;
}

static void piece_wait(struct window *w, struct window_piece *p)
{
	if (w->fingerprint)
		fingerprint_wait(w->fingerprint, p->ticket);
	p->ticket = 0;
}

/* Only once its ticket is done. */
static void piece_make(struct window_piece *p, size_t room)
{
	if (p->room >= room)
		return;
	free(p->p);
	p->p = mem_new(room, 1);
	p->room = room;
}

/* One that nobody holds, behind the present one; made if there is none. */
static struct window_piece *piece_other(struct window *w)
{
	struct window_piece *p = w->now->next;

	while (p != w->now && p->holds > 0)
		p = p->next;
	if (p != w->now)
		return p;
	p = mem_new(1, sizeof(*p));
	p->next = w->now->next;
	w->now->next = p;
	return p;
}

static void piece_switch(struct window *w)
{
	const size_t kept = w->end - w->at;
	const struct window_piece *from = w->now;
	struct window_piece *to = piece_other(w);

	piece_wait(w, to);
	/* Twice what is already there, never what a record claims. */
	piece_make(to, kept < PIECE / 2 ? PIECE : 2 * kept + SCRAP);
	memcpy(to->p, from->p + w->at, kept);
	w->now = to;
	w->at = 0;
	w->end = kept;
}

/* Refills w->left. False at the end of the file, or of its good part. */
static bool packed_read(struct window *w)
{
	piece_wait(w, &w->packed);
	const size_t n =
		stored_read(w, w->packed.p, w->packed.room, &w->packed);

	w->left = (struct span){ w->packed.p, n };
	if (n || w->ended)
		return n > 0;
	w->ended = true;
	if (!unpack_between(w->unpack)) {
		struct why why;

		status_why(&why, ST_CUT, "the %s data end early",
			   unpack_name(w->unpack));
		return fail(w, ST_CUT, why.text);
	}
	return false;
}

/* Something, if there is anything. What came before damage counts. */
static size_t unpacked_read(struct window *w, uint8_t *p, size_t room)
{
	struct unpack_io io = { w->left, p, room };
	struct why why;

	while (io.room == room) {
		const size_t before = w->left.n;
		const bool good = unpack_run(w->unpack, &io, &why);

		w->left = io.in;
		if (!good) {
			fail(w, ST_BAD, why.text);
			break;
		}
		if (io.room == room && w->left.n == before) {
			if (!packed_read(w))
				break;
			io.in = w->left;
		}
	}
	return room - io.room;
}

static bool read_on(struct window *w)
{
	struct window_piece *p = w->now;
	const size_t room = p->room - w->end;
	size_t n;

	if (w->unpack)
		n = unpacked_read(w, p->p + w->end, room);
	else
		n = stored_read(w, p->p + w->end, room, p);
	w->end += n;
	w->ended = w->ended || !n;
	return n > 0;
}

bool window_more(struct window *w, size_t need)
{
	assert(need <= WINDOW_MAX);
	while (w->end - w->at < need) {
		if (w->ended)
			return false;
		if (w->now->room - w->end < SCRAP)
			piece_switch(w);
		if (!read_on(w))
			return false;
	}
	return true;
}

/* What was read turns out to be packed: begin again, with it as the input. */
static void begin_packed(struct window *w)
{
	w->packed = *w->now;
	*w->now = (struct window_piece){ .next = w->now };
	w->left = (struct span){ w->packed.p, w->end };
	w->at = w->end = 0;
	w->ended = w->status != ST_OK;
	piece_make(w->now, PIECE);
}

struct window *window_open(const char *name, struct fingerprint_worker *worker,
			   const atomic_bool *stop, struct why *why)
{
	const bool is_stdin = !strcmp(name, "-");
	const int fd = is_stdin ? dup(STDIN_FILENO)
				: open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct window *w;

	if (fd < 0 && errno == EMFILE) {
		status_why(why, ST_IO,
			   "too many files are open at once, "
			   "because their times overlap; raise "
			   "the limit (ulimit -n)");
		return NULL;
	}
	if (fd < 0) {
		status_why(why, ST_IO, "%s", strerror(errno));
		return NULL;
	}
	w = mem_new(1, sizeof(*w));
	w->fd = fd;
	w->stop = stop;
	if (worker)
		w->fingerprint = fingerprint_new(worker);
	w->now = mem_new(1, sizeof(*w->now));
	w->now->next = w->now;
	piece_make(w->now, FIRST);
	/* Fewer bytes are a whole file that is neither. */
	if (window_more(w, MAGIC) || w->end)
		w->unpack = unpack_new(window_view(w));
	if (w->unpack)
		begin_packed(w);
	return w;
}

static void piece_free(struct window_piece *p)
{
	free(p->p);
	free(p);
}

static void free_pieces(struct window *w)
{
	struct window_piece *p = w->now->next;

	w->now->next = NULL;
	while (p) {
		struct window_piece *const next = p->next;

		p->orphan = true;
		if (p->holds == 0)
			piece_free(p);
		p = next;
	}
}

void window_close(struct window *w, uint8_t sha256[32])
{
	uint8_t unwanted[32];

	if (!w)
		return;
	if (w->fingerprint)
		fingerprint_end(w->fingerprint, sha256 ? sha256 : unwanted);
	unpack_free(w->unpack);
	free(w->packed.p);
	free_pieces(w);
	close(w->fd);
	free(w);
}

struct span window_view(const struct window *w)
{
	return (struct span){ w->now->p + w->at, w->end - w->at };
}

struct window_piece *window_hold(struct window *w)
{
	w->now->holds++;
	return w->now;
}

void window_release(struct window_piece *p)
{
	if (--p->holds == 0 && p->orphan)
		piece_free(p);
}

void window_take(struct window *w, size_t n)
{
	assert(n <= w->end - w->at);
	w->at += n;
	w->offset += n;
}

enum status window_status(const struct window *w, struct why *why)
{
	if (w->status != ST_OK && why)
		*why = w->why;
	return w->status;
}

uint64_t window_offset(const struct window *w)
{
	return w->offset;
}

uint64_t window_stored(const struct window *w)
{
	return w->stored;
}

bool window_packed(const struct window *w)
{
	return w->unpack != NULL;
}

bool window_drain(struct window *w, struct why *why)
{
	struct window_piece *p = w->unpack ? &w->packed : w->now;

	if (p->holds > 0) {
		p = piece_other(w);
		piece_wait(w, p);
		piece_make(p, PIECE);
	}
	w->at = w->end = 0;
	w->left.n = 0;
	w->ended = true;
	if (w->status == ST_IO)
		return false;
	w->status = ST_OK;
	do
		piece_wait(w, p);
	while (stored_read(w, p->p, p->room, p));
	return window_status(w, why) == ST_OK;
}
