#include "active/probe_certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "net/decode.h"

static void add_name(struct buf *names, const void *text, size_t n)
{
	const struct span name = { text, n };

	/* Of several equal ones the first is enough. */
	if (n == 0 || (names->n > 0 &&
		       memmem(names->p, names->n, name.p, name.n) != NULL))
		return;
	if (names->n + n + 1 < PROBE_NAMES_MAX) {
		buf_text(names, names->n ? " " : "");
		buf_add(names, name.p, name.n);
	}
}

static void add_subject(struct buf *names, X509 *x)
{
	X509_NAME *subject = X509_get_subject_name(x);
	const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	uint8_t *text = NULL;

	if (at < 0)
		return;
	const int n = ASN1_STRING_to_UTF8(
		&text,
		X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));

	if (n > 0)
		add_name(names, text, (size_t)n);
	OPENSSL_free(text);
}

static void add_address(struct buf *names, const ASN1_OCTET_STRING *ip)
{
	struct endpoint e = { .ip = { [10] = 0xff, [11] = 0xff } };
	char text[ENDPOINT_TEXT];
	const int n = ASN1_STRING_length(ip);

	if (n != 4 && n != 16)
		return;
	memcpy(e.ip + 16 - n, ASN1_STRING_get0_data(ip), (size_t)n);
	endpoint_ip_text(text, &e);
	add_name(names, text, strlen(text));
}

static void add_alternatives(struct buf *names, X509 *x)
{
	GENERAL_NAMES *all =
		X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);

		if (g->type == GEN_DNS)
			add_name(names, ASN1_STRING_get0_data(g->d.dNSName),
				 (size_t)ASN1_STRING_length(g->d.dNSName));
		else if (g->type == GEN_IPADD)
			add_address(names, g->d.iPAddress);
	}
	GENERAL_NAMES_free(all);
}

void probe_certificate_read(struct probe_certificate *out,
			    const struct tls_session *t)
{
	const SSL *ssl = tls_session_ssl(t);
	struct probe_certificate c = { .seen = true };
	X509 *x = SSL_get0_peer_certificate(ssl);
	const long verified = SSL_get_verify_result(ssl);
	struct buf names;

	snprintf(c.version, sizeof(c.version), "%s", SSL_get_version(ssl));
	if (x) {
		buf_init(&names, PROBE_NAMES_MAX);
		add_subject(&names, x);
		add_alternatives(&names, x);
		memcpy(c.names, buf_str(&names), names.n);
		buf_fini(&names);
		c.valid = verified == X509_V_OK;
	}
	if (!c.valid)
		snprintf(c.why, sizeof(c.why), "%s",
			 x ? X509_verify_cert_error_string(verified)
			   : "no certificate");
	ERR_clear_error();
	*out = c;
}
