#include "base/utf8.h"

/* RFC 3629, section 4: what may follow a lead byte first; all further bytes
 * are 80..BF. */
static const struct lead {
	uint8_t from, to;  /* lead bytes */
	uint8_t more;      /* bytes that follow */
	uint8_t low, high; /* the first of them */
} leads[] = {
	{ 0x00, 0x7f, 0, 0x00, 0x00 }, { 0xc2, 0xdf, 1, 0x80, 0xbf },
	{ 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
	{ 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf },
	{ 0xf0, 0xf0, 3, 0x90, 0xbf }, { 0xf1, 0xf3, 3, 0x80, 0xbf },
	{ 0xf4, 0xf4, 3, 0x80, 0x8f },
};

static const struct lead *find(uint8_t c)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (c >= leads[i].from && c <= leads[i].to)
			return &leads[i];
	}
	return NULL;
}

bool utf8_read(uint32_t *code, size_t *n, struct span text)
{
	const struct lead *lead = find(text.p[0]);

	if (!lead) {
		*n = 0;
		return false;
	}

	/* 7, 5, 4 or 3 bits of the lead byte count. */
	uint32_t v = text.p[0] & (lead->more ? 0x3fU >> lead->more : 0x7fU);

	for (size_t i = 1; i <= lead->more; i++) {
		const uint8_t low = i == 1 ? lead->low : 0x80;
		const uint8_t high = i == 1 ? lead->high : 0xbf;

		if (i >= text.n || text.p[i] < low || text.p[i] > high) {
			*n = i;
			return false;
		}
		v = v << 6 | (text.p[i] & 0x3f);
	}
	*code = v;
	*n = 1U + lead->more;
	return true;
}

size_t utf8_write(uint8_t out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}

	const size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const uint8_t mark[] = { 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = more; i > 0; i--) {
		out[i] = (uint8_t)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (uint8_t)(mark[more] | code);
	return more + 1;
}
