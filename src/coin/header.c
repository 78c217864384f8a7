#include "coin/header.h"

#include <string.h>

#include "base/cur.h"

static uint8_t *put_le32(uint8_t *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		*out++ = (uint8_t)(v >> 8 * i);
	return out;
}

void header_write(uint8_t out[HEADER_SIZE], const struct header *h)
{
	out = put_le32(out, h->version);
	memcpy(out, h->previous, 32);
	memcpy(out + 32, h->merkle_root, 32);
	out = put_le32(out + 64, h->time);
	out = put_le32(out, h->nbits);
	put_le32(out, h->nonce);
}

void header_read(struct header *out, const uint8_t raw[HEADER_SIZE])
{
	struct cur c = cur_over((struct span){ raw, HEADER_SIZE });

	out->version = cur_le32(&c);
	const struct span previous = cur_take(&c, 32);
	const struct span root = cur_take(&c, 32);

	memcpy(out->previous, previous.p, previous.n);
	memcpy(out->merkle_root, root.p, root.n);
	out->time = cur_le32(&c);
	out->nbits = cur_le32(&c);
	out->nonce = cur_le32(&c);
}
