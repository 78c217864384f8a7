#include "analysis/verify_parts.h"

#include "base/hex.h"

bool verify_fails(struct verify_parts *p, const char *what)
{
	if (!p->bad)
		status_why(p->why, ST_BAD, "%s", what);
	p->bad = true;
	return false;
}

const struct json_node *verify_member(struct verify_parts *p, const char *key,
				      enum json_type type)
{
	const struct json_node *n = json_get(&p->doc, json_root(&p->doc), key);

	if (!p->bad && (!n || n->type != type)) {
		status_why(p->why, ST_BAD,
			   "\"%s\" is missing or of the wrong type", key);
		p->bad = true;
	}
	return p->bad ? NULL : n;
}

struct span verify_bytes(struct verify_parts *p, const char *key)
{
	const struct json_node *n = verify_member(p, key, JSON_STRING);
	struct span out = { p->bytes + p->used, 0 };

	if (!n)
		return (struct span){ p->bytes, 0 };
	if (!hex_parse(p->bytes + p->used, &out.n, p->room - p->used, n->raw)) {
		status_why(p->why, ST_BAD, "\"%s\" is not hexadecimal", key);
		p->bad = true;
		return (struct span){ p->bytes, 0 };
	}
	p->used += out.n;
	return out;
}

uint32_t verify_word(struct verify_parts *p, const char *key)
{
	const struct json_node *n = verify_member(p, key, JSON_STRING);
	uint32_t v = 0;

	if (n && (n->raw.n != 8 || !hex_u32(&v, n->raw))) {
		status_why(p->why, ST_BAD, "\"%s\" is not 8 hex digits", key);
		p->bad = true;
	}
	return v;
}

void verify_exactly(struct verify_parts *p, uint8_t *out, size_t size,
		    const char *key, bool reversed)
{
	const struct span s = verify_bytes(p, key);

	if (p->bad)
		return;
	if (s.n != size) {
		status_why(p->why, ST_BAD, "\"%s\" is not %zu bytes", key,
			   size);
		p->bad = true;
		return;
	}
	for (size_t i = 0; i < size; i++)
		out[i] = s.p[reversed ? size - 1 - i : i];
}
