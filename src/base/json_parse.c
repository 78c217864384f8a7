#include "base/json.h"
#include "base/json_plain.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Where a function below says no, `at` is the first byte that is wrong. */
struct reader {
	struct json *doc;
	struct span text;
	size_t at;
};

/* The next byte; NUL, which is allowed nowhere, at the end. */
static uint8_t peek(const struct reader *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : 0;
}

static bool take(struct reader *r, char c)
{
	if (peek(r) != (uint8_t)c)
		return false;
	r->at++;
	return true;
}

static void skip_space(struct reader *r)
{
	uint8_t c = peek(r);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		r->at++;
		c = peek(r);
	}
}

static bool add_node(struct reader *r, enum json_type type)
{
	struct json *doc = r->doc;

	if (doc->n >= doc->limit)
		return false;
	if (doc->n == doc->room) {
		const uint32_t more = doc->room ? doc->room : 32;

		doc->room = more < doc->limit - doc->room ? doc->room + more
							  : doc->limit;
		doc->node =
			mem_resize(doc->node, doc->room, sizeof(doc->node[0]));
	}
	doc->node[doc->n] = (struct json_node){
		.type = type,
		.next = doc->n + 1,
		.raw = { r->text.p + r->at, 0 },
	};
	doc->n++;
	return true;
}

static bool take_literal(struct reader *r, enum json_type type,
			 const char *word)
{
	if (!add_node(r, type))
		return false;
	while (*word && take(r, *word))
		word++;
	return !*word;
}

static bool take_digits(struct reader *r)
{
	const size_t from = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at > from;
}

/* [-] (0 | 1-9 digits) [. digits] [(e|E) [+|-] digits] */
static bool take_number(struct reader *r)
{
	const uint32_t i = r->doc->n;
	const size_t from = r->at;

	if (!add_node(r, JSON_NUMBER))
		return false;
	(void)take(r, '-');
	if (!take(r, '0') && !take_digits(r))
		return false;
	if (take(r, '.') && !take_digits(r))
		return false;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '+'))
			(void)take(r, '-');
		if (!take_digits(r))
			return false;
	}
	r->doc->node[i].raw.n = r->at - from;
	return true;
}

/* What follows a backslash. */
static bool take_escape(struct reader *r)
{
	static const char simple[] = "\"\\/bfnrt";

	for (size_t i = 0; simple[i]; i++) {
		if (take(r, simple[i]))
			return true;
	}
	if (!take(r, 'u'))
		return false;
	for (int i = 0; i < 4; i++) {
		const uint8_t c = peek(r), low = c | 0x20;

		if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'f'))
			return false;
		r->at++;
	}
	return true;
}

static bool take_utf8(struct reader *r)
{
	uint32_t code;
	size_t n;
	const bool good = utf8_read(
		&code, &n,
		(struct span){ r->text.p + r->at, r->text.n - r->at });

	r->at += n;
	return good;
}

static bool take_string(struct reader *r)
{
	const uint32_t i = r->doc->n;
	bool escaped = false;

	if (peek(r) != '"' || !add_node(r, JSON_STRING))
		return false;

	const size_t from = ++r->at;

	for (;;) {
		r->at += json_plain(r->text.p + r->at, r->text.n - r->at);

		const uint8_t c = peek(r);

		if (c == '"')
			break;
		if (c < 0x20)
			return false;
		if (c == '\\') {
			r->at++;
			escaped = true;
			if (!take_escape(r))
				return false;
		} else if (!take_utf8(r)) {
			return false;
		}
	}
	r->doc->node[i].raw = (struct span){ r->text.p + from, r->at - from };
	r->doc->node[i].escaped = escaped;
	r->at++;
	return true;
}

static bool take_value(struct reader *r, unsigned depth);

/* key : value */
static bool take_member(struct reader *r, unsigned depth)
{
	if (!take_string(r))
		return false;
	skip_space(r);
	if (!take(r, ':'))
		return false;
	skip_space(r);
	return take_value(r, depth);
}

static bool take_inside(struct reader *r, uint32_t i, unsigned depth)
{
	const bool object = r->doc->node[i].type == JSON_OBJECT;
	const char end = object ? '}' : ']';

	skip_space(r);
	if (take(r, end))
		return true;
	for (;;) {
		if (object ? !take_member(r, depth) : !take_value(r, depth))
			return false;
		r->doc->node[i].n++;
		skip_space(r);
		if (take(r, end))
			return true;
		if (!take(r, ','))
			return false;
		skip_space(r);
	}
}

/* An array or object; depth counts those around it. */
static bool take_nested(struct reader *r, enum json_type type, unsigned depth)
{
	const uint32_t i = r->doc->n;
	const size_t from = r->at;

	if (depth == JSON_DEPTH_MAX || !add_node(r, type))
		return false;
	r->at++;
	if (!take_inside(r, i, depth + 1))
		return false;
	r->doc->node[i].next = r->doc->n;
	r->doc->node[i].raw.n = r->at - from;
	return true;
}

/* Calls itself through take_nested() and take_inside(), JSON_DEPTH_MAX deep at
 * most. */
static bool take_value(struct reader *r, unsigned depth)
{
	switch (peek(r)) {
	case 'n':
		return take_literal(r, JSON_NULL, "null");
	case 'f':
		return take_literal(r, JSON_FALSE, "false");
	case 't':
		return take_literal(r, JSON_TRUE, "true");
	case '"':
		return take_string(r);
	case '[':
		return take_nested(r, JSON_ARRAY, depth);
	case '{':
		return take_nested(r, JSON_OBJECT, depth);
	default:
		return take_number(r);
	}
}

bool json_parse(struct json *doc, size_t *at, struct span text)
{
	static const uint8_t nothing[1];
	struct reader r = { doc, text, 0 };

	if (!text.p)
		r.text.p = nothing;
	doc->n = 0;
	skip_space(&r);

	bool good = take_value(&r, 0);

	if (good) {
		skip_space(&r);
		good = r.at == text.n;
	}
	if (!good) {
		doc->n = 0;
		if (at)
			*at = r.at;
	}
	return good;
}
