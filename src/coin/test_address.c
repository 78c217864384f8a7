#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "coin/address.h"
#include "test/tap.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define SCRIPT_MAX 128

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct span script_of(uint8_t room[SCRIPT_MAX], const char *hex)
{
	size_t n = 0;

	OK(hex_parse(room, &n, SCRIPT_MAX, text(hex)));
	return (struct span){ room, n };
}

/* Scripts of real outputs (the block's height is named), and others. */
static const struct {
	const char *network, *script;
	enum address_kind kind;
	const char *want;
	bool there_only; /* the address does not lead back to this script */
} scripts[] = {
	/* 9: the key that was to pay in block 170 */
	{ "main",
	  "410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a"
	  "5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3"
	  "ac",
	  ADDRESS_P2PK, "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", true },
	/* 0 */
	{ "main",
	  "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61de"
	  "b649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
	  "ac",
	  ADDRESS_P2PK, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true },
	/* The generator point: an example of BIP 173. */
	{ "main",
	  "21"
	  "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
	  "ac",
	  ADDRESS_P2PK, "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", true },
	{ "main", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
	  ADDRESS_P2PKH, "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", false },
	/* All zeros: the most leading ones there can be. */
	{ "main", "76a914000000000000000000000000000000000000000088ac",
	  ADDRESS_P2PKH, "1111111111111111111114oLvT2", false },
	/* The generator's hash elsewhere. */
	{ "test", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
	  ADDRESS_P2PKH, "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r", false },
	{ "ltc", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
	  ADDRESS_P2PKH, "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ", false },
	{ "ltc", "0014751e76e8199196d454941c45d1b3a323f1433bd6", ADDRESS_P2WPKH,
	  "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", false },
	{ "regtest", "0014751e76e8199196d454941c45d1b3a323f1433bd6",
	  ADDRESS_P2WPKH, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
	  false },
	/* Computed with an independent encoder in Python. */
	{ "main", "a914751e76e8199196d454941c45d1b3a323f1433bd687",
	  ADDRESS_P2SH, "3CNHUhP3uyB9EUtRLsmvFUmvGdjGdkTxJw", false },
	{ "test", "a914751e76e8199196d454941c45d1b3a323f1433bd687",
	  ADDRESS_P2SH, "2N3vVYSK5XRgVSGWy21PnsRmBUywSQNdCsf", false },
	{ "ltc", "a914751e76e8199196d454941c45d1b3a323f1433bd687", ADDRESS_P2SH,
	  "MJaRnao1s62a2zAKSkmG582KbLKianqb7v", false },
	{ "ltc-test", "a914751e76e8199196d454941c45d1b3a323f1433bd687",
	  ADDRESS_P2SH, "QXHFfTBKYXjaaTH1e7Rox8CcdNPGHVhM59", false },
	{ "main", "a914ffffffffffffffffffffffffffffffffffffffff87",
	  ADDRESS_P2SH, "3R2cuenjG5nFubqX9Wzuukdin2YfBbQ6Kw", false },
	{ "ltc-test", "0014751e76e8199196d454941c45d1b3a323f1433bd6",
	  ADDRESS_P2WPKH, "tltc1qw508d6qejxtdg4y5r3zarvary0c5xw7klfsuq0",
	  false },
	{ "main", "51024e73", ADDRESS_WITNESS, "bc1pfeessrawgf", false },
	{ "main", "", ADDRESS_NONE, "", true },
	{ "main", "6a", ADDRESS_NULL_DATA, "", true },
	/* 482,683: its witness commitment */
	{ "main",
	  "6a24aa21a9ed0f8b0182863aa4713e94bb72c47c57dcbae7de8f3df2af23453f60"
	  "f1965dab77",
	  ADDRESS_NULL_DATA, "", true },
	/* Nearly one of the above. */
	{ "main", "76a914751e76e8199196d454941c45d1b3a323f1433bd688",
	  ADDRESS_NONE, "", true },
	{ "main", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac00",
	  ADDRESS_NONE, "", true },
	{ "main", "a914751e76e8199196d454941c45d1b3a323f1433bd688",
	  ADDRESS_NONE, "", true },
	{ "main",
	  "21"
	  "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
	  "ac",
	  ADDRESS_NONE, "", true },
	{ "main", "0013751e76e8199196d454941c45d1b3a323f1433b", ADDRESS_NONE,
	  "", true },
	{ "main", "50020102", ADDRESS_NONE, "", true },
	{ "main", "61020102", ADDRESS_NONE, "", true },
	{ "main", "510101", ADDRESS_NONE, "", true },
	{ "main",
	  "512900000000000000000000000000000000000000000000000000000000000000"
	  "00000000000000000000",
	  ADDRESS_NONE, "", true },
};

static void test_scripts(void)
{
	for (size_t i = 0; i < COUNT(scripts); i++) {
		const struct network *net = network_named(scripts[i].network);
		const struct network *got_net = NULL;
		char out[ADDRESS_TEXT] = "untouched";
		uint8_t room[SCRIPT_MAX], back[42];
		const struct span script = script_of(room, scripts[i].script);
		size_t n = 0;

		printf("# %s %s\n", scripts[i].network, scripts[i].script);
		OK(address_of_script(out, script, net) == scripts[i].kind);
		OK(!strcmp(out, scripts[i].want));
		if (scripts[i].there_only)
			continue;
		OK(address_parse(&got_net, back, &n, text(out)));
		OK(got_net == net);
		OK(n == script.n && !memcmp(back, script.p, n));
	}
}

/* Valid addresses of BIP 350 (for version 0 the same as in BIP 173). */
static const struct {
	const char *address, *script, *network;
	enum address_kind kind;
} valid[] = {
	{ "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
	  "0014751e76e8199196d454941c45d1b3a323f1433bd6", "main",
	  ADDRESS_P2WPKH },
	{ "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
	  "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c632960490326"
	  "2",
	  "test", ADDRESS_P2WSH },
	{ "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7"
	  "kt5nd6y",
	  "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45"
	  "d1b3a323f1433bd6",
	  "main", ADDRESS_WITNESS },
	{ "BC1SW50QGDZ25J", "6002751e", "main", ADDRESS_WITNESS },
	{ "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
	  "5210751e76e8199196d454941c45d1b3a323", "main", ADDRESS_WITNESS },
	{ "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
	  "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e8643"
	  "3",
	  "test", ADDRESS_P2WSH },
	{ "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
	  "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e8643"
	  "3",
	  "test", ADDRESS_P2TR },
	{ "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
	  "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179"
	  "8",
	  "main", ADDRESS_P2TR },
};

static char *lower(char *out, const char *s)
{
	size_t n = 0;

	for (; s[n]; n++)
		out[n] =
			(char)(s[n] >= 'A' && s[n] <= 'Z' ? s[n] | 0x20 : s[n]);
	out[n] = '\0';
	return out;
}

static void test_valid(void)
{
	for (size_t i = 0; i < COUNT(valid); i++) {
		uint8_t room[SCRIPT_MAX], got[42];
		const struct span want = script_of(room, valid[i].script);
		const struct network *net = NULL;
		char out[ADDRESS_TEXT], low[ADDRESS_TEXT];
		size_t n = 0;

		printf("# %s\n", valid[i].address);
		OK(address_parse(&net, got, &n, text(valid[i].address)));
		OK(net == network_named(valid[i].network));
		OK(n == want.n && !memcmp(got, want.p, n));
		OK(address_of_script(out, want, net) == valid[i].kind);
		OK(!strcmp(out, lower(low, valid[i].address)));
	}
}

static const char *const invalid[] = {
	/* BIP 350: invalid addresses */
	"tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
	"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
	"tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
	"BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
	"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
	"tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
	"bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
	"BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
	"bc1pw5dgrnzv",
	"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav2"
	"53zgeav",
	"BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
	"tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
	"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
	"tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
	"bc1gmk9yu",
	/* BIP 173: invalid addresses, and those that BIP 350 made invalid */
	"tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
	"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
	"BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
	"bc1rw5uspcuh",
	"bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw"
	"5rljs90",
	"tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",
	"bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
	"tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv",
	"bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7"
	"grplx",
	"BC1SW50QA3JX3S",
	"bc1zw508d6qejxtdg4y5r3zarvaryvg6kdaj",
	/* BIP 173, BIP 350: bech32 strings, valid or not, but no address */
	"A12UEL5L",
	"a12uel5l",
	"A1LQFN3A",
	"?1ezyfcl",
	"?1v759aa",
	"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcluded"
	"c"
	"haractersbio1tt5tgs",
	"an84characterslonghumanreadablepartthatcontainsthetheexcludedcharacter"
	"s"
	"bioandnumber11d6pts4",
	"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
	"abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
	"11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
	"q"
	"qqqqqqqqqqqc8247j",
	"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
	"split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
	"\x20"
	"1nwldj5",
	"\x7f"
	"1axkwrx",
	"\x80"
	"1eym55h",
	"\x20"
	"1xj0phk",
	"\x7f"
	"1g6xzxy",
	"\x80"
	"1vctc34",
	"pzry9x0s0muk",
	"1pzry9x0s0muk",
	"qyrz8wqd2c9m",
	"1qyrz8wqd2c9m",
	"x1b4n0q5v",
	"y1b0jsk6g",
	"li1dgmt3",
	"lt1igcx5c0",
	"in1muywd",
	"de1lg7wt\xff",
	"mm1crxm3i",
	"au1s5cgom",
	"A1G7SGD8",
	"M1VUXWEZ",
	"10a06t8",
	"1qzzfhee",
	"16plkw9",
	"1p2gdwpf",
	/* the separator is the one character that the checksum leaves out */
	"bc2qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
	/* a valid address (3CNHUh...) plus 2^200 */
	"2pCthYVgog9oSbSabcH3WPaTKPmgkdhoDHD",
	/* base58check: one digit changed, one missing, one 1 more or less,
	 * digits that do not exist, a version nobody uses, too long */
	"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMh",
	"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAM",
	"11BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
	"BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
	"111111111111111111114oLvT2",
	"11111111111111111111114oLvT2",
	"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAM0",
	"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMl",
	"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
	"b1sYGBu5FKdxkL5FCSeJygmkchViYCqAq",
	"1111111111111111111111111111111111111",
	"1",
	"",
	" ",
	"bc1",
	"tb1q",
};

static void test_invalid(void)
{
	for (size_t i = 0; i < COUNT(invalid); i++) {
		const struct network *net = network_table();
		uint8_t script[42] = { 7 };
		size_t n = 99;

		printf("# invalid[%zu]\n", i);
		OK(!address_parse(&net, script, &n, text(invalid[i])));
		OK(net == network_table() && n == 99 && script[0] == 7);
	}
}

/* In memory of exactly the right size, so that a sanitizer sees one byte too
 * far: every prefix of an address, and of a script. */
static void test_every_truncation(void)
{
	for (size_t i = 0; i < COUNT(valid); i++) {
		const struct span whole = text(valid[i].address);

		for (size_t n = 0; n < whole.n; n++) {
			uint8_t *exact = malloc(n ? n : 1), script[42];
			const struct network *net;
			size_t script_n;

			memcpy(exact, whole.p, n);
			OK(!address_parse(&net, script, &script_n,
					  (struct span){ exact, n }));
			free(exact);
		}
	}
	for (size_t i = 0; i < COUNT(scripts); i++) {
		uint8_t room[SCRIPT_MAX];

		/* What one byte too many spoils is an address without it. */
		if (scripts[i].kind == ADDRESS_NONE)
			continue;
		const struct span whole = script_of(room, scripts[i].script);

		for (size_t n = 0; n < whole.n; n++) {
			uint8_t *exact = malloc(n ? n : 1);
			char out[ADDRESS_TEXT];

			memcpy(exact, whole.p, n);
			const enum address_kind kind = address_of_script(
				out, (struct span){ exact, n },
				network_table());

			OK(kind == ADDRESS_NONE || kind == ADDRESS_NULL_DATA);
			free(exact);
		}
	}
}

static void test_kinds(void)
{
	static const char *const want[] = {
		"none",  "p2pk", "p2pkh",   "p2sh",      "p2wpkh",
		"p2wsh", "p2tr", "witness", "null_data",
	};

	for (size_t i = 0; i < COUNT(want); i++)
		OK(!strcmp(address_kind_text((enum address_kind)i), want[i]));
}

int main(void)
{
	test_scripts();
	test_valid();
	test_invalid();
	test_every_truncation();
	test_kinds();
	return tap_end();
}
