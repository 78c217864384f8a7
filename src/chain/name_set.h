/* name_set - different names of 64 bits, more than fit into memory, in
 * ascending order in a file.
 *
 * Names are dealt into parts by their highest bits. When the memory for them is
 * full every part is sorted and written, one behind the other: a run. At the
 * end the pieces of each part are put together, part by part.
 *
 *	run 1   | part 0 | part 1 | ...     file   | part 0 | part 1 | ...
 *	run 2   | part 0 | part 1 | ...  ->        of both, each name once
 */
#ifndef CHAIN_NAME_SET_H
#define CHAIN_NAME_SET_H

#include <stdbool.h>

#include "chain/entry_parts.h"
#include "chain/spill.h"

#define NAME_SET_ROOM (1u << 25) /* names in memory before a run */

struct name_run {
	uint64_t before[ENTRY_PARTS + 1]; /* names, in the file of runs */
};

struct name_set { /* private but for n */
	uint64_t n;
	size_t room, num_waiting;
	struct entry_slabs slabs;
	struct entry_parts parts;
	struct spill runs, names;
	struct name_run *run;
	size_t num_runs;
	uint64_t before[ENTRY_PARTS + 1]; /* of the whole set */
	uint64_t *sorted, *scratch;
	size_t sorted_room;
};

/* directory: spill_open()'s; room: names in memory, 0: NAME_SET_ROOM. To be
 * ended by name_set_fini(), also where it failed. */
enum status name_set_init(struct name_set *s, const char *directory,
			  size_t room, struct why *why);
void name_set_fini(struct name_set *s);

void name_set_add(struct name_set *s, uint64_t name);
/* No more come: n is known. */
enum status name_set_end(struct name_set *s, struct why *why);

/* n names from the i-th on. */
enum status name_set_read(const struct name_set *s, uint64_t *out, uint64_t i,
			  size_t n, struct why *why);
/* Was the name added? */
enum status name_set_has(bool *out, const struct name_set *s, uint64_t name,
			 struct why *why);

#endif /* CHAIN_NAME_SET_H */
