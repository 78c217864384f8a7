/* Comma-separated values with a header line that names the columns, in any
 * order, of which only the first is needed:
 *
 *	address,asset,entity,kind,list,reference,label,listed_on,delisted_on
 *
 * kind: sanction, exchange, pool, mixer, other. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "watchlist/csv_row.h"
#include "watchlist/list_reader.h"

enum column {
	COLUMN_ADDRESS,
	COLUMN_ASSET,
	COLUMN_ENTITY,
	COLUMN_KIND,
	COLUMN_LIST,
	COLUMN_REFERENCE,
	COLUMN_LABEL,
	COLUMN_LISTED,
	COLUMN_DELISTED,
	COLUMNS
};

static const char *const names[COLUMNS] = {
	"address",   "asset", "entity",    "kind",        "list",
	"reference", "label", "listed_on", "delisted_on",
};

struct reading {
	struct list_input *in;
	struct csv_row row;
	size_t at[COLUMNS]; /* field of each column; CSV_ROW_FIELDS: none */
	char *text[COLUMNS];
};

static bool is_csv(const char *path, struct span beginning)
{
	struct csv_row row;
	bool found = false;

	(void)path;
	if (beginning.n > 4096)
		beginning.n = 4096;
	csv_row_init(&row, beginning);
	if (csv_row_next(&row)) {
		for (size_t i = 0; i < row.n; i++) {
			const struct span s = csv_row_field(&row, i);

			found |= s.n == 7 && !memcmp(s.p, "address", 7);
		}
	}
	csv_row_fini(&row);
	return found;
}

static void read_header(struct reading *r)
{
	for (int c = 0; c < COLUMNS; c++)
		r->at[c] = CSV_ROW_FIELDS;
	csv_row_next(&r->row);
	for (size_t i = 0; i < r->row.n; i++) {
		const struct span s = csv_row_field(&r->row, i);

		for (int c = 0; c < COLUMNS; c++) {
			if (s.n == strlen(names[c]) &&
			    !memcmp(s.p, names[c], s.n))
				r->at[c] = i;
		}
	}
}

static bool read_kind(enum list_kind *out, const char *text)
{
	for (int k = LIST_SANCTION; k <= LIST_OTHER; k++) {
		if (strcmp(text, list_kind_text((enum list_kind)k)) == 0) {
			*out = (enum list_kind)k;
			return true;
		}
	}
	return text[0] == '\0';
}

static bool read_time(struct ts *out, const char *text)
{
	*out = TS_NONE;
	return text[0] == '\0' ||
	       ts_parse(out,
			(struct span){ (const uint8_t *)text, strlen(text) });
}

static enum status read_row(struct reading *r, struct why *why)
{
	const struct span address =
		csv_row_field(&r->row, r->at[COLUMN_ADDRESS]);
	struct list_entry e = { .kind = LIST_OTHER };
	const char *wrong = NULL;

	if (address.n == 0 || address.p[0] == '#')
		return ST_OK;
	if (!read_kind(&e.kind, r->text[COLUMN_KIND]))
		wrong = "kind is none of sanction, exchange, pool, mixer, "
			"other";
	else if (!read_time(&e.listed, r->text[COLUMN_LISTED]) ||
		 !read_time(&e.delisted, r->text[COLUMN_DELISTED]))
		wrong = "listed_on and delisted_on are dates such as "
			"2020-03-02";
	if (wrong)
		return status_why(why, ST_BAD, "%s, line %zu: %s", r->in->path,
				  r->row.line, wrong);
	e.list = r->text[COLUMN_LIST];
	e.entity = r->text[COLUMN_ENTITY];
	e.asset = r->text[COLUMN_ASSET];
	e.reference = r->text[COLUMN_REFERENCE];
	e.label = r->text[COLUMN_LABEL];
	if (e.list[0] == '\0')
		e.list = NULL;
	if (e.asset[0] == '\0')
		e.asset = NULL;
	return lists_add(r->in, &e, address, why) ? ST_OK : ST_LIMIT;
}

static enum status read_csv(struct list_input *in, struct why *why)
{
	struct reading r = { .in = in };
	enum status st = ST_OK;

	csv_row_init(&r.row, in->text);
	read_header(&r);
	while (st == ST_OK && csv_row_next(&r.row)) {
		for (int c = 0; c < COLUMNS; c++) {
			const struct span s = csv_row_field(&r.row, r.at[c]);

			r.text[c] = mem_text(s.p, s.n);
		}
		st = read_row(&r, why);
		for (int c = 0; c < COLUMNS; c++)
			free(r.text[c]);
	}
	if (st == ST_OK && r.row.bad)
		st = status_why(why, ST_BAD,
				"%s, line %zu: a quote that is not closed, or "
				"a line too long",
				in->path, r.row.line);
	csv_row_fini(&r.row);
	return st;
}

const struct list_format list_csv = { "CSV", is_csv, read_csv };
