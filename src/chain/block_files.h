/* block_files - the files in which a node keeps blocks: blk*.dat, what undoes
 * them: rev*.dat, and the key that both are obfuscated with: xor.dat.
 *
 *	file:   { u32 magic | u32 size | size bytes | in rev: 32 checksum } ...
 *
 * with zeros or junk between records where a node crashed or made room ahead.
 * Since Bitcoin Core 28 all bytes are XORed with the eight of xor.dat, by their
 * place in the file. Files are read by offset, so that a node may go on writing
 * behind what was there. Source: Bitcoin Core, src/node/blockstorage.cpp.
 *
 * Any number of threads may read. */
#ifndef CHAIN_BLOCK_FILES_H
#define CHAIN_BLOCK_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define BLOCK_FILES_RECORD 8          /* magic and size */
#define BLOCK_FILES_BLOCK  0x02000000 /* bytes of the largest record read */

enum block_files_kind {
	BLOCK_FILES_BLK,
	BLOCK_FILES_REV
};

struct block_files;

/* path: a node's data directory, its blocks directory, or a single file of
 * records (with its rev file and key, if it is called as nodes do). NULL with
 * why if there is none, or none can be opened. */
must_use struct block_files *block_files_open(const char *path,
					      struct why *why);
void block_files_close(struct block_files *f);

/* Files are counted from 0 in order of their numbers; not every number need be
 * there. */
size_t block_files_count(const struct block_files *f);
/* "blk00012.dat" with its directory; "" where there is no such file. */
const char *block_files_name(const struct block_files *f, size_t file,
			     enum block_files_kind kind);
/* Bytes at the time of opening; 0 where there is no such file. */
uint64_t block_files_size(const struct block_files *f, size_t file,
			  enum block_files_kind kind);
bool block_files_obfuscated(const struct block_files *f);

/* Reads n bytes at offset, and takes the obfuscation off. ST_CUT if the file
 * ended before when it was opened; ST_IO, with why, if it has become shorter
 * since, or the system refuses. */
enum status block_files_read(const struct block_files *f, size_t file,
			     enum block_files_kind kind, uint64_t offset,
			     void *out, size_t n, struct why *why);

#endif /* CHAIN_BLOCK_FILES_H */
