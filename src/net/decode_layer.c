#include "net/decode_layer.h"

enum decode_result decode_layers(struct fragment_table *fragments,
				 struct segment *out, const struct packet *p)
{
	struct decode_walk w = {
		.c = cur_over(p->data),
		.next = decode_link(p->link),
		.fragments = fragments,
		.out = { .ts = p->ts, .frame = p->frame, .input = p->input },
	};

	if (!w.next)
		return DECODE_LINK;
	if (p->wire_len > p->data.n)
		w.cut = p->wire_len - p->data.n;
	while (w.next) {
		decode_layer *layer = w.next;

		w.next = NULL;
		const enum decode_result r = layer(&w);

		if (r != DECODE_OK)
			return r;
	}
	*out = w.out;
	return DECODE_OK;
}
