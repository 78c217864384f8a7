/* prices - what a coin was worth, from a file that the user gives.
 *
 * CSV: the first line names the columns, "date,COIN/CURRENCY,..." such as
 * "date,BTC/USD"; each further line is a day (UTC, 2017-05-17) and its prices.
 * Days may come in any order, each once. An empty field is a day without a
 * price. Lines that begin with # are comments. The first column of BTC is
 * taken. */
#ifndef ANALYSIS_PRICES_H
#define ANALYSIS_PRICES_H

#include "base/cur.h"
#include "base/status.h"
#include "base/ts.h"

#define PRICES_CURRENCY  8
#define PRICES_COLUMNS   64
#define PRICES_ROWS_MAX  100000
#define PRICES_BYTES_MAX (1u << 24)

struct prices;

/* NULL with why (file, line, what to do) if it cannot be read. */
must_use struct prices *prices_read(const char *path, struct why *why);

/* The same of text that was read already; name is told in why. */
must_use struct prices *prices_parse(struct span text, const char *name,
				     struct why *why);
void prices_free(struct prices *p);

const char *prices_currency(const struct prices *p); /* "USD" */

/* Of the day of t; NAN where the file has none: nothing is interpolated. */
double prices_at(const struct prices *p, struct ts t);

#endif /* ANALYSIS_PRICES_H */
