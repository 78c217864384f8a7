#include "watchlist/address_repair.h"

#include "base/utf8.h"

/* Letters that look like Latin ones or digits that occur in addresses, from
 * Unicode's confusables (UTS #39); sorted. */
static const struct look_alike {
	uint16_t code;
	char latin;
} look_alikes[] = {
	/* Greek */
	{ 0x0391, 'A' },
	{ 0x0392, 'B' },
	{ 0x0395, 'E' },
	{ 0x0396, 'Z' },
	{ 0x0397, 'H' },
	{ 0x0399, 'I' },
	{ 0x039a, 'K' },
	{ 0x039c, 'M' },
	{ 0x039d, 'N' },
	{ 0x039f, 'O' },
	{ 0x03a1, 'P' },
	{ 0x03a4, 'T' },
	{ 0x03a5, 'Y' },
	{ 0x03a7, 'X' },
	{ 0x03bf, 'o' },
	{ 0x03bd, 'v' },
	{ 0x03c1, 'p' },
	{ 0x03f3, 'j' },
	/* Cyrillic */
	{ 0x0405, 'S' },
	{ 0x0406, 'I' },
	{ 0x0408, 'J' },
	{ 0x0410, 'A' },
	{ 0x0412, 'B' },
	{ 0x0415, 'E' },
	{ 0x0417, '3' },
	{ 0x041a, 'K' },
	{ 0x041c, 'M' },
	{ 0x041d, 'H' },
	{ 0x041e, 'O' },
	{ 0x0420, 'P' },
	{ 0x0421, 'C' },
	{ 0x0422, 'T' },
	{ 0x0423, 'Y' },
	{ 0x0425, 'X' },
	{ 0x0430, 'a' },
	{ 0x0435, 'e' },
	{ 0x043e, 'o' },
	{ 0x0440, 'p' },
	{ 0x0441, 'c' },
	{ 0x0443, 'y' },
	{ 0x0445, 'x' },
	{ 0x0455, 's' },
	{ 0x0456, 'i' },
	{ 0x0458, 'j' },
	{ 0x04bb, 'h' },
	{ 0x0501, 'd' },
	{ 0x051b, 'q' },
	{ 0x051d, 'w' },
};

/* What nobody sees, and blanks. */
static bool invisible(uint32_t code)
{
	return code == ' ' || code == '\t' || code == '\r' || code == '\n' ||
	       code == 0xa0 || code == 0xad || code == 0x1680 ||
	       code == 0x180e || (code >= 0x2000 && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202f) ||
	       (code >= 0x205f && code <= 0x2064) ||
	       (code >= 0x2066 && code <= 0x206f) || code == 0x3000 ||
	       code == 0xfeff || (code >= 0xfe00 && code <= 0xfe0f);
}

/* 0: of no letter. Full-width forms are Latin ones moved. */
static char latin_of(uint32_t code)
{
	if (code >= 0xff01 && code <= 0xff5e)
		return (char)(code - 0xff01 + '!');
	for (size_t i = 0; i < sizeof(look_alikes) / sizeof(look_alikes[0]);
	     i++) {
		if (look_alikes[i].code == code)
			return look_alikes[i].latin;
	}
	return 0;
}

bool address_repair(struct buf *out, struct span text)
{
	bool repaired = false;

	while (text.n > 0) {
		uint32_t code = 0;
		size_t n;
		const bool good = utf8_read(&code, &n, text);
		char latin = '\0';

		if (good)
			latin = latin_of(code);
		n = n ? n : 1;
		if (latin)
			buf_u8(out, (uint8_t)latin);
		else if (!good || !invisible(code))
			buf_add(out, text.p, n);
		repaired |= latin || (good && invisible(code));
		text.p += n;
		text.n -= n;
	}
	return repaired;
}
