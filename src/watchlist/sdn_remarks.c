#include "watchlist/sdn_remarks.h"

#include <string.h>

#define WORDS (sizeof(SDN_REMARKS_WORDS) - 1)

void sdn_remarks_begin(struct sdn_remarks *r, struct span remarks)
{
	r->rest = remarks;
}

static void step(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static size_t until(struct span s, const char *marks)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == '\0' || !strchr(marks, s.p[n])))
		n++;
	return n;
}

bool sdn_remarks_next(struct sdn_remarks *r, struct span *address,
		      char asset[SDN_REMARKS_ASSET], bool *whole)
{
	for (;;) {
		const uint8_t *at =
			memmem(r->rest.p, r->rest.n, SDN_REMARKS_WORDS, WORDS);

		if (!at)
			return false;
		step(&r->rest, (size_t)(at - r->rest.p) + WORDS);
		const size_t name = until(r->rest, " ;");

		if (name == 0 || name >= SDN_REMARKS_ASSET)
			continue;
		memcpy(asset, r->rest.p, name);
		asset[name] = '\0';
		step(&r->rest, name);
		while (r->rest.n > 0 && r->rest.p[0] == ' ')
			step(&r->rest, 1);
		const size_t n = until(r->rest, ";");

		*address = (struct span){ r->rest.p, n };
		*whole = n < r->rest.n;
		step(&r->rest, n);
		/* The last one ends in a full stop. */
		while (address->n > 0 && (address->p[address->n - 1] == '.' ||
					  address->p[address->n - 1] == ' ')) {
			address->n--;
			*whole = true;
		}
		if (address->n > 0)
			return true;
	}
}
