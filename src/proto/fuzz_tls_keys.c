/* Input: u8 limit | a key log.
 *
 * The properties: a secret is kept only as often as it was counted, and never
 * more of them than the limit; every line is counted once or is nothing; the
 * log read line by line keeps the same as whole; what is found has a size that
 * its label may have; a second reading adds nothing, unless the limit kept
 * something out. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/tls_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static uint64_t lines(struct span text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n' || i + 1 == text.n;
	return n;
}

static void by_line(struct tls_keys *k, struct span text,
		    struct tls_keys_counts *counts)
{
	while (text.n > 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		const size_t n = end ? (size_t)(end - text.p) + 1 : text.n;
		uint8_t *copy = mem_new(n, 1);

		memcpy(copy, text.p, n);
		tls_keys_add(k, (struct span){ copy, n }, counts);
		free(copy);
		text.p += n;
		text.n -= n;
	}
}

static void look_for(const struct tls_keys *a, const struct tls_keys *b,
		     const uint8_t *random)
{
	static const enum tls_keys_label labels[] = {
		TLS_KEYS_MASTER,           TLS_KEYS_CLIENT_HANDSHAKE,
		TLS_KEYS_SERVER_HANDSHAKE, TLS_KEYS_CLIENT_TRAFFIC,
		TLS_KEYS_SERVER_TRAFFIC,
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct span x = { 0 }, y = { 0 };

		must(tls_keys_find(a, &x, labels[i], random) ==
		     tls_keys_find(b, &y, labels[i], random));
		must(x.n == y.n && (!x.n || !memcmp(x.p, y.p, x.n)));
		must(x.n == 0 || x.n == 48 || (x.n == 32 && i > 0));
	}
}

/* Wherever there are 64 digits that may be a client random. */
static void look(const struct tls_keys *a, const struct tls_keys *b,
		 struct span text)
{
	const size_t digits = 2 * TLS_KEYS_RANDOM;
	uint8_t random[TLS_KEYS_RANDOM];

	for (size_t at = 0; at + digits <= text.n; at++) {
		const struct span s = { text.p + at, digits };

		if ((at == 0 || text.p[at - 1] == ' ') &&
		    hex_bytes(random, sizeof(random), s))
			look_for(a, b, random);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tls_keys_counts a = { 0 }, b = { 0 }, again = { 0 };

	if (size < 1)
		return 0;
	const struct span text = { data + 1, size - 1 };
	struct tls_keys *whole = tls_keys_new(data[0], 0);
	struct tls_keys *cut = tls_keys_new(data[0], 0);

	tls_keys_add(whole, text, &a);
	by_line(cut, text, &b);
	must(a.kept == b.kept && a.known == b.known && a.bad == b.bad &&
	     a.ignored == b.ignored && a.dropped == b.dropped);
	must(tls_keys_count(whole) == a.kept && a.kept <= data[0]);
	must(a.kept + a.known + a.ignored + a.bad + a.dropped <= lines(text));
	must((a.bad == 0) == (a.bad_line == 0) && a.bad_line <= lines(text));
	look(whole, cut, text);
	tls_keys_add(whole, text, &again);
	must(again.kept == 0 && again.known == a.kept + a.known);
	must(again.dropped == a.dropped && again.bad_line == a.bad_line);
	tls_keys_free(whole);
	tls_keys_free(cut);
	return 0;
}
