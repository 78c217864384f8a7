#include <string.h>

#include "coin/address_asset.h"
#include "test/tap.h"

#define XMR_95                                                                 \
	"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb9" \
	"8uNbr2VBBEt7f2wfn3RVGQBEP3A"

static const struct {
	const char *text, *asset;
	size_t script_n;
} vectors[] = {
	{ "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "BTC", 25 },
	{ "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", NULL, 0 }, /* checksum */
	{ "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX", "BTC", 23 },
	{ "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BTC", 22 },
	{ "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "LTC", 0 },
	{ "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TRX", 0 },
	{ "0x7F367cC41522cE07553e823bf3be79A889DEbe1B", "ETH", 0 },
	{ "0x7F367cC41522cE07553e823bf3be79A889DEbe1", NULL, 0 },
	{ "0x7F367cC41522cE07553e823bf3be79A889DEbe1G", NULL, 0 },
	{ XMR_95, "XMR", 0 },
	{ "0" XMR_95, NULL, 0 },
	{ "", NULL, 0 },
	{ "1", NULL, 0 },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *text = vectors[i].text, *wanted = vectors[i].asset;
		uint8_t script[ADDRESS_ASSET_SCRIPT];
		size_t n = 99;
		const char *asset = address_asset(
			script, &n,
			(struct span){ (const uint8_t *)text, strlen(text) });

		OK(wanted ? asset && !strcmp(asset, wanted) : !asset);
		OK(n == vectors[i].script_n);
	}
	OK(!strcmp(address_asset_ticker("XBT"), "BTC"));
	OK(!strcmp(address_asset_ticker("DASH"), "DASH"));
	OK(address_asset_known("TRX") && !address_asset_known("XBT") &&
	   !address_asset_known("DASH"));
	return tap_end();
}
