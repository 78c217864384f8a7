#include "report/row.h"

#include <assert.h>
#include <string.h>

#include "base/hex.h"
#include "base/text.h"

#define LINE_MAX_BYTES (1u << 26)
#define TEXT_COLUMNS   400

void row_init(struct row_writer *w, FILE *out, enum row_format format,
	      const struct row_table *table)
{
	*w = (struct row_writer){ .out = out,
				  .format = format,
				  .table = table };
	buf_init(&w->line, LINE_MAX_BYTES);
}

enum status row_fini(struct row_writer *w)
{
	const bool good = fflush(w->out) == 0 && !ferror(w->out);

	assert(w->at == 0);
	buf_fini(&w->line);
	return good ? ST_OK : ST_IO;
}

/* Before a value. */
static void begin(struct row_writer *w, enum row_type type, bool null)
{
	const struct row_column *c = &w->table->column[w->at];

	assert(c->type == type && (c->nullable || !null));
	if (w->format == ROW_TSV && w->at > 0)
		buf_u8(&w->line, '\t');
	if (w->format == ROW_BINARY && c->nullable)
		buf_u8(&w->line, null);
}

static void end(struct row_writer *w)
{
	if (++w->at < w->table->n)
		return;
	if (w->format == ROW_TSV)
		buf_u8(&w->line, '\n');
	fwrite(w->line.p, 1, w->line.n, w->out);
	buf_clear(&w->line);
	w->at = 0;
}

void row_null(struct row_writer *w)
{
	begin(w, w->table->column[w->at].type, true);
	if (w->format == ROW_TSV)
		buf_text(&w->line, "\\N");
	end(w);
}

void row_hash(struct row_writer *w, const uint8_t hash[32])
{
	char text[65];

	begin(w, ROW_HASH, false);
	if (w->format == ROW_TSV) {
		buf_text(&w->line, hex_text_reversed(text, hash, 32));
	} else {
		for (size_t i = 32; i-- > 0;)
			buf_u8(&w->line, hash[i]);
	}
	end(w);
}

void row_uint(struct row_writer *w, uint64_t v)
{
	begin(w, ROW_UINT, false);
	if (w->format == ROW_TSV) {
		buf_printf(&w->line, "%llu", (unsigned long long)v);
	} else {
		buf_le32(&w->line, (uint32_t)v);
		buf_le32(&w->line, (uint32_t)(v >> 32));
	}
	end(w);
}

void row_time(struct row_writer *w, uint32_t seconds)
{
	char text[TS_TEXT];

	begin(w, ROW_TIME, false);
	if (w->format == ROW_TSV)
		buf_text(&w->line,
			 ts_text((struct ts){ seconds * INT64_C(1000000000) },
				 text));
	else
		buf_le32(&w->line, seconds);
	end(w);
}

void row_bool(struct row_writer *w, bool v)
{
	begin(w, ROW_BOOL, false);
	if (w->format == ROW_TSV)
		buf_u8(&w->line, v ? 't' : 'f');
	else
		buf_u8(&w->line, v);
	end(w);
}

/* Safe text has no tabs and line ends left, but backslashes. */
static void add_escaped(struct buf *line, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\')
			buf_u8(line, '\\');
		buf_u8(line, text.p[i]);
	}
}

static void add_counted(struct buf *line, struct span text)
{
	size_t n = text.n;

	for (; n >= 0x80; n >>= 7)
		buf_u8(line, (uint8_t)(n | 0x80));
	buf_u8(line, (uint8_t)n);
	buf_add(line, text.p, text.n);
}

static void add_text(struct row_writer *w, struct span text)
{
	begin(w, ROW_TEXT, false);
	if (w->format == ROW_TSV)
		add_escaped(&w->line, text);
	else
		add_counted(&w->line, text);
	end(w);
}

void row_text(struct row_writer *w, const char *text)
{
	struct buf safe;

	if (!text) {
		row_null(w);
		return;
	}
	buf_init(&safe, 1u << 16);
	text_safe(&safe, (struct span){ (const uint8_t *)text, strlen(text) },
		  TEXT_COLUMNS);
	add_text(w, (struct span){ (const uint8_t *)buf_str(&safe), safe.n });
	buf_fini(&safe);
}

void row_hex(struct row_writer *w, struct span bytes)
{
	struct buf text;
	char two[3];

	buf_init(&text, LINE_MAX_BYTES);
	for (size_t i = 0; i < bytes.n; i++)
		buf_text(&text, hex_text(two, bytes.p + i, 1));
	add_text(w, (struct span){ (const uint8_t *)buf_str(&text), text.n });
	buf_fini(&text);
}

static const char *type_of(enum row_format format, enum row_type type)
{
	static const char *const text[][2] = {
		[ROW_HASH] = { "text", "FixedString(32)" },
		[ROW_UINT] = { "bigint", "UInt64" },
		[ROW_TIME] = { "timestamptz", "DateTime('UTC')" },
		[ROW_BOOL] = { "boolean", "Bool" },
		[ROW_TEXT] = { "text", "String" },
	};

	return text[type][format];
}

void row_schema(FILE *out, enum row_format format, const struct row_table *t,
		const char *file)
{
	const bool tsv = format == ROW_TSV;

	fprintf(out, "CREATE TABLE %s (\n", t->name);
	for (size_t i = 0; i < t->n; i++) {
		const struct row_column *c = &t->column[i];
		const char *type = type_of(format, c->type);
		const char *comma = i + 1 < t->n ? "," : "";

		if (tsv)
			fprintf(out, "\t%s %s%s%s\n", c->name, type,
				c->nullable ? "" : " NOT NULL", comma);
		else
			fprintf(out,
				c->nullable ? "\t%s Nullable(%s)%s\n"
					    : "\t%s %s%s\n",
				c->name, type, comma);
	}
	if (tsv)
		fprintf(out, ");\n-- \\copy %s FROM '%s'\n\n", t->name, file);
	else
		fprintf(out,
			") ENGINE = MergeTree ORDER BY (%s);\n"
			"-- INSERT INTO %s FROM INFILE '%s' FORMAT "
			"RowBinary;\n\n",
			t->key, t->name, file);
}
