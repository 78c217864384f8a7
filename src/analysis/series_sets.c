#include <stdlib.h>

#include "analysis/series_private.h"
#include "base/mem.h"

/* What hostile cases may make of them; a share more is left out. */
#define SETS_MAX    (1u << 20)
#define MEMBERS_MAX (1u << 26)

struct series_sets {
	uint32_t *member; /* of all sets, one behind the other */
	size_t num_members, room_members;
	size_t *begin; /* of each set, and of the next one */
	size_t n, room;
	struct map *numbers; /* of sets, by their members: number + 1 */
	/* Of pairs, what is left and what there is then: number + 1 each. */
	struct map *again;
};

struct series_sets *series_sets_new(void)
{
	struct series_sets *s = mem_new(1, sizeof(*s));

	s->room = 16;
	s->begin = mem_new(s->room + 1, sizeof(s->begin[0]));
	s->numbers = map_new(SETS_MAX, 0);
	s->again = map_new(SETS_MAX, 0);
	return s;
}

void series_sets_free(struct series_sets *s)
{
	if (!s)
		return;
	map_free(s->numbers);
	map_free(s->again);
	free(s->member);
	free(s->begin);
	free(s);
}

const uint32_t *series_sets_members(const struct series_sets *s, uint32_t set,
				    size_t *n)
{
	*n = s->begin[set + 1] - s->begin[set];
	return *n > 0 ? s->member + s->begin[set] : NULL;
}

bool series_sets_put(struct series_sets *s, uint32_t *set,
		     const uint32_t *member, size_t n)
{
	const struct span key = { (const uint8_t *)member,
				  n * sizeof(member[0]) };
	const uint64_t *known = map_find(s->numbers, key);

	if (known) {
		*set = (uint32_t)(*known - 1);
		return true;
	}
	if (s->num_members + n > MEMBERS_MAX || s->n == SETS_MAX)
		return false;
	if (s->n == s->room) {
		s->room *= 2;
		s->begin =
			mem_resize(s->begin, s->room + 1, sizeof(s->begin[0]));
	}
	while (s->num_members + n > s->room_members) {
		s->room_members = s->room_members ? s->room_members * 2 : 64;
		s->member = mem_resize(s->member, s->room_members,
				       sizeof(s->member[0]));
	}
	for (size_t i = 0; i < n; i++)
		s->member[s->num_members + i] = member[i];
	s->num_members += n;
	*set = (uint32_t)s->n++;
	s->begin[s->n] = s->num_members;
	*map_put(s->numbers, key, NULL) = (uint64_t)*set + 1;
	return true;
}

/* Members of b that a does not have, then (both true) all of both. */
static size_t merge(uint32_t *out, const struct series_sets *s, uint32_t a,
		    uint32_t b, bool both)
{
	size_t num_a, num_b, n = 0, i = 0, k = 0;
	const uint32_t *x = series_sets_members(s, a, &num_a);
	const uint32_t *y = series_sets_members(s, b, &num_b);

	while (i < num_a || k < num_b) {
		if (k == num_b || (i < num_a && x[i] < y[k])) {
			if (both)
				out[n++] = x[i];
			i++;
		} else if (i == num_a || y[k] < x[i]) {
			out[n++] = y[k++];
		} else {
			if (both)
				out[n++] = x[i];
			i++;
			k++;
		}
	}
	return n;
}

static bool make_pair(struct series_sets *s, uint32_t *rest, uint32_t *all,
		      uint32_t had, uint32_t set)
{
	size_t num_had, num_set;
	uint32_t *member;
	bool good;

	series_sets_members(s, had, &num_had);
	series_sets_members(s, set, &num_set);
	member = mem_new(num_had + num_set + 1, sizeof(member[0]));
	good = series_sets_put(s, rest, member,
			       merge(member, s, had, set, false)) &&
	       series_sets_put(s, all, member,
			       merge(member, s, had, set, true));
	free(member);
	return good;
}

bool series_sets_again(struct series_sets *s, uint32_t *rest, uint32_t *had,
		       uint32_t set)
{
	const uint32_t pair[2] = { *had, set };
	const struct span key = { (const uint8_t *)pair, sizeof(pair) };
	const uint64_t *known = map_find(s->again, key);
	uint64_t *place;
	uint32_t all;

	if (known) {
		*rest = (uint32_t)(*known >> 32);
		*had = (uint32_t)*known;
		return true;
	}
	if (!make_pair(s, rest, &all, *had, set))
		return false;
	place = map_put(s->again, key, NULL);
	if (place)
		*place = (uint64_t)*rest << 32 | all;
	*had = all;
	return place != NULL;
}
