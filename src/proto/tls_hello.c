#include <string.h>

#include "proto/tls_private.h"

enum {
	EXTENSION_NAME = 0,
	EXTENSION_GROUPS = 10,
	EXTENSION_FORMATS = 11,
	EXTENSION_ALGORITHMS = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_VERSIONS = 43,
};

bool tls_is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

/* A list behind its length in bytes. */
static struct span list8(struct cur *c)
{
	return cur_take(c, cur_u8(c));
}

static struct span list16(struct cur *c)
{
	return cur_take(c, cur_be16(c));
}

/* id 2 | length 2 | body */
struct span tls_hello_extension(struct cur *c, uint16_t *id)
{
	*id = cur_be16(c);
	return list16(c);
}

/* The list is all there is; n: of the length in front of it. */
static bool whole_list(struct span *out, struct span body, size_t n)
{
	struct cur c = cur_over(body);
	const struct span list = n == 1 ? list8(&c) : list16(&c);

	if (!cur_done(&c))
		return false;
	*out = list;
	return true;
}

static bool whole_pairs(struct span *out, struct span body, size_t n)
{
	struct span list;

	if (!whole_list(&list, body, n) || list.n % 2)
		return false;
	*out = list;
	return true;
}

bool tls_hello_alpn(struct span *out, struct span body)
{
	struct span list;

	if (!whole_list(&list, body, 2))
		return false;
	struct cur c = cur_over(list);

	while (cur_left(&c))
		list8(&c);
	if (!cur_ok(&c))
		return false;
	*out = list;
	return true;
}

/* Entries of type 1 | length 2 | name, of which type 0 is a host. A server
 * that agrees sends an empty body. */
static bool read_name(struct tls_hello *h, struct span body)
{
	struct span list;

	h->has_name = true;
	if (!body.n)
		return true;
	if (!whole_list(&list, body, 2))
		return false;
	struct cur c = cur_over(list);

	while (cur_left(&c)) {
		const uint8_t type = cur_u8(&c);
		const struct span name = list16(&c);

		if (type == 0 && !h->name.n)
			h->name = name;
	}
	return cur_ok(&c);
}

/* Of a client a list, of a server the one that was chosen. */
static bool read_versions(struct tls_hello *h, struct span body, bool client)
{
	if (client)
		return whole_pairs(&h->versions, body, 1);
	h->versions = body;
	return body.n == 2;
}

static bool read_extension(struct tls_hello *h, uint16_t id, struct span body,
			   bool client)
{
	switch (id) {
	case EXTENSION_NAME:
		return read_name(h, body);
	case EXTENSION_GROUPS:
		return whole_pairs(&h->groups, body, 2);
	case EXTENSION_FORMATS:
		return whole_list(&h->formats, body, 1);
	case EXTENSION_ALGORITHMS:
		return whole_pairs(&h->algorithms, body, 2);
	case EXTENSION_ALPN:
		return tls_hello_alpn(&h->alpn, body);
	case EXTENSION_VERSIONS:
		return read_versions(h, body, client);
	default:
		return true;
	}
}

/* Nothing at all, or a list with its length. */
static bool read_extensions(struct tls_hello *h, struct cur *c, bool client)
{
	if (!cur_left(c))
		return cur_done(c);
	h->ids = list16(c);
	if (!cur_done(c))
		return false;
	struct cur each = cur_over(h->ids);

	while (cur_left(&each)) {
		uint16_t id;
		const struct span body = tls_hello_extension(&each, &id);

		if (!cur_ok(&each) || !read_extension(h, id, body, client))
			return false;
	}
	return true;
}

/* version 2 | random 32 | session id, length 1 */
static bool read_start(struct tls_hello *h, struct cur *c)
{
	h->version = cur_be16(c);
	h->random = cur_take(c, TLS_RANDOM);
	return list8(c).n <= 32 && cur_ok(c) && h->version >> 8 == 3;
}

/* ... | suites, length 2 | compressions, length 1 | extensions */
bool tls_hello_client(struct tls_hello *out, struct span body)
{
	struct cur c = cur_over(body);
	struct tls_hello h = { 0 };

	if (!read_start(&h, &c))
		return false;
	h.suites = list16(&c);
	if (!list8(&c).n || !h.suites.n || h.suites.n % 2 ||
	    !read_extensions(&h, &c, true))
		return false;
	*out = h;
	return true;
}

/* ... | suite 2 | compression 1 | extensions */
bool tls_hello_server(struct tls_hello *out, struct span body)
{
	struct cur c = cur_over(body);
	struct tls_hello h = { 0 };

	if (!read_start(&h, &c))
		return false;
	h.suites = cur_take(&c, 2);
	if (cur_u8(&c) != 0 || !read_extensions(&h, &c, false))
		return false;
	*out = h;
	return true;
}

/* RFC 8446, 4.1.3: SHA-256 of "HelloRetryRequest" in place of the random. */
bool tls_hello_is_retry(const struct tls_hello *h)
{
	static const uint8_t random[TLS_RANDOM] = {
		0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
		0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
		0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
		0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
	};

	return !memcmp(h->random.p, random, TLS_RANDOM);
}

/* header 5 | type and length 4 | version 2 | random 32 | length of session id
 */
#define LIKELY_ALL 44

bool tls_begun(struct span bytes)
{
	static const uint8_t front[] = { TLS_HANDSHAKE, 3 };
	const size_t n = bytes.n < sizeof(front) ? bytes.n : sizeof(front);

	if (bytes.n >= LIKELY_ALL)
		return false;
	return bytes.n < 11 ? bytes.n == 0 || !memcmp(bytes.p, front, n)
			    : tls_likely(bytes);
}

bool tls_likely(struct span bytes)
{
	struct cur c = cur_over(bytes);
	const uint8_t type = cur_u8(&c), major = cur_u8(&c), minor = cur_u8(&c);
	const uint16_t n = cur_be16(&c);
	const uint8_t message = cur_u8(&c);
	const uint32_t high = cur_u8(&c);
	const uint32_t size = high << 16 | cur_be16(&c);
	const uint8_t hello_major = cur_u8(&c), hello_minor = cur_u8(&c);
	/* Without a session id, extensions, and any but one suite. */
	const uint32_t least = message == 1 ? 41 : 38;

	if (!cur_ok(&c) || type != TLS_HANDSHAKE || major != 3 || minor > 3 ||
	    n > 16384 || n < 4 + least)
		return false;
	if ((message != 1 && message != 2) || size < least ||
	    size > TLS_HANDSHAKE_MAX || hello_major != 3 || hello_minor > 3)
		return false;
	/* A ServerHello is small; what follows it may share its record. */
	if (message == 2 && size + 4 > n)
		return false;
	cur_take(&c, TLS_RANDOM);
	return !cur_ok(&c) || !cur_left(&c) || cur_u8(&c) <= 32;
}

bool tls_name_asked(struct span *name, struct span bytes)
{
	struct cur c = cur_over(bytes);
	struct tls_hello hello;

	if (!tls_likely(bytes))
		return false;
	cur_take(&c, TLS_RECORD_HEADER);
	const uint8_t message = cur_u8(&c);
	const uint32_t high = cur_u8(&c);
	const uint32_t size = high << 16 | cur_be16(&c);
	const struct span body = cur_take(&c, size);

	if (!cur_ok(&c) || message != 1 || !tls_hello_client(&hello, body) ||
	    !hello.has_name)
		return false;
	*name = hello.name;
	return true;
}
