#include "base/hex.h"
#include "base/json_write.h"
#include "report/screen_private.h"

struct writing {
	FILE *out;
	const struct screen_told *t;
	struct buf line;
	struct json_writer w;
};

static void begin(struct writing *x, FILE *out, const struct screen_told *t,
		  const char *type)
{
	*x = (struct writing){ .out = out, .t = t };
	buf_init(&x->line, 1u << 26);
	json_write_init(&x->w, &x->line);
	json_write_begin(&x->w, '{');
	json_write_key(&x->w, "type");
	json_write_text(&x->w, type);
}

static void finish(struct writing *x)
{
	json_write_end(&x->w, '}');
	fputs(buf_str(&x->line), x->out);
	fputc('\n', x->out);
	buf_fini(&x->line);
}

static void text(struct writing *x, const char *key, const char *v)
{
	json_write_key(&x->w, key);
	json_write_text(&x->w, v);
}

static void uint(struct writing *x, const char *key, uint64_t v)
{
	json_write_key(&x->w, key);
	json_write_uint(&x->w, v);
}

static void ts(struct writing *x, const char *key, struct ts t)
{
	json_write_key(&x->w, key);
	json_write_ts(&x->w, t);
}

static void boolean(struct writing *x, const char *key, bool v)
{
	json_write_key(&x->w, key);
	json_write_bool(&x->w, v);
}

void screen_json_lists(FILE *out, const struct screen_told *t)
{
	for (size_t i = 0; i < lists_sources(t->lists); i++) {
		const struct list_source *s = lists_source(t->lists, i);
		struct writing x;

		begin(&x, out, t, "list");
		text(&x, "path", s->path);
		text(&x, "format", s->list);
		ts(&x, "published", s->published);
		boolean(&x, "published_by_itself", s->published_by_itself);
		json_write_key(&x.w, "age_days");
		if (ts_known(t->now))
			json_write_double(
				&x.w, ts_seconds(s->published, t->now) / 86400);
		else
			json_write_null(&x.w);
		uint(&x, "addresses", s->entries);
		uint(&x, "invalid", s->invalid);
		uint(&x, "repaired", s->repaired);
		uint(&x, "rejoined", s->rejoined);
		finish(&x);
	}
}

static void entry_keys(struct writing *x, size_t entry)
{
	const struct list_entry *e = lists_entry(x->t->lists, entry);

	text(x, "list", e->list);
	text(x, "kind", list_kind_text(e->kind));
	text(x, "entity", e->entity);
	text(x, "reference", e->reference);
	text(x, "label", e->label);
	text(x, "asset", e->asset);
	text(x, "listed_address", e->address);
	ts(x, "listed", e->listed);
	ts(x, "delisted", e->delisted);
	boolean(x, "valid", e->valid);
	text(x, "address_of", e->other_asset);
	boolean(x, "repaired", e->repaired);
}

static void entries(struct writing *x, const char *key, const size_t *hit,
		    size_t n)
{
	json_write_key(&x->w, key);
	json_write_begin(&x->w, '[');
	for (size_t i = 0; i < n; i++) {
		json_write_begin(&x->w, '{');
		entry_keys(x, hit[i]);
		json_write_end(&x->w, '}');
	}
	json_write_end(&x->w, ']');
}

static void exposure(struct writing *x, const struct screen_exposure *e)
{
	char txid[65];

	json_write_begin(&x->w, '{');
	entry_keys(x, e->entry);
	uint(x, "hops", e->hops);
	json_write_key(&x->w, "entity_hops");
	if (e->entities == UINT32_MAX)
		json_write_null(&x->w);
	else
		json_write_uint(&x->w, e->entities);
	uint(x, "outputs", e->outputs);
	uint(x, "sat", e->sat);
	uint(x, "low_sat", e->low);
	uint(x, "high_sat", e->high);
	json_write_key(&x->w, "portion_low");
	json_write_double(&x->w, e->portion_low);
	json_write_key(&x->w, "portion_high");
	json_write_double(&x->w, e->portion_high);
	ts(x, "first", e->first);
	ts(x, "last", e->last);
	text(x, "when", screen_when_text(e->when));
	json_write_key(&x->w, "path");
	json_write_begin(&x->w, '[');
	for (size_t i = 0; i < e->num_path; i++)
		json_write_text(&x->w, hex_text_reversed(txid, e->path[i], 32));
	json_write_end(&x->w, ']');
	json_write_end(&x->w, '}');
}

static void side(struct writing *x, const char *key,
		 const struct screen_side *s)
{
	json_write_key(&x->w, key);
	if (!s->done) {
		json_write_null(&x->w);
		return;
	}
	json_write_begin(&x->w, '{');
	uint(x, "traced_sat", s->traced_sat);
	json_write_key(&x->w, "exposure");
	json_write_begin(&x->w, '[');
	for (size_t i = 0; i < s->n; i++)
		exposure(x, &s->exposure[i]);
	json_write_end(&x->w, ']');
	json_write_key(&x->w, "ends");
	json_write_begin(&x->w, '{');
	for (int e = 0; e < TRACE_ENDS; e++) {
		json_write_key(&x->w, trace_end_text((enum trace_end)e));
		json_write_begin(&x->w, '{');
		uint(x, "outputs", s->ends[e]);
		uint(x, "low_sat", s->ended_low[e]);
		uint(x, "high_sat", s->ended_high[e]);
		json_write_end(&x->w, '}');
	}
	json_write_end(&x->w, '}');
	json_write_end(&x->w, '}');
}

void screen_json_address(FILE *out, const struct screen_told *t,
			 const struct screened *s)
{
	struct writing x;

	begin(&x, out, t, "address");
	text(&x, "address", s->address);
	text(&x, "asset", s->asset);
	entries(&x, "direct", s->direct, s->num_direct);
	json_write_key(&x.w, "cluster_scripts");
	if (s->cluster_size)
		json_write_uint(&x.w, s->cluster_size);
	else
		json_write_null(&x.w);
	entries(&x, "by_cluster", s->clustered, s->num_clustered);
	side(&x, "from", &s->from);
	side(&x, "to", &s->to);
	finish(&x);
}

void screen_json_entry(FILE *out, const struct screen_told *t, size_t entry)
{
	struct writing x;

	begin(&x, out, t, "entry");
	entry_keys(&x, entry);
	finish(&x);
}
