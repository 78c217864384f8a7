/* OFAC's lists as XML, read as a stream:
 *
 * - sdn_advanced.xml: reference values say which feature type is called
 *   "Digital Currency Address - XBT"; a profile's feature of that type has the
 *   address as its detail, the primary alias the name, and a sanctions entry
 *   the day of listing;
 * - SDN.XML: <sdnEntry> with <uid>, <lastName>, <firstName>, and <id>s whose
 *   <idType> is such a name and whose <idNumber> the address.
 *
 * Names of elements are taken without their namespaces. Any asset is taken.
 * Source: OFAC, "Advanced sanctions data model" and SDN.XSD. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "watchlist/list_reader.h"

#define PREFIX      "Digital Currency Address - "
#define TEXT_MAX    (1u << 16)
#define NAME_MAX    512
#define TYPES_MAX   256
#define ENTRIES_MAX (1u << 20)

struct found { /* an address that waits for its profile's name and day */
	char *address, *name;
	const char *asset;
	char *profile;
};

struct reading {
	struct list_input *in;
	XML_Parser parser;
	struct why *why;
	enum status st;
	struct buf text; /* of the element in hand */

	/* Advanced: feature types that are addresses. */
	struct {
		char id[16];
		char asset[16];
	} type[TYPES_MAX];
	size_t num_types;
	char feature_id[16]; /* of the feature type being named */

	char profile[32], name[NAME_MAX];
	bool primary, in_name, in_feature, in_entry_event;
	const char *asset; /* of the feature in hand; NULL: not an address */
	struct found *found;
	size_t num_found;
	struct map *days; /* by profile: day of listing, as year*10000.. */
	char entry_profile[32];
	unsigned year, month, day;
	unsigned issue; /* day of issue */
	bool in_issue;

	/* SDN.XML */
	char uid[32], first[NAME_MAX], last[NAME_MAX], id_type[64];
	char id_number[256];
	bool in_id;
};

static bool is_xml(const char *path, struct span beginning)
{
	const size_t n = beginning.n < 4096 ? beginning.n : 4096;

	(void)path;
	return memmem(beginning.p, n, "<?xml", 5) &&
	       (memmem(beginning.p, n, "sdnList", 7) ||
		memmem(beginning.p, n, "Sanctions", 9));
}

/* "ns:Feature" -> "Feature" */
static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static bool is(const char *name, const char *what)
{
	return strcmp(local(name), what) == 0;
}

static const char *attribute(const char **list, const char *name)
{
	for (; list[0]; list += 2) {
		if (is(list[0], name))
			return list[1];
	}
	return "";
}

static void copy(char *out, size_t room, const char *text)
{
	snprintf(out, room, "%.*s", (int)room - 1, text);
}

/* Blanks around a text are layout. */
static void take_text(struct reading *r, char *out, size_t room)
{
	const char *s = buf_str(&r->text);
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		n--;
	snprintf(out, room, "%.*s", (int)(n < room ? n : room - 1), s);
}

static const char *asset_of_type(const struct reading *r, const char *id)
{
	for (size_t i = 0; i < r->num_types; i++) {
		if (strcmp(r->type[i].id, id) == 0)
			return r->type[i].asset;
	}
	return NULL;
}

static void begin_advanced(struct reading *r, const char *name,
			   const char **list)
{
	if (is(name, "FeatureType")) {
		copy(r->feature_id, sizeof(r->feature_id),
		     attribute(list, "ID"));
	} else if (is(name, "Profile")) {
		copy(r->profile, sizeof(r->profile), attribute(list, "ID"));
		r->name[0] = '\0';
	} else if (is(name, "Alias")) {
		r->primary = strcmp(attribute(list, "Primary"), "true") == 0;
	} else if (is(name, "DocumentedName")) {
		r->in_name = r->primary && r->name[0] == '\0';
	} else if (is(name, "Feature")) {
		r->asset = asset_of_type(r, attribute(list, "FeatureTypeID"));
	} else if (is(name, "SanctionsEntry")) {
		copy(r->entry_profile, sizeof(r->entry_profile),
		     attribute(list, "ProfileID"));
	} else if (is(name, "EntryEvent")) {
		r->in_entry_event = true;
	} else if (is(name, "DateOfIssue")) {
		r->in_issue = true;
	}
}

static void on_begin(void *context, const char *name, const char **list)
{
	struct reading *r = context;

	buf_clear(&r->text);
	begin_advanced(r, name, list);
	if (is(name, "id")) {
		r->in_id = true;
		r->id_type[0] = r->id_number[0] = '\0';
	} else if (is(name, "sdnEntry")) {
		r->uid[0] = r->first[0] = r->last[0] = '\0';
	}
}

static void on_text(void *context, const char *text, int n)
{
	struct reading *r = context;

	buf_add(&r->text, text, (size_t)n);
}

static void add_name_part(struct reading *r)
{
	char part[NAME_MAX];
	const size_t n = strlen(r->name);

	take_text(r, part, sizeof(part));
	/* "TIAN, Yinyin", as the list writes it elsewhere. */
	snprintf(r->name + n, sizeof(r->name) - n, "%s%s", n ? ", " : "", part);
}

static void keep(struct reading *r)
{
	char address[256];

	take_text(r, address, sizeof(address));
	if (!address[0] || r->num_found >= ENTRIES_MAX)
		return;
	if ((r->num_found & (r->num_found - 1)) == 0)
		r->found = mem_resize(r->found,
				      r->num_found ? r->num_found * 2 : 1,
				      sizeof(r->found[0]));
	r->found[r->num_found++] = (struct found){
		.address = mem_text(address, strlen(address)),
		.name = mem_text(r->name, strlen(r->name)),
		.profile = mem_text(r->profile, strlen(r->profile)),
		.asset = r->asset,
	};
}

static void add_type(struct reading *r)
{
	char name[64];

	take_text(r, name, sizeof(name));
	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0 ||
	    r->num_types == TYPES_MAX)
		return;
	copy(r->type[r->num_types].id, sizeof(r->type[0].id), r->feature_id);
	copy(r->type[r->num_types].asset, sizeof(r->type[0].asset),
	     name + strlen(PREFIX));
	r->num_types++;
}

static unsigned number(struct reading *r)
{
	char text[16];
	uint64_t v;

	take_text(r, text, sizeof(text));
	return num_u64(&v,
		       (struct span){ (const uint8_t *)text, strlen(text) }) &&
			       v < 10000
		       ? (unsigned)v
		       : 0;
}

static void end_date(struct reading *r, const char *name)
{
	if (is(name, "Year"))
		r->year = number(r);
	else if (is(name, "Month"))
		r->month = number(r);
	else if (is(name, "Day"))
		r->day = number(r);
	const unsigned date = r->year * 10000 + r->month * 100 + r->day;

	if (is(name, "EntryEvent")) {
		uint64_t *place = map_put(
			r->days,
			(struct span){ (const uint8_t *)r->entry_profile,
				       strlen(r->entry_profile) },
			NULL);

		/* Of several entries the first day. */
		if (place && date && (*place == 0 || date < *place))
			*place = date;
		r->in_entry_event = false;
	} else if (is(name, "DateOfIssue")) {
		r->issue = date;
		r->in_issue = false;
	}
}

static struct ts day_of(unsigned date)
{
	char text[16];
	struct ts t = TS_NONE;

	snprintf(text, sizeof(text), "%04u-%02u-%02u", date / 10000,
		 date / 100 % 100, date % 100);
	ts_parse(&t, (struct span){ (const uint8_t *)text, strlen(text) });
	return t;
}

static void end_advanced(struct reading *r, const char *name)
{
	if (is(name, "FeatureType"))
		add_type(r);
	else if (is(name, "NamePartValue") && r->in_name)
		add_name_part(r);
	else if (is(name, "DocumentedName"))
		r->in_name = false;
	else if (is(name, "VersionDetail") && r->asset)
		keep(r);
	else if (is(name, "Feature"))
		r->asset = NULL;
	else if (r->in_entry_event || r->in_issue)
		end_date(r, name);
}

static void add(struct reading *r, const struct list_entry *e,
		const char *address)
{
	if (r->st == ST_OK && !list_add(r->in, e,
					(struct span){ (const uint8_t *)address,
						       strlen(address) },
					r->why))
		r->st = ST_LIMIT;
}

static void end_id(struct reading *r)
{
	char entity[2 * NAME_MAX + 4];
	const struct list_entry e = { .entity = entity,
				      .asset = r->id_type + strlen(PREFIX),
				      .reference = r->uid,
				      .kind = LIST_SANCTION,
				      .listed = TS_NONE,
				      .delisted = TS_NONE };

	r->in_id = false;
	if (strncmp(r->id_type, PREFIX, strlen(PREFIX)) != 0)
		return;
	snprintf(entity, sizeof(entity), "%s%s%s", r->last,
		 r->first[0] ? ", " : "", r->first);
	add(r, &e, r->id_number);
}

/* "09/27/2024" */
static void end_published(struct reading *r)
{
	char text[16];
	unsigned month, day, year;

	take_text(r, text, sizeof(text));
	if (sscanf(text, "%2u/%2u/%4u", &month, &day, &year) == 3)
		r->issue = year * 10000 + month * 100 + day;
}

static void end_plain(struct reading *r, const char *name)
{
	if (is(name, "Publish_Date"))
		end_published(r);
	else if (is(name, "uid") && !r->in_id && !r->uid[0])
		take_text(r, r->uid, sizeof(r->uid));
	else if (is(name, "firstName") && !r->first[0])
		take_text(r, r->first, sizeof(r->first));
	else if (is(name, "lastName") && !r->last[0])
		take_text(r, r->last, sizeof(r->last));
	else if (is(name, "idType"))
		take_text(r, r->id_type, sizeof(r->id_type));
	else if (is(name, "idNumber"))
		take_text(r, r->id_number, sizeof(r->id_number));
	else if (is(name, "id"))
		end_id(r);
}

static void on_end(void *context, const char *name)
{
	struct reading *r = context;

	end_advanced(r, name);
	end_plain(r, name);
	buf_clear(&r->text);
}

/* Days of listing stand behind the parties: only now is all known. */
static void add_found(struct reading *r)
{
	for (size_t i = 0; i < r->num_found; i++) {
		struct found *f = &r->found[i];
		const uint64_t *day = map_find(
			r->days, (struct span){ (const uint8_t *)f->profile,
						strlen(f->profile) });
		const struct list_entry e = {
			.entity = f->name,
			.asset = f->asset,
			.reference = f->profile,
			.kind = LIST_SANCTION,
			.listed =
				day && *day ? day_of((unsigned)*day) : TS_NONE,
			.delisted = TS_NONE,
		};

		add(r, &e, f->address);
		free(f->address);
		free(f->name);
		free(f->profile);
	}
	free(r->found);
}

/* Entities that a document declares could swell without end: refused. */
static void on_entity(void *context, const char *name, int is_parameter,
		      const char *value, int n, const char *base,
		      const char *system, const char *public,
		      const char *notation)
{
	struct reading *r = context;

	(void)name, (void)is_parameter, (void)value, (void)n, (void)base;
	(void)system, (void)public, (void)notation;
	r->st = status_why(r->why, ST_BAD,
			   "%s: declares entities, which OFAC's lists do not",
			   r->in->path);
	XML_StopParser(r->parser, XML_FALSE);
}

static enum status parse(struct reading *r)
{
	struct span rest = r->in->text;

	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetEntityDeclHandler(r->parser, on_entity);
	do {
		const size_t n = rest.n < 1u << 20 ? rest.n : 1u << 20;
		const bool last = n == rest.n;

		if (XML_Parse(r->parser, (const char *)rest.p, (int)n, last) !=
			    XML_STATUS_OK &&
		    r->st == ST_OK)
			r->st = status_why(
				r->why, ST_BAD, "%s, line %lu: %s", r->in->path,
				(unsigned long)XML_GetCurrentLineNumber(
					r->parser),
				XML_ErrorString(XML_GetErrorCode(r->parser)));
		rest.p += n;
		rest.n -= n;
	} while (rest.n > 0 && r->st == ST_OK);
	return r->st;
}

static enum status read_xml(struct list_input *in, struct why *why)
{
	struct reading *r = mem_new(1, sizeof(*r));
	enum status st;

	r->in = in;
	r->why = why;
	r->parser = XML_ParserCreate(NULL);
	r->days = map_new(ENTRIES_MAX, 3);
	buf_init(&r->text, TEXT_MAX);
	parse(r);
	add_found(r); /* what was read before a failure stays */
	if (r->issue && ts_known(day_of(r->issue))) {
		in->source->published = day_of(r->issue);
		in->source->published_by_itself = true;
	}
	st = r->st;
	XML_ParserFree(r->parser);
	map_free(r->days);
	buf_fini(&r->text);
	free(r);
	return st;
}

const struct list_format list_sdn_xml = { "OFAC SDN (XML)", is_xml, read_xml };
