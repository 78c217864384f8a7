/* deal - the shares of a case in one pass, dealt out to the subjects they
 * belong to, each header once a subject.
 *
 * A share belongs to every subject without a worker that has its session among
 * its members, and to each with one under whose name it was submitted there. */
#ifndef ANALYSIS_DEAL_H
#define ANALYSIS_DEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/series.h"
#include "evidence/store.h"

/* Different headers that are remembered. */
#define DEAL_SHARES_MAX (1u << 24)

struct deal_visitor {
	void *context;
	/* Before the shares of a connection: whose it is. NULL: not asked. */
	enum status (*session)(void *context, struct store *store,
			       const char *id, const struct finding *f);
	/* Which shares count at all. */
	bool (*counts)(const struct fact_share *f);
	/* Of one that counts: the subjects it belongs to, as numbers; only
	 * those that had no share with its hash before. */
	void (*share)(void *context, const struct fact_share *f,
		      const uint32_t *subject, size_t n);
};

/* Sessions are visited in the order of the subjects' members, each once, its
 * shares by time. *passed_over (may be NULL): shares that counted, beyond
 * DEAL_SHARES_MAX headers. */
enum status deal_shares(uint64_t *passed_over, struct store *store,
			const struct series_subject *subject, size_t n,
			const struct deal_visitor *visitor);

/* From the first packet to the last of any member; TS_NONE: none is known. */
void deal_span(struct ts *first, struct ts *last,
	       const struct series_subject *s);

#endif /* ANALYSIS_DEAL_H */
