/* store_row - the fields of a fact to the parameters of a statement, and from
 * the columns of its result.
 *
 * Each call takes the next parameter or column. A case file may have been
 * written by anyone: like a cursor, a row that was read goes bad once, when a
 * column has another type, length or range than we would have written, and
 * stays bad. Put borrows its arguments until the statement has run; get lends
 * spans and strings until the statement goes on. */
#ifndef EVIDENCE_STORE_ROW_H
#define EVIDENCE_STORE_ROW_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "evidence/fact.h"

/* Nothing in a case is longer; what is, is written as not determined. */
#define STORE_ROW_MAX (1u << 20)

struct store_row {
	sqlite3_stmt *statement;
	int at;
	bool bad;
};

static inline struct store_row store_row_over(sqlite3_stmt *statement)
{
	return (struct store_row){ .statement = statement };
}

/* text: ours, NULL if not determined. words: somebody else's, any bytes, TEXT
 * where they are text. bytes: BLOB. hash, digest: 32 bytes that must, or need
 * not be known (all zero). hashes: a multiple of 32. header: 80 bytes or
 * none. number: 32 bytes or none. row: 0 for none. seen: a count, 0 for none or
 * unknown. real: NAN for unknown. difficulty: 0 for unknown. */
#define STORE_ROW_KINDS(X)                                                     \
	X(text, const char *)                                                  \
	X(words, struct span)                                                  \
	X(bytes, struct span)                                                  \
	X(hashes, struct span)                                                 \
	X(header, struct span)                                                 \
	X(number, struct span)                                                 \
	X(row, int64_t)                                                        \
	X(u16, uint16_t)                                                       \
	X(u32, uint32_t)                                                       \
	X(u64, uint64_t)                                                       \
	X(seen, uint64_t)                                                      \
	X(flag, bool)                                                          \
	X(ts, struct ts)                                                       \
	X(real, double)                                                        \
	X(difficulty, double)                                                  \
	X(proof, enum fact_proof)                                              \
	X(source, enum fact_source)                                            \
	X(verdict, enum fact_verdict)                                          \
	X(algorithm, enum fact_algorithm)                                      \
	X(witness, enum fact_witness)
#define STORE_ROW_DECLARE(kind, type)                                          \
	void store_row_put_##kind(struct store_row *r, type const *v);         \
	void store_row_get_##kind(struct store_row *r, type *v);
STORE_ROW_KINDS(STORE_ROW_DECLARE)
#undef STORE_ROW_DECLARE

void store_row_put_id(struct store_row *r, const char id[FACT_ID]);
void store_row_get_id(struct store_row *r, char id[FACT_ID]);
void store_row_put_hash(struct store_row *r, const uint8_t v[32]);
void store_row_get_hash(struct store_row *r, uint8_t v[32]);
void store_row_put_digest(struct store_row *r, const uint8_t v[32]);
void store_row_get_digest(struct store_row *r, uint8_t v[32]);
void store_row_put_maybe(struct store_row *r, const bool *has,
			 const uint32_t *v);
void store_row_get_maybe(struct store_row *r, bool *has, uint32_t *v);

#endif /* EVIDENCE_STORE_ROW_H */
