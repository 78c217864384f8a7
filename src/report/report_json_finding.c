#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "report/report_private.h"

static void endpoint(struct writing *x, const char *key, const char *ip,
		     uint16_t port)
{
	json_write_key(&x->w, key);
	json_write_begin(&x->w, '{');
	report_key_text(x, "ip", ip);
	report_key_uint(x, "port", port);
	json_write_end(&x->w, '}');
}

static void shares(struct writing *x, const struct work *w)
{
	json_write_key(&x->w, "shares");
	json_write_begin(&x->w, '{');
	report_key_uint(x, "submitted", w->submitted);
	report_key_uint(x, "proved", w->proved);
	report_key_uint(x, "claimed", w->claimed);
	report_key_uint(x, "simulated", w->simulated);
	report_key_uint(x, "unique", w->unique);
	report_key_uint(x, "accepted", w->accepted);
	report_key_uint(x, "rejected", w->rejected);
	report_key_uint(x, "unproved",
			w->submitted - w->proved - w->claimed - w->simulated);
	report_key_uint(x, "rounding", w->rounding);
	report_key_uint(x, "difficulty_applied_at_once", w->at_once);
	report_key_uint(x, "blocks", w->blocks);
	json_write_key(&x->w, "unproved_because");
	json_write_begin(&x->w, '{');
	for (int p = FACT_SIMULATED + 1; p < FACT_PROOFS; p++) {
		if (w->by_proof[p] > 0)
			report_key_uint(x, fact_proof_text((enum fact_proof)p),
					w->by_proof[p]);
	}
	json_write_end(&x->w, '}');
	json_write_end(&x->w, '}');
}

static void difficulty(struct writing *x, const struct work *w)
{
	json_write_key(&x->w, "difficulty");
	json_write_begin(&x->w, '{');
	report_key_positive(x, "min", w->difficulty_min);
	report_key_positive(x, "max", w->difficulty_max);
	report_key_positive(x, "sum_unique", w->difficulty_sum);
	json_write_end(&x->w, '}');
}

static void hashrate(struct writing *x, const struct work *w, bool tell)
{
	const struct estimate *e = &w->rate;
	const bool known = tell && e->method != NULL;

	json_write_key(&x->w, "hashrate");
	json_write_begin(&x->w, '{');
	report_key_double(x, "estimate", known ? e->mid : NAN);
	report_key_double(x, "low", known ? e->low : NAN);
	report_key_double(x, "high", known ? e->high : NAN);
	report_key_double(x, "confidence", known ? e->confidence : NAN);
	report_key_text(x, "method", known ? e->method : NULL);
	report_key_text(x, "unit",
			strcmp(w->tries, "Sol") == 0 ? "Sol/s" : "H/s");
	report_key_text(x, "basis",
			!known         ? NULL
			: w->simulated ? "simulated"
			: w->claimed
				? w->proved ? "proofs and claims" : "claims"
				: "proofs");
	report_key_positive(x, "seconds", w->rate_seconds);
	report_key_uint(x, "shares", w->rate_shares);
	report_key_positive(x, "exposure", w->rate_exposure);
	json_write_end(&x->w, '}');
}

static void strengths(struct writing *x, const struct work *w)
{
	report_key_text(x, "grade", finding_grade(w));
	report_key_double(x, "chance_bits", w->chance_bits);
	report_key_positive(x, "work_bits", w->work_bits);
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
		report_key_text(x, "address",
				out->address[0] ? out->address : NULL);
		json_write_key(&x->w, "script");
		if (out->script_n > 0)
			json_write_hex(&x->w, (struct span){ out->script,
							     out->script_n });
		else
			json_write_null(&x->w);
		report_key_uint(x, "sat", out->sat);
		report_key_text(x, "kind", address_kind_text(out->kind));
		report_key_double(x, "portion", out->portion);
		json_write_end(&x->w, '}');
	}
	json_write_end(&x->w, ']');
}

static void chain(struct writing *x, const struct finding *f)
{
	const struct identity *i = &f->identity;
	char nbits[9];

	report_key_text(x, "network", i->network ? i->network->name : NULL);
	report_key_text(x, "coin", i->network ? i->network->coin : NULL);
	json_write_key(&x->w, "not_btc");
	if (i->network || i->not_btc)
		json_write_bool(&x->w,
				!i->network || !i->network->coin ||
					strcmp(i->network->coin, "BTC") != 0);
	else
		json_write_null(&x->w);
	report_key_text(x, "algorithm",
			f->session.algorithm == FACT_NO_ALGORITHM
				? NULL
				: fact_algorithm_text(f->session.algorithm));
	report_key_text(x, "variant", i->variant[0] ? i->variant : NULL);
	json_write_key(&x->w, "height");
	json_write_begin(&x->w, '{');
	report_key_positive(x, "first", i->height_first);
	report_key_positive(x, "last", i->height_last);
	json_write_end(&x->w, '}');
	snprintf(nbits, sizeof(nbits), "%08x", i->nbits);
	report_key_text(x, "nbits", i->jobs ? nbits : NULL);
	report_key_positive(x, "network_difficulty", i->network_difficulty);
	json_write_key(&x->w, "reward_sat");
	if (i->reward)
		json_write_uint(&x->w, i->reward);
	else
		json_write_null(&x->w);
	report_key_text(x, "pool", i->pool);
	report_key_text(x, "pool_source", i->pool_source);
	report_key_text(x, "listed", i->listed);
	report_key_text(x, "coinbase_text", i->tag[0] ? i->tag : NULL);
	report_key_text(x, "account", i->account[0] ? i->account : NULL);
}

static void losses(struct writing *x, const struct fact_session *s)
{
	report_key_count(x, "client_bytes", s->client_bytes);
	report_key_count(x, "server_bytes", s->server_bytes);
	report_key_count(x, "client_packets", s->client_packets);
	report_key_count(x, "server_packets", s->server_packets);
	report_key_uint(x, "gaps", s->gaps);
	report_key_uint(x, "lost_bytes", s->lost);
	report_key_uint(x, "malformed", s->malformed);
	report_key_uint(x, "replies_unmatched", s->replies_unmatched);
	report_key_uint(x, "other_calls", s->other_calls);
	report_key_double(x, "clock_offset_s", s->clock_offset);
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
	report_key_text(x, "version", s->tls_version);
	report_key_text(x, "alpn", s->tls_alpn);
	report_key_text(x, "certificate_names", s->tls_names);
	report_key_text(x, "ja3", s->ja3);
	report_key_text(x, "ja4", s->ja4);
	json_write_end(&x->w, '}');
}

static void carrier(struct writing *x, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	report_key_text(x, "carrier", s->carrier);
	report_key_uint(x, "connections", f->num_connections);
	if (f->num_connections > 1) {
		json_write_key(&x->w, "connection_ids");
		json_write_begin(&x->w, '[');
		for (size_t i = 0; i < f->num_connections; i++)
			json_write_text(&x->w, f->connection[i]);
		json_write_end(&x->w, ']');
	}
	report_key_text(x, "host", s->host);
	report_key_text(x, "host_source", s->host_source);
	report_key_text(x, "server_name", s->server_name);
	tls(x, s);
}

static void who(struct writing *x, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	report_key_text(x, "id", s->id);
	report_key_text(x, "dialect", s->dialect);
	endpoint(x, "client", s->client_ip, s->client_port);
	endpoint(x, "server", s->server_ip, s->server_port);
	report_key_ts(x, "first", s->first);
	report_key_ts(x, "last", s->last);
	report_key_text(x, "user_agent", s->user_agent);
	report_key_text(x, "server_agent", s->server_agent);
	carrier(x, f);
	workers(x, f);
	json_write_key(&x->w, "extranonce1");
	if (s->extranonce1_source == FACT_UNKNOWN)
		json_write_null(&x->w);
	else
		json_write_hex(&x->w, s->extranonce1);
	report_key_text(x, "extranonce1_source",
			fact_source_text(s->extranonce1_source));
	json_write_key(&x->w, "extranonce1_search");
	if (s->search_tried > 0) {
		json_write_begin(&x->w, '{');
		report_key_uint(x, "candidates", s->search_tried);
		report_key_double(x, "certainty_bits", s->search_bits);
		json_write_end(&x->w, '}');
	} else {
		json_write_null(&x->w);
	}
	chain(x, f);
	json_write_key(&x->w, "roles");
	json_write_begin(&x->w, '{');
	report_key_text(x, "client", f->identity.client_role);
	report_key_text(x, "server", f->identity.server_role);
	json_write_end(&x->w, '}');
	report_key_uint(x, "jobs", f->identity.jobs - f->identity.jobs_shown);
}

/* What hints at the number of machines, and bounds nothing. */
static void indicated(struct writing *x, const struct finding *f)
{
	json_write_key(&x->w, "indicated");
	json_write_begin(&x->w, '{');
	report_key_uint(x, "workers", f->num_workers);
	report_key_positive(x, "extranonce2_subranges", f->subranges.machines);
	report_key_positive(x, "merge_mined_chains_max",
			    f->identity.merged_chains);
	json_write_end(&x->w, '}');
}

void report_session_line(struct writing *x, const struct finding *f)
{
	static const char *const types[] = { [FINDING_SESSION] = "session",
					     [FINDING_CONTACT] = "contact",
					     [FINDING_NODE] = "node" };

	report_line_begin(x, types[f->kind]);
	who(x, f);
	switch (f->kind) {
	case FINDING_SESSION:
		strengths(x, &f->work);
		shares(x, &f->work);
		difficulty(x, &f->work);
		hashrate(x, &f->work, true);
		report_key_positive(x, "reported_hashrate",
				    f->session.reported_rate);
		indicated(x, f);
		break;
	case FINDING_CONTACT:
		report_key_text(x, "grade", finding_standing(f));
		break;
	case FINDING_NODE:
		report_key_uint(x, "blocks_seen", f->work.submitted);
		report_key_uint(x, "blocks_proved", f->work.proved);
		break;
	}
	payouts(x, &f->identity);
	losses(x, &f->session);
	report_line_end(x);
}

void report_group_line(struct writing *x, const char *type,
		       const struct finding_group *g)
{
	report_line_begin(x, type);
	report_key_text(x, strcmp(type, "miner") == 0 ? "ip" : "name", g->name);
	report_key_ts(x, "first", g->first);
	report_key_ts(x, "last", g->last);
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
	report_line_end(x);
}
