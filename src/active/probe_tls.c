#include "active/probe_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/decode.h"

#define PART_MAX 16384 /* plain bytes of a record */

struct probe_tls_context {
	SSL_CTX *ssl;
};

struct probe_tls {
	SSL *ssl;
	BIO *in, *out; /* ssl owns them */
	char why[PROBE_WORDS_MAX];
};

static void last_error(char *out, size_t room)
{
	const unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	snprintf(out, room, "%s", reason ? reason : "no TLS");
	ERR_clear_error();
}

struct probe_tls_context *probe_tls_context_new(struct why *why)
{
	struct probe_tls_context *c = mem_new(1, sizeof(*c));
	char text[PROBE_WORDS_MAX];

	c->ssl = SSL_CTX_new(TLS_client_method());
	if (!c->ssl) {
		last_error(text, sizeof(text));
		status_why(why, ST_IO, "TLS: %s", text);
		free(c);
		return NULL;
	}
	SSL_CTX_set_verify(c->ssl, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_security_level(c->ssl, 0);
	SSL_CTX_set_min_proto_version(c->ssl, TLS1_VERSION);
	/* Without authorities no certificate is valid; that is then told. */
	SSL_CTX_set_default_verify_paths(c->ssl);
	ERR_clear_error();
	return c;
}

void probe_tls_context_free(struct probe_tls_context *c)
{
	if (!c)
		return;
	SSL_CTX_free(c->ssl);
	free(c);
}

static void expect_host(SSL *ssl, const char *host)
{
	const struct span text = { (const uint8_t *)host, strlen(host) };
	char name[PROBE_HOST_MAX]; /* OpenSSL's macro wants no const */
	struct endpoint e;

	if (endpoint_ip_parse(&e, text)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
		return;
	}
	snprintf(name, sizeof(name), "%s", host);
	SSL_set_tlsext_host_name(ssl, name);
	SSL_set1_host(ssl, host);
}

struct probe_tls *probe_tls_new(struct probe_tls_context *c, const char *host)
{
	struct probe_tls *t = mem_new(1, sizeof(*t));

	t->ssl = SSL_new(c->ssl);
	t->in = BIO_new(BIO_s_mem());
	t->out = BIO_new(BIO_s_mem());
	if (!t->ssl || !t->in || !t->out) {
		BIO_free(t->in);
		BIO_free(t->out);
		SSL_free(t->ssl);
		t->ssl = NULL;
		last_error(t->why, sizeof(t->why));
		return t;
	}
	/* Nothing more to read means: wait. */
	BIO_set_mem_eof_return(t->in, -1);
	SSL_set_bio(t->ssl, t->in, t->out);
	SSL_set_connect_state(t->ssl);
	expect_host(t->ssl, host);
	return t;
}

void probe_tls_free(struct probe_tls *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	free(t);
}

static enum probe_tls_state after(struct probe_tls *t, int result)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_NONE:
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return SSL_is_init_finished(t->ssl) ? PROBE_TLS_OPEN
						    : PROBE_TLS_SHAKING;
	case SSL_ERROR_ZERO_RETURN:
		return PROBE_TLS_OVER;
	default:
		last_error(t->why, sizeof(t->why));
		return PROBE_TLS_FAILED;
	}
}

enum probe_tls_state probe_tls_feed(struct probe_tls *t, struct buf *plain,
				    struct span raw)
{
	uint8_t part[PART_MAX];
	int n;

	if (!t->ssl)
		return PROBE_TLS_FAILED;
	ERR_clear_error();
	if (raw.n > 0 && BIO_write(t->in, raw.p, (int)raw.n) != (int)raw.n)
		return after(t, -1);
	if (!SSL_is_init_finished(t->ssl)) {
		n = SSL_do_handshake(t->ssl);
		if (n != 1)
			return after(t, n);
	}
	while ((n = SSL_read(t->ssl, part, sizeof(part))) > 0)
		buf_add(plain, part, (size_t)n);
	return after(t, n);
}

bool probe_tls_say(struct probe_tls *t, struct span plain)
{
	ERR_clear_error();
	return plain.n == 0 ||
	       SSL_write(t->ssl, plain.p, (int)plain.n) == (int)plain.n;
}

void probe_tls_finish(struct probe_tls *t)
{
	if (t->ssl && SSL_is_init_finished(t->ssl))
		SSL_shutdown(t->ssl);
	ERR_clear_error();
}

void probe_tls_take(struct buf *out, struct probe_tls *t)
{
	uint8_t part[PART_MAX];
	int n;

	while (t->ssl && (n = BIO_read(t->out, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
}

const char *probe_tls_why(const struct probe_tls *t)
{
	return t->why;
}

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

void probe_tls_certificate(struct probe_certificate *out,
			   const struct probe_tls *t)
{
	struct probe_certificate c = { .seen = true };
	X509 *x = SSL_get0_peer_certificate(t->ssl);
	const long verified = SSL_get_verify_result(t->ssl);
	struct buf names;

	snprintf(c.version, sizeof(c.version), "%s", SSL_get_version(t->ssl));
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
