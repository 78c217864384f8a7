/* probe - asks servers, openly and on command, whether they are pools.
 *
 * With miner/ the only room that opens connections. A target is asked in one
 * dialect after the other, each on a connection of its own, in clear and then
 * in TLS, until it gives a job: whoever hands out work is a pool. It is never
 * asked for anything else, and nothing is ever submitted to it.
 *
 *	target -> name -> [connection -> what is said -> judge] ... -> result
 *
 * Polite: the agent says who asks; one connection at a time to an address, two
 * seconds between them, a rate over all targets, a limit to the time and the
 * bytes of each.
 *
 * probe_target.c reads targets; probe_plan.c says what to ask next;
 * probe_say.c writes the words; probe_judge.c makes something of the answer;
 * probe_link.c and probe_name.c speak to the network; probe_run.c
 * wires them; probe_tell*.c are the outputs. */
#ifndef ACTIVE_PROBE_H
#define ACTIVE_PROBE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/finding.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/ts.h"

#define PROBE_HOST_MAX    254 /* with the NUL */
#define PROBE_PATH_MAX    512
#define PROBE_ADDRESS_MAX 64 /* "[v6]:port" and a NUL */
#define PROBE_FIRST_MAX   80 /* first bytes of an answer that are kept */
#define PROBE_WORDS_MAX   200
#define PROBE_NAMES_MAX   1024
#define PROBE_BYTES_MAX   (1u << 20) /* that are read of a connection */
#define PROBE_PAUSE_NS    INT64_C(2000000000) /* between two to an address */
#define PROBE_ADDRESSES   8                   /* of a name that are tried */
#define PROBE_AT_ONCE     64                  /* targets in work */

/* What is asked for. The first two are lines, the others HTTP. */
#define PROBE_KIND_LIST(X)                                                     \
	X(PROBE_STRATUM, "stratum")                                            \
	X(PROBE_MONERO, "monero")                                              \
	X(PROBE_GETBLOCKTEMPLATE, "getblocktemplate")                          \
	X(PROBE_GETWORK, "getwork")
#define PROBE_ENUM(name, text) name,
enum probe_kind {
	PROBE_KIND_LIST(PROBE_ENUM) PROBE_KINDS
};

/* How a connection went, best first. */
#define PROBE_VERDICT_LIST(X)                                                  \
	X(PROBE_JOB, "job")         /* it gave one */                          \
	X(PROBE_SPEAKS, "speaks")   /* the dialect, and gave no job */         \
	X(PROBE_REFUSES, "refuses") /* by an error in the dialect */           \
	X(PROBE_OTHER, "other")     /* it answers, something else */           \
	X(PROBE_CLOSED, "closed")   /* by it, without a word */                \
	X(PROBE_SILENT, "silent")   /* no answer in time */                    \
	X(PROBE_NO_TLS, "no tls")   /* the handshake failed */                 \
	X(PROBE_UNREACHABLE, "unreachable")
enum probe_verdict {
	PROBE_VERDICT_LIST(PROBE_ENUM) PROBE_VERDICTS
};
#undef PROBE_ENUM

const char *probe_kind_text(enum probe_kind k);
const char *probe_verdict_text(enum probe_verdict v);
/* The line kinds, and those over HTTP, as sets. */
#define PROBE_BIT(kind) (1u << (kind))
#define PROBE_LINES     (PROBE_BIT(PROBE_STRATUM) | PROBE_BIT(PROBE_MONERO))
#define PROBE_HTTP                                                             \
	(PROBE_BIT(PROBE_GETBLOCKTEMPLATE) | PROBE_BIT(PROBE_GETWORK))
#define PROBE_ALL (PROBE_LINES | PROBE_HTTP)

/* A set of kinds from "stratum,getwork"; false if a word is none of them. */
bool probe_kinds_parse(unsigned *kinds, struct span text);

enum probe_security {
	PROBE_CLEAR,
	PROBE_TLS,
	PROBE_CLEAR_THEN_TLS, /* where nothing answers in clear */
	PROBE_BOTH,
};

struct probe_target {
	char text[PROBE_HOST_MAX + PROBE_PATH_MAX + 32]; /* as it was given */
	char host[PROBE_HOST_MAX];                       /* without brackets */
	char port[6];
	char path[PROBE_PATH_MAX]; /* of HTTP: "/" if there was none */
	unsigned kinds;            /* PROBE_ALL, or what its scheme fixes */
	bool fixed;                /* the scheme says whether there is TLS */
	bool tls;
};

/* HOST:PORT, [V6]:PORT, or SCHEME://HOST:PORT with stratum, stratum+tcp, tcp,
 * stratum+ssl, stratum+tls, stratum+tcps, ssl, tls, http, https; a path is
 * taken after http and https only, whose ports may be left out. White space
 * around it does not count. ST_BAD with why, and *out as it was, for anything
 * else. */
must_use enum status probe_target_parse(struct probe_target *out,
					struct span text, struct why *why);

/* What a certificate says. */
struct probe_certificate {
	bool seen;
	bool valid; /* for this host, by the system's authorities */
	char why[PROBE_WORDS_MAX];   /* if it is not */
	char names[PROBE_NAMES_MAX]; /* subject and alternative ones, spaced */
	char version[16];            /* "TLSv1.3" */
};

/* One connection. */
struct probe_attempt {
	enum probe_kind kind;
	bool tls;
	enum probe_verdict verdict;
	/* What the server said began as HTTP, as a record of TLS. */
	bool saw_http, saw_tls;
	char address[PROBE_ADDRESS_MAX]; /* "" where there was none */
	char words[PROBE_WORDS_MAX];     /* the server's, or why not; or "" */
	char difficulty[32]; /* of shares, as it announced it; or "" */
	uint8_t first[PROBE_FIRST_MAX];
	size_t first_n;
	uint64_t received; /* bytes */
	double seconds;
	struct ts time; /* when it began */
};

/* Each kind in clear and in TLS, each with a few addresses more. */
#define PROBE_ATTEMPTS_MAX (2 * PROBE_KINDS + 2 * PROBE_ADDRESSES)

struct probe_result {
	const struct probe_target *target;
	enum probe_verdict verdict; /* the best of all attempts */
	struct probe_attempt attempt[PROBE_ATTEMPTS_MAX];
	size_t num_attempts; /* 0: there was no time for any */
	size_t best;         /* which attempt the verdict is of */
	/* PROBE_JOB, PROBE_SPEAKS: what its words tell, one or none. */
	struct findings findings;
	struct probe_certificate certificate;
	bool interrupted; /* there was more to ask */
};

void probe_result_fini(struct probe_result *r);

/* The verdict, but "pool" or "node" for whoever gave a job: a template that
 * demands all that the network does is a node's. NULL: nothing was asked. */
const char *probe_result_text(const struct probe_result *r);

/* Adds an attempt, and keeps verdict and best. */
void probe_result_add(struct probe_result *r, const struct probe_attempt *a);

struct probe_options {
	const char *version; /* "0.1.0": the agent is "assay-probe/0.1.0" */
	const char *user;    /* sent as login */
	double timeout_s;    /* of a connection, and of finding a name */
	double rate;         /* connections a second, over all targets */
	unsigned kinds;
	enum probe_security security;
	/* Becomes not 0: end early. */
	const volatile sig_atomic_t *stop;
};

/* What to ask next, from what was answered. False: that was all. */
bool probe_plan(enum probe_kind *kind, bool *tls, const struct probe_result *r,
		const struct probe_options *o);

/* r is borrowed for the call. False: end early. */
typedef bool probe_sink(void *context, const struct probe_result *r);

/* Asks n targets, and gives each result when it is there; after a stop also
 * those of targets in work. ST_IO with why if there can be no connections at
 * all. SIGPIPE is not raised by it. */
must_use enum status probe_run(const struct probe_target *targets, size_t n,
			       const struct probe_options *options,
			       probe_sink *sink, void *context,
			       struct why *why);

/* One line of JSON (docs/json.md, "probe"), or a paragraph for people. False if
 * out is full. */
bool probe_tell_json(struct buf *out, const struct probe_result *r);
bool probe_tell_text(struct buf *out, const struct probe_result *r);

#endif /* ACTIVE_PROBE_H */
