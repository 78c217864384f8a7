#include "engine/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void words_add(struct words *w, const struct words_note *note)
{
	if (w->n == w->room) {
		w->room = w->room ? w->room * 2 : 16;
		w->note = mem_resize(w->note, w->room, sizeof(w->note[0]));
	}
	w->note[w->n++] = *note;
}

void words_fini(struct words *w)
{
	free(w->note);
	*w = (struct words){ 0 };
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What one segment said stands in one lane's notes in the order in which it was
 * said. What came late has an order of its own: its connections may be of
 * different lanes. */
static int by_order(const void *a, const void *b)
{
	const struct words_note *x = *(const struct words_note *const *)a;
	const struct words_note *y = *(const struct words_note *const *)b;
	int order = compare(x->segment, y->segment);

	if (order == 0)
		order = x->late - y->late;
	if (order == 0 && x->late) {
		order = (x->word.ts.ns > y->word.ts.ns) -
			(x->word.ts.ns < y->word.ts.ns);
		if (order == 0)
			order = memcmp(x->word.session, y->word.session,
				       sizeof(x->word.session));
	}
	return order ? order : (x > y) - (x < y);
}

static void tell(struct origins *to, const struct words_note *note)
{
	if (note->opens)
		origin_connection(to, &note->word.from, &note->word.to);
	origin_announce(to, &note->word);
}

void words_tell(struct words *lane, unsigned n, struct origins *to)
{
	const struct words_note **all;
	size_t count = 0, at = 0;

	for (unsigned i = 0; i < n; i++)
		count += lane[i].n;
	if (count == 0)
		return;
	all = mem_new(count, sizeof(all[0]));
	for (unsigned i = 0; i < n; i++) {
		for (size_t k = 0; k < lane[i].n; k++)
			all[at++] = &lane[i].note[k];
	}
	qsort(all, count, sizeof(all[0]), by_order);
	for (size_t i = 0; i < count; i++)
		tell(to, all[i]);
	free(all);
	for (unsigned i = 0; i < n; i++)
		lane[i].n = 0;
}
