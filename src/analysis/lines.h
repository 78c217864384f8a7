/* lines - a text file of the user's, line by line.
 *
 * Lines end in LF or CR LF; the last one may lack its end. Text from # on is
 * a comment where # is the first character that is no blank. A byte order mark
 * at the beginning is passed over. */
#ifndef ANALYSIS_LINES_H
#define ANALYSIS_LINES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/status.h"

/* The whole file into out (initialised by the caller with the limit of what is
 * taken). ST_IO, ST_LIMIT with why. */
enum status lines_read(struct buf *out, const char *path, struct why *why);

struct lines {
	struct span rest;
	unsigned long number; /* of the line given last, from 1 */
};

struct lines lines_over(struct span text);

/* The next line that is neither blank nor a comment, without blanks around it;
 * false: there is none. */
bool lines_next(struct span *line, struct lines *l);

/* Cuts the first field off line, up to a separator or, if separator is a blank,
 * to any blanks; blanks around both are dropped. False: line is empty. */
bool lines_field(struct span *field, struct span *line, char separator);

#endif /* ANALYSIS_LINES_H */
