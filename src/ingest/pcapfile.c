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

/* What stands before the bytes of a packet. */
struct head {
	struct ts ts;
	uint32_t captured, wire;
};

static inline size_t head_size(const struct pcapfile *f)
{
	return f->modified ? MODIFIED_HEADER : RECORD_HEADER;
}

/* seconds 4 | fraction 4 | captured 4 | on the wire 4
 * and in the modified variant: interface 4 | protocol 2 | kind 1 | padding 1
 *
 * A fraction of more than a second is seen in the wild and simply added.
 * Neither it nor the seconds can carry a signed 64-bit count beyond its end. */
static inline struct head head_read(const struct pcapfile *f, struct cur *c)
{
	struct cur h = cur_sub(c, head_size(f));
	const uint32_t seconds = u32(f, &h), fraction = u32(f, &h);
	const uint32_t captured = u32(f, &h), wire = u32(f, &h);

	return (struct head){
		.ts = { (int64_t)seconds * 1000000000 +
			(int64_t)fraction * (f->nanoseconds ? 1 : 1000) },
		.captured = captured,
		.wire = wire,
	};
}

static inline bool is_too_long(const struct head *h)
{
	return h->captured > CAPTURE_RECORD_MAX || h->wire > CAPTURE_RECORD_MAX;
}

/* Field by field, because frame and input are not ours. A wire length below the
 * captured one is seen in the wild: the larger is taken. */
static inline void fill(struct packet *p, const struct head *h,
			const struct pcapfile *f, struct span data)
{
	p->ts = h->ts;
	p->wire_len = h->wire > h->captured ? h->wire : h->captured;
	p->link = f->link;
	p->data = data;
}

static enum parse packet(const struct pcapfile *f, struct record *r,
			 struct span in)
{
	struct cur c = cur_over(in);
	const struct head h = head_read(f, &c);

	r->n = head_size(f) + h.captured;
	if (!cur_ok(&c))
		return PARSE_MORE;
	if (is_too_long(&h)) {
		status_why(&r->why, ST_BAD,
			   "it claims %u bytes, of which %u were captured",
			   h.wire, h.captured);
		return PARSE_BAD;
	}
	const struct span data = cur_take(&c, h.captured);

	if (!cur_ok(&c))
		return PARSE_MORE;
	r->is_packet = true;
	fill(&r->packet, &h, f, data);
	return PARSE_OK;
}

enum parse pcapfile_next(struct pcapfile *f, struct record *r, struct span in)
{
	return f->begun ? packet(f, r, in) : file_header(f, r, in);
}

static inline size_t many(const struct pcapfile *f, struct packet *out,
			  size_t room, struct span *in, struct ts before)
{
	struct span left = *in;
	size_t n = 0;

	while (n < room) {
		struct cur c = cur_over(left);
		const struct head h = head_read(f, &c);
		const struct span data = cur_take(&c, h.captured);

		if (!cur_ok(&c) || is_too_long(&h) || h.ts.ns >= before.ns)
			break;
		fill(&out[n++], &h, f, data);
		left = cur_take(&c, cur_left(&c));
	}
	*in = left;
	return n;
}

size_t pcapfile_many(const struct pcapfile *f, struct packet *out, size_t room,
		     struct span *in, struct ts before)
{
	/* Nearly all files; it saves asking for each field. */
	const struct pcapfile usual = { .nanoseconds = f->nanoseconds,
					.link = f->link };

	if (!f->begun)
		return 0;
	return f->big || f->modified ? many(f, out, room, in, before)
				     : many(&usual, out, room, in, before);
}
