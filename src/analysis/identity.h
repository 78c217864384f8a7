/* identity - what a session's jobs and logins say about who, where and what.
 *
 * Everything here is read off captured bytes or a shipped list; what they do
 * not settle stays NULL or 0. */
#ifndef ANALYSIS_IDENTITY_H
#define ANALYSIS_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "coin/address.h"
#include "coin/network.h"
#include "evidence/store.h"

#define IDENTITY_PAYOUTS_MAX 4096
#define IDENTITY_SCRIPT_MAX  67 /* a key of 65 bytes, pushed and checked */
#define IDENTITY_POOL_TEXT   128

struct identity_payout {
	char address[ADDRESS_TEXT]; /* "" where the script has none */
	enum address_kind kind;
	uint64_t sat;   /* in the latest job that pays it */
	double portion; /* of that job's whole reward */
	uint64_t job;   /* which that is: they are counted from 1 */
	/* The output's script, as long as it is one that has an address. */
	uint8_t script[IDENTITY_SCRIPT_MAX];
	size_t script_n; /* 0: longer */
};

struct identity {
	const struct network *network; /* NULL: not determined */
	bool not_btc; /* its height and nBits are not Bitcoin's */
	uint32_t height_first, height_last; /* 0: not known */
	uint32_t nbits;                     /* of the latest job */
	double network_difficulty;          /* 0: no job was read */
	uint64_t reward;  /* satoshi, all outputs of the latest job; 0: ? */
	const char *pool; /* NULL: none known */
	const char *pool_source; /* "coinbase tag", "payout address", "host" */
	const char
		*listed; /* server's entry on the list of pool hosts, or NULL */
	char tag[IDENTITY_POOL_TEXT];   /* printable part of the coinbase */
	struct identity_payout *payout; /* free with identity_fini() */
	uint32_t num_payouts;
	uint64_t jobs;
	uint64_t jobs_shown; /* of these: by a submission, not handed out */
	/* Slots of the tree of chains that the coinbase commits to beside its
	 * own (merged mining): at most so many more; 0: none. */
	uint32_t merged_chains;
	char variant[32]; /* of the work, in the pool's words ("rx/0"), or "" */
	/* An address in a user name, or "". */
	char account[ADDRESS_TEXT];
	const char *client_role, *server_role; /* "miner", "proxy", "pool",
						* "poller", "node"; NULL: ? */
};

/* Of a session that lies in the store as n connections; session is the first
 * of them. override (may be NULL) is taken as the network, whatever the jobs
 * say. */
enum status identity_of_connections(struct identity *out, struct store *store,
				    const struct fact_session *session,
				    const char *const *ids, size_t n,
				    const struct network *override);

/* Of a session of one connection. */
enum status identity_of_session(struct identity *out, struct store *store,
				const struct fact_session *session,
				const struct network *override);
void identity_fini(struct identity *i);

#endif /* ANALYSIS_IDENTITY_H */
