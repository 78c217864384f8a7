/* record - one piece of a capture file, as the readers of the formats give it.
 *
 * A reader is a pure function of its state and the bytes in sight. It says
 * PARSE_OK (the record is filled in and n bytes are consumed), PARSE_MORE (n
 * bytes must be in sight, nothing is consumed) or PARSE_BAD (why is set). */
#ifndef INGEST_RECORD_H
#define INGEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "net/packet.h"

struct record {
	size_t n;       /* PARSE_OK: consumed; PARSE_MORE: needed in all */
	bool is_packet; /* else something about packets, to be stepped over */
	struct packet packet; /* of a packet: ts, wire_len, link and data */
	struct span secrets;  /* else: a TLS key log, if n > 0 */
	struct why why; /* PARSE_BAD: what is wrong, without place or file */
};

#endif /* INGEST_RECORD_H */
