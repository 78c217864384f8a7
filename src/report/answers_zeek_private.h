/* answers_zeek_private - text as it stands in a Zeek log. */
#ifndef REPORT_ANSWERS_ZEEK_PRIVATE_H
#define REPORT_ANSWERS_ZEEK_PRIVATE_H

#include "base/buf.h"

/* Backslashes, control characters, marks that turn the direction of text, bytes
 * that are not UTF-8 and, in an element of a set, commas become \xNN; "" is
 * "(empty)"; and a text that would read as "(empty)" or "-" begins with \xNN.
 * So every text can be read back exactly. */
void answers_zeek_quote(struct buf *out, const char *text, bool in_set);

#endif /* REPORT_ANSWERS_ZEEK_PRIVATE_H */
