#include <stdlib.h>
#include <string.h>

#include "net/fragment.h"
#include "test/tap.h"

static const uint8_t text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

#define TEXT (sizeof(text) - 1)

static struct fragment piece(uint32_t from, uint32_t to)
{
	return (struct fragment){
		.src = { 1 },
		.dst = { 2 },
		.id = 7,
		.version = 4,
		.protocol = 6,
		.more = to < TEXT,
		.offset = from,
		.bytes = { text + from, to - from },
	};
}

static bool join(struct fragment_table *t, const struct fragment *f)
{
	struct span whole = { NULL, 0 };
	uint8_t protocol = 0;

	if (!fragment_join(t, &whole, &protocol, f))
		return false;
	return whole.n == TEXT && !memcmp(whole.p, text, TEXT) && protocol == 6;
}

struct range {
	uint32_t from, to;
};

/* Joined exactly when the last one comes, in every order of n pieces. */
static bool all_orders(const struct range *r, unsigned n, unsigned used,
		       unsigned *order, unsigned depth)
{
	struct fragment_table *t;
	bool ok = true;

	for (unsigned i = 0; i < n && depth < n; i++) {
		if (used & 1u << i)
			continue;
		order[depth] = i;
		ok = all_orders(r, n, used | 1u << i, order, depth + 1) && ok;
	}
	if (depth < n)
		return ok;
	t = fragment_table_new();
	for (unsigned i = 0; i < n; i++) {
		const struct fragment f =
			piece(r[order[i]].from, r[order[i]].to);

		ok = join(t, &f) == (i + 1 == n) && ok;
	}
	ok = ok && fragment_dropped(t) == 0;
	fragment_table_free(t);
	return ok;
}

static void test_orders(void)
{
	static const struct range plain[] = {
		{ 0, 8 }, { 8, 16 }, { 16, 24 }, { 24, 32 }, { 32, 36 }
	};
	/* Each is needed, though they overlap. */
	static const struct range overlapping[] = { { 0, 16 },
						    { 8, 32 },
						    { 24, 36 } };
	static const struct range two[] = { { 0, 24 }, { 24, 36 } };
	unsigned order[5];

	OK(all_orders(plain, 5, 0, order, 0));
	OK(all_orders(overlapping, 3, 0, order, 0));
	OK(all_orders(two, 2, 0, order, 0));
	OK(!all_orders(two + 1, 1, 0, order, 0));
}

static void test_duplicates(void)
{
	struct fragment_table *t = fragment_table_new();
	const struct fragment a = piece(0, 16), b = piece(16, 36);
	const struct fragment inside = piece(8, 16);

	OK(!join(t, &a) && !join(t, &a) && !join(t, &inside) && join(t, &b));
	OK(!join(t, &b) && !join(t, &b) && join(t, &a));
	OK(fragment_dropped(t) == 0);
	fragment_table_free(t);
	fragment_table_free(NULL);
}

/* RFC 5722: nothing of it is believed, not even what comes later. */
static void test_contradictions(void)
{
	static const uint8_t other[8] = "01234x67";
	const struct fragment good[] = { piece(0, 8), piece(8, 16),
					 piece(16, 36) };
	struct fragment bad[5];

	bad[0] = piece(0, 8);
	bad[0].bytes.p = other;
	bad[1] = piece(8, 16); /* ends before what was seen */
	bad[1].more = false;
	bad[2] = piece(16, 36); /* goes on where it ended */
	bad[2].more = true;
	bad[3] = piece(24, 36);
	bad[3].offset = 40;
	bad[4] = piece(24, 36);
	bad[4].offset = FRAGMENT_DATAGRAM_MAX - 11;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fragment_table *t = fragment_table_new();

		OK(!join(t, &good[0]) && !join(t, &good[2]));
		OK(!join(t, &bad[i]) && fragment_dropped(t) == 3);
		for (int j = 0; j < 3; j++)
			OK(!join(t, &good[j]));
		OK(fragment_dropped(t) == 6);
		fragment_table_free(t);
	}
}

/* What tells datagrams apart: everything but IPv6's next header. */
static void test_keys(void)
{
	struct fragment_table *t = fragment_table_new();
	const struct fragment first = piece(0, 16);
	struct fragment f[5];

	OK(!join(t, &first));
	for (int i = 0; i < 5; i++)
		f[i] = piece(16, 36);
	f[0].src[15] = 1;
	f[1].dst[15] = 1;
	f[2].id++;
	f[3].version = 6;
	f[4].protocol = 17;
	for (int i = 0; i < 5; i++)
		OK(!join(t, &f[i]));
	struct fragment six = piece(0, 16);

	six.version = 6;
	f[3].protocol = 99;
	OK(join(t, &six)); /* completes f[3]; the first one's protocol holds */
	fragment_table_free(t);
}

static void test_age(void)
{
	struct fragment_table *t = fragment_table_new();
	struct fragment a = piece(0, 16), b = piece(16, 36);

	a.ts.ns = 1000000000;
	b.ts.ns = a.ts.ns + 30000000000;
	OK(!join(t, &a) && join(t, &b));
	b.ts.ns++;
	OK(!join(t, &a) && !join(t, &b) && fragment_dropped(t) == 1);
	a.ts.ns = b.ts.ns - 31000000000; /* time began anew */
	OK(!join(t, &a) && fragment_dropped(t) == 2);
	a.ts = TS_NONE;
	b.ts = TS_NONE;
	OK(join(t, &b));
	fragment_table_free(t);
}

static void test_too_many(void)
{
	struct fragment_table *t = fragment_table_new();
	struct fragment a = piece(0, 16), b = piece(16, 36);

	for (uint32_t id = 0; id <= FRAGMENT_DATAGRAMS; id++) {
		a.id = id;
		OK(!join(t, &a));
	}
	OK(fragment_dropped(t) == 1); /* that of id 0 */
	for (uint32_t id = FRAGMENT_DATAGRAMS; id > 0; id--) {
		b.id = id;
		OK(join(t, &b));
	}
	b.id = 0;
	OK(!join(t, &b));
	fragment_table_free(t);
}

/* Each of these costs 64 KiB, so 128 of them are all there is room for. */
static void test_too_much(void)
{
	struct fragment_table *t = fragment_table_new();
	struct fragment far = piece(0, 16);

	far.offset = 60000;
	for (uint32_t id = 0; id < 200; id++) {
		far.id = id;
		OK(!join(t, &far));
	}
	OK(fragment_dropped(t) == 200 - FRAGMENT_BYTES / 65536);
	fragment_table_free(t);
}

static void test_too_many_holes(void)
{
	struct fragment_table *t = fragment_table_new();
	struct fragment f = piece(0, 8);

	for (uint32_t i = 0; i < 65; i++) {
		OK(fragment_dropped(t) == 0);
		f.offset = i * 16;
		OK(!join(t, &f));
	}
	OK(fragment_dropped(t) == 65);
	fragment_count_dropped(t);
	OK(fragment_dropped(t) == 66);
	fragment_table_free(t);
}

int main(void)
{
	test_orders();
	test_duplicates();
	test_contradictions();
	test_keys();
	test_age();
	test_too_many();
	test_too_much();
	test_too_many_holes();
	return tap_end();
}
