#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "test/tap.h"

/* Every code point there is, written and read back, in memory of its size. */
static void test_round_trip(void)
{
	bool same = true;

	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		uint8_t out[4];
		uint32_t again = UINT32_MAX;
		size_t used = 0;
		const size_t n = utf8_write(out, code);
		const bool surrogate = code >= 0xd800 && code <= 0xdfff;
		const bool good =
			utf8_read(&again, &used, (struct span){ out, n });

		same = same && good == !surrogate;
		same = same && (surrogate || (again == code && used == n));
	}
	OK(same);
}

/* Unicode Standard, table 3-7 (well-formed byte sequences), at its edges. */
static const struct {
	const char *bytes;
	bool good;
	size_t n;
} vectors[] = {
	{ "\x7f", true, 1 },
	{ "\x80", false, 0 },
	{ "\xc1\xbf", false, 0 },
	{ "\xc2\x80", true, 2 },
	{ "\xdf\xbf", true, 2 },
	{ "\xdf\xc0", false, 1 },
	{ "\xe0\x9f\xbf", false, 1 },
	{ "\xe0\xa0\x80", true, 3 },
	{ "\xed\x9f\xbf", true, 3 },
	{ "\xed\xa0\x80", false, 1 },
	{ "\xef\xbf\x7f", false, 2 },
	{ "\xf0\x8f\xbf\xbf", false, 1 },
	{ "\xf0\x90\x80\x80", true, 4 },
	{ "\xf4\x8f\xbf\xbf", true, 4 },
	{ "\xf4\x90\x80\x80", false, 1 },
	{ "\xf0\x90\x80\x7f", false, 3 },
	{ "\xf5\x80\x80\x80", false, 0 },
	{ "\xff", false, 0 },
};

static void test_vectors(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct span s = { (const uint8_t *)vectors[i].bytes,
					strlen(vectors[i].bytes) };
		uint32_t code = UINT32_MAX;
		size_t n = 99;

		printf("# %zu\n", i);
		OK(utf8_read(&code, &n, s) == vectors[i].good);
		OK(n == vectors[i].n);
		OK((code != UINT32_MAX) == vectors[i].good);
	}
}

static void test_every_truncation(void)
{
	static const char *const whole[] = { "\xc2\x80", "\xe2\x82\xac",
					     "\xf0\x9f\x98\x80" };

	for (size_t i = 0; i < 3; i++) {
		for (size_t n = 1; n < i + 2; n++) {
			uint8_t *copy = malloc(n);
			uint32_t code;
			size_t good = 99;

			memcpy(copy, whole[i], n);
			OK(!utf8_read(&code, &good, (struct span){ copy, n }) &&
			   good == n);
			free(copy);
		}
	}
}

int main(void)
{
	test_round_trip();
	test_vectors();
	test_every_truncation();
	return tap_end();
}
