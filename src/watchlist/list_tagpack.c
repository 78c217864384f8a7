/* GraphSense TagPacks: YAML with fields for all tags, and tags that may give
 * their own:
 *
 *	title, label, category, abuse, currency, lastmod, source, actor, ..
 *	tags: [ { address, currency, label, .. } ]
 *
 * Source: github.com/graphsense/graphsense-tagpack-tool, its README. */
#include <string.h>

#include <yaml.h>

#include "watchlist/list_reader.h"

enum field {
	FIELD_ADDRESS,
	FIELD_CURRENCY,
	FIELD_LABEL,
	FIELD_CATEGORY,
	FIELD_ABUSE,
	FIELD_ACTOR,
	FIELD_LASTMOD,
	FIELD_TITLE,
	FIELDS
};

static const char *const names[FIELDS] = {
	"address", "currency", "label",   "category",
	"abuse",   "actor",    "lastmod", "title",
};

struct reading {
	struct list_input *in;
	yaml_document_t doc;
	const char *shared[FIELDS]; /* of the whole pack; NULL: none */
};

static bool is_tagpack(const char *path, struct span beginning)
{
	static const char *const marks[] = { "tags:", "title:" };
	size_t found = 0;

	(void)path;
	for (size_t m = 0; m < 2; m++)
		found += memmem(beginning.p,
				beginning.n < 1u << 16 ? beginning.n : 1u << 16,
				marks[m], strlen(marks[m])) != NULL;
	return found == 2;
}

static const char *scalar(const yaml_node_t *n)
{
	return n && n->type == YAML_SCALAR_NODE
		       ? (const char *)n->data.scalar.value
		       : NULL;
}

/* Fields of a mapping; out keeps what is not there. */
static void read_fields(struct reading *r, const yaml_node_t *map,
			const char *out[FIELDS])
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		const char *key =
			scalar(yaml_document_get_node(&r->doc, p->key));
		const char *value =
			scalar(yaml_document_get_node(&r->doc, p->value));

		for (int f = 0; key && value && f < FIELDS; f++) {
			if (strcmp(key, names[f]) == 0)
				out[f] = value;
		}
	}
}

static enum list_kind kind_of(const char *const field[FIELDS])
{
	static const struct {
		const char *word;
		enum list_kind kind;
	} words[] = {
		{ "exchange", LIST_EXCHANGE }, { "mixing_service", LIST_MIXER },
		{ "coinjoin", LIST_MIXER },    { "miner", LIST_POOL },
		{ "mining_pool", LIST_POOL },  { "sanction", LIST_SANCTION },
	};
	const char *said[2] = { field[FIELD_ABUSE], field[FIELD_CATEGORY] };

	for (size_t s = 0; s < 2; s++) {
		for (size_t w = 0; said[s] && w < 6; w++) {
			if (strcmp(said[s], words[w].word) == 0)
				return words[w].kind;
		}
	}
	return LIST_OTHER;
}

static enum status add_tag(struct reading *r, const yaml_node_t *tag,
			   struct why *why)
{
	const char *field[FIELDS];
	struct list_entry e = { .listed = TS_NONE, .delisted = TS_NONE };

	memcpy(field, r->shared, sizeof(field));
	if (!tag || tag->type != YAML_MAPPING_NODE)
		return status_why(
			why, ST_BAD, "%s, line %zu: a tag that is no mapping",
			r->in->path, tag ? tag->start_mark.line + 1 : 0);
	read_fields(r, tag, field);
	const char *address = field[FIELD_ADDRESS];

	if (!address)
		return status_why(why, ST_BAD,
				  "%s, line %zu: a tag without an address",
				  r->in->path, tag->start_mark.line + 1);
	/* The day it was changed last: listed by then, at the latest. */
	if (field[FIELD_LASTMOD])
		ts_parse(&e.listed,
			 (struct span){ (const uint8_t *)field[FIELD_LASTMOD],
					strlen(field[FIELD_LASTMOD]) });
	e.list = field[FIELD_TITLE];
	e.entity = field[FIELD_LABEL] ? field[FIELD_LABEL] : field[FIELD_ACTOR];
	e.reference = field[FIELD_ACTOR];
	e.label = field[FIELD_CATEGORY];
	e.asset = field[FIELD_CURRENCY];
	e.kind = kind_of(field);
	return lists_add(r->in, &e,
			 (struct span){ (const uint8_t *)address,
					strlen(address) },
			 why)
		       ? ST_OK
		       : ST_LIMIT;
}

static enum status read_document(struct reading *r, struct why *why)
{
	const yaml_node_t *root = yaml_document_get_root_node(&r->doc);
	enum status st = ST_OK;

	if (!root || root->type != YAML_MAPPING_NODE)
		return status_why(why, ST_BAD, "%s: not a mapping at its top",
				  r->in->path);
	read_fields(r, root, r->shared);
	r->shared[FIELD_ADDRESS] = NULL;
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top && st == ST_OK; p++) {
		const char *key =
			scalar(yaml_document_get_node(&r->doc, p->key));
		const yaml_node_t *value =
			yaml_document_get_node(&r->doc, p->value);

		if (!key || strcmp(key, "tags") != 0 ||
		    value->type != YAML_SEQUENCE_NODE)
			continue;
		for (yaml_node_item_t *i = value->data.sequence.items.start;
		     i < value->data.sequence.items.top && st == ST_OK; i++)
			st = add_tag(r, yaml_document_get_node(&r->doc, *i),
				     why);
	}
	return st;
}

static enum status read_tagpack(struct list_input *in, struct why *why)
{
	struct reading r = { .in = in };
	yaml_parser_t parser;
	enum status st;

	if (!yaml_parser_initialize(&parser))
		return status_why(why, ST_IO, "%s: out of memory", in->path);
	yaml_parser_set_input_string(&parser, in->text.p, in->text.n);
	if (!yaml_parser_load(&parser, &r.doc)) {
		st = status_why(why, ST_BAD, "%s, line %zu: not YAML: %s",
				in->path, parser.problem_mark.line + 1,
				parser.problem ? parser.problem : "");
		yaml_parser_delete(&parser);
		return st;
	}
	st = read_document(&r, why);
	yaml_document_delete(&r.doc);
	yaml_parser_delete(&parser);
	return st;
}

const struct list_format list_tagpack = { "GraphSense TagPack", is_tagpack,
					  read_tagpack };
