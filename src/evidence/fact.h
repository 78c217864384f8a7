/* fact - what was seen, in the words that everything behind the dialects uses.
 *
 * A session is one TCP connection on which mining was spoken; a job is what
 * the pool handed out; a share is one submitted proof; a period is a time in
 * which submits would have been seen and could have been proved. Facts are
 * keyed by where they lay in their stream, so that the same packets read
 * twice, or captured at two taps, are the same facts.
 *
 * Spans and strings are borrowed: from the caller when a fact is given to the
 * store, from the store (until the next call on it) when it is given back.
 * NULL, an empty span and TS_NONE mean "not determined". */
#ifndef EVIDENCE_FACT_H
#define EVIDENCE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/ts.h"

#define FACT_ID 17 /* 16 hex digits and a NUL */

/* A job that a submission shows lies so far from its share: half of all numbers
 * away from what the other direction handed out, whose numbers may begin
 * alike. */
#define FACT_SHOWN UINT32_C(0x80000000)

/* How a share ended when it was held against its job; or that a generator made
 * it up, so that it was never held against anything. */
#define FACT_PROOF_LIST(X)                                                     \
	X(FACT_PROVED, "proved")                                               \
	X(FACT_CLAIMED, "claimed, not recomputed")                             \
	X(FACT_SIMULATED, "simulated")                                         \
	X(FACT_HIGH, "hash above target")                                      \
	X(FACT_NO_JOB, "job not in the capture")                               \
	X(FACT_NO_EXTRANONCE1, "extranonce1 not known")                        \
	X(FACT_NO_DIFFICULTY, "difficulty not known")                          \
	X(FACT_MALFORMED, "fields malformed")                                  \
	X(FACT_NO_SOLUTION, "not a solution of its puzzle")                    \
	X(FACT_UNSUPPORTED, "dialect's proof of work not recomputed")
#define FACT_ENUM(name, text) name,
enum fact_proof {
	FACT_PROOF_LIST(FACT_ENUM) FACT_PROOFS
};

/* Where a value came from. */
#define FACT_SOURCE_LIST(X)                                                    \
	X(FACT_UNKNOWN, "unknown")                                             \
	X(FACT_SUBSCRIBE, "subscribe")                                         \
	X(FACT_SET, "set")                                                     \
	X(FACT_RECOVERED, "recovered")
enum fact_source {
	FACT_SOURCE_LIST(FACT_ENUM) FACT_SOURCES
};

#define FACT_VERDICT_LIST(X)                                                   \
	X(FACT_UNANSWERED, "unanswered")                                       \
	X(FACT_ACCEPTED, "accepted")                                           \
	X(FACT_REJECTED, "rejected")
enum fact_verdict {
	FACT_VERDICT_LIST(FACT_ENUM) FACT_VERDICTS
};

#define FACT_ALGORITHM_LIST(X)                                                 \
	X(FACT_NO_ALGORITHM, "unknown")                                        \
	X(FACT_SHA256D, "sha256d")                                             \
	X(FACT_SCRYPT, "scrypt")                                               \
	X(FACT_EQUIHASH, "equihash")                                           \
	X(FACT_ETHASH, "ethash")                                               \
	X(FACT_CRYPTONIGHT, "cryptonight or randomx")

/* Of a submitted block: does its coinbase commit to its witnesses (BIP 141)? */
#define FACT_WITNESS_LIST(X)                                                   \
	X(FACT_WITNESS_UNKNOWN, "unknown")                                     \
	X(FACT_WITNESS_NONE, "none needed")                                    \
	X(FACT_WITNESS_GOOD, "good")                                           \
	X(FACT_WITNESS_MISSING, "missing")                                     \
	X(FACT_WITNESS_STRIPPED, "witnesses not in it")                        \
	X(FACT_WITNESS_BAD, "bad")
enum fact_algorithm {
	FACT_ALGORITHM_LIST(FACT_ENUM) FACT_ALGORITHMS
};

enum fact_witness {
	FACT_WITNESS_LIST(FACT_ENUM) FACT_WITNESSES
};
#undef FACT_ENUM

const char *fact_proof_text(enum fact_proof p);
const char *fact_source_text(enum fact_source s);
const char *fact_verdict_text(enum fact_verdict v);
const char *fact_algorithm_text(enum fact_algorithm a);
const char *fact_witness_text(enum fact_witness w);

struct fact_input {
	const char *name;
	uint8_t sha256[32];
	uint64_t bytes, packets;
	struct ts first, last;
	const char *status;  /* "ok", or the sentence that says how it ended */
	const char *version; /* of assay */
	const char *options; /* of the command line that read it */
};

/* All that an input saw in one stretch of time, mining or not: what tells a
 * sensor that was switched on from an operation that began. Stretches in which
 * it saw nothing have none; between an input's first and last packet it was on
 * all the same. Packets without a time are in none. */
struct fact_traffic {
	int64_t input;
	struct ts start;         /* a whole number of its lengths since 1970 */
	uint32_t seconds;        /* its length; the same in all of an input */
	uint64_t packets, bytes; /* bytes as on the wire */
	/* TCP connections begun: SYNs without ACK, one sent again, too. */
	uint64_t connections;
	struct ts first, last; /* of its packets */
};

struct fact_session {
	char id[FACT_ID];
	const char *dialect; /* "stratum-v1" */
	const char *client_ip, *server_ip;
	uint16_t client_port, server_port;
	struct ts first, last;  /* of the packets of the conversation */
	const char *user_agent; /* NULL: not seen */
	const char
		*server_agent; /* the server's own software; NULL: not seen */
	const char *host; /* name the client used for the server, or NULL */
	const char *host_source; /* "subscribe", "http", "tls" */
	const char *server_name; /* of the server's address, by DNS; or NULL */
	const char *carrier;     /* "lines", "tls/http", .. */
	/* What TLS says of itself; NULL where it was not seen. */
	const char *tls_version, *tls_alpn, *tls_names, *ja3, *ja4;
	/* The last extranonce1 in force; length 0 is legal: look at source. */
	struct span extranonce1;
	enum fact_source extranonce1_source;
	/* Announced last, for jobs to come: as on the wire. */
	struct span difficulty;
	uint32_t version_mask; /* 0: not seen */
	enum fact_algorithm algorithm;
	/* Sequence numbers seen on the wire, to join captures of one
	 * conversation: where each direction's bytes began and end. */
	bool from_start; /* both SYNs were seen: *_first are ISNs */
	uint32_t client_first, client_end, server_first, server_end;
	/* TCP payload that was captured, each byte of the stream once, and
	 * packets that carried any, as often as captured. Where captures of
	 * one conversation, read apart, overlap, at least so much. 0: none, or
	 * not counted. */
	uint64_t client_bytes, server_bytes, client_packets, server_packets;
	uint64_t gaps, lost; /* holes in either direction, and their bytes */
	uint64_t malformed;  /* messages that could not be read */
	uint64_t replies_unmatched; /* answers whose request was not seen */
	uint64_t other_calls;       /* JSON-RPC calls that are not mining's */
	double reported_rate;       /* hash/s, the miner's own word; 0: none */
	double clock_offset; /* job ntime - packet time, median, s; or NAN */
	/* Candidates tried for an extranonce1 that was not captured, and what
	 * the best is worth: -log2 of the expected number of false ones. */
	uint64_t search_tried; /* 0: there was no search */
	double search_bits;
};

/* How far the search among all values of a session's extranonce1 came. */
struct fact_search {
	char session[FACT_ID];
	uint8_t question[32]; /* SHA-256d of what the values are held against */
	uint64_t tried;       /* the values 0 to tried - 1 */
	struct span value;    /* the best; empty: there is none */
};

/* Is HTTP what carried its messages ("http", "tls/http"; not "http/lines", a
 * tunnel)? Then others between its ends may be the same dialogue. */
bool fact_by_http(const struct fact_session *f);

struct fact_job {
	char session[FACT_ID];
	uint32_t position; /* sequence number of its message's first byte; of
			    * one that a submission shows FACT_SHOWN more */
	struct ts time;
	uint64_t frame;
	int64_t input; /* row of store_input() */
	struct span job_id;
	struct span extranonce1; /* in force for this job */
	enum fact_source extranonce1_source;
	uint8_t previous[32]; /* internal order */
	struct span coinbase1, coinbase2;
	struct span branches; /* 32 bytes each, internal order */
	uint32_t version, nbits, ntime;
	bool clean;
	/* Difficulty announced and in force; empty: not known. As on the wire.
	 */
	struct span difficulty;
	/* Or a target: of this job, or in force. 32 bytes, little-endian. */
	struct span target;
	/* What kind of work it asks for. FACT_NO_ALGORITHM: an 80-byte header,
	 * hashed by SHA-256d or scrypt. Which field holds what: docs/
	 * case-file.md. */
	enum fact_algorithm algorithm;
	struct span variant; /* the pool's name for it ("rx/0"), or empty */
	uint32_t height;     /* as the pool told it; 0: it did not */
};

struct fact_share {
	char session[FACT_ID];
	uint32_t position; /* sequence number of its message's first byte */
	struct ts time;
	uint64_t frame;
	int64_t input;
	struct span worker;
	struct span job_id; /* as submitted */
	bool has_job;       /* job_position names the job it was held to */
	uint32_t job_position;
	struct span extranonce2;
	uint32_t ntime, nonce;
	bool has_version_bits;
	uint32_t version_bits, version_mask;
	enum fact_proof proof;
	enum fact_algorithm algorithm;
	/* As hashed: 80 bytes; 140 for Equihash, 32 for Ethash. Empty: could
	 * not be rebuilt. */
	struct span header;
	struct span solution; /* of Equihash; of Ethash its mix; or empty */
	struct span hash;     /* 32 bytes, internal order, or empty */
	double difficulty;  /* of its target: the one it was held to; 0: none */
	struct span target; /* 32 bytes, little-endian, or empty */
	bool rounding;      /* within 2^-15 above the target, yet accepted */
	bool at_once;       /* met a difficulty announced after its job */
	enum fact_verdict verdict;
	struct span reason; /* the pool's words for a refusal */
	bool duplicate;     /* same header earlier in its session */
	/* No other share of the case has its hash. Known of kept ones only
	 * (store_keep_shares()); else false. */
	bool alone;
	enum fact_witness witness;
	bool by_server; /* a block that came from the server's end */
};

/* In this time submits of its session would have been seen and provable. */
struct fact_period {
	char session[FACT_ID];
	struct ts from, to;
	/* In force; 0: not known. A target of headers is told in the unit of
	 * SHA-256d, also where it is scrypt that hashes them. */
	double difficulty;
};

/* A block of which nodes told each other (track/origin.h has the rules). */
struct fact_block {
	uint8_t hash[32];         /* internal order */
	struct ts header_time;    /* TS_NONE: nobody told */
	const char *announcer_ip; /* told of it first, unasked; NULL: nobody */
	struct ts first;          /* when, */
	char session[FACT_ID];    /* in which conversation, */
	uint32_t position;        /* and where */
	bool indicated;           /* the announcer may well have made it */
	bool shown_before;        /* somebody had shown the block before */
	uint32_t others;          /* nodes as unexplained as the announcer */
	uint32_t connections;     /* of the announcer, captured */
};

#endif /* EVIDENCE_FACT_H */
