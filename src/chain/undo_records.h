/* undo_records - which record of a rev file undoes which block.
 *
 * Nothing in a record says so but its checksum, SHA256d(hash of the block
 * before | record). A node writes records in the order in which it connected
 * the blocks, so the record behind the one found last is tried first, and
 * then those behind it whose number of transactions fits, up to
 * UNDO_RECORDS_TRIES: a file of another chain's records is not hashed once for
 * each block. Any thread. */
#ifndef CHAIN_UNDO_RECORDS_H
#define CHAIN_UNDO_RECORDS_H

#include "base/buf.h"
#include "base/status.h"
#include "chain/block_files.h"

#define UNDO_RECORDS_TRIES 4096

struct undo_records;

struct undo_records *undo_records_new(const struct block_files *f,
				      uint32_t magic);
void undo_records_free(struct undo_records *u);

/* Into out (cleared first) the 32 bytes of `previous`, behind them the record
 * of the rev file beside blk file `file` that undoes the block of num_txs
 * transactions whose parent is `previous`, and its checksum of 32 bytes.
 * ST_END: there is none. */
#define UNDO_RECORDS_AROUND 64 /* bytes that are not the record */
enum status undo_records_find(struct undo_records *u, struct buf *out,
			      size_t file, const uint8_t previous[32],
			      uint64_t num_txs, struct why *why);

#endif /* CHAIN_UNDO_RECORDS_H */
