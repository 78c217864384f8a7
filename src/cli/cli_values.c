#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/cli.h"

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

bool cli_time(struct ts *out, const char *text)
{
	return ts_parse(out, text_span(text)) ||
	       cli_error(CLI_USAGE,
			 "%s: not a time; give RFC 3339 "
			 "(2017-05-17T00:00:00Z) or seconds since 1970",
			 text) == CLI_DONE;
}

bool cli_network(const struct network **out, const char *name)
{
	*out = network_named(name);
	return *out ||
	       cli_error(CLI_USAGE,
			 "%s: no such network; there are main, test, signet, "
			 "regtest, ltc, ltc-test",
			 name) == CLI_DONE;
}

bool cli_confidence(double *out, const char *text)
{
	double p;

	if (!num_double(&p, text_span(text)) || p < 0.5 || p > 0.999999)
		return cli_error(CLI_USAGE,
				 "%s: not a confidence between 0.5 and "
				 "0.999999",
				 text) == CLI_DONE;
	*out = p;
	return true;
}

struct ts cli_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct ts){ now.tv_sec * INT64_C(1000000000) + now.tv_nsec };
}

bool cli_colour(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}
