#include <string.h>

#include "proto/http_private.h"

static void forget(struct http_pair *p, size_t n)
{
	memmove(p->open, p->open + n, (p->n - n) * sizeof(p->open[0]));
	p->n -= n;
	p->sure -= p->sure < n ? p->sure : n;
}

uint64_t http_pair_request(struct http_pair *p, enum http_asked asked)
{
	const uint64_t number = p->requests++;

	/* A client that waits for each answer had all it asked before. */
	if (p->doubt && p->sure == 0 && !p->pipelined) {
		forget(p, p->n);
		p->doubt = false;
	}
	if (p->sure > 0)
		p->pipelined = true;
	if (p->n == HTTP_OPEN_MAX) {
		p->doubt = true; /* what comes behind them is not known */
		return number;
	}
	p->open[p->n++] = (struct http_open){ number, asked };
	if (!p->doubt)
		p->sure = p->n;
	return number;
}

struct http_open http_pair_response(struct http_pair *p, bool interim)
{
	static const struct http_open unpaired = { HTTP_UNPAIRED, HTTP_ASKED };

	if (p->sure == 0) {
		/* An answer to nothing we know: more was asked than seen. */
		p->doubt = true;
		return unpaired;
	}
	const struct http_open answered = p->open[0];

	if (!interim)
		forget(p, 1);
	return answered;
}

void http_pair_lost(struct http_pair *p, bool client)
{
	/* Lost requests stand behind those that are open. Lost responses
	 * may have answered any of them. */
	p->doubt = true;
	if (!client)
		p->sure = 0;
}
