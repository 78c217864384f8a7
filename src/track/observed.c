#include "track/observed.h"

void observed_init(struct observed *o)
{
	*o = (struct observed){ .since = TS_NONE, .doubt = TS_NONE };
}

static void close(struct observed *o, struct ts t, observed_sink *sink,
		  void *context)
{
	if (ts_known(o->since) && t.ns > o->since.ns)
		sink(context, o->since, t, o->difficulty);
	o->since = TS_NONE;
}

void observed_job(struct observed *o, struct ts t, double difficulty,
		  observed_sink *sink, void *context)
{
	/* Nothing was submitted for a job that is not known: none was lost. */
	o->doubt = TS_NONE;
	if (ts_known(o->since) && o->difficulty == difficulty)
		return;
	close(o, t, sink, context);
	o->since = t;
	o->difficulty = difficulty;
}

void observed_share(struct observed *o, bool job_known, observed_sink *sink,
		    void *context)
{
	if (!job_known && ts_known(o->doubt))
		close(o, o->doubt, sink, context);
	o->doubt = TS_NONE;
}

void observed_hole(struct observed *o, struct ts from, struct ts to,
		   observed_sink *sink, void *context)
{
	if (!ts_known(o->since))
		return;
	close(o, from, sink, context);
	o->since = to;
}

void observed_doubt(struct observed *o, struct ts since)
{
	if (ts_known(o->since) && !ts_known(o->doubt))
		o->doubt = since;
}

void observed_end(struct observed *o, struct ts t, observed_sink *sink,
		  void *context)
{
	close(o, t, sink, context);
	o->doubt = TS_NONE;
}
