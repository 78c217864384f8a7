#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "proto/dns.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RAW_MAX  4096

/* Pieces of a message. FOO.F.ISI.ARPA stands at 12, F.ISI.ARPA at 16, as in
 * RFC 1035's own example of compression (4.1.4); its address is from there. */
#define HEAD(answers, authorities, additional)                                 \
	"00018180"                                                             \
	"0001" answers authorities additional
#define FOO "03464f4f"
#define F                                                                      \
	"014603495349"                                                         \
	"0441525041"                                                           \
	"00"
#define ASK                                                                    \
	FOO F "0001"                                                           \
	      "0001"
#define AT_FOO "c00c"
#define AT_F   "c010"
#define TTL    "0000003c"
#define ALIAS                                                                  \
	"0005"                                                                 \
	"0001" TTL
#define A                                                                      \
	"0001"                                                                 \
	"0001" TTL "0004"
#define AAAA                                                                   \
	"001c"                                                                 \
	"0001" TTL "0010"
#define FOUR "0a020034"
#define SIX  "20010db8000000000000000000000001"
#define OPT                                                                    \
	"00"                                                                   \
	"0029"                                                                 \
	"04d0"                                                                 \
	"00000000"                                                             \
	"0000"
#define LABEL_63                                                               \
	"3f"                                                                   \
	"61616161616161616161616161616161"                                     \
	"61616161616161616161616161616161"                                     \
	"61616161616161616161616161616161"                                     \
	"616161616161616161616161616161"
#define LABEL_61                                                               \
	"3d"                                                                   \
	"61616161616161616161616161616161"                                     \
	"61616161616161616161616161616161"                                     \
	"61616161616161616161616161616161"                                     \
	"61616161616161616161616161"

static const struct {
	const char *why, *hex;
	bool good;
	const char *want; /* "name address address..." */
} cases[] = {
	{ "asked over the lab's wire, A",
	  "0645858000010001000000000363646e076c616273686f70076578616d706c6500"
	  "00010001c00c000100010000000000040a63001e",
	  true, "cdn.labshop.example 10.99.0.30" },
	{ "there, the pool",
	  "04ee85800001000100000000077374726174756d076c6162706f6f6c076578616d"
	  "706c650000010001c00c000100010000000000040a63000a",
	  true, "stratum.labpool.example 10.99.0.10" },
	{ "there, refused",
	  "68b9818500010000000000000363646e076c616273686f70076578616d706c6500"
	  "001c0001",
	  false, "" },
	{ "there, no such name",
	  "3ba781830001000000000000086e6f6e6578697374076c616273686f7007657861"
	  "6d706c650000010001",
	  false, "" },
	{ "one address", HEAD("0001", "0000", "0000") ASK AT_FOO A FOUR, true,
	  "foo.f.isi.arpa 10.2.0.52" },
	{ "two kinds",
	  HEAD("0002", "0000", "0000") ASK AT_FOO A FOUR AT_FOO AAAA SIX, true,
	  "foo.f.isi.arpa 10.2.0.52 2001:db8::1" },
	{ "none", HEAD("0000", "0000", "0000") ASK, true, "" },
	{ "an alias",
	  HEAD("0002", "0000", "0000") ASK AT_FOO ALIAS "0002" AT_F AT_F A FOUR,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "an alias told after its address",
	  HEAD("0002", "0000", "0000") ASK AT_F A FOUR AT_FOO ALIAS "0002" AT_F,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "an alias written out, in another case",
	  HEAD("0002", "0000", "0000") ASK "03666f6f" AT_F ALIAS
					   "000c" F AT_F A FOUR,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "two aliases, through what one of them says (pointer to a pointer)",
	  HEAD("0003", "0000", "0000") ASK AT_FOO ALIAS "0004"
							"0142" AT_F "c02c" ALIAS
							"0002" AT_F AT_F A FOUR,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "an alias, and an address of the name before it",
	  HEAD("0002", "0000", "0000") ASK AT_FOO ALIAS
	  "0002" AT_F AT_FOO A FOUR,
	  true, "" },
	{ "aliases in a circle",
	  HEAD("0003", "0000", "0000") ASK AT_FOO ALIAS
	  "0002" AT_F AT_F ALIAS "0002" AT_FOO AT_F A FOUR,
	  true, "" },
	{ "another name's address",
	  HEAD("0001", "0000", "0000") ASK AT_F A FOUR, true, "" },
	{ "another class",
	  HEAD("0001", "0000", "0000") ASK AT_FOO "0001"
						  "0003" TTL "0004" FOUR,
	  true, "" },
	{ "text between",
	  HEAD("0002", "0000", "0000") ASK AT_FOO "0010"
						  "0001" TTL "0003"
						  "026869" AT_FOO A FOUR,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "an authority and EDNS (RFC 6891)",
	  HEAD("0001", "0001", "0001") ASK AT_FOO A FOUR AT_F "0002"
							      "0001" TTL
							      "0002" AT_F OPT,
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "an odd name among the authorities",
	  HEAD("0001", "0001", "0000") ASK AT_FOO A FOUR "032a2a20"
							 "00"
							 "0002"
							 "0001" TTL "0000",
	  true, "foo.f.isi.arpa 10.2.0.52" },
	{ "253 characters",
	  HEAD("0001", "0000", "0000") LABEL_63 LABEL_63 LABEL_63 LABEL_61
	  "00"
	  "0001"
	  "0001" AT_FOO A FOUR,
	  true, NULL },
	{ "254",
	  HEAD("0001", "0000",
	       "0000") "0161" LABEL_63 LABEL_63 LABEL_63 LABEL_61 "00"
		       "0001"
		       "0001" AT_FOO A FOUR,
	  false, "" },
	{ "a question",
	  "0001010000010000000000"
	  "00" ASK,
	  false, "" },
	{ "another opcode",
	  "0001a180000100000000"
	  "0000" ASK,
	  false, "" },
	{ "no question", "000181800000000000000000", false, "" },
	{ "two questions", "000181800002000000000000" ASK ASK, false, "" },
	{ "about the root",
	  HEAD("0001", "0000", "0000") "00"
				       "0001"
				       "0001"
				       "00" A FOUR,
	  false, "" },
	{ "of another class",
	  HEAD("0000", "0000", "0000") FOO F "0001"
					     "0003",
	  false, "" },
	{ "more answers than fit",
	  HEAD("ffff", "ffff", "ffff") ASK AT_FOO A FOUR, false, "" },
	{ "a byte too many",
	  HEAD("0001", "0000", "0000") ASK AT_FOO A FOUR "00", false, "" },
	{ "an address of five bytes",
	  HEAD("0001", "0000", "0000") ASK AT_FOO "0001"
						  "0001" TTL "0005" FOUR "00",
	  false, "" },
	{ "a short AAAA",
	  HEAD("0001", "0000", "0000") ASK AT_FOO "001c"
						  "0001" TTL "0004" FOUR,
	  false, "" },
	{ "an alias longer than its data",
	  HEAD("0001", "0000", "0000") ASK AT_FOO ALIAS "0001" AT_F, false,
	  "" },
	{ "an alias shorter than its data",
	  HEAD("0001", "0000", "0000") ASK AT_FOO ALIAS "0003" AT_F "00", false,
	  "" },
	{ "a name that points at itself",
	  HEAD("0001", "0000", "0000") ASK "c020" A FOUR, false, "" },
	{ "a label that points at itself",
	  HEAD("0001", "0000", "0000") ASK "0161c020" A FOUR, false, "" },
	{ "a pointer forward", HEAD("0001", "0000", "0000") ASK "c030" A FOUR,
	  false, "" },
	{ "a pointer into the header",
	  HEAD("0001", "0000", "0000") ASK "c008" A FOUR, false, "" },
	{ "a label of a kind unknown",
	  HEAD("0001", "0000", "0000") ASK "4041" A FOUR, false, "" },
	{ "a space in a name",
	  HEAD("0001", "0000", "0000") "03612062"
				       "00"
				       "0001"
				       "0001" AT_FOO A FOUR,
	  false, "" },
	{ "a dot in a label",
	  HEAD("0001", "0000", "0000") "03612e62"
				       "00"
				       "0001"
				       "0001" AT_FOO A FOUR,
	  false, "" },
	{ "a NUL in a name",
	  HEAD("0001", "0000", "0000") "03610062"
				       "00"
				       "0001"
				       "0001" AT_FOO A FOUR,
	  false, "" },
	{ "an owner that is no host",
	  HEAD("0001", "0000", "0000") ASK "012a" AT_F A FOUR, false, "" },
};

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct span unhex(uint8_t room[RAW_MAX], const char *hex)
{
	size_t n = 0;

	OK(hex_parse(room, &n, RAW_MAX, text(hex)));
	return (struct span){ room, n };
}

static void note(void *context, struct span name, const struct endpoint *e)
{
	char ip[ENDPOINT_TEXT];
	struct buf *b = context;

	if (b->n == 0)
		buf_add(b, name.p, name.n);
	OK(e->port == 0);
	buf_printf(b, " %s", endpoint_ip_text(ip, e));
}

/* From a malloc of exactly its size, so that ASan sees one byte too far. */
static bool reads(struct buf *said, struct span in)
{
	uint8_t *exact = malloc(in.n ? in.n : 1);

	buf_clear(said);
	memcpy(exact, in.p, in.n);
	const bool good =
		dns_read_answers((struct span){ exact, in.n }, note, said);

	free(exact);
	return good;
}

static void test_cases(void)
{
	struct buf said;

	buf_init(&said, RAW_MAX);
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t raw[RAW_MAX];
		const struct span in = unhex(raw, cases[i].hex);

		printf("# %s\n", cases[i].why);
		OK(reads(&said, in) == cases[i].good);
		OK(!cases[i].want || !strcmp(buf_str(&said), cases[i].want));
		OK(cases[i].want || said.n == DNS_NAME_MAX + 10);
		for (size_t n = 0; cases[i].good && n < in.n; n++)
			OK(!reads(&said, (struct span){ in.p, n }) &&
			   said.n == 0);
	}
	buf_fini(&said);
}

/* Answers beyond the limit are passed by; the message is still read whole. */
static void test_many(void)
{
	const size_t limit = DNS_ANSWERS_MAX;
	struct buf b, said;

	buf_init(&b, RAW_MAX);
	buf_init(&said, RAW_MAX);
	for (size_t n = limit - 1; n <= limit + 1; n++) {
		uint8_t raw[RAW_MAX];
		struct span part = unhex(raw, HEAD("0000", "0000", "0000") ASK);
		size_t count = 0;

		buf_clear(&b);
		buf_add(&b, part.p, part.n);
		b.p[7] = (uint8_t)n;
		part = unhex(raw, AT_FOO A FOUR);
		for (size_t i = 0; i < n; i++)
			buf_add(&b, part.p, part.n);
		OK(reads(&said, buf_span(&b)));
		for (size_t i = 0; i < said.n; i++)
			count += said.p[i] == ' ';
		OK(count == (n < limit ? n : limit));
		OK(!reads(&said, (struct span){ b.p, b.n - 1 }));
	}
	buf_fini(&said);
	buf_fini(&b);
}

static void test_write(void)
{
	static const char *const bad[] = { "",     ".",   "a.",  ".a",
					   "a..b", "a b", "a\n", "\xc3\xa4" };
	struct endpoint e[DNS_ANSWERS_MAX + 1] = { 0 };
	char name[DNS_NAME_MAX + 2];
	struct buf b, said;

	buf_init(&b, RAW_MAX);
	buf_init(&said, RAW_MAX);
	OK(endpoint_ip_parse(&e[0], text("192.0.2.7")));
	OK(endpoint_ip_parse(&e[1], text("2001:db8::7")));
	OK(dns_write(&b, text("Stratum.pool-1.EXAMPLE"), e, 2));
	OK(reads(&said, buf_span(&b)));
	OK(!strcmp(buf_str(&said),
		   "stratum.pool-1.example 192.0.2.7 2001:db8::7"));
	buf_clear(&b);
	OK(dns_write(&b, text("a"), e, 0) && reads(&said, buf_span(&b)));
	buf_clear(&b);
	/* 253 characters in labels of 1 to 63, and the most answers. */
	memset(name, 'x', sizeof(name));
	for (size_t i = 62; i < sizeof(name) - 1; i += 63)
		name[i] = '.';
	OK(dns_write(&b, (struct span){ (uint8_t *)name, DNS_NAME_MAX }, e,
		     DNS_ANSWERS_MAX));
	OK(reads(&said, buf_span(&b)));
	buf_clear(&b);
	OK(!dns_write(&b, (struct span){ (uint8_t *)name, DNS_NAME_MAX + 1 }, e,
		      1));
	OK(!dns_write(&b, text("a"), e, DNS_ANSWERS_MAX + 1));
	name[62] = 'x'; /* a label of more than 63 */
	OK(!dns_write(&b, (struct span){ (uint8_t *)name, 100 }, e, 1));
	for (size_t i = 0; i < COUNT(bad); i++)
		OK(!dns_write(&b, text(bad[i]), e, 1));
	OK(b.n == 0 && !b.full);
	buf_fini(&said);
	buf_fini(&b);
}

/* RFC 1035 section 4.2.2. */
static void test_take(void)
{
	uint8_t raw[RAW_MAX];
	const struct span in =
		unhex(raw, "000c" HEAD("0000", "0000", "0000") "000b0102");
	struct cur c;
	struct span message = { NULL, 7 };

	for (size_t n = 0; n < 14; n++) {
		c = cur_over((struct span){ in.p, n });
		OK(dns_take(&message, &c) == PARSE_MORE && message.n == 7);
		OK(cur_left(&c) == n);
	}
	c = cur_over(in);
	OK(dns_take(&message, &c) == PARSE_OK);
	OK(message.p == in.p + 2 && message.n == 12);
	OK(dns_take(&message, &c) == PARSE_BAD);
	OK(message.n == 12 && cur_left(&c) == 4);
}

int main(void)
{
	test_cases();
	test_many();
	test_write();
	test_take();
	return tap_end();
}
