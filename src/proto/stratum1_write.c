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
