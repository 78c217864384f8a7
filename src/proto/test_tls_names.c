#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/tls_private.h"
#include "test/tap.h"

#define NAMES_MAX 400

/* A certificate with these common names, and these alternative names. */
struct wanted {
	const char *common[3];
	size_t num_names;
	struct span name[NAMES_MAX];
};

static void must(int good)
{
	if (good != 1)
		abort();
}

static void put_names(X509 *x, const struct wanted *w)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();

	for (size_t i = 0; i < w->num_names; i++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();

		must(name && text &&
		     ASN1_STRING_set(text, w->name[i].p, (int)w->name[i].n));
		GENERAL_NAME_set0_value(name, GEN_DNS, text);
		must(sk_GENERAL_NAME_push(names, name) > 0);
	}
	must(X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0));
	GENERAL_NAMES_free(names);
}

static void put_certificate(struct buf *out, const struct wanted *w)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	unsigned char *der = NULL;
	int n;

	must(key && x);
	for (size_t i = 0; i < 3 && w->common[i]; i++)
		must(X509_NAME_add_entry_by_txt(
			X509_get_subject_name(x), "CN", MBSTRING_UTF8,
			(const unsigned char *)w->common[i], -1, -1, 0));
	must(X509_gmtime_adj(X509_getm_notBefore(x), 0) &&
	     X509_gmtime_adj(X509_getm_notAfter(x), 3600));
	must(X509_set_pubkey(x, key));
	if (w->num_names)
		put_names(x, w);
	must(X509_sign(x, key, EVP_sha256()) > 0);
	n = i2d_X509(x, &der);
	must(n > 0);
	buf_init(out, 1 << 20);
	buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	EVP_PKEY_free(key);
}

static struct span text_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool says(struct buf *b, const char *text)
{
	return b->n == strlen(text) && !strcmp(buf_str(b), text);
}

static void test_kinds(void)
{
	static const struct wanted w = {
		.common = { "Root of all", "pool.example" },
		.num_names = 6,
		.name = { { (const uint8_t *)"stratum.pool.example", 20 },
			  { (const uint8_t *)"a\nb", 3 },
			  { (const uint8_t *)"a\0b", 3 },
			  { (const uint8_t *)"\xc3\xa4.example", 10 },
			  { (const uint8_t *)"", 0 },
			  { (const uint8_t *)"*.eu.pool.example", 17 } },
	};
	struct buf der, out;
	uint64_t dropped = 0;

	put_certificate(&der, &w);
	buf_init(&out, TLS_NAMES_MAX);
	OK(tls_names(&out, &dropped, buf_span(&der)));
	OK(says(&out, "pool.example\nstratum.pool.example\n"
		      "*.eu.pool.example\n"));
	OK(dropped == 4);
	buf_fini(&out);
	buf_fini(&der);
}

static void test_limits(void)
{
	static char longest[TLS_TEXT_MAX], too_long[TLS_TEXT_MAX + 1];
	static struct wanted w = { .num_names = 2 };
	struct buf der, out;
	uint64_t dropped = 0;

	memset(longest, 'a', sizeof(longest) - 1);
	memset(too_long, 'b', sizeof(too_long) - 1);
	w.name[0] = text_of(too_long);
	w.name[1] = text_of(longest);
	put_certificate(&der, &w);
	buf_init(&out, TLS_NAMES_MAX);
	OK(tls_names(&out, &dropped, buf_span(&der)));
	OK(out.n == TLS_TEXT_MAX && out.p[0] == 'a' && dropped == 1);
	buf_fini(&der);
	buf_clear(&out);
	/* 4 KiB of them, and 256 of one certificate. */
	w.num_names = NAMES_MAX;
	for (size_t i = 0; i < NAMES_MAX; i++)
		w.name[i] = text_of("name.example");
	put_certificate(&der, &w);
	dropped = 0;
	OK(tls_names(&out, &dropped, buf_span(&der)));
	OK(out.n == 256 * 13 && dropped == NAMES_MAX - 256 && !out.full);
	OK(tls_names(&out, &dropped, buf_span(&der)));
	OK(out.n == TLS_NAMES_MAX / 13 * 13 && !out.full);
	buf_fini(&out);
	buf_fini(&der);
}

static void test_every_truncation(void)
{
	static const struct wanted w = {
		.common = { "pool.example" },
		.num_names = 1,
		.name = { { (const uint8_t *)"stratum.pool.example", 20 } },
	};
	struct buf der, out;
	uint64_t dropped = 0;
	bool good = true;

	put_certificate(&der, &w);
	buf_init(&out, TLS_NAMES_MAX);
	for (size_t n = 0; n < der.n; n++) {
		uint8_t *exact = mem_new(n ? n : 1, 1);

		memcpy(exact, der.p, n);
		good = good &&
		       !tls_names(&out, &dropped, (struct span){ exact, n });
		free(exact);
	}
	OK(good && out.n == 0 && dropped == 0);
	buf_fini(&out);
	buf_fini(&der);
}

int main(void)
{
	test_kinds();
	test_limits();
	test_every_truncation();
	return tap_end();
}
