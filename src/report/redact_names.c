#include "report/redact_names.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/map.h"
#include "base/mem.h"
#include "hash/digest.h"

#define NAMES_MAX  (1u << 24)
#define DIGITS_MIN 4
#define DIGITS_MAX 64
/* Of an address: those behind 2001:db8::, in groups of four. */
#define ADDRESS_DIGITS_MIN 8
#define ADDRESS_DIGITS_MAX 24

static const char *const kinds[] = {
#define REDACT_NAME(name, text) text,
	REDACT_KINDS_LIST(REDACT_NAME)
#undef REDACT_NAME
};

struct name {
	uint8_t kind, sum[32];
};

struct redact_names {
	uint8_t key[32];
	struct map *seen; /* kind and sum of what was told */
	struct name *name;
	size_t n;
	size_t digits[REDACT_KINDS];
};

struct redact_names *redact_names_new(const uint8_t key[32])
{
	struct redact_names *n = mem_new(1, sizeof(*n));

	memcpy(n->key, key, sizeof(n->key));
	n->seen = map_new(NAMES_MAX, 0);
	for (int k = 0; k < REDACT_KINDS; k++)
		n->digits[k] = DIGITS_MAX;
	return n;
}

void redact_names_free(struct redact_names *n)
{
	map_free(n->seen);
	free(n->name);
	free(n);
}

/* No name has a NUL in it, so that kind and name cannot be mistaken. */
static void sum_of(uint8_t sum[32], const struct redact_names *n,
		   const char *kind, const char *name)
{
	struct buf both;

	buf_init(&both, SIZE_MAX / 2);
	buf_add(&both, kind, strlen(kind) + 1);
	buf_text(&both, name);
	digest_hmac_sha256(sum, n->key, both.p, both.n);
	buf_fini(&both);
}

void redact_names_tell(struct redact_names *n, enum redact_kind kind,
		       const char *name)
{
	struct name x = { .kind = (uint8_t)kind };
	bool fresh = false;

	sum_of(x.sum, n, kinds[kind], name);
	if (!map_put(n->seen, (struct span){ (const uint8_t *)&x, sizeof(x) },
		     &fresh) ||
	    !fresh)
		return;
	if ((n->n & (n->n - 1)) == 0)
		n->name = mem_resize(n->name, n->n ? 2 * n->n : 1,
				     sizeof(n->name[0]));
	n->name[n->n++] = x;
}

static int compare_names(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct name));
}

/* Digits that two sums begin with alike. */
static size_t alike(const uint8_t a[32], const uint8_t b[32])
{
	size_t i = 0;

	while (i < 32 && a[i] == b[i])
		i++;
	return 2 * i + (i < 32 && a[i] >> 4 == b[i] >> 4);
}

void redact_names_settle(struct redact_names *n)
{
	for (int k = 0; k < REDACT_KINDS; k++)
		n->digits[k] = DIGITS_MIN;
	n->digits[REDACT_ADDRESS] = ADDRESS_DIGITS_MIN;
	if (n->n > 0)
		qsort(n->name, n->n, sizeof(n->name[0]), compare_names);
	/* What is alike the most lies side by side. */
	for (size_t i = 1; i < n->n; i++) {
		const struct name *x = &n->name[i];
		size_t *digits = &n->digits[x->kind];
		const size_t same = alike(x[-1].sum, x->sum);

		if (x[-1].kind == x->kind && same >= *digits)
			*digits = same + 1;
	}
	while (n->digits[REDACT_ADDRESS] % 4)
		n->digits[REDACT_ADDRESS]++;
}

static char *address_text(char out[REDACT_TEXT], const uint8_t sum[32],
			  size_t digits)
{
	uint8_t ip[16] = { 0x20, 0x01, 0x0d, 0xb8 };
	const size_t n =
		(digits < ADDRESS_DIGITS_MAX ? digits : ADDRESS_DIGITS_MAX) / 2;

	memcpy(ip + 16 - n, sum, n);
	inet_ntop(AF_INET6, ip, out, REDACT_TEXT);
	return out;
}

char *redact_names_text(char out[REDACT_TEXT], const struct redact_names *n,
			enum redact_kind kind, const char *name)
{
	uint8_t sum[32];
	char digits[65];

	sum_of(sum, n, kinds[kind], name);
	if (kind == REDACT_ADDRESS)
		return address_text(out, sum, n->digits[kind]);
	(void)snprintf(out, REDACT_TEXT, "%s-%.*s", kinds[kind],
		       (int)n->digits[kind], hex_text(digits, sum, 32));
	return out;
}

char *redact_names_id(char out[17], const struct redact_names *n,
		      const char *id)
{
	uint8_t sum[32];

	sum_of(sum, n, "session", id);
	return hex_text(out, sum, 8);
}
