/* hypothesis_file_private - what the parts of the reader share: nodes of a
 * YAML document, read with every mistake told and located.
 *
 * Functions that return false have told why; reading goes on, so that all
 * mistakes are found in one go. Nodes are the document's; texts are copied. */
#ifndef ANALYSIS_HYPOTHESIS_FILE_PRIVATE_H
#define ANALYSIS_HYPOTHESIS_FILE_PRIVATE_H

#include <yaml.h>

#include "analysis/hypothesis_file.h"
#include "base/buf.h"

#define HYPOTHESIS_KEYS_MAX 16

struct hypothesis_reader {
	yaml_document_t *doc;
	struct hypothesis_file *out;
	const struct hypothesis_listener *listener; /* NULL: none */
	const char *name;
	struct why first; /* the first mistake */
	size_t mistakes;
};

/* Keys that a mapping may have. Ends with a NULL name. */
struct hypothesis_key {
	const char *name;
	bool required;
};

void hypothesis_file_mistake_at(struct hypothesis_reader *r, unsigned long line,
				unsigned long column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void hypothesis_file_mistake(struct hypothesis_reader *r, const yaml_node_t *n,
			     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* found[i] is the value of keys[i], NULL if it is not there. Unknown keys,
 * repeated ones and missing ones are mistakes. what: "a hypothesis". False if n
 * is no mapping, or one of these mistakes was made. */
bool hypothesis_file_map(struct hypothesis_reader *r, yaml_node_t *n,
			 const char *what, const struct hypothesis_key *keys,
			 yaml_node_t **found);

/* The items of a list of at least min and at most max; *count 0 after a
 * mistake. */
yaml_node_item_t *hypothesis_file_list(struct hypothesis_reader *r,
				       yaml_node_t *n, const char *what,
				       const size_t range[2], size_t *count);

/* A scalar's bytes; they are not ended by a NUL. */
bool hypothesis_file_scalar(struct hypothesis_reader *r, const yaml_node_t *n,
			    const char *what, struct span *out);

/* A copy of n's text, of 1 to max bytes. n NULL: NULL, and no mistake. */
char *hypothesis_file_text(struct hypothesis_reader *r, const yaml_node_t *n,
			   const char *what, size_t max);

/* A number within range; the mistake names what would be right. */
bool hypothesis_file_number(struct hypothesis_reader *r, const yaml_node_t *n,
			    const char *what, const double range[2],
			    double *out);

/* The one document that text holds, without a root where it holds none; the
 * caller deletes it. False, and nothing made, if it is no YAML, or more than
 * one document, or nested or referred to in a way that no file of hypotheses
 * is. */
bool hypothesis_file_load(struct hypothesis_reader *r, yaml_document_t *doc,
			  struct span text);

/* The list below "items", into r->out; its hypotheses are read already. */
void hypothesis_file_items(struct hypothesis_reader *r, yaml_node_t *n);

/* likelihood of `quantity` under one hypothesis. */
void hypothesis_file_likelihood(struct hypothesis_reader *r, yaml_node_t *n,
				const char *quantity,
				struct hypothesis_likelihood *out);

#endif /* ANALYSIS_HYPOTHESIS_FILE_PRIVATE_H */
