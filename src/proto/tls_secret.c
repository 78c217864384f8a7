#include <openssl/crypto.h>
#include <string.h>

#include "base/mem.h"
#include "proto/tls_private.h"

/* RFC 8446, 7.3 */
static void set_keys(const struct tls *t, struct tls_traffic *traffic)
{
	tls_expand_label(traffic->key, tls_key_size(t->suite.cipher),
			 t->suite.hash, traffic->secret, "key");
	tls_expand_label(traffic->iv, TLS_IV_MAX, t->suite.hash,
			 traffic->secret, "iv");
	traffic->known = true;
}

/* RFC 8446, 7.2 */
static void set_next(const struct tls *t, struct tls_end *e)
{
	struct tls_traffic *next = &e->traffic[TLS_EPOCH_NEXT];

	tls_expand_label(next->secret, tls_hash_size(t->suite.hash),
			 t->suite.hash, e->traffic[TLS_EPOCH_TRAFFIC].secret,
			 "traffic upd");
	set_keys(t, next);
}

void tls_secret_update(struct tls *t, struct tls_end *e)
{
	e->traffic[TLS_EPOCH_TRAFFIC] = e->traffic[TLS_EPOCH_NEXT];
	set_next(t, e);
	e->epoch = TLS_EPOCH_TRAFFIC;
	e->sequence = 0;
}

static bool look_traffic(struct tls *t, struct tls_traffic *traffic,
			 enum tls_keys_label label)
{
	struct span secret;

	if (traffic->known ||
	    !tls_keys_find(t->keys, &secret, label, t->client_random) ||
	    secret.n != tls_hash_size(t->suite.hash))
		return false;
	memcpy(traffic->secret, secret.p, secret.n);
	set_keys(t, traffic);
	return true;
}

/* Without the handshake's key there is no telling which records are its. */
static bool look_end(struct tls *t, struct tls_end *e, bool client)
{
	struct tls_traffic *traffic = e->traffic;

	look_traffic(t, &traffic[TLS_EPOCH_HANDSHAKE],
		     client ? TLS_KEYS_CLIENT_HANDSHAKE
			    : TLS_KEYS_SERVER_HANDSHAKE);
	if (look_traffic(t, &traffic[TLS_EPOCH_TRAFFIC],
			 client ? TLS_KEYS_CLIENT_TRAFFIC
				: TLS_KEYS_SERVER_TRAFFIC))
		set_next(t, e);
	if (!traffic[TLS_EPOCH_HANDSHAKE].known &&
	    traffic[TLS_EPOCH_TRAFFIC].known) {
		e->epoch = TLS_EPOCH_TRAFFIC;
		e->doubt = true;
	}
	return traffic[TLS_EPOCH_HANDSHAKE].known ||
	       traffic[TLS_EPOCH_TRAFFIC].known;
}

static bool look_1_3(struct tls *t)
{
	const int client = t->facts.client;
	const bool a = look_end(t, &t->end[client], true);
	const bool b = look_end(t, &t->end[!client], false);

	return a || b;
}

/* Key and the nonce's fixed part of one end, out of the block. */
static void set_1_2(struct tls_end *e, struct span key, struct span iv)
{
	struct tls_traffic *traffic = &e->traffic[TLS_EPOCH_TRAFFIC];

	memcpy(traffic->key, key.p, key.n);
	memcpy(traffic->iv, iv.p, iv.n);
	traffic->known = true;
	e->epoch = TLS_EPOCH_TRAFFIC;
}

/* RFC 5246, 6.3, without keys for a MAC: client's key, server's key, client's
 * iv, server's iv. */
static bool look_1_2(struct tls *t)
{
	const size_t key_n = tls_key_size(t->suite.cipher);
	const size_t iv_n =
		tls_nonce_explicit(t->suite.cipher) ? 4 : TLS_IV_MAX;
	uint8_t block[2 * (TLS_KEY_MAX + TLS_IV_MAX)], seed[2 * TLS_RANDOM];
	const int client = t->facts.client;
	struct span master;

	if (!tls_keys_find(t->keys, &master, TLS_KEYS_MASTER, t->client_random))
		return false;
	memcpy(seed, t->server_random, TLS_RANDOM);
	memcpy(seed + TLS_RANDOM, t->client_random, TLS_RANDOM);
	tls_key_block(block, 2 * (key_n + iv_n), t->suite.hash, master.p, seed);
	struct cur c = cur_over((struct span){ block, sizeof(block) });
	const struct span client_key = cur_take(&c, key_n);
	const struct span server_key = cur_take(&c, key_n);
	const struct span client_iv = cur_take(&c, iv_n);
	const struct span server_iv = cur_take(&c, iv_n);

	set_1_2(&t->end[client], client_key, client_iv);
	set_1_2(&t->end[!client], server_key, server_iv);
	OPENSSL_cleanse(block, sizeof(block));
	return true;
}

/* All secrets that a connection can have were found. */
static bool complete(const struct tls *t)
{
	const size_t first = t->facts.version == TLS_1_3 ? TLS_EPOCH_HANDSHAKE
							 : TLS_EPOCH_TRAFFIC;

	for (size_t i = first; i <= TLS_EPOCH_TRAFFIC; i++) {
		if (!t->end[0].traffic[i].known || !t->end[1].traffic[i].known)
			return false;
	}
	return true;
}

void tls_secret_look(struct tls *t)
{
	const size_t n = t->keys ? tls_keys_count(t->keys) : 0;
	bool found;

	if (!t->readable || n == t->keys_seen || complete(t))
		return;
	t->keys_seen = n;
	found = t->facts.version == TLS_1_3 ? look_1_3(t) : look_1_2(t);
	if (!found || t->keyed)
		return;
	t->keyed = true;
	t->opener = tls_opener_new();
	t->plain = mem_new(TLS_BODY_MAX, 1);
}
