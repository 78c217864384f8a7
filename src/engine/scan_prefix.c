#include <string.h>

#include "base/num.h"
#include "engine/scan.h"

static bool in_prefix(const struct scan_prefix *p, const struct endpoint *e)
{
	const size_t whole = p->bits / 8;
	const unsigned rest = p->bits % 8;

	if (memcmp(p->net.ip, e->ip, whole) != 0)
		return false;
	return rest == 0 ||
	       (p->net.ip[whole] ^ e->ip[whole]) >> (8 - rest) == 0;
}

bool scan_prefix_wants(const struct scan_options *o, const struct endpoint *a,
		       const struct endpoint *b)
{
	for (size_t i = 0; i < o->num_sites; i++) {
		if (in_prefix(&o->site[i], a) || in_prefix(&o->site[i], b))
			return true;
	}
	return o->num_sites == 0;
}

bool scan_prefix_parse(struct scan_prefix *out, struct span text)
{
	const uint8_t *slash = memchr(text.p, '/', text.n);
	struct span ip = text;
	uint64_t bits = 128;
	struct scan_prefix p;

	if (slash)
		ip.n = (size_t)(slash - text.p);
	if (!endpoint_ip_parse(&p.net, ip))
		return false;
	const bool v4 = memchr(ip.p, ':', ip.n) == NULL;

	if (slash) {
		const struct span rest = { slash + 1, text.n - ip.n - 1 };

		if (!num_u64(&bits, rest) || bits > (v4 ? 32 : 128))
			return false;
		bits += v4 ? 96 : 0;
	}
	p.bits = (uint8_t)bits;
	*out = p;
	return true;
}
