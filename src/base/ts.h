/* ts - a moment: nanoseconds since 1970-01-01 UTC, without leap seconds. */
#ifndef BASE_TS_H
#define BASE_TS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

struct ts {
	int64_t ns;
};

#define TS_NONE ((struct ts){ INT64_MIN }) /* not known */

static inline bool ts_known(struct ts t)
{
	return t.ns != INT64_MIN;
}

/* Seconds and a fraction counted in 1/per_second; false on overflow. */
bool ts_make(struct ts *out, uint64_t seconds, uint64_t fraction,
	     uint64_t per_second);

/* b - a in seconds; NaN if either is not known. */
double ts_seconds(struct ts a, struct ts b);

/* ns later; the first or last moment there is, where that is beyond it. What
 * is not known stays so. */
struct ts ts_plus(struct ts t, int64_t ns);
/* b - a in nanoseconds, both known; the least or most that there can be, where
 * that is beyond it. */
int64_t ts_between(struct ts a, struct ts b);

#define TS_TEXT 32
/* RFC 3339 in UTC with as many digits as needed: 3, 6 or 9, never fewer than
 * 3: "2017-05-17T09:12:01.250Z". An unknown time gives "". Returns out. */
char *ts_text(struct ts t, char out[TS_TEXT]);

/* RFC 3339 (offset or Z; date alone means midnight UTC), or seconds since 1970
 * with an optional fraction ("1495012321.25"). A time of day without an offset
 * is refused: it would be a guess. Digits behind the ninth are dropped. */
bool ts_parse(struct ts *out, struct span text);

#endif /* BASE_TS_H */
