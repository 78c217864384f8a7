/* ethereum - getWork, the older way to mine Ethash: over HTTP against a node,
 * and over JSON lines against a pool ("eth-proxy").
 *
 * Sources: the JSON-RPC interface of Ethereum's nodes (eth_getWork,
 * eth_submitWork, eth_submitHashrate), what eth-proxy's pools added to it
 * (eth_submitLogin, "worker", work that nobody asked for), and captures
 * (docs/formats/ethereum.md). Ethash under Stratum's names is stratum1's.
 *
 * A message counts by its method, which the miner sends, or as work by its full
 * shape. All else that is asked of a node is not mining, and passed over.
 *
 * Jobs have no name here but the header's hash: the job's id is its 64 digits
 * in lower case, without "0x". */
#ifndef PROTO_ETHEREUM_H
#define PROTO_ETHEREUM_H

#include "proto/dialect.h"

/* Its sessions are "eth-getwork" by HTTP, otherwise "eth-proxy". */
extern const struct dialect ethereum_dialect;

#endif /* PROTO_ETHEREUM_H */
