#include "proto/getblocktemplate.h"

#include "proto/rpc_write.h"

static void write_list(struct json_writer *w, const char *key,
		       const char *const *texts, size_t n)
{
	json_write_key(w, key);
	json_write_begin(w, '[');
	for (size_t i = 0; i < n; i++)
		json_write_text(w, texts[i]);
	json_write_end(w, ']');
}

bool getblocktemplate_write_request(struct buf *out, uint64_t id)
{
	static const char *const can[] = { "coinbasetxn", "workid" };
	static const char *const rules[] = { "segwit", "signet", "mweb" };
	struct rpc_writing x;

	rpc_write_begin(&x, id, "getblocktemplate");
	json_write_begin(&x.w, '[');
	json_write_begin(&x.w, '{');
	write_list(&x.w, "capabilities", can, sizeof(can) / sizeof(can[0]));
	write_list(&x.w, "rules", rules, sizeof(rules) / sizeof(rules[0]));
	json_write_end(&x.w, '}');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "");
}

bool getblocktemplate_write_mine(struct buf *out, uint64_t id,
				 const char *longpollid)
{
	static const char *const can[] = { "longpoll", "workid" };
	static const char *const rules[] = { "segwit" };
	struct rpc_writing x;

	rpc_write_begin(&x, id, "getblocktemplate");
	json_write_begin(&x.w, '[');
	json_write_begin(&x.w, '{');
	write_list(&x.w, "capabilities", can, sizeof(can) / sizeof(can[0]));
	write_list(&x.w, "rules", rules, sizeof(rules) / sizeof(rules[0]));
	if (longpollid) {
		json_write_key(&x.w, "longpollid");
		json_write_text(&x.w, longpollid);
	}
	json_write_end(&x.w, '}');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "");
}

/* Larger than RPC_WRITE_MAX, so written straight. */
bool getblocktemplate_write_submit(struct buf *out, uint64_t id,
				   struct span block, const char *workid)
{
	const size_t before = out->n;
	struct json_writer w;

	json_write_init(&w, out);
	json_write_begin(&w, '{');
	json_write_key(&w, "id");
	json_write_uint(&w, id);
	json_write_key(&w, "method");
	json_write_text(&w, "submitblock");
	json_write_key(&w, "params");
	json_write_begin(&w, '[');
	json_write_hex(&w, block);
	if (workid) {
		json_write_begin(&w, '{');
		json_write_key(&w, "workid");
		json_write_text(&w, workid);
		json_write_end(&w, '}');
	}
	json_write_end(&w, ']');
	json_write_end(&w, '}');
	if (out->full)
		out->n = before;
	return !out->full;
}
