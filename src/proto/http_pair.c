#include <string.h>

#include "proto/http_private.h"

uint64_t http_pair_request(struct http_pair *p, enum http_asked asked)
{
	const struct http_open open = { p->requests++, asked };

	if (p->n == HTTP_OPEN_MAX)
		p->doubt = true;
	if (!p->doubt) {
		p->open[p->n++] = open;
		return open.number;
	}
	p->newest = open;
	p->since++;
	return open.number;
}

struct http_open http_pair_response(struct http_pair *p, bool interim)
{
	static const struct http_open unpaired = { HTTP_UNPAIRED, HTTP_ASKED };
	struct http_open answered = unpaired;

	if (p->n > 0) {
		answered = p->open[0];
		if (interim)
			return answered;
		p->n--;
		memmove(p->open, p->open + 1, p->n * sizeof(p->open[0]));
		p->pipelined |= p->n > 0;
		p->since = 0;
		return answered;
	}
	/* One request since what was answered or lost before, by a client
	 * that waits for each answer: no other can be open. */
	const bool sure = p->doubt && p->since == 1 && !p->pipelined;

	if (sure)
		answered = p->newest;
	if (interim)
		return answered;
	p->doubt = !sure;
	p->since = 0;
	return answered;
}

void http_pair_lost(struct http_pair *p, bool client)
{
	/* Lost requests stand behind those that are open. Lost responses
	 * may have answered any of them. */
	p->doubt = true;
	p->since = 0;
	if (!client)
		p->n = 0;
}
