/* prices - what a coin was worth, from a file that the user gives.
 *
 * CSV: the first line names the columns, "date,COIN/CURRENCY,..." such as
 * "date,BTC/USD"; each further line is a day (UTC) and a price. Lines that
 * begin with # are comments. */
#ifndef ANALYSIS_PRICES_H
#define ANALYSIS_PRICES_H

#include "base/status.h"
#include "base/ts.h"

#define PRICES_CURRENCY 8
#define PRICES_ROWS_MAX 100000

struct prices;

/* NULL with why (file, line, what to do) if it cannot be read. */
must_use struct prices *prices_read(const char *path, struct why *why);
void prices_free(struct prices *p);

const char *prices_currency(const struct prices *p); /* "USD" */

/* Of the day of t; NAN where the file has none: nothing is interpolated. */
double prices_at(const struct prices *p, struct ts t);

#endif /* ANALYSIS_PRICES_H */
