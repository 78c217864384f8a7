#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "base/text.h"
#include "report/screen_private.h"

#define PATH_LISTED 8

static const char *safe(struct buf *b, const char *text)
{
	buf_clear(b);
	text_safe(b,
		  (struct span){ (const uint8_t *)(text ? text : ""),
				 text ? strlen(text) : 0 },
		  80);
	return buf_str(b);
}

static void coins(char out[32], uint64_t sat)
{
	snprintf(out, 32, "%llu.%08llu", (unsigned long long)(sat / 100000000),
		 (unsigned long long)(sat % 100000000));
}

static const char *day(char out[TS_TEXT], struct ts t)
{
	if (!ts_known(t))
		return "day not told";
	ts_text(t, out);
	out[10] = '\0';
	return out;
}

void screen_text_lists(FILE *out, const struct screen_told *t)
{
	struct buf b;
	char date[TS_TEXT];

	buf_init(&b, 1u << 16);
	for (size_t i = 0; i < lists_sources(t->lists); i++) {
		const struct list_source *s = lists_source(t->lists, i);
		const double age =
			ts_known(t->now)
				? fmax(0, ts_seconds(s->published, t->now)) /
					  86400
				: 0;

		fprintf(out, "list %s: %s, ", safe(&b, s->path), s->list);
		fprintf(out, "%zu addresses, of %s%s", s->entries,
			day(date, s->published),
			s->published_by_itself ? "" : " (the file's time)");
		if (ts_known(t->now))
			fprintf(out, ", %.0f day%s old", age,
				age >= 0.5 && age < 1.5 ? "" : "s");
		if (s->invalid)
			fprintf(out,
				"; %zu are no valid address of their asset",
				s->invalid);
		if (s->repaired)
			fprintf(out, "; %zu repaired", s->repaired);
		if (s->rejoined)
			fprintf(out, "; %zu put together again", s->rejoined);
		fputc('\n', out);
	}
	buf_fini(&b);
}

void screen_text_entry(FILE *out, const struct screen_told *t, size_t entry,
		       const char *indent)
{
	const struct list_entry *e = lists_entry(t->lists, entry);
	struct buf b;
	char date[TS_TEXT];

	buf_init(&b, 1u << 16);
	fprintf(out, "%s%s: ", indent, list_kind_text(e->kind));
	fprintf(out, "%s", e->entity ? safe(&b, e->entity) : "no name told");
	fprintf(out, ", on %s", safe(&b, e->list));
	fprintf(out, ", listed %s", day(date, e->listed));
	if (ts_known(e->delisted))
		fprintf(out, ", taken off %s", day(date, e->delisted));
	if (!e->valid)
		fprintf(out, "; not a valid %s address%s%s",
			e->asset ? e->asset : "",
			e->other_asset ? " but one of " : "",
			e->other_asset ? e->other_asset : "");
	if (e->repaired)
		fputs("; the list's text was repaired", out);
	fputc('\n', out);
	buf_fini(&b);
}

static void path(FILE *out, const struct screen_exposure *e)
{
	char txid[65];

	for (size_t i = 0; i < e->num_path && i < PATH_LISTED; i++)
		fprintf(out, "      %s %s\n", i == 0 ? "by" : "  ",
			hex_text_reversed(txid, e->path[i], 32));
	if (e->num_path > PATH_LISTED)
		fprintf(out, "         and %zu more (--json lists them)\n",
			e->num_path - PATH_LISTED);
}

static void exposure(FILE *out, const struct screen_told *t,
		     const struct screen_exposure *e)
{
	char low[32], high[32], first[TS_TEXT], last[TS_TEXT];

	coins(low, e->low);
	coins(high, e->high);
	screen_text_entry(out, t, e->entry, "    ");
	fprintf(out, "      %s to %s (%.2f to %.2f %%), %u transaction%s away",
		low, high, e->portion_low * 100, e->portion_high * 100, e->hops,
		e->hops == 1 ? "" : "s");
	if (e->entities != UINT32_MAX)
		fprintf(out, ", %u owner%s between", e->entities,
			e->entities == 1 ? "" : "s");
	fprintf(out, "; %s", day(first, e->first));
	if (ts_known(e->last) && e->last.ns - e->first.ns > 86400000000000)
		fprintf(out, " to %s", day(last, e->last));
	if (e->when != SCREEN_UNDATED)
		fprintf(out, ", %s", screen_when_text(e->when));
	fputc('\n', out);
	path(out, e);
}

static void side(FILE *out, const struct screen_told *t,
		 const struct screen_side *s, bool from)
{
	char sat[32], low[32], high[32];

	if (!s->done)
		return;
	coins(sat, s->traced_sat);
	fprintf(out, "  %s: %s in all\n", from ? "took" : "gave on", sat);
	if (s->n == 0)
		fputs("    nothing listed on the way\n", out);
	for (size_t i = 0; i < s->n; i++)
		exposure(out, t, &s->exposure[i]);
	for (int e = 0; e < TRACE_ENDS; e++) {
		if (s->ends[e] == 0 || e == TRACE_SPENT)
			continue;
		coins(low, s->ended_low[e]);
		coins(high, s->ended_high[e]);
		fprintf(out, "    %s at %s: %llu output%s, %s to %s of it\n",
			from ? "began" : "stopped",
			trace_end_text((enum trace_end)e),
			(unsigned long long)s->ends[e],
			s->ends[e] == 1 ? "" : "s", low, high);
	}
}

static void verdict(FILE *out, const struct screened *s)
{
	if (!s->asset)
		fputs("  not a valid address of an asset that is known here: "
		      "that no list has it says nothing\n",
		      out);
	else if (s->script_n == 0)
		fprintf(out,
			"  an address of %s: only lists can be asked, not a "
			"Bitcoin chain\n",
			s->asset);
	if (s->num_direct == 0)
		fputs("  on none of the lists\n", out);
}

void screen_text_address(FILE *out, const struct screen_told *t,
			 const struct screened *s)
{
	struct buf b;

	buf_init(&b, 1u << 16);
	fprintf(out, "\n%s\n", safe(&b, s->address));
	buf_fini(&b);
	verdict(out, s);
	for (size_t i = 0; i < s->num_direct; i++)
		screen_text_entry(out, t, s->direct[i], "  directly: ");
	if (s->cluster_size > 1)
		fprintf(out,
			"  one of %u addresses that seem to have one owner "
			"(an inference)\n",
			s->cluster_size);
	for (size_t i = 0; i < s->num_clustered; i++)
		screen_text_entry(out, t, s->clustered[i],
				  "  by cluster, inferred: ");
	side(out, t, &s->from, true);
	side(out, t, &s->to, false);
}
