#include "connect/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/decode.h"

#define PART_MAX 16384 /* plain bytes of a record */
#define WHY_MAX  200
#define HOST_MAX 254

struct tls_client {
	SSL_CTX *ssl;
};

struct tls_session {
	SSL *ssl;
	BIO *in, *out; /* ssl owns them */
	char why[WHY_MAX];
};

struct tls_client *tls_client_new(enum tls_client_trust trust, struct why *why)
{
	struct tls_client *t = mem_new(1, sizeof(*t));

	t->ssl = SSL_CTX_new(TLS_client_method());
	if (!t->ssl) {
		status_why(why, ST_IO, "TLS: %s",
			   ERR_reason_error_string(ERR_peek_last_error()));
		ERR_clear_error();
		free(t);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(t->ssl, trust == TLS_CLIENT_ASKS
						      ? TLS1_VERSION
						      : TLS1_2_VERSION);
	if (trust == TLS_CLIENT_ASKS)
		SSL_CTX_set_security_level(t->ssl, 0);
	SSL_CTX_set_verify(t->ssl,
			   trust == TLS_CLIENT_CHECKS ? SSL_VERIFY_PEER
						      : SSL_VERIFY_NONE,
			   NULL);
	/* Without authorities no certificate holds; that is then told. */
	SSL_CTX_set_default_verify_paths(t->ssl);
	ERR_clear_error();
	return t;
}

void tls_client_free(struct tls_client *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ssl);
	free(t);
}

static void expect_host(SSL *ssl, const char *host)
{
	const struct span text = { (const uint8_t *)host, strlen(host) };
	char name[HOST_MAX]; /* OpenSSL's macro wants no const */
	struct endpoint e;

	if (endpoint_ip_parse(&e, text)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
		return;
	}
	snprintf(name, sizeof(name), "%s", host);
	SSL_set_tlsext_host_name(ssl, name);
	SSL_set1_host(ssl, host);
}

static void last_error(struct tls_session *s)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	const long verified =
		s->ssl ? SSL_get_verify_result(s->ssl) : X509_V_OK;

	if (s->ssl && SSL_get_verify_mode(s->ssl) != SSL_VERIFY_NONE &&
	    verified != X509_V_OK)
		snprintf(s->why, sizeof(s->why), "certificate: %s",
			 X509_verify_cert_error_string(verified));
	else
		snprintf(s->why, sizeof(s->why), "TLS: %s",
			 reason ? reason : "the handshake failed");
	ERR_clear_error();
}

struct tls_session *tls_session_new(struct tls_client *t, const char *host)
{
	struct tls_session *s = mem_new(1, sizeof(*s));

	s->ssl = SSL_new(t->ssl);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	if (!s->ssl || !s->in || !s->out) {
		BIO_free(s->in);
		BIO_free(s->out);
		SSL_free(s->ssl);
		s->ssl = NULL;
		last_error(s);
		return s;
	}
	/* Nothing more to read means: wait. */
	BIO_set_mem_eof_return(s->in, -1);
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_connect_state(s->ssl);
	expect_host(s->ssl, host);
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	free(s);
}

static enum tls_session_state after(struct tls_session *s, int result)
{
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_NONE:
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return SSL_is_init_finished(s->ssl) ? TLS_SESSION_OPEN
						    : TLS_SESSION_SHAKING;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_SESSION_OVER;
	default:
		last_error(s);
		return TLS_SESSION_FAILED;
	}
}

enum tls_session_state tls_session_feed(struct tls_session *s,
					struct buf *plain, struct span raw)
{
	uint8_t part[PART_MAX];
	int n;

	if (!s->ssl)
		return TLS_SESSION_FAILED;
	ERR_clear_error();
	if (raw.n > 0 && BIO_write(s->in, raw.p, (int)raw.n) != (int)raw.n)
		return after(s, -1);
	if (!SSL_is_init_finished(s->ssl)) {
		n = SSL_do_handshake(s->ssl);
		if (n != 1)
			return after(s, n);
	}
	while ((n = SSL_read(s->ssl, part, sizeof(part))) > 0) {
		if (!buf_add(plain, part, (size_t)n))
			return TLS_SESSION_OVER;
	}
	return after(s, n);
}

bool tls_session_say(struct tls_session *s, struct span plain)
{
	ERR_clear_error();
	return plain.n == 0 ||
	       SSL_write(s->ssl, plain.p, (int)plain.n) == (int)plain.n;
}

void tls_session_finish(struct tls_session *s)
{
	if (s->ssl && SSL_is_init_finished(s->ssl))
		SSL_shutdown(s->ssl);
	ERR_clear_error();
}

void tls_session_take(struct buf *out, struct tls_session *s)
{
	uint8_t part[PART_MAX];
	int n;

	while (s->ssl && (n = BIO_read(s->out, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
}

const char *tls_session_why(const struct tls_session *s)
{
	return s->why;
}

const struct ssl_st *tls_session_ssl(const struct tls_session *s)
{
	return s->ssl;
}
