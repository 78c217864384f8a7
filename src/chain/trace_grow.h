/* trace_grow - the lists of a trace, one entry at a time. Private to the files
 * that fill them. */
#ifndef CHAIN_TRACE_GROW_H
#define CHAIN_TRACE_GROW_H

#include "base/mem.h"

/* Room for one more entry of a list that grows by doubling. */
#define TRACE_GROW(list, n, room)                                              \
	do {                                                                   \
		if ((n) == (room)) {                                           \
			(room) = (room) ? (room)*2 : 256;                      \
			(list) =                                               \
				mem_resize((list), (room), sizeof((list)[0])); \
		}                                                              \
	} while (0)

#endif /* CHAIN_TRACE_GROW_H */
