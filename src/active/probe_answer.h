/* probe_answer - the server's answers by themselves: taken, refused, or none of
 * the dialect's (see probe_judge.h). */
#ifndef ACTIVE_PROBE_ANSWER_H
#define ACTIVE_PROBE_ANSWER_H

#include "active/probe.h"
#include "proto/message.h"

struct probe_answer;

struct probe_answer *probe_answer_new(enum probe_kind kind);
void probe_answer_free(struct probe_answer *a);

void probe_answer_feed(struct probe_answer *a, int from,
		       const struct message *piece);
void probe_answer_end(struct probe_answer *a); /* the server closed */

/* The request with this id had a good answer. */
bool probe_answer_took(const struct probe_answer *a, uint64_t id);
/* By an error of the dialect's. */
bool probe_answer_refused(const struct probe_answer *a);
/* No other answer can come. */
bool probe_answer_final(const struct probe_answer *a);
/* The error in the server's words, or HTTP's status line; or "". */
void probe_answer_words(char out[PROBE_WORDS_MAX],
			const struct probe_answer *a);

#endif /* ACTIVE_PROBE_ANSWER_H */
