#include "proto/tls_keys.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/map.h"
#include "base/mem.h"

#define SECRET_MIN 32 /* of SHA-256 */

struct secret {
	uint8_t n, bytes[TLS_KEYS_SECRET_MAX];
};

struct tls_keys {
	struct map *map; /* label and client random -> index + 1 */
	struct secret *secret;
	size_t n, room;
};

static const char *const labels[] = {
#define TEXT(name, text) [name] = (text),
	TLS_KEYS_LIST(TEXT)
#undef TEXT
};
#define LABELS (sizeof(labels) / sizeof(labels[0]))

struct line {
	uint8_t key[1 + TLS_KEYS_RANDOM]; /* of the map: label, random */
	struct secret secret;
};

enum kind {
	LINE_SECRET,
	LINE_IGNORED,
	LINE_NOTHING,
	LINE_BAD
};

struct tls_keys *tls_keys_new(size_t limit, uint64_t seed)
{
	struct tls_keys *k = mem_new(1, sizeof(*k));

	k->map = map_new(limit, seed);
	return k;
}

void tls_keys_free(struct tls_keys *k)
{
	if (!k)
		return;
	if (k->secret)
		OPENSSL_cleanse(k->secret, k->room * sizeof(*k->secret));
	free(k->secret);
	map_free(k->map);
	free(k);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of text, which loses it; empty at the end. */
static struct span word(struct span *text)
{
	struct span w;

	while (text->n && is_blank(*text->p)) {
		text->p++;
		text->n--;
	}
	w = (struct span){ text->p, 0 };
	while (text->n && !is_blank(*text->p)) {
		w.n++;
		text->p++;
		text->n--;
	}
	return w;
}

static bool same(struct span text, const char *s)
{
	return text.n == strlen(s) && !memcmp(text.p, s, text.n);
}

/* Labels are open-ended: whoever writes the file may have more of them. */
static bool is_label(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		const uint8_t c = text.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_')
			return false;
	}
	return text.n > 0;
}

static bool is_hex(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		const uint8_t c = text.p[i] | 0x20;

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return text.n > 0 && text.n % 2 == 0;
}

static bool size_fits(enum tls_keys_label label, size_t n)
{
	if (label == TLS_KEYS_MASTER)
		return n == TLS_KEYS_SECRET_MAX;
	return n == SECRET_MIN || n == TLS_KEYS_SECRET_MAX;
}

static enum kind read_line(struct line *out, struct span text)
{
	const struct span label = word(&text), random = word(&text);
	const struct span secret = word(&text);
	uint8_t i = 0;
	size_t n;

	if (!label.n || label.p[0] == '#')
		return LINE_NOTHING;
	if (!is_label(label) || !is_hex(random) || !is_hex(secret) ||
	    word(&text).n)
		return LINE_BAD;
	while (i < LABELS && !same(label, labels[i]))
		i++;
	if (i == LABELS)
		return LINE_IGNORED;
	out->key[0] = i;
	if (!hex_bytes(out->key + 1, TLS_KEYS_RANDOM, random) ||
	    !hex_parse(out->secret.bytes, &n, TLS_KEYS_SECRET_MAX, secret) ||
	    !size_fits(i, n))
		return LINE_BAD;
	out->secret.n = (uint8_t)n;
	return LINE_SECRET;
}

/* Not mem_resize(), which might leave the secrets where they were. */
static void grow(struct tls_keys *k)
{
	const size_t room = k->room ? 2 * k->room : 16;
	struct secret *more = mem_new(room, sizeof(*more));

	if (k->n) {
		memcpy(more, k->secret, k->n * sizeof(*more));
		OPENSSL_cleanse(k->secret, k->n * sizeof(*more));
	}
	free(k->secret);
	k->secret = more;
	k->room = room;
}

static void keep(struct tls_keys *k, const struct line *line,
		 struct tls_keys_counts *counts)
{
	const struct span key = { line->key, sizeof(line->key) };
	uint64_t *place;
	bool fresh;

	place = map_put(k->map, key, &fresh);
	if (!place) {
		counts->dropped++;
		return;
	}
	if (!fresh) {
		counts->known++;
		return;
	}
	if (k->n == k->room)
		grow(k);
	k->secret[k->n++] = line->secret;
	*place = k->n;
	counts->kept++;
}

static void add_line(struct tls_keys *k, struct span text, uint64_t number,
		     struct tls_keys_counts *counts)
{
	struct line line = { 0 };
	enum kind kind = LINE_BAD;

	if (text.n <= TLS_KEYS_LINE_MAX)
		kind = read_line(&line, text);
	switch (kind) {
	case LINE_SECRET:
		keep(k, &line, counts);
		break;
	case LINE_IGNORED:
		counts->ignored++;
		break;
	case LINE_NOTHING:
		break;
	case LINE_BAD:
		counts->bad++;
		if (!counts->bad_line)
			counts->bad_line = number;
		break;
	}
	OPENSSL_cleanse(&line, sizeof(line));
}

void tls_keys_add(struct tls_keys *k, struct span text,
		  struct tls_keys_counts *counts)
{
	for (uint64_t number = 1; text.n > 0; number++) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		const size_t n = end ? (size_t)(end - text.p) : text.n;
		const size_t used = end ? n + 1 : n;

		add_line(k, (struct span){ text.p, n }, number, counts);
		text.p += used;
		text.n -= used;
	}
}

size_t tls_keys_count(const struct tls_keys *k)
{
	return k->n;
}

bool tls_keys_find(const struct tls_keys *k, struct span *secret,
		   enum tls_keys_label label,
		   const uint8_t client_random[TLS_KEYS_RANDOM])
{
	uint8_t key[1 + TLS_KEYS_RANDOM];
	const uint64_t *place;

	key[0] = (uint8_t)label;
	memcpy(key + 1, client_random, TLS_KEYS_RANDOM);
	place = map_find(k->map, (struct span){ key, sizeof(key) });
	if (!place)
		return false;
	const struct secret *s = &k->secret[*place - 1];

	*secret = (struct span){ s->bytes, s->n };
	return true;
}
