#include <string.h>

#include "test/tap.h"
#include "watchlist/address_repair.h"

#define GOOD "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"

static const struct {
	const char *text, *repaired;
	bool any;
} vectors[] = {
	{ GOOD, GOOD, false },
	{ "", "", false },
	/* zero width space, no-break space, soft hyphen, byte order mark */
	{ "1Boat\xe2\x80\x8bSLRHtKNngkdXEeobR76b53LETtpyT", GOOD, true },
	{ "\xc2\xa0" GOOD "\xc2\xa0", GOOD, true },
	{ "1Boat\xc2\xadSLRHtKNngkdXEeobR76b53LETtpyT", GOOD, true },
	{ "\xef\xbb\xbf" GOOD, GOOD, true },
	/* right-to-left override, word joiner, variation selector */
	{ "\xe2\x80\xae" GOOD "\xe2\x81\xa0\xef\xb8\x8f", GOOD, true },
	{ "1Boat SLRHtKNng\tkdXEeobR76b53LETtpyT\r\n", GOOD, true },
	/* Cyrillic o, a, T; Greek capital B */
	{ "1B\xd0\xbe\xd0\xb0tSLRHtKNngkdXEeobR76b53LE\xd0\xa2tpyT", GOOD,
	  true },
	{ "1\xce\x92oatSLRHtKNngkdXEeobR76b53LETtpyT", GOOD, true },
	/* full-width 1 and B */
	{ "\xef\xbc\x91\xef\xbc\xa2oatSLRHtKNngkdXEeobR76b53LETtpyT", GOOD,
	  true },
	/* what is none of these stays, and broken UTF-8 does */
	{ "\xe4\xb8\xad", "\xe4\xb8\xad", false },
	{ "1Bo\xff\xc3", "1Bo\xff\xc3", false },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *text = vectors[i].text;
		struct buf out;

		buf_init(&out, 256);
		const bool any = address_repair(
			&out,
			(struct span){ (const uint8_t *)text, strlen(text) });

		OK(any == vectors[i].any);
		OK(!strcmp(buf_str(&out), vectors[i].repaired));
		buf_fini(&out);
	}
	return tap_end();
}
