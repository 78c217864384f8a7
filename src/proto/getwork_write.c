#include "proto/getwork.h"

#include <string.h>

#include "proto/rpc_write.h"

#define DATA_SIZE 128 /* two blocks of SHA-256 */

bool getwork_write_request(struct buf *out, uint64_t id)
{
	struct rpc_writing x;

	rpc_write_begin(&x, id, "getwork");
	json_write_begin(&x.w, '[');
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "");
}

bool getwork_write_submit(struct buf *out, uint64_t id,
			  const uint8_t header[HEADER_SIZE])
{
	uint8_t padded[DATA_SIZE] = { 0 }, data[DATA_SIZE];
	struct rpc_writing x;

	/* SHA-256's padding: a one, and the length in bits at the end. */
	memcpy(padded, header, HEADER_SIZE);
	padded[HEADER_SIZE] = 0x80;
	padded[DATA_SIZE - 2] = HEADER_SIZE * 8 >> 8;
	padded[DATA_SIZE - 1] = HEADER_SIZE * 8 & 0xff;
	for (size_t i = 0; i < DATA_SIZE; i++)
		data[i] = padded[i / 4 * 4 + 3 - i % 4];
	rpc_write_begin(&x, id, "getwork");
	json_write_begin(&x.w, '[');
	json_write_hex(&x.w, (struct span){ data, sizeof(data) });
	json_write_end(&x.w, ']');
	return rpc_write_end(&x, out, "");
}
