#include "hash/extranonces.h"

#include <stdatomic.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/extranonces_kernel.h"
#include "hash/sha256d_kernel.h"

/* With SSE4.1 a body of its own is slower than whole messages: it does not fit
 * the cache. */
const struct extranonces_kernel *const extranonces_kernels[] = {
#if defined(__x86_64__)
	&extranonces_avx512, &extranonces_avx2,
#endif
	&extranonces_many,   &extranonces_scalar, NULL,
};

void extranonces_put(uint8_t *coinbase, const struct extranonces_job *job,
		     uint32_t value)
{
	uint8_t *const p = coinbase + job->at;
	const size_t n = job->length;

	for (size_t i = 0; i < n; i++)
		p[job->little_endian ? i : n - 1 - i] =
			(uint8_t)(value >> (8 * i));
}

/* Block b of the padded coinbase (FIPS 180-4, 5.1.1). */
static void coinbase_block(uint32_t w[64], const struct extranonces_job *job,
			   size_t b)
{
	const size_t n = job->coinbase_n, at = 64 * b;
	uint8_t raw[64] = { 0 };

	if (at < n)
		memcpy(raw, job->coinbase + at, n - at < 64 ? n - at : 64);
	if (at <= n && n < at + 64)
		raw[n - at] = 0x80;
	schedule_read(w, raw, 16);
	if (b == (n + 8) / 64)
		w[15] = (uint32_t)n * 8;
}

static void prepare_coinbase(struct extranonces_job *job)
{
	const size_t first = job->at / 64, last = (job->coinbase_n + 8) / 64;
	const size_t end = job->length ? job->at + job->length - 1 : job->at;
	uint32_t w[64];

	job->word = job->at % 64 / 4;
	job->num_counting = end / 64 - first + 1;
	memcpy(job->before, sha256d_iv, sizeof(job->before));
	for (size_t b = 0; b <= last; b++) {
		struct schedule known;

		coinbase_block(w, job, b);
		if (b >= first && b < first + job->num_counting) {
			memcpy(job->counting[b - first], w, 16 * sizeof(w[0]));
			continue;
		}
		schedule_known(&known, w, 0xffff);
		if (b < first)
			schedule_block(job->before, known.addend);
		else
			memcpy(job->behind[job->num_behind++], known.addend,
			       sizeof(known.addend));
	}
}

static void prepare_header(struct extranonces_job *job)
{
	uint32_t w[64] = { 0 };

	/* Version, previous block, and 28 bytes of the root. */
	schedule_read(w, job->header, 9);
	schedule_known(&job->root[0], w, 0x1ff);
	memcpy(job->before_root, sha256d_iv, sizeof(job->before_root));
	for (int t = 0; t < 9; t++)
		schedule_round(job->before_root, job->root[0].addend[t]);

	/* The root's last word, three words, one bit, zeros, 640 bits. */
	memset(w, 0, sizeof(w));
	schedule_read(w + 1, job->header + 68, 3);
	w[4] = 0x80000000;
	w[15] = 8 * EXTRANONCES_HEADER_SIZE;
	schedule_known(&job->root[1], w, 0xfffe);
}

bool extranonces_prepare(struct extranonces_job *out,
			 const struct extranonces_share *s)
{
	uint32_t w[64] = { 0 };

	if (s->coinbase_n > EXTRANONCES_COINBASE_MAX || s->length > 4 ||
	    s->at > s->coinbase_n || s->length > s->coinbase_n - s->at ||
	    s->num_branches > EXTRANONCES_BRANCHES_MAX)
		return false;
	memset(out, 0, sizeof(*out));
	if (s->coinbase_n)
		memcpy(out->coinbase, s->coinbase, s->coinbase_n);
	out->coinbase_n = s->coinbase_n;
	out->at = s->at;
	out->length = s->length;
	out->little_endian = s->little_endian;
	memset(out->coinbase + s->at, 0, s->length);
	memcpy(out->header, s->header, sizeof(out->header));
	out->num_branches = s->num_branches;
	for (size_t i = 0; i < s->num_branches; i++) {
		memcpy(out->branch[i], s->branches + 32 * i, 32);
		schedule_read(w + 8, out->branch[i], 8);
		schedule_known(&out->branches[i], w, 0xff00);
	}
	prepare_coinbase(out);
	prepare_header(out);
	return true;
}

/* The parts of a made-up job, and where each begins in its bytes. */
#define MADE_COINBASE_MAX 256
#define MADE_BRANCHES_MAX 12
#define MADE_HEADER       (MADE_COINBASE_MAX + 32 * MADE_BRANCHES_MAX)

/* Jobs to hold a kernel against the reference with: bytes that count at the
 * beginning of a word and inside, in two words, in two blocks, and none. */
static const struct shape {
	size_t coinbase_n, at, length, num_branches;
	bool little_endian;
} shapes[] = {
	{ 250, 112, 4, 2, false }, { 175, 61, 4, 0, true },
	{ 130, 63, 3, 1, false },  { 119, 118, 1, 1, true },
	{ 64, 64, 0, 1, false },
};

static void make_job(struct extranonces_job *job, const struct shape *shape,
		     uint32_t *x)
{
	uint8_t raw[MADE_HEADER + EXTRANONCES_HEADER_SIZE];

	for (size_t i = 0; i < sizeof(raw); i++) {
		*x = *x * 1664525 + 1013904223;
		raw[i] = (uint8_t)(*x >> 24);
	}
	extranonces_prepare(job, &(struct extranonces_share){
					 .coinbase = raw,
					 .coinbase_n = shape->coinbase_n,
					 .at = shape->at,
					 .length = shape->length,
					 .little_endian = shape->little_endian,
					 .branches = raw + MADE_COINBASE_MAX,
					 .num_branches = shape->num_branches,
					 .header = raw + MADE_HEADER });
}

/* Each lane passes by its own word, and not by one less. */
static bool agrees_on(const struct extranonces_kernel *k,
		      const struct extranonces_job *job, uint32_t first)
{
	for (uint32_t l = 0; l < k->num_lanes; l++) {
		const uint32_t top = extranonces_top(job, first + l);

		if (!(k->run(job, first, top) >> l & 1))
			return false;
		if (top > 0 && k->run(job, first, top - 1) >> l & 1)
			return false;
	}
	return true;
}

bool extranonces_kernel_agrees(const struct extranonces_kernel *k)
{
	struct extranonces_job job;
	bool agrees = true;
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		make_job(&job, &shapes[i], &x);
		/* Across the wrap, once. */
		agrees = agrees && agrees_on(k, &job, i ? x : 0xfffffffd);
	}
	return agrees;
}

#define TIMED_ROUNDS 4

/* Ticks for 2^20 values of a usual job; the least of some rounds. */
static uint64_t time_of(const struct extranonces_kernel *k)
{
	static const struct shape usual = { 250, 112, 4, MADE_BRANCHES_MAX,
					    false };
	struct extranonces_job job;
	uint64_t least = UINT64_MAX;
	uint32_t x = 1;

	make_job(&job, &usual, &x);
	for (int i = 0; i < TIMED_ROUNDS; i++) {
		const uint64_t from = cpu_ticks();

		k->run(&job, 0, 0);

		const uint64_t took = cpu_ticks() - from;

		least = took < least ? took : least;
	}
	return (least << 20) / k->num_lanes;
}

/* An index. The reference, which is last, is for where all others are wrong. */
static unsigned choose(void)
{
	uint64_t least = UINT64_MAX;
	unsigned best = 0, i = 0;

	for (; extranonces_kernels[i + 1]; i++) {
		const struct extranonces_kernel *k = extranonces_kernels[i];

		if (k->needs & ~cpu_bits() || !extranonces_kernel_agrees(k))
			continue;
		const uint64_t time = time_of(k);

		if (time < least) {
			least = time;
			best = i;
		}
	}
	return least < UINT64_MAX ? best : i;
}

static const struct extranonces_kernel *kernel(void)
{
	static atomic_uint chosen; /* an index, plus 1; 0: none yet */
	unsigned i = atomic_load_explicit(&chosen, memory_order_relaxed);

	/* Two threads may both choose: all choices find the same. */
	if (!i) {
		i = choose() + 1;
		atomic_store_explicit(&chosen, i, memory_order_relaxed);
	}
	return extranonces_kernels[i - 1];
}

uint64_t extranonces_search(struct extranonces_found *found,
			    const struct extranonces_job *job, uint32_t first,
			    uint64_t count, uint32_t top)
{
	const struct extranonces_kernel *k = kernel();
	uint64_t done = 0;

	found->n = 0;
	for (; done < count; done += k->num_lanes) {
		const uint64_t left = count - done;
		const uint32_t at = first + (uint32_t)done;
		uint32_t hits;

		if (found->n + k->num_lanes > EXTRANONCES_FOUND_MAX)
			return done;
		hits = k->run(job, at, top);
		/* The last group may go too far. */
		if (left < k->num_lanes)
			hits &= (1U << left) - 1;
		for (; hits; hits &= hits - 1)
			found->value[found->n++] =
				at + (uint32_t)__builtin_ctz(hits);
	}
	return count;
}

const char *extranonces_kernel_name(void)
{
	return kernel()->name;
}
