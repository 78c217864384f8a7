#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "proto/http_private.h"

/* RFC 9112, 3 and 4:
 *
 *	method SP target SP HTTP/1.x CRLF
 *	HTTP/1.x SP 3 digits [SP reason] CRLF
 */

#define METHOD_MAX 32

bool http_head_is(struct span text, const char *word)
{
	return text.n == strlen(word) &&
	       strncasecmp((const char *)text.p, word, text.n) == 0;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool read_version(struct cur *c, unsigned *minor)
{
	const struct span name = cur_take(c, strlen("HTTP/1."));
	const uint8_t digit = cur_u8(c);

	*minor = (unsigned)(digit - '0');
	return cur_ok(c) && memcmp(name.p, "HTTP/1.", name.n) == 0 &&
	       is_digit(digit);
}

/* Nothing may stand directly behind a version or a code. */
static bool ends_word(struct cur *c)
{
	const size_t left = cur_left(c);
	const uint8_t next = cur_u8(c);

	return left == 0 || next == ' ' || next == '\r' || next == '\n';
}

static bool read_status(struct cur *c, unsigned *minor, unsigned *status)
{
	unsigned code = 0;

	if (!read_version(c, minor) || cur_u8(c) != ' ')
		return false;
	for (int i = 0; i < 3; i++) {
		const uint8_t digit = cur_u8(c);

		if (!is_digit(digit))
			return false;
		code = code * 10 + (unsigned)(digit - '0');
	}
	*status = code;
	return cur_ok(c) && code >= 100 && code <= HTTP_STATUS_MAX;
}

static bool is_method(struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if ((word.p[i] < 'A' || word.p[i] > 'Z') && word.p[i] != '-')
			return false;
	return word.n > 0 && word.p[0] != '-';
}

/* Up to max bytes before the next space, which is stepped over. */
static struct span take_word(struct cur *c, size_t max)
{
	struct cur ahead = *c;
	const struct span rest = cur_take(&ahead, cur_left(&ahead));
	size_t n = 0;

	while (n < rest.n && n < max && rest.p[n] > ' ' && rest.p[n] != 0x7f)
		n++;
	const struct span word = cur_take(c, n);

	if (cur_u8(c) != ' ' || n == 0)
		(void)cur_take(c, SIZE_MAX); /* no such word */
	return word;
}

static bool read_request(struct cur *c, struct http_head *head)
{
	head->method = take_word(c, METHOD_MAX);
	if (!cur_ok(c) || !is_method(head->method))
		return false;
	head->target = take_word(c, HTTP_LINE_MAX);
	return read_version(c, &head->minor);
}

bool http_likely(struct span bytes)
{
	struct cur status = cur_over(bytes), request = status;
	struct http_head head;

	return (read_status(&status, &head.minor, &head.status) &&
		ends_word(&status)) ||
	       (read_request(&request, &head) && ends_word(&request));
}

/* Do they begin with a version, as far as they go, and are they fewer than
 * whole? */
static bool ends_early(struct span bytes, size_t whole)
{
	static const char version[] = "HTTP/1.";
	const size_t n = bytes.n < strlen(version) ? bytes.n : strlen(version);

	return bytes.n < whole && memcmp(bytes.p, version, n) == 0;
}

/* As many as a word may have, from *at on. */
static struct span word_at(size_t *at, struct span bytes)
{
	const size_t from = *at;

	while (*at < bytes.n && bytes.p[*at] > ' ' && bytes.p[*at] != 0x7f)
		++*at;
	return (struct span){ bytes.p + from, *at - from };
}

bool http_begun(struct span bytes)
{
	size_t at = 0;

	if (ends_early(bytes, strlen("HTTP/1.1 200 ")))
		return true;
	const struct span method = word_at(&at, bytes);

	if (method.n > METHOD_MAX || !is_method(method))
		return false;
	if (at == bytes.n)
		return true;
	if (bytes.p[at++] != ' ')
		return false;
	const struct span target = word_at(&at, bytes);

	if (at == bytes.n)
		return target.n < HTTP_LINE_MAX;
	return target.n > 0 && bytes.p[at++] == ' ' &&
	       ends_early((struct span){ bytes.p + at, bytes.n - at },
			  strlen("HTTP/1.1 "));
}

bool http_head_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trim(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && http_head_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Behind what may be the end of a body, a method is one of these. */
static bool find_method(size_t *at, struct span before)
{
	static const char *const methods[] = { "OPTIONS", "CONNECT", "DELETE",
					       "PATCH",   "TRACE",   "POST",
					       "HEAD",    "GET",     "PUT" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const size_t n = strlen(methods[i]);

		if (before.n >= n &&
		    memcmp(before.p + before.n - n, methods[i], n) == 0) {
			*at = before.n - n;
			return true;
		}
	}
	return false;
}

/* A request line is found from its end: "target SP HTTP/1.x", and before
 * that a method and a space. */
static bool find_request(size_t *at, struct span line)
{
	const size_t version = strlen(" HTTP/1.1");
	struct span rest = trim(line);
	unsigned minor;

	if (rest.n <= version)
		return false;
	struct cur c =
		cur_over((struct span){ rest.p + rest.n - version, version });

	if (cur_u8(&c) != ' ' || !read_version(&c, &minor))
		return false;
	rest.n -= version;
	size_t target = rest.n;

	while (target > 0 && rest.p[target - 1] > ' ' &&
	       rest.p[target - 1] != 0x7f)
		target--;
	return target > 0 && target < rest.n && rest.p[target - 1] == ' ' &&
	       find_method(at, (struct span){ rest.p, target - 1 });
}

static bool find_status(size_t *at, struct span line)
{
	const uint8_t *const end = line.p + line.n;
	const uint8_t *p = memchr(line.p, 'H', line.n);
	unsigned minor, status;

	for (; p; p = memchr(p + 1, 'H', (size_t)(end - p - 1))) {
		struct cur c = cur_over((struct span){ p, (size_t)(end - p) });

		if (read_status(&c, &minor, &status) && ends_word(&c)) {
			*at = (size_t)(p - line.p);
			return true;
		}
	}
	return false;
}

/* The version must end the line, or a number might be part of a target. */
static bool is_request(struct span line)
{
	struct cur c = cur_over(line);
	struct http_head head;

	return read_request(&c, &head) &&
	       trim(cur_take(&c, cur_left(&c))).n == 0;
}

bool http_head_find(size_t *at, bool *response, struct span line, unsigned may)
{
	struct cur c = cur_over(line);
	unsigned minor, status;

	if (may & HTTP_MAY_REQUEST && is_request(line)) {
		*at = 0;
		*response = false;
	} else if (may & HTTP_MAY_RESPONSE &&
		   read_status(&c, &minor, &status) && ends_word(&c)) {
		*at = 0;
		*response = true;
	} else if (may & HTTP_MAY_REQUEST && find_request(at, line)) {
		*response = false;
	} else if (may & HTTP_MAY_RESPONSE && find_status(at, line)) {
		*response = true;
	} else {
		return false;
	}
	return true;
}

/* The next line with its LF. */
static struct span take_line(struct cur *c)
{
	struct cur ahead = *c;
	const struct span rest = cur_take(&ahead, cur_left(&ahead));
	const uint8_t *end = memchr(rest.p, '\n', rest.n);

	return cur_take(c, end ? (size_t)(end - rest.p) + 1 : rest.n);
}

/* RFC 9112, 5.2: a line that begins with a space goes on with the one before;
 * what ended that one becomes spaces. */
static void unfold(struct buf *text)
{
	for (size_t i = 1; i < text->n; i++) {
		const bool folds = text->p[i - 1] == '\n' &&
				   (text->p[i] == ' ' || text->p[i] == '\t');

		if (folds)
			text->p[i - 1] = ' ';
		if (folds && i > 1 && text->p[i - 2] == '\r')
			text->p[i - 2] = ' ';
	}
}

static bool read_field(struct http_head *head, struct span line)
{
	const uint8_t *colon = memchr(line.p, ':', line.n);

	if (memchr(line.p, '\0', line.n))
		return false;
	if (!colon) /* tolerated */
		return true;
	const size_t n = (size_t)(colon - line.p);
	const struct span name = trim((struct span){ line.p, n });

	if (name.n == 0)
		return true;
	if (head->fields == HTTP_FIELDS_MAX)
		return false;
	head->field[head->fields++] = (struct http_field){
		.name = name,
		.value = trim((struct span){ colon + 1, line.n - n - 1 }),
	};
	return true;
}

bool http_head_parse(struct http_head *head, struct buf *text)
{
	unfold(text);
	struct cur c = cur_over(buf_span(text));
	struct cur start = cur_over(take_line(&c)), again = start;

	*head = (struct http_head){ .response = false };
	if (!read_request(&start, head)) {
		*head = (struct http_head){ .response = true };
		if (!read_status(&again, &head->minor, &head->status))
			return false;
	}
	while (cur_left(&c) > 0)
		if (!read_field(head, take_line(&c)))
			return false;
	return true;
}

bool http_head_listed(struct span *word, struct span *list)
{
	while (list->n > 0) {
		const uint8_t *comma = memchr(list->p, ',', list->n);
		const size_t n = comma ? (size_t)(comma - list->p) : list->n;
		const size_t used = comma ? n + 1 : n;

		*word = trim((struct span){ list->p, n });
		list->p += used;
		list->n -= used;
		if (word->n > 0)
			return true;
	}
	return false;
}

/* One length, however often it is said. */
static bool read_lengths(uint64_t *length, bool *any, struct span list)
{
	struct span word;
	uint64_t n;

	while (http_head_listed(&word, &list)) {
		if (!num_u64(&n, word) || (*any && n != *length))
			return false;
		*length = n;
		*any = true;
	}
	return true;
}

/* RFC 9112, 6.3: chunked must be the last coding, and wins over a length. */
enum http_body http_head_body(uint64_t *length, const struct http_head *head)
{
	struct span last = { NULL, 0 };
	uint64_t n = 0;
	bool any = false, right = true;

	for (size_t i = 0; i < head->fields; i++) {
		const struct http_field *f = &head->field[i];
		struct span list = f->value;

		if (http_head_is(f->name, "transfer-encoding"))
			while (http_head_listed(&last, &list))
				continue;
		else if (http_head_is(f->name, "content-length"))
			right &= read_lengths(&n, &any, list);
	}
	if (last.n > 0 && http_head_is(last, "chunked"))
		return HTTP_BODY_CHUNKED;
	if (last.n > 0 && !http_head_is(last, "identity"))
		return HTTP_BODY_UNTIL_CLOSE;
	if (!right)
		return HTTP_BODY_BROKEN;
	if (!any)
		return HTTP_BODY_ABSENT;
	*length = n;
	return HTTP_BODY_LENGTH;
}

static bool is_allowed(const char *text)
{
	return text && !strpbrk(text, "\r\n");
}

static bool write_fields(struct buf *out, const struct http_writing *w,
			 bool has_body)
{
	bool fits = true;

	for (size_t i = 0; w->fields && w->fields[i]; i++)
		fits &= is_allowed(w->fields[i]) &&
			buf_printf(out, "%s\r\n", w->fields[i]);
	if (has_body || w->body.n > 0)
		fits &= buf_printf(out, "Content-Length: %zu\r\n", w->body.n);
	return fits && buf_text(out, "\r\n") &&
	       buf_add(out, w->body.p, w->body.n);
}

/* Written beside out, so that half a message is never in it. */
static bool append(struct buf *out, struct buf *made, bool right)
{
	const bool fits = right && made->n <= out->limit - out->n &&
			  buf_add(out, made->p, made->n);

	buf_fini(made);
	return fits;
}

bool http_write_request(struct buf *out, const struct http_writing *w)
{
	const bool has_body = is_allowed(w->method) &&
			      strcmp(w->method, "GET") != 0 &&
			      strcmp(w->method, "HEAD") != 0 &&
			      strcmp(w->method, "CONNECT") != 0;
	struct buf made;

	buf_init(&made, out->limit);
	const bool right = is_allowed(w->method) && is_allowed(w->target) &&
			   is_allowed(w->host) &&
			   buf_printf(&made, "%s %s HTTP/1.1\r\nHost: %s\r\n",
				      w->method, w->target, w->host) &&
			   (!w->user ||
			    http_basic_write(&made, w->user,
					     w->password ? w->password : "")) &&
			   write_fields(&made, w, has_body);

	return append(out, &made, right);
}

bool http_write_response(struct buf *out, const struct http_writing *w)
{
	const bool has_body = w->status >= HTTP_STATUS_SUCCESSFUL &&
			      w->status != 204 && w->status != 304;
	struct buf made;

	buf_init(&made, out->limit);
	const bool right =
		w->status >= 100 && w->status <= HTTP_STATUS_MAX &&
		is_allowed(w->reason) &&
		buf_printf(&made, "HTTP/1.1 %u %s\r\n", w->status, w->reason) &&
		write_fields(&made, w, has_body);

	return append(out, &made, right);
}
