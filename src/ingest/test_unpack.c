#include <stdlib.h>
#include <string.h>

#include "ingest/test_make.h"
#include "ingest/test_pack.h"
#include "ingest/unpack.h"
#include "test/tap.h"

#define PLAIN 3000

struct result {
	struct buf out;
	bool good, between;
};

/* Unpacks in pieces: so much input and so much room at a time. */
static struct result unpack_all(struct span in, size_t piece, size_t room)
{
	struct unpack *u = unpack_new(in);
	uint8_t *out = malloc(room);
	struct result r = { .good = u != NULL };
	size_t at = 0, used = 1, made = 1;

	buf_init(&r.out, 1 << 20);
	while (r.good && out && (used || made)) {
		const size_t n = in.n - at < piece ? in.n - at : piece;
		struct unpack_io io = { { in.p + at, n }, out, room };

		r.good = unpack_run(u, &io, NULL);
		used = n - io.in.n;
		made = room - io.room;
		buf_add(&r.out, out, made);
		at += used;
	}
	r.between = u && unpack_between(u);
	unpack_free(u);
	free(out);
	return r;
}

static bool same(struct result *r, const struct make *plain)
{
	const bool ok = r->good && r->between && r->out.n == plain->out.n &&
			!memcmp(r->out.p, plain->out.p, plain->out.n);

	buf_fini(&r->out);
	return ok;
}

/* The plain bytes in two halves, in two members or frames. */
static void make_packed(struct make *plain, struct buf *gzip, struct buf *zstd)
{
	make_init(plain, false);
	buf_init(gzip, 1 << 20);
	buf_init(zstd, 1 << 20);
	make_bytes(plain, PLAIN, 1);
	pack_gzip(gzip, plain->out.p, PLAIN / 2);
	pack_gzip(gzip, plain->out.p, 0);
	pack_gzip(gzip, plain->out.p + PLAIN / 2, PLAIN / 2);
	pack_skippable(zstd, 9);
	pack_zstd(zstd, plain->out.p, PLAIN / 2);
	pack_skippable(zstd, 0);
	pack_zstd(zstd, plain->out.p + PLAIN / 2, PLAIN / 2);
}

static void test_any_split(void)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 1 << 20 };
	const size_t n = sizeof(pieces) / sizeof(pieces[0]);
	struct buf gzip, zstd;
	struct make plain;

	make_packed(&plain, &gzip, &zstd);
	for (size_t i = 0; i < n * n; i++) {
		const size_t piece = pieces[i / n], room = pieces[i % n];
		struct result a = unpack_all(buf_span(&gzip), piece, room);
		struct result b = unpack_all(buf_span(&zstd), piece, room);

		OK(same(&a, &plain));
		OK(same(&b, &plain));
	}
	buf_fini(&gzip);
	buf_fini(&zstd);
	buf_fini(&plain.out);
}

/* Cut anywhere, both give a prefix; the end is good only between two. */
static void test_every_truncation(void)
{
	struct buf packed[2];
	struct make plain;

	make_packed(&plain, &packed[0], &packed[1]);
	for (size_t k = 0; k < 2; k++) {
		bool good = true;
		size_t ends = 0;

		for (size_t n = 4; n < packed[k].n; n++) {
			const struct span s = make_exact(packed[k].p, n);
			struct result r = unpack_all(s, n, 4096);

			good = good && r.good && r.out.n <= plain.out.n;
			good = good &&
			       !memcmp(r.out.p ? r.out.p : s.p,
				       r.out.p ? plain.out.p : s.p, r.out.n);
			ends += r.between;
			buf_fini(&r.out);
			free((void *)(uintptr_t)s.p);
		}
		printf("# %zu good ends\n", ends);
		OK(good && ends == (k ? 3 : 2));
		buf_fini(&packed[k]);
	}
	buf_fini(&plain.out);
}

static void test_damage(void)
{
	struct buf packed[2];
	struct make plain;

	make_packed(&plain, &packed[0], &packed[1]);
	for (size_t k = 0; k < 2; k++) {
		struct result r;

		packed[k].p[packed[k].n - 6] ^= 0x10; /* checksum, or data */
		packed[k].p[packed[k].n - 20] ^= 0x10;
		r = unpack_all(buf_span(&packed[k]), 100, 4096);
		OK(k == 1 || !r.good);
		buf_fini(&r.out);
		packed[k].p[k ? 17 : 0] ^= 0x80; /* a magic number */
		r = unpack_all(buf_span(&packed[k]), 100, 4096);
		OK(!r.good);
		buf_fini(&r.out);
		buf_fini(&packed[k]);
	}
	buf_fini(&plain.out);
}

static void test_recognised(void)
{
	OK(!unpack_new(
		(struct span){ (const uint8_t *)"\xd4\xc3\xb2\xa1", 4 }));
	OK(!unpack_new((struct span){ (const uint8_t *)"\x1f", 1 }));
	OK(!unpack_new((struct span){ NULL, 0 }));
	OK(!unpack_new((struct span){ (const uint8_t *)"\x28\xb5\x2f", 3 }));
}

int main(void)
{
	test_any_split();
	test_every_truncation();
	test_damage();
	test_recognised();
	return tap_end();
}
