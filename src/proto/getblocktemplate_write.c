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
