#include <stdlib.h>
#include <string.h>

#include "ingest/capture.h"
#include "ingest/pcapng.h"
#include "ingest/test_make.h"
#include "test/tap.h"

#define MAX    16
#define SECOND 1000000000LL

struct walk {
	struct packet packets[MAX];
	struct span secrets[MAX];
	size_t num_secrets;
	size_t n, used;
	enum parse end; /* MORE at the end of all that is whole */
	struct why why;
};

static struct walk walk(struct span in)
{
	struct pcapng f = { 0 };
	struct walk w = { 0 };
	struct record r;

	while (w.n < MAX) {
		w.end = pcapng_next(
			&f, &r, (struct span){ in.p + w.used, in.n - w.used });
		if (w.end == PARSE_BAD)
			w.why = r.why;
		if (w.end != PARSE_OK)
			break;
		w.used += r.n;
		if (r.is_packet)
			w.packets[w.n++] = r.packet;
		else if (r.secrets.n && w.num_secrets < MAX)
			w.secrets[w.num_secrets++] = r.secrets;
	}
	pcapng_fini(&f);
	return w;
}

static struct walk walk_made(struct make *m)
{
	return walk((struct span){ m->out.p, m->out.n });
}

/* What text2pcap (Wireshark 4.0.17) writes with -F pcapng for the bytes de ad
 * be ef at 2017-05-17T08:31:05.123456Z, without the section's options. */
static void test_published(void)
{
	static const uint8_t file[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0x00, 0x00, 0x00, 0x4d, 0x3c,
		0x2b, 0x1a, 0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0x1c, 0x00, 0x00, 0x00, 0x01, 0x00,
		0x00, 0x00, 0x38, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x04, 0x00, 0x02, 0x00, 0x12, 0x00, 0x46, 0x61,
		0x6b, 0x65, 0x20, 0x49, 0x46, 0x2c, 0x20, 0x74, 0x65, 0x78,
		0x74, 0x32, 0x70, 0x63, 0x61, 0x70, 0x00, 0x00, 0x09, 0x00,
		0x01, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x38, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x24, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x8d, 0x57, 0xbf, 0x14,
		0x00, 0x64, 0x63, 0x2a, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00,
		0x00, 0x00, 0xde, 0xad, 0xbe, 0xef, 0x24, 0x00, 0x00, 0x00,
	};
	const struct walk w = walk((struct span){ file, sizeof(file) });

	OK(w.n == 1 && w.end == PARSE_MORE && w.used == sizeof(file));
	OK(w.packets[0].ts.ns == 1495009865123456000);
	OK(w.packets[0].link == 1 && w.packets[0].wire_len == 4);
	OK(w.packets[0].data.n == 4 && w.packets[0].data.p[0] == 0xde);
}

/* Two sections in two byte orders, every kind of packet, and blocks to be
 * stepped over. */
static void make_all(struct make *m, bool big)
{
	make_init(m, big);
	make_section(m);
	make_interface(m, 1, 6, 6, 0);
	make_block(m, 4, "names", 5); /* name resolution */
	make_interface(m, 101, 0, 9, 0);
	make_enhanced(m, 0, 1000000007, 5, 60);
	make_block(m, 5, "statistics", 10);
	make_obsolete(m, 1, 2000000007, 7);
	make_block(m, 0x0bad, "whatever", 8);
	make_simple(m, 60, 6);
	m->big = !big;
	make_section(m);
	make_interface(m, 113, 0, 3, 0);
	make_enhanced(m, 0, 3001, 8, 8);
}

static void test_all_blocks(void)
{
	for (int big = 0; big < 2; big++) {
		struct make m;

		make_all(&m, big);
		const struct walk w = walk_made(&m);
		const struct packet *p = w.packets;

		OK(w.n == 4 && w.end == PARSE_MORE && w.used == m.out.n);
		OK(p[0].ts.ns == 1000 * SECOND + 7000 && p[0].link == 1);
		OK(p[0].data.n == 5 && p[0].wire_len == 60);
		OK(p[1].ts.ns == 2 * SECOND + 7 && p[1].link == 101);
		OK(p[1].data.n == 7 && p[1].data.p[0] == 31);
		OK(!ts_known(p[2].ts) && p[2].data.n == 6 && p[2].link == 1);
		OK(p[2].wire_len == 60 && p[2].data.p[5] == 3 * 31 + 5);
		OK(p[3].ts.ns == 3 * SECOND + 1000000 && p[3].link == 113);
		buf_fini(&m.out);
	}
}

static void test_every_truncation(void)
{
	for (int big = 0; big < 2; big++) {
		struct make m;
		size_t last = 0;
		bool good = true;

		make_all(&m, big);
		for (size_t n = 0; n < m.out.n; n++) {
			const struct span s = make_exact(m.out.p, n);
			const struct walk w = walk(s);

			good = good && w.end == PARSE_MORE && w.n >= last &&
			       w.n < 4 && w.used <= n;
			last = w.n;
			free((void *)(uintptr_t)s.p);
		}
		OK(good && last == 3);
		buf_fini(&m.out);
	}
}

static void test_times(void)
{
	static const struct {
		uint8_t resolution;
		int64_t offset;
		uint64_t units;
		int64_t ns; /* 0: refused */
	} times[] = {
		{ 0, 0, 5, 5 * SECOND },
		{ 3, 0, 5001, 5 * SECOND + 1000000 },
		{ 6, 0, 1495009865123456, 1495009865123456000 },
		{ 9, 0, 1495009865123456789, 1495009865123456789 },
		{ 12, 0, 7000000000123, 7 * SECOND }, /* picoseconds */
		{ 19, 0, 10000000000000000001u, 1 * SECOND },
		{ 0x80 | 1, 0, 7, 3 * SECOND + SECOND / 2 },
		{ 0x80 | 10, 0, 1025, SECOND + 976562 },
		{ 0x80 | 32, 0, 3ull << 31, SECOND + SECOND / 2 },
		{ 0x80 | 63, 0, 3ull << 62, SECOND + SECOND / 2 },
		{ 6, 1000, 1, 1000 * SECOND + 1000 },
		{ 6, -3, 5000000, 2 * SECOND },
		{ 6, -6, 5000000, 0 }, /* before 1970 */
		{ 0, 0, 9223372037, 0 },
		{ 6, INT64_MAX, UINT64_MAX, 0 },
		{ 6, INT64_MIN, UINT64_MAX, 0 },
		{ 0, INT64_MAX, UINT64_MAX, 0 },
		{ 20, 0, 1, 0 },
		{ 0x80 | 64, 0, 1, 0 },
		{ 0xff, 0, 1, 0 },
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct make m;

		make_init(&m, i & 1);
		make_section(&m);
		make_interface(&m, 1, 0, times[i].resolution, times[i].offset);
		make_enhanced(&m, 0, times[i].units, 4, 4);
		const struct walk w = walk_made(&m);

		printf("# resolution %u, %llu\n", times[i].resolution,
		       (unsigned long long)times[i].units);
		if (times[i].ns)
			OK(w.n == 1 && w.packets[0].ts.ns == times[i].ns);
		else
			OK(w.n == 0 && w.end == PARSE_BAD);
		buf_fini(&m.out);
	}
}

/* Each spoils one 32-bit word of this file: a section of 28 bytes, an
 * interface of 52, an enhanced packet block of 36 with four bytes. */
static void test_spoilt(void)
{
	static const struct {
		size_t at;
		uint32_t value;
		const char *why;
	} spoilt[] = {
		{ 0, 6, "no section header" },
		{ 4, 8, "claims to be 8 bytes" },
		{ 4, 30, "claims to be 30 bytes" },
		{ 4, PCAPNG_BLOCK_MAX + 4, "claims to be 33554436 bytes" },
		{ 8, 0x1a2b3c4e, "no section header" },
		{ 12, 2, "version 2" },
		{ 24, 32, "28 in front and 32 behind" },
		{ 44, 0x00ff0002, "malformed options" },
		{ 52, 0x00020009, "" }, /* a longer value is tolerated */
		{ 52, 0x00000009, "malformed options" },
		{ 88, 1, "interface 1, but there are 1" },
		{ 88, UINT32_MAX, "interface 4294967295" },
		{ 100, 5, "of which 5" },
		{ 100, UINT32_MAX, "of which 4294967295" },
		{ 104, UINT32_MAX, "claims 4294967295" },
		{ 80, 2, "" }, /* as an obsolete block it is good by chance */
		{ 80, 3, "" }, /* as a simple one too: of 0 bytes */
		{ 84, 32, "in front and" },
	};

	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		struct make m;

		make_init(&m, false);
		make_section(&m);
		make_interface(&m, 1, 0, 6, 0);
		make_enhanced(&m, 0, 1, 4, 4);
		for (size_t k = 0; k < 4; k++)
			m.out.p[spoilt[i].at + k] =
				(uint8_t)(spoilt[i].value >> 8 * k);
		const struct walk w = walk_made(&m);

		printf("# %zu: %s\n", spoilt[i].at, w.why.text);
		if (spoilt[i].why[0])
			OK(w.end == PARSE_BAD &&
			   strstr(w.why.text, spoilt[i].why));
		else
			OK(w.end == PARSE_MORE);
		buf_fini(&m.out);
	}
}

static void test_bad_blocks(void)
{
	struct make m;

	make_init(&m, false);
	make_section(&m);
	make_simple(&m, 4, 4); /* no interface yet */
	OK(walk_made(&m).end == PARSE_BAD);
	buf_clear(&m.out);
	make_section(&m);
	make_interface(&m, 1, 0, 6, 0);
	make_simple(&m, 60, 6); /* no snaplen explains the rest away */
	OK(walk_made(&m).end == PARSE_BAD);
	buf_clear(&m.out);
	make_section(&m);
	make_block(&m, 1, "abc", 3);
	OK(walk_made(&m).end == PARSE_BAD);
	buf_clear(&m.out);
	make_block(&m, 0x0a0d0d0a, "\x4d\x3c\x2b\x1a\1\0\0\0", 8);
	OK(walk_made(&m).end == PARSE_BAD);
	buf_clear(&m.out);
	make_section(&m);
	make_interface(&m, 1, 0, 6, 0);
	make_section(&m); /* forgets it */
	make_enhanced(&m, 0, 1, 4, 4);
	OK(walk_made(&m).end == PARSE_BAD);
	buf_fini(&m.out);
}

static void test_interfaces_have_a_limit(void)
{
	struct make m;

	make_init(&m, false);
	make_section(&m);
	for (size_t i = 0; i < PCAPNG_INTERFACES_MAX; i++)
		make_block(&m, 1, "\1\0\0\0\0\0\0\0", 8);
	make_enhanced(&m, PCAPNG_INTERFACES_MAX - 1, 1, 4, 4);
	OK(walk_made(&m).n == 1);
	make_block(&m, 1, "\1\0\0\0\0\0\0\0", 8);
	const struct walk w = walk_made(&m);

	OK(w.n == 1 && w.end == PARSE_BAD && strstr(w.why.text, "4096"));
	buf_fini(&m.out);
}

static bool says(struct span s, const char *text)
{
	return s.n == strlen(text) && !memcmp(s.p, text, s.n);
}

#define TLS_KEY_LOG 0x544c534b

static void test_secrets(void)
{
	for (int big = 0; big < 2; big++) {
		struct make m;

		make_init(&m, big);
		make_section(&m);
		make_secrets(&m, TLS_KEY_LOG, "# one", 5);
		make_secrets(&m, 0x57474b4c, "WireGuard", 9);
		make_secrets(&m, TLS_KEY_LOG, "", 0);
		make_interface(&m, 1, 0, 6, 0);
		make_enhanced(&m, 0, 1, 4, 4);
		make_secrets(&m, TLS_KEY_LOG, "# three", 3);
		/* Malformed ones cost no packet. */
		make_secrets(&m, TLS_KEY_LOG, "# four", 9);
		make_secrets(&m, TLS_KEY_LOG, "# five", UINT32_MAX);
		make_block(&m, 10, "KST", 3);
		make_enhanced(&m, 0, 1, 4, 4);
		const struct walk w = walk_made(&m);

		OK(w.n == 2 && w.end == PARSE_MORE && w.used == m.out.n);
		OK(w.num_secrets == 2 && says(w.secrets[0], "# one"));
		OK(says(w.secrets[1], "# t"));
		buf_fini(&m.out);
	}
}

int main(void)
{
	test_published();
	test_all_blocks();
	test_every_truncation();
	test_times();
	test_spoilt();
	test_bad_blocks();
	test_interfaces_have_a_limit();
	test_secrets();
	return tap_end();
}
