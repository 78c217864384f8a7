/* probe_say - what is said to a server, in each dialect. */
#ifndef ACTIVE_PROBE_SAY_H
#define ACTIVE_PROBE_SAY_H

#include "active/probe.h"

/* Appends the step-th thing to say (from 0) to out: false if there is none. A
 * step from 1 on is said once the request before it, whose id is step, was
 * taken. */
bool probe_say(struct buf *out, unsigned step, enum probe_kind kind,
	       const struct probe_target *target,
	       const struct probe_options *options);

#endif /* ACTIVE_PROBE_SAY_H */
