/* The first byte says what the rest is: even, a coinbase script; odd, a host
 * name.
 *
 * The properties: a listed name is the host's end, cut at a dot, whatever the
 * case, and one more label in front changes nothing; a script without a tag
 * has none in any part of it, and one with a tag keeps having one when bytes
 * are put in front. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "watchlist/pools.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_host(struct span host)
{
	const char *found = pools_by_host(host);
	uint8_t longer[POOLS_SCRIPT_MAX + 2] = "x.";

	if (host.n > 251)
		return;
	memcpy(longer + 2, host.p, host.n);
	const char *again = pools_by_host((struct span){ longer, host.n + 2 });

	must(found == again);
	if (!found)
		return;
	const size_t n = strlen(found);

	host.n -= host.p[host.n - 1] == '.';
	must(n <= host.n);
	must(!strncasecmp(found, (const char *)host.p + host.n - n, n));
	must(n == host.n || host.p[host.n - n - 1] == '.');
	must(pools_by_host((struct span){ (const uint8_t *)found, n }) ==
	     found);
}

static void check_script(struct span script)
{
	const char *found = pools_by_tag(script);
	uint8_t longer[POOLS_SCRIPT_MAX] = { 0 };

	if (script.n > POOLS_SCRIPT_MAX - 1)
		return;
	memcpy(longer + 1, script.p, script.n);
	must(pools_by_tag((struct span){ longer, script.n + 1 }) == found);
	for (size_t i = 0; !found && i < script.n; i++) {
		must(!pools_by_tag((struct span){ script.p, i }));
		must(!pools_by_tag(
			(struct span){ script.p + i, script.n - i }));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const struct span rest = { data + 1, size - 1 };

	if (data[0] & 1)
		check_host(rest);
	else
		check_script(rest);
	return 0;
}
