/* Reads whole connections for the tests of tls, cut in all manners. */
#ifndef PROTO_TEST_TLS_READ_H
#define PROTO_TEST_TLS_READ_H

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/test_tls_talks.h"
#include "proto/tls.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEQ      0xfffff000u /* so that positions wrap */

struct reading {
	struct tls *t;
	struct tls_keys *keys;
	uint32_t at[2]; /* bytes fed of each end */
	struct buf out; /* "end text", a line each; '!' in front: bytes lost */
	uint32_t last[2];
	bool in_order; /* positions are unique and grow */
};

static inline struct span text_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static inline void on_data(void *context, int from, const struct message *m,
			   bool lost)
{
	struct reading *x = context;
	const uint32_t at = m->position - SEQ;

	if (x->last[from] > at || m->text.n > x->at[from] - at)
		x->in_order = false;
	x->last[from] = at + (uint32_t)m->text.n;
	buf_printf(&x->out, "%s%d ", lost ? "!" : "", from);
	buf_add(&x->out, m->text.p, m->text.n);
	if (m->text.p[m->text.n - 1] != '\n')
		buf_text(&x->out, "\n");
}

static inline void reading_init(struct reading *x, struct span keys)
{
	struct tls_keys_counts counts = { 0 };

	*x = (struct reading){ .in_order = true };
	buf_init(&x->out, 1 << 20);
	x->keys = tls_keys_new(64, 0);
	tls_keys_add(x->keys, keys, &counts);
	x->t = tls_new(x->keys);
}

static inline void reading_fini(struct reading *x)
{
	tls_free(x->t);
	tls_keys_free(x->keys);
	buf_fini(&x->out);
}

/* In a malloc of exactly its size. */
static inline void reading_feed(struct reading *x, int from, const uint8_t *p,
				size_t n)
{
	uint8_t *exact = mem_new(n ? n : 1, 1);
	const struct message chunk = { .text = { exact, n },
				       .position = SEQ + x->at[from] };

	if (n)
		memcpy(exact, p, n);
	x->at[from] += (uint32_t)n;
	tls_feed(x->t, from, chunk, on_data, x);
	free(exact);
}

static inline void reading_gap(struct reading *x, int from, size_t n)
{
	x->at[from] += (uint32_t)n;
	tls_gap(x->t, from, n);
}

static inline size_t part_bytes(uint8_t *out, size_t max, const char *hex)
{
	size_t n = 0;

	if (!hex_parse(out, &n, max, text_of(hex)))
		abort();
	return n;
}

static inline bool says(struct reading *x, const char *text)
{
	return x->out.n == strlen(text) && !strcmp(buf_str(&x->out), text);
}

#endif /* PROTO_TEST_TLS_READ_H */
