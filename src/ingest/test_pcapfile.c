#include <stdlib.h>
#include <string.h>

#include "ingest/capture.h"
#include "ingest/pcapfile.h"
#include "ingest/test_make.h"
#include "test/tap.h"

#define MAX 8

struct walk {
	struct packet packets[MAX];
	size_t n, used;
	enum parse end; /* MORE at the end of all that is whole */
	struct why why;
};

static struct walk walk(struct span in)
{
	struct pcapfile f = { 0 };
	struct walk w = { 0 };
	struct record r;

	while (w.n < MAX) {
		w.end = pcapfile_next(
			&f, &r, (struct span){ in.p + w.used, in.n - w.used });
		if (w.end == PARSE_BAD)
			w.why = r.why;
		if (w.end != PARSE_OK)
			break;
		w.used += r.n;
		if (r.is_packet)
			w.packets[w.n++] = r.packet;
	}
	return w;
}

static struct walk walk_made(struct make *m)
{
	return walk((struct span){ m->out.p, m->out.n });
}

/* What text2pcap (Wireshark 4.0.17) writes with -F pcap for the bytes de ad be
 * ef at 2017-05-17T08:31:05.123456Z. */
static void test_published(void)
{
	static const uint8_t file[] = {
		0xd4, 0xc3, 0xb2, 0xa1, 0x02, 0x00, 0x04, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x04, 0x00, 0x01, 0x00, 0x00, 0x00, 0x49, 0x0a, 0x1c,
		0x59, 0x40, 0xe2, 0x01, 0x00, 0x04, 0x00, 0x00, 0x00,
		0x04, 0x00, 0x00, 0x00, 0xde, 0xad, 0xbe, 0xef,
	};
	const struct walk w = walk((struct span){ file, sizeof(file) });

	OK(w.n == 1 && w.end == PARSE_MORE && w.used == sizeof(file));
	OK(w.packets[0].ts.ns == 1495009865123456000);
	OK(w.packets[0].link == 1 && w.packets[0].wire_len == 4);
	OK(w.packets[0].data.n == 4 && w.packets[0].data.p == file + 40);
}

static const struct {
	uint32_t magic;
	int64_t ns; /* of a fraction of 7 */
	bool modified;
} variants[] = {
	{ 0xa1b2c3d4, 7000, false },
	{ 0xa1b23c4d, 7, false },
	{ 0xa1b2cd34, 7000, true },
};

static void make_two(struct make *m, size_t variant, bool big)
{
	make_init(m, big);
	make_pcap(m, variants[variant].magic, 0xf0000071);
	for (uint32_t i = 0; i < 2; i++) {
		make_u32(m, 1000 + i);
		make_u32(m, 7);
		make_u32(m, 5 + i);
		make_u32(m, 60);
		if (variants[variant].modified)
			make_u64(m, 1);
		make_bytes(m, 5 + i, i);
	}
}

static void test_variants(void)
{
	for (size_t v = 0; v < 6; v++) {
		struct make m;

		make_two(&m, v / 2, v % 2);
		const struct walk w = walk_made(&m);
		const struct packet *p = w.packets;

		OK(w.n == 2 && w.end == PARSE_MORE && w.used == m.out.n);
		OK(p[0].ts.ns == 1000 * 1000000000LL + variants[v / 2].ns);
		OK(p[1].ts.ns == 1001 * 1000000000LL + variants[v / 2].ns);
		OK(p[0].link == 113 && p[0].wire_len == 60);
		OK(p[0].data.n == 5 && p[1].data.n == 6 &&
		   p[1].data.p[5] == 36);
		buf_fini(&m.out);
	}
}

/* Every shorter input is a prefix of the packets and then asks for more. */
static void test_every_truncation(void)
{
	for (size_t v = 0; v < 6; v++) {
		struct make m;
		bool good = true;

		make_two(&m, v / 2, v % 2);
		const size_t header = variants[v / 2].modified ? 24 : 16;

		for (size_t n = 0; n < m.out.n; n++) {
			const struct span s = make_exact(m.out.p, n);
			const struct walk w = walk(s);

			good = good && w.end == PARSE_MORE &&
			       w.n == (n >= 24 + header + 5);
			free((void *)(uintptr_t)s.p);
		}
		OK(good);
		buf_fini(&m.out);
	}
}

static void test_odd_but_read(void)
{
	struct make m;

	make_init(&m, false);
	make_pcap(&m, 0xa1b2c3d4, 1);
	make_packet(&m, UINT32_MAX, UINT32_MAX, 9, 4); /* more than the wire */
	make_packet(&m, 5, 1000000, 0, 0);             /* a whole second */
	const struct walk w = walk_made(&m);

	OK(w.n == 2 && w.end == PARSE_MORE);
	OK(w.packets[0].wire_len == 9 && w.packets[0].data.n == 9);
	OK(w.packets[0].ts.ns == 4294967295 * 1000000000 + 4294967295000);
	OK(w.packets[1].ts.ns == 6000000000 && w.packets[1].data.p);
	buf_fini(&m.out);
}

static void test_bad(void)
{
	static const struct {
		uint32_t n, wire;
		const char *why;
	} bad[] = {
		{ CAPTURE_RECORD_MAX + 1, 4, "16777217 were captured" },
		{ UINT32_MAX, UINT32_MAX, "claims 4294967295 bytes" },
		{ 4, CAPTURE_RECORD_MAX + 1, "claims 16777217 bytes" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct make m;

		make_init(&m, i & 1);
		make_pcap(&m, 0xa1b2c3d4, 1);
		make_packet(&m, 1, 0, 4, 4);
		make_u64(&m, 0);
		make_u32(&m, bad[i].n);
		make_u32(&m, bad[i].wire);
		const struct walk w = walk_made(&m);

		OK(w.n == 1 && w.end == PARSE_BAD);
		OK(strstr(w.why.text, bad[i].why));
		buf_fini(&m.out);
	}
}

static void test_bad_header(void)
{
	struct make m;
	struct walk w;

	make_init(&m, false);
	make_pcap(&m, 0xa1b2c3d5, 1);
	w = walk_made(&m);
	OK(w.end == PARSE_BAD && w.used == 0);
	buf_clear(&m.out);
	make_pcap(&m, 0xa1b2c3d4, 1);
	m.out.p[4] = 3;
	w = walk_made(&m);
	OK(w.end == PARSE_BAD && strstr(w.why.text, "version 3.4"));
	m.out.p[4] = 2;
	m.out.p[6] = 2; /* lengths in the other order */
	OK(walk_made(&m).end == PARSE_BAD);
	buf_fini(&m.out);
}

/* The largest record there may be asks for exactly what it needs. */
static void test_largest(void)
{
	struct pcapfile f = { 0 };
	struct record r;
	struct make m;

	make_init(&m, false);
	make_pcap(&m, 0xa1b2c3d4, 1);
	OK(pcapfile_next(&f, &r, buf_span(&m.out)) == PARSE_OK && r.n == 24);
	buf_clear(&m.out);
	make_u64(&m, 0);
	make_u32(&m, CAPTURE_RECORD_MAX);
	make_u32(&m, CAPTURE_RECORD_MAX);
	OK(pcapfile_next(&f, &r, buf_span(&m.out)) == PARSE_MORE &&
	   r.n == 16 + CAPTURE_RECORD_MAX);
	buf_fini(&m.out);
}

int main(void)
{
	test_published();
	test_variants();
	test_every_truncation();
	test_odd_but_read();
	test_bad();
	test_bad_header();
	test_largest();
	return tap_end();
}
