/* Bodies for flow.h, inline because every packet passes here. */
#ifndef NET_FLOW_IMPL_H
#define NET_FLOW_IMPL_H

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static_assert(sizeof(struct endpoint) == 18, "an address and a port, no gap");

/* 0 if equal. Three words, of which the last two overlap. */
static inline uint64_t flow_differ(const struct endpoint *x,
				   const struct endpoint *y)
{
	const uint8_t *const p = (const uint8_t *)x;
	const uint8_t *const q = (const uint8_t *)y;
	uint64_t a[3], b[3];

	memcpy(a, p, 16);
	memcpy(b, q, 16);
	memcpy(&a[2], p + 10, 8);
	memcpy(&b[2], q + 10, 8);
	return (a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]);
}

/* Is f the entry of s? *direction is then the way that s goes. Without
 * branches, because that is anyone's guess, the processor's too. */
static inline bool flow_holds(const struct flow *f,
			      enum flow_direction *direction,
			      const struct segment *s)
{
	const uint64_t there =
		flow_differ(&s->src, &f->a) | flow_differ(&s->dst, &f->b);
	const uint64_t back =
		flow_differ(&s->src, &f->b) | flow_differ(&s->dst, &f->a);

	*direction = there ? FLOW_B_TO_A : FLOW_A_TO_B;
	return (!there | !back) && f->protocol == s->protocol;
}

/* flow_of() where there is no good guess. */
struct flow *flow_seek(struct flow_table *t, enum flow_direction *direction,
		       const struct segment *s, uint32_t tag, uint32_t now_s);

static inline struct flow *flow_of(struct flow_table *t,
				   enum flow_direction *direction,
				   const struct segment *s,
				   const struct flow_hint *hint, uint32_t now_s)
{
	struct flow *const f = hint->guess;

	if (!f || !flow_holds(f, direction, s) ||
	    now_s - f->last_s > FLOW_IDLE_S)
		return flow_seek(t, direction, s, hint->tag, now_s);
	f->last_s = now_s;
	return f;
}

#endif /* NET_FLOW_IMPL_H */
