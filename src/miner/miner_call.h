/* miner_call - one request to a server by HTTP after the other, on a connection
 * that is kept where the server keeps it. */
#ifndef MINER_MINER_CALL_H
#define MINER_MINER_CALL_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "miner/miner_link.h"
#include "proto/http.h"

struct miner_call { /* private but for waiting and since_ms */
	struct tls_client *tls;
	struct miner_link *link; /* NULL: none */
	struct http *http;
	struct miner_url url; /* that link is to */
	struct buf request, heard;
	bool sent, kept; /* kept: link has answered before */
	bool waiting;    /* for an answer */
	int64_t since_ms;
	bool begun; /* something of the answer came */
	uint32_t position;
	bool answered, keep; /* in miner_call_step() */
	http_sink *sink;
	void *context;
	char words[256];
};

/* sink is given every answer during miner_call_step(); it may not begin another
 * request then. */
void miner_call_init(struct miner_call *c, struct tls_client *tls,
		     http_sink *sink, void *context);
void miner_call_fini(struct miner_call *c);

/* Begins a request; none may be waiting. False: it cannot be written. */
bool miner_call_begin(struct miner_call *c, const struct miner_url *url,
		      const struct http_writing *w, int64_t now_ms);

/* Goes on. False: the connection ended without an answer (words say why);
 * nothing is waiting any more. */
bool miner_call_step(struct miner_call *c);

/* For poll(): 0 or 1 filled. */
size_t miner_call_poll(const struct miner_call *c, struct pollfd *out);

/* "127.0.0.1:8332" */
const char *miner_call_address(const struct miner_call *c);

#endif /* MINER_MINER_CALL_H */
