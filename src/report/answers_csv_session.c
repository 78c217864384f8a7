#include "report/answers_csv_private.h"
#include "report/report_private.h"

void answers_csv_work(struct telling *x, const struct work *w, bool tell_rate)
{
	const struct estimate none = { .method = NULL };

	answers_csv_uint(x, w->submitted);
	answers_csv_uint(x, w->proved);
	answers_csv_uint(x, w->claimed);
	answers_csv_uint(x, w->simulated);
	answers_csv_uint(x, w->unique);
	answers_csv_uint(x, w->accepted);
	answers_csv_uint(x, w->rejected);
	answers_csv_uint(x, w->rounding);
	answers_csv_uint(x, w->at_once);
	answers_csv_uint(x, w->blocks);
	answers_csv_double(x, w->chance_bits);
	answers_csv_positive(x, w->work_bits);
	answers_csv_positive(x, w->difficulty_min);
	answers_csv_positive(x, w->difficulty_max);
	answers_csv_positive(x, w->difficulty_sum);
	answers_csv_uint(x, w->rate_shares);
	answers_csv_positive(x, w->rate_seconds);
	answers_csv_positive(x, w->rate_exposure);
	answers_csv_text(x, report_rate_unit(w));
	answers_csv_estimate(x, tell_rate ? &w->rate : &none);
}

/* clang-format off */
const char answers_csv_sessions_header[] =
	"session,kind,grade,dialect,carrier,connections,client_ip,client_port,"
	"server_ip,server_port,first,last,user_agent,server_agent,host,"
	"host_source,server_name,tls_version,tls_alpn,tls_names,ja3,ja4,"
	"workers,extranonce1,extranonce1_source,network,coin,algorithm,"
	"variant,height_first,height_last,network_difficulty,reward_sat,pool,"
	"pool_source,listed,coinbase_text,account,client_role,server_role,"
	"jobs,reported_hashrate,client_bytes,server_bytes,client_packets,"
	"server_packets,gaps,lost_bytes,malformed,replies_unmatched,"
	"other_calls,clock_offset_s,"
	ANSWERS_CSV_WORK;
/* clang-format on */

static const char *kind_text(enum finding_kind k)
{
	switch (k) {
	case FINDING_SESSION:
		break;
	case FINDING_CONTACT:
		return "contact";
	case FINDING_NODE:
		return "node";
	}
	return "session";
}

static void ends(struct telling *x, const struct fact_session *s)
{
	answers_csv_text(x, s->client_ip);
	answers_csv_uint(x, s->client_port);
	answers_csv_text(x, s->server_ip);
	answers_csv_uint(x, s->server_port);
	answers_csv_ts(x, s->first);
	answers_csv_ts(x, s->last);
	answers_csv_text(x, s->user_agent);
	answers_csv_text(x, s->server_agent);
	answers_csv_text(x, s->host);
	answers_csv_text(x, s->host_source);
	answers_csv_text(x, s->server_name);
	answers_csv_text(x, s->tls_version);
	answers_csv_text(x, s->tls_alpn);
	answers_csv_text(x, s->tls_names);
	answers_csv_text(x, s->ja3);
	answers_csv_text(x, s->ja4);
}

/* All in one field, "; " between them. */
static void workers(struct telling *x, const struct finding *f)
{
	struct buf all;

	buf_init(&all, 1u << 20);
	for (uint32_t i = 0; i < f->num_workers; i++) {
		buf_text(&all, i ? "; " : "");
		buf_text(&all, f->worker[i]);
	}
	answers_csv_text(x, f->num_workers ? buf_str(&all) : NULL);
	buf_fini(&all);
}

static const char *known_text(const char *text)
{
	return text[0] ? text : NULL;
}

static void chain(struct telling *x, const struct finding *f)
{
	const struct identity *i = &f->identity;

	answers_csv_text(x, i->network ? i->network->name : NULL);
	answers_csv_text(x, i->network ? i->network->coin : NULL);
	answers_csv_text(x, answers_algorithm(f->session.algorithm));
	answers_csv_text(x, known_text(i->variant));
	answers_csv_positive(x, i->height_first);
	answers_csv_positive(x, i->height_last);
	answers_csv_positive(x, i->network_difficulty);
	answers_csv_positive(x, (double)i->reward);
	answers_csv_text(x, i->pool);
	answers_csv_text(x, i->pool_source);
	answers_csv_text(x, i->listed);
	answers_csv_text(x, known_text(i->tag));
	answers_csv_text(x, known_text(i->account));
	answers_csv_text(x, i->client_role);
	answers_csv_text(x, i->server_role);
	answers_csv_uint(x, i->jobs - i->jobs_shown);
}

static void losses(struct telling *x, const struct fact_session *s)
{
	answers_csv_positive(x, s->reported_rate);
	answers_csv_positive(x, (double)s->client_bytes);
	answers_csv_positive(x, (double)s->server_bytes);
	answers_csv_positive(x, (double)s->client_packets);
	answers_csv_positive(x, (double)s->server_packets);
	answers_csv_uint(x, s->gaps);
	answers_csv_uint(x, s->lost);
	answers_csv_uint(x, s->malformed);
	answers_csv_uint(x, s->replies_unmatched);
	answers_csv_uint(x, s->other_calls);
	answers_csv_double(x, s->clock_offset);
}

void answers_csv_sessions(struct telling *x)
{
	for (size_t i = 0; i < x->a->findings.n; i++) {
		const struct finding *f = &x->a->findings.finding[i];
		const struct fact_session *s = &f->session;

		answers_csv_text(x, s->id);
		answers_csv_text(x, kind_text(f->kind));
		answers_csv_text(x, answers_grade(x->a, finding_standing(f)));
		answers_csv_text(x, s->dialect);
		answers_csv_text(x, s->carrier);
		answers_csv_uint(x, f->num_connections);
		ends(x, s);
		workers(x, f);
		answers_csv_hex(x, s->extranonce1.p, s->extranonce1.n);
		answers_csv_text(x, fact_source_text(s->extranonce1_source));
		chain(x, f);
		losses(x, s);
		answers_csv_work(x, &f->work, true);
		answers_csv_close(x);
	}
}

const char answers_csv_payouts_header[] =
	"session,pool,network,address,kind,script,sat,portion";

void answers_csv_payouts(struct telling *x)
{
	for (size_t i = 0; i < x->a->findings.n; i++) {
		const struct finding *f = &x->a->findings.finding[i];
		const struct identity *id = &f->identity;

		for (uint32_t k = 0; k < id->num_payouts; k++) {
			const struct identity_payout *p = &id->payout[k];

			answers_csv_text(x, f->session.id);
			answers_csv_text(x, id->pool);
			answers_csv_text(x, id->network ? id->network->name
							: NULL);
			answers_csv_text(x, known_text(p->address));
			answers_csv_text(x, address_kind_text(p->kind));
			answers_csv_hex(x, p->script, p->script_n);
			answers_csv_uint(x, p->sat);
			answers_csv_double(x, p->portion);
			answers_csv_close(x);
		}
	}
}
