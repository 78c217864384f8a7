#include "miner/miner_call.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REQUEST_MAX (HTTP_BODY_MAX + HTTP_HEAD_MAX)
#define HEARD_MAX   HTTP_BODY_MAX

void miner_call_init(struct miner_call *c, struct tls_client *tls,
		     http_sink *sink, void *context)
{
	*c = (struct miner_call){ .tls = tls,
				  .sink = sink,
				  .context = context };
	buf_init(&c->request, REQUEST_MAX);
	buf_init(&c->heard, HEARD_MAX);
}

static void hang_up(struct miner_call *c)
{
	miner_link_close(c->link);
	http_free(c->http);
	c->link = NULL;
	c->http = NULL;
	buf_clear(&c->heard);
}

void miner_call_fini(struct miner_call *c)
{
	hang_up(c);
	buf_fini(&c->request);
	buf_fini(&c->heard);
}

static void dial(struct miner_call *c)
{
	hang_up(c);
	c->link = miner_link_open(&c->url, c->tls);
	c->http = http_new();
	c->sent = c->kept = c->begun = false;
	c->position = 0;
}

static void on_message(void *context, const struct http_message *m)
{
	struct miner_call *c = context;
	const struct span *connection;

	/* 1xx close no request. */
	if (m->kind != HTTP_RESPONSE || m->status < HTTP_STATUS_SUCCESSFUL ||
	    !c->waiting || c->answered)
		return;
	connection = http_header(m, "Connection");
	c->keep = m->minor >= 1 &&
		  !(connection && connection->n == 5 &&
		    !strncasecmp((const char *)connection->p, "close", 5));
	c->answered = true;
	c->sink(c->context, m);
}

static void send_request(struct miner_call *c)
{
	const struct message piece = { .text = buf_span(&c->request) };

	http_feed(c->http, 0, piece, on_message, c);
	if (miner_link_say(c->link, piece.text))
		c->sent = true;
}

bool miner_call_begin(struct miner_call *c, const struct miner_url *url,
		      const struct http_writing *w, int64_t now_ms)
{
	assert(!c->waiting);
	buf_clear(&c->request);
	if (!http_write_request(&c->request, w))
		return false;
	/* A path is the request's; the rest is the connection's. */
	const bool same = c->link && !strcasecmp(c->url.host, url->host) &&
			  !strcmp(c->url.port, url->port);

	c->url = *url;
	c->sent = c->begun = false;
	if (!same)
		dial(c);
	c->waiting = true;
	c->since_ms = now_ms;
	if (miner_link_is_open(c->link))
		send_request(c);
	return true;
}

static void hear(struct miner_call *c)
{
	const struct message piece = { .text = buf_span(&c->heard),
				       .position = c->position };

	c->position += (uint32_t)c->heard.n;
	c->begun = c->begun || c->heard.n > 0;
	if (c->heard.n > 0)
		http_feed(c->http, 1, piece, on_message, c);
	buf_clear(&c->heard);
}

/* A kept connection may have been closed while the request was under way. */
static bool lost(struct miner_call *c)
{
	if (c->waiting && c->kept && !c->begun) {
		dial(c);
		return true;
	}
	snprintf(c->words, sizeof(c->words), "%s", miner_link_words(c->link));
	hang_up(c);
	const bool bad = c->waiting;

	c->waiting = false;
	return !bad;
}

bool miner_call_step(struct miner_call *c)
{
	if (!c->link)
		return true;
	c->answered = false;
	const enum miner_link_state state = miner_link_step(c->link, &c->heard);

	if (state == MINER_LINK_OPEN && c->waiting && !c->sent)
		send_request(c);
	hear(c);
	if (state == MINER_LINK_OVER && c->http)
		http_end(c->http, 1, on_message, c);
	if (c->answered) {
		c->waiting = false;
		c->kept = true;
		if (!c->keep)
			hang_up(c);
		return true;
	}
	return state != MINER_LINK_OVER || lost(c);
}

size_t miner_call_poll(const struct miner_call *c, struct pollfd *out)
{
	if (!c->link || miner_link_fd(c->link) < 0)
		return 0;
	*out = (struct pollfd){ .fd = miner_link_fd(c->link),
				.events = miner_link_events(c->link) };
	return 1;
}

const char *miner_call_address(const struct miner_call *c)
{
	return c->link ? miner_link_address(c->link) : "";
}
