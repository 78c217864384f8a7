/* text - captured text made safe for a terminal, and figures made readable. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"

/* Appends text with everything that could move a terminal taken out of it:
 * control characters (C0, DEL, C1), bidirectional overrides and bytes that are
 * not UTF-8 become \xNN; printable UTF-8 stays. At most max columns (one per
 * code point, four per \xNN), then "..." if that was not all. False once out is
 * full; what is cut then is cut between two characters. */
bool text_safe(struct buf *out, struct span text, size_t max);

#define TEXT_SI 24
/* "6.87 M" for 6870000: three significant digits and an SI prefix (from p to
 * Y; u for micro, so that it is ASCII), for "%sH/s". Without a prefix the text
 * ends in the space ("687 ", "0 "); beyond p and Y it is "6.87e30 ". Not finite
 * gives "not determined". Returns out. */
char *text_si(char out[TEXT_SI], double v);

#endif /* BASE_TEXT_H */
