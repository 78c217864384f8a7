#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/html.h"

/* Four bytes for each column, and what shows that it was cut. */
#define SAFE_MAX (HTML_TEXT_MAX * 4 + 16)

void html_init(struct html *h, FILE *out)
{
	*h = (struct html){ .out = out };
	buf_init(&h->safe, SAFE_MAX);
}

void html_fini(struct html *h)
{
	buf_fini(&h->safe);
}

static const char *entity(uint8_t c)
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

static void put_text(struct html *h, const char *text, size_t max)
{
	if (!text)
		return;
	buf_clear(&h->safe);
	text_safe(&h->safe,
		  (struct span){ (const uint8_t *)text, strlen(text) }, max);
	for (size_t i = 0; i < h->safe.n; i++) {
		const uint8_t c = h->safe.p[i];
		const char *e = entity(c);

		if (e)
			fputs(e, h->out);
		else
			fputc(c, h->out);
	}
}

/* ".40" in front of a conversion; -1: there is none. */
static int precision_of(const char **at)
{
	int n = 0;

	if (**at != '.')
		return -1;
	for ((*at)++; **at >= '0' && **at <= '9'; (*at)++)
		n = n * 10 + (**at - '0');
	return n;
}

static void put_precise(struct html *h, char kind, int precision, double v)
{
	if (kind == 'f')
		fprintf(h->out, "%.*f", precision < 0 ? 6 : precision, v);
	else
		fprintf(h->out, "%.*g", precision < 0 ? 6 : precision, v);
}

/* The conversion at `at`, behind its %; returns what follows it. */
static const char *convert(struct html *h, const char *at, va_list *args)
{
	const int precision = precision_of(&at);

	if (strncmp(at, "llu", 3) == 0) {
		fprintf(h->out, "%llu", va_arg(*args, unsigned long long));
		return at + 3;
	}
	if (strncmp(at, "zu", 2) == 0) {
		fprintf(h->out, "%zu", va_arg(*args, size_t));
		return at + 2;
	}
	switch (*at) {
	case 's':
		put_text(h, va_arg(*args, const char *),
			 precision < 0 || precision > HTML_TEXT_MAX
				 ? HTML_TEXT_MAX
				 : (size_t)precision);
		break;
	case 'd':
		fprintf(h->out, "%d", va_arg(*args, int));
		break;
	case 'u':
		fprintf(h->out, "%u", va_arg(*args, unsigned));
		break;
	case 'f':
	case 'g':
		put_precise(h, *at, precision, va_arg(*args, double));
		break;
	case '%':
		fputc('%', h->out);
		break;
	default:
		assert(false); /* html.h says which there are */
	}
	return at + 1;
}

void html_put(struct html *h, const char *markup, ...)
{
	va_list args;

	va_start(args, markup);
	while (*markup) {
		const size_t plain = strcspn(markup, "%");

		fwrite(markup, 1, plain, h->out);
		markup += plain;
		if (*markup)
			markup = convert(h, markup + 1, &args);
	}
	va_end(args);
}
