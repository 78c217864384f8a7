#include "proto/monero.h"
#include "proto/rpc_write.h"

bool monero_write_login(struct buf *out, uint64_t id,
			const struct monero_login_writing *l)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "login");
	json_write_begin(&x.w, '{');
	json_write_key(&x.w, "login");
	json_write_text(&x.w, l->login);
	json_write_key(&x.w, "pass");
	json_write_text(&x.w, l->password);
	json_write_key(&x.w, "agent");
	json_write_text(&x.w, l->agent);
	json_write_end(&x.w, '}');
	json_write_key(&x.w, "jsonrpc");
	json_write_text(&x.w, "2.0");
	return rpc_write_end(&x, out, "\n");
}
