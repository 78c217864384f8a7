#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "report/report_private.h"

static void endpoint(struct json_writer *w, const char *key, const char *ip,
		     uint16_t port)
{
	json_write_key(w, key);
	json_write_begin(w, '{');
	report_key_text(w, "ip", ip);
	report_key_uint(w, "port", port);
	json_write_end(w, '}');
}

static void shares(struct json_writer *w, const struct work *work)
{
	json_write_key(w, "shares");
	json_write_begin(w, '{');
	report_key_uint(w, "submitted", work->submitted);
	report_key_uint(w, "proved", work->proved);
	report_key_uint(w, "claimed", work->claimed);
	report_key_uint(w, "simulated", work->simulated);
	report_key_uint(w, "unique", work->unique);
	report_key_uint(w, "accepted", work->accepted);
	report_key_uint(w, "rejected", work->rejected);
	report_key_uint(w, "unproved",
			work->submitted - work->proved - work->claimed -
				work->simulated);
	report_key_uint(w, "rounding", work->rounding);
	report_key_uint(w, "difficulty_applied_at_once", work->at_once);
	report_key_uint(w, "blocks", work->blocks);
	json_write_key(w, "unproved_because");
	json_write_begin(w, '{');
	for (int p = FACT_SIMULATED + 1; p < FACT_PROOFS; p++) {
		if (work->by_proof[p] > 0)
			report_key_uint(w, fact_proof_text((enum fact_proof)p),
					work->by_proof[p]);
	}
	json_write_end(w, '}');
	json_write_end(w, '}');
}

static void difficulty(struct json_writer *w, const struct work *work)
{
	json_write_key(w, "difficulty");
	json_write_begin(w, '{');
	report_key_positive(w, "min", work->difficulty_min);
	report_key_positive(w, "max", work->difficulty_max);
	report_key_positive(w, "sum_unique", work->difficulty_sum);
	json_write_end(w, '}');
}

const char *report_rate_unit(const struct work *work)
{
	/* Of nothing at all no unit is known. */
	return work->tries && strcmp(work->tries, "Sol") == 0 ? "Sol/s" : "H/s";
}

static void hashrate(struct json_writer *w, const struct work *work, bool tell)
{
	const struct estimate *e = &work->rate;
	const bool known = tell && e->method != NULL;

	json_write_key(w, "hashrate");
	json_write_begin(w, '{');
	report_key_double(w, "estimate", known ? e->mid : NAN);
	report_key_double(w, "low", known ? e->low : NAN);
	report_key_double(w, "high", known ? e->high : NAN);
	report_key_double(w, "confidence", known ? e->confidence : NAN);
	report_key_text(w, "method", known ? e->method : NULL);
	report_key_text(w, "unit", report_rate_unit(work));
	report_key_text(w, "basis",
			!known            ? NULL
			: work->simulated ? "simulated"
			: work->claimed
				? work->proved ? "proofs and claims" : "claims"
				: "proofs");
	report_key_positive(w, "seconds", work->rate_seconds);
	report_key_uint(w, "shares", work->rate_shares);
	report_key_positive(w, "exposure", work->rate_exposure);
	json_write_end(w, '}');
}

static void strengths(struct json_writer *w, const struct work *work,
		      const char *grade)
{
	report_key_text(w, "grade", grade);
	report_key_double(w, "chance_bits", work->chance_bits);
	report_key_positive(w, "work_bits", work->work_bits);
}

static void workers(struct json_writer *w, const struct finding *f)
{
	json_write_key(w, "workers");
	json_write_begin(w, '[');
	for (uint32_t i = 0; i < f->num_workers; i++)
		json_write_text(w, f->worker[i]);
	json_write_end(w, ']');
}

static void payouts(struct json_writer *w, const struct identity *i)
{
	json_write_key(w, "payouts");
	json_write_begin(w, '[');
	for (uint32_t p = 0; p < i->num_payouts; p++) {
		const struct identity_payout *out = &i->payout[p];

		json_write_begin(w, '{');
		report_key_text(w, "address",
				out->address[0] ? out->address : NULL);
		json_write_key(w, "script");
		if (out->script_n > 0)
			json_write_hex(
				w, (struct span){ out->script, out->script_n });
		else
			json_write_null(w);
		report_key_uint(w, "sat", out->sat);
		report_key_text(w, "kind", address_kind_text(out->kind));
		report_key_double(w, "portion", out->portion);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void chain(struct json_writer *w, const struct finding *f)
{
	const struct identity *i = &f->identity;
	char nbits[9];

	report_key_text(w, "network", i->network ? i->network->name : NULL);
	report_key_text(w, "coin", i->network ? i->network->coin : NULL);
	json_write_key(w, "not_btc");
	if (i->network || i->not_btc)
		json_write_bool(w,
				!i->network || !i->network->coin ||
					strcmp(i->network->coin, "BTC") != 0);
	else
		json_write_null(w);
	report_key_text(w, "algorithm",
			f->session.algorithm == FACT_NO_ALGORITHM
				? NULL
				: fact_algorithm_text(f->session.algorithm));
	report_key_text(w, "variant", i->variant[0] ? i->variant : NULL);
	json_write_key(w, "height");
	json_write_begin(w, '{');
	report_key_positive(w, "first", i->height_first);
	report_key_positive(w, "last", i->height_last);
	json_write_end(w, '}');
	snprintf(nbits, sizeof(nbits), "%08x", i->nbits);
	report_key_text(w, "nbits", i->jobs ? nbits : NULL);
	report_key_positive(w, "network_difficulty", i->network_difficulty);
	json_write_key(w, "reward_sat");
	if (i->reward)
		json_write_uint(w, i->reward);
	else
		json_write_null(w);
	report_key_text(w, "pool", i->pool);
	report_key_text(w, "pool_source", i->pool_source);
	report_key_text(w, "listed", i->listed);
	report_key_text(w, "coinbase_text", i->tag[0] ? i->tag : NULL);
	report_key_text(w, "account", i->account[0] ? i->account : NULL);
}

static void losses(struct json_writer *w, const struct fact_session *s)
{
	report_key_count(w, "client_bytes", s->client_bytes);
	report_key_count(w, "server_bytes", s->server_bytes);
	report_key_count(w, "client_packets", s->client_packets);
	report_key_count(w, "server_packets", s->server_packets);
	report_key_uint(w, "gaps", s->gaps);
	report_key_uint(w, "lost_bytes", s->lost);
	report_key_uint(w, "malformed", s->malformed);
	report_key_uint(w, "replies_unmatched", s->replies_unmatched);
	report_key_uint(w, "other_calls", s->other_calls);
	report_key_double(w, "clock_offset_s", s->clock_offset);
}

/* What TLS says of itself; null where it was not seen. */
static void tls(struct json_writer *w, const struct fact_session *s)
{
	json_write_key(w, "tls");
	if (!s->tls_version && !s->ja3) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	report_key_text(w, "version", s->tls_version);
	report_key_text(w, "alpn", s->tls_alpn);
	report_key_text(w, "certificate_names", s->tls_names);
	report_key_text(w, "ja3", s->ja3);
	report_key_text(w, "ja4", s->ja4);
	json_write_end(w, '}');
}

static void carrier(struct json_writer *w, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	report_key_text(w, "carrier", s->carrier);
	report_key_uint(w, "connections", f->num_connections);
	if (f->num_connections > 1) {
		json_write_key(w, "connection_ids");
		json_write_begin(w, '[');
		for (size_t i = 0; i < f->num_connections; i++)
			json_write_text(w, f->connection[i]);
		json_write_end(w, ']');
	}
	report_key_text(w, "host", s->host);
	report_key_text(w, "host_source", s->host_source);
	report_key_text(w, "server_name", s->server_name);
	tls(w, s);
}

static void who(struct json_writer *w, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	report_key_text(w, "id", s->id);
	report_key_text(w, "dialect", s->dialect);
	endpoint(w, "client", s->client_ip, s->client_port);
	endpoint(w, "server", s->server_ip, s->server_port);
	report_key_ts(w, "first", s->first);
	report_key_ts(w, "last", s->last);
	report_key_text(w, "user_agent", s->user_agent);
	report_key_text(w, "server_agent", s->server_agent);
	carrier(w, f);
	workers(w, f);
	json_write_key(w, "extranonce1");
	if (s->extranonce1_source == FACT_UNKNOWN)
		json_write_null(w);
	else
		json_write_hex(w, s->extranonce1);
	report_key_text(w, "extranonce1_source",
			fact_source_text(s->extranonce1_source));
	json_write_key(w, "extranonce1_search");
	if (s->search_tried > 0) {
		json_write_begin(w, '{');
		report_key_uint(w, "candidates", s->search_tried);
		report_key_double(w, "certainty_bits", s->search_bits);
		json_write_end(w, '}');
	} else {
		json_write_null(w);
	}
	chain(w, f);
	json_write_key(w, "roles");
	json_write_begin(w, '{');
	report_key_text(w, "client", f->identity.client_role);
	report_key_text(w, "server", f->identity.server_role);
	json_write_end(w, '}');
	report_key_uint(w, "jobs", f->identity.jobs - f->identity.jobs_shown);
}

/* What hints at the number of machines, and bounds nothing. */
static void indicated(struct json_writer *w, const struct finding *f)
{
	json_write_key(w, "indicated");
	json_write_begin(w, '{');
	report_key_uint(w, "workers", f->num_workers);
	report_key_positive(w, "extranonce2_subranges", f->subranges.machines);
	report_key_positive(w, "merge_mined_chains_max",
			    f->identity.merged_chains);
	json_write_end(w, '}');
}

void report_work_members(struct json_writer *w, const struct work *work,
			 const char *grade, bool tell_rate)
{
	strengths(w, work, grade);
	shares(w, work);
	difficulty(w, work);
	hashrate(w, work, tell_rate);
}

void report_finding_members(struct json_writer *w, const struct finding *f,
			    const char *grade)
{
	static const char *const types[] = { [FINDING_SESSION] = "session",
					     [FINDING_CONTACT] = "contact",
					     [FINDING_NODE] = "node" };

	report_key_text(w, "type", types[f->kind]);
	who(w, f);
	switch (f->kind) {
	case FINDING_SESSION:
		report_work_members(w, &f->work, grade, true);
		report_key_positive(w, "reported_hashrate",
				    f->session.reported_rate);
		indicated(w, f);
		break;
	case FINDING_CONTACT:
		report_key_text(w, "grade", grade);
		break;
	case FINDING_NODE:
		report_key_uint(w, "blocks_seen", f->work.submitted);
		report_key_uint(w, "blocks_proved", f->work.proved);
		break;
	}
	payouts(w, &f->identity);
	losses(w, &f->session);
}

void report_sessions_member(struct json_writer *w,
			    const struct finding *const *member, size_t n)
{
	report_key_begin(w, "sessions", '[');
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = member[i];

		for (size_t k = 0; k < f->num_connections; k++)
			json_write_text(w, f->connection[k]);
	}
	json_write_end(w, ']');
}

void report_group_members(struct json_writer *w, const char *type,
			  const struct finding_group *g, const char *grade)
{
	report_key_text(w, "type", type);
	report_key_text(w, strcmp(type, "miner") == 0 ? "ip" : "name", g->name);
	report_key_ts(w, "first", g->first);
	report_key_ts(w, "last", g->last);
	report_sessions_member(w, g->member, g->num_members);
	report_work_members(w, &g->work, grade, !g->scattered);
}
