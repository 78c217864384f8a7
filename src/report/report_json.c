#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "coin/target.h"
#include "report/report.h"
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

static void line_begin(struct writing *x, const char *type)
{
	buf_clear(&x->line);
	json_write_init(&x->w, &x->line);
	json_write_begin(&x->w, '{');
	json_write_key(&x->w, "type");
	json_write_text(&x->w, type);
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

static void key_text(struct writing *x, const char *key, const char *text)
{
	json_write_key(&x->w, key);
	json_write_text(&x->w, text);
}

static void key_uint(struct writing *x, const char *key, uint64_t v)
{
	json_write_key(&x->w, key);
	json_write_uint(&x->w, v);
}

static void key_double(struct writing *x, const char *key, double v)
{
	json_write_key(&x->w, key);
	json_write_double(&x->w, v);
}

/* 0 means "not determined" for these. */
static void key_positive(struct writing *x, const char *key, double v)
{
	key_double(x, key, v > 0 ? v : NAN);
}

static void key_span(struct writing *x, const char *key, struct span s)
{
	json_write_key(&x->w, key);
	if (s.n)
		json_write_span(&x->w, s);
	else
		json_write_null(&x->w);
}

static void key_ts(struct writing *x, const char *key, struct ts t)
{
	json_write_key(&x->w, key);
	json_write_ts(&x->w, t);
}

static void endpoint(struct writing *x, const char *key, const char *ip,
		     uint16_t port)
{
	json_write_key(&x->w, key);
	json_write_begin(&x->w, '{');
	key_text(x, "ip", ip);
	key_uint(x, "port", port);
	json_write_end(&x->w, '}');
}

static void shares(struct writing *x, const struct work *w)
{
	json_write_key(&x->w, "shares");
	json_write_begin(&x->w, '{');
	key_uint(x, "submitted", w->submitted);
	key_uint(x, "proved", w->proved);
	key_uint(x, "claimed", w->claimed);
	key_uint(x, "unique", w->unique);
	key_uint(x, "accepted", w->accepted);
	key_uint(x, "rejected", w->rejected);
	key_uint(x, "unproved", w->submitted - w->proved - w->claimed);
	key_uint(x, "rounding", w->rounding);
	key_uint(x, "difficulty_applied_at_once", w->at_once);
	key_uint(x, "blocks", w->blocks);
	json_write_key(&x->w, "unproved_because");
	json_write_begin(&x->w, '{');
	for (int p = FACT_CLAIMED + 1; p < FACT_PROOFS; p++) {
		if (w->by_proof[p] > 0)
			key_uint(x, fact_proof_text((enum fact_proof)p),
				 w->by_proof[p]);
	}
	json_write_end(&x->w, '}');
	json_write_end(&x->w, '}');
}

static void difficulty(struct writing *x, const struct work *w)
{
	json_write_key(&x->w, "difficulty");
	json_write_begin(&x->w, '{');
	key_positive(x, "min", w->difficulty_min);
	key_positive(x, "max", w->difficulty_max);
	key_positive(x, "sum_unique", w->difficulty_sum);
	json_write_end(&x->w, '}');
}

static void hashrate(struct writing *x, const struct work *w, bool tell)
{
	const struct estimate *e = &w->rate;
	const bool known = tell && e->method != NULL;

	json_write_key(&x->w, "hashrate");
	json_write_begin(&x->w, '{');
	key_double(x, "estimate", known ? e->mid : NAN);
	key_double(x, "low", known ? e->low : NAN);
	key_double(x, "high", known ? e->high : NAN);
	key_double(x, "confidence", known ? e->confidence : NAN);
	key_text(x, "method", known ? e->method : NULL);
	key_text(x, "unit", strcmp(w->tries, "Sol") == 0 ? "Sol/s" : "H/s");
	key_text(x, "basis",
		 !known       ? NULL
		 : w->claimed ? w->proved ? "proofs and claims" : "claims"
			      : "proofs");
	key_positive(x, "seconds", w->rate_seconds);
	key_uint(x, "shares", w->rate_shares);
	key_positive(x, "exposure", w->rate_exposure);
	json_write_end(&x->w, '}');
}

static void strengths(struct writing *x, const struct work *w)
{
	key_text(x, "grade", finding_grade(w));
	key_double(x, "chance_bits", w->chance_bits);
	key_positive(x, "work_bits", w->work_bits);
}

static void workers(struct writing *x, const struct finding *f)
{
	json_write_key(&x->w, "workers");
	json_write_begin(&x->w, '[');
	for (uint32_t i = 0; i < f->num_workers; i++)
		json_write_text(&x->w, f->worker[i]);
	json_write_end(&x->w, ']');
}

static void payouts(struct writing *x, const struct identity *i)
{
	json_write_key(&x->w, "payouts");
	json_write_begin(&x->w, '[');
	for (uint32_t p = 0; p < i->num_payouts; p++) {
		const struct identity_payout *out = &i->payout[p];

		json_write_begin(&x->w, '{');
		key_text(x, "address", out->address[0] ? out->address : NULL);
		json_write_key(&x->w, "script");
		if (out->script_n > 0)
			json_write_hex(&x->w, (struct span){ out->script,
							     out->script_n });
		else
			json_write_null(&x->w);
		key_uint(x, "sat", out->sat);
		key_text(x, "kind", address_kind_text(out->kind));
		key_double(x, "portion", out->portion);
		json_write_end(&x->w, '}');
	}
	json_write_end(&x->w, ']');
}

static void chain(struct writing *x, const struct finding *f)
{
	const struct identity *i = &f->identity;
	char nbits[9];

	key_text(x, "network", i->network ? i->network->name : NULL);
	key_text(x, "coin", i->network ? i->network->coin : NULL);
	json_write_key(&x->w, "not_btc");
	if (i->network || i->not_btc)
		json_write_bool(&x->w,
				!i->network || !i->network->coin ||
					strcmp(i->network->coin, "BTC") != 0);
	else
		json_write_null(&x->w);
	key_text(x, "algorithm",
		 f->session.algorithm == FACT_NO_ALGORITHM
			 ? NULL
			 : fact_algorithm_text(f->session.algorithm));
	key_text(x, "variant", i->variant[0] ? i->variant : NULL);
	json_write_key(&x->w, "height");
	json_write_begin(&x->w, '{');
	key_positive(x, "first", i->height_first);
	key_positive(x, "last", i->height_last);
	json_write_end(&x->w, '}');
	snprintf(nbits, sizeof(nbits), "%08x", i->nbits);
	key_text(x, "nbits", i->jobs ? nbits : NULL);
	key_positive(x, "network_difficulty", i->network_difficulty);
	json_write_key(&x->w, "reward_sat");
	if (i->reward)
		json_write_uint(&x->w, i->reward);
	else
		json_write_null(&x->w);
	key_text(x, "pool", i->pool);
	key_text(x, "pool_source", i->pool_source);
	key_text(x, "listed", i->listed);
	key_text(x, "coinbase_text", i->tag[0] ? i->tag : NULL);
	key_text(x, "account", i->account[0] ? i->account : NULL);
}

static void losses(struct writing *x, const struct fact_session *s)
{
	key_uint(x, "gaps", s->gaps);
	key_uint(x, "lost_bytes", s->lost);
	key_uint(x, "malformed", s->malformed);
	key_uint(x, "replies_unmatched", s->replies_unmatched);
	key_uint(x, "other_calls", s->other_calls);
	key_double(x, "clock_offset_s", s->clock_offset);
}

/* What TLS says of itself; null where it was not seen. */
static void tls(struct writing *x, const struct fact_session *s)
{
	json_write_key(&x->w, "tls");
	if (!s->tls_version && !s->ja3) {
		json_write_null(&x->w);
		return;
	}
	json_write_begin(&x->w, '{');
	key_text(x, "version", s->tls_version);
	key_text(x, "alpn", s->tls_alpn);
	key_text(x, "certificate_names", s->tls_names);
	key_text(x, "ja3", s->ja3);
	key_text(x, "ja4", s->ja4);
	json_write_end(&x->w, '}');
}

static void carrier(struct writing *x, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	key_text(x, "carrier", s->carrier);
	key_uint(x, "connections", f->num_connections);
	if (f->num_connections > 1) {
		json_write_key(&x->w, "connection_ids");
		json_write_begin(&x->w, '[');
		for (size_t i = 0; i < f->num_connections; i++)
			json_write_text(&x->w, f->connection[i]);
		json_write_end(&x->w, ']');
	}
	key_text(x, "host", s->host);
	key_text(x, "host_source", s->host_source);
	key_text(x, "server_name", s->server_name);
	tls(x, s);
}

static void who(struct writing *x, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	key_text(x, "id", s->id);
	key_text(x, "dialect", s->dialect);
	endpoint(x, "client", s->client_ip, s->client_port);
	endpoint(x, "server", s->server_ip, s->server_port);
	key_ts(x, "first", s->first);
	key_ts(x, "last", s->last);
	key_text(x, "user_agent", s->user_agent);
	key_text(x, "server_agent", s->server_agent);
	carrier(x, f);
	workers(x, f);
	json_write_key(&x->w, "extranonce1");
	if (s->extranonce1_source == FACT_UNKNOWN)
		json_write_null(&x->w);
	else
		json_write_hex(&x->w, s->extranonce1);
	key_text(x, "extranonce1_source",
		 fact_source_text(s->extranonce1_source));
	json_write_key(&x->w, "extranonce1_search");
	if (s->search_tried > 0) {
		json_write_begin(&x->w, '{');
		key_uint(x, "candidates", s->search_tried);
		key_double(x, "certainty_bits", s->search_bits);
		json_write_end(&x->w, '}');
	} else {
		json_write_null(&x->w);
	}
	chain(x, f);
	json_write_key(&x->w, "roles");
	json_write_begin(&x->w, '{');
	key_text(x, "client", f->identity.client_role);
	key_text(x, "server", f->identity.server_role);
	json_write_end(&x->w, '}');
	key_uint(x, "jobs", f->identity.jobs);
}

/* What hints at the number of machines, and bounds nothing. */
static void indicated(struct writing *x, const struct finding *f)
{
	json_write_key(&x->w, "indicated");
	json_write_begin(&x->w, '{');
	key_uint(x, "workers", f->num_workers);
	key_positive(x, "extranonce2_subranges", f->subranges.machines);
	key_positive(x, "merge_mined_chains_max", f->identity.merged_chains);
	json_write_end(&x->w, '}');
}

static void session_line(struct writing *x, const struct finding *f)
{
	static const char *const types[] = { [FINDING_SESSION] = "session",
					     [FINDING_CONTACT] = "contact",
					     [FINDING_NODE] = "node" };

	line_begin(x, types[f->kind]);
	who(x, f);
	switch (f->kind) {
	case FINDING_SESSION:
		strengths(x, &f->work);
		shares(x, &f->work);
		difficulty(x, &f->work);
		hashrate(x, &f->work, true);
		key_positive(x, "reported_hashrate", f->session.reported_rate);
		indicated(x, f);
		break;
	case FINDING_CONTACT:
		key_text(x, "grade", finding_standing(f));
		break;
	case FINDING_NODE:
		key_uint(x, "blocks_seen", f->work.submitted);
		key_uint(x, "blocks_proved", f->work.proved);
		break;
	}
	payouts(x, &f->identity);
	losses(x, &f->session);
	line_end(x);
}

static bool on_block(void *context, const struct fact_block *f)
{
	struct writing *x = context;
	char hash[65];

	line_begin(x, "block");
	key_text(x, "hash", hex_text_reversed(hash, f->hash, 32));
	key_ts(x, "header_time", f->header_time);
	key_text(x, "announcer", f->announcer_ip);
	key_ts(x, "first", f->first);
	key_text(x, "session", f->session);
	key_uint(x, "position", f->position);
	json_write_key(&x->w, "origin_indicated");
	json_write_bool(&x->w, f->indicated);
	json_write_key(&x->w, "shown_before");
	json_write_bool(&x->w, f->shown_before);
	key_uint(x, "others_unexplained", f->others);
	key_uint(x, "announcer_connections", f->connections);
	line_end(x);
	return x->st == ST_OK;
}

static void group_line(struct writing *x, const char *type,
		       const struct finding_group *g)
{
	line_begin(x, type);
	key_text(x, strcmp(type, "miner") == 0 ? "ip" : "name", g->name);
	key_ts(x, "first", g->first);
	key_ts(x, "last", g->last);
	json_write_key(&x->w, "sessions");
	json_write_begin(&x->w, '[');
	for (size_t i = 0; i < g->num_members; i++) {
		const struct finding *f = g->member[i];

		for (size_t k = 0; k < f->num_connections; k++)
			json_write_text(&x->w, f->connection[k]);
	}
	json_write_end(&x->w, ']');
	strengths(x, &g->work);
	shares(x, &g->work);
	difficulty(x, &g->work);
	hashrate(x, &g->work, !g->scattered);
	line_end(x);
}

static void input_line(struct writing *x, const struct fact_input *f)
{
	static const uint8_t unknown[32];

	line_begin(x, "input");
	key_text(x, "file", f->name);
	json_write_key(&x->w, "sha256");
	if (memcmp(f->sha256, unknown, sizeof(unknown)) != 0)
		json_write_hex(&x->w, (struct span){ f->sha256, 32 });
	else
		json_write_null(&x->w);
	key_uint(x, "bytes", f->bytes);
	key_uint(x, "packets", f->packets);
	key_ts(x, "first", f->first);
	key_ts(x, "last", f->last);
	key_text(x, "status", f->status);
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
	line_begin(x, "share");
	key_text(x, "file", file_of(x, f->input));
	key_uint(x, "frame", f->frame);
	key_ts(x, "time", f->time);
	key_text(x, "session", f->session);
	key_uint(x, "position", f->position);
	key_span(x, "worker", f->worker);
	key_span(x, "job_id", f->job_id);
	json_write_key(&x->w, "header");
	if (f->header.n)
		json_write_hex(&x->w, f->header);
	else
		json_write_null(&x->w);
	char hash[65];

	key_text(x, "algorithm",
		 f->algorithm == FACT_NO_ALGORITHM
			 ? NULL
			 : fact_algorithm_text(f->algorithm));
	key_text(x, "hash",
		 f->hash.n == 32 ? hex_text_reversed(hash, f->hash.p, 32)
				 : NULL);
	key_positive(x, "share_difficulty", proof_share_difficulty(f));
	key_positive(x, "target_difficulty", f->difficulty);
	json_write_key(&x->w, "proved");
	json_write_bool(&x->w, f->proof == FACT_PROVED);
	key_text(x, "proof", fact_proof_text(f->proof));
	json_write_key(&x->w, "solves_block");
	json_write_bool(&x->w,
			f->proof == FACT_PROVED && proof_solves_block(f));
	key_text(x, "witness_commitment",
		 f->witness == FACT_WITNESS_UNKNOWN
			 ? NULL
			 : fact_witness_text(f->witness));
	json_write_key(&x->w, "duplicate");
	json_write_bool(&x->w, f->duplicate);
	json_write_key(&x->w, "rounding");
	json_write_bool(&x->w, f->rounding);
	key_text(x, "verdict",
		 f->verdict == FACT_UNANSWERED ? NULL
					       : fact_verdict_text(f->verdict));
	key_span(x, "reason", f->reason);
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
		key_uint(x, "not JSON", n->not_json);
	if (n->messages.broken)
		key_uint(x, "broken JSON", n->messages.broken);
	if (n->messages.oversized)
		key_uint(x, "message too large", n->messages.oversized);
	if (n->messages.cut)
		key_uint(x, "cut by a gap", n->messages.cut);
	if (n->messages.junk)
		key_uint(x, "line that begins no object", n->messages.junk);
	for (int f = 0; f < DIALECT_FAULTS; f++) {
		if (n->faults[f])
			key_uint(x, dialect_fault_text((enum dialect_fault)f),
				 n->faults[f]);
	}
	json_write_end(&x->w, '}');
}

static void reading(struct writing *x, const struct scan_counts *n)
{
	key_uint(x, "packets", n->packets);
	key_uint(x, "bytes", n->bytes);
	key_ts(x, "first", n->first);
	key_ts(x, "last", n->last);
	key_uint(x, "flows", n->flows);
	key_uint(x, "gaps", n->gaps);
	key_uint(x, "lost_bytes", n->lost);
	key_uint(x, "retransmitted_bytes", n->retransmitted);
	key_uint(x, "conflicting_bytes", n->conflicts);
	key_uint(x, "snapped_packets", n->snapped);
	json_write_key(&x->w, "drops");
	json_write_begin(&x->w, '{');
	key_uint(x, "flows", n->flows_dropped);
	key_uint(x, "conversations", n->conversations_dropped);
	key_uint(x, "fragments", n->fragments_dropped);
	key_uint(x, "jobs", n->jobs_dropped);
	json_write_end(&x->w, '}');
	json_write_key(&x->w, "not_decoded");
	json_write_begin(&x->w, '{');
	for (int r = DECODE_OK + 1; r < DECODE_RESULTS; r++) {
		if (n->decoded[r])
			key_uint(x, decode_text((enum decode_result)r),
				 n->decoded[r]);
	}
	json_write_end(&x->w, '}');
	faults(x, n);
	key_uint(x, "replies_unmatched", n->replies_unmatched);
}

static void summary_line(struct writing *x)
{
	const struct report *r = x->report;
	uint64_t kinds[FINDING_NODE + 1] = { 0 };

	for (size_t i = 0; i < r->findings->n; i++)
		kinds[r->findings->finding[i].kind]++;
	line_begin(x, "summary");
	key_uint(x, "schema", REPORT_SCHEMA);
	key_text(x, "version", r->version);
	key_uint(x, "sessions", kinds[FINDING_SESSION]);
	key_uint(x, "contacts", kinds[FINDING_CONTACT]);
	key_uint(x, "nodes", kinds[FINDING_NODE]);
	if (r->counts)
		reading(x, r->counts);
	key_positive(x, "seconds", r->seconds);
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

		session_line(&x, f);
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
