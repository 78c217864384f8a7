#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/tls_keys.h"
#include "test/tap.h"

/* RFC 8448, section 3. */
#define RANDOM                                                                 \
	"cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7"
#define CLIENT                                                                 \
	"9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"
#define SERVER                                                                 \
	"a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"
#define LONG CLIENT "00112233445566778899aabbccddeeff" /* 48 bytes */

#define A "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " CLIENT
#define B "SERVER_TRAFFIC_SECRET_0 " RANDOM " " SERVER

static struct span text_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool holds(const struct tls_keys *k, enum tls_keys_label label,
		  const char *secret)
{
	uint8_t random[TLS_KEYS_RANDOM], bytes[TLS_KEYS_SECRET_MAX];
	struct span found;
	size_t n;

	return hex_bytes(random, sizeof(random), text_of(RANDOM)) &&
	       hex_parse(bytes, &n, sizeof(bytes), text_of(secret)) &&
	       tls_keys_find(k, &found, label, random) && found.n == n &&
	       !memcmp(found.p, bytes, n);
}

static const struct vector {
	const char *name, *text;
	struct tls_keys_counts counts;
} vectors[] = {
	{ "nothing", "", { 0 } },
	{ "two lines", A "\n" B "\n", { .kept = 2 } },
	{ "no newline at the end", A "\n" B, { .kept = 2 } },
	{ "CR LF, blank lines, comments, blanks",
	  "# SSL/TLS secrets log file\r\n\r\n" A "\r\n\n  \t\n#\n " B " \r\n",
	  { .kept = 2 } },
	{ "either case of digits",
	  "CLIENT_RANDOM ABCDEFabcdef00112233445566778899ABCDEFabcdef0011223344"
	  "5566778899 " LONG "\n",
	  { .kept = 1 } },
	{ "said again", A "\n" A "\n", { .kept = 1, .known = 1 } },
	{ "SHA-384",
	  "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " LONG,
	  { .kept = 1 } },
	{ "labels that are not needed",
	  "EXPORTER_SECRET " RANDOM " " CLIENT
	  "\nCLIENT_EARLY_TRAFFIC_SECRET " RANDOM " " CLIENT
	  "\nCLIENT_TRAFFIC_SECRET_1 " RANDOM " " CLIENT
	  "\nRSA 0123456789abcdef " LONG "\nTHEIR_OWN_2 00 11\n",
	  { .ignored = 5 } },
	{ "no label", RANDOM " " CLIENT "\n", { .bad = 1, .bad_line = 1 } },
	{ "small letters",
	  A "\nclient_random " RANDOM " " LONG "\n",
	  { .kept = 1, .bad = 1, .bad_line = 2 } },
	{ "cut, too long, not hexadecimal, one word more",
	  "#\nCLIENT_TRAFFIC_SECRET_0 " RANDOM "\n"
	  "CLIENT_TRAFFIC_SECRET_0 " RANDOM "00 " CLIENT "\n"
	  "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " CLIENT "0x\n" A " 00\n"
	  "CLIENT_TRAFFIC_SECRET_0\n",
	  { .bad = 5, .bad_line = 2 } },
	{ "sizes that the label cannot have",
	  "CLIENT_RANDOM " RANDOM " " CLIENT "\n"
	  "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " CLIENT "00\n"
	  "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " LONG "00\n",
	  { .bad = 3, .bad_line = 1 } },
	{ "limit of three",
	  A "\n" B "\nCLIENT_RANDOM " RANDOM " " LONG
	    "\nSERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " CLIENT "\n" A "\n",
	  { .kept = 3, .known = 1, .dropped = 1 } },
};

static bool same(const struct tls_keys_counts *a,
		 const struct tls_keys_counts *b)
{
	return a->kept == b->kept && a->known == b->known &&
	       a->ignored == b->ignored && a->bad == b->bad &&
	       a->dropped == b->dropped && a->bad_line == b->bad_line;
}

static void test_vectors(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		struct tls_keys *k = tls_keys_new(3, 1);
		struct tls_keys_counts counts = { 0 };

		printf("# %s\n", v->name);
		tls_keys_add(k, text_of(v->text), &counts);
		OK(same(&counts, &v->counts));
		OK(tls_keys_count(k) == v->counts.kept);
		tls_keys_free(k);
	}
	tls_keys_free(NULL);
}

static void test_found(void)
{
	struct tls_keys *k = tls_keys_new(1000, 1);
	struct tls_keys_counts counts = { 0 };

	tls_keys_add(k, text_of(A "\n" B "\n"), &counts);
	OK(holds(k, TLS_KEYS_CLIENT_TRAFFIC, CLIENT));
	OK(holds(k, TLS_KEYS_SERVER_TRAFFIC, SERVER));
	OK(!holds(k, TLS_KEYS_SERVER_HANDSHAKE, SERVER));
	OK(!holds(k, TLS_KEYS_MASTER, LONG));
	/* The first stays. */
	tls_keys_add(k, text_of("CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SERVER),
		     &counts);
	OK(counts.known == 1 && holds(k, TLS_KEYS_CLIENT_TRAFFIC, CLIENT));
	/* Of many, each. */
	for (unsigned i = 0; i < 500; i++) {
		char line[256];

		snprintf(line, sizeof(line), "CLIENT_RANDOM %064x %096x\n", i,
			 i);
		tls_keys_add(k, text_of(line), &counts);
	}
	OK(counts.kept == 502 && tls_keys_count(k) == 502);
	OK(holds(k, TLS_KEYS_SERVER_TRAFFIC, SERVER));
	uint8_t random[TLS_KEYS_RANDOM] = { [31] = 77 };
	struct span secret;

	OK(tls_keys_find(k, &secret, TLS_KEYS_MASTER, random) &&
	   secret.n == 48 && secret.p[47] == 77);
	tls_keys_free(k);
}

static void test_long_line(void)
{
	struct tls_keys *k = tls_keys_new(10, 1);
	struct tls_keys_counts counts = { 0 };
	char *text = mem_new(TLS_KEYS_LINE_MAX + 300, 1);
	const size_t n = strlen(A);

	/* Blanks behind it, up to the limit and one more. */
	memcpy(text, A, n);
	memset(text + n, ' ', TLS_KEYS_LINE_MAX + 1 - n);
	tls_keys_add(k, text_of(text), &counts);
	OK(counts.bad == 1 && counts.bad_line == 1 && !counts.kept);
	text[TLS_KEYS_LINE_MAX] = '\0';
	tls_keys_add(k, text_of(text), &counts);
	OK(counts.bad == 1 && counts.kept == 1);
	free(text);
	tls_keys_free(k);
}

static void test_every_truncation(void)
{
	static const char text[] = A "\r\n" B "\n";
	const size_t first = strlen(A), second = first + 2 + strlen(B);
	bool good = true;

	for (size_t n = 0; n < sizeof(text); n++) {
		struct tls_keys *k = tls_keys_new(10, 1);
		struct tls_keys_counts counts = { 0 };
		uint8_t *exact = mem_new(n ? n : 1, 1);

		memcpy(exact, text, n);
		tls_keys_add(k, (struct span){ exact, n }, &counts);
		good = good &&
		       counts.kept == (size_t)(n >= first) + (n >= second);
		free(exact);
		tls_keys_free(k);
	}
	OK(good);
}

int main(void)
{
	test_vectors();
	test_found();
	test_long_line();
	test_every_truncation();
	return tap_end();
}
