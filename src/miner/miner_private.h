/* miner_private - what the files of the miner share. */
#ifndef MINER_MINER_PRIVATE_H
#define MINER_MINER_PRIVATE_H

#include "miner/miner.h"
#include "miner/miner_crew.h"
#include "miner/miner_link.h"
#include "miner/miner_log.h"
#include "miner/miner_source.h"

#define MINER_PENDING_MAX 128
#define MINER_SESSION_MAX 256
#define MINER_WORDS_MAX   256

struct miner_pending { /* submitted, not answered yet */
	uint64_t key;
	struct miner_find find;
};

struct miner {
	const struct miner_options *o;
	struct miner_log log;
	struct miner_crew *crew;
	struct tls_client *tls;
	struct miner_totals totals;
	char agent[64];
	int64_t began_ms, now_ms;

	/* The server in use; source NULL: none. */
	const struct miner_source *source;
	void *at;
	size_t url;                            /* index of its URL */
	int64_t source_ms;                     /* when it was begun with */
	uint64_t source_jobs, source_verdicts; /* it has given */
	struct miner_url redirect;
	bool redirected;   /* to redirect, for the next connection */
	unsigned failures; /* rounds in vain, one after the other */
	int64_t next_try_ms;
	char session[MINER_SESSION_MAX]; /* Stratum's, to resume; of url */

	struct miner_work *work; /* given last, or NULL */
	bool working;            /* on it, since: */
	int64_t work_ms;
	uint64_t epoch;
	struct miner_pending pending[MINER_PENDING_MAX];
	size_t num_pending;

	/* Of the rate lines. */
	int64_t rate_ms;
	uint64_t *rate_hashes; /* of each thread, then */
	bool rate_shown;       /* on the terminal's last line */
};

/* What a source tells. */

struct miner_job_told {
	const char *dialect;
	bool clean;      /* shares of earlier jobs are of no use any more */
	uint32_t height; /* 0: not told */
};

/* The server is reached, at this address. */
void miner_source_opened(struct miner *m, const char *address);
/* first_unit and epoch of the parts are not used. False, and it is told: the
 * parts make no header. */
bool miner_source_job(struct miner *m, const struct miner_work_parts *parts,
		      const struct miner_job_told *told);
/* The job is over, and there is no other yet. */
void miner_source_rest(struct miner *m);
void miner_source_verdict(struct miner *m, uint64_t key, bool accepted,
			  bool stale, struct span reason);
/* Something for people; words are the server's, and made safe. */
void miner_source_says(struct miner *m, const char *what, struct span words);
/* The next connection is to be made there, after a while. */
void miner_source_redirect(struct miner *m, const struct miner_url *url,
			   uint32_t wait_s);

/* miner_tell.c: lines for people. */
void miner_tell(struct miner *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void miner_tell_begin(struct miner *m);
void miner_tell_rate(struct miner *m, bool last);
void miner_tell_end(struct miner *m);

/* miner_clock.c */
int64_t miner_clock_ms(void); /* never goes back */

#endif /* MINER_MINER_PRIVATE_H */
