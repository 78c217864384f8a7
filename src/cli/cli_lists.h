/* cli_lists - lists by the path of a file, or of a directory of them. */
#ifndef CLI_CLI_LISTS_H
#define CLI_CLI_LISTS_H

#include "watchlist/lists.h"

/* Of a directory: every regular file in order of names but index.json and what
 * begins with a dot or ends in .part. False after a message. */
bool cli_lists_read(struct lists *l, const char *path);

#endif /* CLI_CLI_LISTS_H */
