/* Targets, and what to ask next. What answers mean is in test_probe_judge.c,
 * what the network does in test/cases/probe.py. */
#include <string.h>

#include "active/probe.h"
#include "test/tap.h"

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* ------------------------------------------------------------ targets */

struct target_vector {
	const char *text;
	const char *host, *port, *path; /* host NULL: refused */
	unsigned kinds;
	int tls; /* -1: its scheme does not say */
};

static const struct target_vector targets[] = {
	{ "pool.example:3333", "pool.example", "3333", "/", PROBE_ALL, -1 },
	{ " 10.0.0.1:1\r\n", "10.0.0.1", "1", "/", PROBE_ALL, -1 },
	{ "[2001:db8::1]:65535", "2001:db8::1", "65535", "/", PROBE_ALL, -1 },
	{ "[fe80::1%eth0]:80", "fe80::1%eth0", "80", "/", PROBE_ALL, -1 },
	{ "stratum+tcp://a.b:03333", "a.b", "3333", "/", PROBE_LINES, 0 },
	{ "STRATUM+TCP://a.b:3333/", "a.b", "3333", "/", PROBE_LINES, 0 },
	{ "stratum://a.b:3333", "a.b", "3333", "/", PROBE_LINES, 0 },
	{ "stratum+ssl://a.b:443", "a.b", "443", "/", PROBE_LINES, 1 },
	{ "ssl://[::1]:443", "::1", "443", "/", PROBE_LINES, 1 },
	{ "http://a.b", "a.b", "80", "/", PROBE_HTTP, 0 },
	{ "http://a.b:8332/wallet?x", "a.b", "8332", "/wallet?x", PROBE_HTTP,
	  0 },
	{ "https://[::1]/x/y", "::1", "443", "/x/y", PROBE_HTTP, 1 },
	{ "", NULL, NULL, NULL, 0, 0 },
	{ "pool.example", NULL, NULL, NULL, 0, 0 },
	{ "pool.example:", NULL, NULL, NULL, 0, 0 },
	{ "pool.example:0", NULL, NULL, NULL, 0, 0 },
	{ "pool.example:65536", NULL, NULL, NULL, 0, 0 },
	{ "pool.example:+1", NULL, NULL, NULL, 0, 0 },
	{ "pool.example:80x", NULL, NULL, NULL, 0, 0 },
	{ ":3333", NULL, NULL, NULL, 0, 0 },
	{ "2001:db8::1:3333", NULL, NULL, NULL, 0, 0 },
	{ "[2001:db8::1]", NULL, NULL, NULL, 0, 0 },
	{ "[2001:db8::1]3333", NULL, NULL, NULL, 0, 0 },
	{ "[2001:db8::1", NULL, NULL, NULL, 0, 0 },
	{ "[]:1", NULL, NULL, NULL, 0, 0 },
	{ "a.b:3333/path", NULL, NULL, NULL, 0, 0 },
	{ "stratum+tcp://a.b", NULL, NULL, NULL, 0, 0 },
	{ "stratum+tcp://a.b:1/path", NULL, NULL, NULL, 0, 0 },
	{ "ftp://a.b:21", NULL, NULL, NULL, 0, 0 },
	{ "http://", NULL, NULL, NULL, 0, 0 },
	{ "http://user:secret@a.b/", NULL, NULL, NULL, 0, 0 },
	{ "a b:1", NULL, NULL, NULL, 0, 0 },
	{ "a\x1b[31m:1", NULL, NULL, NULL, 0, 0 },
	{ "http://a.b/x\r\nHost: c", NULL, NULL, NULL, 0, 0 },
	{ "p\xc3\xb6ol.example:1", NULL, NULL, NULL, 0, 0 },
};

static void test_target(const struct target_vector *v)
{
	struct probe_target t = { .port = "keep" };
	struct why why = { "" };
	const enum status st = probe_target_parse(&t, text_span(v->text), &why);

	printf("# %s\n", v->host ? v->text : "refused");
	if (!v->host) {
		OK(st == ST_BAD && why.text[0]);
		OK(strcmp(t.port, "keep") == 0);
		return;
	}
	OK(st == ST_OK && strcmp(t.host, v->host) == 0);
	OK(strcmp(t.port, v->port) == 0 && strcmp(t.path, v->path) == 0);
	OK(t.kinds == v->kinds && t.fixed == (v->tls >= 0));
	OK(t.tls == (v->tls > 0));
}

static void test_long_targets(void)
{
	struct probe_target t;
	char host[600];
	size_t wrong = 0;

	for (size_t n = 1; n < sizeof(host) - 4; n++) {
		memset(host, 'a', n);
		memcpy(host + n, ":1", 3);
		const bool good =
			probe_target_parse(&t, text_span(host), NULL) == ST_OK;

		wrong += good != (n < PROBE_HOST_MAX);
	}
	OK(wrong == 0);
}

static void test_kinds(void)
{
	unsigned kinds = 99;

	OK(probe_kinds_parse(&kinds, text_span("stratum,getwork")));
	OK(kinds == (PROBE_BIT(PROBE_STRATUM) | PROBE_BIT(PROBE_GETWORK)));
	OK(probe_kinds_parse(&kinds, text_span("monero,monero")));
	OK(kinds == PROBE_BIT(PROBE_MONERO));
	OK(!probe_kinds_parse(&kinds, text_span("")));
	OK(!probe_kinds_parse(&kinds, text_span("stratum,")));
	OK(!probe_kinds_parse(&kinds, text_span("stratum, monero")));
	OK(!probe_kinds_parse(&kinds, text_span("Stratum")));
	OK(kinds == PROBE_BIT(PROBE_MONERO));
}

/* ------------------------------------------------------------ plans */

/* A server answers each request of a kind in one way: what is asked of it, as
 * text: s, m, b, w for the kinds, capitals in TLS. */
struct plan_vector {
	const char *name, *target, *wanted;
	enum probe_security security;
	unsigned kinds;
	enum probe_verdict clear[PROBE_KINDS], tls[PROBE_KINDS];
	bool http;   /* what it says in clear is HTTP */
	bool alerts; /* in clear it says that it wants TLS */
};

#define ALL(v)                                                                 \
	{                                                                      \
		v, v, v, v                                                     \
	}

static const struct plan_vector plans[] = {
	{ "a pool is asked no more", "h:1", "s", PROBE_BOTH, PROBE_ALL,
	  ALL(PROBE_JOB), ALL(PROBE_JOB), false, false },
	{ "silence is asked all, then in TLS", "h:1", "smbwS",
	  PROBE_CLEAR_THEN_TLS, PROBE_ALL, ALL(PROBE_SILENT), ALL(PROBE_NO_TLS),
	  false, false },
	{ "and not in TLS if that is not wanted", "h:1", "smbw", PROBE_CLEAR,
	  PROBE_ALL, ALL(PROBE_SILENT), ALL(PROBE_NO_TLS), false, false },
	{ "closed in clear, and Monero's in TLS",
	  "h:1",
	  "smbwSM",
	  PROBE_CLEAR_THEN_TLS,
	  PROBE_ALL,
	  ALL(PROBE_CLOSED),
	  { PROBE_OTHER, PROBE_JOB, PROBE_SILENT, PROBE_SILENT },
	  false,
	  false },
	{ "what answers in lines is not asked by HTTP", "h:1", "sm",
	  PROBE_CLEAR_THEN_TLS, PROBE_ALL, ALL(PROBE_OTHER), ALL(PROBE_JOB),
	  false, false },
	{ "what answers in HTTP is not asked in lines", "h:1", "sbw",
	  PROBE_CLEAR_THEN_TLS, PROBE_ALL, ALL(PROBE_OTHER), ALL(PROBE_JOB),
	  true, false },
	{ "both, though it answers", "h:1", "smS", PROBE_BOTH, PROBE_ALL,
	  ALL(PROBE_REFUSES), ALL(PROBE_JOB), false, false },
	{ "TLS alone", "h:1", "SM", PROBE_TLS, PROBE_ALL, ALL(PROBE_JOB),
	  ALL(PROBE_OTHER), false, false },
	{ "an alert of TLS ends the asking in clear", "h:1", "sS",
	  PROBE_CLEAR_THEN_TLS, PROBE_ALL, ALL(PROBE_OTHER), ALL(PROBE_JOB),
	  false, true },
	{ "what cannot be reached", "h:1", "s", PROBE_BOTH, PROBE_ALL,
	  ALL(PROBE_UNREACHABLE), ALL(PROBE_JOB), false, false },
	{ "a scheme fixes kinds and TLS", "stratum+ssl://h:1", "SM",
	  PROBE_CLEAR, PROBE_ALL, ALL(PROBE_JOB), ALL(PROBE_SILENT), false,
	  false },
	{ "http", "http://h", "bw", PROBE_TLS, PROBE_ALL, ALL(PROBE_SILENT),
	  ALL(PROBE_JOB), false, false },
	{ "only", "h:1", "w", PROBE_CLEAR, PROBE_BIT(PROBE_GETWORK),
	  ALL(PROBE_SILENT), ALL(PROBE_SILENT), false, false },
};

static void test_plan(const struct plan_vector *v)
{
	const struct probe_options o = { .security = v->security,
					 .kinds = v->kinds };
	struct probe_target t;
	struct probe_result r = { .target = &t };
	struct probe_attempt a = { .verdict = PROBE_SILENT };
	char asked[PROBE_ATTEMPTS_MAX + 1] = "";
	size_t n = 0;

	printf("# %s\n", v->name);
	OK(probe_target_parse(&t, text_span(v->target), NULL) == ST_OK);
	while (n < PROBE_ATTEMPTS_MAX && probe_plan(&a.kind, &a.tls, &r, &o)) {
		asked[n++] = (a.tls ? "SMBW" : "smbw")[a.kind];
		a.verdict = (a.tls ? v->tls : v->clear)[a.kind];
		a.received = a.verdict <= PROBE_OTHER ? 10 : 0;
		a.saw_http = a.received && v->http;
		a.saw_tls = a.received && v->alerts && !a.tls;
		probe_result_add(&r, &a);
	}
	OK(strcmp(asked, v->wanted) == 0);
	if (strcmp(asked, v->wanted) != 0)
		printf("# asked %s, wanted %s\n", asked, v->wanted);
}

static void test_best(void)
{
	struct probe_result r = { .num_attempts = 0 };
	struct probe_attempt a = { .verdict = PROBE_SILENT };

	OK(probe_result_text(&r) == NULL);
	for (size_t i = 0; i < PROBE_ATTEMPTS_MAX + 5; i++) {
		a.verdict = i == 3 ? PROBE_REFUSES : PROBE_CLOSED;
		probe_result_add(&r, &a);
	}
	OK(r.num_attempts == PROBE_ATTEMPTS_MAX);
	OK(r.verdict == PROBE_REFUSES && r.best == 3);
	OK(strcmp(probe_result_text(&r), "refuses") == 0);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		test_target(&targets[i]);
	test_long_targets();
	test_kinds();
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
		test_plan(&plans[i]);
	test_best();
	return tap_end();
}
