#include "base/json.h"
#include "base/json_plain.h"

/* Steps through the inside of a string; true if its closing quote was found,
 * which is then stepped over. */
static bool skip_string(struct json_scan *s, size_t *at, struct span text)
{
	size_t i = *at;

	while (i < text.n) {
		if (s->escape) {
			if (text.p[i] < 0x20)
				break;
			s->escape = false;
			i++;
			continue;
		}
		i += json_plain(text.p + i, text.n - i);
		if (i == text.n || text.p[i] < 0x20)
			break;
		s->escape = text.p[i] == '\\';
		if (text.p[i++] == '"') {
			*at = i;
			return true;
		}
	}
	*at = i;
	return false;
}

/* Steps over what is neither a quote nor a bracket. */
static size_t skip_between(size_t i, struct span text)
{
	while (i < text.n && text.p[i] != '"' && (text.p[i] | 0x20) != '{' &&
	       (text.p[i] | 0x20) != '}')
		i++;
	return i;
}

enum parse json_scan(struct json_scan *s, size_t *used, struct span text)
{
	size_t i = 0;

	/* '[' | 0x20 is '{', and ']' | 0x20 is '}'. */
	if (s->depth == 0 && text.n && (text.p[0] | 0x20) != '{') {
		*used = 0;
		return PARSE_BAD;
	}
	while (i < text.n) {
		if (s->in_string) {
			s->in_string = !skip_string(s, &i, text);
			if (s->in_string)
				break;
		}
		i = skip_between(i, text);
		if (i == text.n)
			break;
		if (text.p[i] == '"') {
			s->in_string = true;
		} else if ((text.p[i] | 0x20) == '}') {
			s->depth--;
		} else {
			if (s->depth == JSON_DEPTH_MAX)
				break;
			s->depth++;
		}
		i++;
		if (s->depth == 0) {
			*used = i;
			return PARSE_OK;
		}
	}
	*used = i;
	return i < text.n ? PARSE_BAD : PARSE_MORE;
}
