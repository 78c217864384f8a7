#include "report/xml_text.h"

#include <string.h>

#include "base/text.h"

static const char *escape(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

bool xml_text(struct buf *out, const char *text, size_t max)
{
	struct buf safe;
	bool good;

	buf_init(&safe, 1u << 16);
	good = text_safe(&safe,
			 (struct span){ (const uint8_t *)text, strlen(text) },
			 max);
	for (size_t i = 0; i < safe.n; i++) {
		const char *e = escape(safe.p[i]);

		good &= e ? buf_text(out, e) : buf_u8(out, safe.p[i]);
	}
	buf_fini(&safe);
	return good;
}
