/* stratum2_private - what the files of stratum2 share. */
#ifndef PROTO_STRATUM2_PRIVATE_H
#define PROTO_STRATUM2_PRIVATE_H

#include "proto/stratum2.h"
#include "proto/stratum2_message.h"

/* A channel, or a group of channels: their numbers do not overlap. */
struct stratum2_channel {
	uint32_t id, request, group;
	bool asked; /* opening was requested: its id is not known yet */
	bool has_group, has_target, has_prefix, has_prev;
	uint8_t target[32];
	uint8_t prefix[32];
	uint8_t prefix_n;
	struct stratum2_prev_hash prev; /* in force */
	double hash_rate;
	struct span user; /* ours */
};

/* A job that waits for its previous block; what m points to is in block. */
struct stratum2_waiting {
	struct stratum2_message m;
	uint8_t *block;
	size_t n;
};

/* A share that waits for its verdict. */
struct stratum2_share {
	uint32_t channel, sequence;
	bool doubtful; /* passed over by an acknowledgement that did not add up
			*/
	uint64_t number;
};

struct stratum2_stream {
	struct buf pending;
	bool aligned;  /* its next byte begins a frame */
	uint32_t skip; /* bytes of a frame that is not read */
};

struct stratum2 {
	int client;
	uint8_t protocol;
	bool greeted;     /* the version mask was told */
	bool prefix_told; /* extranonce1 was said to be empty */
	struct stratum2_stream stream[2];
	struct stratum2_channel *channel;
	uint32_t num_channels, room_channels;
	struct stratum2_waiting *waiting; /* oldest first */
	uint32_t num_waiting, room_waiting;
	size_t waiting_bytes;
	struct stratum2_share *open; /* oldest first */
	uint32_t num_open, room_open;
	uint64_t shares, unmatched;
	uint64_t faults[DIALECT_FAULTS];
	struct buf scratch; /* what an event's spans point to */
};

/* Where a message's events go. */
struct stratum2_out {
	struct event place;  /* type and union empty */
	uint32_t jobs, size; /* jobs told so far; bytes of the message */
	event_sink *sink;
	void *context;
};

/* Hands e out, behind or together with the version mask. */
void stratum2_tell(struct stratum2 *s, struct stratum2_out *out,
		   struct event *e);

/* One whole message from the right end. Always tells something. */
void stratum2_read_message(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_message *m);

/* A submission that cannot be read: still one that was made. */
void stratum2_read_malformed_share(struct stratum2 *s,
				   struct stratum2_out *out);

/* The channel (or group) of that id, or NULL. Pointers to channels are good
 * until the next stratum2_channel_*() that makes or drops one. */
struct stratum2_channel *stratum2_channel_find(struct stratum2 *s, uint32_t id);
/* Made if absent; NULL if there are too many. */
struct stratum2_channel *stratum2_channel_of(struct stratum2 *s, uint32_t id);
struct stratum2_channel *stratum2_channel_asked(struct stratum2 *s,
						uint32_t request);
struct stratum2_channel *stratum2_channel_ask(struct stratum2 *s,
					      uint32_t request);
void stratum2_channel_drop(struct stratum2 *s, struct stratum2_channel *c);
/* Is c the one addressed as id, or one of the group that is? */
bool stratum2_channel_addressed(const struct stratum2_channel *c, uint32_t id);

/* Keeps a copy of a job. */
void stratum2_job_keep(struct stratum2 *s, const struct stratum2_message *m);
/* Forgets the oldest; those kept for that channel or group. */
void stratum2_job_drop_oldest(struct stratum2 *s);
void stratum2_job_drop_of(struct stratum2 *s, uint32_t id);
/* Tells those that waited for this block. */
void stratum2_job_activate(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_prev_hash *prev);
/* Tells one for the block that is known already; nothing if none is. */
void stratum2_job_active(struct stratum2 *s, struct stratum2_out *out,
			 const struct stratum2_message *m);

#endif /* PROTO_STRATUM2_PRIVATE_H */
