#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "proto/tls_private.h"

#define NAMES_MAX 256 /* of one certificate that are looked at */

bool tls_printable(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < 0x20 || text.p[i] > 0x7e)
			return false;
	}
	return text.n > 0;
}

bool tls_text(char out[TLS_TEXT_MAX], struct span text)
{
	if (!tls_printable(text) || text.n >= TLS_TEXT_MAX)
		return false;
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

static void add(struct buf *out, uint64_t *dropped, struct span name)
{
	if (!tls_printable(name) || name.n >= TLS_TEXT_MAX ||
	    name.n + 1 > out->limit - out->n) {
		++*dropped;
		return;
	}
	buf_add(out, name.p, name.n);
	buf_text(out, "\n");
}

static struct span string_bytes(const ASN1_STRING *s)
{
	const int n = ASN1_STRING_length(s);

	return (struct span){ ASN1_STRING_get0_data(s), n > 0 ? (size_t)n : 0 };
}

/* The last common name is the most specific. */
static void add_subject(struct buf *out, uint64_t *dropped, const X509 *x)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	int at = -1, last = -1;

	do {
		last = at;
		at = X509_NAME_get_index_by_NID(subject, NID_commonName, at);
	} while (at >= 0);
	if (last < 0)
		return;
	const X509_NAME_ENTRY *entry = X509_NAME_get_entry(subject, last);

	add(out, dropped, string_bytes(X509_NAME_ENTRY_get_data(entry)));
}

static void add_alternatives(struct buf *out, uint64_t *dropped, const X509 *x)
{
	GENERAL_NAMES *names =
		X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	const int n = names ? sk_GENERAL_NAME_num(names) : 0;

	for (int i = 0; i < n; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_DNS)
			continue;
		if (i < NAMES_MAX)
			add(out, dropped, string_bytes(name->d.dNSName));
		else
			++*dropped;
	}
	GENERAL_NAMES_free(names);
}

bool tls_names(struct buf *out, uint64_t *dropped, struct span der)
{
	const unsigned char *p = der.p;
	X509 *x;

	if (der.n > TLS_HANDSHAKE_MAX)
		return false;
	x = d2i_X509(NULL, &p, (long)der.n);
	if (x) {
		add_subject(out, dropped, x);
		add_alternatives(out, dropped, x);
		X509_free(x);
	}
	/* OpenSSL remembers what it found wrong, for each thread. */
	ERR_clear_error();
	return x != NULL;
}
