/* OFAC's SDN.CSV, whose remarks hold addresses, and SDN_COMMENTS.CSV, which
 * goes on where remarks were too long for it, often in the middle of an
 * address:
 *
 *	SDN: ent_num,"name",type,"program",title,..,"remarks"	(12 fields)
 *	SDN_COMMENTS: ent_num,"what remarks go on with"
 *
 * The second is looked for beside the first, by its name. Source: OFAC, "Data
 * specification for the SDN delimited files". */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "watchlist/csv_row.h"
#include "watchlist/list_reader.h"
#include "watchlist/sdn_remarks.h"

#define FIELDS        12
#define FIELD_NAME    1
#define FIELD_REMARKS 11
#define REMARKS_FULL  1000 /* characters after which remarks are cut */
#define REMARKS_MAX   (1u << 24)
#define ENTITIES_MAX  (1u << 22)

struct reading {
	struct list_input *in;
	struct map *more; /* by ent_num: index + 1 of comment */
	struct comment {
		char *number, *text;
		bool joined; /* to its entity's remarks */
	} * comment;
	size_t num_comments;
	struct buf remarks;
};

static bool is_number(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n > 0;
}

/* The first row has its number of fields, and a number first. */
static bool begins_with(struct span beginning, size_t fields)
{
	struct csv_row row;
	bool good;

	if (beginning.n > 1u << 16)
		beginning.n = 1u << 16;
	csv_row_init(&row, beginning);
	good = csv_row_next(&row) && row.n == fields &&
	       is_number(csv_row_field(&row, 0));
	csv_row_fini(&row);
	return good;
}

static bool is_sdn(const char *path, struct span beginning)
{
	(void)path;
	return begins_with(beginning, FIELDS);
}

static bool is_comments(const char *path, struct span beginning)
{
	(void)path;
	return begins_with(beginning, 2);
}

static void keep_comments(struct reading *r, struct span text)
{
	struct csv_row row;

	csv_row_init(&row, text);
	while (csv_row_next(&row)) {
		const struct span s = csv_row_whole(&row, 1);
		const struct span number = csv_row_field(&row, 0);

		if (!is_number(number))
			continue;
		uint64_t *place = map_put(r->more, number, NULL);

		if (!place || *place > 0)
			continue;
		if ((r->num_comments & (r->num_comments - 1)) == 0)
			r->comment = mem_resize(
				r->comment,
				r->num_comments ? r->num_comments * 2 : 1,
				sizeof(r->comment[0]));
		r->comment[r->num_comments++] = (struct comment){
			.number = mem_text(number.p, number.n),
			.text = mem_text(s.p, s.n),
		};
		*place = r->num_comments;
	}
	csv_row_fini(&row);
}

/* "dir/sdn.csv": "dir/sdn_comments.csv", in the same case. */
static bool comments_path(char *out, size_t room, const char *path)
{
	const size_t n = strlen(path);
	const bool upper = n >= 4 && strcmp(path + n - 4, ".CSV") == 0;

	if (n < 4 || (!upper && strcmp(path + n - 4, ".csv") != 0))
		return false;
	return (size_t)snprintf(out, room, "%.*s%s", (int)(n - 4), path,
				upper ? "_COMMENTS.CSV" : "_comments.csv") <
	       room;
}

static enum status read_beside(struct reading *r, struct why *why)
{
	char path[4096];
	struct buf text;
	uint8_t block[1u << 14];
	size_t n;
	FILE *in = comments_path(path, sizeof(path), r->in->path)
			   ? fopen(path, "rb")
			   : NULL;

	if (!in) /* looked for, not needed */
		return ST_OK;
	buf_init(&text, LIST_FILE_MAX);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_add(&text, block, n);
	const bool failed = ferror(in) || text.full;

	fclose(in);
	if (!failed)
		keep_comments(r, buf_span(&text));
	buf_fini(&text);
	return failed ? status_why(why, ST_IO, "%s: cannot be read: %s", path,
				   strerror(errno))
		      : ST_OK;
}

/* All addresses of an entity's remarks. cut: they end in the middle. */
static enum status add_all(struct reading *r, const struct list_entry *entity,
			   struct span remarks, size_t joint, struct why *why)
{
	struct sdn_remarks at;
	struct span address;
	char asset[SDN_REMARKS_ASSET];
	bool whole;

	sdn_remarks_begin(&at, remarks);
	while (sdn_remarks_next(&at, &address, asset, &whole)) {
		struct list_entry e = *entity;
		const size_t from = (size_t)(address.p - remarks.p);

		e.asset = asset;
		e.label = NULL;
		r->in->source->rejoined +=
			joint > from && joint < from + address.n;
		if (!whole && remarks.n >= REMARKS_FULL)
			e.label = "cut by the list: its end is in "
				  "SDN_COMMENTS.CSV, which is not there";
		if (!lists_add(r->in, &e, address, why))
			return ST_LIMIT;
	}
	return ST_OK;
}

/* Of UTF-8, or of bytes that are a character each. */
static size_t characters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* The remarks and what goes on with them. A blank at the cut may have been
 * taken for layout. Shorter remarks were not cut: then the two files are of
 * different days, and what the other has stands alone. */
static enum status add_joined(struct reading *r, const struct list_entry *e,
			      struct span remarks, struct comment *more,
			      struct why *why)
{
	const size_t n = characters(remarks);
	size_t joint = 0;

	buf_clear(&r->remarks);
	buf_add(&r->remarks, remarks.p, remarks.n);
	if (more && n + 1 >= REMARKS_FULL) {
		if (n < REMARKS_FULL)
			buf_u8(&r->remarks, ' ');
		joint = r->remarks.n;
		buf_text(&r->remarks, more->text);
		more->joined = true;
	}
	return add_all(r, e, buf_span(&r->remarks), joint, why);
}

static enum status read_entity(struct reading *r, const struct csv_row *row,
			       struct why *why)
{
	const struct span number = csv_row_field(row, 0);
	const struct span name = csv_row_field(row, FIELD_NAME);
	const uint64_t *more = map_find(r->more, number);
	char *own_name = mem_text(name.p, name.n);
	char *own_number = mem_text(number.p, number.n);
	const struct list_entry entity = { .entity = own_name,
					   .reference = own_number,
					   .kind = LIST_SANCTION,
					   .listed = TS_NONE,
					   .delisted = TS_NONE };
	struct comment *comment = more ? &r->comment[*more - 1] : NULL;
	enum status st = add_joined(
		r, &entity, csv_row_whole(row, FIELD_REMARKS), comment, why);

	if (st == ST_OK && comment && !comment->joined) {
		st = add_all(r, &entity,
			     (struct span){ (const uint8_t *)comment->text,
					    strlen(comment->text) },
			     0, why);
		comment->joined = true;
	}
	free(own_name);
	free(own_number);
	return st;
}

static void begin(struct reading *r, struct list_input *in)
{
	*r = (struct reading){ .in = in, .more = map_new(ENTITIES_MAX, 1) };
	buf_init(&r->remarks, REMARKS_MAX);
}

static void end(struct reading *r)
{
	for (size_t i = 0; i < r->num_comments; i++) {
		free(r->comment[i].number);
		free(r->comment[i].text);
	}
	free(r->comment);
	map_free(r->more);
	buf_fini(&r->remarks);
}

/* Comments whose entity is in no row: names are in SDN.CSV, and what begins a
 * comment may be the end of an address. */
static enum status add_alone(struct reading *r, struct why *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < r->num_comments && st == ST_OK; i++) {
		const struct comment *c = &r->comment[i];
		const struct list_entry entity = { .reference = c->number,
						   .kind = LIST_SANCTION,
						   .listed = TS_NONE,
						   .delisted = TS_NONE };

		if (!c->joined)
			st = add_all(r, &entity,
				     (struct span){ (const uint8_t *)c->text,
						    strlen(c->text) },
				     0, why);
	}
	return st;
}

static enum status read_sdn(struct list_input *in, struct why *why)
{
	struct reading r;
	struct csv_row row;
	enum status st;

	begin(&r, in);
	st = read_beside(&r, why);
	csv_row_init(&row, in->text);
	while (st == ST_OK && csv_row_next(&row)) {
		if (row.n == FIELDS && is_number(csv_row_field(&row, 0)))
			st = read_entity(&r, &row, why);
		else if (row.n > 1 || csv_row_field(&row, 0).n > 1)
			st = status_why(why, ST_BAD,
					"%s, line %zu: %zu fields; SDN.CSV has "
					"%d",
					in->path, row.line, row.n, FIELDS);
	}
	if (st == ST_OK && row.bad)
		st = status_why(why, ST_BAD,
				"%s, line %zu: a quote that is not closed",
				in->path, row.line);
	if (st == ST_OK)
		st = add_alone(&r, why);
	csv_row_fini(&row);
	end(&r);
	return st;
}

static enum status read_comments(struct list_input *in, struct why *why)
{
	struct reading r;
	enum status st;

	begin(&r, in);
	keep_comments(&r, in->text);
	st = add_alone(&r, why);
	end(&r);
	return st;
}

const struct list_format list_sdn_csv = { "OFAC SDN.CSV", is_sdn, read_sdn };
const struct list_format list_sdn_comments = { "OFAC SDN_COMMENTS.CSV",
					       is_comments, read_comments };
