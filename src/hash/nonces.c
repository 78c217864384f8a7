#include "hash/nonces.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/nonces_kernel.h"
#include "hash/schedule.h"
#include "hash/sha256d_kernel.h"

/* Fastest first, by bench_nonces where docs/kernels.md says; those behind the
 * first are for nonces_choose() and for processors that have less. */
const struct nonces_kernel *const nonces_kernels[] = {
#if defined(__x86_64__)
	&nonces_avx512, /* or hybrid, if nonces_choose() says so */
	&nonces_shani_quad,
	&nonces_shani_pair,
#if defined(NONCES_HYBRID)
	&nonces_hybrid,
#endif
	&nonces_avx2,
	&nonces_sse41,
#endif
	&nonces_word,
	&nonces_scalar, /* the reference */
	NULL,
};
#define KERNELS (sizeof(nonces_kernels) / sizeof(nonces_kernels[0]) - 1)

/* The rounds before and with v, the first whose word depends on the nonce. */
static void enter(struct nonces_entry *out, const struct schedule *words,
		  const uint32_t before[8], int v)
{
	uint32_t s[8];

	memcpy(s, before, sizeof(s));
	memcpy(out->before, before, sizeof(out->before));
	memcpy(out->pair, before, sizeof(out->pair));
	for (int t = 0; t <= v; t++) {
		schedule_round(s, words->addend[t]);
		if (t + 1 == (v & ~1))
			memcpy(out->pair, s, sizeof(out->pair));
	}
	memcpy(out->state, s, sizeof(out->state));
	out->folded[0] = 0;
	for (int i = 1; i < 4; i++)
		out->folded[i] = words->addend[v + i] + s[8 - i];
}

static void hash_first_block(uint32_t out[8], const uint8_t *header,
			     uint32_t version)
{
	uint32_t w[64] = { 0 };
	struct schedule words;

	schedule_read(w, header, 16);
	w[0] = __builtin_bswap32(version);
	schedule_known(&words, w, 0xffff);
	memcpy(out, sha256d_iv, sizeof(sha256d_iv));
	schedule_block(out, words.addend);
}

void nonces_prepare_versions(struct nonces_job *out,
			     const uint8_t header[NONCES_HEADER_SIZE],
			     const uint32_t *versions, size_t n)
{
	uint32_t w[64] = { 0 }, midstate[8];

	assert(n >= 1 && n <= NONCES_VERSIONS_MAX);
	memset(out, 0, sizeof(*out));
	memcpy(out->header, header, NONCES_HEADER_SIZE);
	memcpy(out->version, versions, n * sizeof(versions[0]));
	out->num_versions = n;

	/* Three words, the nonce, one bit, zeros, 640 bits. */
	schedule_read(w, header + 64, 3);
	w[4] = 0x80000000;
	w[15] = 8 * NONCES_HEADER_SIZE;
	schedule_known(&out->words[0], w, 0xfff7);
	for (size_t v = 0; v < n; v++) {
		hash_first_block(midstate, header, versions[v]);
		enter(&out->first[v], &out->words[0], midstate, 3);
	}

	/* The first hash, one bit, zeros, 256 bits. */
	memset(w, 0, sizeof(w));
	w[8] = 0x80000000;
	w[15] = 8 * 32;
	schedule_known(&out->words[1], w, 0xff00);
	enter(&out->second, &out->words[1], sha256d_iv, 0);
}

void nonces_prepare(struct nonces_job *out,
		    const uint8_t header[NONCES_HEADER_SIZE])
{
	const uint32_t version = (uint32_t)header[3] << 24 |
				 (uint32_t)header[2] << 16 |
				 (uint32_t)header[1] << 8 | header[0];

	nonces_prepare_versions(out, header, &version, 1);
}

/* The most significant 32 bits of the hash, by the reference: the lowest top
 * that lets it pass. */
static uint32_t top_of(const struct nonces_job *job, size_t v, uint32_t nonce)
{
	struct nonces_job one = *job;
	uint32_t top = 0, hit;

	one.version[0] = job->version[v];
	one.num_versions = 1;
	for (int bit = 31; bit >= 0; bit--) {
		nonces_scalar.run(&hit, &one, nonce, 1,
				  top | ((1U << bit) - 1));
		if (!hit)
			top |= 1U << bit;
	}
	return top;
}

#define TRIED_GROUPS 2

/* One lane of a group: it passes by its own word, and not by one less. So all
 * 32 bits of the word are right. */
static bool agrees_on(const struct nonces_kernel *k,
		      const struct nonces_job *job, uint32_t first, uint32_t l)
{
	uint32_t hits[TRIED_GROUPS * NONCES_VERSIONS_MAX];
	const uint32_t bit = 1U << l % k->num_lanes;

	for (size_t v = 0; v < job->num_versions; v++) {
		const uint32_t top = top_of(job, v, first + l);
		const uint32_t *hit =
			&hits[l / k->num_lanes * job->num_versions + v];

		k->run(hits, job, first, TRIED_GROUPS, top);
		if (!(*hit & bit))
			return false;
		if (top == 0)
			continue;
		k->run(hits, job, first, TRIED_GROUPS, top - 1);
		if (*hit & bit)
			return false;
	}
	return true;
}

bool nonces_kernel_agrees(const struct nonces_kernel *k)
{
	uint32_t versions[3], x = 1;
	uint8_t header[NONCES_HEADER_SIZE];
	struct nonces_job job;

	for (size_t n = 1; n <= 3; n += 2) {
		for (size_t i = 0; i < sizeof(header); i++) {
			x = x * 1664525 + 1013904223;
			header[i] = (uint8_t)(x >> 24);
		}
		for (size_t v = 0; v < n; v++)
			versions[v] = x + (uint32_t)v;
		nonces_prepare_versions(&job, header, versions, n);
		/* Across the wrap. */
		for (uint32_t l = 0; l < TRIED_GROUPS * k->num_lanes; l++) {
			if (!agrees_on(k, &job, 0xfffffffd, l))
				return false;
		}
	}
	return true;
}

/* Bit i: nonces_kernels[i] can run here and gives right answers. */
static unsigned usable(void)
{
	const unsigned have = cpu_bits();
	unsigned bits = 0;

	for (unsigned i = 0; i < KERNELS; i++) {
		const struct nonces_kernel *k = nonces_kernels[i];

		if (!(k->needs & ~have) && nonces_kernel_agrees(k))
			bits |= 1U << i;
	}
	return bits;
}

static atomic_uint chosen; /* index into nonces_kernels, plus 1; 0: none yet */

static const struct nonces_kernel *kernel(void)
{
	unsigned i = atomic_load_explicit(&chosen, memory_order_relaxed);

	/* Two threads may both choose: they choose the same. */
	if (!i) {
		i = 1 + (unsigned)__builtin_ctz(usable());
		atomic_store_explicit(&chosen, i, memory_order_relaxed);
	}
	return nonces_kernels[i - 1];
}

#define TIMED        1024 /* nonces, a multiple of all numbers of lanes */
#define TIMED_ROUNDS 5

static uint64_t time_once(const struct nonces_kernel *k,
			  const struct nonces_job *job, uint64_t (*now)(void))
{
	uint32_t hits[TIMED];
	const uint64_t from = now();

	k->run(hits, job, 0, TIMED / k->num_lanes, 0);
	return now() - from;
}

void nonces_choose(uint64_t (*now)(void))
{
	static const uint8_t header[NONCES_HEADER_SIZE];
	const unsigned bits = usable();
	uint64_t best[KERNELS];
	struct nonces_job job;
	unsigned fastest = (unsigned)__builtin_ctz(bits);

	nonces_prepare(&job, header);
	memset(best, 0xff, sizeof(best));
	for (unsigned i = 0; i < TIMED_ROUNDS * KERNELS; i++) {
		const unsigned at = i % KERNELS;

		/* The hopeless are not asked again. The first time is not
		 * held against them: their code was not in the cache. */
		if (!(bits >> at & 1) ||
		    (i >= 2 * KERNELS && best[at] / 2 > best[fastest]))
			continue;
		const uint64_t took = time_once(nonces_kernels[at], &job, now);

		best[at] = took < best[at] ? took : best[at];
		if (best[at] < best[fastest])
			fastest = at;
	}
	atomic_store_explicit(&chosen, fastest + 1, memory_order_relaxed);
}

#define GROUPS 64

static void add_hits(struct nonces_found *found, uint32_t version,
		     uint32_t hits, uint32_t first)
{
	for (; hits; hits &= hits - 1) {
		found->hit[found->n].version = version;
		found->hit[found->n++].nonce =
			first + (uint32_t)__builtin_ctz(hits);
	}
}

/* Takes the passing nonces of n groups over; how many groups fitted. */
static size_t collect(struct nonces_found *found, const struct nonces_job *job,
		      const uint32_t *hits, size_t n, uint32_t num_lanes,
		      uint32_t first)
{
	const size_t most = num_lanes * job->num_versions; /* of a group */

	for (size_t g = 0; g < n; g++, first += num_lanes) {
		if (found->n + most > NONCES_FOUND_MAX)
			return g;
		for (size_t v = 0; v < job->num_versions; v++)
			add_hits(found, job->version[v], *hits++, first);
	}
	return n;
}

uint64_t nonces_search(struct nonces_found *found, const struct nonces_job *job,
		       uint32_t first, uint64_t count, uint32_t top)
{
	const struct nonces_kernel *k = kernel();
	uint32_t hits[GROUPS * NONCES_VERSIONS_MAX];
	uint64_t done = 0;

	found->n = 0;
	while (done < count) {
		const uint64_t left = count - done;
		const uint64_t groups =
			(left + k->num_lanes - 1) / k->num_lanes;
		const size_t n = groups < GROUPS ? (size_t)groups : GROUPS;
		const uint32_t at = first + (uint32_t)done;

		k->run(hits, job, at, n, top);
		/* The last group may go too far. */
		for (size_t v = 0;
		     left < n * k->num_lanes && v < job->num_versions; v++)
			hits[(n - 1) * job->num_versions + v] &=
				(1U << left % k->num_lanes) - 1;
		const size_t fitted =
			collect(found, job, hits, n, k->num_lanes, at);

		done += fitted * k->num_lanes;
		if (fitted < n)
			return done;
	}
	return count;
}

const char *nonces_kernel_name(void)
{
	return kernel()->name;
}
