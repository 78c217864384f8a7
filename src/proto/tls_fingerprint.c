/* JA3 (Althouse, Atkinson, Atkins: Salesforce, 2017) and JA4 (FoxIO, 2023; of
 * JA4+ only this one, which is under the BSD licence): digests over what a
 * hello offers, alike for all connections of one program. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "hash/digest.h"
#include "proto/tls_private.h"

#define LIST_MAX 1024 /* of anything; real hellos have tens */
#define TEXT_MAX (1u << 16)

struct list {
	uint16_t v[LIST_MAX];
	size_t n;
	bool full;
};

static void lists_add(struct list *l, uint16_t v)
{
	if (tls_is_grease(v))
		return;
	if (l->n < LIST_MAX)
		l->v[l->n++] = v;
	else
		l->full = true;
}

static void list_pairs(struct list *l, struct span pairs)
{
	struct cur c = cur_over(pairs);

	l->n = 0;
	while (cur_left(&c))
		lists_add(l, cur_be16(&c));
}

static void list_ids(struct list *l, struct span extensions)
{
	struct cur c = cur_over(extensions);

	l->n = 0;
	while (cur_left(&c)) {
		uint16_t id;

		tls_hello_extension(&c, &id);
		lists_add(l, id);
	}
}

static void list_bytes(struct list *l, struct span bytes)
{
	l->n = 0;
	for (size_t i = 0; i < bytes.n; i++)
		lists_add(l, bytes.p[i]);
}

static void write_list(struct buf *out, const struct list *l, bool hex)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_text(out, hex ? "," : "-");
		buf_printf(out, hex ? "%04x" : "%u", l->v[i]);
	}
}

static void md5(char out[TLS_JA3], const struct buf *text)
{
	uint8_t sum[EVP_MAX_MD_SIZE];

	out[0] = '\0';
	/* A system may forbid MD5: then there is no JA3. */
	if (!text->full &&
	    EVP_Digest(text->p, text->n, sum, NULL, EVP_md5(), NULL) == 1)
		hex_text(out, sum, 16);
}

/* version,suites,extensions,groups,formats: decimal, '-' between; of a server
 * only the first three. */
void tls_ja3(char out[TLS_JA3], const struct tls_hello *h, bool client)
{
	struct list l = { 0 };
	struct buf text;

	buf_init(&text, TEXT_MAX);
	buf_printf(&text, "%u,", h->version);
	list_pairs(&l, h->suites);
	write_list(&text, &l, false);
	buf_text(&text, ",");
	list_ids(&l, h->ids);
	write_list(&text, &l, false);
	if (client) {
		buf_text(&text, ",");
		list_pairs(&l, h->groups);
		write_list(&text, &l, false);
		buf_text(&text, ",");
		list_bytes(&l, h->formats);
		write_list(&text, &l, false);
	}
	out[0] = '\0';
	if (!l.full)
		md5(out, &text);
	buf_fini(&text);
}

static int ascending(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void write_sorted(struct buf *out, struct list *l)
{
	qsort(l->v, l->n, sizeof(l->v[0]), ascending);
	write_list(out, l, true);
}

/* The first 12 digits of a SHA-256; zeros of nothing. */
static void digest(char out[13], const struct buf *text)
{
	struct digest_sha256 *d;
	uint8_t sum[32];

	memset(sum, 0, sizeof(sum));
	if (text->n) {
		d = digest_sha256_new();
		digest_sha256_add(d, text->p, text->n);
		digest_sha256_end(d, sum);
	}
	hex_text(out, sum, 6);
}

/* The highest that is offered; of a client that does not offer a list, the
 * message's own. */
static const char *version(const struct tls_hello *h)
{
	struct list l = { 0 };
	uint16_t highest = 0;

	list_pairs(&l, h->versions);
	for (size_t i = 0; i < l.n; i++)
		highest = l.v[i] > highest ? l.v[i] : highest;
	switch (l.n ? highest : h->version) {
	case TLS_1_3:
		return "13";
	case TLS_1_2:
		return "12";
	case TLS_1_1:
		return "11";
	case TLS_1_0:
		return "10";
	case 0x0300:
		return "s3";
	default:
		return "00";
	}
}

static bool alphanumeric(uint8_t c)
{
	const uint8_t lower = c | 0x20;

	return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
}

/* First and last character of the first protocol; where one of them is neither
 * letter nor digit, first and last hexadecimal digit of it. */
static void protocol(char out[3], const struct tls_hello *h)
{
	struct cur c = cur_over(h->alpn);
	const struct span name = cur_take(&c, cur_u8(&c));
	char first[3], last[3];

	memcpy(out, "00", 3);
	if (!name.n)
		return;
	out[0] = (char)name.p[0];
	out[1] = (char)name.p[name.n - 1];
	if (alphanumeric(name.p[0]) && alphanumeric(name.p[name.n - 1]))
		return;
	out[0] = hex_text(first, name.p, 1)[0];
	out[1] = hex_text(last, name.p + name.n - 1, 1)[1];
}

static unsigned at_most_99(size_t n)
{
	return n < 99 ? (unsigned)n : 99;
}

static void drop(struct list *l, uint16_t v)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i] != v)
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

/* extensions but name and protocol, sorted, '_', algorithms as they come */
static void write_extensions(struct buf *out, const struct tls_hello *h,
			     struct list *ids)
{
	struct list algorithms = { 0 };

	list_pairs(&algorithms, h->algorithms);
	drop(ids, 0);
	drop(ids, 16);
	write_sorted(out, ids);
	if (algorithms.n) {
		buf_text(out, "_");
		write_list(out, &algorithms, true);
	}
	ids->full = ids->full || algorithms.full;
}

void tls_ja4(char out[TLS_JA4], const struct tls_hello *h)
{
	struct list suites = { 0 }, ids = { 0 };
	char b[13], c[13], alpn[3];
	struct buf text;
	unsigned num_ids;

	list_pairs(&suites, h->suites);
	list_ids(&ids, h->ids);
	num_ids = at_most_99(ids.n);
	protocol(alpn, h);
	buf_init(&text, TEXT_MAX);
	write_sorted(&text, &suites);
	digest(b, &text);
	buf_clear(&text);
	write_extensions(&text, h, &ids);
	digest(c, &text);
	buf_clear(&text);
	buf_printf(&text, "t%s%c%02u%02u%s_%s_%s", version(h),
		   h->has_name ? 'd' : 'i', at_most_99(suites.n), num_ids, alpn,
		   b, c);
	out[0] = '\0';
	if (!suites.full && !ids.full && text.n < TLS_JA4)
		memcpy(out, buf_str(&text), text.n + 1);
	buf_fini(&text);
}

void tls_fingerprint(struct tls *t)
{
	struct tls_hello h;

	if (tls_hello_client(&h, buf_span(&t->hello[0]))) {
		tls_ja3(t->facts.ja3, &h, true);
		tls_ja4(t->facts.ja4, &h);
	}
	if (tls_hello_server(&h, buf_span(&t->hello[1])))
		tls_ja3(t->facts.ja3s, &h, false);
	buf_fini(&t->hello[0]);
	buf_fini(&t->hello[1]);
}
