#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "test/tap.h"
#include "watchlist/pools.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool is(const char *got, const char *want)
{
	return want ? got && !strcmp(got, want) : !got;
}

/* Coinbase scripts of real blocks, whose height is named. */
static const struct {
	const char *script, *want;
} blocks[] = {
	/* 482,683 */
	{ "037b5d07244d696e656420627920416e74506f6f6c732f4542312f4144362f4e59"
	  "412f232059a70bb9450f00000cbd0000",
	  "AntPool" },
	/* 300,025 */
	{ "03f99304e4b883e5bda9e7a59ee4bb99e9b1bcfabe6d6d4b69d66115595589c948"
	  "66351760e113942b7489eb31fb37dd6458a7f906dda0100000000000000083e919"
	  "1b1ca000004d696e65642062792067616263",
	  "F2Pool" },
	/* 702,861 */
	{ "038db90a0475a45561fabe6d6db43c2ece440513219decd96f67a31bf0191f9a5f"
	  "2d6c952e5029005e3d30f562040000001e34c5f062696e616e63652f6672323134"
	  "818226021704159799809b19f82f7807000000000000",
	  "Binance Pool" },
	/* 227,836 */
	{ "03fc7903062f503253482f04ac204f510858029a11000003550d33636461643134"
	  "2f736c7573682f",
	  "Braiins Pool" },
	/* 170 */
	{ "04ffff001d0102", NULL },
};

static void test_blocks(void)
{
	for (size_t i = 0; i < COUNT(blocks); i++) {
		uint8_t script[128];
		size_t n = 0;

		OK(hex_parse(script, &n, sizeof(script),
			     text(blocks[i].script)));
		const char *got = pools_by_tag((struct span){ script, n });

		printf("# %s\n", got ? got : "none");
		OK(is(got, blocks[i].want));
	}
}

static const struct {
	const char *script, *want;
} tags[] = {
	{ "/ViaBTC/", "ViaBTC" },
	{ "xxx/ViaBTC/Mined by somebody/", "ViaBTC" },
	{ "/ViaBTC/TATMAS Pool/", "TATMAS Pool" }, /* the longest wins */
	{ "/ViaBTC/ /ViaBTC/TATMAS Pool/", "TATMAS Pool" },
	{ "/ViaBTC/TATMAS Pool/ /ViaBTC/", "TATMAS Pool" },
	{ "/1THash/ /ViaBTC/", "1THash" }, /* of equals the first */
	{ "/ViaBTC/ /1THash/", "ViaBTC" },
	{ "/ViaBTC/TATMAS Pool", "ViaBTC" },
	{ "/ViaBTC", NULL },
	{ "/viabtc/", NULL },       /* bytes, not words */
	{ "/BTC.COM/", "BTC.com" }, /* the name in the newer list */
	{ "btccomf", "CloverPool" },
	{ "\360\237\220\237", "F2Pool" },
	{ "EMC", "EclipseMC" },
	{ "EM", NULL },
	{ "", NULL },
};

/* Each in a malloc of exactly its size: a tag is not looked for behind the
 * end, where a sanitizer would see it. */
static void test_tags(void)
{
	for (size_t i = 0; i < COUNT(tags); i++) {
		const size_t n = strlen(tags[i].script);
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, tags[i].script, n);
		printf("# %s\n", tags[i].script);
		OK(is(pools_by_tag((struct span){ exact, n }), tags[i].want));
		for (size_t cut = 0; cut < n; cut++) {
			uint8_t *part = malloc(cut ? cut : 1);

			memcpy(part, tags[i].script, cut);
			pools_by_tag((struct span){ part, cut });
			free(part);
		}
		free(exact);
	}
}

static void test_long_script(void)
{
	static uint8_t script[POOLS_SCRIPT_MAX + 8];

	memcpy(script + POOLS_SCRIPT_MAX - 8, "/ViaBTC/", 8);
	OK(is(pools_by_tag((struct span){ script, sizeof(script) }), "ViaBTC"));
	memset(script, 0, sizeof(script));
	memcpy(script + POOLS_SCRIPT_MAX - 7, "/ViaBTC/", 8);
	OK(!pools_by_tag((struct span){ script, sizeof(script) }));
}

static void test_addresses(void)
{
	OK(is(pools_by_address("1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"),
	      "F2Pool"));
	OK(is(pools_by_address("bc1qf274x7penhcd8hsv3jcmwa5xxzjl2a6pa9pxwm"),
	      "F2Pool"));
	OK(is(pools_by_address("147SwRQdpCfj5p8PnfsXV2SsVVpVcz3aPq"),
	      "1THash"));
	/* In two lists under two names. */
	OK(is(pools_by_address("1Bf9sZvBHPFGVPX71WX2njhd1NXKv5y7v5"),
	      "BTC.com"));
	OK(is(pools_by_address("1EMVSMe1VJUuqv7D7SFzctnVXk4KdjXATi"),
	      "ULTIMUSPOOL"));
	OK(!pools_by_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
	OK(!pools_by_address("1KFHE7w8BhaENAswwryaoccDb6qcT6DbYy"));
	OK(!pools_by_address(""));
}

static const struct {
	const char *host, *want;
} hosts[] = {
	{ "pool.minergate.com", "pool.minergate.com" },
	{ "eu.pool.minergate.com", "pool.minergate.com" },
	{ "a.b.c.MinerGate.COM", "minergate.com" },
	{ "minergate.com.", "minergate.com" },
	{ "minexmr.com", "minexmr.com" }, /* listed as mineXMR.com */
	{ "notminergate.com", NULL },
	{ "minergate.com.example", NULL },
	{ "minergate", NULL },
	{ "com", NULL },
	{ "", NULL },
	{ ".", NULL },
	{ "..", NULL },
	{ ".minergate.com", "minergate.com" },
	{ "minergate.com..", NULL },
	{ "163.172.114.218", NULL }, /* an address: pools_by_endpoint() */
	{ "x.163.172.114.218", NULL },
};

static void test_hosts(void)
{
	for (size_t i = 0; i < COUNT(hosts); i++) {
		const size_t n = strlen(hosts[i].host);
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, hosts[i].host, n);
		printf("# %s\n", hosts[i].host);
		OK(is(pools_by_host((struct span){ exact, n }), hosts[i].want));
		free(exact);
	}
	/* A NUL does not end a name that goes on. */
	OK(!pools_by_host((struct span){
		(const uint8_t *)"minergate.com\0.example", 22 }));
}

static void test_longest_host(void)
{
	static const char listed[] = "minergate.com";
	uint8_t host[300];
	const size_t n = strlen(listed);

	memset(host, 'a', sizeof(host));
	for (size_t i = 63; i < sizeof(host); i += 64)
		host[i] = '.';
	memcpy(host + 253 - n, listed, n);
	host[252 - n] = '.';
	OK(is(pools_by_host((struct span){ host, 253 }), listed));
	host[253] = '.';
	OK(is(pools_by_host((struct span){ host, 254 }), listed));
	memcpy(host + 254 - n, listed, n);
	host[253 - n] = '.';
	OK(!pools_by_host((struct span){ host, 254 }));
	OK(!pools_by_host((struct span){ host, sizeof(host) }));
}

static void test_endpoints(void)
{
	OK(is(pools_by_endpoint("107.191.47.239", 3333),
	      "107.191.47.239:3333"));
	OK(is(pools_by_endpoint("107.191.47.239", 7777),
	      "107.191.47.239:7777"));
	OK(!pools_by_endpoint("107.191.47.239", 80));
	/* Listed without a port, and as a URL. */
	OK(is(pools_by_endpoint("163.172.114.218", 1), "163.172.114.218"));
	OK(is(pools_by_endpoint("185.141.25.35", 443), "185.141.25.35"));
	OK(!pools_by_endpoint("", 3333) &&
	   !pools_by_endpoint("fd66::11", 3333));
	OK(!pools_by_endpoint("2001:0db8:85a3:0000:0000:8a2e:0370:7334", 3333));
}

int main(void)
{
	test_blocks();
	test_tags();
	test_long_script();
	test_addresses();
	test_hosts();
	test_longest_host();
	test_endpoints();
	return tap_end();
}
