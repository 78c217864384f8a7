#include "proto/noise.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define KEY           64
#define KEY_OLDER     32
#define ANSWER        234 /* key; key and 16; certificate and 16 */
#define ANSWER_OLDER  170
#define FRAME         (22 + 16)    /* around a payload */
#define SETUP_LEAST   (FRAME + 17) /* a vendor of one letter */
#define SETUP_MOST    (FRAME + 1291)
#define SUCCESS       (FRAME + 6)
#define REQUEST_LEAST (FRAME + 4) /* RequestExtensions, of none */
#define LIST_LEAST    17
#define LIST_MOST     (LIST_LEAST + 32 * 4)
#define CHOICE_NONE   17
#define CHOICE_ONE    21

/* Of random bytes, one key in about ten million is taken for something else by
 * each of these. */
#define DISTINCT_LEAST       44 /* values among 64 bytes; expected 57 */
#define DISTINCT_LEAST_OLDER 22 /* among 32; expected 30 */
#define PRINTABLE_MOST       46 /* of 64 bytes; expected 24 */
#define PRINTABLE_MOST_OLDER 26 /* of 32; expected 12 */
/* Pearson's chi-squared over 256 values; expected 255, deviation 23. */
#define CHI_SQUARED_MOST 400

enum turn {
	TURN_KEY,
	TURN_ANSWER,
	TURN_SETUP,
	TURN_SUCCESS,
	TURN_REQUEST
};

void noise_init(struct noise *r)
{
	*r = (struct noise){ .answer = NOISE_MORE, .first = -1 };
}

/* Few values come again, and few are letters. */
static bool key_likely(const uint16_t seen[256], bool older)
{
	unsigned distinct = 0, printable = 0;

	for (unsigned i = 0; i < 256; i++) {
		distinct += seen[i] > 0;
		printable += i >= 0x20 && i < 0x7f ? seen[i] : 0U;
	}
	return distinct >= (older ? DISTINCT_LEAST_OLDER : DISTINCT_LEAST) &&
	       printable <= (older ? PRINTABLE_MOST_OLDER : PRINTABLE_MOST);
}

/* sum((seen - e)^2 / e) with e = all / 256, without fractions. */
static bool all_likely(const struct noise *r)
{
	uint64_t squares = 0;

	for (unsigned i = 0; i < 256; i++)
		squares += (uint64_t)r->seen[i] * r->seen[i];
	return squares * 256 <= (uint64_t)r->all * (r->all + CHI_SQUARED_MOST);
}

/* A turn is over: was it one? */
static bool turn_ends(struct noise *r)
{
	const uint32_t n = r->n;

	switch ((enum turn)r->turn) {
	case TURN_KEY:
		r->older = n == KEY_OLDER;
		return (n == KEY || n == KEY_OLDER) &&
		       key_likely(r->seen, r->older);
	case TURN_ANSWER:
		return n == (r->older ? ANSWER_OLDER : ANSWER);
	case TURN_SETUP:
		r->setup = n >= SETUP_LEAST;
		r->list = r->older && !r->listed && n >= LIST_LEAST &&
			  n <= LIST_MOST && n % 4 == LIST_LEAST % 4;
		return r->setup || r->list;
	case TURN_SUCCESS:
		if (r->list && (n == CHOICE_NONE || n == CHOICE_ONE)) {
			r->listed = true;
			r->turn = TURN_ANSWER; /* SetupConnection is next */
			return true;
		}
		return r->setup && n == SUCCESS;
	case TURN_REQUEST:
		break;
	}
	return false;
}

/* The most bytes that a turn may have; of the last one, those looked at. */
static uint32_t turn_most(const struct noise *r)
{
	switch ((enum turn)r->turn) {
	case TURN_KEY:
		return KEY;
	case TURN_ANSWER:
		return r->older ? ANSWER_OLDER : ANSWER;
	case TURN_SETUP:
		return SETUP_MOST;
	case TURN_SUCCESS:
		return SUCCESS;
	case TURN_REQUEST:
		break;
	}
	return REQUEST_LEAST;
}

static void count(struct noise *r, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		r->seen[bytes.p[i]]++;
	r->n += (uint32_t)bytes.n;
	r->all += (uint32_t)bytes.n;
}

enum noise_answer noise_feed(struct noise *r, int from, struct span bytes)
{
	if (r->answer != NOISE_MORE || bytes.n == 0)
		return r->answer;
	if (r->first < 0)
		r->first = from;
	/* Even turns are of the end that spoke first. */
	if ((from == r->first) != (r->turn % 2 == 0)) {
		if (!turn_ends(r))
			return r->answer = NOISE_NO;
		r->turn++;
		r->n = 0;
	}
	const uint32_t room = turn_most(r) - r->n;

	if (bytes.n > room) {
		if (r->turn != TURN_REQUEST)
			return r->answer = NOISE_NO;
		bytes.n = room;
	}
	count(r, bytes);
	if (r->turn == TURN_REQUEST && r->n == REQUEST_LEAST)
		r->answer = all_likely(r) ? NOISE_YES : NOISE_NO;
	return r->answer;
}

void noise_gap(struct noise *r)
{
	if (r->answer == NOISE_MORE)
		r->answer = NOISE_NO;
}

/* A record of TLS has random bytes behind its header. */
static bool is_tls(struct span first)
{
	return first.p[0] >= 20 && first.p[0] <= 23 && first.p[1] == 3 &&
	       first.p[2] <= 4;
}

bool noise_likely(struct span first)
{
	struct noise r;

	if ((first.n != KEY && first.n != KEY_OLDER) || is_tls(first))
		return false;
	noise_init(&r);
	count(&r, first);
	return key_likely(r.seen, first.n == KEY_OLDER);
}

static bool speaks(const struct dialect_input *in)
{
	return in->from_start && noise_likely(in->message->text);
}

static void *open_reader(void)
{
	struct noise *r = mem_new(1, sizeof(*r));

	noise_init(r);
	return r;
}

static void close_reader(void *reader)
{
	free(reader);
}

static void read_bytes(void *reader, const struct dialect_input *in,
		       event_sink *sink, void *context)
{
	struct noise *r = reader;
	const struct event e = dialect_event(in, EVENT_TALK);

	if (r->answer == NOISE_MORE &&
	    noise_feed(r, in->from, in->message->text) == NOISE_YES)
		sink(context, &e);
}

static void lose(void *reader, int from)
{
	(void)from;
	noise_gap(reader);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct noise *r = reader;

	*out = (struct dialect_state){
		.name = "stratum-v2-noise",
		.client = r->answer == NOISE_YES ? r->first : -1,
	};
}

const struct dialect noise_dialect = {
	.name = "noise",
	.carrier = DIALECT_BYTES,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_bytes,
	.lost = lose,
	.state = tell_state,
};
