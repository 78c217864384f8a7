/* stratum2_message - Stratum v2's messages, read and written.
 *
 * A frame is a header of six bytes and a payload:
 *
 *	u16 extension, and its highest bit: is this about one channel? |
 *	u8 type | u24 length of the payload			(little-endian)
 *
 * Each message has one list of fields, in the order of the wire, which both
 * reads and writes: the two cannot differ. Source: the Stratum v2 specification
 * (stratum-mining/sv2-spec), chapters 3, 5 and 8; the fields have its names. */
#ifndef PROTO_STRATUM2_MESSAGE_H
#define PROTO_STRATUM2_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"

#define STRATUM2_HEADER      6
#define STRATUM2_CHANNEL_BIT 0x8000u
#define STRATUM2_TAIL_MAX    512 /* of extensions' fields behind a message */
/* The longest message that is read: SetGroupChannel's of 65,535 channels. */
#define STRATUM2_PAYLOAD_MAX (6 + 65535 * 4 + STRATUM2_TAIL_MAX)

enum stratum2_sender {
	STRATUM2_BY_CLIENT,
	STRATUM2_BY_SERVER,
	STRATUM2_BY_EITHER
};

/* Type on the wire, its number, who sends it, is it about one channel, and the
 * fewest and the most bytes of its payload without extensions' fields. */
#define STRATUM2_LIST(X)                                                       \
	X(STRATUM2_SETUP, 0x00, CLIENT, 0, 16, 1291)                           \
	X(STRATUM2_SETUP_SUCCESS, 0x01, SERVER, 0, 6, 6)                       \
	X(STRATUM2_SETUP_ERROR, 0x02, SERVER, 0, 5, 260)                       \
	X(STRATUM2_ENDPOINT_CHANGED, 0x03, SERVER, 1, 4, 4)                    \
	X(STRATUM2_RECONNECT, 0x04, SERVER, 0, 3, 258)                         \
	X(STRATUM2_OPEN_STANDARD, 0x10, CLIENT, 0, 41, 296)                    \
	X(STRATUM2_OPEN_STANDARD_SUCCESS, 0x11, SERVER, 0, 45, 77)             \
	X(STRATUM2_OPEN_ERROR, 0x12, SERVER, 0, 5, 260)                        \
	X(STRATUM2_OPEN_EXTENDED, 0x13, CLIENT, 0, 43, 298)                    \
	X(STRATUM2_OPEN_EXTENDED_SUCCESS, 0x14, SERVER, 0, 43, 79)             \
	X(STRATUM2_NEW_JOB, 0x15, SERVER, 1, 45, 49)                           \
	X(STRATUM2_UPDATE, 0x16, CLIENT, 1, 40, 40)                            \
	X(STRATUM2_UPDATE_ERROR, 0x17, SERVER, 1, 5, 260)                      \
	X(STRATUM2_CLOSE, 0x18, EITHER, 1, 5, 260)                             \
	X(STRATUM2_SET_PREFIX, 0x19, SERVER, 1, 5, 37)                         \
	X(STRATUM2_SUBMIT_STANDARD, 0x1a, CLIENT, 1, 24, 24)                   \
	X(STRATUM2_SUBMIT_EXTENDED, 0x1b, CLIENT, 1, 25, 57)                   \
	X(STRATUM2_SUBMIT_SUCCESS, 0x1c, SERVER, 1, 20, 20)                    \
	X(STRATUM2_SUBMIT_ERROR, 0x1d, SERVER, 1, 9, 264)                      \
	X(STRATUM2_NEW_EXTENDED_JOB, 0x1f, SERVER, 1, 19, 139253)              \
	X(STRATUM2_SET_NEW_PREV_HASH, 0x20, SERVER, 1, 48, 48)                 \
	X(STRATUM2_SET_TARGET, 0x21, SERVER, 1, 36, 36)                        \
	X(STRATUM2_SET_GROUP, 0x25, SERVER, 0, 6, 262146)
#define STRATUM2_ENUM(name, number, sender, channel, least, most) name = number,
enum stratum2_type {
	STRATUM2_LIST(STRATUM2_ENUM)
};
#undef STRATUM2_ENUM

/* Byte order of 32-byte values is the wire's, which is internal order. */
struct stratum2_setup {
	uint8_t protocol; /* 0 mining, 1 job declaration, 2 templates */
	uint16_t min_version, max_version, port;
	uint32_t flags;
	struct span host, vendor, hardware, firmware, device;
};

struct stratum2_open { /* both kinds */
	uint32_t request;
	struct span user;
	float hash_rate; /* per second; whatever bits were sent */
	uint8_t max_target[32];
	uint16_t min_extranonce_size; /* extended */
};

struct stratum2_opened { /* both kinds */
	uint32_t request, channel, group;
	bool has_group; /* extended: not before October 2025 */
	uint8_t target[32];
	uint16_t extranonce_size; /* extended */
	struct span prefix;       /* at most 32 bytes */
};

struct stratum2_job { /* both kinds */
	uint32_t channel, job, version, min_ntime;
	bool has_min_ntime;      /* false: holds from a SetNewPrevHash on */
	uint8_t merkle_root[32]; /* standard; the rest is extended */
	bool version_rolling;
	struct span path; /* 32 bytes each */
	struct span prefix, suffix;
};

struct stratum2_submit { /* both kinds */
	uint32_t channel, sequence, job, nonce, ntime, version;
	struct span extranonce; /* extended; at most 32 bytes */
};

struct stratum2_submitted {
	uint32_t channel, last_sequence, accepted;
	uint64_t difficulty_sum;
};

struct stratum2_prev_hash {
	uint32_t channel, job, min_ntime, nbits;
	uint8_t prev_hash[32];
};

struct stratum2_message {
	enum stratum2_type type;
	union {
		struct stratum2_setup setup;
		struct stratum2_open open;
		struct stratum2_opened opened;
		struct stratum2_job job;
		struct stratum2_submit submit;
		struct stratum2_submitted submitted;
		struct stratum2_prev_hash prev_hash;
		struct {
			uint16_t used_version;
			uint32_t flags;
		} setup_success;
		struct {
			/* flags, request, channel, or channel and sequence */
			uint32_t id, sequence;
			struct span text; /* error or reason code */
		} refusal;
		struct {
			struct span host;
			uint16_t port;
		} reconnect;
		struct {
			uint32_t channel;
			float hash_rate;
			uint8_t target[32]; /* also SetTarget's */
		} update;
		struct {
			uint32_t channel;
			struct span prefix;
		} set_prefix;
		struct {
			uint32_t group;
			struct span channels; /* u32 each, little-endian */
		} set_group;
	};
	struct span tail; /* behind the fields: those of extensions */
};

struct stratum2_kind {
	const char *name;
	enum stratum2_sender sender;
	bool channel;
	uint32_t least, most;
};

/* What the list above says of a type, or NULL for one that is not read. */
const struct stratum2_kind *stratum2_message_kind(uint8_t type);

/* Reads a payload; its spans are borrowed from it. False, and out as it was,
 * if a field is missing or impossible. */
bool stratum2_message_read(struct stratum2_message *out, uint8_t type,
			   struct span payload);

/* Appends the frame of m. False, and out as it was, if a field is too long or
 * out has no room. */
bool stratum2_message_write(struct buf *out, const struct stratum2_message *m);

/* The worker that extension 2 names behind a submission, or empty. */
struct span stratum2_message_worker(struct span tail);

#endif /* PROTO_STRATUM2_MESSAGE_H */
