#include "miner/miner_tls.h"

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

struct miner_tls {
	SSL_CTX *ssl;
};

struct miner_tls_session {
	SSL *ssl;
	BIO *in, *out; /* ssl owns them */
	char why[WHY_MAX];
};

struct miner_tls *miner_tls_new(bool insecure, struct why *why)
{
	struct miner_tls *t = mem_new(1, sizeof(*t));

	t->ssl = SSL_CTX_new(TLS_client_method());
	if (!t->ssl) {
		status_why(why, ST_IO, "TLS: %s",
			   ERR_reason_error_string(ERR_peek_last_error()));
		ERR_clear_error();
		free(t);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(t->ssl, TLS1_2_VERSION);
	SSL_CTX_set_verify(t->ssl, insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
			   NULL);
	/* Without authorities no certificate holds; that is then told. */
	SSL_CTX_set_default_verify_paths(t->ssl);
	ERR_clear_error();
	return t;
}

void miner_tls_free(struct miner_tls *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ssl);
	free(t);
}

static void expect_host(SSL *ssl, const char *host)
{
	const struct span text = { (const uint8_t *)host, strlen(host) };
	char name[MINER_HOST_MAX]; /* OpenSSL's macro wants no const */
	struct endpoint e;

	if (endpoint_ip_parse(&e, text)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
		return;
	}
	snprintf(name, sizeof(name), "%s", host);
	SSL_set_tlsext_host_name(ssl, name);
	SSL_set1_host(ssl, host);
}

static void last_error(struct miner_tls_session *s)
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

struct miner_tls_session *miner_tls_session_new(struct miner_tls *t,
						const char *host)
{
	struct miner_tls_session *s = mem_new(1, sizeof(*s));

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

void miner_tls_session_free(struct miner_tls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	free(s);
}

static enum miner_tls_state after(struct miner_tls_session *s, int result)
{
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_NONE:
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return SSL_is_init_finished(s->ssl) ? MINER_TLS_OPEN
						    : MINER_TLS_SHAKING;
	case SSL_ERROR_ZERO_RETURN:
		return MINER_TLS_OVER;
	default:
		last_error(s);
		return MINER_TLS_FAILED;
	}
}

enum miner_tls_state miner_tls_feed(struct miner_tls_session *s,
				    struct buf *plain, struct span raw)
{
	uint8_t part[PART_MAX];
	int n;

	if (!s->ssl)
		return MINER_TLS_FAILED;
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
			return MINER_TLS_OVER;
	}
	return after(s, n);
}

bool miner_tls_say(struct miner_tls_session *s, struct span plain)
{
	ERR_clear_error();
	return plain.n == 0 ||
	       SSL_write(s->ssl, plain.p, (int)plain.n) == (int)plain.n;
}

void miner_tls_finish(struct miner_tls_session *s)
{
	if (s->ssl && SSL_is_init_finished(s->ssl))
		SSL_shutdown(s->ssl);
	ERR_clear_error();
}

void miner_tls_take(struct buf *out, struct miner_tls_session *s)
{
	uint8_t part[PART_MAX];
	int n;

	while (s->ssl && (n = BIO_read(s->out, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
}

const char *miner_tls_why(const struct miner_tls_session *s)
{
	return s->why;
}
