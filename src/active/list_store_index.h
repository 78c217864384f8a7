/* list_store_index - index.json of a directory of lists. */
#ifndef ACTIVE_LIST_STORE_INDEX_H
#define ACTIVE_LIST_STORE_INDEX_H

#include "active/list_store.h"

/* Into s->entry, which has room for LIST_STORE_MAX; none is no failure. */
enum status list_store_index_read(struct list_store *s, struct why *why);
/* Whole or not at all. */
enum status list_store_index_write(const struct list_store *s, struct why *why);

#endif /* ACTIVE_LIST_STORE_INDEX_H */
