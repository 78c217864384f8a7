#include "watchlist/pools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tag {
	const char *text;
	uint16_t n;
	const char *pool;
};

struct payout {
	const char *address, *pool;
};

/* The tables, sorted when they were made; they need the types above. */
#include "watchlist/pools_table.h"

#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))
#define HOST_TEXT     254 /* RFC 1035: at most 253 characters, and the NUL */
#define ENDPOINT_TEXT 32

/* The longest tag that text begins with, if it is longer than best. */
static const struct tag *tag_ahead(struct span text, const struct tag *best)
{
	const size_t least = best ? best->n : 0u;

	for (unsigned i = tag_at[text.p[0]]; i < tag_at[text.p[0] + 1]; i++) {
		const struct tag *t = &tags[i];

		if (t->n <= least)
			break; /* the longest come first */
		if (t->n <= text.n && !memcmp(t->text, text.p, t->n))
			return t;
	}
	return best;
}

const char *pools_by_tag(struct span coinbase_script)
{
	struct span rest = coinbase_script;
	const struct tag *best = NULL;

	if (rest.n > POOLS_SCRIPT_MAX)
		rest.n = POOLS_SCRIPT_MAX;
	for (; rest.n > 0; rest.p++, rest.n--)
		best = tag_ahead(rest, best);
	return best ? best->pool : NULL;
}

static int compare_payout(const void *address, const void *payout)
{
	return strcmp(address, ((const struct payout *)payout)->address);
}

const char *pools_by_address(const char *address)
{
	const struct payout *found =
		bsearch(address, payouts, COUNT(payouts), sizeof(payouts[0]),
			compare_payout);

	return found ? found->pool : NULL;
}

static int compare_text(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

static const char *listed(const char *const *list, size_t n, const char *key)
{
	const char *const *found =
		bsearch(key, list, n, sizeof(list[0]), compare_text);

	return found ? *found : NULL;
}

const char *pools_by_host(struct span host)
{
	char text[HOST_TEXT];
	const char *name = text;

	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--; /* the root, as DNS writes it */
	if (host.n == 0 || host.n >= sizeof(text) ||
	    memchr(host.p, '\0', host.n))
		return NULL;
	for (size_t i = 0; i < host.n; i++) {
		const uint8_t c = host.p[i];

		text[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	text[host.n] = '\0';

	/* The name itself, then one parent after the other. */
	for (;;) {
		const char *found = listed(hosts, COUNT(hosts), name);

		if (found)
			return found;
		name = strchr(name, '.');
		if (!name)
			return NULL;
		name++;
	}
}

const char *pools_by_endpoint(const char *ip, uint16_t port)
{
	char text[ENDPOINT_TEXT];
	const int n = snprintf(text, sizeof(text), "%s:%u", ip, port);

	if (n < 0 || (size_t)n >= sizeof(text))
		return NULL; /* not IPv4 */
	const char *found = listed(endpoints, COUNT(endpoints), text);

	return found ? found : listed(endpoints, COUNT(endpoints), ip);
}
