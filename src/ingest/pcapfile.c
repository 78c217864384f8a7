#include "ingest/pcapfile.h"

#include "ingest/capture.h"

#define FILE_HEADER     24
#define RECORD_HEADER   16
#define MODIFIED_HEADER 24
#define LINK_MASK       0x0fffffffu /* above it: how long a checksum follows */

static uint32_t swapped(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
}

static bool variant(struct pcapfile *f, uint32_t magic)
{
	static const struct {
		uint32_t magic;
		bool nanoseconds, modified;
	} variants[] = {
		{ 0xa1b2c3d4, false, false },
		{ 0xa1b23c4d, true, false },
		{ 0xa1b2cd34, false, true },
	};

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (magic != variants[i].magic &&
		    magic != swapped(variants[i].magic))
			continue;
		f->big = magic != variants[i].magic;
		f->nanoseconds = variants[i].nanoseconds;
		f->modified = variants[i].modified;
		return true;
	}
	return false;
}

/* Inline, because it is most of the work of reading a packet. */
static inline uint32_t u32(const struct pcapfile *f, struct cur *c)
{
	const uint32_t v = cur_le32(c);

	return f->big ? swapped(v) : v;
}

static uint16_t u16(const struct pcapfile *f, struct cur *c)
{
	return f->big ? cur_be16(c) : cur_le16(c);
}

/* magic 4 | major 2 | minor 2 | reserved 8 | snaplen 4 | link type 4
 * Before version 2.3 the two lengths of a record stood the other way round;
 * such a file is refused. */
static enum parse file_header(struct pcapfile *f, struct record *r,
			      struct span in)
{
	struct cur c = cur_over(in);
	struct pcapfile new = { .begun = true };
	const bool known = variant(&new, cur_le32(&c));

	if (cur_ok(&c) && !known) {
		status_why(&r->why, ST_BAD, "the magic number is unknown");
		return PARSE_BAD;
	}
	const uint16_t major = u16(&new, &c), minor = u16(&new, &c);

	cur_take(&c, 12);
	new.link = u32(&new, &c) & LINK_MASK;
	if (!cur_ok(&c)) {
		r->n = FILE_HEADER;
		return PARSE_MORE;
	}
	if (major != 2 || minor < 3) {
		status_why(&r->why, ST_BAD, "pcap version %u.%u is not read",
			   major, minor);
		return PARSE_BAD;
	}
	*f = new;
	r->n = FILE_HEADER;
	r->is_packet = false;
	return PARSE_OK;
}

/* seconds 4 | fraction 4 | captured 4 | on the wire 4
 * and in the modified variant: interface 4 | protocol 2 | kind 1 | padding 1
 *
 * A fraction of more than a second is seen in the wild and simply added.
 * Neither it nor the seconds can carry a signed 64-bit count beyond its end.
 * So is a wire length below the captured one: the larger is taken. */
static inline enum parse packet(const struct pcapfile *f, struct record *r,
				struct span in)
{
	const size_t header = f->modified ? MODIFIED_HEADER : RECORD_HEADER;
	struct cur c = cur_over(in);
	struct cur h = cur_sub(&c, header);
	const uint32_t seconds = u32(f, &h), fraction = u32(f, &h);
	const uint32_t captured = u32(f, &h), wire = u32(f, &h);

	if (!cur_ok(&h)) {
		r->n = header;
		return PARSE_MORE;
	}
	if (captured > CAPTURE_RECORD_MAX || wire > CAPTURE_RECORD_MAX) {
		status_why(&r->why, ST_BAD,
			   "it claims %u bytes, of which %u were captured",
			   wire, captured);
		return PARSE_BAD;
	}
	const struct span data = cur_take(&c, captured);

	r->n = header + captured;
	if (!cur_ok(&c))
		return PARSE_MORE;
	r->is_packet = true;
	r->packet.ts.ns = (int64_t)seconds * 1000000000 +
			  (int64_t)fraction * (f->nanoseconds ? 1 : 1000);
	r->packet.wire_len = wire > captured ? wire : captured;
	r->packet.link = f->link;
	r->packet.data = data;
	return PARSE_OK;
}

enum parse pcapfile_next(struct pcapfile *f, struct record *r, struct span in)
{
	return f->begun ? packet(f, r, in) : file_header(f, r, in);
}

size_t pcapfile_many(const struct pcapfile *f, struct packet *out, size_t room,
		     struct span *in, struct ts before)
{
	struct record r;
	size_t n = 0;

	while (f->begun && n < room && packet(f, &r, *in) == PARSE_OK &&
	       r.packet.ts.ns < before.ns) {
		out[n].ts = r.packet.ts;
		out[n].wire_len = r.packet.wire_len;
		out[n].link = r.packet.link;
		out[n].data = r.packet.data;
		in->p += r.n;
		in->n -= r.n;
		n++;
	}
	return n;
}
