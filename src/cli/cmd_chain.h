/* cmd_chain - the parts of `assay chain` that have files of their own. */
#ifndef CLI_CMD_CHAIN_H
#define CLI_CMD_CHAIN_H

#include <stdbool.h>

/* Is it one of the commands that make and ask an index? */
bool cmd_chain_is_index(const char *what);
int cmd_chain_index(const char *what, int argc, char **argv);
int cmd_chain_cluster(int argc, char **argv);

#endif /* CLI_CMD_CHAIN_H */
