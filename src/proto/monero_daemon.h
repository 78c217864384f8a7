/* monero_daemon - work that a pool or a lone miner asks of a Monero node.
 *
 * JSON-RPC over HTTP at /json_rpc: get_block_template (formerly
 * getblocktemplate) with a wallet_address, answered by a blocktemplate_blob;
 * submit_block (formerly submitblock) with a block (docs/formats/
 * monero_daemon.md; source: the Daemon RPC page of getmonero.org, and XMRig in
 * its "daemon" mode). Bitcoin's methods have two of these names: params that
 * are an object with a wallet, and a block that begins as CryptoNote's do,
 * tell them apart.
 *
 * A submitted block is a share that cannot be checked, because its hash is not
 * in it: foreign. */
#ifndef PROTO_MONERO_DAEMON_H
#define PROTO_MONERO_DAEMON_H

#include "proto/dialect.h"

extern const struct dialect monero_daemon_dialect;

/* The largest number that a hash may be at this difficulty, floor((2^256 - 1)
 * / difficulty), little-endian. Zero is taken for one. */
void monero_daemon_target(uint8_t out[32], uint64_t difficulty);

#endif /* PROTO_MONERO_DAEMON_H */
