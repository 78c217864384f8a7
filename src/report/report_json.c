#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "report/report_private.h"
#include "track/proof.h"

#define LINE_MAX_BYTES (64u << 20)

void report_line_begin(struct writing *x, const char *type)
{
	buf_clear(&x->line);
	json_write_init(&x->w, &x->line);
	json_write_begin(&x->w, '{');
	json_write_key(&x->w, "type");
	json_write_text(&x->w, type);
}

void report_line_end(struct writing *x)
{
	json_write_end(&x->w, '}');
	buf_text(&x->line, "\n");
	/* Half a line would be no JSON. */
	if (x->line.full)
		x->st = ST_LIMIT;
	else if (fwrite(x->line.p, 1, x->line.n, x->out) != x->line.n)
		x->st = ST_IO;
}

void report_key_text(struct writing *x, const char *key, const char *text)
{
	json_write_key(&x->w, key);
	json_write_text(&x->w, text);
}

void report_key_uint(struct writing *x, const char *key, uint64_t v)
{
	json_write_key(&x->w, key);
	json_write_uint(&x->w, v);
}

void report_key_double(struct writing *x, const char *key, double v)
{
	json_write_key(&x->w, key);
	json_write_double(&x->w, v);
}

/* 0 means "not determined" for these. */
void report_key_count(struct writing *x, const char *key, uint64_t v)
{
	json_write_key(&x->w, key);
	if (v > 0)
		json_write_uint(&x->w, v);
	else
		json_write_null(&x->w);
}

void report_key_positive(struct writing *x, const char *key, double v)
{
	report_key_double(x, key, v > 0 ? v : NAN);
}

void report_key_span(struct writing *x, const char *key, struct span s)
{
	json_write_key(&x->w, key);
	if (s.n)
		json_write_span(&x->w, s);
	else
		json_write_null(&x->w);
}

void report_key_ts(struct writing *x, const char *key, struct ts t)
{
	json_write_key(&x->w, key);
	json_write_ts(&x->w, t);
}

static bool on_block(void *context, const struct fact_block *f)
{
	struct writing *x = context;
	char hash[65];

	report_line_begin(x, "block");
	report_key_text(x, "hash", hex_text_reversed(hash, f->hash, 32));
	report_key_ts(x, "header_time", f->header_time);
	report_key_text(x, "announcer", f->announcer_ip);
	report_key_ts(x, "first", f->first);
	report_key_text(x, "session", f->session);
	report_key_uint(x, "position", f->position);
	json_write_key(&x->w, "origin_indicated");
	json_write_bool(&x->w, f->indicated);
	json_write_key(&x->w, "shown_before");
	json_write_bool(&x->w, f->shown_before);
	report_key_uint(x, "others_unexplained", f->others);
	report_key_uint(x, "announcer_connections", f->connections);
	report_line_end(x);
	return x->st == ST_OK;
}

static void input_line(struct writing *x, const struct fact_input *f)
{
	static const uint8_t unknown[32];

	report_line_begin(x, "input");
	report_key_text(x, "file", f->name);
	json_write_key(&x->w, "sha256");
	if (memcmp(f->sha256, unknown, sizeof(unknown)) != 0)
		json_write_hex(&x->w, (struct span){ f->sha256, 32 });
	else
		json_write_null(&x->w);
	report_key_uint(x, "bytes", f->bytes);
	report_key_uint(x, "packets", f->packets);
	report_key_ts(x, "first", f->first);
	report_key_ts(x, "last", f->last);
	report_key_text(x, "status", f->status);
	report_line_end(x);
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
	report_line_begin(x, "share");
	report_key_text(x, "file", file_of(x, f->input));
	report_key_uint(x, "frame", f->frame);
	report_key_ts(x, "time", f->time);
	report_key_text(x, "session", f->session);
	report_key_uint(x, "position", f->position);
	report_key_span(x, "worker", f->worker);
	report_key_span(x, "job_id", f->job_id);
	json_write_key(&x->w, "header");
	if (f->header.n)
		json_write_hex(&x->w, f->header);
	else
		json_write_null(&x->w);
	char hash[65];

	report_key_text(x, "algorithm",
			f->algorithm == FACT_NO_ALGORITHM
				? NULL
				: fact_algorithm_text(f->algorithm));
	report_key_text(x, "hash",
			f->hash.n == 32 ? hex_text_reversed(hash, f->hash.p, 32)
					: NULL);
	report_key_positive(x, "share_difficulty", proof_share_difficulty(f));
	report_key_positive(x, "target_difficulty", f->difficulty);
	json_write_key(&x->w, "proved");
	json_write_bool(&x->w, f->proof == FACT_PROVED);
	report_key_text(x, "proof", fact_proof_text(f->proof));
	json_write_key(&x->w, "solves_block");
	json_write_bool(&x->w,
			f->proof == FACT_PROVED && proof_solves_block(f));
	report_key_text(x, "witness_commitment",
			f->witness == FACT_WITNESS_UNKNOWN
				? NULL
				: fact_witness_text(f->witness));
	json_write_key(&x->w, "duplicate");
	json_write_bool(&x->w, f->duplicate);
	json_write_key(&x->w, "rounding");
	json_write_bool(&x->w, f->rounding);
	report_key_text(x, "verdict",
			f->verdict == FACT_UNANSWERED
				? NULL
				: fact_verdict_text(f->verdict));
	report_key_span(x, "reason", f->reason);
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
	report_line_end(x);
	return x->st == ST_OK;
}

static void faults(struct writing *x, const struct scan_counts *n)
{
	json_write_key(&x->w, "malformed");
	json_write_begin(&x->w, '{');
	if (n->not_json)
		report_key_uint(x, "not JSON", n->not_json);
	if (n->messages.broken)
		report_key_uint(x, "broken JSON", n->messages.broken);
	if (n->messages.oversized)
		report_key_uint(x, "message too large", n->messages.oversized);
	if (n->messages.cut)
		report_key_uint(x, "cut by a gap", n->messages.cut);
	if (n->messages.junk)
		report_key_uint(x, "line that begins no object",
				n->messages.junk);
	for (int f = 0; f < DIALECT_FAULTS; f++) {
		if (n->faults[f])
			report_key_uint(
				x, dialect_fault_text((enum dialect_fault)f),
				n->faults[f]);
	}
	json_write_end(&x->w, '}');
}

static void reading(struct writing *x, const struct scan_counts *n)
{
	report_key_uint(x, "packets", n->packets);
	report_key_uint(x, "bytes", n->bytes);
	report_key_ts(x, "first", n->first);
	report_key_ts(x, "last", n->last);
	report_key_uint(x, "flows", n->flows);
	report_key_uint(x, "gaps", n->gaps);
	report_key_uint(x, "lost_bytes", n->lost);
	report_key_uint(x, "retransmitted_bytes", n->retransmitted);
	report_key_uint(x, "conflicting_bytes", n->conflicts);
	report_key_uint(x, "snapped_packets", n->snapped);
	json_write_key(&x->w, "drops");
	json_write_begin(&x->w, '{');
	report_key_uint(x, "flows", n->flows_dropped);
	report_key_uint(x, "conversations", n->conversations_dropped);
	report_key_uint(x, "fragments", n->fragments_dropped);
	report_key_uint(x, "jobs", n->jobs_dropped);
	json_write_end(&x->w, '}');
	json_write_key(&x->w, "not_decoded");
	json_write_begin(&x->w, '{');
	for (int r = DECODE_OK + 1; r < DECODE_RESULTS; r++) {
		if (n->decoded[r])
			report_key_uint(x, decode_text((enum decode_result)r),
					n->decoded[r]);
	}
	json_write_end(&x->w, '}');
	faults(x, n);
	report_key_uint(x, "replies_unmatched", n->replies_unmatched);
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
	report_line_begin(x, "summary");
	report_key_uint(x, "schema", REPORT_SCHEMA);
	report_key_text(x, "version", r->version);
	report_key_uint(x, "sessions", kinds[FINDING_SESSION]);
	report_key_uint(x, "contacts", kinds[FINDING_CONTACT]);
	report_key_uint(x, "nodes", kinds[FINDING_NODE]);
	json_write_key(&x->w, "simulated");
	json_write_bool(&x->w, simulated);
	if (r->counts)
		reading(x, r->counts);
	report_key_positive(x, "seconds", r->seconds);
	report_line_end(x);
}

enum status report_json(FILE *out, const struct report *r)
{
	struct writing x = { .out = out, .report = r, .st = ST_OK };

	buf_init(&x.line, LINE_MAX_BYTES);
	if (store_inputs(r->store, on_input, &x) != ST_OK)
		x.st = ST_IO;
	for (size_t i = 0; i < r->findings->n && x.st == ST_OK; i++) {
		const struct finding *f = &r->findings->finding[i];

		report_session_line(&x, f);
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
		report_group_line(&x, "miner", &r->miners->group[i]);
	for (size_t i = 0; i < r->workers->n && x.st == ST_OK; i++)
		report_group_line(&x, "worker", &r->workers->group[i]);
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
