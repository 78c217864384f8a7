/* rpc_write - requests of the dialects of JSON objects, written.
 *
 *	struct rpc_writing x;
 *
 *	rpc_write_begin(&x, 1, "mining.subscribe");
 *	json_write_...(&x.w, ...);     the value of "params", whole
 *	return rpc_write_end(&x, out, "\n");
 *
 * Each dialect has its own requests beside its reader. */
#ifndef PROTO_RPC_WRITE_H
#define PROTO_RPC_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json_write.h"

#define RPC_WRITE_MAX (64u << 10) /* bytes of a request */

struct rpc_writing { /* private but for w */
	struct buf text;
	struct json_writer w;
};

/* {"id":id,"method":"method","params": */
void rpc_write_begin(struct rpc_writing *x, uint64_t id, const char *method);

/* Closes the object and appends it and ending ("\n" where objects are lines,
 * "" in HTTP) to out. False, and out as it was but full, if it does not fit. */
bool rpc_write_end(struct rpc_writing *x, struct buf *out, const char *ending);

#endif /* PROTO_RPC_WRITE_H */
