#include "base/hex.h"

/* The value of a digit, or a number above 15. */
static unsigned digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - (unsigned)'0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10 : 16;
}

static bool all_digits(struct span text)
{
	unsigned seen = 0;

	for (size_t i = 0; i < text.n; i++)
		seen |= digit(text.p[i]);
	return seen < 16;
}

bool hex_bytes(uint8_t *out, size_t n, struct span text)
{
	if (text.n % 2 != 0 || text.n / 2 != n || !all_digits(text))
		return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(digit(text.p[2 * i]) << 4 |
				   digit(text.p[2 * i + 1]));
	return true;
}

bool hex_parse(uint8_t *out, size_t *n, size_t max, struct span text)
{
	if (text.n / 2 > max || !hex_bytes(out, text.n / 2, text))
		return false;
	*n = text.n / 2;
	return true;
}

bool hex_u32(uint32_t *out, struct span text)
{
	uint32_t v = 0;

	if (text.n == 0 || !all_digits(text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (v >> 28)
			return false;
		v = v << 4 | digit(text.p[i]);
	}
	*out = v;
	return true;
}

static const char digits[] = "0123456789abcdef";

char *hex_text(char *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
	return out;
}

char *hex_text_reversed(char *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)hex_text(out + 2 * i, p + n - 1 - i, 1);
	out[2 * n] = '\0';
	return out;
}
