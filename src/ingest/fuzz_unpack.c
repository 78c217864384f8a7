/* gzip and zstd over any input. The property: the bytes that come out are the
 * same whatever the pieces of input and room, up to where damage is found, and
 * it never says that it did nothing while it has both. */
#include <stdlib.h>
#include <string.h>

#include "ingest/unpack.h"

#define OUT_MAX (1u << 16) /* a bomb is looked at no further */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unpacks to out; returns how many bytes, and whether it ended well. */
static size_t run(uint8_t *out, bool *good, struct span in, size_t piece)
{
	struct unpack *u = unpack_new(in);
	size_t at = 0, n = 0, used = 1, made = 1;

	*good = u != NULL;
	while (*good && n < OUT_MAX && (used || made)) {
		const size_t left = in.n - at < piece ? in.n - at : piece;
		const size_t room = OUT_MAX - n < piece ? OUT_MAX - n : piece;
		struct unpack_io io = { { in.p + at, left }, out + n, room };

		*good = unpack_run(u, &io, NULL);
		if (io.in.n > left || io.room > room ||
		    io.in.p + io.in.n != in.p + at + left ||
		    io.out + io.room != out + n + room)
			abort();
		used = left - io.in.n;
		made = room - io.room;
		at += used;
		n += made;
	}
	if (*good && n < OUT_MAX && at < in.n)
		abort();
	unpack_free(u);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t a[OUT_MAX], b[OUT_MAX];
	bool good_a, good_b;

	if (size < 1)
		return 0;
	const struct span in = { data + 1, size - 1 };
	const size_t n = run(a, &good_a, in, OUT_MAX);
	const size_t m = run(b, &good_b, in, 1 + data[0]);

	if (memcmp(a, b, n < m ? n : m))
		abort();
	if (good_a && good_b && n != m)
		abort();
	return 0;
}
