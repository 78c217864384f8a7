#include "proto/getblocktemplate.h"

#include "base/hex.h"
#include "coin/header.h"
#include "coin/target.h"

/* By position, or by name. */
static const struct json_node *first_param(const struct dialect_input *in,
					   const char *name)
{
	const struct json_node *params =
		json_get(in->doc, in->object, "params");

	return params && params->type == JSON_OBJECT
		       ? json_get(in->doc, params, name)
		       : json_at(in->doc, params, 0);
}

bool getblocktemplate_is_method(const struct dialect_input *in)
{
	return rpc_method_is(in, "getblocktemplate") ||
	       rpc_method_is(in, "submitblock");
}

/* The data of a submission: by submitblock, or by getblocktemplate with mode
 * "submit" (an early form that some pools fall back to). */
static const struct json_node *submitted(const struct dialect_input *in)
{
	if (rpc_method_is(in, "submitblock"))
		return first_param(in, "hexdata");
	const struct json_node *request = first_param(in, "template_request");

	return json_is(json_get(in->doc, request, "mode"), "submit")
		       ? json_get(in->doc, request, "data")
		       : NULL;
}

/* Does it begin like a header with an nBits that a target can have? What other
 * coins hand in by this method hardly ever does. */
static bool is_block(const struct json_node *data)
{
	uint8_t raw[HEADER_SIZE];
	struct header h;
	struct target target;

	if (!data || data->type != JSON_STRING || data->raw.n % 2 != 0 ||
	    data->raw.n < 2 * sizeof(raw) ||
	    !hex_bytes(raw, sizeof(raw),
		       (struct span){ data->raw.p, 2 * sizeof(raw) }))
		return false;
	header_read(&h, raw);
	return target_from_nbits(&target, h.nbits);
}

/* Pools ask whether a node has submitblock by calling it without a block. */
static bool is_question(const struct dialect_input *in)
{
	const struct json_node *params =
		json_get(in->doc, in->object, "params");

	return params && params->type == JSON_ARRAY && params->n == 0;
}

/* No parameters, or a template request. Monero's are an object of others. */
static bool is_template_request(const struct dialect_input *in)
{
	const struct json_node *params =
		json_get(in->doc, in->object, "params");
	const struct json_node *first = first_param(in, "template_request");

	if (!rpc_method_is(in, "getblocktemplate"))
		return false;
	if (!params || params->type == JSON_NULL ||
	    (params->type == JSON_ARRAY && params->n == 0))
		return true;
	return first && (first->type == JSON_OBJECT ||
			 (first->type == JSON_NULL && params->n == 1));
}

static bool speaks(const struct dialect_input *in)
{
	struct event_job job;

	if (rpc_method_is(in, "submitblock"))
		return is_block(submitted(in)) || is_question(in);
	return is_template_request(in) || (getblocktemplate_is_work(in) &&
					   getblocktemplate_header(&job, in));
}

enum daemon_request getblocktemplate_request(struct daemon *d,
					     const struct daemon_turn *t)
{
	const struct event e = dialect_event(t->in, EVENT_TALK);
	const struct json_node *data = submitted(t->in);

	if (data) {
		getblocktemplate_block(d, t, data);
		return DAEMON_BLOCK;
	}
	t->sink(t->context, &e);
	return DAEMON_ASK;
}

static void *open_reader(void)
{
	return daemon_new(getblocktemplate_dialect.name);
}

const struct dialect getblocktemplate_dialect = {
	.name = "getblocktemplate",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = daemon_close,
	.read = daemon_read,
	.lost = daemon_lost,
	.state = daemon_state,
};
