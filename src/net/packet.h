/* packet - one captured frame, as the capture file gives it. */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdint.h>

#include "base/cur.h"
#include "base/ts.h"

struct packet {
	struct ts ts;
	uint64_t frame; /* 1 is the first of its input, as Wireshark counts */
	uint32_t input; /* which input file: an index the reader chose */
	uint32_t wire_len; /* bytes on the wire; data may hold fewer */
	uint32_t link;     /* LINKTYPE_ value of its interface */
	struct span data;  /* borrowed until the reader's next batch */
};

#define PACKET_BATCH 256

#endif /* NET_PACKET_H */
