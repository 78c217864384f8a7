/* cmd_chain - the parts of `assay chain` that have files of their own. */
#ifndef CLI_CMD_CHAIN_H
#define CLI_CMD_CHAIN_H

int cmd_chain_cluster(int argc, char **argv);

#endif /* CLI_CMD_CHAIN_H */
