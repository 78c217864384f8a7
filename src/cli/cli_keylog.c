#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"

#define KEYLOG_MAX  (256u << 20) /* bytes of a file */
#define SECRETS_MAX (1u << 20)

static bool read_all(struct buf *out, FILE *in)
{
	char part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), in)) > 0) {
		if (!buf_add(out, part, n))
			return false;
	}
	return !ferror(in);
}

bool cli_keylog(struct tls_keys **keys, const char *path)
{
	struct tls_keys_counts n = { 0 };
	struct buf text;
	FILE *in = fopen(path, "rb");

	if (!in)
		return cli_error(CLI_USAGE, "%s: %s", path, strerror(errno)) ==
		       CLI_DONE;
	if (!*keys)
		*keys = tls_keys_new(SECRETS_MAX, 0);
	buf_init(&text, KEYLOG_MAX);
	const bool whole = read_all(&text, in);

	fclose(in);
	if (whole)
		tls_keys_add(*keys, buf_span(&text), &n);
	buf_fini(&text);
	if (!whole)
		return cli_error(CLI_USAGE,
				 "%s: cannot be read, or is larger "
				 "than a key log can be",
				 path) == CLI_DONE;
	if (n.kept + n.known == 0)
		return cli_error(CLI_USAGE,
				 "%s: no secret of a session in it; give a key "
				 "log (lines that begin with CLIENT_RANDOM or "
				 "CLIENT_TRAFFIC_SECRET_0)",
				 path) == CLI_DONE;
	if (n.bad > 0)
		cli_error(CLI_DONE,
			  "%s:%llu: not a line of a key log (%llu such lines "
			  "are passed over)",
			  path, (unsigned long long)n.bad_line,
			  (unsigned long long)n.bad);
	return true;
}
