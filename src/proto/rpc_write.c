#include "proto/rpc_write.h"

void rpc_write_begin(struct rpc_writing *x, uint64_t id, const char *method)
{
	buf_init(&x->text, RPC_WRITE_MAX);
	json_write_init(&x->w, &x->text);
	json_write_begin(&x->w, '{');
	json_write_key(&x->w, "id");
	json_write_uint(&x->w, id);
	json_write_key(&x->w, "method");
	json_write_text(&x->w, method);
	json_write_key(&x->w, "params");
}

bool rpc_write_end(struct rpc_writing *x, struct buf *out, const char *ending)
{
	json_write_end(&x->w, '}');
	buf_text(&x->text, ending);
	const bool good = !x->text.full && buf_add(out, x->text.p, x->text.n);

	buf_fini(&x->text);
	return good;
}
