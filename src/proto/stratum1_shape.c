#include "proto/stratum1_private.h"

/* clang-format off */
static const struct stratum1_shape *const shapes[] = {
	&stratum1_zcash,
	&stratum1_ethereum,
	&stratum1_ethereum2,
	&stratum1_decred,
	&stratum1_handshake,
	&stratum1_kaspa,
	&stratum1_kawpow,
	&stratum1_sia,
	&stratum1_verus,
	&stratum1_bitcoin, /* its shape is the widest: last */
};
/* clang-format on */
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static bool is_digit(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

size_t stratum1_shape_digits(const struct json *doc,
			     const struct json_node *params, uint32_t i)
{
	const struct json_node *node = json_at(doc, params, i);
	struct span text;

	if (!node || node->type != JSON_STRING)
		return 0;
	text = node->raw;
	if (text.n >= 2 && text.p[0] == '0' && text.p[1] == 'x') {
		text.p += 2;
		text.n -= 2;
	}
	for (size_t k = 0; k < text.n; k++) {
		if (!is_digit(text.p[k]))
			return 0;
	}
	return text.n;
}

bool stratum1_shape_hashes(const struct json *doc,
			   const struct json_node *params, uint32_t i,
			   uint32_t last)
{
	for (; i <= last; i++) {
		if (stratum1_shape_digits(doc, params, i) != 64)
			return false;
	}
	return true;
}

/* What looks like no coin's job we know: Bitcoin's with something wrong in it,
 * or a coin's we do not know? */
static bool is_broken(const struct json *doc, const struct json_node *params)
{
	const struct json_node *fifth = json_at(doc, params, 4);

	return params->n < 3 ||
	       (params->n >= 8 && fifth && fifth->type != JSON_STRING);
}

const struct stratum1_shape *stratum1_shape_job(struct stratum1 *s,
						const struct json_node *params)
{
	for (size_t i = 0; i < SHAPES; i++) {
		if (!shapes[i]->is_job(s->rpc.doc, params))
			continue;
		if (s->settled && s->shape != shapes[i])
			return NULL;
		s->shape = shapes[i];
		s->settled = true;
		return s->shape;
	}
	if (s->settled)
		return s->shape;
	if (is_broken(s->rpc.doc, params))
		return &stratum1_bitcoin;
	s->shape = &stratum1_other;
	return s->shape;
}

static bool is_share(const struct stratum1_shape *shape, const struct json *doc,
		     const struct json_node *params)
{
	return shape->is_share && shape->is_share(doc, params);
}

/* Before the first job was seen a share may show the dialect. Once there was a
 * job, even one of an unknown coin's, it does not. */
const struct stratum1_shape *stratum1_shape_share(
	struct stratum1 *s, const struct json_node *params)
{
	if (s->settled || s->shape == &stratum1_other ||
	    is_share(s->shape, s->rpc.doc, params))
		return s->shape;
	for (size_t i = 0; i < SHAPES; i++) {
		if (is_share(shapes[i], s->rpc.doc, params)) {
			s->shape = shapes[i];
			break;
		}
	}
	return s->shape;
}

void stratum1_shape_hint(struct stratum1 *s, const struct stratum1_shape *shape)
{
	if (!s->settled && s->shape != &stratum1_other)
		s->shape = shape;
}
