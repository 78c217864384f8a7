#include "miner/miner_link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "connect/hang_up.h"

#define PART_MAX    16384
#define ADDRESS_MAX MINER_AUTHORITY_MAX
#define WORDS_MAX   256

struct miner_link {
	enum miner_link_state state;
	int fd; /* -1: none */
	struct addrinfo *all, *at;
	struct tls_client *context; /* NULL: in clear */
	struct miner_url url;
	struct tls_session *tls; /* of the address in hand */
	struct buf out;          /* as it goes onto the wire */
	char address[ADDRESS_MAX];
	char words[WORDS_MAX];
};

static void over(struct miner_link *l, const char *words)
{
	l->state = MINER_LINK_OVER;
	snprintf(l->words, sizeof(l->words), "%s", words);
}

static void name_address(struct miner_link *l)
{
	char host[INET6_ADDRSTRLEN + 16], port[8];

	if (getnameinfo(l->at->ai_addr, l->at->ai_addrlen, host, sizeof(host),
			port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	snprintf(l->address, sizeof(l->address),
		 strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* False, and over, unless it is under way. */
static bool try_address(struct miner_link *l)
{
	const int yes = 1;

	name_address(l);
	l->fd = socket(l->at->ai_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0) {
		over(l, strerror(errno));
		return false;
	}
	/* A share is small, and shall not wait for the next. */
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(l->fd, l->at->ai_addr, l->at->ai_addrlen) != 0 &&
	    errno != EINPROGRESS) {
		over(l, strerror(errno));
		close(l->fd);
		l->fd = -1;
		return false;
	}
	l->state = MINER_LINK_CONNECTING;
	return true;
}

/* The first address from l->at on that does not fail at once. */
static void try_addresses(struct miner_link *l)
{
	while (l->at && !try_address(l))
		l->at = l->at->ai_next;
}

struct miner_link *miner_link_open(const struct miner_url *url,
				   struct tls_client *tls)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_ADDRCONFIG };
	struct miner_link *l = mem_new(1, sizeof(*l));

	l->fd = -1;
	l->url = *url;
	l->context = url->tls ? tls : NULL;
	buf_init(&l->out, MINER_LINK_OUT_MAX);
	miner_url_authority(l->address, url);
	const int error = getaddrinfo(url->host, url->port, &hints, &l->all);

	if (error) {
		l->all = NULL;
		over(l, gai_strerror(error));
		return l;
	}
	l->at = l->all;
	try_addresses(l);
	return l;
}

bool miner_link_is_open(const struct miner_link *l)
{
	return l->state == MINER_LINK_OPEN;
}

int miner_link_fd(const struct miner_link *l)
{
	return l->fd;
}

short miner_link_events(const struct miner_link *l)
{
	if (l->state == MINER_LINK_CONNECTING && !l->tls)
		return POLLOUT;
	return (short)(POLLIN | (l->out.n > 0 ? POLLOUT : 0));
}

static void flush(struct miner_link *l)
{
	while (l->out.n > 0) {
		const ssize_t n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		/* A broken connection shows when it is read. */
		if (n <= 0)
			return;
		buf_drop(&l->out, (size_t)n);
	}
}

static void shake(struct miner_link *l, struct buf *heard, struct span raw)
{
	switch (tls_session_feed(l->tls, heard, raw)) {
	case TLS_SESSION_SHAKING:
		break;
	case TLS_SESSION_OPEN:
		l->state = MINER_LINK_OPEN;
		break;
	case TLS_SESSION_OVER:
		over(l, "the server closed the connection");
		break;
	case TLS_SESSION_FAILED:
		over(l, tls_session_why(l->tls));
		break;
	}
	tls_session_take(&l->out, l->tls);
	flush(l);
}

static void finish_connect(struct miner_link *l, struct buf *heard)
{
	struct pollfd p = { .fd = l->fd, .events = POLLOUT };
	int error = 0;
	socklen_t n = sizeof(error);

	if (poll(&p, 1, 0) <= 0)
		return;
	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0)
		error = errno;
	if (error) {
		over(l, strerror(error));
		close(l->fd);
		l->fd = -1;
		l->at = l->at->ai_next;
		try_addresses(l);
		return;
	}
	if (!l->context) {
		l->state = MINER_LINK_OPEN;
		return;
	}
	l->tls = tls_session_new(l->context, l->url.host);
	shake(l, heard, (struct span){ NULL, 0 });
}

static void hear(struct miner_link *l, struct buf *heard)
{
	uint8_t part[PART_MAX];

	while (l->state != MINER_LINK_OVER) {
		const ssize_t n = recv(l->fd, part, sizeof(part), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0)
			over(l, n < 0 ? strerror(errno)
				      : "the server closed the connection");
		else if (l->tls)
			shake(l, heard, (struct span){ part, (size_t)n });
		else if (!buf_add(heard, part, (size_t)n))
			over(l, "the server sends without end");
	}
}

enum miner_link_state miner_link_step(struct miner_link *l, struct buf *heard)
{
	if (l->state == MINER_LINK_CONNECTING && !l->tls)
		finish_connect(l, heard);
	if (l->state == MINER_LINK_OPEN || l->tls) {
		flush(l);
		hear(l, heard);
	}
	return l->state;
}

bool miner_link_say(struct miner_link *l, struct span bytes)
{
	bool good = l->out.n + bytes.n + PART_MAX <= MINER_LINK_OUT_MAX;

	if (good && l->tls) {
		good = tls_session_say(l->tls, bytes);
		tls_session_take(&l->out, l->tls);
	} else if (good) {
		good = buf_add(&l->out, bytes.p, bytes.n);
	}
	flush(l);
	return good;
}

void miner_link_close(struct miner_link *l)
{
	if (!l)
		return;
	if (l->tls && l->fd >= 0) {
		tls_session_finish(l->tls);
		tls_session_take(&l->out, l->tls);
		flush(l);
	}
	if (l->fd >= 0)
		hang_up(l->fd);
	tls_session_free(l->tls);
	if (l->all)
		freeaddrinfo(l->all);
	buf_fini(&l->out);
	free(l);
}

const char *miner_link_address(const struct miner_link *l)
{
	return l->address;
}

const char *miner_link_words(const struct miner_link *l)
{
	return l->words;
}
