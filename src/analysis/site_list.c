#include "analysis/site_list.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/lines.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"

#define BITS     128
#define MAPPED_N 12 /* bytes before an IPv4 address */

static const uint8_t mapped[MAPPED_N] = { [10] = 0xff, [11] = 0xff };

struct entry {
	uint8_t address[16]; /* bits behind the prefix are 0 */
	uint8_t bits;
	unsigned long line;
	char *name;
};

struct site_list {
	struct entry *entry; /* longest prefixes first, then by address */
	size_t n, room;
	size_t at[BITS + 2]; /* prefixes of `bits` bits: from at[BITS - bits]
			      * to at[BITS - bits + 1] */
};

bool site_list_address(uint8_t out[16], const char *ip)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, ip, raw) == 1) {
		memcpy(out, mapped, MAPPED_N);
		memcpy(out + MAPPED_N, raw, 4);
		return true;
	}
	if (inet_pton(AF_INET6, ip, raw) != 1)
		return false;
	memcpy(out, raw, sizeof(raw));
	return true;
}

static void mask(uint8_t address[16], unsigned bits)
{
	for (unsigned i = 0; i < 16; i++) {
		const unsigned left = bits > 8 * i ? bits - 8 * i : 0;

		if (left < 8)
			address[i] &= (uint8_t)(0xff00u >> left);
	}
}

/* "10.0.0.0/8" as 128 bits; NULL, or what is wrong. */
static const char *read_prefix(struct entry *e, struct span text)
{
	char ip[INET6_ADDRSTRLEN];
	const uint8_t *slash = memchr(text.p, '/', text.n);
	const size_t n = slash ? (size_t)(slash - text.p) : text.n;
	uint8_t whole[16];
	uint64_t bits;

	if (n == 0 || n >= sizeof(ip) || memchr(text.p, '\0', n))
		return "begins with no address";
	memcpy(ip, text.p, n);
	ip[n] = '\0';
	if (!site_list_address(whole, ip))
		return "begins with no address";
	const unsigned most = strchr(ip, ':') ? BITS : 32;

	bits = most;
	if (slash &&
	    (!num_u64(&bits, (struct span){ slash + 1, text.n - n - 1 }) ||
	     bits > most))
		return "the length behind the address is none it can have";
	e->bits = (uint8_t)(bits + BITS - most);
	memcpy(e->address, whole, sizeof(whole));
	mask(e->address, e->bits);
	return memcmp(e->address, whole, sizeof(whole)) == 0
		       ? NULL
		       : "bits behind the prefix are set: write the network's "
			 "own address, or a longer prefix";
}

static const char *read_name(struct entry *e, struct span text)
{
	struct span rest = text;
	uint32_t code;
	size_t n;

	if (text.n == 0)
		return "no name behind the prefix";
	if (text.n > SITE_LIST_NAME_MAX)
		return "the name is longer than 127 bytes";
	while (rest.n > 0) {
		if (!utf8_read(&code, &n, rest) || code < 0x20 ||
		    (code >= 0x7f && code < 0xa0))
			return "the name is not printable UTF-8";
		rest.p += n;
		rest.n -= n;
	}
	e->name = mem_text(text.p, text.n);
	return NULL;
}

/* The prefix ends at a comma or a blank, whichever comes first. */
static void split(struct span *prefix, struct span *name, struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != ',' && line.p[n] != ' ' &&
	       line.p[n] != '\t')
		n++;
	*prefix = (struct span){ line.p, n };
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	if (n < line.n && line.p[n] == ',')
		n++;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	*name = (struct span){ line.p + n, line.n - n };
}

static const char *read_line(struct site_list *l, struct span line,
			     unsigned long number)
{
	struct entry e = { .line = number };
	struct span prefix, name;
	const char *wrong;

	split(&prefix, &name, line);
	wrong = read_prefix(&e, prefix);
	if (!wrong && l->n == SITE_LIST_MAX)
		wrong = "one line more than are read";
	if (!wrong)
		wrong = read_name(&e, name);
	if (wrong)
		return wrong;
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->entry = mem_resize(l->entry, l->room, sizeof(l->entry[0]));
	}
	l->entry[l->n++] = e;
	return NULL;
}

static int compare(const struct entry *x, const struct entry *y)
{
	if (x->bits != y->bits)
		return x->bits > y->bits ? -1 : 1;
	return memcmp(x->address, y->address, sizeof(x->address));
}

static int by_length(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int order = compare(x, y);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* A prefix that has two names; the same line twice does no harm. */
static const struct entry *contradiction(const struct site_list *l)
{
	for (size_t i = 1; i < l->n; i++) {
		if (compare(&l->entry[i - 1], &l->entry[i]) == 0 &&
		    strcmp(l->entry[i - 1].name, l->entry[i].name) != 0)
			return &l->entry[i];
	}
	return NULL;
}

static void index_lengths(struct site_list *l)
{
	size_t i = 0;

	for (unsigned bits = BITS + 1; bits-- > 0;) {
		l->at[BITS - bits] = i;
		while (i < l->n && l->entry[i].bits == bits)
			i++;
	}
	l->at[BITS + 1] = i;
}

struct site_list *site_list_parse(struct span text, const char *name,
				  struct why *why)
{
	struct site_list *l = mem_new(1, sizeof(*l));
	struct lines lines = lines_over(text);
	const struct entry *twice;
	struct span line;

	while (lines_next(&line, &lines)) {
		const char *wrong = read_line(l, line, lines.number);

		if (!wrong)
			continue;
		status_why(why, ST_BAD, "%s: line %lu: %s", name, lines.number,
			   wrong);
		site_list_free(l);
		return NULL;
	}
	if (l->n > 1)
		qsort(l->entry, l->n, sizeof(l->entry[0]), by_length);
	twice = contradiction(l);
	if (twice) {
		status_why(why, ST_BAD,
			   "%s: line %lu: line %lu gives this prefix another "
			   "name",
			   name, twice->line, twice[-1].line);
		site_list_free(l);
		return NULL;
	}
	index_lengths(l);
	return l;
}

void site_list_free(struct site_list *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->entry[i].name);
	free(l->entry);
	free(l);
}

static void tell_prefix(char out[SITE_LIST_PREFIX], const struct entry *e)
{
	const bool is_v4 = e->bits >= BITS - 32 &&
			   memcmp(e->address, mapped, MAPPED_N) == 0;
	char ip[INET6_ADDRSTRLEN];

	if (!inet_ntop(is_v4 ? AF_INET : AF_INET6,
		       e->address + (is_v4 ? MAPPED_N : 0), ip, sizeof(ip)))
		ip[0] = '\0';
	snprintf(out, SITE_LIST_PREFIX, "%s/%u", ip,
		 e->bits - (is_v4 ? BITS - 32u : 0u));
}

const char *site_list_find(char prefix[SITE_LIST_PREFIX],
			   const struct site_list *l, const uint8_t address[16])
{
	for (unsigned bits = BITS + 1; bits-- > 0;) {
		size_t low = l->at[BITS - bits], high = l->at[BITS - bits + 1];
		struct entry key = { .bits = (uint8_t)bits };

		if (low == high)
			continue;
		memcpy(key.address, address, sizeof(key.address));
		mask(key.address, bits);
		while (low < high) {
			const size_t mid = low + (high - low) / 2;

			if (compare(&l->entry[mid], &key) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < l->at[BITS - bits + 1] &&
		    compare(&l->entry[low], &key) == 0) {
			tell_prefix(prefix, &l->entry[low]);
			return l->entry[low].name;
		}
	}
	return NULL;
}
