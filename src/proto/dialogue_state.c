#include <stdio.h>
#include <string.h>

#include "proto/dialogue_private.h"

uint64_t dialogue_heard(const struct dialogue *d)
{
	return d->heard + (d->inside ? dialogue_heard(d->inside) : 0);
}

const struct tls *dialogue_tls(const struct dialogue *d)
{
	return d->carrier == DIALOGUE_TLS ? d->tls : NULL;
}

int dialogue_client(const struct dialogue *d)
{
	return d->inside ? dialogue_client(d->inside) : d->client;
}

bool dialogue_by_http(const struct dialogue *d)
{
	if (d->inside)
		return dialogue_by_http(d->inside);
	return d->carrier == DIALOGUE_HTTP && !d->websocket;
}

static const char *carrier_text(const struct dialogue *d)
{
	switch (d->carrier) {
	case DIALOGUE_UNSETTLED:
	case DIALOGUE_LINES:
		break;
	case DIALOGUE_HTTP:
		return d->websocket ? "websocket" : "http";
	case DIALOGUE_TLS:
		return "tls";
	case DIALOGUE_FRAMES:
		return "frames";
	}
	return "lines";
}

static void add_lines(struct dialogue_counts *n, const struct message_counts *m)
{
	n->messages.whole += m->whole;
	n->messages.cut += m->cut;
	n->messages.oversized += m->oversized;
	n->messages.broken += m->broken;
	n->messages.junk += m->junk;
}

static void add_carriers(struct dialogue_counts *n, const struct dialogue *d)
{
	if (d->http) {
		const struct http_counts *h = http_counts(d->http);

		n->whole += h->whole;
		n->cut += h->cut;
		n->oversized += h->oversized;
		n->broken += h->broken + h->undecodable;
	}
	if (d->websocket) {
		const struct websocket_counts *w =
			websocket_counts(d->websocket);

		n->whole += w->whole;
		n->cut += w->cut;
		n->oversized += w->oversized;
		n->broken += w->broken + w->undecodable;
	}
}

static void add(struct dialogue_state *out, const struct dialogue *d)
{
	const size_t at = strlen(out->carrier);

	snprintf(out->carrier + at, sizeof(out->carrier) - at, "%s%s",
		 at ? "/" : "", carrier_text(d));
	for (int from = 0; from < 2; from++)
		add_lines(&out->counts, &d->line[from].counts);
	add_carriers(&out->counts, d);
	out->counts.not_json += d->not_json;
	out->counts.oversized += d->oversized;
	out->counts.changes += d->changes;
	if (d->reader)
		d->dialect->state(d->reader, &out->dialect);
	if (d->tls) {
		out->tls = tls_facts_all(d->tls);
		out->tls_status = tls_status(d->tls);
	}
	if (d->inside)
		add(out, d->inside);
}

void dialogue_state(const struct dialogue *d, struct dialogue_state *out)
{
	*out = (struct dialogue_state){ .dialect = { .client = -1 } };
	add(out, d);
}

uint64_t dialogue_held(const struct dialogue *d)
{
	uint64_t held = 0;

	for (int from = 0; from < 2; from++)
		held += d->line[from].pending.room + d->start[from].bytes.room;
	if (d->http)
		held += http_held(d->http);
	if (d->websocket)
		held += websocket_held(d->websocket);
	if (d->tls)
		held += tls_held(d->tls);
	if (d->reader && d->dialect->held)
		held += d->dialect->held(d->reader);
	return held + (d->inside ? dialogue_held(d->inside) : 0);
}
