#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void test_basics(void)
{
	struct map *m = map_new(2, 1);
	bool fresh = false;
	uint64_t *v;

	OK(!map_find(m, text("a")) && !map_drop(m, text("a")));
	v = map_put(m, text("a"), &fresh);
	OK(v && *v == 0 && fresh && map_count(m) == 1);
	*v = 7;
	v = map_put(m, text("a"), &fresh);
	OK(v && *v == 7 && !fresh && map_count(m) == 1);
	OK(map_put(m, text(""), NULL) && map_count(m) == 2);
	fresh = true;
	OK(!map_put(m, text("b"), &fresh) && fresh && map_count(m) == 2);
	OK(map_put(m, text("a"), NULL) && *map_find(m, text("a")) == 7);
	OK(!map_find(m, text("A")) && !map_find(m, text("aa")));
	OK(map_find(m, (struct span){ NULL, 0 }));
	OK(map_drop(m, text("")) && !map_drop(m, text("")));
	OK(map_put(m, text("b"), &fresh) && fresh);
	map_free(m);
	map_free(NULL);
	m = map_new(0, 1);
	OK(!map_put(m, text("a"), NULL) && map_count(m) == 0);
	map_free(m);
}

static uint32_t next(uint32_t *x)
{
	*x = *x * 1664525 + 1013904223;
	return *x >> 8;
}

/* Key number k: 0 to 39 bytes, different for each k. */
static struct span key_of(uint8_t out[40], uint32_t k)
{
	const size_t n = k ? 4 + k % 36 : 0;

	memset(out, (int)(k % 3), 40);
	memcpy(out, &k, sizeof(k));
	return (struct span){ out, n };
}

/* Random operations against an array, which is the slow obvious version. */
static void test_model(uint32_t seed)
{
	enum {
		KEYS = 3000,
		LIMIT = 2000
	};
	static uint64_t want[KEYS]; /* value + 1; 0: absent */
	struct map *m = map_new(LIMIT, seed);
	size_t count = 0;
	uint32_t x = seed;
	bool same = true;

	memset(want, 0, sizeof(want));
	printf("# seed %u\n", seed);
	for (uint32_t step = 0; step < 200000; step++) {
		const uint32_t k = next(&x) % KEYS;
		uint8_t raw[40];
		const struct span key = key_of(raw, k);
		const uint32_t op = next(&x) % 8;
		/* Swings between mostly full and mostly empty. */
		const bool put = op < (step / 20000 % 2 ? 2U : 5U);
		uint64_t *v = map_find(m, key);

		same = same && (v ? *v + 1 : 0) == want[k];
		if (put) {
			bool fresh = want[k] != 0;

			v = map_put(m, key, &fresh);
			same = same &&
			       (v != NULL) == (want[k] || count < LIMIT);
			same = same && (!v || fresh == !want[k]);
			count += v && !want[k];
			if (v)
				*v = step;
			want[k] = v ? step + 1 : want[k];
		} else if (op < 7) {
			same = same && map_drop(m, key) == (want[k] != 0);
			count -= want[k] != 0;
			want[k] = 0;
		}
		same = same && map_count(m) == count;
	}
	OK(same);
	map_free(m);
}

static void test_a_million(void)
{
	struct map *m = map_new(1000000, 5);
	bool same = true;

	for (uint32_t i = 0; i < 1000000; i++) {
		const uint32_t key[4] = { i, 0, 0, i >> 4 };

		*map_put(m, (struct span){ (const uint8_t *)key, 16 }, NULL) =
			i;
	}
	for (uint32_t i = 0; i < 1000000; i++) {
		const uint32_t key[4] = { i, 0, 0, i >> 4 };
		const uint64_t *v =
			map_find(m, (struct span){ (const uint8_t *)key, 16 });

		same = same && v && *v == i;
	}
	OK(same && map_count(m) == 1000000);
	OK(!map_put(m, text("one more"), NULL));
	map_free(m);
}

/* A flipped bit of the key flips each bit of the hash about half of the time:
 * over 2000 keys, within five standard deviations (0.056) of a half. */
static void test_hash_avalanche(void)
{
	uint32_t flips[64] = { 0 };
	uint32_t x = 3;
	const uint32_t keys = 2000;
	bool even = true;

	for (uint32_t i = 0; i < keys; i++) {
		uint8_t key[40] = { (uint8_t)i, (uint8_t)(i >> 8) };
		const size_t n = 2 + next(&x) % 38;
		const uint32_t bit = next(&x) % (uint32_t)(8 * n);
		const uint64_t was = map_hash(9, key, n);

		key[bit / 8] ^= (uint8_t)(1 << bit % 8);

		const uint64_t diff = was ^ map_hash(9, key, n);

		for (int b = 0; b < 64; b++)
			flips[b] += diff >> b & 1;
	}
	for (int b = 0; b < 64; b++)
		even = even && flips[b] > keys * 444 / 1000 &&
		       flips[b] < keys * 556 / 1000;
	OK(even);
}

static void test_hash_sees_everything(void)
{
	static const uint8_t zeros[64];
	bool different = true;

	/* Length counts, even where the bytes are all zero; so does the seed.
	 */
	for (size_t n = 1; n <= 64; n++)
		different = different &&
			    map_hash(1, zeros, n) != map_hash(1, zeros, n - 1);
	for (uint64_t seed = 0; seed < 100; seed++)
		different = different && map_hash(seed, zeros, 8) !=
						 map_hash(seed + 1, zeros, 8);
	OK(different);
	OK(map_hash(1, "abc", 3) == map_hash(1, "abcd", 3));
	OK(map_hash(1, NULL, 0) == map_hash(1, "", 0));
}

/* Each key in its own malloc, so that a sanitizer sees a read too far. */
static void test_exact_keys(void)
{
	struct map *m = map_new(100, 1);

	for (size_t n = 0; n < 70; n++) {
		uint8_t *copy = calloc(n ? n : 1, 1);

		*map_put(m, (struct span){ copy, n }, NULL) = n;
		free(copy);
	}
	for (size_t n = 0; n < 70; n++) {
		uint8_t *copy = calloc(n ? n : 1, 1);
		const uint64_t *v = map_find(m, (struct span){ copy, n });

		OK(v && *v == n);
		free(copy);
	}
	map_free(m);
}

int main(void)
{
	test_basics();
	test_model(1);
	test_model(20170517);
	test_a_million();
	test_hash_avalanche();
	test_hash_sees_everything();
	test_exact_keys();
	return tap_end();
}
