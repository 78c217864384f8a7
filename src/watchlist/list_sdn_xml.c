/* OFAC's SDN.XML, read as a stream: <sdnEntry> with <uid>, <lastName>,
 * <firstName>, and <id>s whose <idType> is "Digital Currency Address - XBT" (of
 * any asset) and whose <idNumber> the address. The list's other form is
 * list_sdn_advanced.c's. Source: OFAC, SDN.XSD. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "watchlist/list_reader.h"
#include "watchlist/sdn_xml.h"

struct reading {
	struct sdn_xml xml;
	char uid[32], first[SDN_XML_NAME], last[SDN_XML_NAME], id_type[64];
	char id_number[256];
	bool in_id;
	uint64_t published; /* as sdn_xml_day() has it; 0: not told */
};

static bool is_sdn(const char *path, struct span beginning)
{
	const size_t n = beginning.n < 4096 ? beginning.n : 4096;

	(void)path;
	return memmem(beginning.p, n, "<?xml", 5) &&
	       memmem(beginning.p, n, "sdnList", 7);
}

static void on_begin(void *context, const char *name, const char **attributes)
{
	struct reading *r = context;

	(void)attributes;
	if (strcmp(name, "id") == 0) {
		r->in_id = true;
		r->id_type[0] = r->id_number[0] = '\0';
	} else if (strcmp(name, "sdnEntry") == 0) {
		r->uid[0] = r->first[0] = r->last[0] = '\0';
	}
}

static void end_id(struct reading *r)
{
	char entity[2 * SDN_XML_NAME + 4];
	const struct list_entry e = { .entity = entity,
				      .asset = sdn_xml_asset(r->id_type),
				      .reference = r->uid,
				      .kind = LIST_SANCTION,
				      .listed = TS_NONE,
				      .delisted = TS_NONE };

	r->in_id = false;
	if (!e.asset)
		return;
	snprintf(entity, sizeof(entity), "%s%s%s", r->last,
		 r->first[0] ? ", " : "", r->first);
	sdn_xml_add(&r->xml, &e, r->id_number);
}

/* "09/27/2024" */
static void end_published(struct reading *r)
{
	char text[16];
	uint64_t month, day, year;

	sdn_xml_text(&r->xml, text, sizeof(text));
	const struct span s = { (const uint8_t *)text, strlen(text) };

	if (s.n == 10 && num_u64(&month, (struct span){ s.p, 2 }) &&
	    num_u64(&day, (struct span){ s.p + 3, 2 }) &&
	    num_u64(&year, (struct span){ s.p + 6, 4 }))
		r->published = year * 10000 + month * 100 + day;
}

static void on_end(void *context, const char *name)
{
	struct reading *r = context;
	const struct {
		const char *name;
		char *out;
		size_t room;
		bool wanted;
	} texts[] = {
		{ "uid", r->uid, sizeof(r->uid), !r->in_id && !r->uid[0] },
		{ "firstName", r->first, sizeof(r->first), !r->first[0] },
		{ "lastName", r->last, sizeof(r->last), !r->last[0] },
		{ "idType", r->id_type, sizeof(r->id_type), true },
		{ "idNumber", r->id_number, sizeof(r->id_number), true },
	};

	if (strcmp(name, "id") == 0)
		end_id(r);
	else if (strcmp(name, "Publish_Date") == 0)
		end_published(r);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* Aliases have names, too: the entry's own come first. */
		if (texts[i].wanted && strcmp(name, texts[i].name) == 0)
			sdn_xml_text(&r->xml, texts[i].out, texts[i].room);
	}
}

static enum status read_sdn(struct list_input *in, struct why *why)
{
	struct reading r = { .xml = { .in = in,
				      .why = why,
				      .begin = on_begin,
				      .end = on_end } };

	r.xml.context = &r;
	sdn_xml_read(&r.xml);
	if (ts_known(sdn_xml_day(r.published))) {
		in->source->published = sdn_xml_day(r.published);
		in->source->published_by_itself = true;
	}
	return r.xml.st;
}

const struct list_format list_sdn_xml = { "OFAC SDN.XML", is_sdn, read_sdn };
