/* sdn_xml - OFAC's XML as a stream, for the readers of its two forms: elements
 * by their local names, the text of the element in hand, dates. */
#ifndef WATCHLIST_SDN_XML_H
#define WATCHLIST_SDN_XML_H

#include "base/buf.h"
#include "watchlist/list_reader.h"

#define SDN_XML_NAME 512 /* bytes of a name that are kept */

struct XML_ParserStruct;

/* attributes: names and values by turns, NULL behind. */
typedef void sdn_xml_begin(void *context, const char *name,
			   const char **attributes);
typedef void sdn_xml_end(void *context, const char *name);

struct sdn_xml { /* filled in by the caller; st, why and text are shared */
	struct list_input *in;
	struct why *why;
	sdn_xml_begin *begin;
	sdn_xml_end *end;
	void *context;
	enum status st;  /* a handler that fails sets it: reading ends */
	struct buf text; /* private, as what follows */
	struct XML_ParserStruct *parser;
};

/* Reads in->text through. A document that declares entities is refused: they
 * could swell without end. */
enum status sdn_xml_read(struct sdn_xml *x);

/* At an element's end: its text without the blanks around it. */
void sdn_xml_text(const struct sdn_xml *x, char *out, size_t room);
/* "" if there is none of that (local) name. */
const char *sdn_xml_attribute(const char **attributes, const char *name);
/* "XBT" of "Digital Currency Address - XBT", or NULL. */
const char *sdn_xml_asset(const char *text);
/* A day written as year * 10000 + month * 100 + day. TS_NONE if
 * there is none such. */
struct ts sdn_xml_day(uint64_t day);
/* Adds an address to the list; a failure is kept in st. */
void sdn_xml_add(struct sdn_xml *x, const struct list_entry *e,
		 const char *address);

#endif /* WATCHLIST_SDN_XML_H */
