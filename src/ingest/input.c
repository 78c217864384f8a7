#include "ingest/input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A first packet that is further from the start is not looked for. */
#define PEEK_MAX (1u << 20)

#define NO_CAPTURE                                                             \
	"is no capture file: pcap and pcapng are read, plain or packed with "  \
	"gzip or zstd"

static const char *label(const char *name)
{
	return strcmp(name, "-") ? name : "standard input";
}

/* Why there is nothing to read in a window that shows no format. */
static enum status unknown(const char *name, const struct window *w,
			   struct why *why)
{
	struct why inner;
	const enum status s = window_status(w, &inner);

	if (s != ST_OK)
		return status_why(why, s, "%s: %s", label(name), inner.text);
	if (!window_stored(w))
		return status_why(why, ST_BAD, "%s: is empty", label(name));
	return status_why(why, ST_BAD, "%s: " NO_CAPTURE, label(name));
}

/* The first packet of a file, or how far it is worth looking. */
static struct ts first_time(struct format *f, struct window *w)
{
	struct record r;

	while (window_offset(w) < PEEK_MAX) {
		switch (format_next(f, &r, window_view(w))) {
		case PARSE_OK:
			if (r.is_packet)
				return r.packet.ts;
			window_take(w, r.n);
			break;
		case PARSE_MORE:
			if (!window_more(w, r.n))
				return TS_NONE;
			break;
		case PARSE_BAD:
			return TS_NONE;
		}
	}
	return TS_NONE;
}

enum input_kind input_peek(const char *name, struct ts *from, struct why *why)
{
	struct format f = { 0 };
	enum input_kind kind = INPUT_CAPTURE;
	struct why inner;
	struct window *w = window_open(name, NULL, NULL, &inner);

	if (!w) {
		status_why(why, ST_IO, "%s: %s", label(name), inner.text);
		return INPUT_REFUSED;
	}
	const struct ts first = first_time(&f, w);

	if (window_status(w, NULL) == ST_IO)
		kind = INPUT_REFUSED;
	else if (f.kind == FORMAT_UNKNOWN && window_status(w, NULL) == ST_OK)
		kind = INPUT_OTHER;
	if (kind == INPUT_CAPTURE)
		*from = first;
	else
		unknown(name, w, why);
	format_fini(&f);
	window_close(w, NULL);
	return kind;
}

void input_open(struct input *in, struct fingerprint_worker *worker,
		const atomic_bool *stop)
{
	struct capture_input *info = in->info;
	struct why inner;

	in->window = window_open(in->name, worker, stop, &inner);
	if (!in->window) {
		info->status = status_why(&info->why, ST_IO, "%s: %s",
					  label(in->name), inner.text);
		info->done = true;
		return;
	}
	in->view = window_view(in->window);
	info->bytes = window_stored(in->window);
}

static void finish(struct input *in)
{
	struct capture_input *info = in->info;
	struct why inner;
	bool whole = info->status != ST_IO;

	/* A pipe may never end: its fingerprint is of what was read. */
	if (whole && in->regular && !window_drain(in->window, &inner)) {
		info->status = status_why(&info->why, ST_IO, "%s: %s",
					  label(in->name), inner.text);
		whole = false;
	}
	info->bytes = window_stored(in->window);
	window_close(in->window, whole ? info->sha256 : NULL);
	format_fini(&in->format);
	in->window = NULL;
	in->view = (struct span){ 0 };
	info->done = true;
}

/* Bytes into the capture: of the file itself, unless it is packed. */
static uint64_t place(const struct input *in)
{
	return window_offset(in->window) + window_view(in->window).n -
	       in->view.n;
}

static const char *place_kind(const struct input *in)
{
	return window_packed(in->window) ? " (unpacked)" : "";
}

/* What stands at place(). A pcapng block need not be a frame. */
static void here(struct why *out, const struct input *in)
{
	const uint64_t n = in->info->packets;

	if (!place(in))
		status_why(out, ST_OK, "the file header");
	else if (in->format.kind == FORMAT_PCAP)
		status_why(out, ST_OK, "frame %" PRIu64, n + 1);
	else
		status_why(out, ST_OK, "the block behind frame %" PRIu64, n);
}

static void finish_bad(struct input *in)
{
	struct capture_input *info = in->info;
	struct why what;

	here(&what, in);
	if (in->format.kind == FORMAT_UNKNOWN)
		info->status = unknown(in->name, in->window, &info->why);
	else
		info->status = status_why(
			&info->why, ST_BAD,
			"%s: %s at byte %" PRIu64 "%s is damaged: %s; %" PRIu64
			" packets were read",
			label(in->name), what.text, place(in), place_kind(in),
			in->record.why.text, info->packets);
	finish(in);
}

/* Nothing more is to be had, and what is left in sight is not a record. */
static void finish_end(struct input *in)
{
	struct capture_input *info = in->info;
	const char *const name = label(in->name);
	const uint64_t end = place(in) + in->view.n;
	struct why what;
	const enum status s = window_status(in->window, &what);

	if (in->format.kind == FORMAT_UNKNOWN)
		info->status = unknown(in->name, in->window, &info->why);
	else if (s != ST_OK)
		info->status = status_why(&info->why, s,
					  "%s: at byte %" PRIu64
					  ": %s; %" PRIu64 " packets were read",
					  name, window_stored(in->window),
					  what.text, info->packets);
	else if (in->view.n) {
		here(&what, in);
		info->status = status_why(&info->why, ST_CUT,
					  "%s: %s is cut at byte %" PRIu64
					  " of %" PRIu64 "%s; %" PRIu64
					  " packets were read",
					  name, what.text, end, end,
					  place_kind(in), info->packets);
	} else if (in->refusal.text[0])
		info->status = status_why(&info->why, ST_USAGE,
					  "%s: %s; such packets were left out",
					  name, in->refusal.text);
	finish(in);
}

static bool refill(struct input *in, size_t need)
{
	window_take(in->window, window_view(in->window).n - in->view.n);

	const bool more = window_more(in->window, need);

	in->view = window_view(in->window);
	in->info->bytes = window_stored(in->window);
	return more;
}

static bool in_time(struct ts t, const struct input_rules *rules)
{
	if (ts_known(rules->since) && (!ts_known(t) || t.ns < rules->since.ns))
		return false;
	return !ts_known(rules->until) ||
	       (ts_known(t) && t.ns < rules->until.ns);
}

/* Counts the packet at the head; true if it is wanted. */
static bool wanted(struct input *in, const struct input_rules *rules)
{
	struct packet *p = &in->record.packet;

	p->frame = ++in->info->packets;
	p->input = in->index;
	in->info->snapped += p->data.n < p->wire_len;
	if (!in_time(p->ts, rules))
		return false;
	if (!rules->filter || filter_match(rules->filter, p))
		return true;
	if (!in->refusal.text[0])
		filter_takes(rules->filter, p->link, &in->refusal);
	return false;
}

static void hand_on(const struct record *r, const struct input_rules *rules)
{
	if (r->secrets.n > 0 && rules->secrets)
		rules->secrets(rules->secrets_context, r->secrets);
}

enum input_state input_advance(struct input *in,
			       const struct input_rules *rules, bool lent)
{
	if (!in->window)
		return INPUT_DONE;
	for (;;) {
		switch (format_next(&in->format, &in->record, in->view)) {
		case PARSE_OK:
			in->view.p += in->record.n;
			in->view.n -= in->record.n;
			hand_on(&in->record, rules);
			if (in->record.is_packet && wanted(in, rules))
				return INPUT_READY;
			break;
		case PARSE_MORE:
			if (lent)
				return INPUT_LENT;
			if (refill(in, in->record.n))
				break;
			finish_end(in);
			return INPUT_DONE;
		case PARSE_BAD:
			if (lent)
				return INPUT_LENT;
			finish_bad(in);
			return INPUT_DONE;
		}
	}
}

static void see_times(struct capture_input *info, struct ts earliest,
		      struct ts latest)
{
	if (!ts_known(info->first) || earliest.ns < info->first.ns)
		info->first = earliest;
	if (!ts_known(info->last) || latest.ns > info->last.ns)
		info->last = latest;
}

/* All in one go; their times are known. */
static void count(struct capture_input *info, uint32_t input,
		  struct packet *packet, size_t n)
{
	struct ts earliest = { INT64_MAX }, latest = { INT64_MIN };
	uint64_t snapped = 0;

	for (size_t i = 0; i < n; i++) {
		struct packet *p = &packet[i];

		p->frame = info->packets + i + 1;
		p->input = input;
		snapped += p->data.n < p->wire_len;
		if (p->ts.ns < earliest.ns)
			earliest = p->ts;
		if (p->ts.ns > latest.ns)
			latest = p->ts;
	}
	info->packets += n;
	info->snapped += snapped;
	if (n > 0)
		see_times(info, earliest, latest);
}

size_t input_many(struct input *in, const struct input_rules *rules,
		  struct packet *out, size_t room, struct ts before)
{
	struct capture_input *info = in->info;
	size_t n;

	if (in->format.kind != FORMAT_PCAP || rules->filter ||
	    ts_known(rules->since) || ts_known(rules->until))
		return 0;
	n = pcapfile_many(&in->format.pcap, out, room, &in->view, before);
	count(info, in->index, out, n);
	return n;
}

void input_given(struct input *in)
{
	const struct ts t = in->record.packet.ts;

	if (ts_known(t))
		see_times(in->info, t, t);
}

void input_fini(struct input *in)
{
	window_close(in->window, NULL);
	format_fini(&in->format);
	free(in->name);
	*in = (struct input){ 0 };
}
