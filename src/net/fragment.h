/* fragment - IP fragments put together (RFC 791, RFC 815, RFC 8200).
 *
 * Fragments may come in any order and more than once. When two of them say
 * different things about one byte, nothing of their datagram is believed any
 * more, whatever else comes of it (RFC 5722). At most 1,024 datagrams and 8 MiB
 * wait; the oldest goes when there is no room; after 30 s any goes. */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/ts.h"

#define FRAGMENT_DATAGRAMS    1024
#define FRAGMENT_BYTES        (8u << 20)
#define FRAGMENT_DATAGRAM_MAX 65535
#define FRAGMENT_AGE_S        30

struct fragment {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint8_t version;  /* 4 or 6 */
	uint8_t protocol; /* of what is inside, as this fragment says */
	bool more;        /* not the last of its datagram */
	uint32_t offset;
	struct span bytes; /* not empty; ends within FRAGMENT_DATAGRAM_MAX */
	struct ts ts;
};

struct fragment_table;
struct fragment_table *fragment_table_new(void);
void fragment_table_free(struct fragment_table *t);

/* True when f completes its datagram. *whole is then its bytes, borrowed until
 * the next call, and *protocol what its first fragment says is inside. f's own
 * bytes may lie in an earlier *whole. */
bool fragment_join(struct fragment_table *t, struct span *whole,
		   uint8_t *protocol, const struct fragment *f);

/* A fragment that could not be given to fragment_join() counts as well. */
void fragment_count_dropped(struct fragment_table *t);
uint64_t fragment_dropped(const struct fragment_table *t);

#endif /* NET_FRAGMENT_H */
