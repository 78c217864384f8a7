/* What the fuzz targets of the capture formats assert: packets lie inside the
 * input, a reader never consumes what it does not see nor asks for what it
 * has, and the same bytes give the same packets however they come into sight.
 * The first byte of the input chooses the steps. */
#ifndef INGEST_FUZZ_SPLIT_H
#define INGEST_FUZZ_SPLIT_H

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "ingest/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_demand(cond) ((cond) ? (void)0 : abort())

struct fuzz_result {
	uint64_t packets, sum; /* how many, and a digest over all of them */
	size_t used;
	bool bad;
};

/* Adds to a result what a packet at `base` bytes into the input says. */
static inline void fuzz_packet(struct fuzz_result *f, const struct packet *p,
			       struct span view, size_t base)
{
	const size_t at = (size_t)(p->data.p - view.p);
	const uint64_t facts[] = {
		(uint64_t)p->ts.ns,        p->wire_len, p->link, p->data.n,
		p->data.n ? base + at : 0,
	};

	fuzz_demand(!p->data.n || (p->data.p >= view.p && at <= view.n &&
				   p->data.n <= view.n - at));
	fuzz_demand(p->wire_len >= p->data.n);
	f->packets++;
	f->sum = map_hash(f->sum, facts, sizeof(facts));
}

/* The same for secrets. */
static inline void fuzz_secrets(struct fuzz_result *f, struct span secrets,
				struct span view, size_t base)
{
	const size_t at = (size_t)(secrets.p - view.p);
	const uint64_t facts[] = { base + at, secrets.n };

	fuzz_demand(secrets.p >= view.p && at <= view.n &&
		    secrets.n <= view.n - at);
	f->sum = map_hash(f->sum, facts, sizeof(facts));
}

/* One reader over the input, of which at first `seen` bytes are in sight, and
 * then `step` more each time that it asks. Every view is a malloc of its own
 * size, so that a sanitizer sees a read beyond it. */
typedef enum parse fuzz_next(void *state, struct record *r, struct span in);

static inline struct fuzz_result fuzz_read(fuzz_next *next, void *state,
					   struct span all, size_t step)
{
	struct fuzz_result f = { 0 };
	size_t seen = step < all.n ? step : all.n;
	uint8_t *copy = NULL;
	struct span view = { 0 };
	bool fresh = false;
	struct record r = { 0 };

	for (;;) {
		if (!fresh) {
			free(copy);
			view.n = seen - f.used;
			copy = malloc(view.n ? view.n : 1);
			fuzz_demand(copy != NULL);
			if (view.n)
				memcpy(copy, all.p + f.used, view.n);
			view.p = copy;
			fresh = true;
		}
		const enum parse found = next(state, &r, view);

		f.bad = found == PARSE_BAD;
		if (f.bad)
			break;
		if (found == PARSE_MORE) {
			fuzz_demand(r.n > view.n);
			if (seen == all.n)
				break;
			seen = all.n - seen < step ? all.n : seen + step;
			fresh = false;
			continue;
		}
		fuzz_demand(r.n > 0 && r.n <= view.n);
		if (r.is_packet)
			fuzz_packet(&f, &r.packet, view, f.used);
		else if (r.secrets.n > 0)
			fuzz_secrets(&f, r.secrets, view, f.used);
		f.used += r.n;
		view.p += r.n;
		view.n -= r.n;
	}
	free(copy);
	return f;
}

static inline void fuzz_same(struct fuzz_result a, struct fuzz_result b)
{
	fuzz_demand(a.packets == b.packets && a.sum == b.sum);
	fuzz_demand(a.used == b.used && a.bad == b.bad);
}

#endif /* INGEST_FUZZ_SPLIT_H */
