/* OFAC's sdn_advanced.xml, read as a stream: reference values say which feature
 * type is called "Digital Currency Address - XBT" (any asset is taken); a
 * profile's feature of that type has the address as its detail, the primary
 * alias the name, and a sanctions entry, behind all profiles, the day of
 * listing. Names of elements are taken without their namespaces. Source: OFAC,
 * "Advanced sanctions data model". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "watchlist/list_reader.h"
#include "watchlist/sdn_xml.h"

#define TYPES_MAX   256
#define ENTRIES_MAX (1u << 20)
#define ID          32
#define ASSET       16

struct found { /* an address that waits for its profile's day */
	char *address, *name, *profile;
	const char *asset;
};

struct reading {
	struct sdn_xml xml;
	struct { /* feature types that are addresses */
		char id[ID];
		char asset[ASSET];
	} type[TYPES_MAX];
	size_t num_types;
	char type_id[ID]; /* of the feature type being named */

	char profile[ID], name[SDN_XML_NAME];
	bool primary, in_name;
	const char *asset; /* of the feature in hand; NULL: not an address */
	struct found *found;
	size_t num_found;

	bool in_event, in_issue;
	char entry_profile[ID];
	uint64_t year, month, day;
	struct map *days; /* of listing, by profile, as sdn_xml_day() has it */
	uint64_t issue;   /* day of issue; 0: not told */
};

static bool is_advanced(const char *path, struct span beginning)
{
	const size_t n = beginning.n < 4096 ? beginning.n : 4096;

	(void)path;
	return memmem(beginning.p, n, "<?xml", 5) &&
	       memmem(beginning.p, n, "Sanctions", 9);
}

static bool is(const char *name, const char *what)
{
	return strcmp(name, what) == 0;
}

static void copy(char *out, size_t room, const char **attributes,
		 const char *name)
{
	snprintf(out, room, "%s", sdn_xml_attribute(attributes, name));
}

static const char *asset_of_type(const struct reading *r, const char *id)
{
	for (size_t i = 0; i < r->num_types; i++) {
		if (is(r->type[i].id, id))
			return r->type[i].asset;
	}
	return NULL;
}

static void on_begin(void *context, const char *name, const char **list)
{
	struct reading *r = context;

	if (is(name, "FeatureType")) {
		copy(r->type_id, ID, list, "ID");
	} else if (is(name, "Profile")) {
		copy(r->profile, ID, list, "ID");
		r->name[0] = '\0';
	} else if (is(name, "Alias")) {
		r->primary = is(sdn_xml_attribute(list, "Primary"), "true");
	} else if (is(name, "DocumentedName")) {
		r->in_name = r->primary && r->name[0] == '\0';
	} else if (is(name, "Feature")) {
		r->asset = asset_of_type(
			r, sdn_xml_attribute(list, "FeatureTypeID"));
	} else if (is(name, "SanctionsEntry")) {
		copy(r->entry_profile, ID, list, "ProfileID");
	} else if (is(name, "EntryEvent") || is(name, "DateOfIssue")) {
		r->in_event = is(name, "EntryEvent");
		r->in_issue = !r->in_event;
		r->year = r->month = r->day = 0;
	}
}

static void add_name_part(struct reading *r)
{
	char part[SDN_XML_NAME];
	const size_t n = strlen(r->name);

	sdn_xml_text(&r->xml, part, sizeof(part));
	/* "TIAN, Yinyin", as the list writes it elsewhere. */
	snprintf(r->name + n, sizeof(r->name) - n, "%s%s", n ? ", " : "", part);
}

static void keep(struct reading *r)
{
	char address[256];

	sdn_xml_text(&r->xml, address, sizeof(address));
	if (!address[0])
		return;
	if (r->num_found >= ENTRIES_MAX) {
		r->xml.st = status_why(r->xml.why, ST_LIMIT,
				       "%s: more than %u addresses",
				       r->xml.in->path, ENTRIES_MAX);
		return;
	}
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
	const char *asset;

	sdn_xml_text(&r->xml, name, sizeof(name));
	asset = sdn_xml_asset(name);
	if (!asset || r->num_types == TYPES_MAX)
		return;
	memcpy(r->type[r->num_types].id, r->type_id, ID);
	snprintf(r->type[r->num_types].asset, ASSET, "%s", asset);
	r->num_types++;
}

static void set_number(const struct reading *r, uint64_t *out)
{
	char text[16];
	uint64_t v;

	sdn_xml_text(&r->xml, text, sizeof(text));
	if (num_u64(&v, (struct span){ (const uint8_t *)text, strlen(text) }) &&
	    v < 10000)
		*out = v;
}

/* Of several entries the first day counts. */
static void end_event(struct reading *r, uint64_t date)
{
	uint64_t *place =
		map_put(r->days,
			(struct span){ (const uint8_t *)r->entry_profile,
				       strlen(r->entry_profile) },
			NULL);

	if (place && date && (*place == 0 || date < *place))
		*place = date;
	r->in_event = false;
}

static void end_date(struct reading *r, const char *name)
{
	const uint64_t date = r->year * 10000 + r->month * 100 + r->day;

	if (is(name, "Year"))
		set_number(r, &r->year);
	else if (is(name, "Month"))
		set_number(r, &r->month);
	else if (is(name, "Day"))
		set_number(r, &r->day);
	else if (is(name, "EntryEvent"))
		end_event(r, date);
	else if (is(name, "DateOfIssue")) {
		r->issue = date;
		r->in_issue = false;
	}
}

static void on_end(void *context, const char *name)
{
	struct reading *r = context;

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
	else if (r->in_event || r->in_issue)
		end_date(r, name);
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
			.listed = day ? sdn_xml_day(*day) : TS_NONE,
			.delisted = TS_NONE,
		};

		sdn_xml_add(&r->xml, &e, f->address);
		free(f->address);
		free(f->name);
		free(f->profile);
	}
	free(r->found);
}

static enum status read_advanced(struct list_input *in, struct why *why)
{
	struct reading *r = mem_new(1, sizeof(*r));
	enum status st;

	r->xml = (struct sdn_xml){ .in = in,
				   .why = why,
				   .begin = on_begin,
				   .end = on_end,
				   .context = r };
	r->days = map_new(ENTRIES_MAX, 3);
	st = sdn_xml_read(&r->xml);
	r->xml.st = ST_OK; /* what was read before a failure stays */
	add_found(r);
	st = st == ST_OK ? r->xml.st : st;
	if (ts_known(sdn_xml_day(r->issue))) {
		in->source->published = sdn_xml_day(r->issue);
		in->source->published_by_itself = true;
	}
	map_free(r->days);
	free(r);
	return st;
}

const struct list_format list_sdn_advanced = { "OFAC sdn_advanced.xml",
					       is_advanced, read_advanced };
