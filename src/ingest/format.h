/* format - which capture format a file has, and its next record. */
#ifndef INGEST_FORMAT_H
#define INGEST_FORMAT_H

#include <stdbool.h>

#include "base/cur.h"
#include "base/status.h"
#include "ingest/pcapfile.h"
#include "ingest/pcapng.h"
#include "ingest/record.h"

enum format_kind {
	FORMAT_UNKNOWN, /* of a file not yet looked into */
	FORMAT_PCAP,
	FORMAT_PCAPNG,
};

struct format { /* all zero at first; read kind, the rest is private */
	enum format_kind kind;
	struct pcapfile pcap;
	struct pcapng pcapng;
};

void format_fini(struct format *f);

/* The next record, as record.h says. As long as f->kind is FORMAT_UNKNOWN,
 * PARSE_BAD means that the file is no capture. */
enum parse format_next(struct format *f, struct record *r,
		       struct span in) must_use;

/* "frame" or "block": what a record is called in sentences. */
const char *format_unit(const struct format *f);

#endif /* INGEST_FORMAT_H */
