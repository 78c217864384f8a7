/* Names, sorted in runs and once, and their numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/perfect_hash.h"
#include "test/tap.h"

#define MOST 200000

static uint64_t state = 5;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

/* n different names, each added up to three times, in any order. */
static bool make(struct name_set *s, size_t n, size_t room, uint64_t *name)
{
	struct why why;
	bool good = name_set_init(s, NULL, room, &why) == ST_OK;

	for (size_t i = 0; i < n; i++)
		name[i] = draw();
	for (size_t i = 0; good && i < 3 * n; i++)
		name_set_add(s, name[i < n ? i : draw() % n]);
	return good && name_set_end(s, &why) == ST_OK;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void test_set(size_t n, size_t room)
{
	uint64_t *name = mem_new(n, sizeof(name[0]));
	uint64_t *got = mem_new(n, sizeof(got[0]));
	struct name_set s;
	struct why why;
	bool good = true, has;

	OK(make(&s, n, room, name) && s.n == n);
	qsort(name, n, sizeof(name[0]), compare);
	OK(name_set_read(&s, got, 0, n, &why) == ST_OK &&
	   (n == 0 || memcmp(got, name, n * sizeof(name[0])) == 0));
	for (size_t i = 0; i < n; i += 1 + n / 1000) {
		good &= name_set_has(&has, &s, name[i], &why) == ST_OK && has;
		good &= name_set_has(&has, &s, name[i] + 1, &why) == ST_OK &&
			!has;
	}
	OK(good);
	name_set_fini(&s);
	free(name);
	free(got);
}

/* Every number below n once, and the same alone and with others. */
static void test_hash(size_t n)
{
	uint64_t *name = mem_new(n, sizeof(name[0]));
	uint32_t *all = mem_new(n, sizeof(all[0]));
	bool *taken = mem_new(n, sizeof(taken[0]));
	struct perfect_hash h;
	struct name_set s;
	struct why why;
	bool good = make(&s, n, 0, name);

	OK(good && perfect_hash_init(&h, &s, NULL, &why) == ST_OK);
	perfect_hash_of_all(all, &h, name, n);
	for (size_t i = 0; i < n && good; i++) {
		good = all[i] == perfect_hash_of(&h, name[i]) && all[i] < n &&
		       !taken[all[i]];
		taken[all[i]] = good;
	}
	OK(good);
	for (size_t i = 0; i < 1000; i++) { /* of others nothing is promised */
		const uint32_t x = perfect_hash_of(&h, draw());

		good &= x < n || x == PERFECT_HASH_NONE;
	}
	OK(good);
	perfect_hash_fini(&h);
	name_set_fini(&s);
	free(name);
	free(all);
	free(taken);
}

static void test_ranks(void)
{
	struct bit_ranks b;
	uint32_t n = 7;
	bool good = true;

	bit_ranks_init(&b, 5000);
	for (uint64_t i = 0; i < 5000; i += 1 + i % 7)
		bit_ranks_put(&b, i);
	const uint32_t all = bit_ranks_count(&b, 7);

	for (uint64_t i = 0; i < 5000; i++) {
		good &= bit_ranks_below(&b, i) == n;
		n += bit_ranks_has(&b, i);
	}
	OK(good && all == n);
	bit_ranks_fini(&b);
}

int main(void)
{
	struct name_set s;
	struct why why;

	test_ranks();
	test_set(0, 0);
	test_set(1, 0);
	test_set(100, 1);
	test_set(20000, 999);
	test_set(MOST, 0);
	test_hash(0);
	test_hash(1);
	test_hash(255);
	test_hash(257);
	test_hash(5000);
	test_hash(MOST);
	OK(name_set_init(&s, "/nowhere", 0, &why) == ST_IO);
	name_set_fini(&s);
	return tap_end();
}
