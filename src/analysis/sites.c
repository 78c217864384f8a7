#include "analysis/sites.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/lines.h"
#include "analysis/site_list.h"
#include "base/mem.h"
#include "base/utf8.h"

_Static_assert(SITE_LIST_NAME_MAX < SITES_TEXT, "names fit");

struct base { /* a MaxMind database */
	MMDB_s db;
	bool open;
};

struct sites {
	struct site_list *list;
	struct base asn, country;
};

static bool open_list(struct sites *s, const char *path, struct why *why)
{
	struct buf text;

	if (!path)
		return true;
	buf_init(&text, SITE_LIST_BYTES_MAX);
	if (lines_read(&text, path, why) == ST_OK)
		s->list = site_list_parse(buf_span(&text), path, why);
	buf_fini(&text);
	return s->list != NULL;
}

static bool open_base(struct base *b, const char *path, struct why *why)
{
	int error;

	if (!path)
		return true;
	error = MMDB_open(path, MMDB_MODE_MMAP, &b->db);
	b->open = error == MMDB_SUCCESS;
	if (!b->open)
		status_why(why, ST_BAD,
			   "%s: not a MaxMind database that can be read: %s",
			   path, MMDB_strerror(error));
	return b->open;
}

struct sites *sites_open(const char *file, const char *asn_mmdb,
			 const char *country_mmdb, struct why *why)
{
	struct sites *s = mem_new(1, sizeof(*s));

	if (open_list(s, file, why) && open_base(&s->asn, asn_mmdb, why) &&
	    open_base(&s->country, country_mmdb, why))
		return s;
	sites_close(s);
	return NULL;
}

void sites_close(struct sites *s)
{
	if (!s)
		return;
	site_list_free(s->list);
	if (s->asn.open)
		MMDB_close(&s->asn.db);
	if (s->country.open)
		MMDB_close(&s->country.db);
	free(s);
}

/* The entry of an address; false: none, or damage. */
static bool look_up(MMDB_entry_s *entry, const char **damage,
		    const struct base *b, const uint8_t address[16])
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	struct sockaddr_in at4 = { .sin_family = AF_INET };
	int error = MMDB_SUCCESS;
	MMDB_lookup_result_s found;
	const struct sockaddr *any = (const struct sockaddr *)&at;

	if (!b->open)
		return false;
	memcpy(&at.sin6_addr, address, 16);
	if (IN6_IS_ADDR_V4MAPPED(&at.sin6_addr)) {
		memcpy(&at4.sin_addr, address + 12, 4);
		any = (const struct sockaddr *)&at4;
	}
	found = MMDB_lookup_sockaddr(&b->db, any, &error);
	if (error == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR)
		return false;
	if (error != MMDB_SUCCESS) {
		*damage = MMDB_strerror(error);
		return false;
	}
	*entry = found.entry;
	return found.found_entry;
}

static bool value_at(MMDB_entry_data_s *out, const char **damage,
		     MMDB_entry_s *entry, const char *const *path)
{
	const int error = MMDB_aget_value(entry, out, path);

	if (error == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR)
		return false;
	if (error != MMDB_SUCCESS) {
		*damage = MMDB_strerror(error);
		return false;
	}
	return out->has_data;
}

/* Up to n - 1 bytes, cut between characters; others than printable UTF-8 become
 * question marks. */
static void take_text(char *out, size_t n, const MMDB_entry_data_s *v)
{
	struct span rest = { (const uint8_t *)v->utf8_string, v->data_size };
	size_t used = 0;

	while (rest.n > 0) {
		uint32_t code;
		size_t step;
		const bool good = utf8_read(&code, &step, rest) &&
				  code >= 0x20 &&
				  !(code >= 0x7f && code < 0xa0);
		const size_t width = good ? step : 1;

		if (used + width >= n)
			break;
		if (good)
			memcpy(out + used, rest.p, width);
		else
			out[used] = '?';
		used += width;
		step = step > 0 ? step : 1;
		rest.p += step;
		rest.n -= step;
	}
	out[used] = '\0';
}

static void find_as(struct site *out, const struct base *b,
		    const uint8_t address[16])
{
	static const char *const number[] = { "autonomous_system_number",
					      NULL };
	static const char *const name[] = { "autonomous_system_organization",
					    NULL };
	MMDB_entry_data_s v;
	MMDB_entry_s entry;

	if (!look_up(&entry, &out->damage, b, address))
		return;
	if (value_at(&v, &out->damage, &entry, number) &&
	    v.type == MMDB_DATA_TYPE_UINT32)
		out->asn = v.uint32;
	if (value_at(&v, &out->damage, &entry, name) &&
	    v.type == MMDB_DATA_TYPE_UTF8_STRING)
		take_text(out->as_name, sizeof(out->as_name), &v);
}

static bool is_country(const MMDB_entry_data_s *v)
{
	return v->type == MMDB_DATA_TYPE_UTF8_STRING && v->data_size == 2 &&
	       v->utf8_string[0] >= 'A' && v->utf8_string[0] <= 'Z' &&
	       v->utf8_string[1] >= 'A' && v->utf8_string[1] <= 'Z';
}

static void find_country(struct site *out, const struct base *b,
			 const uint8_t address[16])
{
	static const char *const paths[][3] = {
		{ "country", "iso_code", NULL },
		{ "registered_country", "iso_code", NULL },
	};
	MMDB_entry_data_s v;
	MMDB_entry_s entry;

	if (!look_up(&entry, &out->damage, b, address))
		return;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (value_at(&v, &out->damage, &entry, paths[i]) &&
		    is_country(&v)) {
			take_text(out->country, sizeof(out->country), &v);
			return;
		}
	}
}

void sites_find(struct site *out, const struct sites *s, const char *ip)
{
	uint8_t address[16];
	const char *name;

	*out = (struct site){ .asn = 0 };
	if (!ip || !site_list_address(address, ip))
		return;
	name = s->list ? site_list_find(out->prefix, s->list, address) : NULL;
	if (name)
		snprintf(out->name, sizeof(out->name), "%s", name);
	find_as(out, &s->asn, address);
	find_country(out, &s->country, address);
}

const char *sites_label(char out[SITES_LABEL], const struct site *s)
{
	if (s->name[0])
		snprintf(out, SITES_LABEL, "%s", s->name);
	else if (s->asn)
		snprintf(out, SITES_LABEL, "AS%u%s%s", s->asn,
			 s->as_name[0] ? " " : "", s->as_name);
	else
		snprintf(out, SITES_LABEL, "%s", s->country);
	return out;
}
