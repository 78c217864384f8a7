#include <stdlib.h>
#include <string.h>

#include "net/decode.h"
#include "test/tap.h"

/* Texts as RFC 5952 wants them (sections 1, 4.1 to 4.3 give most of the
 * examples), and other spellings of the same address. */
static const struct {
	const char *text, *other;
} good[] = {
	{ "10.66.0.11", "::ffff:10.66.0.11" },
	{ "0.0.0.0", "::ffff:0:0" },
	{ "255.255.255.255", "::FFFF:ffff:ffff" },
	{ "::", "0:0:0:0:0:0:0:0" },
	{ "::1", "0000::0001" },
	{ "2001:db8::1", "2001:db8:0:0:0:0:0:1" },
	{ "2001:db8::aaaa:0:0:1", "2001:db8:0:0:aaaa::1" },
	{ "2001:db8:0:1:1:1:1:1", "2001:db8::1:1:1:1:1" },
	{ "2001:0:0:1::1", "2001:0:0:1:0:0:0:1" },
	{ "2001:db8::2:1", "2001:db8:0:0:0:0:2:1" },
	{ "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
	  "2001:DB8:AAAA:bbbb:cccc:dddd:eeee:0001" },
	{ "64:ff9b::c000:221", "64:ff9b::192.0.2.33" },
};

static const char *const bad[] = {
	"",
	"1.2.3",
	"1.2.3.4.5",
	"1.2.3.256",
	"1.2.3.04",
	" 1.2.3.4",
	"1.2.3.4 ",
	"::1::",
	":::",
	"1:2:3:4:5:6:7",
	"1:2:3:4:5:6:7:8:9",
	"12345::",
	"fe80::1%eth0",
	"g::",
	"10.0.0.1:3333",
	"0000:0000:0000:0000:0000:0000:00000000:0000:0000",
};

/* In memory of just that size, without a NUL behind. */
static bool parse(struct endpoint *out, const char *text)
{
	const size_t n = strlen(text);
	uint8_t *exact = malloc(n + !n);

	memcpy(exact, text, n);
	const bool ok = endpoint_ip_parse(out, (struct span){ exact, n });

	free(exact);
	return ok;
}

int main(void)
{
	char text[ENDPOINT_TEXT];
	struct endpoint a, b, was = { .port = 5 };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		printf("# %s\n", good[i].text);
		a.port = 9;
		OK(parse(&a, good[i].text) && a.port == 0);
		OK(parse(&b, good[i].other) && !memcmp(&a, &b, sizeof(a)));
		OK(endpoint_ip_text(text, &a) == text);
		OK(!strcmp(text, good[i].text));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		printf("# '%s'\n", bad[i]);
		OK(!parse(&was, bad[i]) && was.port == 5);
	}
	OK(!endpoint_ip_parse(&was,
			      (struct span){ (const uint8_t *)"::1\0", 4 }));
	return tap_end();
}
