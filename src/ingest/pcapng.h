/* pcapng - the blocks of a pcapng file (draft-ietf-opsawg-pcapng).
 *
 * A file is one section or several, each in its own byte order and with its
 * own interfaces; an interface has a link type, a resolution of time and an
 * offset. Packets come in enhanced (EPB), simple (SPB: no time, so TS_NONE)
 * and obsolete (PB) packet blocks. Decryption secrets (DSB) are handed on if
 * they are a TLS key log. All other blocks are stepped over. */
#ifndef INGEST_PCAPNG_H
#define INGEST_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"
#include "ingest/record.h"

#define PCAPNG_INTERFACES_MAX 4096        /* of one section; more is damage */
#define PCAPNG_BLOCK_MAX      (32u << 20) /* a packet, and room for options */

struct pcapng_interface {
	uint32_t link;
	uint32_t snaplen; /* 0: none */
	uint64_t per_second;
	int64_t offset; /* seconds to be added */
};

struct pcapng { /* private; all zero at first */
	bool begun, big;
	struct pcapng_interface *interfaces;
	size_t n, room;
};

void pcapng_fini(struct pcapng *f);

/* The next block: a section header first. */
enum parse pcapng_next(struct pcapng *f, struct record *r,
		       struct span in) must_use;

#endif /* INGEST_PCAPNG_H */
