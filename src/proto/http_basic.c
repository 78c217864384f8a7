#include <string.h>

#include "base/mem.h"
#include "proto/http_private.h"

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool digit_value(uint32_t *value, uint8_t c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		return false;
	*value = (uint32_t)(at - digits);
	return true;
}

/* Base64 (RFC 4648), padded or not; at most room bytes. */
static bool decode(uint8_t *out, size_t *n, size_t room, struct span text)
{
	uint32_t bits = 0, value;
	size_t made = 0;

	while (text.n > 0 && text.p[text.n - 1] == '=')
		text.n--;
	for (size_t i = 0; i < text.n; i++) {
		if (!digit_value(&value, text.p[i]))
			return false;
		bits = bits << 6 | value;
		if (i % 4 == 0)
			continue;
		if (made == room)
			return false;
		out[made++] = (uint8_t)(bits >> (6 - i % 4 * 2));
	}
	*n = made;
	return text.n % 4 != 1;
}

static bool write_base64(struct buf *out, struct span in)
{
	bool fits = true;

	for (size_t i = 0; i < in.n; i += 3) {
		const size_t n = in.n - i < 3 ? in.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? in.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++) {
			const char digit = digits[bits >> (18 - 6 * k) & 63];

			fits &= buf_u8(out, k <= n ? (uint8_t)digit : '=');
		}
	}
	return fits;
}

bool http_basic_parse(struct span *user, struct span *password, uint8_t *room,
		      struct span value)
{
	size_t scheme = 0, n = 0;

	while (scheme < value.n && value.p[scheme] != ' ')
		scheme++;
	if (!http_head_is((struct span){ value.p, scheme }, "basic"))
		return false;
	value.p += scheme;
	value.n -= scheme;
	while (value.n > 0 && value.p[0] == ' ') {
		value.p++;
		value.n--;
	}
	if (!decode(room, &n, HTTP_CREDENTIALS_MAX, value))
		return false;
	/* The user's name ends at the first colon. */
	const uint8_t *colon = memchr(room, ':', n);
	const size_t name = colon ? (size_t)(colon - room) : n;
	const size_t behind = colon ? name + 1 : n;

	*user = (struct span){ room, name };
	*password = (struct span){ room + behind, n - behind };
	return true;
}

bool http_basic_write(struct buf *out, const char *user, const char *password)
{
	struct buf pair;

	buf_init(&pair, HTTP_CREDENTIALS_MAX);

	const bool fits = buf_printf(&pair, "%s:%s", user, password) &&
			  buf_text(out, "Authorization: Basic ") &&
			  write_base64(out, buf_span(&pair)) &&
			  buf_text(out, "\r\n");

	buf_fini(&pair);
	return fits;
}
