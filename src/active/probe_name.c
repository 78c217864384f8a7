#include "active/probe_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct probe_name {
	struct gaicb request;
	struct addrinfo hints;
	char host[PROBE_HOST_MAX], port[6];
	int code;     /* of what was found at once, or could not begin */
	bool looking; /* the system works on request */
};

struct probe_name *probe_name_new(const char *host, const char *port)
{
	struct probe_name *n = mem_new(1, sizeof(*n));
	struct gaicb *list[1] = { &n->request };

	snprintf(n->host, sizeof(n->host), "%s", host);
	snprintf(n->port, sizeof(n->port), "%s", port);
	n->hints.ai_family = AF_UNSPEC;
	n->hints.ai_socktype = SOCK_STREAM;
	n->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	n->code =
		getaddrinfo(n->host, n->port, &n->hints, &n->request.ar_result);
	if (n->code != EAI_NONAME)
		return n;
	n->hints.ai_flags = AI_NUMERICSERV;
	n->request.ar_name = n->host;
	n->request.ar_service = n->port;
	n->request.ar_request = &n->hints;
	n->request.ar_result = NULL;
	n->code = getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
	n->looking = n->code == 0;
	return n;
}

void probe_name_free(struct probe_name *n)
{
	if (!n)
		return;
	/* What cannot be cancelled is the system's until it ends. */
	if (n->looking && gai_error(&n->request) == EAI_INPROGRESS &&
	    gai_cancel(&n->request) == EAI_NOTCANCELED)
		return;
	if (n->request.ar_result)
		freeaddrinfo(n->request.ar_result);
	free(n);
}

bool probe_name_found(struct probe_name *n, const struct addrinfo **found,
		      char words[PROBE_WORDS_MAX])
{
	if (n->looking)
		n->code = gai_error(&n->request);
	if (n->code == EAI_INPROGRESS)
		return false;
	*found = n->code == 0 ? n->request.ar_result : NULL;
	if (!*found)
		snprintf(words, PROBE_WORDS_MAX, "%s",
			 n->code ? gai_strerror(n->code)
				 : "the name has no address");
	return true;
}

void probe_name_text(char out[PROBE_ADDRESS_MAX], const struct sockaddr *a,
		     socklen_t n)
{
	char host[NI_MAXHOST], port[16];

	out[0] = '\0';
	if (getnameinfo(a, n, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		snprintf(out, PROBE_ADDRESS_MAX,
			 strchr(host, ':') ? "[%.45s]:%s" : "%.45s:%s", host,
			 port);
}
