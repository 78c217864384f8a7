#include "ingest/format.h"

#include <string.h>

#define MAGIC 4

static const struct {
	uint8_t bytes[MAGIC];
	enum format_kind kind;
} magics[] = {
	{ { 0xd4, 0xc3, 0xb2, 0xa1 }, FORMAT_PCAP },
	{ { 0xa1, 0xb2, 0xc3, 0xd4 }, FORMAT_PCAP },
	{ { 0x4d, 0x3c, 0xb2, 0xa1 }, FORMAT_PCAP },
	{ { 0xa1, 0xb2, 0x3c, 0x4d }, FORMAT_PCAP },
	{ { 0x34, 0xcd, 0xb2, 0xa1 }, FORMAT_PCAP },
	{ { 0xa1, 0xb2, 0xcd, 0x34 }, FORMAT_PCAP },
	{ { 0x0a, 0x0d, 0x0d, 0x0a }, FORMAT_PCAPNG },
};

/* Fewer bytes than a magic has may still become one. */
static enum parse recognise(enum format_kind *kind, struct span in)
{
	struct cur c = cur_over(in);
	const struct span start = cur_take(&c, in.n < MAGIC ? in.n : MAGIC);

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (memcmp(start.p, magics[i].bytes, start.n) != 0)
			continue;
		if (start.n < MAGIC)
			return PARSE_MORE;
		*kind = magics[i].kind;
		return PARSE_OK;
	}
	return PARSE_BAD;
}

enum parse format_next(struct format *f, struct record *r, struct span in)
{
	if (f->kind == FORMAT_UNKNOWN) {
		const enum parse found = recognise(&f->kind, in);

		if (found == PARSE_MORE)
			r->n = MAGIC;
		if (found != PARSE_OK)
			return found;
	}
	if (f->kind == FORMAT_PCAP)
		return pcapfile_next(&f->pcap, r, in);
	return pcapng_next(&f->pcapng, r, in);
}

const char *format_unit(const struct format *f)
{
	return f->kind == FORMAT_PCAPNG ? "block" : "frame";
}

void format_fini(struct format *f)
{
	pcapng_fini(&f->pcapng);
	*f = (struct format){ 0 };
}
