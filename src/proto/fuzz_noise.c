/* Input: records of a byte for end and kind, two for a length, and as many
 * bytes as there are; kind 2 draws the bytes (so that the fuzzer need not),
 * kind 3 is a gap. Properties: turns cut into pieces of any size give the same
 * answer; a yes or no is final; a yes comes only after at least as many bytes
 * as the shortest handshake has, and names the end that spoke first. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/noise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct playing {
	struct noise r;
	int first;
	uint64_t fed, drawn;
};

static void feed(struct playing *p, int from, struct span bytes, size_t step)
{
	while (bytes.n > 0) {
		const size_t n = bytes.n < step ? bytes.n : step;
		uint8_t *exact = mem_new(n, 1);
		const enum noise_answer before = p->r.answer;

		memcpy(exact, bytes.p, n);
		const enum noise_answer now =
			noise_feed(&p->r, from, (struct span){ exact, n });

		free(exact);
		p->first = p->first < 0 ? from : p->first;
		p->fed += n;
		must(now == p->r.answer);
		must(before == NOISE_MORE || now == before);
		must(now != NOISE_YES || (p->fed >= 32 + 170 + 55 + 44 + 42 &&
					  p->r.first == p->first));
		bytes.p += n;
		bytes.n -= n;
	}
}

static void draw(struct playing *p, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p->drawn =
			p->drawn * 6364136223846793005U + 1442695040888963407U;
		out[i] = (uint8_t)(p->drawn >> 56);
	}
}

static void play(struct playing *p, struct span all, size_t step)
{
	struct cur c = cur_over(all);
	uint8_t drawn[2048];

	*p = (struct playing){ .first = -1 };
	noise_init(&p->r);
	while (cur_left(&c) >= 3) {
		const uint8_t kind = cur_u8(&c);
		const size_t n = cur_le16(&c);

		if (kind % 4 == 3) {
			noise_gap(&p->r);
		} else if (kind % 4 == 2) {
			const size_t fits = n % sizeof(drawn);

			draw(p, drawn, fits);
			feed(p, kind / 4 % 2, (struct span){ drawn, fits },
			     step);
		} else {
			const size_t left = cur_left(&c);

			feed(p, kind % 2, cur_take(&c, n < left ? n : left),
			     step);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span all = { data, size };
	struct playing whole, cut;

	play(&whole, all, SIZE_MAX);
	play(&cut, all, 1 + size % 7);
	must(whole.r.answer == cut.r.answer && whole.r.first == cut.r.first);
	return 0;
}
