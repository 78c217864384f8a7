#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "net/decode.h"
#include "test/tap.h"

/* Frames put together by hand, in hex, from the layouts in the RFCs that the
 * decode_*.c name. Innermost is always "hello" from port 42828 to port 3333,
 * over TCP or UDP, from 10.66.0.11 to 10.99.0.10 or fd66::12 to fd99::10. */
#define HELLO "68656c6c6f"
#define PORTS "a74c0d05"
#define TCP                                                                    \
	PORTS "000001000000020050180000"                                       \
	      "00000000" HELLO
#define UDP PORTS "000d0000" HELLO
#define IP4(total, fragment, protocol)                                         \
	"4500" total "0001" fragment "40" protocol "0000"                      \
	"0a42000b0a63000a"
#define IP6(length, next)                                                      \
	"60000000" length next "40fd660000000000000000000000000012"            \
	"fd990000000000000000000000000010"
#define OUTER(total, protocol)                                                 \
	"4500" total "0000000040" protocol "0000c0000201c0000202"
#define MACS "020000000001020000000002"
#define FOUR IP4("002d", "4000", "06") TCP
#define SIX  IP6("0019", "06") TCP

enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_SLL2 = 276
};

enum inside {
	V4,
	V6,
	V4_UDP,
	V6_UDP
};

struct frame {
	const char *name;
	uint32_t link;
	const char *hex;
	enum inside inside;
	bool endless; /* no length but the frame's says where it ends */
};

static const struct frame good[] = {
	{ "Ethernet", 1, MACS "0800" FOUR, V4, 0 },
	{ "UDP", 1, MACS "0800" IP4("0021", "0000", "11") UDP, V4_UDP, 0 },
	{ "UDP over IPv6", 1, MACS "86dd" IP6("000d", "11") UDP, V6_UDP, 0 },
	{ "UDP without length", 101, IP6("000d", "11") PORTS "00000000" HELLO,
	  V6_UDP, 0 },
	{ "IPv6", 1, MACS "86dd" SIX, V6, 0 },
	{ "three tags", 1, MACS "910000018100000288a800030800" FOUR, V4, 0 },
	{ "an older tag", 1, MACS "920000010800" FOUR, V4, 0 },
	{ "IP options", 1,
	  MACS "0800"
	       "46000031000140004006"
	       "00000a42000b0a63000a01010101" TCP,
	  V4, 0 },
	{ "TCP options", 1,
	  MACS "0800" IP4("0031", "4000", "06") PORTS
	  "00000100000002006010000000000000"
	  "01010101" HELLO,
	  V4, 0 },
	{ "null, little", 0, "02000000" FOUR, V4, 0 },
	{ "null, big", 0, "00000002" FOUR, V4, 0 },
	{ "null, FreeBSD", 0, "1c000000" SIX, V6, 0 },
	{ "loopback, OpenBSD", 108, "00000018" SIX, V6, 0 },
	{ "loopback, macOS", 108, "0000001e" SIX, V6, 0 },
	{ "null, Linux", 0, "0a000000" SIX, V6, 0 },
	{ "PPP", 9, "0021" FOUR, V4, 0 },
	{ "PPP, framed", 9, "ff030057" SIX, V6, 0 },
	{ "PPP, short", 9, "ff0321" FOUR, V4, 0 },
	{ "PPP with MPLS", 9,
	  "0281"
	  "00010140" FOUR,
	  V4, 0 },
	{ "PPP on a serial line", 50, "ff030021" FOUR, V4, 0 },
	{ "C-HDLC on a serial line", 50, "0f000800" FOUR, V4, 0 },
	{ "C-HDLC, multicast", 50, "8f0086dd" SIX, V6, 0 },
	{ "C-HDLC", 104, "0f000800" FOUR, V4, 0 },
	{ "raw", 101, FOUR, V4, 0 },
	{ "raw as 12", 12, SIX, V6, 0 },
	{ "raw as 14", 14, FOUR, V4, 0 },
	{ "raw IPv4", 228, FOUR, V4, 0 },
	{ "raw IPv6", 229, SIX, V6, 0 },
	{ "SLL", 113, "00000001000600112233445500000800" FOUR, V4, 0 },
	{ "SLL with a tag", 113, "00000001000600112233445500008100000186dd" SIX,
	  V6, 0 },
	{ "SLL2", 276, "0800000000000002000100060011223344550000" FOUR, V4, 0 },
	{ "PPPoE", 1,
	  MACS "8864"
	       "11000001002f0021" FOUR,
	  V4, 0 },
	{ "MPLS", 1,
	  MACS "8847"
	       "0001000000020140" SIX,
	  V6, 0 },
	{ "MPLS, multicast", 1,
	  MACS "8848"
	       "00010140" FOUR,
	  V4, 0 },
	{ "IP in IP", 1, MACS "0800" OUTER("0041", "04") FOUR, V4, 0 },
	{ "6 in 4", 1, MACS "0800" OUTER("0055", "29") SIX, V6, 0 },
	{ "4 in 6", 1, MACS "86dd" IP6("002d", "04") FOUR, V4, 0 },
	{ "GRE with all fields", 1,
	  MACS
	  "0800" OUTER("0051", "2f") "b0000800000000000000000700000001" FOUR,
	  V4, 0 },
	{ "GRE with a bridge", 1,
	  MACS "0800" OUTER("0053", "2f") "00006558" MACS "0800" FOUR, V4, 0 },
	{ "GRE with MPLS", 1,
	  MACS "0800" OUTER("0049", "2f") "0000884700010140" FOUR, V4, 0 },
	{ "VXLAN", 1,
	  MACS "0800" OUTER("005f", "11") "ffff12b5004b0000"
					  "0800000000002a00" MACS "0800" FOUR,
	  V4, 0 },
	{ "GTP-U", 1,
	  MACS "0800" OUTER("0051", "11") "08680868003d0000"
					  "30ff002d00000001" FOUR,
	  V4, 0 },
	{ "GTP-U with a sequence", 1,
	  MACS "0800" OUTER("0055", "11") "0868086800410000"
					  "32ff003100000001"
					  "00010000" FOUR,
	  V4, 0 },
	{ "GTP-U with extensions", 1,
	  MACS "0800" OUTER("005d", "11") "0868086800490000"
					  "34ff003900000001"
					  "00000085"
					  "01000085"
					  "01000000" FOUR,
	  V4, 0 },
	{ "hop-by-hop options", 101, IP6("0021", "00") "0600010400000000" TCP,
	  V6, 0 },
	{ "routing, then options", 101,
	  IP6("0031", "2b") "3c00000000000000"
			    "0601010c00000000"
			    "0000000000000000" TCP,
	  V6, 0 },
	{ "authenticated", 101,
	  IP4("0045", "0000", "33") "0604000000000001"
				    "00000001000102030405060708090a0b" TCP,
	  V4, 0 },
	{ "authenticated IPv6", 101,
	  IP6("0031", "33") "0604000000000001"
			    "00000001000102030405060708090a0b" TCP,
	  V6, 0 },
	{ "alone with a fragment header", 101,
	  IP6("0021", "2c") "0600000000000007" TCP, V6, 0 },
	{ "jumbogram", 101, IP6("0000", "00") "0600c20400000021" TCP, V6, 0 },
	{ "jumbogram, option last", 101,
	  IP6("0000", "00") "0601000100010000c20400000029"
			    "0000" TCP,
	  V6, 0 },
	{ "length left to the card", 1,
	  MACS "0800" IP4("0000", "4000", "06") TCP, V4, true },
	{ "length left to the card, IPv6", 1, MACS "86dd" IP6("0000", "06") TCP,
	  V6, true },
};

static const struct {
	const char *name;
	uint32_t link;
	const char *hex;
	enum decode_result want;
} others[] = {
	{ "802.11", 105, "0000", DECODE_LINK },
	{ "ARP", 1,
	  MACS "0806"
	       "0001080006040001",
	  DECODE_OTHER },
	{ "802.3", 1,
	  MACS "0026"
	       "424203",
	  DECODE_OTHER },
	{ "ICMP", 1, MACS "0800" IP4("001c", "0000", "01") "0800000000000000",
	  DECODE_OTHER },
	{ "ESP", 101, IP6("0008", "32") "0000000100000001", DECODE_OTHER },
	{ "nothing next", 101, IP6("0000", "3b"), DECODE_OTHER },
	{ "PPTP's GRE", 1,
	  MACS "0800" OUTER("0020", "2f") "2001880b0000000100000000",
	  DECODE_OTHER },
	{ "LCP", 9,
	  "c021"
	  "01010004",
	  DECODE_OTHER },
	{ "PPPoE discovery", 1,
	  MACS "8864"
	       "11090000002f0021" FOUR,
	  DECODE_OTHER },
	{ "MPLS with something", 1,
	  MACS "8847"
	       "00010140"
	       "00000000",
	  DECODE_OTHER },
	{ "neither 4 nor 6", 101, "50", DECODE_OTHER },
	{ "null with something", 0, "07000000" FOUR, DECODE_OTHER },
	{ "version 5", 228,
	  "5500002d"
	  "00014000400600000a42000b0a63000a" TCP,
	  DECODE_BAD },
	{ "version 5 for 6", 229, "50" SIX, DECODE_BAD },
	{ "header of 16 bytes", 228,
	  "4400002d"
	  "00014000400600000a42000b0a63000a" TCP,
	  DECODE_BAD },
	{ "length of 16 bytes", 101, IP4("0010", "4000", "06") TCP,
	  DECODE_BAD },
	{ "options beyond the end", 228,
	  "4f000000"
	  "00014000400600000a42000b0a63000a"
	  "00000000",
	  DECODE_BAD },
	{ "TCP header of 16 bytes", 101,
	  IP4("002d", "4000", "06") PORTS "000001000000020040180000"
					  "00000000" HELLO,
	  DECODE_BAD },
	{ "TCP header beyond the end", 101,
	  IP4("002d", "4000", "06") PORTS "000001000000020070180000"
					  "00000000" HELLO,
	  DECODE_BAD },
	{ "TCP of 10 bytes", 101,
	  IP4("001e", "4000", "06") PORTS "000001000000", DECODE_BAD },
	{ "UDP length of 7", 101,
	  IP4("0021", "0000", "11") PORTS "00070000" HELLO, DECODE_BAD },
	{ "UDP length beyond", 101,
	  IP4("0021", "0000", "11") PORTS "000e0000" HELLO, DECODE_BAD },
	{ "GTP-U extension of nothing", 101,
	  OUTER("0029", "11") "0868086800150000"
			      "34ff000500000001"
			      "0000008500" FOUR,
	  DECODE_BAD },
	{ "fragment not of eights", 101, IP4("002d", "2000", "06") TCP,
	  DECODE_BAD },
	{ "fragment of nothing", 101, IP4("0014", "2000", "06"), DECODE_BAD },
	{ "fragment too far", 101,
	  IP4("0024", "1fff", "06") "00000000000000000000000000000000",
	  DECODE_BAD },
	{ "fragment", 101, IP4("001c", "2000", "06") PORTS "00000100",
	  DECODE_FRAGMENT },
	{ "empty", 1, "", DECODE_BAD },
};

/* In memory of its own of just n bytes; the caller frees. */
static uint8_t *bytes_of(const char *hex, size_t *n)
{
	uint8_t all[512];

	if (!hex_parse(all, n, sizeof(all),
		       (struct span){ (const uint8_t *)hex, strlen(hex) }))
		abort();
	return memcpy(malloc(*n + !*n), all, *n);
}

static struct packet packet_of(uint32_t link, const uint8_t *p, size_t n)
{
	return (struct packet){ .ts = { 1500000000000000000 },
				.frame = 7,
				.input = 3,
				.wire_len = (uint32_t)n,
				.link = link,
				.data = { p, n } };
}

static bool endpoint_is(const struct endpoint *e, const char *ip, uint16_t port)
{
	char text[ENDPOINT_TEXT];

	return !strcmp(endpoint_ip_text(text, e), ip) && e->port == port;
}

/* Is s the innermost segment, with the first n bytes of its payload? */
static bool is_hello(const struct segment *s, enum inside inside, size_t n)
{
	const bool six = inside == V6 || inside == V6_UDP;
	const bool tcp = inside == V4 || inside == V6;

	return endpoint_is(&s->src, six ? "fd66::12" : "10.66.0.11", 42828) &&
	       endpoint_is(&s->dst, six ? "fd99::10" : "10.99.0.10", 3333) &&
	       s->protocol == (tcp ? 6 : 17) &&
	       s->flags == (tcp ? DECODE_ACK : 0) &&
	       s->seq == (tcp ? 0x100u : 0) && s->ack == (tcp ? 0x200u : 0) &&
	       s->payload.n == n && !memcmp(s->payload.p, "hello", n) &&
	       s->payload_wire_len == 5 && s->frame == 7 && s->input == 3 &&
	       s->ts.ns == 1500000000000000000;
}

static void test_good(struct decode *d)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t n;
		uint8_t *p = bytes_of(good[i].hex, &n);
		struct packet k = packet_of(good[i].link, p, n);
		struct segment s;

		printf("# %s\n", good[i].name);
		OK(decode_link_known(k.link));
		OK(decode_packet(d, &s, &k) == DECODE_OK &&
		   is_hello(&s, good[i].inside, 5));
		if (!good[i].endless) { /* padding is no payload */
			p = realloc(p, n + 9);
			memset(p + n, 'x', 9);
			k = packet_of(good[i].link, p, n + 9);
			OK(decode_packet(d, &s, &k) == DECODE_OK &&
			   is_hello(&s, good[i].inside, 5));
		}
		free(p);
	}
}

static bool in_packet(const struct segment *s, const struct packet *k)
{
	return s->payload.n <= s->payload_wire_len &&
	       (s->payload.n == 0 ||
		(s->payload.p >= k->data.p &&
		 s->payload.p + s->payload.n <= k->data.p + k->data.n));
}

/* A tunnel whose header was cut is an ordinary datagram. */
static bool is_tunnel(const struct segment *s)
{
	return s->protocol == 17 &&
	       (s->dst.port == 4789 || s->dst.port == 2152);
}

/* The first n bytes of a frame of wire_len bytes. */
static bool cut_is_right(struct decode *d, const struct frame *f,
			 const uint8_t *p, size_t n, size_t wire)
{
	uint8_t *exact = memcpy(malloc(n + !n), p, n);
	struct packet k = packet_of(f->link, exact, n);
	struct segment s;

	k.wire_len = (uint32_t)wire;
	const enum decode_result r = decode_packet(d, &s, &k);
	const size_t captured = n + 5 > wire ? n + 5 - wire : 0;
	const bool right = r == DECODE_OK
				   ? in_packet(&s, &k) &&
					     (is_tunnel(&s) ||
					      is_hello(&s, f->inside, captured))
				   : r == DECODE_SHORT && captured == 0;

	/* The same as a frame that is no longer than that. */
	k.wire_len = (uint32_t)n;
	const bool inside =
		decode_packet(d, &s, &k) != DECODE_OK || in_packet(&s, &k);

	free(exact);
	return right && inside;
}

static void test_truncated(struct decode *d)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t n;
		uint8_t *p = bytes_of(good[i].hex, &n);
		bool right = true;

		for (size_t cut = 0; cut < n; cut++)
			right = cut_is_right(d, &good[i], p, cut, n) && right;
		printf("# %s\n", good[i].name);
		OK(right);
		free(p);
	}
}

static void test_others(struct decode *d)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		size_t n;
		uint8_t *p = bytes_of(others[i].hex, &n);
		const struct packet k = packet_of(others[i].link, p, n);
		struct segment s = { .seq = 99 };

		printf("# %s\n", others[i].name);
		OK(decode_packet(d, &s, &k) == others[i].want);
		OK(s.seq == 99 && *decode_text(others[i].want));
		free(p);
	}
	OK(!decode_link_known(105));
}

/* Datagrams to a tunnel's port that are none of it. */
static void test_no_tunnel(struct decode *d)
{
	static const char *const hex[] = {
		IP4("0021", "0000", "11") "a74c12b5000d0000" HELLO,
		IP4("0021", "0000", "11") "a74c0868000d0000" HELLO,
		IP4("0024", "0000", "11") "a74c086800100000"
					  "3001000000000000",
	};

	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++) {
		size_t n;
		uint8_t *p = bytes_of(hex[i], &n);
		const struct packet k = packet_of(LINK_RAW, p, n);
		struct segment s;

		OK(decode_packet(d, &s, &k) == DECODE_OK && is_tunnel(&s));
		OK(endpoint_is(&s.src, "10.66.0.11", 42828) &&
		   s.payload.n == n - 28);
		free(p);
	}
}

static enum decode_result nested(struct decode *d, size_t deep)
{
	uint8_t p[512], *inner;
	size_t n, at = deep * 20;
	struct segment s;

	inner = bytes_of(FOUR, &n);
	memcpy(p + at, inner, n);
	free(inner);
	for (n += at; at > 0; at -= 20) {
		size_t header;
		uint8_t *outer = bytes_of(OUTER("0000", "04"), &header);

		memcpy(p + at - 20, outer, header);
		p[at - 17] = (uint8_t)(n - at + 20);
		free(outer);
	}
	const struct packet k = packet_of(LINK_RAW, p, n);

	return decode_packet(d, &s, &k);
}

static void test_depth(struct decode *d)
{
	OK(nested(d, 0) == DECODE_OK);
	OK(nested(d, DECODE_NESTING_MAX) == DECODE_OK);
	OK(nested(d, DECODE_NESTING_MAX + 1) == DECODE_DEEP);
}

static enum decode_result give(struct decode *d, const char *hex,
			       struct segment *s, size_t cut)
{
	size_t n;
	uint8_t *p = bytes_of(hex, &n);
	struct packet k = packet_of(LINK_RAW, p, n);

	k.data.n -= cut;
	const enum decode_result r = decode_packet(d, s, &k);

	free(p); /* what was joined is not in there */
	return r;
}

static void test_fragments(void)
{
	static const char *const four[] = {
		IP4("001c", "2000", "06") PORTS "00000100",
		IP4("001c", "2001", "06") "0000020050180000",
		IP4("001d", "0002", "06") "00000000" HELLO,
	};
	static const char *const six[] = {
		IP6("0010", "2c") "0600000100000007" PORTS "00000100",
		IP6("0010", "2c") "3b00000900000007"
				  "0000020050180000",
		IP6("0011", "2c") "3b00001000000007"
				  "00000000" HELLO,
	};
	static const char *const tunnel[] = {
		/* The first and the last 8 bytes of the outer payload. */
		"4500"
		"001c"
		"0009"
		"2000"
		"4004"
		"0000c0000201c0000202"
		"4500001800010003",
		"4500"
		"0024"
		"0009"
		"0001"
		"4004"
		"0000c0000201c0000202"
		"400600000a42000b0a63000a"
		"00000000",
	};
	struct decode *d = decode_new();
	struct segment s;

	for (int first = 0; first < 3; first++) {
		for (int i = 0; i < 6; i++) {
			const int at = (first + i) % 3;
			const enum decode_result r =
				give(d, i < 3 ? four[at] : six[at], &s, 0);

			OK(r == (i % 3 == 2 ? DECODE_OK : DECODE_FRAGMENT));
			OK(r != DECODE_OK || is_hello(&s, i < 3 ? V4 : V6, 5));
		}
	}
	OK(decode_fragments_dropped(d) == 0);
	/* A fragment that turns out to be of a fragment. */
	OK(give(d, four[0], &s, 0) == DECODE_FRAGMENT);
	OK(give(d, four[1], &s, 0) == DECODE_FRAGMENT);
	OK(give(d, tunnel[1], &s, 0) == DECODE_FRAGMENT);
	OK(give(d, tunnel[0], &s, 0) == DECODE_FRAGMENT);
	OK(give(d, four[2], &s, 3) == DECODE_FRAGMENT); /* cut */
	OK(decode_fragments_dropped(d) == 1);
	decode_free(d);
	decode_free(NULL);
}

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static bool same(enum decode_result r, const struct segment *a,
		 const struct segment *b)
{
	return r != DECODE_OK ||
	       (!memcmp(&a->src, &b->src, sizeof(a->src)) &&
		!memcmp(&a->dst, &b->dst, sizeof(a->dst)) &&
		a->protocol == b->protocol && a->flags == b->flags &&
		a->seq == b->seq && a->ack == b->ack &&
		a->payload_wire_len == b->payload_wire_len &&
		a->payload.n == b->payload.n &&
		!memcmp(a->payload.p, b->payload.p, a->payload.n));
}

/* The frame, after random damage, by both ways. */
static bool same_ways(struct decode *d, struct decode *e, uint64_t *state,
		      const uint8_t *frame, size_t n, bool *decoded)
{
	uint8_t a[128], b[128] = { 0 };
	struct segment s, t;

	memcpy(a, frame, n);
	for (uint32_t flips = next_random(state) % 3; flips > 0; flips--)
		a[12 + next_random(state) % (n - 12)] =
			(uint8_t)next_random(state);
	memcpy(b, a + 12, 2);
	memcpy(b + 20, a + 14, n - 14);
	const size_t cut =
		next_random(state) % 3 ? 0 : next_random(state) % (n - 14);
	struct packet k = packet_of(LINK_ETHERNET, a, n - cut);
	struct packet l = packet_of(LINK_SLL2, b, n + 6 - cut);

	k.wire_len += next_random(state) % 2 ? (uint32_t)cut : 0;
	l.wire_len = k.wire_len + 6;
	const enum decode_result r = decode_packet(d, &s, &k);

	*decoded = r == DECODE_OK;
	return decode_packet(e, &t, &l) == r && same(r, &s, &t);
}

/* Ethernet has a short cut that no other link has. It must not matter. */
static void test_short_cut(const char *hex)
{
	struct decode *d = decode_new(), *e = decode_new();
	uint64_t state = 1;
	size_t n, ok = 0;
	uint8_t *p = bytes_of(hex, &n);
	bool equal = true, decoded;

	for (int i = 0; i < 100000; i++) {
		equal = same_ways(d, e, &state, p, n, &decoded) && equal;
		ok += decoded;
	}
	OK(equal && ok > 10000);
	free(p);
	decode_free(d);
	decode_free(e);
}

int main(void)
{
	struct decode *d = decode_new();

	test_good(d);
	test_truncated(d);
	test_others(d);
	test_no_tunnel(d);
	test_depth(d);
	decode_free(d);
	test_fragments();
	test_short_cut(MACS "0800" FOUR);
	test_short_cut(MACS "86dd" SIX);
	test_short_cut(MACS "0800" IP4("0021", "0000", "11") UDP);
	test_short_cut(MACS "86dd" IP6("000d", "11") UDP);
	return tap_end();
}
