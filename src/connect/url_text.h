/* url_text - what the readers of URLs and targets share. */
#ifndef CONNECT_URL_TEXT_H
#define CONNECT_URL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cur.h"

/* Printable ASCII without spaces: nothing that would end a host, a field of
 * HTTP or a terminal's patience. */
bool url_text_is_plain(struct span s);

/* Copies it to out with a NUL behind it. False: it is empty, or too long. */
bool url_text_keep(char *out, size_t room, struct span s);

#endif /* CONNECT_URL_TEXT_H */
