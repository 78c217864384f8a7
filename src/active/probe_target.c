#include <stdio.h>
#include <string.h>

#include "active/probe.h"
#include "base/num.h"
#include "connect/url_text.h"

struct scheme {
	const char *name;
	unsigned kinds;
	bool tls, has_path;
	const char *port; /* where none is given; NULL: it must be */
};

static const struct scheme schemes[] = {
	{ "stratum", PROBE_LINES, false, false, NULL },
	{ "stratum+tcp", PROBE_LINES, false, false, NULL },
	{ "tcp", PROBE_LINES, false, false, NULL },
	{ "stratum+ssl", PROBE_LINES, true, false, NULL },
	{ "stratum+tls", PROBE_LINES, true, false, NULL },
	{ "stratum+tcps", PROBE_LINES, true, false, NULL },
	{ "ssl", PROBE_LINES, true, false, NULL },
	{ "tls", PROBE_LINES, true, false, NULL },
	{ "http", PROBE_HTTP, false, true, "80" },
	{ "https", PROBE_HTTP, true, true, "443" },
};

static struct span trim(struct span s)
{
	while (s.n > 0 && strchr(" \t\r\n", s.p[0]) && s.p[0]) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

static bool is_scheme(const char *name, struct span s)
{
	return strlen(name) == s.n &&
	       strncasecmp(name, (const char *)s.p, s.n) == 0;
}

/* Takes "scheme://" off *rest, if it has one. False: it is not known. */
static bool take_scheme(const struct scheme **out, struct span *rest)
{
	static const char mark[] = "://";
	const uint8_t *at = memmem(rest->p, rest->n, mark, strlen(mark));

	*out = NULL;
	if (!at)
		return true;
	const struct span name = { rest->p, (size_t)(at - rest->p) };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (is_scheme(schemes[i].name, name))
			*out = &schemes[i];
	}
	rest->n -= name.n + strlen(mark);
	rest->p += name.n + strlen(mark);
	return *out != NULL;
}

/* Takes what follows the first '/' off *rest; a lone one is no path. */
static bool take_path(struct probe_target *t, const struct scheme *scheme,
		      struct span *rest)
{
	const uint8_t *at = memchr(rest->p, '/', rest->n);
	struct span path = { (const uint8_t *)"/", 1 };

	if (at) {
		path = (struct span){ at, (size_t)(rest->p + rest->n - at) };
		rest->n -= path.n;
	}
	return (path.n == 1 || (scheme && scheme->has_path)) &&
	       url_text_keep(t->path, sizeof(t->path), path);
}

static bool read_port(struct probe_target *t, struct span text,
		      const struct scheme *scheme)
{
	uint64_t port;

	if (text.n == 0 && scheme && scheme->port)
		return url_text_keep(
			t->port, sizeof(t->port),
			(struct span){ (const uint8_t *)scheme->port,
				       strlen(scheme->port) });
	if (!num_u64(&port, text) || port < 1 || port > UINT16_MAX)
		return false;
	snprintf(t->port, sizeof(t->port), "%u", (unsigned)port);
	return true;
}

/* "host:port", "[v6]:port"; a bare v6 address would hide its port. */
static bool read_authority(struct probe_target *t, struct span s,
			   const struct scheme *scheme)
{
	const bool bracket = s.n > 0 && s.p[0] == '[';
	const uint8_t *end =
		bracket ? memchr(s.p, ']', s.n) : memchr(s.p, ':', s.n);
	struct span host = { s.p + bracket, s.n - bracket };
	struct span rest = { s.p + s.n, 0 };

	if (bracket && !end)
		return false;
	if (end) {
		host.n = (size_t)(end - host.p);
		rest.p = end + bracket;
		rest.n = s.n - (size_t)(rest.p - s.p);
	}
	if (rest.n > 0 && rest.p[0] != ':')
		return false;
	if (rest.n > 0) {
		rest.p++;
		rest.n--;
	}
	return url_text_keep(t->host, sizeof(t->host), host) &&
	       !strpbrk(t->host, "@[]?#\"\\") &&
	       (bracket || !strchr(t->host, ':')) && read_port(t, rest, scheme);
}

enum status probe_target_parse(struct probe_target *out, struct span text,
			       struct why *why)
{
	struct probe_target t = { .kinds = PROBE_ALL };
	const struct scheme *scheme;
	struct span rest = trim(text);
	const struct span whole = rest;

	if (!url_text_is_plain(rest) ||
	    !url_text_keep(t.text, sizeof(t.text), rest))
		return status_why(why, ST_BAD,
				  "not a target: give HOST:PORT in printable "
				  "characters");
	if (!take_scheme(&scheme, &rest))
		return status_why(why, ST_BAD,
				  "%s: no such scheme; there are stratum+tcp, "
				  "stratum+ssl, http, https",
				  t.text);
	if (!take_path(&t, scheme, &rest) || !read_authority(&t, rest, scheme))
		return status_why(why, ST_BAD,
				  "%.*s: not a target; give HOST:PORT, "
				  "[V6]:PORT or http://HOST:PORT/PATH",
				  (int)whole.n, (const char *)whole.p);
	if (scheme) {
		t.kinds = scheme->kinds;
		t.fixed = true;
		t.tls = scheme->tls;
	}
	*out = t;
	return ST_OK;
}

static const char *const kinds_text[] = {
#define PROBE_WORDS(name, text) text,
	PROBE_KIND_LIST(PROBE_WORDS)
};

static const char *const verdicts_text[] = { PROBE_VERDICT_LIST(PROBE_WORDS)
#undef PROBE_WORDS
};

const char *probe_kind_text(enum probe_kind k)
{
	return kinds_text[k];
}

const char *probe_verdict_text(enum probe_verdict v)
{
	return verdicts_text[v];
}

static unsigned kind_named(struct span name)
{
	for (unsigned k = 0; k < PROBE_KINDS; k++) {
		if (strlen(kinds_text[k]) == name.n &&
		    memcmp(kinds_text[k], name.p, name.n) == 0)
			return PROBE_BIT(k);
	}
	return 0;
}

bool probe_kinds_parse(unsigned *kinds, struct span text)
{
	unsigned found = 0;
	bool more = true;

	while (more) {
		const uint8_t *comma = memchr(text.p, ',', text.n);
		const struct span word = { text.p,
					   comma ? (size_t)(comma - text.p)
						 : text.n };
		const unsigned kind = kind_named(word);

		if (!kind)
			return false;
		found |= kind;
		more = comma != NULL;
		text.p += word.n + more;
		text.n -= word.n + more;
	}
	*kinds = found;
	return true;
}
