#include "active/probe_link.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "active/probe_certificate.h"
#include "active/probe_name.h"
#include "base/mem.h"
#include "base/num.h"
#include "connect/hang_up.h"

#define OUT_MAX  (256u << 10)
#define PART_MAX 16384

struct probe_link {
	int fd; /* -1: could not be made */
	enum probe_link_state state;
	struct tls_session *tls;
	struct buf out; /* to be sent, as it goes onto the wire */
	uint64_t received;
	char words[PROBE_WORDS_MAX];
};

static void fail(struct probe_link *l, enum probe_link_state state, int error)
{
	l->state = state;
	snprintf(l->words, sizeof(l->words), "%s", strerror(error));
}

struct probe_link *probe_link_new(const struct sockaddr *to, socklen_t n,
				  struct tls_client *tls, const char *host)
{
	struct probe_link *l = mem_new(1, sizeof(*l));

	buf_init(&l->out, OUT_MAX);
	if (tls)
		l->tls = tls_session_new(tls, host);
	l->fd = socket(to->sa_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || (connect(l->fd, to, n) != 0 && errno != EINPROGRESS))
		fail(l, PROBE_LINK_REFUSED, errno);
	return l;
}

int probe_link_fd(const struct probe_link *l)
{
	return l->fd;
}

short probe_link_events(const struct probe_link *l)
{
	if (l->state == PROBE_LINK_CONNECTING)
		return POLLOUT;
	return (short)(POLLIN | (l->out.n > 0 ? POLLOUT : 0));
}

static void flush(struct probe_link *l)
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

static void finish_connect(struct probe_link *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLOUT };
	int error = 0;
	socklen_t n = sizeof(error);

	if (poll(&p, 1, 0) <= 0)
		return;
	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0)
		error = errno;
	if (error)
		fail(l, PROBE_LINK_REFUSED, error);
	else
		l->state = l->tls ? PROBE_LINK_SHAKING : PROBE_LINK_OPEN;
}

static void hear_tls(struct probe_link *l, struct buf *heard, struct span raw)
{
	switch (tls_session_feed(l->tls, heard, raw)) {
	case TLS_SESSION_SHAKING:
		break;
	case TLS_SESSION_OPEN:
		l->state = PROBE_LINK_OPEN;
		break;
	case TLS_SESSION_OVER:
		l->state = PROBE_LINK_SHUT;
		break;
	case TLS_SESSION_FAILED:
		snprintf(l->words, sizeof(l->words), "%s",
			 tls_session_why(l->tls));
		l->state = l->state == PROBE_LINK_SHAKING ? PROBE_LINK_NO_TLS
							  : PROBE_LINK_SHUT;
		break;
	}
	tls_session_take(&l->out, l->tls);
}

static void shut(struct probe_link *l, const char *words)
{
	l->state = l->state == PROBE_LINK_SHAKING ? PROBE_LINK_NO_TLS
						  : PROBE_LINK_SHUT;
	snprintf(l->words, sizeof(l->words), "%s", words);
}

static void hear(struct probe_link *l, struct buf *heard)
{
	uint8_t part[PART_MAX];
	ssize_t n;

	while (l->state == PROBE_LINK_SHAKING || l->state == PROBE_LINK_OPEN) {
		n = recv(l->fd, part, sizeof(part), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0) {
			shut(l, n < 0 ? strerror(errno)
				      : "the server closed the connection");
			return;
		}
		l->received += (uint64_t)n;
		if (l->tls)
			hear_tls(l, heard, (struct span){ part, (size_t)n });
		else
			buf_add(heard, part, (size_t)n);
		if (l->received >= PROBE_BYTES_MAX)
			l->state = PROBE_LINK_FULL;
	}
}

enum probe_link_state probe_link_step(struct probe_link *l, struct buf *heard)
{
	if (l->state == PROBE_LINK_CONNECTING) {
		finish_connect(l);
		if (l->state == PROBE_LINK_SHAKING)
			hear_tls(l, heard, (struct span){ NULL, 0 });
	}
	if (l->state == PROBE_LINK_SHAKING || l->state == PROBE_LINK_OPEN) {
		flush(l);
		hear(l, heard);
		flush(l);
	}
	return l->state;
}

void probe_link_say(struct probe_link *l, struct span bytes)
{
	if (l->tls) {
		tls_session_say(l->tls, bytes);
		tls_session_take(&l->out, l->tls);
	} else {
		buf_add(&l->out, bytes.p, bytes.n);
	}
	flush(l);
}

void probe_link_free(struct probe_link *l)
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
	buf_fini(&l->out);
	free(l);
}

const char *probe_link_words(const struct probe_link *l)
{
	return l->words;
}

/* Of what the system writes as text, so that no address is laid over memory. */
static void endpoint_of(struct endpoint *out, const struct sockaddr *a,
			socklen_t n)
{
	char host[NI_MAXHOST], port[16];
	uint64_t number;

	if (getnameinfo(a, n, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	host[strcspn(host, "%")] = '\0'; /* the zone of a link's address */
	if (endpoint_ip_parse(out, (struct span){ (const uint8_t *)host,
						  strlen(host) }) &&
	    num_u64(&number,
		    (struct span){ (const uint8_t *)port, strlen(port) }))
		out->port = (uint16_t)number;
}

void probe_link_ends(const struct probe_link *l, struct endpoint *own,
		     struct endpoint *server)
{
	struct sockaddr_storage a;
	struct sockaddr *any = (struct sockaddr *)&a;
	socklen_t n = sizeof(a);

	*own = *server = (struct endpoint){ .port = 0 };
	if (getsockname(l->fd, any, &n) == 0)
		endpoint_of(own, any, n);
	n = sizeof(a);
	if (getpeername(l->fd, any, &n) == 0)
		endpoint_of(server, any, n);
}

bool probe_link_certificate(struct probe_certificate *out,
			    const struct probe_link *l)
{
	if (!l->tls || l->state == PROBE_LINK_CONNECTING ||
	    l->state == PROBE_LINK_SHAKING || l->state == PROBE_LINK_NO_TLS ||
	    l->state == PROBE_LINK_REFUSED)
		return false;
	probe_certificate_read(out, l->tls);
	return true;
}
