#include "proto/stratum2.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum2_private.h"

#define PIECE       4096 /* bytes taken up at a time */
#define KEEP        4096 /* and kept for the next message */
#define WORKER_TAIL (5 + 32)
#define OTHER_MOST  (1u << 17)  /* bytes of one that is not read */
#define GENESIS     1231006505u /* no block is older */
/* The start of a coinbase transaction: version, one input, no outpoint. */
#define COINBASE_HEAD (4 + 1 + 32)

struct frame {
	uint16_t extension;
	bool channel;
	uint8_t type;
	uint32_t length;
	const struct stratum2_kind *kind; /* NULL: not read */
};

static struct frame read_header(struct span bytes)
{
	struct cur c = cur_over(bytes);
	const uint16_t extension = cur_le16(&c);
	const uint32_t rest = cur_le32(&c);
	struct frame h = {
		.extension = extension & (STRATUM2_CHANNEL_BIT - 1),
		.channel = extension & STRATUM2_CHANNEL_BIT,
		.type = (uint8_t)rest,
		.length = rest >> 8,
	};

	if (h.extension == 0)
		h.kind = stratum2_message_kind(h.type);
	return h;
}

/* May it be passed over: an extension's message, one of another protocol on the
 * same transport, or one that only a miner with jobs of its own sends? */
static bool is_other(const struct stratum2 *s, const struct frame *h)
{
	if (s->protocol != 0)
		return !h->kind || h->type > STRATUM2_RECONNECT;
	return h->length <= OTHER_MOST &&
	       (h->extension != 0 || (h->type >= 0x22 && h->type <= 0x24));
}

/* Nothing about it is out of the ordinary. */
static bool is_strict(const struct frame *h)
{
	const uint32_t tail =
		h->type == STRATUM2_SUBMIT_EXTENDED ? WORKER_TAIL : 0;

	return h->kind && h->channel == h->kind->channel &&
	       h->length >= h->kind->least && h->length <= h->kind->most + tail;
}

/* A whole frame at the start of bytes, with nothing out of the ordinary. */
static bool read_strict(struct stratum2_message *m, struct span bytes)
{
	const struct frame h = read_header(bytes);

	return bytes.n >= STRATUM2_HEADER && is_strict(&h) &&
	       bytes.n - STRATUM2_HEADER >= h.length &&
	       stratum2_message_read(
		       m, h.type,
		       (struct span){ bytes.p + STRATUM2_HEADER, h.length }) &&
	       (m->tail.n == 0 || stratum2_message_worker(m->tail).n > 0);
}

static bool printable(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < 0x20 || text.p[i] == 0x7f)
			return false;
	}
	return true;
}

static bool setup_convinces(const struct stratum2_setup *m)
{
	return m->protocol <= 2 && m->min_version <= 2 && m->max_version >= 2 &&
	       m->max_version < 16 && m->vendor.n > 0 && printable(m->host) &&
	       printable(m->vendor) && printable(m->hardware) &&
	       printable(m->firmware) && printable(m->device);
}

static bool job_convinces(const struct stratum2_message *m)
{
	static const uint8_t nothing[32];
	const struct span head = m->job.prefix;

	if (m->job.version == 0 ||
	    (m->job.has_min_ntime && m->job.min_ntime < GENESIS))
		return false;
	return m->type == STRATUM2_NEW_JOB ||
	       (head.n >= COINBASE_HEAD && head.p[4] == 1 &&
		memcmp(head.p + 5, nothing, 32) == 0);
}

static bool rate_convinces(float rate)
{
	return isfinite(rate) && rate >= 0;
}

/* Could this be nothing but Stratum v2? Of most messages the header alone is 48
 * bits that must be so; short ones of mostly zeros are not enough. */
static bool convinces(const struct stratum2_message *m)
{
	switch (m->type) {
	case STRATUM2_SETUP:
		return setup_convinces(&m->setup);
	case STRATUM2_OPEN_STANDARD:
	case STRATUM2_OPEN_EXTENDED:
		return printable(m->open.user) &&
		       rate_convinces(m->open.hash_rate);
	case STRATUM2_OPEN_STANDARD_SUCCESS:
	case STRATUM2_OPEN_EXTENDED_SUCCESS:
		return m->opened.prefix.n > 0;
	case STRATUM2_NEW_JOB:
	case STRATUM2_NEW_EXTENDED_JOB:
		return job_convinces(m);
	case STRATUM2_UPDATE:
		return rate_convinces(m->update.hash_rate);
	case STRATUM2_SUBMIT_STANDARD:
	case STRATUM2_SUBMIT_EXTENDED:
		return m->submit.version != 0 && m->submit.ntime >= GENESIS;
	case STRATUM2_SUBMIT_SUCCESS:
		return m->submitted.accepted > 0;
	case STRATUM2_SUBMIT_ERROR:
		return m->refusal.text.n > 0 && printable(m->refusal.text);
	case STRATUM2_SET_NEW_PREV_HASH:
		return m->prev_hash.min_ntime >= GENESIS &&
		       m->prev_hash.nbits != 0;
	case STRATUM2_SET_TARGET:
	case STRATUM2_SET_PREFIX:
		return true;
	case STRATUM2_SETUP_SUCCESS:
	case STRATUM2_SETUP_ERROR:
	case STRATUM2_ENDPOINT_CHANGED:
	case STRATUM2_RECONNECT:
	case STRATUM2_OPEN_ERROR:
	case STRATUM2_UPDATE_ERROR:
	case STRATUM2_CLOSE:
	case STRATUM2_SET_GROUP:
		break;
	}
	return false;
}

static struct span behind(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.n - n };
}

/* A frame begins where a piece does: asked of every packet, this must be cheap.
 * In the middle of a connection it counts only if the next one begins behind
 * it, or nothing does. */
static bool speaks(const struct dialect_input *in)
{
	const struct span text = in->message->text;
	struct stratum2_message m;

	if (text.n < STRATUM2_HEADER || text.p[0] != 0 ||
	    !read_strict(&m, text) || !convinces(&m))
		return false;
	const struct frame h = read_header(text);
	const struct span rest = behind(text, STRATUM2_HEADER + h.length);

	if (rest.n == 0)
		return true;
	const struct frame next = read_header(rest);

	return rest.n >= STRATUM2_HEADER && is_strict(&next);
}

static void *open_reader(void)
{
	struct stratum2 *s = mem_new(1, sizeof(*s));

	s->client = -1;
	buf_init(&s->scratch, STRATUM2_PAYLOAD_MAX);
	for (int i = 0; i < 2; i++)
		buf_init(&s->stream[i].pending,
			 STRATUM2_HEADER + STRATUM2_PAYLOAD_MAX + PIECE);
	return s;
}

static void close_reader(void *reader)
{
	struct stratum2 *s = reader;

	while (s->num_channels > 0)
		stratum2_channel_drop(s, &s->channel[0]);
	while (s->num_waiting > 0)
		stratum2_job_drop_oldest(s);
	for (int i = 0; i < 2; i++)
		buf_fini(&s->stream[i].pending);
	buf_fini(&s->scratch);
	free(s->channel);
	free(s->waiting);
	free(s->open);
	free(s);
}

/* What only one side sends shows which end is the miner. */
static bool sender_fits(const struct stratum2 *s, int from,
			enum stratum2_sender sender)
{
	if (s->client < 0)
		return sender != STRATUM2_BY_EITHER;
	return sender == STRATUM2_BY_EITHER ||
	       (from == s->client) == (sender == STRATUM2_BY_CLIENT);
}

static bool is_submit(uint8_t type)
{
	return type == STRATUM2_SUBMIT_STANDARD ||
	       type == STRATUM2_SUBMIT_EXTENDED;
}

/* One frame, in its place. */
static void give(struct stratum2 *s, int from, struct span frame,
		 struct stratum2_out *out)
{
	const struct frame h = read_header(frame);
	struct stratum2_message m;

	out->jobs = 0;
	out->size = (uint32_t)frame.n;
	if (!h.kind || is_other(s, &h) || !sender_fits(s, from, h.kind->sender))
		return;
	if (s->client < 0)
		s->client =
			(h.kind->sender == STRATUM2_BY_CLIENT) ? from : !from;
	if (stratum2_message_read(&m, h.type, behind(frame, STRATUM2_HEADER))) {
		stratum2_read_message(s, out, &m);
		return;
	}
	s->faults[DIALECT_SIZE]++;
	if (is_submit(h.type))
		stratum2_read_malformed_share(s, out);
}

enum look {
	LOOK_MORE,
	LOOK_WHOLE,
	LOOK_SKIP,
	LOOK_BAD
};

/* What begins here, where a frame should? *n: its bytes. */
static enum look look_aligned(const struct stratum2 *s, struct span rest,
			      size_t *n)
{
	const struct frame h = read_header(rest);

	*n = STRATUM2_HEADER + h.length;
	if (rest.n < STRATUM2_HEADER)
		return LOOK_MORE;
	if (is_other(s, &h))
		return LOOK_SKIP;
	if (!h.kind || h.length < h.kind->least ||
	    h.length > h.kind->most + STRATUM2_TAIL_MAX)
		return LOOK_BAD;
	return rest.n < *n ? LOOK_MORE : LOOK_WHOLE;
}

/* And where any byte may be the first of one? */
static enum look look_anywhere(const struct stratum2 *s, int from,
			       struct span rest, size_t *n)
{
	const struct frame h = read_header(rest);
	struct stratum2_message m;

	*n = STRATUM2_HEADER + h.length;
	if (rest.n < STRATUM2_HEADER)
		return LOOK_MORE;
	if (!is_strict(&h) || !sender_fits(s, from, h.kind->sender))
		return LOOK_BAD;
	if (rest.n < *n)
		return LOOK_MORE;
	return read_strict(&m, rest) ? LOOK_WHOLE : LOOK_BAD;
}

/* Takes one frame, or one byte that begins none, off the start of rest; returns
 * the bytes taken, 0: more are needed. */
static size_t read_frame(struct stratum2 *s, int from, struct span rest,
			 struct stratum2_out *out)
{
	struct stratum2_stream *stream = &s->stream[from];
	size_t n = 0;
	const enum look look = stream->aligned
				       ? look_aligned(s, rest, &n)
				       : look_anywhere(s, from, rest, &n);

	switch (look) {
	case LOOK_MORE:
		break;
	case LOOK_WHOLE:
		stream->aligned = true;
		give(s, from, (struct span){ rest.p, n }, out);
		return n;
	case LOOK_SKIP:
		if (n <= rest.n)
			return n;
		stream->skip = (uint32_t)(n - rest.n);
		return rest.n;
	case LOOK_BAD:
		s->faults[DIALECT_FRAME] += stream->aligned;
		stream->aligned = false;
		return 1;
	}
	return 0;
}

/* Gives out the frames in what is pending; returns the bytes they took. */
static size_t read_frames(struct stratum2 *s, int from,
			  struct stratum2_out *out)
{
	const struct span all = buf_span(&s->stream[from].pending);
	const uint32_t position = out->place.position;
	size_t at = 0, n;

	do {
		out->place.position = position + (uint32_t)at;
		n = read_frame(s, from, behind(all, at), out);
		at += n;
	} while (n > 0);
	return at;
}

static size_t skip(struct stratum2_stream *stream, size_t n)
{
	if (n > stream->skip)
		n = stream->skip;
	stream->skip -= (uint32_t)n;
	return n;
}

static void read_bytes(void *reader, const struct dialect_input *in,
		       event_sink *sink, void *context)
{
	struct stratum2 *s = reader;
	struct stratum2_stream *stream = &s->stream[in->from];
	struct buf *pending = &stream->pending;
	struct span text = in->message->text;
	uint32_t position = in->message->position;

	while (text.n > 0) {
		size_t n = text.n < PIECE ? text.n : PIECE;
		struct stratum2_out out = {
			.place = dialect_event(in, EVENT_TALK),
			.sink = sink,
			.context = context,
		};

		if (stream->skip > 0) {
			n = skip(stream, n);
		} else {
			out.place.position = position - (uint32_t)pending->n;
			buf_add(pending, text.p, n);
			buf_drop(pending, read_frames(s, in->from, &out));
		}
		position += (uint32_t)n;
		text = behind(text, n);
	}
	if (pending->n == 0 && pending->room > KEEP)
		buf_fini(pending);
}

/* What follows may begin anywhere. Of the open shares some may have been
 * acknowledged: the next acknowledgement is sure of its last one only. */
static void lose(void *reader, int from)
{
	struct stratum2 *s = reader;

	buf_clear(&s->stream[from].pending);
	s->stream[from].aligned = false;
	s->stream[from].skip = 0;
	for (uint32_t i = 0; i < s->num_open && from != s->client; i++)
		s->open[i].doubtful = true;
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct stratum2 *s = reader;

	out->name = s->protocol == 1   ? "stratum-v2-declaration"
		    : s->protocol == 2 ? "stratum-v2-templates"
				       : "stratum-v2";
	out->client = s->client;
	memcpy(out->faults, s->faults, sizeof(out->faults));
	out->unmatched = s->unmatched;
}

static uint64_t tell_held(const void *reader)
{
	const struct stratum2 *s = reader;

	return s->scratch.room + s->stream[0].pending.room +
	       s->stream[1].pending.room + s->waiting_bytes +
	       s->room_waiting * sizeof(s->waiting[0]);
}

const struct dialect stratum2_dialect = {
	.name = "stratum2",
	.carrier = DIALECT_BYTES,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_bytes,
	.lost = lose,
	.state = tell_state,
	.held = tell_held,
};
