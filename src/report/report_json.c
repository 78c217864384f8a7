#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "report/report_private.h"
#include "track/proof.h"

#define LINE_MAX_BYTES (64u << 20)

/* An input that facts may cite. */
struct cited {
	int64_t row;
	char *name;
};

struct writing {
	FILE *out;
	struct cited *input;
	size_t num_inputs;
	const struct report *report;
	struct buf line;
	struct json_writer w;
	enum status st;
};

static void line_begin(struct writing *x)
{
	buf_clear(&x->line);
	json_write_init(&x->w, &x->line);
	json_write_begin(&x->w, '{');
}

static void typed_line(struct writing *x, const char *type)
{
	line_begin(x);
	report_key_text(&x->w, "type", type);
}

static void line_end(struct writing *x)
{
	json_write_end(&x->w, '}');
	buf_text(&x->line, "\n");
	/* Half a line would be no JSON. */
	if (x->line.full)
		x->st = ST_LIMIT;
	else if (fwrite(x->line.p, 1, x->line.n, x->out) != x->line.n)
		x->st = ST_IO;
}

static bool on_block(void *context, const struct fact_block *f)
{
	struct writing *x = context;
	char hash[65];

	typed_line(x, "block");
	report_key_text(&x->w, "hash", hex_text_reversed(hash, f->hash, 32));
	report_key_ts(&x->w, "header_time", f->header_time);
	report_key_text(&x->w, "announcer", f->announcer_ip);
	report_key_ts(&x->w, "first", f->first);
	report_key_text(&x->w, "session", f->session);
	report_key_uint(&x->w, "position", f->position);
	json_write_key(&x->w, "origin_indicated");
	json_write_bool(&x->w, f->indicated);
	json_write_key(&x->w, "shown_before");
	json_write_bool(&x->w, f->shown_before);
	report_key_uint(&x->w, "others_unexplained", f->others);
	report_key_uint(&x->w, "announcer_connections", f->connections);
	line_end(x);
	return x->st == ST_OK;
}

static void input_line(struct writing *x, const struct fact_input *f)
{
	static const uint8_t unknown[32];

	typed_line(x, "input");
	report_key_text(&x->w, "file", f->name);
	json_write_key(&x->w, "sha256");
	if (memcmp(f->sha256, unknown, sizeof(unknown)) != 0)
		json_write_hex(&x->w, (struct span){ f->sha256, 32 });
	else
		json_write_null(&x->w);
	report_key_uint(&x->w, "bytes", f->bytes);
	report_key_uint(&x->w, "packets", f->packets);
	report_key_ts(&x->w, "first", f->first);
	report_key_ts(&x->w, "last", f->last);
	report_key_text(&x->w, "status", f->status);
	line_end(x);
}

static bool on_input(void *context, const struct fact_input *f, int64_t row)
{
	struct writing *x = context;
	struct cited *c;

	if ((x->num_inputs & (x->num_inputs - 1)) == 0)
		x->input = mem_resize(x->input,
				      x->num_inputs ? x->num_inputs * 2 : 1,
				      sizeof(x->input[0]));
	c = &x->input[x->num_inputs++];
	c->row = row;
	c->name = f->name ? mem_text(f->name, strlen(f->name)) : NULL;
	input_line(x, f);
	return x->st == ST_OK;
}

static const char *file_of(const struct writing *x, int64_t row)
{
	for (size_t i = 0; i < x->num_inputs; i++) {
		if (x->input[i].row == row)
			return x->input[i].name;
	}
	return NULL;
}

static bool on_also(void *context, struct span id)
{
	struct writing *x = context;

	json_write_span(&x->w, id);
	return true;
}

static void share_line(struct writing *x, const struct fact_share *f)
{
	typed_line(x, "share");
	report_key_text(&x->w, "file", file_of(x, f->input));
	report_key_uint(&x->w, "frame", f->frame);
	report_key_ts(&x->w, "time", f->time);
	report_key_text(&x->w, "session", f->session);
	report_key_uint(&x->w, "position", f->position);
	report_key_span(&x->w, "worker", f->worker);
	report_key_span(&x->w, "job_id", f->job_id);
	json_write_key(&x->w, "header");
	if (f->header.n)
		json_write_hex(&x->w, f->header);
	else
		json_write_null(&x->w);
	char hash[65];

	report_key_text(&x->w, "algorithm",
			f->algorithm == FACT_NO_ALGORITHM
				? NULL
				: fact_algorithm_text(f->algorithm));
	report_key_text(&x->w, "hash",
			f->hash.n == 32 ? hex_text_reversed(hash, f->hash.p, 32)
					: NULL);
	report_key_positive(&x->w, "share_difficulty",
			    proof_share_difficulty(f));
	report_key_positive(&x->w, "target_difficulty", f->difficulty);
	json_write_key(&x->w, "proved");
	json_write_bool(&x->w, f->proof == FACT_PROVED);
	report_key_text(&x->w, "proof", fact_proof_text(f->proof));
	json_write_key(&x->w, "solves_block");
	json_write_bool(&x->w,
			f->proof == FACT_PROVED && proof_solves_block(f));
	report_key_text(&x->w, "witness_commitment",
			f->witness == FACT_WITNESS_UNKNOWN
				? NULL
				: fact_witness_text(f->witness));
	json_write_key(&x->w, "duplicate");
	json_write_bool(&x->w, f->duplicate);
	json_write_key(&x->w, "rounding");
	json_write_bool(&x->w, f->rounding);
	report_key_text(&x->w, "verdict",
			f->verdict == FACT_UNANSWERED
				? NULL
				: fact_verdict_text(f->verdict));
	report_key_span(&x->w, "reason", f->reason);
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct writing *x = context;

	share_line(x, f);
	json_write_key(&x->w, "also_seen_in");
	json_write_begin(&x->w, '[');
	if (f->hash.n == 32 && store_also_seen(x->report->store, f->hash,
					       f->session, on_also, x) != ST_OK)
		x->st = ST_IO;
	json_write_end(&x->w, ']');
	line_end(x);
	return x->st == ST_OK;
}

static void faults(struct writing *x, const struct scan_counts *n)
{
	json_write_key(&x->w, "malformed");
	json_write_begin(&x->w, '{');
	if (n->not_json)
		report_key_uint(&x->w, "not JSON", n->not_json);
	if (n->messages.broken)
		report_key_uint(&x->w, "broken JSON", n->messages.broken);
	if (n->messages.oversized)
		report_key_uint(&x->w, "message too large",
				n->messages.oversized);
	if (n->messages.cut)
		report_key_uint(&x->w, "cut by a gap", n->messages.cut);
	if (n->messages.junk)
		report_key_uint(&x->w, "line that begins no object",
				n->messages.junk);
	for (int f = 0; f < DIALECT_FAULTS; f++) {
		if (n->faults[f])
			report_key_uint(
				&x->w,
				dialect_fault_text((enum dialect_fault)f),
				n->faults[f]);
	}
	json_write_end(&x->w, '}');
}

static void reading(struct writing *x, const struct scan_counts *n)
{
	report_key_uint(&x->w, "packets", n->packets);
	report_key_uint(&x->w, "bytes", n->bytes);
	report_key_ts(&x->w, "first", n->first);
	report_key_ts(&x->w, "last", n->last);
	report_key_uint(&x->w, "flows", n->flows);
	report_key_uint(&x->w, "gaps", n->gaps);
	report_key_uint(&x->w, "lost_bytes", n->lost);
	report_key_uint(&x->w, "retransmitted_bytes", n->retransmitted);
	report_key_uint(&x->w, "conflicting_bytes", n->conflicts);
	report_key_uint(&x->w, "snapped_packets", n->snapped);
	json_write_key(&x->w, "drops");
	json_write_begin(&x->w, '{');
	report_key_uint(&x->w, "flows", n->flows_dropped);
	report_key_uint(&x->w, "conversations", n->conversations_dropped);
	report_key_uint(&x->w, "fragments", n->fragments_dropped);
	report_key_uint(&x->w, "jobs", n->jobs_dropped);
	json_write_end(&x->w, '}');
	json_write_key(&x->w, "not_decoded");
	json_write_begin(&x->w, '{');
	for (int r = DECODE_OK + 1; r < DECODE_RESULTS; r++) {
		if (n->decoded[r])
			report_key_uint(&x->w,
					decode_text((enum decode_result)r),
					n->decoded[r]);
	}
	json_write_end(&x->w, '}');
	faults(x, n);
	report_key_uint(&x->w, "replies_unmatched", n->replies_unmatched);
}

static void summary_line(struct writing *x)
{
	const struct report *r = x->report;
	uint64_t kinds[FINDING_NODE + 1] = { 0 };
	bool simulated = false;

	for (size_t i = 0; i < r->findings->n; i++) {
		const struct finding *f = &r->findings->finding[i];

		kinds[f->kind]++;
		simulated = simulated || f->work.simulated > 0;
	}
	typed_line(x, "summary");
	report_key_uint(&x->w, "schema", REPORT_SCHEMA);
	report_key_text(&x->w, "version", r->version);
	report_key_uint(&x->w, "sessions", kinds[FINDING_SESSION]);
	report_key_uint(&x->w, "contacts", kinds[FINDING_CONTACT]);
	report_key_uint(&x->w, "nodes", kinds[FINDING_NODE]);
	json_write_key(&x->w, "simulated");
	json_write_bool(&x->w, simulated);
	if (r->counts)
		reading(x, r->counts);
	report_key_positive(&x->w, "seconds", r->seconds);
	line_end(x);
}

static void finding_line(struct writing *x, const struct finding *f)
{
	line_begin(x);
	report_finding_members(&x->w, f, finding_standing(f));
	line_end(x);
}

static void group_line(struct writing *x, const char *type,
		       const struct finding_group *g)
{
	line_begin(x);
	report_group_members(&x->w, type, g, finding_grade(&g->work));
	line_end(x);
}

enum status report_json(FILE *out, const struct report *r)
{
	struct writing x = { .out = out, .report = r, .st = ST_OK };

	buf_init(&x.line, LINE_MAX_BYTES);
	if (store_inputs(r->store, on_input, &x) != ST_OK)
		x.st = ST_IO;
	for (size_t i = 0; i < r->findings->n && x.st == ST_OK; i++) {
		const struct finding *f = &r->findings->finding[i];

		finding_line(&x, f);
		for (size_t k = 0; k < f->num_connections; k++) {
			if (r->shares && x.st == ST_OK &&
			    store_shares(r->store, f->connection[k], on_share,
					 &x) != ST_OK)
				x.st = ST_IO;
		}
	}
	if (x.st == ST_OK && store_blocks(r->store, on_block, &x) != ST_OK)
		x.st = ST_IO;
	for (size_t i = 0; i < r->miners->n && x.st == ST_OK; i++)
		group_line(&x, "miner", &r->miners->group[i]);
	for (size_t i = 0; i < r->workers->n && x.st == ST_OK; i++)
		group_line(&x, "worker", &r->workers->group[i]);
	if (x.st == ST_OK)
		summary_line(&x);
	for (size_t i = 0; i < x.num_inputs; i++)
		free(x.input[i].name);
	free(x.input);
	buf_fini(&x.line);
	if (fflush(out) != 0)
		x.st = ST_IO;
	return x.st;
}
