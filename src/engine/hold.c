#include "engine/hold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void hold_add(struct hold *h, const struct segment *s)
{
	uint8_t *copy = mem_new(s->payload.n + 1, 1);

	assert(h->n < HOLD_MAX);
	if (!h->segment)
		h->segment = mem_new(HOLD_MAX, sizeof(h->segment[0]));
	if (s->payload.n > 0)
		memcpy(copy, s->payload.p, s->payload.n);
	h->segment[h->n] = *s;
	h->segment[h->n].payload.p = copy;
	h->bytes += s->payload.n;
	h->n++;
}

const struct segment *hold_front(const struct hold *h)
{
	return h->n > 0 ? &h->segment[0] : NULL;
}

struct segment hold_take(struct hold *h)
{
	const struct segment front = h->segment[0];

	h->n--;
	h->bytes -= front.payload.n;
	memmove(h->segment, h->segment + 1, h->n * sizeof(h->segment[0]));
	return front;
}

void hold_free(struct segment *s)
{
	free((void *)(uintptr_t)s->payload.p);
	s->payload = (struct span){ NULL, 0 };
}

void hold_fini(struct hold *h)
{
	while (h->n > 0) {
		struct segment s = hold_take(h);

		hold_free(&s);
	}
	free(h->segment);
	*h = (struct hold){ 0 };
}
