#include <math.h>

#include "report/answers_csv_private.h"

static void subject(struct telling *x, const struct subject *s)
{
	answers_csv_text(x, assessment_kind_text(s->kind));
	answers_csv_text(x, s->name);
	answers_csv_text(x, answers_grade(x->a, s->grade));
}

/* clang-format off */
const char answers_csv_subjects_header[] =
	"kind,name,grade,first,last,sessions,"
	ANSWERS_CSV_MOMENT("onset") ","
	ANSWERS_CSV_MOMENT("end")
	",onset_guard,basis,duty_portion,outages,longest_outage_s,"
	ANSWERS_CSV_WORK;
/* clang-format on */

static uint64_t connections(const struct subject *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->num_members; i++)
		n += s->member[i]->num_connections;
	return n;
}

void answers_csv_subjects(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		const struct subject *s = &x->a->subject[i];
		const struct timing *t = &s->timing;

		subject(x, s);
		answers_csv_ts(x, s->first);
		answers_csv_ts(x, s->last);
		answers_csv_uint(x, connections(s));
		answers_csv_moment(x, &t->onset);
		answers_csv_moment(x, &t->end);
		answers_csv_text(x, answers_guard(t->guard));
		answers_csv_text(x, t->by_presence ? "presence" : "work");
		answers_csv_double(x, t->duty.portion);
		answers_csv_uint(x, t->duty.outages);
		answers_csv_positive(x, t->duty.longest_outage);
		answers_csv_work(x, &s->work, !s->scattered);
		answers_csv_close(x);
	}
}

/* clang-format off */
const char answers_csv_timeline_header[] =
	"kind,name,grade,from,bin_seconds,sessions,begun,contacts,"
	"sensor_seconds,clients,shares,hashes,hashes_squared,first_share,"
	"last_share,heaviest,seconds,session_seconds,exposure,rate_shares,"
	ANSWERS_CSV_ESTIMATE("hashrate");
/* clang-format on */

static void bin(struct telling *x, const struct subject *s,
		const struct series_bin *b)
{
	subject(x, s);
	answers_csv_ts(x, b->from);
	answers_csv_double(x, s->series.bin_seconds);
	answers_csv_uint(x, b->sessions);
	answers_csv_uint(x, b->begun);
	answers_csv_uint(x, b->contacts);
	answers_csv_double(x, b->sensor);
	answers_csv_uint(x, b->clients);
	answers_csv_uint(x, b->shares);
	answers_csv_double(x, b->hashes);
	answers_csv_double(x, b->hashes_squared);
	answers_csv_ts(x, b->first);
	answers_csv_ts(x, b->last);
	answers_csv_positive(x, b->heaviest);
	answers_csv_double(x, b->seconds);
	answers_csv_double(x, b->session_seconds);
	answers_csv_double(x, b->exposure);
	answers_csv_uint(x, b->rate_shares);
	answers_csv_estimate(x, &b->rate);
	answers_csv_close(x);
}

void answers_csv_timeline(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		const struct subject *s = &x->a->subject[i];

		for (size_t k = 0; k < s->series.n; k++) {
			if (answers_bin_shown(s, &s->series.bin[k]))
				bin(x, s, &s->series.bin[k]);
		}
	}
}

/* clang-format off */
const char answers_csv_segments_header[] =
	"kind,name,grade,series,number,peak,"
	ANSWERS_CSV_MOMENT("from") ",to,shares,seconds,rate_unit,"
	ANSWERS_CSV_ESTIMATE("rate");
/* clang-format on */

static void segments(struct telling *x, const struct subject *s, bool presence)
{
	const struct timing_segments *t =
		presence ? &s->timing.presence : &s->timing.work;
	const bool basis = presence == s->timing.by_presence;

	for (size_t i = 0; i < t->n; i++) {
		const struct timing_segment *g = &t->segment[i];

		subject(x, s);
		answers_csv_text(x, presence ? "presence" : "work");
		answers_csv_uint(x, i);
		answers_csv_bool(x, basis && i == s->timing.peak);
		answers_csv_moment(x, &g->from);
		answers_csv_ts(x, g->to);
		answers_csv_uint(x, g->shares);
		answers_csv_double(x, g->seconds);
		answers_csv_text(x, presence ? "events/bin" : "H/s");
		answers_csv_estimate(x, &g->rate);
		answers_csv_close(x);
	}
}

void answers_csv_segments(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		segments(x, &x->a->subject[i], false);
		segments(x, &x->a->subject[i], true);
	}
}

/* clang-format off */
const char answers_csv_machines_header[] =
	"kind,name,grade,at_least,fastest_model,indicated_connections,"
	"indicated_workers,indicated_subranges,indicated_addresses,indicated,"
	"kind_of_hardware,models,agents,nonce_pattern,version_bits_pattern,extranonce2_pattern,"
	"rhythm,"
	ANSWERS_CSV_ESTIMATE("power_w") ","
	ANSWERS_CSV_ESTIMATE("energy_j") ","
	ANSWERS_CSV_ESTIMATE("energy_whole_j")
	",client_bytes,server_bytes,packets,bytes_per_second";
/* clang-format on */

/* Names in one field, "; " between them. */
static void models(struct telling *x, const struct machines *m)
{
	struct buf all;

	buf_init(&all, 1u << 20);
	for (size_t i = 0; i < m->num_models; i++)
		buf_printf(&all, "%s%s", i ? "; " : "", m->model[i]->model);
	answers_csv_text(x, m->num_models ? buf_str(&all) : NULL);
	buf_clear(&all);
	for (size_t i = 0; i < m->num_agents; i++) {
		buf_text(&all, i ? "; " : "");
		buf_text(&all, m->agent[i].text);
	}
	answers_csv_text(x, m->num_agents ? buf_str(&all) : NULL);
	buf_fini(&all);
}

static void machine(struct telling *x, const struct machines *m)
{
	answers_csv_positive(x, m->at_least);
	answers_csv_text(x, m->fastest ? m->fastest->model : NULL);
	answers_csv_positive(x, m->connections);
	answers_csv_positive(x, m->workers);
	answers_csv_positive(x, m->subranges);
	answers_csv_positive(x, m->addresses);
	answers_csv_positive(x, m->indicated);
	answers_csv_text(x, m->kind);
	models(x, m);
	answers_csv_text(x, answers_pattern(m->nonce));
	answers_csv_text(x, answers_pattern(m->version_bits));
	answers_csv_text(x, answers_pattern(m->extranonce2));
	answers_csv_double(x, m->rhythm);
	answers_csv_estimate(x, &m->power);
	answers_csv_estimate(x, &m->energy);
	answers_csv_estimate(x, &m->energy_whole);
	answers_csv_uint(x, m->client_bytes);
	answers_csv_uint(x, m->server_bytes);
	answers_csv_uint(x, m->packets);
	answers_csv_double(x, m->bytes_per_second);
}

void answers_csv_machines(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		subject(x, &x->a->subject[i]);
		machine(x, &x->a->subject[i].machines);
		answers_csv_close(x);
	}
}

/* clang-format off */
const char answers_csv_money_header[] =
	"kind,name,grade,bitcoin,network,coin,credited,credited_shares,"
	"credited_by_subsidy,unvalued,not_credited,passed_over,"
	ANSWERS_CSV_ESTIMATE("expected") ","
	ANSWERS_CSV_ESTIMATE("expected_whole")
	",observed_seconds,whole_seconds,"
	ANSWERS_CSV_ESTIMATE("per_day") ","
	ANSWERS_CSV_ESTIMATE("blocks_expected") ","
	ANSWERS_CSV_ESTIMATE("chance_of_none") ",blocks_found,"
	ANSWERS_CSV_ESTIMATE("network_portion")
	",network_hashrate,network_difficulty,reward,currency,credited_value,credited_unpriced,"
	ANSWERS_CSV_ESTIMATE("expected_value");
/* clang-format on */

static void sums(struct telling *x, const struct money *m)
{
	answers_csv_bool(x, m->bitcoin);
	answers_csv_text(x, m->network ? m->network->name : NULL);
	answers_csv_text(x, m->network ? m->network->coin : NULL);
	answers_csv_double(x, m->credited);
	answers_csv_uint(x, m->credited_shares);
	answers_csv_uint(x, m->by_subsidy);
	answers_csv_uint(x, m->unvalued);
	answers_csv_uint(x, m->not_credited);
	answers_csv_uint(x, m->passed_over);
	answers_csv_estimate(x, &m->expected);
	answers_csv_estimate(x, &m->expected_whole);
	answers_csv_double(x, m->observed_seconds);
	answers_csv_double(x, m->whole_seconds);
	answers_csv_estimate(x, &m->per_day);
	answers_csv_estimate(x, &m->blocks_expected);
	answers_csv_estimate(x, &m->chance_of_none);
	answers_csv_uint(x, m->blocks_found);
	answers_csv_estimate(x, &m->network_portion);
	answers_csv_double(x, m->network_rate);
	answers_csv_double(x, m->network_difficulty);
	answers_csv_double(x, m->reward);
	answers_csv_text(x, m->currency);
	answers_csv_double(x, m->currency ? m->credited_value : NAN);
	answers_csv_uint(x, m->credited_unpriced);
	answers_csv_estimate(x, &m->expected_value);
}

void answers_csv_money(struct telling *x)
{
	for (size_t i = 0; i < x->a->num_subjects; i++) {
		subject(x, &x->a->subject[i]);
		sums(x, &x->a->subject[i].money);
		answers_csv_close(x);
	}
}
