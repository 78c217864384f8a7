#include <string.h>

#include "proto/tls_private.h"

#define EXPLICIT 8 /* bytes of nonce in a record of TLS 1.2 */

/* Vain work that is allowed: so much at once, and so much for each byte of the
 * stream. A gap takes at most 64 tries of a record or two; what takes more is
 * made to. */
#define SPEND_FREE (8u << 20)
#define SPEND_EACH 32

static void put_be64(uint8_t out[8], uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

/* iv, with the sequence number added without carry at its end */
static void nonce_mixed(uint8_t out[TLS_IV_MAX], const uint8_t *iv,
			uint64_t sequence)
{
	uint8_t number[8];

	put_be64(number, sequence);
	memcpy(out, iv, TLS_IV_MAX);
	for (size_t i = 0; i < sizeof(number); i++)
		out[TLS_IV_MAX - sizeof(number) + i] ^= number[i];
}

/* RFC 8446, 5.2: what is authenticated besides is the header as it is. */
static bool open_1_3(struct tls *t, const struct tls_traffic *traffic,
		     uint64_t sequence, const struct tls_record *r)
{
	uint8_t nonce[TLS_IV_MAX];
	const struct tls_sealed sealed = {
		.key = traffic->key,
		.nonce = nonce,
		.extra = r->header,
		.text = r->body,
	};

	nonce_mixed(nonce, traffic->iv, sequence);
	return tls_open(t->opener, t->plain, t->suite.cipher, &sealed);
}

/* RFC 5246, 6.2.3.3: sequence number 8 | type 1 | version 2 | length of the
 * plaintext 2. GCM and CCM: nonce = 4 of the key block, 8 of the record. */
static bool open_1_2(struct tls *t, const struct tls_traffic *traffic,
		     uint64_t sequence, const struct tls_record *r)
{
	const size_t front = tls_nonce_explicit(t->suite.cipher) ? EXPLICIT : 0;
	const size_t n = r->body.n - front - tls_tag_size(t->suite.cipher);
	struct cur c = cur_over(r->body);
	uint8_t nonce[TLS_IV_MAX], extra[13];
	const struct span number = cur_take(&c, front);

	if (front) {
		memcpy(nonce, traffic->iv, 4);
		memcpy(nonce + 4, number.p, EXPLICIT);
	} else {
		nonce_mixed(nonce, traffic->iv, sequence);
	}
	put_be64(extra, sequence);
	memcpy(extra + 8, r->header.p, 3);
	extra[11] = (uint8_t)(n >> 8);
	extra[12] = (uint8_t)n;
	const struct tls_sealed sealed = {
		.key = traffic->key,
		.nonce = nonce,
		.extra = { extra, sizeof(extra) },
		.text = cur_take(&c, cur_left(&c)),
	};

	return tls_open(t->opener, t->plain, t->suite.cipher, &sealed);
}

/* Bytes that are not plaintext. */
static size_t overhead(const struct tls *t)
{
	const size_t tag = tls_tag_size(t->suite.cipher);

	if (t->facts.version == TLS_1_3)
		return tag + 1;
	return tag + (tls_nonce_explicit(t->suite.cipher) ? EXPLICIT : 0);
}

static bool open_with(struct tls *t, struct tls_end *e, enum tls_epoch epoch,
		      uint64_t sequence, const struct tls_record *r)
{
	const struct tls_traffic *traffic = &e->traffic[epoch];
	bool good;

	if (e->spent > SPEND_FREE + SPEND_EACH * e->eaten)
		return false;
	if (t->facts.version == TLS_1_3)
		good = open_1_3(t, traffic, sequence, r);
	else
		good = open_1_2(t, traffic, sequence, r);
	if (!good)
		e->spent += r->body.n;
	return good;
}

/* Tries sequence numbers from `from` on; *found is the right one. */
static bool search(struct tls *t, struct tls_end *e, enum tls_epoch epoch,
		   uint64_t *found, uint64_t from, const struct tls_record *r)
{
	const uint64_t tries = e->doubt ? TLS_TRIES_MAX : 1;

	if (!e->traffic[epoch].known)
		return false;
	for (uint64_t i = 0; i < tries; i++) {
		if (open_with(t, e, epoch, from + i, r)) {
			*found = from + i;
			return true;
		}
	}
	return false;
}

/* In this epoch, or, where that is in doubt, in one behind it. */
static bool open_somewhere(struct tls *t, struct tls_end *e,
			   const struct tls_record *r)
{
	const enum tls_epoch last = e->doubt ? TLS_EPOCH_NEXT : e->epoch;
	uint64_t from = e->sequence, sequence;

	for (enum tls_epoch epoch = e->epoch; epoch <= last; epoch++) {
		if (!search(t, e, epoch, &sequence, from, r)) {
			from = 0;
			continue;
		}
		e->epoch = epoch;
		if (epoch == TLS_EPOCH_NEXT)
			tls_secret_update(t, e);
		e->sequence = sequence + 1;
		return true;
	}
	return false;
}

/* TLS 1.3 has the real type behind the text, and zeros behind that. */
static void strip(const struct tls *t, struct span *plain, uint8_t *type)
{
	if (t->facts.version != TLS_1_3)
		return;
	while (plain->n > 0 && plain->p[plain->n - 1] == 0)
		plain->n--;
	*type = 0; /* all zeros: no type that there is */
	if (plain->n > 0)
		*type = plain->p[--plain->n];
}

bool tls_record_try(struct tls *t, struct tls_end *e, struct span *plain,
		    uint8_t *type, const struct tls_record *r)
{
	const size_t besides = t->keyed ? overhead(t) : 0;

	if (!t->keyed || r->body.n < besides || !open_somewhere(t, e, r))
		return false;
	const size_t tail = t->facts.version == TLS_1_3 ? 1 : 0;

	e->doubt = false;
	*plain = (struct span){ t->plain, r->body.n - besides + tail };
	*type = r->type;
	strip(t, plain, type);
	t->counts.opened++;
	return true;
}

/* Is there a key that might open the next record? */
static bool has_key(const struct tls *t, const struct tls_end *e)
{
	return t->keyed && (e->traffic[e->epoch].known ||
			    (e->doubt && e->traffic[TLS_EPOCH_TRAFFIC].known));
}

bool tls_record_open(struct tls *t, struct tls_end *e, struct span *plain,
		     uint8_t *type, const struct tls_record *r)
{
	/* Nothing was opened yet: these may be of the handshake, the key of
	 * which is not known. */
	const bool early = e->epoch == TLS_EPOCH_TRAFFIC && !e->sequence &&
			   t->facts.version == TLS_1_3 &&
			   !e->traffic[TLS_EPOCH_HANDSHAKE].known;
	const bool key = has_key(t, e);

	if (tls_record_try(t, e, plain, type, r))
		return true;
	if (key && !early)
		t->counts.unauthentic++;
	else
		t->counts.sealed++;
	/* Those of TLS 1.2 can be counted: should a key come, it fits. In 1.3
	 * the handshake ends at one that cannot be told. */
	if (!key && t->facts.version == TLS_1_2)
		e->sequence++;
	else
		e->doubt = true;
	e->lost = true;
	return false;
}
