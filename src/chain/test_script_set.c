#include "chain/script_set.h"
#include "hash/digest.h"
#include "test/tap.h"

#define N 500

static struct span of(uint8_t out[40], uint32_t i)
{
	memset(out, (int)(i % 7), 40);
	memcpy(out + 3, &i, sizeof(i));
	return (struct span){ out, i % 41 }; /* also 0, and below 12 */
}

/* A key's two scripts are one address. */
static void test_keys(void)
{
	struct script_set s;
	uint8_t p2pk[35] = { 33, 2 }, p2pkh[25] = { 0x76, 0xa9, 20 };
	uint64_t value = 0;

	memset(p2pk + 2, 9, 32);
	p2pk[34] = 0xac;
	digest_hash160(p2pkh + 3, p2pk + 1, 33);
	p2pkh[23] = 0x88;
	p2pkh[24] = 0xac;
	script_set_init(&s);
	OK(!script_set_maybe(&s, (struct span){ p2pk, 35 }));
	script_set_add(&s, (struct span){ p2pkh, 25 }, 6);
	OK(script_set_maybe(&s, (struct span){ p2pk, 35 }));
	OK(script_set_find(&value, &s, (struct span){ p2pk, 35 }) &&
	   value == 6);
	p2pk[5] ^= 1;
	OK(!script_set_find(&value, &s, (struct span){ p2pk, 35 }));
	script_set_fini(&s);
}

int main(void)
{
	struct script_set s;
	uint8_t room[40];
	uint64_t value;
	bool good = true;

	script_set_init(&s);
	for (uint32_t i = 0; i < N; i += 2)
		script_set_add(&s, of(room, i), i);
	script_set_add(&s, of(room, 2), 99); /* the first value stays */
	for (uint32_t i = 0; i < N; i += 2) {
		const struct span script = of(room, i);

		good &= script_set_maybe(&s, script);
		good &= script_set_find(&value, &s, script);
		/* Short ones look alike to it. */
		good &= script.n < 7 || value == i;
	}
	OK(good);
	for (uint32_t i = 7; i < N; i += 2) {
		const struct span script = of(room, i);

		good &= script.n < 7 || !script_set_find(&value, &s, script);
	}
	OK(good);
	OK(script_set_count(&s) <= N / 2);
	script_set_fini(&s);
	test_keys();
	return tap_end();
}
