#include <math.h>

#include "report/answers_private.h"
#include "report/report_private.h"

void answers_json_estimate(struct json_writer *w, const char *key,
			   const struct estimate *e)
{
	json_write_key(w, key);
	if (!e->method) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	report_key_double(w, "estimate", e->mid);
	report_key_double(w, "low", e->low);
	report_key_double(w, "high", e->high);
	report_key_double(w, "confidence", e->confidence);
	report_key_text(w, "method", e->method);
	json_write_end(w, '}');
}

/* What its rate is made of. */
static void rate_of_bin(struct json_writer *w, const struct series_bin *b)
{
	report_key_positive(w, "heaviest", b->heaviest);
	report_key_double(w, "seconds", b->seconds);
	report_key_double(w, "session_seconds", b->session_seconds);
	report_key_double(w, "exposure", b->exposure);
	report_key_uint(w, "rate_shares", b->rate_shares);
	report_key_double(w, "rate_hashes", b->rate_hashes);
	report_key_double(w, "rate_squares", b->rate_squares);
	answers_json_estimate(w, "hashrate", &b->rate);
}

/* The longest that ends in a bin. */
static void gap(struct json_writer *w, const struct series_gap *g)
{
	json_write_key(w, "longest_gap");
	if (!ts_known(g->to)) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	report_key_ts(w, "from", g->from);
	report_key_ts(w, "to", g->to);
	report_key_double(w, "seconds", g->seconds);
	report_key_double(w, "exposure", g->exposure);
	json_write_end(w, '}');
}

static void numbers(struct json_writer *w, const char *key,
		    const double *number, size_t n)
{
	report_key_begin(w, key, '[');
	for (size_t i = 0; i < n; i++)
		json_write_double(w, number[i]);
	json_write_end(w, ']');
}

/* Of the whole time. */
static void presence(struct json_writer *w, const struct series *s)
{
	report_key_ts(w, "opened", s->opened);
	report_key_ts(w, "opened_after", s->opened_after);
	report_key_ts(w, "closed", s->closed);
	report_key_ts(w, "closed_before", s->closed_before);
	numbers(w, "week_sensor_seconds", s->sensor, SERIES_WEEK_HOURS);
	numbers(w, "week_open_seconds", s->open, SERIES_WEEK_HOURS);
}

static void timeline(struct telling *x, const struct subject *s)
{
	struct json_writer *w = &x->w;

	report_key_begin(w, "timeline", '{');
	report_key_ts(w, "from", s->series.from);
	report_key_positive(w, "bin_seconds", s->series.bin_seconds);
	report_key_uint(w, "dropped", s->series.dropped);
	presence(w, &s->series);
	report_key_begin(w, "bins", '[');
	for (size_t i = 0; i < s->series.n; i++) {
		const struct series_bin *b = &s->series.bin[i];

		if (!answers_bin_shown(s, b))
			continue;
		json_write_begin(w, '{');
		report_key_ts(w, "from", b->from);
		report_key_uint(w, "sessions", b->sessions);
		report_key_uint(w, "begun", b->begun);
		report_key_uint(w, "contacts", b->contacts);
		report_key_double(w, "sensor_seconds", b->sensor);
		report_key_uint(w, "clients", b->clients);
		report_key_uint(w, "shares", b->shares);
		report_key_double(w, "hashes", b->hashes);
		report_key_double(w, "hashes_squared", b->hashes_squared);
		report_key_ts(w, "first_share", b->first);
		report_key_ts(w, "last_share", b->last);
		rate_of_bin(w, b);
		gap(w, &b->gap);
		json_write_end(w, '}');
		answers_pass(x);
	}
	json_write_end(w, ']');
	json_write_end(w, '}');
}

/* Of an open interval only the end that is known is told. */
static void moment(struct json_writer *w, const char *key,
		   const struct timing_moment *m)
{
	const bool low = m->known != TIMING_BEFORE;
	const bool high = m->known != TIMING_AFTER;

	json_write_key(w, key);
	if (m->known == TIMING_UNKNOWN) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	report_key_text(w, "known", answers_known(m->known));
	report_key_ts(w, "low", low ? m->low : TS_NONE);
	report_key_ts(w, "estimate", low && high ? m->mid : TS_NONE);
	report_key_ts(w, "high", high ? m->high : TS_NONE);
	json_write_end(w, '}');
}

static void segments(struct telling *x, const char *key, const char *rate,
		     const struct timing_segments *t)
{
	struct json_writer *w = &x->w;

	report_key_begin(w, key, '[');
	for (size_t i = 0; i < t->n; i++) {
		const struct timing_segment *g = &t->segment[i];

		json_write_begin(w, '{');
		moment(w, "from", &g->from);
		report_key_ts(w, "to", g->to);
		report_key_uint(w, "shares", g->shares);
		report_key_double(w, "seconds", g->seconds);
		answers_json_estimate(w, rate, &g->rate);
		json_write_end(w, '}');
		answers_pass(x);
	}
	json_write_end(w, ']');
}

static void duty(struct json_writer *w, const struct timing_duty *d)
{
	report_key_begin(w, "duty", '{');
	report_key_double(w, "portion", d->portion);
	numbers(w, "hours", d->hour, 24);
	numbers(w, "weekdays", d->weekday, 7);
	report_key_uint(w, "outages", d->outages);
	report_key_positive(w, "longest_outage_s", d->longest_outage);
	json_write_end(w, '}');
}

static void timing(struct telling *x, const struct timing *t)
{
	struct json_writer *w = &x->w;
	const size_t n = t->by_presence ? t->presence.n : t->work.n;

	report_key_begin(w, "timing", '{');
	report_key_text(w, "basis", t->by_presence ? "presence" : "work");
	moment(w, "onset", &t->onset);
	moment(w, "end", &t->end);
	report_key_text(w, "onset_guard", answers_guard(t->guard));
	json_write_key(w, "peak");
	if (t->peak < n)
		json_write_uint(w, t->peak);
	else
		json_write_null(w);
	segments(x, "work", "hashrate", &t->work);
	segments(x, "presence", "events_per_bin", &t->presence);
	duty(w, &t->duty);
	json_write_end(w, '}');
}

static const char *kind_of(enum hardware_kind k)
{
	switch (k) {
	case HARDWARE_CPU:
		return "cpu";
	case HARDWARE_GPU:
		return "gpu";
	case HARDWARE_FPGA:
		return "fpga";
	case HARDWARE_ASIC:
		break;
	}
	return "asic";
}

/* How far agents narrow the machines. */
static const char *narrow_text(enum hardware_narrow n)
{
	switch (n) {
	case HARDWARE_ANY:
		break;
	case HARDWARE_KINDS:
		return "kinds";
	case HARDWARE_FAMILY:
		return "family";
	case HARDWARE_NAMED:
		return "named";
	}
	return NULL;
}

static void hardware(struct json_writer *w, const struct hardware *h)
{
	json_write_begin(w, '{');
	report_key_text(w, "model", h->model);
	report_key_text(w, "kind", kind_of(h->kind));
	report_key_ts(w, "release", h->release);
	report_key_positive(w, "hashrate", h->rate);
	report_key_positive(w, "watts", h->watts);
	report_key_positive(w, "joules_per_terahash", h->joules_per_terahash);
	report_key_text(w, "release_source", h->release_source);
	report_key_text(w, "source", h->source);
	json_write_end(w, '}');
}

static void software(struct json_writer *w, const struct machines *m)
{
	report_key_begin(w, "agents", '[');
	for (size_t i = 0; i < m->num_agents; i++) {
		json_write_begin(w, '{');
		report_key_text(w, "text", m->agent[i].text);
		report_key_text(w, "software", m->agent[i].software);
		report_key_uint(w, "sessions", m->agent[i].sessions);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
	report_key_uint(w, "agents_dropped", m->agents_dropped);
	report_key_text(w, "narrowed_to", narrow_text(m->narrow));
	report_key_text(w, "kind", m->kind);
	report_key_begin(w, "models", '[');
	for (size_t i = 0; i < m->num_models; i++)
		hardware(w, m->model[i]);
	json_write_end(w, ']');
}

/* What hints at the number of machines, and bounds nothing. */
static void indicated(struct json_writer *w, const struct machines *m)
{
	report_key_begin(w, "indicated", '{');
	report_key_positive(w, "connections", m->connections);
	report_key_positive(w, "workers", m->workers);
	report_key_positive(w, "extranonce2_subranges", m->subranges);
	report_key_positive(w, "addresses", m->addresses);
	report_key_positive(w, "largest", m->indicated);
	json_write_end(w, '}');
}

static void machines(struct json_writer *w, const struct machines *m)
{
	report_key_begin(w, "machines", '{');
	report_key_positive(w, "at_least", m->at_least);
	json_write_key(w, "fastest");
	if (m->fastest)
		hardware(w, m->fastest);
	else
		json_write_null(w);
	indicated(w, m);
	software(w, m);
	report_key_begin(w, "patterns", '{');
	report_key_text(w, "nonce", answers_pattern(m->nonce));
	report_key_text(w, "version_bits", answers_pattern(m->version_bits));
	report_key_text(w, "extranonce2", answers_pattern(m->extranonce2));
	json_write_end(w, '}');
	report_key_double(w, "rhythm", m->rhythm);
	answers_json_estimate(w, "power_w", &m->power);
	answers_json_estimate(w, "energy_j", &m->energy);
	answers_json_estimate(w, "energy_whole_j", &m->energy_whole);
	report_key_begin(w, "traffic", '{');
	report_key_uint(w, "client_bytes", m->client_bytes);
	report_key_uint(w, "server_bytes", m->server_bytes);
	report_key_uint(w, "packets", m->packets);
	report_key_double(w, "bytes_per_second", m->bytes_per_second);
	json_write_end(w, '}');
	json_write_end(w, '}');
}

static void money(struct json_writer *w, const struct money *m)
{
	report_key_begin(w, "money", '{');
	report_key_bool(w, "bitcoin", m->bitcoin);
	report_key_text(w, "network", m->network ? m->network->name : NULL);
	report_key_text(w, "coin", m->network ? m->network->coin : NULL);
	report_key_double(w, "credited", m->credited);
	report_key_uint(w, "credited_shares", m->credited_shares);
	report_key_uint(w, "credited_by_subsidy", m->by_subsidy);
	report_key_uint(w, "unvalued", m->unvalued);
	report_key_uint(w, "not_credited", m->not_credited);
	report_key_uint(w, "passed_over", m->passed_over);
	answers_json_estimate(w, "expected", &m->expected);
	answers_json_estimate(w, "expected_whole", &m->expected_whole);
	report_key_double(w, "observed_seconds", m->observed_seconds);
	report_key_double(w, "whole_seconds", m->whole_seconds);
	answers_json_estimate(w, "per_day", &m->per_day);
	answers_json_estimate(w, "blocks_expected", &m->blocks_expected);
	answers_json_estimate(w, "chance_of_none", &m->chance_of_none);
	report_key_uint(w, "blocks_found", m->blocks_found);
	answers_json_estimate(w, "network_portion", &m->network_portion);
	report_key_double(w, "network_hashrate", m->network_rate);
	report_key_double(w, "network_difficulty", m->network_difficulty);
	report_key_double(w, "reward", m->reward);
	report_key_text(w, "currency", m->currency);
	report_key_double(w, "credited_value",
			  m->currency ? m->credited_value : NAN);
	report_key_uint(w, "credited_unpriced", m->credited_unpriced);
	answers_json_estimate(w, "expected_value", &m->expected_value);
	json_write_end(w, '}');
}

void answers_json_subject(struct telling *x, const struct subject *s)
{
	struct json_writer *w = &x->w;

	json_write_begin(w, '{');
	report_key_text(w, "kind", assessment_kind_text(s->kind));
	report_key_text(w, "name", s->name);
	report_key_ts(w, "first", s->first);
	report_key_ts(w, "last", s->last);
	report_sessions_member(w, s->member, s->num_members);
	report_work_members(w, &s->work, answers_grade(x->a, s->grade),
			    !s->scattered);
	timeline(x, s);
	timing(x, &s->timing);
	machines(w, &s->machines);
	money(w, &s->money);
	json_write_end(w, '}');
}
