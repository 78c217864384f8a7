#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void test_bytes(void)
{
	uint8_t out[4] = { 9, 9, 9, 9 };
	size_t n = 77;

	OK(!hex_bytes(out, 4, text("0123456")) && out[0] == 9);
	OK(!hex_bytes(out, 4, text("012345678")) && out[0] == 9);
	OK(!hex_bytes(out, 4, text("0123456g")) && out[0] == 9);
	OK(!hex_bytes(out, 4, text("0x234567")) && out[0] == 9);
	OK(hex_bytes(out, 4, text("01aBCdeF")));
	OK(!memcmp(out, "\x01\xab\xcd\xef", 4));
	OK(hex_bytes(out, 0, text("")));
	OK(!hex_parse(out, &n, 4, text("0102030405")) && n == 77);
	OK(!hex_parse(out, &n, 4, text("010")) && n == 77 && out[0] == 1);
	OK(hex_parse(out, &n, 4, text("ff00")) && n == 2 && out[0] == 0xff);
	OK(hex_parse(out, &n, 0, text("")) && n == 0);
}

/* Exactly the 22 digits are digits. */
static void test_every_byte(void)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	bool same = true;

	for (int c = 0; c < 256; c++) {
		const uint8_t two[2] = { '0', (uint8_t)c };
		const char *p = c ? strchr(digits, c) : NULL;
		const long at = p ? p - digits : -1;
		const long want = at < 16 ? at : at - 6;
		uint8_t got = 99;

		same = same && hex_bytes(&got, 1, (struct span){ two, 2 }) ==
				       (want >= 0);
		same = same && got == (want >= 0 ? want : 99);
	}
	OK(same);
}

static void test_u32(void)
{
	uint32_t v = 7;

	OK(!hex_u32(&v, text("")) && !hex_u32(&v, text("123456789")) &&
	   !hex_u32(&v, text("0x1")) && !hex_u32(&v, text("-1")) && v == 7);
	OK(hex_u32(&v, text("1")) && v == 1);
	OK(hex_u32(&v, text("1d00ffff")) && v == 0x1d00ffff);
	OK(hex_u32(&v, text("0000000001d00ffff")) && v == 0x1d00ffff);
	OK(hex_u32(&v, text("FFFFFFFF")) && v == UINT32_MAX);
}

static void test_text(void)
{
	static const uint8_t p[] = { 0x01, 0xab, 0xf0 };
	char out[7];

	OK(!strcmp(hex_text(out, p, 3), "01abf0"));
	OK(!strcmp(hex_text_reversed(out, p, 3), "f0ab01"));
	OK(!strcmp(hex_text(out, p, 0), ""));
	OK(!strcmp(hex_text_reversed(out, p, 0), ""));
}

static void test_every_truncation(void)
{
	static const char good[] = "00112233445566778899";
	uint8_t out[10];

	for (size_t n = 0; n < sizeof(good) - 1; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, good, n);
		OK(!hex_bytes(out, 10, (struct span){ copy, n }));
		free(copy);
	}
}

int main(void)
{
	test_bytes();
	test_every_byte();
	test_u32();
	test_text();
	test_every_truncation();
	return tap_end();
}
