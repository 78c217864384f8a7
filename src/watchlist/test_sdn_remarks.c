#include <string.h>

#include "test/tap.h"
#include "watchlist/sdn_remarks.h"

struct found {
	char address[128], asset[SDN_REMARKS_ASSET];
	bool whole;
};

static size_t all(struct found *out, const char *text)
{
	struct sdn_remarks r;
	struct span address;
	size_t n = 0;

	sdn_remarks_begin(&r,
			  (struct span){ (const uint8_t *)text, strlen(text) });
	while (n < 8 &&
	       sdn_remarks_next(&r, &address, out[n].asset, &out[n].whole)) {
		snprintf(out[n].address, sizeof(out[n].address), "%.*s",
			 (int)address.n, (const char *)address.p);
		n++;
	}
	return n;
}

int main(void)
{
	struct found f[8];

	OK(all(f, "DOB 01 Jan 1980; Digital Currency Address - XBT 1abc; alt. "
		  "Digital Currency Address - ETH 0xdef; Linked To: X.") == 2);
	OK(!strcmp(f[0].address, "1abc") && !strcmp(f[0].asset, "XBT") &&
	   f[0].whole);
	OK(!strcmp(f[1].address, "0xdef") && !strcmp(f[1].asset, "ETH") &&
	   f[1].whole);
	/* The last one: a full stop closes it. */
	OK(all(f, "Digital Currency Address - USDT Tabc.") == 1 && f[0].whole &&
	   !strcmp(f[0].address, "Tabc"));
	/* Nothing closes it: it may have been cut. */
	OK(all(f, "Digital Currency Address - XBT 1ab") == 1 && !f[0].whole);
	/* Cut in the words or behind the asset: none. */
	OK(all(f, "Digital Currency Addre") == 0);
	OK(all(f, "Digital Currency Address - XBT") == 0);
	OK(all(f, "Digital Currency Address - XBT ") == 0);
	OK(all(f, "Digital Currency Address - ; x") == 0);
	/* An asset of a name too long is stepped over, not the next. */
	OK(all(f, "Digital Currency Address - ABCDEFGHIJKLMNOPQRST 1x; "
		  "Digital Currency Address - XBT 1y;") == 1 &&
	   !strcmp(f[0].address, "1y"));
	OK(all(f, "") == 0);
	return tap_end();
}
