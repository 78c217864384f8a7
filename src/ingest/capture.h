/* capture - packets out of capture files, in order of time.
 *
 * pcap (microseconds, nanoseconds, both byte orders, Kuznetsov's "modified"
 * variant) and pcapng (several sections and interfaces, if_tsresol,
 * if_tsoffset, EPB, SPB, obsolete PB); plain, gzip or zstd by their content,
 * never by their name; "-" is standard input; a directory is all its files
 * (not hidden ones, not in sub-directories) that are captures.
 *
 * Several inputs are merged by time: a set is read as if it were one capture,
 * so conversations go on from one rotated file to the next, and two taps of
 * one link interleave. Within one file packets keep the file's order. A file
 * is opened only when its time comes.
 *
 * What is read of a damaged file is given out before its damage is reported.
 *
 * A pcapng packet may have no time (SPB): it comes with TS_NONE, right behind
 * its predecessor, and is left out if since or until is given. */
#ifndef INGEST_CAPTURE_H
#define INGEST_CAPTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "net/packet.h"

#define CAPTURE_RECORD_MAX (16u << 20) /* a larger record is damage */

struct capture_input {
	const char *name; /* as given, or directory/file */
	uint64_t bytes;   /* of the file, as stored, read so far */
	uint64_t packets; /* given out or skipped by filter and times */
	/* Of the file as stored (of a pipe: of what was read), once done. Zeros
	 * if the system refused, or the file is no capture and so was not read.
	 */
	uint8_t sha256[32];
	bool done; /* was read to its end, or to its damage */
	/* ST_OK, or how it ended: ST_CUT, ST_BAD, ST_IO. ST_USAGE: read well,
	 * but the filter cannot be said of a link type in it (left out). */
	enum status status;
	struct why why;        /* the sentence for a status that is not ST_OK */
	uint64_t snapped;      /* packets shorter than on the wire */
	struct ts first, last; /* of the packets given out; TS_NONE: none */
};

/* Is handed a TLS key log (NSS format) that lies in a capture, as it is read:
 * before the packets behind it. Borrowed for the call. */
typedef void capture_secrets(void *context, struct span text);

struct capture_options {
	const char *filter;     /* BPF expression (pcap-filter(7)), or NULL */
	struct ts since, until; /* TS_NONE: no bound; since <= t < until */
	bool without_sha256; /* nothing will cite the inputs: half the time */
	/* Once it is set, also by a handler of signals, nothing more is read,
	 * and every input that was not read to its end says so. NULL: never. */
	const atomic_bool *stop;
	capture_secrets *secrets; /* or NULL: they are stepped over */
	void *secrets_context;
};

struct capture;

/* Opens nothing yet but what it needs to order the inputs. NULL with why set
 * if no input can be used at all or the filter is wrong (ST_USAGE in *st). A
 * single bad file among good ones is no failure: its input says so. */
struct capture *capture_open(const char *const *names, size_t n,
			     const struct capture_options *options,
			     enum status *st, struct why *why);
void capture_close(struct capture *c);

/* The next packets, at most PACKET_BATCH, oldest first. 0 at the end. The
 * packets' data are good until the next call. */
size_t capture_read(struct capture *c, struct packet batch[PACKET_BATCH]);

/* The data of the packets that the last capture_read() gave stay where they are
 * until capture_hold_free(), also after capture_close(). From the same thread;
 * others may look at the data meanwhile. */
struct capture_hold;
struct capture_hold *capture_hold(struct capture *c);
void capture_hold_free(struct capture_hold *h);

/* The inputs in the order of packet.input; borrowed, counters live. */
const struct capture_input *capture_inputs(const struct capture *c, size_t *n);

/* Bytes read and bytes there are (0: not known), for a progress line. */
void capture_progress(const struct capture *c, uint64_t *done, uint64_t *all);

#endif /* INGEST_CAPTURE_H */
