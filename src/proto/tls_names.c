#include <string.h>

#include "proto/tls_private.h"

#define NAMES_MAX 256 /* of one certificate that are looked at */

/* Tags of X.690 that stand in a certificate. */
#define DER_BOOLEAN   0x01
#define DER_BITS      0x03
#define DER_OCTETS    0x04
#define DER_OID       0x06
#define DER_SEQUENCE  0x30
#define DER_SET       0x31
#define DER_DNS_NAME  0x82
#define DER_CONTEXT_0 0xa0
#define DER_CONTEXT_3 0xa3

#define OID_COMMON_NAME       "\x55\x04\x03"
#define OID_ALTERNATIVE_NAMES "\x55\x1d\x11"

bool tls_printable(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < 0x20 || text.p[i] > 0x7e)
			return false;
	}
	return text.n > 0;
}

bool tls_text(char out[TLS_TEXT_MAX], struct span text)
{
	if (!tls_printable(text) || text.n >= TLS_TEXT_MAX)
		return false;
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

static void add(struct buf *out, uint64_t *dropped, struct span name)
{
	if (!tls_printable(name) || name.n >= TLS_TEXT_MAX ||
	    name.n + 1 > out->limit - out->n) {
		++*dropped;
		return;
	}
	buf_add(out, name.p, name.n);
	buf_text(out, "\n");
}

/* X.690: u8 tag | length | value, where a length up to 127 is a byte, and a
 * longer one 0x80 plus the number of bytes it takes, then these. */
static struct cur take(struct cur *c, uint8_t *tag)
{
	uint8_t n;
	size_t length;

	*tag = cur_u8(c);
	n = cur_u8(c);
	length = n;
	if (n > 0x80 && n <= 0x83) {
		length = 0;
		for (n &= 0x7f; n > 0; n--)
			length = length << 8 | cur_u8(c);
	} else if (n >= 0x80) {
		cur_take(c, SIZE_MAX); /* endless, or larger than we read */
	}
	return cur_sub(c, length);
}

/* The next value, which must have this tag. */
static struct cur take_tag(struct cur *c, uint8_t wanted)
{
	uint8_t tag;
	struct cur value = take(c, &tag);

	if (tag != wanted) {
		cur_take(c, SIZE_MAX);
		cur_take(&value, SIZE_MAX);
	}
	return value;
}

static struct span rest_of(struct cur c)
{
	return cur_take(&c, cur_left(&c));
}

static bool is_oid(struct cur oid, const char *bytes)
{
	const struct span s = rest_of(oid);

	return s.n == strlen(bytes) && memcmp(s.p, bytes, s.n) == 0;
}

/* Name: SEQUENCE OF SET OF SEQUENCE { type OID, value }. The last common name
 * is the most specific. */
static bool add_subject(struct buf *out, uint64_t *dropped, struct cur name)
{
	struct span last = { NULL, 0 };

	while (cur_left(&name) > 0) {
		struct cur set = take_tag(&name, DER_SET);

		while (cur_left(&set) > 0) {
			struct cur pair = take_tag(&set, DER_SEQUENCE);
			const struct cur type = take_tag(&pair, DER_OID);
			uint8_t tag;
			const struct cur value = take(&pair, &tag);

			if (!cur_ok(&pair))
				return false;
			if (is_oid(type, OID_COMMON_NAME))
				last = rest_of(value);
		}
		if (!cur_ok(&set))
			return false;
	}
	if (last.n > 0)
		add(out, dropped, last);
	return cur_ok(&name);
}

/* GeneralNames: SEQUENCE OF GeneralName, of which [2] is a DNS name. */
static bool add_alternatives(struct buf *out, uint64_t *dropped,
			     struct cur octets)
{
	struct cur names = take_tag(&octets, DER_SEQUENCE);

	for (size_t n = 0; cur_left(&names) > 0; n++) {
		uint8_t tag;
		const struct cur value = take(&names, &tag);

		if (!cur_ok(&names))
			return false;
		if (tag != DER_DNS_NAME)
			continue;
		if (n < NAMES_MAX)
			add(out, dropped, rest_of(value));
		else
			++*dropped;
	}
	return cur_ok(&names);
}

/* [3] EXPLICIT SEQUENCE OF SEQUENCE { OID, critical BOOLEAN?, OCTET STRING } */
static bool add_extensions(struct buf *out, uint64_t *dropped, struct cur list)
{
	struct cur extensions = take_tag(&list, DER_SEQUENCE);

	while (cur_left(&extensions) > 0) {
		struct cur one = take_tag(&extensions, DER_SEQUENCE);
		const struct cur type = take_tag(&one, DER_OID);
		uint8_t tag;
		struct cur value = take(&one, &tag);

		if (tag == DER_BOOLEAN)
			value = take(&one, &tag);
		if (!cur_ok(&one) || tag != DER_OCTETS)
			return false;
		if (is_oid(type, OID_ALTERNATIVE_NAMES) &&
		    !add_alternatives(out, dropped, value))
			return false;
	}
	return cur_ok(&extensions);
}

/* RFC 5280, 4.1: SEQUENCE { SEQUENCE { [0] version?, serial, algorithm, issuer,
 * validity, subject, key, [1]?, [2]?, [3] extensions? }, algorithm, signature
 * }. Only the names are read: OpenSSL would take the key apart, too, which
 * costs more than all else in a connection that says nothing of mining. */
bool tls_names(struct buf *out, uint64_t *dropped, struct span der)
{
	struct cur c = cur_over(der);
	struct cur certificate = take_tag(&c, DER_SEQUENCE);
	struct cur body = take_tag(&certificate, DER_SEQUENCE);
	uint8_t tag;

	if (der.n > TLS_HANDSHAKE_MAX || !cur_ok(&certificate))
		return false;
	take_tag(&certificate, DER_SEQUENCE);
	take_tag(&certificate, DER_BITS);
	take(&body, &tag);
	if (tag == DER_CONTEXT_0)
		take(&body, &tag); /* the serial number, then */
	take_tag(&body, DER_SEQUENCE);
	take_tag(&body, DER_SEQUENCE);
	take_tag(&body, DER_SEQUENCE);
	const struct cur subject = take_tag(&body, DER_SEQUENCE);

	take_tag(&body, DER_SEQUENCE);
	if (!cur_done(&c) || !cur_done(&certificate) || !cur_ok(&body))
		return false;
	if (!add_subject(out, dropped, subject))
		return false;
	while (cur_left(&body) > 0) {
		const struct cur part = take(&body, &tag);

		if (tag == DER_CONTEXT_3 && !add_extensions(out, dropped, part))
			return false;
	}
	return cur_ok(&body);
}
