/* observed - in which time submits were seen and could be proved.
 *
 *	first job            job lost?          next job        end
 *	   |=====================|??????????????????|==============|
 *	                       gap    share for an
 *	                              unknown job
 *
 * A period begins with a job and has one difficulty, that of its jobs. Where
 * bytes of the miner were lost, the stretch is cut out. Where bytes of the
 * pool were lost, a job may have been among them: if the next share is for a
 * job that is known, none was; if not, the time from the gap to the next job
 * is cut out. */
#ifndef TRACK_OBSERVED_H
#define TRACK_OBSERVED_H

#include <stdbool.h>

#include "base/ts.h"

struct observed {        /* private */
	struct ts since; /* TS_NONE: no period is open */
	struct ts doubt; /* TS_NONE: none */
	double difficulty;
};

typedef void observed_sink(void *context, struct ts from, struct ts to,
			   double difficulty);

void observed_init(struct observed *o);
void observed_job(struct observed *o, struct ts t, double difficulty,
		  observed_sink *sink, void *context);
void observed_share(struct observed *o, bool job_known, observed_sink *sink,
		    void *context);
void observed_hole(struct observed *o, struct ts from, struct ts to,
		   observed_sink *sink, void *context);
void observed_doubt(struct observed *o, struct ts since);
void observed_end(struct observed *o, struct ts t, observed_sink *sink,
		  void *context);

#endif /* TRACK_OBSERVED_H */
