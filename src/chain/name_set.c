#include "chain/name_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/radix_sort.h"

enum status name_set_init(struct name_set *s, const char *directory,
			  size_t room, struct why *why)
{
	*s = (struct name_set){ .room = room ? room : NAME_SET_ROOM };
	s->runs.fd = s->names.fd = -1;
	entry_parts_init(&s->parts, &s->slabs);
	enum status st = spill_open(&s->runs, directory, why);

	return st == ST_OK ? spill_open(&s->names, directory, why) : st;
}

void name_set_fini(struct name_set *s)
{
	spill_close(&s->runs);
	spill_close(&s->names);
	entry_slabs_fini(&s->slabs);
	free(s->run);
	free(s->sorted);
	free(s->scratch);
}

static void make_room(struct name_set *s, size_t n)
{
	if (n <= s->sorted_room)
		return;
	s->sorted_room = n + n / 4;
	s->sorted = mem_resize(s->sorted, s->sorted_room, sizeof(s->sorted[0]));
	s->scratch =
		mem_resize(s->scratch, s->sorted_room, sizeof(s->scratch[0]));
}

/* n names of s->sorted in order, each once: how many those are. */
static size_t sort_once(struct name_set *s, size_t n)
{
	uint64_t *v = s->sorted;
	size_t kept = 0;

	radix_sort(v, s->scratch, n, 64 - ENTRY_PARTS_BITS);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || v[kept - 1] != v[i])
			v[kept++] = v[i];
	}
	return kept;
}

static void write_run(struct name_set *s)
{
	s->run = mem_resize(s->run, s->num_runs + 1, sizeof(s->run[0]));
	struct name_run *run = &s->run[s->num_runs++];

	entry_parts_deal(&s->parts);
	for (size_t p = 0; p < ENTRY_PARTS; p++) {
		make_room(s, entry_parts_count(&s->parts, p));
		const size_t n =
			sort_once(s, entry_parts_take(s->sorted, &s->parts, p));

		run->before[p] = s->runs.n / sizeof(uint64_t);
		spill_add(&s->runs, s->sorted, n * sizeof(uint64_t));
	}
	run->before[ENTRY_PARTS] = s->runs.n / sizeof(uint64_t);
	entry_slabs_clear(&s->slabs);
	entry_parts_init(&s->parts, &s->slabs);
	s->num_waiting = 0;
}

void name_set_add(struct name_set *s, uint64_t name)
{
	entry_parts_put(&s->parts, name);
	if (++s->num_waiting == s->room)
		write_run(s);
}

/* A part out of all runs. */
static enum status merge_part(struct name_set *s, size_t p, struct why *why)
{
	enum status st = ST_OK;
	size_t n = 0;

	s->before[p] = s->n;
	for (size_t r = 0; r < s->num_runs; r++)
		n += (size_t)(s->run[r].before[p + 1] - s->run[r].before[p]);
	if (n == 0)
		return ST_OK;
	make_room(s, n);
	n = 0;
	for (size_t r = 0; r < s->num_runs && st == ST_OK; r++) {
		const uint64_t *before = &s->run[r].before[p];
		const size_t piece = (size_t)(before[1] - before[0]);

		st = spill_read(&s->runs, s->sorted + n,
				before[0] * sizeof(uint64_t),
				piece * sizeof(uint64_t), why);
		n += piece;
	}
	if (st != ST_OK)
		return st;
	n = s->num_runs > 1 ? sort_once(s, n) : n;
	s->n += n;
	spill_add(&s->names, s->sorted, n * sizeof(uint64_t));
	return ST_OK;
}

enum status name_set_end(struct name_set *s, struct why *why)
{
	enum status st;

	write_run(s);
	entry_slabs_fini(&s->slabs);
	st = spill_flush(&s->runs, why);
	for (size_t p = 0; p < ENTRY_PARTS && st == ST_OK; p++)
		st = merge_part(s, p, why);
	s->before[ENTRY_PARTS] = s->n;
	spill_close(&s->runs);
	free(s->sorted);
	free(s->scratch);
	s->sorted = s->scratch = NULL;
	s->sorted_room = 0;
	return st == ST_OK ? spill_flush(&s->names, why) : st;
}

enum status name_set_read(const struct name_set *s, uint64_t *out, uint64_t i,
			  size_t n, struct why *why)
{
	return spill_read(&s->names, out, i * sizeof(*out), n * sizeof(*out),
			  why);
}

enum status name_set_has(bool *out, const struct name_set *s, uint64_t name,
			 struct why *why)
{
	const size_t part = (size_t)(name >> (64 - ENTRY_PARTS_BITS));
	uint64_t low = s->before[part], high = s->before[part + 1];

	*out = false;
	while (low < high && !*out) {
		const uint64_t middle = low + (high - low) / 2;
		uint64_t at;
		const enum status st = name_set_read(s, &at, middle, 1, why);

		if (st != ST_OK)
			return st;
		*out = at == name;
		if (at < name)
			low = middle + 1;
		else
			high = middle;
	}
	return ST_OK;
}
