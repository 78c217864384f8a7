#include "engine/scan.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/crew.h"
#include "engine/recover.h"
#include "engine/traffic.h"

#define FLOWS_MAX         (4u << 20)
#define CONVERSATIONS_MAX 65536u
#define HELD_MAX          (256u << 20) /* bytes, by conversations */
#define SECRETS_MAX       (1u << 20)   /* of TLS, in the inputs */
#define SWEEP_EVERY       (1u << 18)   /* packets */
#define PROGRESS_EVERY    (1u << 20)   /* packets */

struct scan {
	struct store *store;
	const struct scan_options *options;
	struct scan_counts *counts;
	struct capture *capture;
	struct decode *decode;
	struct names *names;
	struct tls_keys *keys;
	struct origins *origins;
	struct traffic *traffic;
	struct lane_place place;
	struct crew *crew; /* NULL until inputs are open */
	unsigned lanes;
	int64_t *rows;
	size_t num_rows;
};

static bool begin_inputs(struct scan *s)
{
	size_t n;
	const struct capture_input *in = capture_inputs(s->capture, &n);

	s->rows = mem_new(n ? n : 1, sizeof(s->rows[0]));
	s->num_rows = n;
	s->traffic = traffic_new(n);
	for (size_t i = 0; i < n; i++) {
		if (store_input_begin(s->store, &s->rows[i], in[i].name) !=
		    ST_OK)
			return false;
	}
	return true;
}

static void see_times(struct scan_counts *n, const struct capture_input *in)
{
	if (!ts_known(in->first))
		return;
	if (!ts_known(n->first) || in->first.ns < n->first.ns)
		n->first = in->first;
	if (!ts_known(n->last) || in->last.ns > n->last.ns)
		n->last = in->last;
}

static size_t end_inputs(struct scan *s,
			 void (*trouble)(void *context, const char *sentence))
{
	size_t n, good = 0;
	const struct capture_input *in = capture_inputs(s->capture, &n);

	for (size_t i = 0; i < n && i < s->num_rows; i++) {
		const bool ok = in[i].status == ST_OK;
		struct fact_input f = {
			.name = in[i].name,
			.bytes = in[i].bytes,
			.packets = in[i].packets,
			.first = in[i].first,
			.last = in[i].last,
			.status = ok ? "ok" : in[i].why.text,
			.version = s->options->version,
			.options = s->options->command,
		};

		memcpy(f.sha256, in[i].sha256, sizeof(f.sha256));
		traffic_write(s->traffic, s->store, i, s->rows[i]);
		store_input_end(s->store, s->rows[i], &f);
		s->counts->snapped += in[i].snapped;
		see_times(s->counts, &in[i]);
		good += ok;
		if (!ok)
			trouble(s->options->context, in[i].why.text);
	}
	return good == n;
}

/* Each part of a limit is at least 1. */
static uint64_t part(uint64_t limit, unsigned lanes)
{
	return (limit + lanes - 1) / lanes;
}

/* Processors that this process may use. */
static unsigned processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0
		       ? (unsigned)CPU_COUNT(&set)
		       : 1;
}

static unsigned lanes_of(const struct scan_options *o)
{
	const unsigned usual = processors();

	if (o->lanes > 0)
		return o->lanes < BATCH_LANES_MAX ? o->lanes : BATCH_LANES_MAX;
	return usual < SCAN_LANES_USUAL ? usual : SCAN_LANES_USUAL;
}

static void open_all(struct scan *s)
{
	const struct scan_options *o = s->options;

	s->lanes = lanes_of(o);
	s->decode = decode_new();
	s->names = names_new();
	s->origins = origin_new();
	s->place = (struct lane_place){
		.store = s->store,
		.rows = s->rows,
		.options = o,
		.keys = s->keys,
		.names = s->names,
		.flows_max =
			part(o->flows_max ? o->flows_max : FLOWS_MAX, s->lanes),
		.conversations_max =
			part(o->conversations_max ? o->conversations_max
						  : CONVERSATIONS_MAX,
			     s->lanes),
		.held_max = part(HELD_MAX, s->lanes),
	};
	s->crew = crew_new(&s->place, s->lanes, s->origins);
}

static void hand_on(struct scan *s, const struct batch_work *work,
		    const struct packet *packet, size_t n, bool sweep)
{
	struct batch *b = crew_next(s->crew);

	names_forget(s->names, crew_earliest(s->crew));
	batch_fill(b, work, packet, n);
	b->sweep = sweep;
	if (crew_keeps(s->crew))
		b->hold = capture_hold(s->capture);
	crew_give(s->crew);
}

/* How many packets come at a time is the system's choice, behind which of them
 * is swept is not. */
static void hand_all_on(struct scan *s, const struct batch_work *work,
			const struct packet *packet, size_t n)
{
	while (n > 0) {
		const uint64_t left =
			SWEEP_EVERY - work->counts->packets % SWEEP_EVERY;
		const size_t some = n < left ? n : (size_t)left;

		hand_on(s, work, packet, some, some == left);
		packet += some;
		n -= some;
	}
}

/* Packets until none are left. */
static void read_all(struct scan *s, struct batch_counts *counts)
{
	const struct batch_work work = { .decode = s->decode,
					 .traffic = s->traffic,
					 .names = s->names,
					 .counts = counts,
					 .lanes = s->lanes };
	struct packet *packet = mem_new(PACKET_BATCH, sizeof(*packet));
	uint64_t next_progress = 0;
	size_t n;

	while ((n = capture_read(s->capture, packet)) > 0 &&
	       !store_failed(s->store, NULL)) {
		hand_all_on(s, &work, packet, n);
		if (s->options->progress && counts->packets >= next_progress) {
			s->options->progress(s->options->context, s->capture,
					     counts->packets);
			next_progress = counts->packets + PROGRESS_EVERY;
		}
	}
	free(packet);
}

static void read_and_count(struct scan *s)
{
	struct batch_counts read = { .clock_until = 0 };

	read_all(s, &read);
	s->counts->packets = read.packets;
	s->counts->bytes = read.bytes;
	memcpy(s->counts->decoded, read.decoded, sizeof(read.decoded));
}

static void on_block(void *context, const struct origin_block *block)
{
	struct scan *s = context;
	char ip[ENDPOINT_TEXT];
	struct fact_block f = {
		.header_time = TS_NONE,
		.first = block->first,
		.position = block->position,
		.indicated = block->indicated,
		.shown_before = block->shown_before,
		.others = block->others,
		.connections = block->connections,
	};

	/* Where nobody told of it unasked, there is nothing to keep. */
	if (!block->has_announcer)
		return;
	memcpy(f.hash, block->hash, sizeof(f.hash));
	memcpy(f.session, block->session, FACT_ID);
	if (block->header_time)
		f.header_time.ns = block->header_time * INT64_C(1000000000);
	f.announcer_ip = endpoint_ip_text(ip, &block->announcer);
	store_block(s->store, &f);
}

static void close_all(struct scan *s)
{
	crew_end(s->crew, s->counts);
	s->crew = NULL;
	s->counts->fragments_dropped = decode_fragments_dropped(s->decode);
	origin_each(s->origins, on_block, s);
	origin_free(s->origins);
	names_free(s->names);
	decode_free(s->decode);
}

/* What was read is safe in the case before a search that may take long. Who
 * stops the reading does not wait for one. */
static void recover(struct scan *s)
{
	const struct recover_options o = { .full = s->options->recover,
					   .progress = s->options->searching,
					   .context = s->options->context };

	const atomic_bool *stop = s->options->capture.stop;

	if (store_flush(s->store, NULL) == ST_OK &&
	    !(stop && atomic_load(stop)))
		recover_run(s->store, &o);
}

/* Key logs that are part of the inputs. Nobody else may look meanwhile. */
static void on_secrets(void *context, struct span text)
{
	struct tls_keys_counts n = { 0 };
	struct scan *s = context;

	if (s->crew)
		crew_wait(s->crew);
	tls_keys_add(s->keys, text, &n);
}

static void give_back_keys(struct scan *s)
{
	if (!s->options->keys)
		tls_keys_free(s->keys);
}

enum status scan_run(struct store *store, const char *const *names, size_t n,
		     const struct scan_options *options,
		     struct scan_counts *counts,
		     void (*trouble)(void *context, const char *sentence),
		     struct why *why)
{
	struct scan s = { .store = store,
			  .options = options,
			  .counts = counts };
	struct capture_options capture = options->capture;
	enum status st = ST_OK;

	*counts = (struct scan_counts){ .first = TS_NONE, .last = TS_NONE };
	s.keys = options->keys ? options->keys : tls_keys_new(SECRETS_MAX, 0);
	capture.secrets = on_secrets;
	capture.secrets_context = &s;
	s.capture = capture_open(names, n, &capture, &st, why);
	if (!s.capture) {
		give_back_keys(&s);
		/* That no input is a capture is the inputs' own trouble. */
		if (st == ST_BAD || st == ST_CUT)
			trouble(options->context, why->text);
		return st;
	}
	if (begin_inputs(&s)) {
		open_all(&s);
		read_and_count(&s);
		close_all(&s);
		if (!end_inputs(&s, trouble))
			st = ST_BAD;
		recover(&s);
	}
	capture_close(s.capture);
	give_back_keys(&s);
	free(s.rows);
	traffic_free(s.traffic);
	store_flush(store, NULL);
	return store_failed(store, why) ? ST_IO : st;
}
