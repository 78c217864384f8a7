#include "net/stream_wait.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void stream_wait_fini(struct stream_wait *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->piece[w->first + i].copy);
	free(w->piece);
	*w = (struct stream_wait){ 0 };
}

static int64_t end_of(const struct stream_piece *p)
{
	return p->at + p->n;
}

/* The first piece that ends behind position at. */
static size_t find(const struct stream_wait *w, int64_t at)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (end_of(&w->piece[w->first + middle]) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Room for one piece more behind the last. */
static void reserve(struct stream_wait *w)
{
	if (w->first + w->count < w->room)
		return;
	assert(w->piece || w->room == 0);
	if (w->first > 0) {
		memmove(w->piece, w->piece + w->first,
			w->count * sizeof(*w->piece));
		w->first = 0;
		return;
	}
	w->room = w->room ? w->room * 2 : 8;
	w->piece = mem_resize(w->piece, w->room, sizeof(*w->piece));
}

static void insert(struct stream_wait *w, size_t i,
		   const struct stream_piece *part, struct stream_moment now)
{
	reserve(w);
	assert(w->piece);
	struct stream_piece *p = &w->piece[w->first + i];

	memmove(p + 1, p, (w->count - i) * sizeof(*p));
	*p = *part;
	p->copy = mem_new(part->n, 1);
	memcpy(p->copy, part->bytes, part->n);
	p->bytes = p->copy;
	/* The hole that p lands in may have been certain for a while. */
	p->marked = p->at < w->acked;
	p->mark = i < w->marked ? p[1].mark : now;
	w->marked += p->marked;
	w->count++;
	w->bytes += p->n;
}

static uint64_t count_differences(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint64_t different = 0;

	for (size_t i = 0; i < n; i++)
		different += a[i] != b[i];
	return different;
}

static void skip(struct stream_piece *p, uint32_t n)
{
	p->at += n;
	p->bytes += n;
	p->n -= n;
}

/* new begins inside p: how much of it p has already. */
static uint32_t overlap(const struct stream_piece *p,
			const struct stream_piece *new,
			struct stream_overlap *seen)
{
	const int64_t behind = end_of(p) - new->at;
	const uint32_t n = behind < new->n ? (uint32_t)behind : new->n;

	seen->again += n;
	seen->conflicts +=
		count_differences(p->bytes + (new->at - p->at), new->bytes, n);
	return n;
}

struct stream_overlap stream_wait_add(struct stream_wait *w,
				      const struct stream_piece *new,
				      struct stream_moment now)
{
	struct stream_overlap seen = { 0 };
	struct stream_piece rest = *new;

	for (size_t i = find(w, rest.at); rest.n > 0; i++) {
		const struct stream_piece *p =
			i < w->count ? &w->piece[w->first + i] : NULL;
		struct stream_piece part = rest;

		if (p && p->at <= rest.at) {
			skip(&rest, overlap(p, &rest, &seen));
			continue;
		}
		if (p && p->at - rest.at < part.n)
			part.n = (uint32_t)(p->at - rest.at);
		insert(w, i, &part, now);
		skip(&rest, part.n);
	}
	return seen;
}

void stream_wait_mark(struct stream_wait *w, int64_t at,
		      struct stream_moment now)
{
	if (at <= w->acked)
		return;
	w->acked = at;
	for (; w->marked < w->count; w->marked++) {
		struct stream_piece *p = &w->piece[w->first + w->marked];

		if (p->at >= at)
			return;
		p->marked = true;
		p->mark = now;
	}
}

const struct stream_piece *stream_wait_front(const struct stream_wait *w)
{
	return w->count ? &w->piece[w->first] : NULL;
}

struct stream_piece stream_wait_take(struct stream_wait *w)
{
	const struct stream_piece p = w->piece[w->first];

	w->bytes -= p.n;
	w->marked -= p.marked;
	w->count--;
	w->first = w->count ? w->first + 1 : 0;
	return p;
}
