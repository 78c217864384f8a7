/* block_records - where the records of a blk*.dat or rev*.dat lie.
 *
 * Walks a file from record to record, reading only the beginning of each.
 * What is no record is stepped over, byte by byte, to the next magic number,
 * and counted: zeros that a node wrote ahead, what a crash left, hostile
 * sizes. */
#ifndef CHAIN_BLOCK_RECORDS_H
#define CHAIN_BLOCK_RECORDS_H

#include "base/buf.h"
#include "chain/block_files.h"

/* Bytes of a record that are read along: of a block the header and how many
 * transactions there are. */
#define BLOCK_RECORDS_HEAD (80 + 9)

struct block_record {
	uint64_t offset; /* of what follows magic and size */
	uint32_t size;
	uint8_t head[BLOCK_RECORDS_HEAD]; /* its first bytes; zeros behind */
};

struct block_records { /* private but for the counts */
	const struct block_files *files;
	size_t file;
	enum block_files_kind kind;
	uint32_t magic;
	uint64_t at;
	uint64_t junk; /* bytes that belong to no record, zeros left out */
	uint64_t zeros;
	uint64_t cut; /* records that the file's end cuts */
	struct buf window;
	uint64_t window_at;
};

void block_records_init(struct block_records *r, const struct block_files *f,
			size_t file, enum block_files_kind kind,
			uint32_t magic);
void block_records_fini(struct block_records *r);

/* ST_OK: the next record. ST_END: no more. ST_IO with why. A record of fewer
 * than 81 bytes in a blk file, or of more than BLOCK_FILES_BLOCK, is junk. */
enum status block_records_next(struct block_records *r,
			       struct block_record *out, struct why *why);

/* The record given last is none: what it claims to hold is looked through for
 * others from its second byte on. */
void block_records_refuse(struct block_records *r,
			  const struct block_record *record);

#endif /* CHAIN_BLOCK_RECORDS_H */
