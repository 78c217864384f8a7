#include "proto/getwork.h"

#include "proto/rpc_write.h"

bool getwork_write_request(struct buf *out, uint64_t id)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "getwork");
	json_write_begin(&x.w, '[');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "");
}
