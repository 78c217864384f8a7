#include "ingest/pcapng.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ingest/capture.h"

#define BLOCK_MIN 12 /* type, length, and the length again */

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	BLOCK_SECRETS = 10,
};
#define BLOCK_SECTION 0x0a0d0d0au /* the same in either byte order */
#define ORDER_MARK    0x1a2b3c4du
#define TLS_KEY_LOG   0x544c534bu

enum {
	OPTION_END = 0,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14,
};

/* Inline, because it is most of the work of reading a packet. */
static inline uint32_t u32(const struct pcapng *f, struct cur *c)
{
	return f->big ? cur_be32(c) : cur_le32(c);
}

static inline uint16_t u16(const struct pcapng *f, struct cur *c)
{
	return f->big ? cur_be16(c) : cur_le16(c);
}

/* Fields end on a multiple of four bytes: how many follow one of n bytes. */
static size_t padding(size_t n)
{
	return (4 - n % 4) % 4;
}

#define BAD(r, ...) (status_why(&(r)->why, ST_BAD, __VA_ARGS__), PARSE_BAD)

/* order 4 | major 2 | minor 2 | section length 8 | options
 * The length may be unknown (-1) or wrong, and is not needed. */
static enum parse section(struct pcapng *f, struct record *r, struct cur body)
{
	cur_take(&body, 4);
	const uint16_t major = u16(f, &body);

	cur_take(&body, 10);
	if (!cur_ok(&body))
		return BAD(r, "its section header is too short");
	if (major != 1)
		return BAD(r, "pcapng version %u is not read", major);
	f->begun = true;
	f->n = 0;
	r->is_packet = false;
	return PARSE_OK;
}

/* Highest bit set: 2 to the minus, else 10 to the minus the rest. */
static bool resolution(uint64_t *per_second, uint8_t code)
{
	const unsigned power = code & 0x7f;
	uint64_t v = 1;

	if (power > (code & 0x80 ? 63 : 19))
		return false;
	for (unsigned i = 0; i < power; i++)
		v *= code & 0x80 ? 2 : 10;
	*per_second = v;
	return true;
}

/* One after the other: code 2 | length 2 | value, padded to four bytes. */
static bool options(const struct pcapng *f, struct pcapng_interface *i,
		    struct cur *c)
{
	while (cur_left(c) >= 4) {
		const uint16_t code = u16(f, c), n = u16(f, c);
		struct cur value = cur_sub(c, n);

		if (code == OPTION_END)
			break;
		if (cur_left(c))
			cur_take(c, padding(n));
		if (code == OPTION_RESOLUTION &&
		    !resolution(&i->per_second, cur_u8(&value)))
			return false;
		if (code == OPTION_OFFSET) {
			const uint32_t a = u32(f, &value), b = u32(f, &value);

			i->offset = (int64_t)(f->big ? (uint64_t)a << 32 | b
						     : (uint64_t)b << 32 | a);
		}
		if (!cur_ok(&value))
			return false;
	}
	return cur_ok(c);
}

/* link type 2 | reserved 2 | snaplen 4 | options */
static enum parse interface(struct pcapng *f, struct record *r, struct cur body)
{
	struct pcapng_interface new = { .per_second = 1000000 };

	new.link = u16(f, &body);
	cur_take(&body, 2);
	new.snaplen = u32(f, &body);
	if (!cur_ok(&body))
		return BAD(r, "its interface description is too short");
	if (!options(f, &new, &body))
		return BAD(r, "its interface has malformed options");
	if (f->n == PCAPNG_INTERFACES_MAX)
		return BAD(r, "it describes more than %u interfaces",
			   PCAPNG_INTERFACES_MAX);
	if (f->n == f->room) {
		f->room = f->room ? 2 * f->room : 4;
		f->interfaces = mem_resize(f->interfaces, f->room, sizeof(new));
	}
	f->interfaces[f->n++] = new;
	r->is_packet = false;
	return PARSE_OK;
}

static bool moment(struct ts *out, const struct pcapng_interface *i,
		   uint64_t units)
{
	uint64_t seconds = units / i->per_second;

	if (i->offset < 0) {
		const uint64_t back = -(uint64_t)i->offset;

		if (seconds < back)
			return false;
		seconds -= back;
	} else {
		if (seconds > UINT64_MAX - (uint64_t)i->offset)
			return false;
		seconds += (uint64_t)i->offset;
	}
	return ts_make(out, seconds, units % i->per_second, i->per_second);
}

/* EPB: interface 4          | time 8 | captured 4 | on the wire 4 | data
 * PB:  interface 2, drops 2 | time 8 | captured 4 | on the wire 4 | data
 * with data padded to four bytes and options behind it. */
static enum parse enhanced(const struct pcapng *f, struct record *r,
			   struct cur body, bool obsolete)
{
	const uint32_t id = obsolete ? u16(f, &body) : u32(f, &body);

	if (obsolete)
		cur_take(&body, 2);
	const uint32_t high = u32(f, &body), low = u32(f, &body);
	const uint32_t captured = u32(f, &body), wire = u32(f, &body);
	const struct span data = cur_take(&body, captured);
	struct ts ts;

	if (captured > CAPTURE_RECORD_MAX || wire > CAPTURE_RECORD_MAX ||
	    !cur_ok(&body))
		return BAD(r, "it claims %u bytes, of which %u were captured",
			   wire, captured);
	if (id >= f->n)
		return BAD(r, "it is of interface %u, but there are %zu", id,
			   f->n);
	if (!moment(&ts, &f->interfaces[id], (uint64_t)high << 32 | low))
		return BAD(r, "its time is out of range");
	r->is_packet = true;
	r->packet.ts = ts;
	r->packet.wire_len = wire > captured ? wire : captured;
	r->packet.link = f->interfaces[id].link;
	r->packet.data = data;
	return PARSE_OK;
}

/* on the wire 4 | data: as much as interface 0 captures at most */
static enum parse simple(const struct pcapng *f, struct record *r,
			 struct cur body)
{
	const uint32_t wire = u32(f, &body);

	if (!f->n)
		return BAD(r, "it is of interface 0, but there are 0");
	const uint32_t snaplen = f->interfaces[0].snaplen;
	const uint32_t n = snaplen && snaplen < wire ? snaplen : wire;
	const struct span data = cur_take(&body, n);

	if (wire > CAPTURE_RECORD_MAX || !cur_ok(&body))
		return BAD(r, "it claims %u bytes, which are not there", wire);
	r->is_packet = true;
	r->packet.ts = TS_NONE;
	r->packet.wire_len = wire;
	r->packet.link = f->interfaces[0].link;
	r->packet.data = data;
	return PARSE_OK;
}

/* kind 4 | length 4 | secrets, padded to four bytes | options
 * No packet depends on it: what is malformed is stepped over like others. */
static enum parse secrets(const struct pcapng *f, struct record *r,
			  struct cur body)
{
	const uint32_t kind = u32(f, &body), n = u32(f, &body);
	const struct span text = cur_take(&body, n);

	if (cur_ok(&body) && kind == TLS_KEY_LOG)
		r->secrets = text;
	r->is_packet = false;
	return PARSE_OK;
}

static enum parse block(struct pcapng *f, struct record *r, uint32_t type,
			struct cur body)
{
	switch (type) {
	case BLOCK_SECTION:
		return section(f, r, body);
	case BLOCK_INTERFACE:
		return interface(f, r, body);
	case BLOCK_PACKET:
		return enhanced(f, r, body, true);
	case BLOCK_SIMPLE:
		return simple(f, r, body);
	case BLOCK_ENHANCED:
		return enhanced(f, r, body, false);
	case BLOCK_SECRETS:
		return secrets(f, r, body);
	default:
		r->is_packet = false;
		return PARSE_OK;
	}
}

/* A section states its byte order behind its type and length, which are in
 * that order: look ahead. False if this is no section header. */
static bool order(bool *big, struct cur c)
{
	const uint32_t type = cur_le32(&c);

	cur_take(&c, 4);
	const struct span mark = cur_take(&c, 4);
	struct cur le = cur_over(mark), be = cur_over(mark);

	if (type != BLOCK_SECTION)
		return false;
	*big = cur_be32(&be) == ORDER_MARK;
	return *big || cur_le32(&le) == ORDER_MARK;
}

/* type 4 | length of all 4 | body | length of all 4 */
enum parse pcapng_next(struct pcapng *f, struct record *r, struct span in)
{
	struct cur c = cur_over(in);
	struct pcapng next = *f;

	r->n = BLOCK_MIN;
	r->secrets = (struct span){ 0 };
	if (cur_left(&c) < BLOCK_MIN)
		return PARSE_MORE;
	const bool starts = order(&next.big, c);
	const uint32_t type = u32(&next, &c), n = u32(&next, &c);

	if ((type == BLOCK_SECTION || !f->begun) && !starts)
		return BAD(r, "it is no section header");
	if (n < BLOCK_MIN || n % 4 || n > PCAPNG_BLOCK_MAX)
		return BAD(r, "it claims to be %u bytes long", n);
	struct cur body = cur_sub(&c, n - BLOCK_MIN);
	const uint32_t again = u32(&next, &c);

	r->n = n;
	if (!cur_ok(&c))
		return PARSE_MORE;
	if (again != n)
		return BAD(r, "its length is %u in front and %u behind", n,
			   again);
	const enum parse found = block(&next, r, type, body);

	if (found == PARSE_OK)
		*f = next;
	return found;
}

void pcapng_fini(struct pcapng *f)
{
	free(f->interfaces);
	*f = (struct pcapng){ 0 };
}
