/* scan - from capture files to facts in a store: the main job.
 *
 *	capture -> packets -> decode -> flows -> conversations -> streams
 *	  -> messages -> events -> sessions -> facts
 *
 *	           capture -> segments -+-> lane 0 -+
 *	                      (reader)  +-> lane 1 -+-> store
 *	                                +-> ...    -+
 *
 * Lanes are read by several threads (engine/crew.h). What is found does not
 *depend on how many lanes there are, as long as no limit is reached: limits are
 *divided among them. */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"
#include "ingest/capture.h"
#include "net/decode.h"
#include "proto/dialect.h"
#include "proto/message.h"
#include "proto/tls_keys.h"

#define SCAN_PREFIXES_MAX 64

/* A network of interest: only conversations with an end inside one of the
 * prefixes are looked at (none given: all). */
struct scan_prefix {
	struct endpoint net;
	uint8_t bits; /* of the 128-bit form: IPv4 /24 is 120 */
};

/* "10.66.0.0/16", "fd66::/64", or a single address. */
bool scan_prefix_parse(struct scan_prefix *out, struct span text);

/* Threads that read flows, when none are asked for: the processors there are,
 * at most SCAN_LANES_USUAL. */
#define SCAN_LANES_MAX   64
#define SCAN_LANES_USUAL 8

struct scan_options {
	struct capture_options capture;
	struct scan_prefix site[SCAN_PREFIXES_MAX];
	size_t num_sites;
	unsigned lanes;   /* and threads, the caller's among them; 0: as many as
			   * there are processors */
	size_t flows_max; /* 0: the default, 4 million */
	size_t conversations_max; /* 0: the default, 65536 */
	struct tls_keys *keys;    /* of TLS; NULL: none. Those in the inputs are
				   * added; borrowed. */
	bool recover;             /* search every extranonce1, not neighbours */
	const char *version, *command; /* for the record of inputs */
	/* Called about once in 2^20 packets, for a progress line; may be NULL.
	 */
	void (*progress)(void *context, const struct capture *c,
			 uint64_t packets);
	/* The same during a long search for an extranonce1. */
	void (*searching)(void *context, uint64_t from, uint64_t tried,
			  uint64_t all);
	void *context;
};

/* Is a conversation between these wanted? */
bool scan_prefix_wants(const struct scan_options *o, const struct endpoint *a,
		       const struct endpoint *b);

struct scan_counts {
	uint64_t packets, bytes; /* read; bytes as on the wire */
	uint64_t decoded[DECODE_RESULTS];
	uint64_t flows, flows_dropped;
	uint64_t conversations;         /* looked at as a dialogue */
	uint64_t conversations_dropped; /* not looked at, for lack of room */
	uint64_t sessions;              /* that spoke mining */
	uint64_t gaps, lost;            /* in them: holes, and their bytes */
	uint64_t retransmitted, conflicts, out_of_order; /* in them */
	uint64_t fragments_dropped;
	uint64_t snapped; /* packets shorter than on the wire */
	uint64_t jobs_dropped;
	struct message_counts messages; /* in sessions */
	uint64_t not_json;
	uint64_t faults[DIALECT_FAULTS];
	uint64_t replies_unmatched;
	struct ts first, last;
};

/* Reads all inputs into the store. ST_OK; ST_USAGE for a wrong filter; ST_IO
 * if the store failed (what was read until then is in counts); ST_BAD if no
 * input could be read whole. Inputs' own troubles are in the store's inputs,
 * and told through `trouble`, one sentence each. */
enum status scan_run(struct store *store, const char *const *names, size_t n,
		     const struct scan_options *options,
		     struct scan_counts *counts,
		     void (*trouble)(void *context, const char *sentence),
		     struct why *why);

#endif /* ENGINE_SCAN_H */
