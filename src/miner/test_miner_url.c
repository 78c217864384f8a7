#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "miner/miner_url.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static const struct {
	const char *url, *host, *port, *path;
	bool http, tls;
} good[] = {
	{ "stratum+tcp://pool.example:3333", "pool.example", "3333", "/", false,
	  false },
	{ "Stratum+SSL://10.0.0.1:443", "10.0.0.1", "443", "/", false, true },
	{ "stratum+tcp://[2001:db8::1]:3333/", "2001:db8::1", "3333", "/",
	  false, false },
	{ "http://node", "node", "80", "/", true, false },
	{ "http://node:08332/wallet/a?b", "node", "8332", "/wallet/a?b", true,
	  false },
	{ "https://[::1]", "::1", "443", "/", true, true },
};

static const char *const bad[] = {
	"",
	"pool.example:3333",
	"tcp://pool.example:3333",
	"stratum+tcp://",
	"stratum+tcp://pool.example",
	"stratum+tcp://pool.example:",
	"stratum+tcp://pool.example:0",
	"stratum+tcp://pool.example:65536",
	"stratum+tcp://pool.example:3333/path",
	"stratum+tcp://2001:db8::1:3333",
	"stratum+tcp://[::1",
	"stratum+tcp://[::1]3333",
	"stratum+tcp://user:secret@pool.example:3333",
	"stratum+tcp://pool\n:1",
	"http://",
	"http://:8332/",
};

static void cut_anywhere(const char *url)
{
	struct miner_url u;

	/* In memory of its exact size. */
	for (size_t n = 0; n <= strlen(url); n++) {
		uint8_t *part = mem_new(n ? n : 1, 1);

		memcpy(part, url, n);
		if (miner_url_parse(&u, (struct span){ part, n }, NULL) ==
		    ST_OK)
			OK(u.host[0] && u.port[0] && u.path[0] == '/');
		free(part);
	}
}

static void too_long(void)
{
	char long_host[MINER_HOST_MAX + 40];
	struct miner_url u;

	memset(long_host, 'a', sizeof(long_host));
	memcpy(long_host, "http://", 7);
	OK(miner_url_parse(&u, (struct span){ (uint8_t *)long_host, 7 + 253 },
			   NULL) == ST_OK);
	OK(miner_url_parse(&u, (struct span){ (uint8_t *)long_host, 7 + 254 },
			   NULL) == ST_BAD);
}

static void follow(void)
{
	char authority[MINER_AUTHORITY_MAX];
	struct miner_url u, to;

	if (miner_url_parse(&u, text("http://[::1]:8332/x"), NULL) != ST_OK)
		abort();
	OK(!strcmp(miner_url_authority(authority, &u), "[::1]:8332"));
	OK(miner_url_follow(&to, &u, text("/LP")));
	OK(!strcmp(to.path, "/LP") && !strcmp(to.host, "::1") &&
	   !strcmp(to.port, "8332"));
	OK(miner_url_follow(&to, &u, text("http://[::1]:8337/LP")));
	OK(!strcmp(to.path, "/LP") && !strcmp(to.port, "8337"));
	to = u;
	OK(!miner_url_follow(&to, &u, text("http://other:8337/LP")));
	OK(!miner_url_follow(&to, &u, text("https://[::1]:8337/LP")));
	OK(!miner_url_follow(&to, &u, text("stratum+tcp://[::1]:8337")));
	OK(!miner_url_follow(&to, &u, text("")));
	OK(!miner_url_follow(&to, &u, text("/L P")));
	OK(!miner_url_follow(&to, &u, text("/L\r\nP")));
	OK(!memcmp(&to, &u, sizeof(u)));
}

int main(void)
{
	struct miner_url u, before;
	struct why why;

	for (size_t i = 0; i < COUNT(good); i++) {
		OK(miner_url_parse(&u, text(good[i].url), NULL) == ST_OK);
		OK(!strcmp(u.text, good[i].url));
		OK(!strcmp(u.host, good[i].host));
		OK(!strcmp(u.port, good[i].port));
		OK(!strcmp(u.path, good[i].path));
		OK(u.http == good[i].http && u.tls == good[i].tls);
		cut_anywhere(good[i].url);
	}
	before = u;
	for (size_t i = 0; i < COUNT(bad); i++) {
		why.text[0] = '\0';
		OK(miner_url_parse(&u, text(bad[i]), &why) == ST_BAD);
		OK(why.text[0] != '\0' && !strstr(why.text, "secret"));
	}
	OK(!memcmp(&u, &before, sizeof(u)));
	too_long();
	follow();
	return tap_end();
}
