#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/extranonces.h"
#include "hash/extranonces_kernel.h"
#include "test/tap.h"

static uint32_t random_state = 20170517;

static void fill_random(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		random_state = random_state * 1664525 + 1013904223;
		p[i] = (uint8_t)(random_state >> 24);
	}
}

static void hash_twice(uint8_t out[32], const uint8_t *p, size_t n)
{
	SHA256(p, n, out);
	SHA256(out, 32, out);
}

/* The bytes of a value, written down in another way than by our own code. */
static void put_value(uint8_t *p, size_t length, bool little_endian,
		      uint32_t value)
{
	const uint8_t big[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
				 (uint8_t)(value >> 8), (uint8_t)value };

	for (size_t i = 0; i < length; i++)
		p[i] = little_endian ? big[3 - i] : big[4 - length + i];
}

/* The world's word on it. */
static uint32_t top_by_openssl(const struct extranonces_share *s,
			       uint32_t value)
{
	uint8_t *coinbase =
		memcpy(malloc(s->coinbase_n + 1), s->coinbase, s->coinbase_n);
	uint8_t node[64], header[80];

	put_value(coinbase + s->at, s->length, s->little_endian, value);
	hash_twice(node, coinbase, s->coinbase_n);
	for (size_t i = 0; i < s->num_branches; i++) {
		memcpy(node + 32, s->branches + 32 * i, 32);
		hash_twice(node, node, 64);
	}
	memcpy(header, s->header, 80);
	memcpy(header + 36, node, 32);
	hash_twice(node, header, 80);
	free(coinbase);
	return (uint32_t)node[31] << 24 | (uint32_t)node[30] << 16 |
	       (uint32_t)node[29] << 8 | node[28];
}

static bool is_right(const struct extranonces_kernel *k,
		     const struct extranonces_share *s,
		     const struct extranonces_job *job, uint32_t first)
{
	const uint32_t tops[] = { 0, 0x7fffffff, 0xffffffff,
				  top_by_openssl(s, first) };

	for (size_t t = 0; t < sizeof(tops) / sizeof(tops[0]); t++) {
		uint32_t hits = 0;

		for (uint32_t l = 0; l < k->num_lanes; l++)
			hits |= (uint32_t)(top_by_openssl(s, first + l) <=
					   tops[t])
				<< l;
		if (k->run(job, first, tops[t]) != hits)
			return false;
	}
	return true;
}

/* Every place in two blocks, every length, both orders; coinbases that end
 * everywhere in a block behind it; a few branches. */
static void test_kernel(const struct extranonces_kernel *k)
{
	static uint8_t raw[600], header[80];
	struct extranonces_job *job = malloc(sizeof(*job));
	bool right = true;

	for (size_t i = 0; i < 1280; i++) {
		struct extranonces_share s = { .coinbase = raw,
					       .at = i % 128,
					       .length = i / 128 % 5,
					       .little_endian = i / 640 > 0,
					       .branches = raw + 300,
					       .num_branches = i % 4,
					       .header = header };
		uint32_t first = random_state;

		s.coinbase_n = s.at + s.length + i * 7 % 130;
		fill_random(raw, sizeof(raw));
		fill_random(header, sizeof(header));
		if (i % 16 == 0)
			first = 0U - k->num_lanes + 1; /* across the wrap */
		right = right && extranonces_prepare(job, &s) &&
			is_right(k, &s, job, first);
	}
	OK(right);
	free(job);
}

static void test_every_kernel_this_machine_can_run(void)
{
	for (size_t i = 0; extranonces_kernels[i]; i++) {
		const struct extranonces_kernel *k = extranonces_kernels[i];

		printf("# %s: %s\n", k->name,
		       k->needs & ~cpu_bits() ? "cannot run here" : "checked");
		if (k->needs & ~cpu_bits())
			continue;
		OK(extranonces_kernel_agrees(k));
		test_kernel(k);
	}
}

static uint32_t run_wrong(const struct extranonces_job *job, uint32_t first,
			  uint32_t top)
{
	const uint32_t hits = extranonces_scalar.run(job, first, top);

	return job->at == 118 ? !hits : hits;
}

static void test_a_wrong_kernel_is_found_out(void)
{
	const struct extranonces_kernel wrong = { "wrong", 0, 1, run_wrong };

	OK(!extranonces_kernel_agrees(&wrong));
}

static uint8_t coinbase[EXTRANONCES_COINBASE_MAX + 1];
static uint8_t branches[(EXTRANONCES_BRANCHES_MAX + 1) * 32];
static const uint8_t header[EXTRANONCES_HEADER_SIZE];
static const struct extranonces_share share = { .coinbase = coinbase,
						.coinbase_n = 200,
						.at = 100,
						.length = 4,
						.branches = branches,
						.num_branches = 2,
						.header = header };

/* All that pass and no other, for any count; in pieces where many do. */
static void test_search(void)
{
	struct extranonces_job *job = malloc(sizeof(*job));
	struct extranonces_found found;

	OK(extranonces_prepare(job, &share));
	for (uint64_t count = 0; count <= 70; count++) {
		size_t n = 0;
		bool same;

		same = extranonces_search(&found, job, 0xfffffff0, count,
					  0x3fffffff) == count;
		for (uint32_t i = 0; i < count; i++) {
			const uint32_t value = 0xfffffff0 + i;

			if (top_by_openssl(&share, value) <= 0x3fffffff)
				same = same && n < found.n &&
				       found.value[n++] == value;
		}
		OK(same && n == found.n);
	}
	const uint64_t tried =
		extranonces_search(&found, job, 5, 1000, 0xffffffff);

	OK(tried < 1000 && found.n == tried);
	OK(found.value[0] == 5 && found.value[tried - 1] == 4 + tried);
	free(job);
}

static bool all_are_right(const struct extranonces_share *s,
			  const struct extranonces_job *job)
{
	bool right = true;

	for (size_t i = 0; extranonces_kernels[i]; i++) {
		const struct extranonces_kernel *k = extranonces_kernels[i];

		right = right &&
			(k->needs & ~cpu_bits() || is_right(k, s, job, 77));
	}
	return right;
}

/* As much as there may be. */
static void test_the_largest(void)
{
	struct extranonces_job *job = malloc(sizeof(*job));
	struct extranonces_share s = share;

	s.coinbase_n = EXTRANONCES_COINBASE_MAX;
	s.num_branches = EXTRANONCES_BRANCHES_MAX;
	fill_random(branches, sizeof(branches));
	for (s.at = 0; s.at <= s.coinbase_n - 4; s.at += s.coinbase_n - 4)
		OK(extranonces_prepare(job, &s) && all_are_right(&s, job));
	free(job);
}

static void test_refused(void)
{
	struct extranonces_job *job = malloc(sizeof(*job));
	struct extranonces_share s = share;

	s.coinbase_n = EXTRANONCES_COINBASE_MAX;
	s.at = s.coinbase_n - 3;
	OK(!extranonces_prepare(job, &s));
	s = share;
	s.coinbase_n = EXTRANONCES_COINBASE_MAX + 1;
	OK(!extranonces_prepare(job, &s));
	s = share;
	s.num_branches = EXTRANONCES_BRANCHES_MAX + 1;
	OK(!extranonces_prepare(job, &s));
	s = share;
	s.length = 5;
	OK(!extranonces_prepare(job, &s));
	s.length = 0;
	s.coinbase_n = s.at = 0;
	OK(extranonces_prepare(job, &s));
	free(job);
}

int main(void)
{
	test_every_kernel_this_machine_can_run();
	test_a_wrong_kernel_is_found_out();
	test_search();
	test_the_largest();
	test_refused();
	printf("# chosen: %s\n", extranonces_kernel_name());
	return tap_end();
}
