#include <string.h>

#include "proto/p2p_private.h"

void p2p_asked_fini(struct p2p_asked *a)
{
	map_free(a->hashes);
}

/* An unknown time is within. */
static bool within(struct ts since, struct ts now)
{
	return !(ts_seconds(since, now) > P2P_ANSWER_S);
}

void p2p_asked_doubt(struct p2p_asked *a)
{
	a->doubt = true;
	a->doubt_since = TS_NONE;
}

void p2p_asked_time(struct p2p_asked *a, struct ts now)
{
	if (!a->doubt)
		return;
	if (!ts_known(a->doubt_since))
		a->doubt_since = now;
	a->doubt = within(a->doubt_since, now);
}

void p2p_asked_invs(struct p2p_asked *a, struct ts now)
{
	a->invs = (struct p2p_wait){ .left = P2P_INV_MAX, .since = now };
}

void p2p_asked_headers(struct p2p_asked *a, struct ts now)
{
	if (a->headers.left < UINT32_MAX)
		a->headers.left++;
	a->headers.since = now;
}

void p2p_asked_hash(struct p2p_asked *a, const uint8_t hash[32])
{
	const struct span key = { hash, 32 };

	if (!a->hashes)
		a->hashes = map_new(P2P_ASKED_MAX, 0);
	if (!map_put(a->hashes, key, NULL))
		a->forgot = true;
}

static bool answers(struct p2p_wait *w, struct ts now)
{
	if (!within(w->since, now))
		w->left = 0;
	if (w->left == 0)
		return false;
	w->left--;
	return true;
}

bool p2p_asked_for_inv(struct p2p_asked *a, struct ts now)
{
	return answers(&a->invs, now) || a->doubt;
}

bool p2p_asked_for_headers(struct p2p_asked *a, struct ts now)
{
	return answers(&a->headers, now) || a->doubt;
}

bool p2p_asked_for_hash(struct p2p_asked *a, const uint8_t hash[32])
{
	const struct span key = { hash, 32 };

	return (a->hashes && map_drop(a->hashes, key)) || a->forgot || a->doubt;
}
