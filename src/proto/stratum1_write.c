#include <stdio.h>

#include "proto/rpc_write.h"
#include "proto/stratum1.h"

bool stratum1_write_subscribe(struct buf *out, uint64_t id, const char *agent)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.subscribe");
	json_write_begin(&x.w, '[');
	json_write_text(&x.w, agent);
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

bool stratum1_write_authorize(struct buf *out, uint64_t id, const char *user,
			      const char *password)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.authorize");
	json_write_begin(&x.w, '[');
	json_write_text(&x.w, user);
	json_write_text(&x.w, password);
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

bool stratum1_write_resume(struct buf *out, uint64_t id, const char *agent,
			   const char *session)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.subscribe");
	json_write_begin(&x.w, '[');
	json_write_text(&x.w, agent);
	json_write_text(&x.w, session);
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

static void write_number(struct json_writer *w, uint32_t v)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", v);
	json_write_text(w, text);
}

/* The least number of bits that a miner needs is asked for, too: a processor
 * can do with none. */
bool stratum1_write_configure(struct buf *out, uint64_t id, uint32_t mask)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.configure");
	json_write_begin(&x.w, '[');
	json_write_begin(&x.w, '[');
	json_write_text(&x.w, "version-rolling");
	json_write_end(&x.w, ']');
	json_write_begin(&x.w, '{');
	json_write_key(&x.w, "version-rolling.mask");
	write_number(&x.w, mask);
	json_write_key(&x.w, "version-rolling.min-bit-count");
	json_write_uint(&x.w, 0);
	json_write_end(&x.w, '}');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

bool stratum1_write_extranonce_subscribe(struct buf *out, uint64_t id)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.extranonce.subscribe");
	json_write_begin(&x.w, '[');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

bool stratum1_write_submit(struct buf *out, uint64_t id,
			   const struct stratum1_submission *s)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "mining.submit");
	json_write_begin(&x.w, '[');
	json_write_text(&x.w, s->worker);
	json_write_span(&x.w, s->job_id);
	json_write_hex(&x.w, s->extranonce2);
	write_number(&x.w, s->ntime);
	write_number(&x.w, s->nonce);
	if (s->has_version_bits)
		write_number(&x.w, s->version_bits);
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "\n");
}

/* An id comes back as it came. */
static void write_id(struct buf *text, const struct json_node *id)
{
	const bool is_text = id && id->type == JSON_STRING;

	if (!id || (!is_text && id->type != JSON_NUMBER)) {
		buf_text(text, "null");
		return;
	}
	buf_text(text, is_text ? "\"" : "");
	buf_add(text, id->raw.p, id->raw.n);
	buf_text(text, is_text ? "\"" : "");
}

bool stratum1_write_answer(struct buf *out, const struct json_node *id,
			   const char *words)
{
	struct json_writer w;
	struct buf text;

	buf_init(&text, RPC_WRITE_MAX);
	buf_text(&text, "{\"id\":");
	write_id(&text, id);
	buf_text(&text, ",\"result\":");
	json_write_init(&w, &text);
	json_write_text(&w, words);
	buf_text(&text, ",\"error\":null}\n");
	const bool good = !text.full && buf_add(out, text.p, text.n);

	buf_fini(&text);
	return good;
}
