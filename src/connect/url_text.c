#include "connect/url_text.h"

#include <string.h>

bool url_text_is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	}
	return true;
}

bool url_text_keep(char *out, size_t room, struct span s)
{
	if (s.n == 0 || s.n >= room)
		return false;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}
