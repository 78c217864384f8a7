/* One address a line, # begins a comment: the plain lists by asset that are
 * made from OFAC's. "sanctioned_addresses_XBT.txt" names the asset. */
#include <string.h>

#include "watchlist/list_reader.h"

#define LINE_MAX_BYTES 256

static bool is_plain(const char *path, struct span beginning)
{
	size_t n = 0;

	(void)path;
	while (n < beginning.n && n < LINE_MAX_BYTES && beginning.p[n] != '\n')
		n++;
	if (n == 0 || n == LINE_MAX_BYTES)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (beginning.p[i] < 0x20 && beginning.p[i] != '\r' &&
		    beginning.p[i] != '\t')
			return false;
		if (strchr("<{[\",;", beginning.p[i]))
			return false;
	}
	return true;
}

/* "XBT" of "sanctioned_addresses_XBT.txt" or "ofac_XBT.txt". */
static const char *asset_of(char out[8], const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *bar = strrchr(name, '_');
	const char *dot = bar ? strchr(bar, '.') : NULL;

	if (!dot || dot - bar < 4 || dot - bar > 6)
		return NULL;
	for (const char *c = bar + 1; c < dot; c++) {
		if (*c < 'A' || *c > 'Z')
			return NULL;
	}
	memcpy(out, bar + 1, (size_t)(dot - bar - 1));
	out[dot - bar - 1] = '\0';
	return out;
}

static enum status read_plain(struct list_input *in, struct why *why)
{
	char asset[8];
	struct list_entry e = {
		.kind = strstr(in->path, "ofac") || strstr(in->path, "sanction")
				? LIST_SANCTION
				: LIST_OTHER,
		.asset = asset_of(asset, in->path),
		.listed = TS_NONE,
		.delisted = TS_NONE
	};
	struct span rest = in->text;
	size_t line = 0;

	while (rest.n > 0) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		struct span s = { rest.p,
				  end ? (size_t)(end - rest.p) : rest.n };
		const size_t step = s.n + (end != NULL);

		rest.p += step;
		rest.n -= step;
		line++;
		while (s.n > 0 && (s.p[s.n - 1] == '\r' ||
				   s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
			s.n--;
		if (s.n == 0 || s.p[0] == '#')
			continue;
		if (s.n > LINE_MAX_BYTES)
			return status_why(why, ST_BAD,
					  "%s, line %zu: %zu bytes are no "
					  "address",
					  in->path, line, s.n);
		if (!lists_add(in, &e, s, why))
			return ST_LIMIT;
	}
	return ST_OK;
}

const struct list_format list_plain = { "addresses, one a line", is_plain,
					read_plain };
