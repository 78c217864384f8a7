#include <arpa/inet.h>
#include <string.h>

#include "net/decode.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

char *endpoint_ip_text(char out[ENDPOINT_TEXT], const struct endpoint *e)
{
	const bool four = !memcmp(e->ip, mapped, sizeof(mapped));

	/* Cannot fail: INET6_ADDRSTRLEN is ENDPOINT_TEXT. */
	inet_ntop(four ? AF_INET : AF_INET6, four ? e->ip + 12 : e->ip, out,
		  ENDPOINT_TEXT);
	return out;
}

bool endpoint_ip_parse(struct endpoint *out, struct span text)
{
	struct endpoint e = { .port = 0 };
	char copy[ENDPOINT_TEXT];

	if (text.n >= sizeof(copy) || memchr(text.p, '\0', text.n))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, e.ip + 12) == 1)
		memcpy(e.ip, mapped, sizeof(mapped));
	else if (inet_pton(AF_INET6, copy, e.ip) != 1)
		return false;
	*out = e;
	return true;
}
