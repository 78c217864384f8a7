/* store_kept - all shares of a case in memory, for what asks for them many
 * times: reading one from the file costs as much as asking for thirty columns.
 *
 * Texts and targets that come again are kept once; a share then takes about 200
 * bytes. Solutions, which nobody asks for many times and which may have 1,344
 * bytes, are not kept. Private to the store. */
#ifndef EVIDENCE_STORE_KEPT_H
#define EVIDENCE_STORE_KEPT_H

#include "evidence/store.h"

struct store_kept;

struct store_kept *store_kept_new(void);
void store_kept_free(struct store_kept *k);

void store_kept_add(struct store_kept *k, const struct fact_share *f);
/* Behind the last one: puts them in order, and finds those alone. */
void store_kept_end(struct store_kept *k);

/* In the order of store_shares(). */
void store_kept_visit(struct store_kept *k, const char *session,
		      store_visit_share *v, void *ctx);

#endif /* EVIDENCE_STORE_KEPT_H */
