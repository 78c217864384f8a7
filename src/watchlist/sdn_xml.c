#include "watchlist/sdn_xml.h"

#include <stdio.h>
#include <string.h>

#include <expat.h>

#include "watchlist/sdn_remarks.h"

#define TEXT_MAX (1u << 16)
#define STEP     ((size_t)1 << 20) /* bytes handed to the parser at a time */

/* "ns:Feature" -> "Feature" */
static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void on_begin(void *context, const char *name, const char **attributes)
{
	struct sdn_xml *x = context;

	buf_clear(&x->text);
	if (x->st == ST_OK)
		x->begin(x->context, local(name), attributes);
}

static void on_text(void *context, const char *text, int n)
{
	struct sdn_xml *x = context;

	buf_add(&x->text, text, (size_t)n);
}

static void on_end(void *context, const char *name)
{
	struct sdn_xml *x = context;

	if (x->st == ST_OK)
		x->end(x->context, local(name));
	buf_clear(&x->text);
	if (x->st != ST_OK)
		XML_StopParser(x->parser, XML_FALSE);
}

static void on_entity(void *context, const char *name, int is_parameter,
		      const char *value, int n, const char *base,
		      const char *system, const char *public,
		      const char *notation)
{
	struct sdn_xml *x = context;

	(void)name, (void)is_parameter, (void)value, (void)n, (void)base;
	(void)system, (void)public, (void)notation;
	x->st = status_why(x->why, ST_BAD,
			   "%s: declares entities, which OFAC's lists do not",
			   x->in->path);
	XML_StopParser(x->parser, XML_FALSE);
}

enum status sdn_xml_read(struct sdn_xml *x)
{
	struct span rest = x->in->text;

	x->st = ST_OK;
	x->parser = XML_ParserCreate(NULL);
	buf_init(&x->text, TEXT_MAX);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	do {
		const size_t n = rest.n < STEP ? rest.n : STEP;

		if (XML_Parse(x->parser, (const char *)rest.p, (int)n,
			      n == rest.n) != XML_STATUS_OK &&
		    x->st == ST_OK)
			x->st = status_why(
				x->why, ST_BAD, "%s, line %lu: %s", x->in->path,
				(unsigned long)XML_GetCurrentLineNumber(
					x->parser),
				XML_ErrorString(XML_GetErrorCode(x->parser)));
		rest.p += n;
		rest.n -= n;
	} while (rest.n > 0 && x->st == ST_OK);
	XML_ParserFree(x->parser);
	buf_fini(&x->text);
	return x->st;
}

void sdn_xml_text(const struct sdn_xml *x, char *out, size_t room)
{
	static const char blanks[] = " \t\r\n";
	struct span s = buf_span(&x->text);

	while (s.n > 0 && strchr(blanks, s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && strchr(blanks, s.p[s.n - 1]))
		s.n--;
	snprintf(out, room, "%.*s", (int)(s.n < room ? s.n : room - 1),
		 s.n ? (const char *)s.p : "");
}

const char *sdn_xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2) {
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	}
	return "";
}

const char *sdn_xml_asset(const char *text)
{
	const size_t n = strlen(SDN_REMARKS_WORDS);

	return strncmp(text, SDN_REMARKS_WORDS, n) == 0 ? text + n : NULL;
}

struct ts sdn_xml_day(uint64_t day)
{
	char text[32];
	struct ts t = TS_NONE;

	snprintf(text, sizeof(text), "%04u-%02u-%02u",
		 (unsigned)(day / 10000 % 10000), (unsigned)(day / 100 % 100),
		 (unsigned)(day % 100));
	if (!ts_parse(&t, (struct span){ (const uint8_t *)text, strlen(text) }))
		return TS_NONE;
	return t;
}

void sdn_xml_add(struct sdn_xml *x, const struct list_entry *e,
		 const char *address)
{
	if (x->st == ST_OK &&
	    !lists_add(
		    x->in, e,
		    (struct span){ (const uint8_t *)address, strlen(address) },
		    x->why))
		x->st = ST_LIMIT;
}
