/* pcapfile - the records of a pcap file, as pcap-savefile(5) describes it.
 *
 * Either byte order, microseconds (a1b2c3d4) or nanoseconds (a1b23c4d), and
 * the "modified" variant (a1b2cd34), whose record headers are longer. */
#ifndef INGEST_PCAPFILE_H
#define INGEST_PCAPFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"
#include "ingest/record.h"

struct pcapfile { /* private; all zero before the file header */
	bool begun, big, nanoseconds, modified;
	uint32_t link;
};

/* The next record: the file header first, then packets. */
enum parse pcapfile_next(struct pcapfile *f, struct record *r,
			 struct span in) must_use;

/* As many packets as are whole in *in and earlier than `before`, at most room,
 * which *in is moved behind; their frame and input are left as they are. What
 * stops it (the end of what is in sight, the file header, damage) is for
 * pcapfile_next() to tell. */
size_t pcapfile_many(const struct pcapfile *f, struct packet *out, size_t room,
		     struct span *in, struct ts before);

#endif /* INGEST_PCAPFILE_H */
