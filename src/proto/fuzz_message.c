/* Input: u8 where a gap is (0: none) | u8 step | the stream.
 *
 * The properties: cut in pieces of any size, and byte by byte, the stream
 * gives the same messages at the same positions and the same counts as whole;
 * a message begins with '{', ends with a bracket (which of the two the parser
 * will look at), is what stands at its position, and is no larger than allowed;
 * messages do not overlap. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct reading {
	struct span stream;
	size_t end; /* of the message before */
	uint64_t digest;
	uint64_t n;
};

static void on_message(void *context, const struct message *m)
{
	struct reading *x = context;
	const size_t at = m->position;

	must(at >= x->end && at + m->text.n <= x->stream.n);
	must(m->text.n >= 2 && m->text.n <= MESSAGE_MAX);
	must(m->text.p[0] == '{' &&
	     (m->text.p[m->text.n - 1] | 0x20) == '}'); /* or ']' */
	must(!memcmp(x->stream.p + at, m->text.p, m->text.n));
	x->end = at + m->text.n;
	x->digest = x->digest * 1099511628211u + at * 31 + m->text.n;
	x->n++;
}

static struct message_counts read_all(struct reading *x, struct span stream,
				      size_t gap, size_t step)
{
	struct message_reader r;

	*x = (struct reading){ .stream = stream };
	message_init(&r);
	for (size_t at = 0; at < stream.n;) {
		const size_t limit = at < gap ? gap : stream.n;
		const size_t n = limit - at < step ? limit - at : step;
		/* A copy, so that what is read must be in it. */
		uint8_t *copy = mem_new(n, 1);

		memcpy(copy, stream.p + at, n);
		message_feed(&r,
			     (struct message){ .text = { copy, n },
					       .position = (uint32_t)at },
			     on_message, x);
		free(copy);
		at += n;
		if (at == gap)
			message_gap(&r);
	}
	message_fini(&r);
	must(r.counts.whole == x->n);
	return r.counts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	const size_t gap = cur_u8(&c), step = cur_u8(&c) + UINT64_C(1);
	const struct span stream = cur_take(&c, cur_left(&c));
	struct reading whole, cut;
	struct message_counts a, b;

	if (!cur_ok(&c) || gap > stream.n)
		return 0;
	a = read_all(&whole, stream, gap, stream.n + 1);
	for (int i = 0; i < 2; i++) {
		b = read_all(&cut, stream, gap, i ? step : 1);
		must(a.whole == b.whole && a.cut == b.cut &&
		     a.oversized == b.oversized && a.broken == b.broken &&
		     a.junk == b.junk);
		must(whole.digest == cut.digest);
	}
	if (whole.n > 0 && gap == 0)
		must(message_likely(stream) || stream.p[0] != '{');
	return 0;
}
