#include "proto/test_tls_read.h"
#include "proto/tls_private.h"

#define GREASE 0x7a7a

/* A ClientHello that is described as JA3 does it: lists end at LIST_END. */
#define LIST_MAX 40
#define LIST_END 0xffff

struct offer {
	uint16_t version;
	const uint16_t *suites, *extensions, *groups, *formats, *algorithms,
		*versions;
	struct span alpn; /* the first name */
};

static void put16(struct buf *b, size_t v)
{
	buf_u8(b, (uint8_t)(v >> 8));
	buf_u8(b, (uint8_t)v);
}

static size_t length(const uint16_t *list)
{
	size_t n = 0;

	while (list && list[n] != LIST_END)
		n++;
	return n;
}

static void put_list(struct buf *b, const uint16_t *list)
{
	for (size_t i = 0; i < length(list); i++)
		put16(b, list[i]);
}

static void put_extension(struct buf *b, uint16_t id, const struct offer *o)
{
	const size_t formats = length(o->formats);

	put16(b, id);
	switch (id) {
	case 10:
		put16(b, 2 + 2 * length(o->groups));
		put16(b, 2 * length(o->groups));
		put_list(b, o->groups);
		break;
	case 11:
		put16(b, 1 + formats);
		buf_u8(b, (uint8_t)formats);
		for (size_t i = 0; i < formats; i++)
			buf_u8(b, (uint8_t)o->formats[i]);
		break;
	case 13:
		put16(b, 2 + 2 * length(o->algorithms));
		put16(b, 2 * length(o->algorithms));
		put_list(b, o->algorithms);
		break;
	case 16:
		put16(b, 3 + o->alpn.n);
		put16(b, 1 + o->alpn.n);
		buf_u8(b, (uint8_t)o->alpn.n);
		buf_add(b, o->alpn.p, o->alpn.n);
		break;
	case 43:
		put16(b, 1 + 2 * length(o->versions));
		buf_u8(b, (uint8_t)(2 * length(o->versions)));
		put_list(b, o->versions);
		break;
	default:
		put16(b, 0);
	}
}

/* The message's body. */
static void put_hello(struct buf *b, const struct offer *o)
{
	static const uint8_t random[TLS_RANDOM];
	struct buf extensions;

	buf_init(b, 1 << 16);
	buf_init(&extensions, 1 << 16);
	put16(b, o->version);
	buf_add(b, random, sizeof(random));
	buf_u8(b, 0);
	put16(b, 2 * length(o->suites));
	put_list(b, o->suites);
	buf_add(b, "\1\0", 2);
	for (size_t i = 0; i < length(o->extensions); i++)
		put_extension(&extensions, o->extensions[i], o);
	if (extensions.n) {
		put16(b, extensions.n);
		buf_add(b, extensions.p, extensions.n);
	}
	buf_fini(&extensions);
}

static void fingerprints(char ja3[TLS_JA3], char ja4[TLS_JA4],
			 const struct offer *o)
{
	struct tls_hello h;
	struct buf b;

	put_hello(&b, o);
	OK(tls_hello_client(&h, buf_span(&b)));
	tls_ja3(ja3, &h, true);
	tls_ja4(ja4, &h);
	buf_fini(&b);
}

#define LIST(...)                                                              \
	(const uint16_t[])                                                     \
	{                                                                      \
		__VA_ARGS__, LIST_END                                          \
	}

/* The two examples that JA3 was published with (salesforce/ja3, README). */
static void test_ja3(void)
{
	char ja3[TLS_JA3], ja4[TLS_JA4];
	struct offer o = {
		.version = 769,
		.suites = LIST(47, 53, 5, 10, 49161, 49162, 49171, 49172, 50,
			       56, 19, 4),
		.extensions = LIST(0, 10, 11),
		.groups = LIST(23, 24, 25),
		.formats = LIST(0),
	};

	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja3, "ada70206e40642a3e4461f35503241d5"));
	/* GREASE does not count, wherever it is. */
	o.suites = LIST(GREASE, 47, 53, 5, 10, 49161, 49162, 49171, 49172, 50,
			56, 19, 4);
	o.extensions = LIST(0x0a0a, 0, 10, 11, 0xfafa);
	o.groups = LIST(23, 24, 25, GREASE);
	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja3, "ada70206e40642a3e4461f35503241d5"));
	o = (struct offer){
		.version = 769,
		.suites = LIST(4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99),
	};
	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja3, "de350869b8c85de67a350c8d186f11e6"));
	OK(!strncmp(ja4, "t10i110000_", 11) &&
	   !strcmp(ja4 + 23, "_000000000000"));
}

/* The example of FoxIO's description (technical_details/JA4.md). */
static const struct offer foxio = {
	.version = TLS_1_2,
	.suites = LIST(GREASE, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c,
		       0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
		       0x002f, 0x0035),
	.extensions = LIST(GREASE, 0x001b, 0, 0x0033, 0x0010, 0x4469, 0x0017,
			   0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b,
			   0xff01, 0x000b, 0x000a, 0x0015, 0x0a0a),
	.groups = LIST(29, 23, 24),
	.formats = LIST(0),
	.algorithms = LIST(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
			   0x0806, 0x0601),
	.versions = LIST(GREASE, TLS_1_3, TLS_1_2),
	.alpn = { (const uint8_t *)"h2", 2 },
};

static void test_ja4(void)
{
	char ja3[TLS_JA3], ja4[TLS_JA4];
	struct offer o = foxio;

	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1"));
	o.algorithms = NULL; /* the list is there, and empty */
	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja4, "t13d1516h2_8daaf6152771_6d807ffa2a79"));
	o.versions = LIST(0x0303, 0x0302);
	o.extensions = LIST(16, 43);
	fingerprints(ja3, ja4, &o);
	OK(!strncmp(ja4, "t12i1502h2_8daaf6152771_", 24));
	o.extensions = LIST(16);
	fingerprints(ja3, ja4, &o);
	OK(!strcmp(ja4, "t12i1501h2_8daaf6152771_000000000000"));
}

/* The same page's cases of a protocol that is not letters and digits. */
static void test_ja4_protocols(void)
{
	static const struct {
		const char *name, *wanted;
		size_t n;
	} names[] = {
		{ "", "00", 0 },
		{ "h", "hh", 1 },
		{ "http/1.1", "h1", 8 },
		{ "\xab", "ab", 1 },
		{ " ", "20", 1 },
		{ "\xab\xcd", "ad", 2 },
		{ " a", "21", 2 },
		{ "0\xab", "3b", 2 },
		{ "a ", "60", 2 },
		{ "01\xab\xcd", "3d", 4 },
		{ "0\xab\xcd\x31", "01", 4 },
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		char ja3[TLS_JA3], ja4[TLS_JA4];
		struct offer o = foxio;

		o.alpn.p = (const uint8_t *)names[i].name;
		o.alpn.n = names[i].n;
		fingerprints(ja3, ja4, &o);
		OK(!strncmp(ja4 + 8, names[i].wanted, 2));
	}
}

/* More than anybody offers: counted as 99, and beyond 1024 not at all. */
static void test_long_lists(void)
{
	static uint16_t many[2000];
	char ja3[TLS_JA3], ja4[TLS_JA4];
	struct offer o = { .version = TLS_1_2, .suites = many };

	for (uint16_t i = 0; i < 1024; i++)
		many[i] = (uint16_t)(i * 2 + 1);
	many[1024] = LIST_END;
	fingerprints(ja3, ja4, &o);
	OK(ja3[0] && !strncmp(ja4, "t12i990000_", 11));
	many[1024] = 1;
	many[1025] = LIST_END;
	fingerprints(ja3, ja4, &o);
	OK(!ja3[0] && !ja4[0]);
}

static void test_hello_truncated(void)
{
	struct tls_hello h;
	struct buf b;
	bool good = true;
	size_t without = 0;

	put_hello(&b, &foxio);
	for (size_t n = 0; n < b.n; n++) {
		uint8_t *exact = mem_new(n ? n : 1, 1);

		memcpy(exact, b.p, n);
		h.version = 1;
		/* Once: all of it but the extensions is a hello too. */
		if (tls_hello_client(&h, (struct span){ exact, n }))
			without++;
		else
			good = good && h.version == 1;
		free(exact);
	}
	OK(good && without == 1);
	buf_u8(&b, 0);
	OK(!tls_hello_client(&h, buf_span(&b)));
	buf_fini(&b);
}

/* Compared with tshark 4.0.17, except for JA4, which that does not have. */
static const struct {
	uint16_t version, suite;
	const char *name, *offered, *alpn, *names, *ja3, *ja3s, *ja4;
} facts[] = {
	{ TLS_1_3, 0x1301, "server", "", "", "rsa\n",
	  "da4dea34fe6d4ce5f0725df3f2682fa0",
	  "eb1d94daa7e0344597e756a1fb6e7054",
	  "t13d030900_55b375c5d22e_59cd3dafc54d" },
	{ TLS_1_2, 0xc02c, "stratum.pool.example", "stratum,http/1.1", "",
	  "pool.example\nstratum.pool.example\n*.eu.pool.example\n",
	  "4b8d470696ed27ff4ab2f65da377b774",
	  "abade5a4a7f42baf54766e5d108283b6",
	  "t12d0208sm_6a7d5ebe9983_e7e480e5a997" },
	{ TLS_1_2, 0xc0a8, "", "", "", "", "d5e7dfd2fe1f3d876f8c90eef24dbecb",
	  "f9c1935f0a2997015fc9ff0190826e40",
	  "t12i020400_fc89edc58d8d_dd2006f5fa1e" },
	{ TLS_1_2, 0xccab, "", "", "", "", "c1b1f9b988f29d57b6bc6a1164dc6299",
	  "62dbfe34e63f688c64b03d6a2946d2fb",
	  "t12i020400_17e9d52942e2_dd2006f5fa1e" },
	{ TLS_1_3, 0x1302, "stratum.pool.example", "stratum", "stratum",
	  "pool.example\nstratum.pool.example\n*.eu.pool.example\n",
	  "f8bc75b697f95771a0db517d3dece81e",
	  "15af977ce25de452b96affa2addb1036",
	  "t13d0211sm_9d5106e3f751_78f1d400d464" },
	{ TLS_1_3, 0x1304, "", "", "",
	  "pool.example\nstratum.pool.example\n*.eu.pool.example\n",
	  "24afa8b07a5934010078a0c158dd19f1",
	  "0f94342a44db18ec13730e36371a1e0c",
	  "t13i020900_d6df1d7c4cd5_78f1d400d464" },
};

static void read_all(struct reading *x, const struct talk *k, bool keys)
{
	static uint8_t bytes[4096];

	reading_init(x, text_of(keys ? k->keys : ""));
	for (size_t i = 0; i < TALK_PARTS_MAX && k->part[i].hex; i++)
		reading_feed(x, k->part[i].from, bytes,
			     part_bytes(bytes, sizeof(bytes), k->part[i].hex));
}

static void test_facts(void)
{
	for (size_t i = 0; i < COUNT(facts); i++) {
		struct reading x;

		printf("# %s\n", talks[i].name);
		read_all(&x, &talks[i], true);
		const struct tls_facts *f = tls_facts_all(x.t);

		OK(f->client == 0 && f->version == facts[i].version);
		OK(f->has_suite && f->suite == facts[i].suite);
		OK(!strcmp(f->server_name, facts[i].name));
		OK(!strcmp(f->alpn_offered, facts[i].offered));
		OK(!strcmp(f->alpn, facts[i].alpn));
		OK(f->names.n == strlen(facts[i].names) &&
		   (!f->names.n ||
		    !memcmp(f->names.p, facts[i].names, f->names.n)));
		OK(!strcmp(f->ja3, facts[i].ja3));
		OK(!strcmp(f->ja3s, facts[i].ja3s));
		OK(!strcmp(f->ja4, facts[i].ja4));
		OK(f->names_dropped == 0);
		reading_fini(&x);
		read_all(&x, &talks[i], false);
		/* TLS 1.3 has certificates and ALPN under the seal. */
		OK((tls_facts_all(x.t)->names.n > 0) ==
		   (facts[i].version == TLS_1_2 && facts[i].names[0]));
		OK(!strcmp(tls_facts_all(x.t)->ja4, facts[i].ja4));
		reading_fini(&x);
	}
}

static void test_likely(void)
{
	static const struct {
		const char *hex;
		bool likely;
	} starts[] = {
		{ "16030100c4010000c00303cb34", true },
		{ "16030100c4010000c00303", true },
		{ "16030100c4010000c003", false }, /* too few bytes to say */
		{ "160303005a020000560303a6af", true },
		{ "160303007a020000560303a6af", true },  /* others behind it */
		{ "1603030040020000560303a6af", false }, /* over two records */
		{ "1603010200010005c00303cb34", true },  /* a client's may be */
		{ "16030100c4030000c00303cb34", false }, /* no hello */
		{ "16030100c4010100c10303cb34", false }, /* 65 KiB */
		{ "16030100c4010000100303cb34", false }, /* 16 bytes */
		{ "16030100c4010000c00304cb34", false },
		{ "16040100c4010000c00303cb34", false },
		{ "16030500c4010000c00303cb34", false },
		{ "17030300c4010000c00303cb34", false },
		{ "1603010010010000c00303cb34", false },
		{ "160301ffff010000c00303cb34", false },
		{ "7b226964223a312c226d6574686f64223a", false },
	};
	uint8_t bytes[256];
	size_t n;

	for (size_t i = 0; i < COUNT(starts); i++) {
		n = part_bytes(bytes, sizeof(bytes), starts[i].hex);
		printf("# %s\n", starts[i].hex);
		OK(tls_likely((struct span){ bytes, n }) == starts[i].likely);
	}
	for (size_t i = 0; i < COUNT(talks); i++) {
		uint8_t hello[4096];

		n = part_bytes(hello, sizeof(hello), talks[i].part[0].hex);
		OK(tls_likely((struct span){ hello, n }));
		uint64_t begun = 0;

		for (size_t k = 0; k <= n; k++)
			begun += tls_begun((struct span){ hello, k });
		OK(begun == 44); /* to the length of the session id */
		hello[43] = 33;  /* the session id's length */
		OK(!tls_likely((struct span){ hello, n }));
	}
	OK(!tls_likely((struct span){ NULL, 0 }));
}

static void test_suites(void)
{
	struct tls_suite s;

	OK(tls_suite(&s, TLS_1_3, 0x1303) && s.cipher == TLS_CHACHA20_POLY1305);
	OK(tls_suite(&s, TLS_1_2, 0x009f) && s.hash == TLS_SHA384);
	OK(tls_suite(&s, TLS_1_2, 0x00a8) && s.cipher == TLS_AES_128_GCM);
	OK(tls_suite(&s, TLS_1_2, 0xc0a3) && s.cipher == TLS_AES_256_CCM_8);
	OK(tls_suite(&s, TLS_1_2, 0xccae) && s.hash == TLS_SHA256);
	OK(!tls_suite(&s, TLS_1_2, 0x1301)); /* of the other version */
	OK(!tls_suite(&s, TLS_1_3, 0xc02f));
	OK(!tls_suite(&s, TLS_1_1, 0xc02f));
	OK(!tls_suite(&s, TLS_1_2, 0xc013)); /* CBC */
	OK(!tls_suite(&s, TLS_1_2, 0xc05a)); /* ARIA */
	OK(!tls_suite(&s, TLS_1_2, 0x00ae) && !tls_suite(&s, TLS_1_3, 0x1306));
}

int main(void)
{
	test_ja3();
	test_ja4();
	test_ja4_protocols();
	test_long_lists();
	test_hello_truncated();
	test_facts();
	test_likely();
	test_suites();
	return tap_end();
}
