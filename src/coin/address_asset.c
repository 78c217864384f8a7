#include "coin/address_asset.h"

#include <string.h>

#include "base/hex.h"
#include "coin/address.h"
#include "coin/address_codec.h"

#define TRON_VERSION 0x41

static bool is_ethereum(struct span text)
{
	uint8_t account[20];

	return text.n == 42 && text.p[0] == '0' && text.p[1] == 'x' &&
	       hex_bytes(account, sizeof(account),
			 (struct span){ text.p + 2, 40 });
}

static bool is_tron(struct span text)
{
	uint8_t version, hash[20];

	return address_base58_parse(&version, hash, text) &&
	       version == TRON_VERSION;
}

/* Standard (95) or integrated (106), of the main network: 4 or 8 first. */
static bool is_monero(struct span text)
{
	static const char alphabet[] =
		"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefg"
		"hijkmnopqrstuvwxyz";

	if ((text.n != 95 && text.n != 106) ||
	    (text.p[0] != '4' && text.p[0] != '8'))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!memchr(alphabet, text.p[i], sizeof(alphabet) - 1))
			return false;
	}
	return true;
}

const char *address_asset(uint8_t *script, size_t *script_n, struct span text)
{
	const struct network *net;

	*script_n = 0;
	if (address_parse(&net, script, script_n, text)) {
		if (strncmp(net->name, "ltc", 3) != 0)
			return "BTC";
		*script_n = 0;
		return "LTC";
	}
	if (is_ethereum(text))
		return "ETH";
	if (is_tron(text))
		return "TRX";
	return is_monero(text) ? "XMR" : NULL;
}

const char *address_asset_ticker(const char *ticker)
{
	return strcmp(ticker, "XBT") == 0 ? "BTC" : ticker;
}

bool address_asset_known(const char *ticker)
{
	static const char *const known[] = { "BTC", "LTC", "ETH", "TRX",
					     "XMR" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(ticker, known[i]) == 0)
			return true;
	}
	return false;
}
