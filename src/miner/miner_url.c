#include "miner/miner_url.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "connect/url_text.h"

struct scheme {
	const char *name;
	bool http, tls;
	const char *port; /* where none is given; NULL: it must be */
};

static const struct scheme schemes[] = {
	{ "stratum+tcp", false, false, NULL },
	{ "stratum+ssl", false, true, NULL },
	{ "http", true, false, "80" },
	{ "https", true, true, "443" },
};

/* Takes "scheme://" off *rest. */
static const struct scheme *take_scheme(struct span *rest)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const size_t n = strlen(schemes[i].name);

		if (rest->n < n + 3 ||
		    strncasecmp(schemes[i].name, (const char *)rest->p, n) ||
		    memcmp(rest->p + n, "://", 3) != 0)
			continue;
		rest->p += n + 3;
		rest->n -= n + 3;
		return &schemes[i];
	}
	return NULL;
}

/* Takes what follows the first '/' off *rest; a lone one is no path. */
static bool take_path(struct miner_url *u, struct span *rest)
{
	const uint8_t *at = memchr(rest->p, '/', rest->n);
	struct span path = { (const uint8_t *)"/", 1 };

	if (at) {
		path = (struct span){ at, (size_t)(rest->p + rest->n - at) };
		rest->n -= path.n;
	}
	return (path.n == 1 || u->http) &&
	       url_text_keep(u->path, sizeof(u->path), path);
}

static bool read_port(struct miner_url *u, struct span text,
		      const struct scheme *scheme)
{
	uint64_t port;

	if (text.n == 0 && scheme->port) {
		snprintf(u->port, sizeof(u->port), "%s", scheme->port);
		return true;
	}
	if (!num_u64(&port, text) || port < 1 || port > UINT16_MAX)
		return false;
	snprintf(u->port, sizeof(u->port), "%u", (unsigned)port);
	return true;
}

/* A bare v6 address would hide its port. */
static bool read_authority(struct miner_url *u, struct span s,
			   const struct scheme *scheme)
{
	const bool bracket = s.n > 0 && s.p[0] == '[';
	const uint8_t *end =
		s.n == 0 ? NULL : memchr(s.p, bracket ? ']' : ':', s.n);
	struct span host = { s.p + bracket, s.n - bracket };
	struct span rest = { s.p + s.n, 0 };

	if (bracket && !end)
		return false;
	if (end) {
		host.n = (size_t)(end - host.p);
		rest.p = end + bracket;
		rest.n = s.n - (size_t)(rest.p - s.p);
	}
	if (rest.n > 0 && *rest.p != ':')
		return false;
	if (rest.n > 0) {
		rest.p++;
		rest.n--;
	}
	return url_text_keep(u->host, sizeof(u->host), host) &&
	       !strpbrk(u->host, "@[]?#\"\\") &&
	       (bracket || !strchr(u->host, ':')) && read_port(u, rest, scheme);
}

enum status miner_url_parse(struct miner_url *out, struct span text,
			    struct why *why)
{
	struct miner_url u = { .http = false };
	struct span rest = text;

	if (!url_text_is_plain(text) ||
	    !url_text_keep(u.text, sizeof(u.text), text))
		return status_why(why, ST_BAD,
				  "not a URL: give it in printable characters");
	if (memchr(text.p, '@', text.n))
		return status_why(why, ST_BAD,
				  "no user in the URL: give --user and "
				  "--password");
	const struct scheme *scheme = take_scheme(&rest);

	if (!scheme)
		return status_why(why, ST_BAD,
				  "%s: not a URL of a pool; there are "
				  "stratum+tcp://HOST:PORT, stratum+ssl://, "
				  "http://, https://",
				  u.text);
	u.http = scheme->http;
	u.tls = scheme->tls;
	if (!take_path(&u, &rest) || !read_authority(&u, rest, scheme))
		return status_why(why, ST_BAD,
				  "%s: give HOST:PORT or [V6]:PORT behind "
				  "%s://%s",
				  u.text, scheme->name,
				  scheme->http ? "" : ", and no path");
	*out = u;
	return ST_OK;
}

bool miner_url_follow(struct miner_url *out, const struct miner_url *url,
		      struct span path)
{
	struct miner_url u = *url, other = u;

	if (!url_text_is_plain(path) || path.n == 0)
		return false;
	if (path.p[0] == '/') {
		if (!url_text_keep(u.path, sizeof(u.path), path))
			return false;
	} else {
		if (miner_url_parse(&other, path, NULL) != ST_OK ||
		    strcasecmp(other.host, url->host) != 0 || !other.http ||
		    other.tls != url->tls)
			return false;
		memcpy(u.path, other.path, sizeof(u.path));
		memcpy(u.port, other.port, sizeof(u.port));
	}
	*out = u;
	return true;
}

char *miner_url_authority(char out[MINER_AUTHORITY_MAX],
			  const struct miner_url *url)
{
	snprintf(out, MINER_AUTHORITY_MAX,
		 strchr(url->host, ':') ? "[%s]:%s" : "%s:%s", url->host,
		 url->port);
	return out;
}
