/* OpenSanctions in FollowTheMoney's JSON lines: an entity a line. Wallets are
 * of schema CryptoWallet and name their holder by id; holders come before or
 * behind them:
 *
 *	{"id":"x","schema":"CryptoWallet","properties":{"publicKey":["1.."],
 *	 "currency":["XBT"],"holder":["NK-.."]},"first_seen":"..","datasets":[..]}
 *	{"id":"NK-..","schema":"Person","caption":"..", ...}
 *
 * Source: opensanctions.org/docs/entities, followthemoney.tech/explorer. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "watchlist/list_reader.h"

#define LINE_NODES   (1u << 20)
#define ENTITIES_MAX (1u << 23)
#define TEXT         512
#define DAY          10 /* characters of "2023-04-20" */

struct reading {
	struct list_input *in;
	struct json doc;
	struct map *holders; /* ids that wallets name: index + 1 of name */
	char **name;
	size_t num_names;
	size_t line;
	bool names; /* first pass: whose names are wanted; second: wallets */
};

static bool is_ftm(const char *path, struct span beginning)
{
	const size_t n = beginning.n < 4096 ? beginning.n : 4096;

	(void)path;
	return n > 0 && beginning.p[0] == '{' &&
	       memmem(beginning.p, n, "\"schema\"", 8) &&
	       memmem(beginning.p, n, "\"properties\"", 12);
}

static bool text(char out[TEXT], const struct json_node *n)
{
	size_t length;

	return n && json_string(out, &length, TEXT, n) && out[0];
}

/* The first value of a property. */
static bool property(char out[TEXT], const struct json *doc,
		     const struct json_node *properties, const char *key)
{
	const struct json_node *list = json_get(doc, properties, key);

	return list && list->type == JSON_ARRAY &&
	       text(out, json_at(doc, list, 0));
}

static struct span span_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void want_holder(struct reading *r, const struct json_node *properties)
{
	char holder[TEXT];

	if (property(holder, &r->doc, properties, "holder"))
		map_put(r->holders, span_of(holder), NULL);
}

static void keep_name(struct reading *r, const struct json_node *root)
{
	char id[TEXT], name[TEXT];

	if (!text(id, json_get(&r->doc, root, "id")))
		return;
	uint64_t *place = map_find(r->holders, span_of(id));

	if (!place || *place > 0 ||
	    !text(name, json_get(&r->doc, root, "caption")))
		return;
	if ((r->num_names & (r->num_names - 1)) == 0)
		r->name =
			mem_resize(r->name, r->num_names ? r->num_names * 2 : 1,
				   sizeof(r->name[0]));
	r->name[r->num_names++] = mem_text(name, strlen(name));
	*place = r->num_names;
}

static bool is_sanctioned(const struct json *doc, const struct json_node *root,
			  const struct json_node *properties)
{
	const struct json_node *topics = json_get(doc, properties, "topics");

	for (const struct json_node *t = topics ? json_at(doc, topics, 0)
						: NULL;
	     t; t = json_after(doc, topics, t)) {
		if (json_is(t, "sanction"))
			return true;
	}
	const struct json_node *sets = json_get(doc, root, "datasets");

	for (const struct json_node *d = sets ? json_at(doc, sets, 0) : NULL; d;
	     d = json_after(doc, sets, d)) {
		char name[TEXT];

		if (text(name, d) && strstr(name, "sanction"))
			return true;
		if (json_is(d, "us_ofac_sdn"))
			return true;
	}
	return false;
}

static enum status add_wallet(struct reading *r, const struct json_node *root,
			      const struct json_node *properties,
			      struct why *why)
{
	char address[TEXT], asset[TEXT], holder[TEXT], id[TEXT], seen[TEXT];
	struct list_entry e = { .kind = LIST_OTHER,
				.listed = TS_NONE,
				.delisted = TS_NONE };

	if (!property(address, &r->doc, properties, "publicKey"))
		return ST_OK;
	if (is_sanctioned(&r->doc, root, properties))
		e.kind = LIST_SANCTION;
	if (property(asset, &r->doc, properties, "currency"))
		e.asset = asset;
	if (text(id, json_get(&r->doc, root, "id")))
		e.reference = id;
	if (property(holder, &r->doc, properties, "holder")) {
		const uint64_t *place = map_find(r->holders, span_of(holder));

		e.entity = place && *place ? r->name[*place - 1] : holder;
	}
	/* "2023-04-20T18:08:56", without a zone: the day is what counts. */
	if (text(seen, json_get(&r->doc, root, "first_seen")) &&
	    strlen(seen) >= DAY)
		ts_parse(&e.listed, (struct span){ (uint8_t *)seen, DAY });
	return lists_add(r->in, &e, span_of(address), why) ? ST_OK : ST_LIMIT;
}

static enum status read_line(struct reading *r, struct span line,
			     struct why *why)
{
	size_t at;

	if (!json_parse(&r->doc, &at, line))
		return status_why(why, ST_BAD,
				  "%s, line %zu, byte %zu: not JSON",
				  r->in->path, r->line, at + 1);
	const struct json_node *root = json_root(&r->doc);
	const struct json_node *properties =
		json_get(&r->doc, root, "properties");
	const bool wallet =
		json_is(json_get(&r->doc, root, "schema"), "CryptoWallet");

	if (r->names && wallet)
		want_holder(r, properties);
	else if (r->names)
		return ST_OK;
	else if (wallet)
		return add_wallet(r, root, properties, why);
	return ST_OK;
}

/* A name may stand behind the wallet, and a wallet behind the name: first who
 * is wanted, then their names, then the wallets. */
static enum status read_lines(struct reading *r,
			      enum status (*read)(struct reading *r,
						  struct span line,
						  struct why *why),
			      struct why *why)
{
	struct span rest = r->in->text;
	enum status st = ST_OK;

	r->line = 0;
	while (rest.n > 0 && st == ST_OK) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		const size_t n = end ? (size_t)(end - rest.p) : rest.n;
		const struct span line = { rest.p, n };

		r->line++;
		rest.p += n + (end != NULL);
		rest.n -= n + (end != NULL);
		if (n > 1)
			st = read(r, line, why);
	}
	return st;
}

static enum status read_name(struct reading *r, struct span line,
			     struct why *why)
{
	size_t at;

	(void)why;
	if (json_parse(&r->doc, &at, line))
		keep_name(r, json_root(&r->doc));
	return ST_OK;
}

static enum status read_ftm(struct list_input *in, struct why *why)
{
	struct reading r = { .in = in,
			     .holders = map_new(ENTITIES_MAX, 2),
			     .names = true };
	enum status st;

	json_init(&r.doc, LINE_NODES);
	st = read_lines(&r, read_line, why);
	if (st == ST_OK)
		st = read_lines(&r, read_name, why);
	r.names = false;
	if (st == ST_OK)
		st = read_lines(&r, read_line, why);
	for (size_t i = 0; i < r.num_names; i++)
		free(r.name[i]);
	free(r.name);
	map_free(r.holders);
	json_fini(&r.doc);
	return st;
}

const struct list_format list_ftm = { "OpenSanctions", is_ftm, read_ftm };
