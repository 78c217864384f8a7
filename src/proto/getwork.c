#include "proto/getwork.h"

#include <string.h>

#include "base/hex.h"
#include "coin/header.h"

#define DATA_MAX   128 /* padded to two blocks of SHA-256 */
#define TARGET_HEX 64

static bool is_data(const struct json_node *node)
{
	return node && node->type == JSON_STRING &&
	       (node->raw.n == HEADER_SIZE * UINT64_C(2) ||
		node->raw.n == DATA_MAX * UINT64_C(2));
}

/* The header in data, its words as they are hashed. */
static bool read_data(uint8_t header[HEADER_SIZE], const struct json_node *node)
{
	uint8_t data[DATA_MAX];

	if (!is_data(node) || !hex_bytes(data, node->raw.n / 2, node->raw))
		return false;
	for (size_t i = 0; i < HEADER_SIZE; i++)
		header[i] = data[i / 4 * 4 + 3 - i % 4];
	return true;
}

bool getwork_is_work(const struct dialect_input *in)
{
	const struct json_node *result = daemon_result(in);
	const struct json_node *target = json_get(in->doc, result, "target");

	return is_data(json_get(in->doc, result, "data")) && target &&
	       target->type == JSON_STRING && target->raw.n == TARGET_HEX;
}

struct work {
	uint8_t header[HEADER_SIZE];
	uint8_t target[32];
};

static bool read_work(struct work *w, const struct dialect_input *in)
{
	const struct json_node *result = daemon_result(in);

	return read_data(w->header, json_get(in->doc, result, "data")) &&
	       rpc_hex_exactly(w->target, sizeof(w->target),
			       json_get(in->doc, result, "target"));
}

/* Strict: no parameters, or one that is a header. */
static bool is_request(const struct dialect_input *in)
{
	const struct json_node *params =
		json_get(in->doc, in->object, "params");
	uint8_t header[HEADER_SIZE];

	if (!rpc_method_is(in, "getwork"))
		return false;
	if (!params || params->type == JSON_NULL)
		return true;
	return params->type == JSON_ARRAY &&
	       (params->n == 0 ||
		(params->n == 1 &&
		 read_data(header, json_at(in->doc, params, 0))));
}

static bool speaks(const struct dialect_input *in)
{
	struct work w;

	return is_request(in) || (getwork_is_work(in) && read_work(&w, in));
}

static struct event_job job_of(const struct work *w)
{
	struct header h;
	struct event_job job = { .work = EVENT_HEADER, .readable = true };

	header_read(&h, w->header);
	job.version = h.version;
	job.nbits = h.nbits;
	job.ntime = h.time;
	job.has_target = true;
	memcpy(job.previous, h.previous, sizeof(job.previous));
	memcpy(job.target, w->target, sizeof(job.target));
	return job;
}

void getwork_work(struct daemon *d, const struct daemon_turn *t)
{
	struct event e = dialect_event(t->in, EVENT_TALK);
	const struct json_node *old =
		json_get(t->in->doc, daemon_result(t->in), "submitold");
	struct work w;
	struct daemon_key key;

	if (read_work(&w, t->in)) {
		d->name = getwork_dialect.name;
		e.type = EVENT_JOB;
		e.job = job_of(&w);
		e.job.id = daemon_key(&key, w.header);
		e.job.branches = (struct span){ w.header + 36, 32 };
		e.job.clean = old && old->type == JSON_FALSE;
	} else {
		d->rpc.faults[DIALECT_HEX]++;
	}
	t->sink(t->context, &e);
}

/* Whole bytes of another size are another coin's header (Decred's has 192). */
static void judge_data(struct daemon *d, struct event_share *share,
		       const struct json_node *data)
{
	struct rpc_params p = { .rpc = &d->rpc };

	if (data->type != JSON_STRING)
		rpc_fault(&p, DIALECT_TYPE);
	else if (is_data(data) || data->raw.n % 2 != 0)
		rpc_fault(&p, DIALECT_HEX);
	else if (data->raw.n < HEADER_SIZE * UINT64_C(2))
		rpc_fault(&p, DIALECT_SHORT);
	else
		share->foreign = true;
}

/* A share that cannot be read is still a share: it was submitted. */
static void submission(struct daemon *d, const struct daemon_turn *t,
		       const struct json_node *data)
{
	struct event e = dialect_event(t->in, EVENT_SHARE);
	uint8_t header[HEADER_SIZE];
	struct daemon_key key;
	struct header h;

	d->name = getwork_dialect.name;
	e.share.number = d->shares++;
	if (read_data(header, data)) {
		header_read(&h, header);
		e.share.readable = true;
		e.share.job_id = daemon_key(&key, header);
		e.share.header = (struct span){ header, sizeof(header) };
		e.share.ntime = h.time;
		e.share.nonce = h.nonce;
	} else {
		judge_data(d, &e.share, data);
	}
	t->sink(t->context, &e);
}

enum daemon_request getwork_request(struct daemon *d,
				    const struct daemon_turn *t)
{
	const struct event e = dialect_event(t->in, EVENT_TALK);
	const struct json_node *data = json_at(
		t->in->doc, json_get(t->in->doc, t->in->object, "params"), 0);

	if (data) {
		submission(d, t, data);
		return DAEMON_WORK;
	}
	t->sink(t->context, &e);
	return DAEMON_ASK;
}

static void *open_reader(void)
{
	return daemon_new(getwork_dialect.name);
}

const struct dialect getwork_dialect = {
	.name = "getwork",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = daemon_close,
	.read = daemon_read,
	.lost = daemon_lost,
	.state = daemon_state,
};
