#include <openssl/sha.h>
#include <string.h>

#include "base/cpu.h"
#include "base/hex.h"
#include "hash/nonces.h"
#include "hash/nonces_kernel.h"
#include "hash/sha256d_kernel.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Headers of Bitcoin's blocks 0, 1, 170 and 100,000. Their nonces are known to
 * the world; that no other near them gives 32 zero bits OpenSSL says below. */
static const char *const blocks[] = {
	"0100000000000000000000000000000000000000000000000000000000000000000000"
	"003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab"
	"5f49ffff001d1dac2b7c",
	"010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d61900000000"
	"00982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc"
	"6649ffff001d01e36299",
	"0100000055bd840a78798ad0da853f68974f3d183e2bd1db6a842c1feecf222a000000"
	"00ff104ccb05421ab93e63f8c3ce5c2c2e9dbb37de2764b3a3175c8166562cac7d51b9"
	"6a49ffff001d283e9e70",
	"0100000050120119172a610421a6c3011dd330d9df07b63616c2cc1f1cd00200000000"
	"006657a9252aacd5c0b2940996ecff952228c3067cc38d4885efb5a4ac4247e9f33722"
	"1b4d4c86041b0f2b5710",
};

static uint32_t nonce_of(const uint8_t header[80])
{
	return (uint32_t)header[79] << 24 | (uint32_t)header[78] << 16 |
	       (uint32_t)header[77] << 8 | header[76];
}

static void set_word(uint8_t *p, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(word >> (8 * i));
}

/* The world's word on it. */
static uint32_t top_by_openssl(const uint8_t header[80], uint32_t nonce)
{
	uint8_t raw[80], hash[32];

	memcpy(raw, header, 80);
	set_word(raw + 76, nonce);
	SHA256(raw, 80, hash);
	SHA256(hash, 32, hash);
	return (uint32_t)hash[31] << 24 | (uint32_t)hash[30] << 16 |
	       (uint32_t)hash[29] << 8 | hash[28];
}

static uint32_t random_state = 20170517;

static void fill_random(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		random_state = random_state * 1664525 + 1013904223;
		p[i] = (uint8_t)(random_state >> 24);
	}
}

static uint32_t random_word(void)
{
	uint8_t b[4];

	fill_random(b, 4);
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

static void test_the_reference(void)
{
	struct nonces_job job;
	uint8_t header[80];
	bool same = true;

	for (int i = 0; i < 200; i++) {
		const uint32_t nonce = random_word();
		uint32_t hits[2], top;

		fill_random(header, 80);
		top = top_by_openssl(header, nonce);
		nonces_prepare(&job, header);
		nonces_scalar.run(&hits[0], &job, nonce, 1, top);
		nonces_scalar.run(&hits[1], &job, nonce, 1, top - 1);
		same = same && hits[0] == 1 && (top == 0 || hits[1] == 0);
	}
	OK(same);
}

/* What a kernel should say of a group. */
static uint32_t hits_by_openssl(const uint8_t header[80], uint32_t first,
				uint32_t num_lanes, uint32_t top)
{
	uint32_t hits = 0;

	for (uint32_t l = 0; l < num_lanes; l++)
		hits |= (uint32_t)(top_by_openssl(header, first + l) <= top)
			<< l;
	return hits;
}

/* Up to three groups of a random header, by one kernel and by OpenSSL. */
static bool is_right_at(const struct nonces_kernel *k, uint32_t first,
			uint32_t top, size_t num_versions)
{
	struct nonces_job job;
	uint8_t header[80];
	uint32_t version[NONCES_VERSIONS_MAX];
	uint32_t hits[3 * NONCES_VERSIONS_MAX + 1];

	fill_random(header, 80);
	for (size_t v = 0; v < num_versions; v++)
		version[v] = random_word();
	nonces_prepare_versions(&job, header, version, num_versions);
	for (size_t n = 0; n <= 3; n++) {
		memset(hits, 0xee, sizeof(hits));
		k->run(hits, &job, first, n, top);
		for (size_t i = 0; i < n * num_versions; i++) {
			const uint32_t g = (uint32_t)(i / num_versions);
			const uint32_t from = first + g * k->num_lanes;

			set_word(header, version[i % num_versions]);
			if (hits[i] !=
			    hits_by_openssl(header, from, k->num_lanes, top))
				return false;
		}
		if (hits[n * num_versions] != 0xeeeeeeee)
			return false; /* past the end */
	}
	return true;
}

static void test_every_kernel_this_machine_can_run(void)
{
	for (size_t i = 0; nonces_kernels[i]; i++) {
		const struct nonces_kernel *k = nonces_kernels[i];
		bool right = true;

		printf("# %s: %s\n", k->name,
		       k->needs & ~cpu_bits() ? "cannot run here" : "checked");
		if (k->needs & ~cpu_bits())
			continue;
		OK(nonces_kernel_agrees(k));
		for (size_t n = 1; n <= NONCES_VERSIONS_MAX; n++) {
			right = right &&
				is_right_at(k, random_word(), 0x7fffffff, n) &&
				is_right_at(k, random_word(), random_word(), n);
		}
		OK(right);
		for (size_t n = 1; n <= 3; n++) { /* across the wrap too */
			const uint32_t wrap = 0U - k->num_lanes - 1;

			OK(is_right_at(k, 0, 0x7fffffff, n));
			OK(is_right_at(k, wrap, 0x7fffffff, n));
			OK(is_right_at(k, wrap, 0xffffffff, n));
			OK(is_right_at(k, 7, 0, n));
		}
	}
}

/* Each kernel finds a real block's nonce, and only it, around where it is. */
static void test_real_blocks(void)
{
	struct nonces_found found;
	struct nonces_job job;
	uint8_t header[80];

	for (size_t b = 0; b < COUNT(blocks); b++) {
		const struct span text = { (const uint8_t *)blocks[b], 160 };

		OK(hex_bytes(header, 80, text));
		const uint32_t nonce = nonce_of(header);

		OK(top_by_openssl(header, nonce) == 0);
		set_word(header + 76, 0); /* nobody may look at it */
		nonces_prepare(&job, header);
		for (size_t i = 0; nonces_kernels[i]; i++) {
			const struct nonces_kernel *k = nonces_kernels[i];
			uint32_t hits[2048], other = 0;
			const size_t n = 2048 / k->num_lanes;
			const uint32_t first = nonce - 1013;

			if (k->needs & ~cpu_bits())
				continue;
			k->run(hits, &job, first, n, 0);
			OK(hits[1013 / k->num_lanes] ==
			   1U << 1013 % k->num_lanes);
			hits[1013 / k->num_lanes] = 0;
			for (size_t g = 0; g < n; g++)
				other |= hits[g];
			OK(other == 0);
		}
		OK(nonces_search(&found, &job, nonce - 300000, 400000, 0) ==
		   400000);
		OK(found.n == 1 && found.hit[0].nonce == nonce);
		/* The last of a range, and just behind it. */
		nonces_search(&found, &job, nonce - 99, 100, 0);
		OK(found.n == 1 && found.hit[0].nonce == nonce);
		nonces_search(&found, &job, nonce - 99, 99, 0);
		OK(found.n == 0);
	}
}

/* A search gives what one hash after the other gives, whatever the count. */
static bool search_is_right(const struct nonces_job *job, uint8_t header[80],
			    uint64_t count, uint32_t top)
{
	const uint32_t first = 0xffffffe0;
	struct nonces_found found;
	size_t n = 0;

	if (nonces_search(&found, job, first, count, top) != count)
		return false;
	for (size_t v = 0; v < job->num_versions; v++) {
		size_t at = 0;

		set_word(header, job->version[v]);
		for (uint32_t i = 0; i < count; i++) {
			if (top_by_openssl(header, first + i) > top)
				continue;
			n++;
			while (at < found.n &&
			       (found.hit[at].version != job->version[v] ||
				found.hit[at].nonce != first + i))
				at++; /* never back: they are in order */
			if (at == found.n)
				return false;
		}
	}
	return n == found.n;
}

static void test_every_count(void)
{
	const uint32_t version[] = { 0x20000000, 0x20002000, 0x3fffe000 };
	struct nonces_job job;
	uint8_t header[80];
	bool right = true;

	fill_random(header, 80);
	for (size_t n = 1; n <= COUNT(version); n++) {
		nonces_prepare_versions(&job, header, version, n);
		for (uint64_t count = 0; count < 90; count++)
			right = right && search_is_right(&job, header, count,
							 0x3fffffff);
	}
	OK(right);
}

/* Where all pass, searches end when *found is full, and go on from there. */
static void test_many_found(void)
{
	struct nonces_found found;
	struct nonces_job job;
	uint8_t header[80];
	uint64_t done = 0;
	bool in_order = true;

	fill_random(header, 80);
	nonces_prepare(&job, header);
	while (done < 1000) {
		const uint32_t first = 0xfffffe00 + (uint32_t)done;
		const uint64_t more = nonces_search(&found, &job, first,
						    1000 - done, 0xffffffff);

		in_order = in_order && more > 0 && found.n == more;
		for (size_t i = 0; i < found.n; i++)
			in_order = in_order &&
				   found.hit[i].nonce == first + (uint32_t)i;
		if (!in_order)
			break;
		done += more;
	}
	OK(in_order && done == 1000);
}

static void run_wrong(uint32_t *hits, const struct nonces_job *job,
		      uint32_t first, size_t n, uint32_t top)
{
	nonces_scalar.run(hits, job, first, n, top ^ 1);
}

static void test_a_wrong_kernel_is_found_out(void)
{
	const struct nonces_kernel wrong = { "wrong", 0, 1, run_wrong };

	OK(!nonces_kernel_agrees(&wrong));
}

static uint64_t ticks;

static uint64_t still(void)
{
	return ticks;
}

static uint64_t backwards(void)
{
	return ticks--;
}

/* Whatever the clock says, what is chosen can run here and is right. */
static void test_choosing(void)
{
	uint64_t (*const clocks[])(void) = { still, backwards };
	struct nonces_found found;
	struct nonces_job job;
	uint8_t header[80];

	hex_bytes(header, 80, (struct span){ (const uint8_t *)blocks[0], 160 });
	nonces_prepare(&job, header);
	for (size_t i = 0; i < COUNT(clocks); i++) {
		nonces_choose(clocks[i]);
		printf("# chosen: %s\n", nonces_kernel_name());
		nonces_search(&found, &job, nonce_of(header) - 50, 100, 0);
		OK(found.n == 1 && found.hit[0].nonce == nonce_of(header));
	}
}

int main(void)
{
	printf("# a search begins with %s\n", nonces_kernel_name());
	test_the_reference();
	test_every_kernel_this_machine_can_run();
	test_real_blocks();
	test_every_count();
	test_many_found();
	test_a_wrong_kernel_is_found_out();
	test_choosing();
	return tap_end();
}
