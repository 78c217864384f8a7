#include <math.h>

#include "evidence/store_private.h"

/* How much was determined. */
static int source_rank(enum fact_source s)
{
	switch (s) {
	case FACT_UNKNOWN:
		return 0;
	case FACT_RECOVERED:
		return 1;
	case FACT_SUBSCRIBE:
	case FACT_SET:
		return 2;
	case FACT_SOURCES:
		break;
	}
	return 0;
}

static int proof_rank(enum fact_proof p)
{
	switch (p) {
	case FACT_UNSUPPORTED:
		return 0;
	case FACT_NO_JOB:
		return 1;
	case FACT_NO_EXTRANONCE1:
		return 2;
	case FACT_NO_DIFFICULTY:
		return 3;
	case FACT_MALFORMED:
		return 4;
	case FACT_NO_SOLUTION:
	case FACT_HIGH:
		return 5;
	case FACT_CLAIMED:
	case FACT_SIMULATED:
		return 6;
	case FACT_PROVED:
		return 7;
	case FACT_PROOFS:
		break;
	}
	return 0;
}

static bool fill_text(const char **old, const char *f)
{
	if (*old || !f)
		return false;
	*old = f;
	return true;
}

static bool fill_span(struct span *old, struct span f)
{
	if (old->n || !f.n)
		return false;
	*old = f;
	return true;
}

static bool take_earlier(struct ts *old, struct ts f)
{
	if (!ts_known(f) || (ts_known(*old) && old->ns <= f.ns))
		return false;
	*old = f;
	return true;
}

static bool take_later(struct ts *old, struct ts f)
{
	if (!ts_known(f) || (ts_known(*old) && old->ns >= f.ns))
		return false;
	*old = f;
	return true;
}

/* Counts of one conversation only grow; read twice, they are the same. */
static bool take_larger(uint64_t *old, uint64_t f)
{
	if (*old >= f)
		return false;
	*old = f;
	return true;
}

/* Sequence numbers wrap: a is before b if it is less than 2^31 behind. */
static bool before(uint32_t a, uint32_t b)
{
	return a != b && b - a < UINT32_C(1) << 31;
}

static bool widen(uint32_t *first, uint32_t *end, uint32_t f_first,
		  uint32_t f_end)
{
	bool changed = false;

	if (f_first == 0 && f_end == 0)
		return false; /* nothing was seen in that direction */
	if (*first == 0 && *end == 0) {
		*first = f_first;
		*end = f_end;
		return true;
	}
	if (before(f_first, *first)) {
		*first = f_first;
		changed = true;
	}
	if (before(*end, f_end)) {
		*end = f_end;
		changed = true;
	}
	return changed;
}

/* What holds at the end of a conversation comes from whoever saw more of its
 * end. */
static bool merge_latest(struct fact_session *old, const struct fact_session *f)
{
	const bool later = !ts_known(f->last) || !ts_known(old->last) ||
			   f->last.ns >= old->last.ns;
	const int was = source_rank(old->extranonce1_source);
	const int is = source_rank(f->extranonce1_source);
	bool changed = false;

	if (is > was || (is == was && is > 0 && later)) {
		old->extranonce1 = f->extranonce1;
		old->extranonce1_source = f->extranonce1_source;
		changed = true;
	}
	if (f->difficulty.n && (later || !old->difficulty.n)) {
		old->difficulty = f->difficulty;
		changed = true;
	}
	if (f->version_mask && (later || !old->version_mask)) {
		old->version_mask = f->version_mask;
		changed = true;
	}
	if (f->reported_rate > 0 && (later || old->reported_rate <= 0)) {
		old->reported_rate = f->reported_rate;
		changed = true;
	}
	if (!isnan(f->clock_offset) && (isnan(old->clock_offset) || later)) {
		old->clock_offset = f->clock_offset;
		changed = true;
	}
	/* Of two searches without an end the longer, or what ended it. */
	if (f->search_tried > 0 &&
	    (is > was || (is == was && (f->search_tried > old->search_tried ||
					f->search_bits > old->search_bits)))) {
		old->search_tried = f->search_tried;
		old->search_bits = f->search_bits;
		changed = true;
	}
	return changed;
}

/* Of a range of sequence numbers. */
static uint32_t overlap(uint32_t first, uint32_t end, uint32_t f_first,
			uint32_t f_end)
{
	const uint32_t low = before(first, f_first) ? f_first : first;
	const uint32_t high = before(end, f_end) ? end : f_end;

	return before(low, high) ? high - low : 0;
}

/* One direction of a conversation, as one capture has it. */
struct volume {
	uint32_t first, end;
	uint64_t bytes, packets;
};

/* Sequence numbers say how much they span up to 2 GiB. */
static bool is_spanned(const struct volume *v)
{
	return before(v->first, v->end) && v->bytes <= v->end - v->first;
}

/* Two captures saw together at least what each did, and the sum less what both
 * may have seen. Packets have no place of their own: they add up where the
 * captures do not meet. */
static bool add_volume(uint64_t *bytes, uint64_t *packets,
		       const struct volume *old, const struct volume *f)
{
	bool changed = take_larger(bytes, f->bytes);

	changed |= take_larger(packets, f->packets);
	if (!is_spanned(old) || !is_spanned(f))
		return changed;
	const uint32_t both = overlap(old->first, old->end, f->first, f->end);

	if (old->bytes + f->bytes > both)
		changed |= take_larger(bytes, old->bytes + f->bytes - both);
	if (both == 0)
		changed |= take_larger(packets, old->packets + f->packets);
	return changed;
}

static struct volume client_volume(const struct fact_session *f)
{
	return (struct volume){ f->client_first, f->client_end, f->client_bytes,
				f->client_packets };
}

static struct volume server_volume(const struct fact_session *f)
{
	return (struct volume){ f->server_first, f->server_end, f->server_bytes,
				f->server_packets };
}

static bool merge_volumes(struct fact_session *old,
			  const struct fact_session *f)
{
	const struct volume client[2] = { client_volume(old),
					  client_volume(f) };
	const struct volume server[2] = { server_volume(old),
					  server_volume(f) };
	bool changed = add_volume(&old->client_bytes, &old->client_packets,
				  &client[0], &client[1]);

	changed |= add_volume(&old->server_bytes, &old->server_packets,
			      &server[0], &server[1]);
	return changed;
}

bool store_merge_session(struct fact_session *old, const struct fact_session *f)
{
	bool changed = merge_latest(old, f); /* before `last` widens */

	changed |= merge_volumes(old, f); /* before the ranges do */
	changed |= fill_text(&old->dialect, f->dialect);
	changed |= fill_text(&old->user_agent, f->user_agent);
	changed |= fill_text(&old->server_agent, f->server_agent);
	changed |= fill_text(&old->host, f->host);
	changed |= fill_text(&old->host_source, f->host_source);
	changed |= fill_text(&old->server_name, f->server_name);
	changed |= fill_text(&old->carrier, f->carrier);
	changed |= fill_text(&old->tls_version, f->tls_version);
	changed |= fill_text(&old->tls_alpn, f->tls_alpn);
	changed |= fill_text(&old->tls_names, f->tls_names);
	changed |= fill_text(&old->ja3, f->ja3);
	changed |= fill_text(&old->ja4, f->ja4);
	changed |= take_earlier(&old->first, f->first);
	changed |= take_later(&old->last, f->last);
	if (old->algorithm == FACT_NO_ALGORITHM &&
	    f->algorithm != FACT_NO_ALGORITHM) {
		old->algorithm = f->algorithm;
		changed = true;
	}
	if (f->from_start && !old->from_start) {
		old->from_start = true;
		changed = true;
	}
	changed |= widen(&old->client_first, &old->client_end, f->client_first,
			 f->client_end);
	changed |= widen(&old->server_first, &old->server_end, f->server_first,
			 f->server_end);
	changed |= take_larger(&old->gaps, f->gaps);
	changed |= take_larger(&old->lost, f->lost);
	changed |= take_larger(&old->malformed, f->malformed);
	changed |= take_larger(&old->other_calls, f->other_calls);
	changed |= take_larger(&old->replies_unmatched, f->replies_unmatched);
	return changed;
}

bool store_merge_job(struct fact_job *old, const struct fact_job *f,
		     bool recite)
{
	bool changed = fill_span(&old->difficulty, f->difficulty);

	changed |= fill_span(&old->target, f->target);

	if (source_rank(f->extranonce1_source) >
	    source_rank(old->extranonce1_source)) {
		old->extranonce1 = f->extranonce1;
		old->extranonce1_source = f->extranonce1_source;
		changed = true;
	}
	if (recite) {
		old->input = f->input;
		old->frame = f->frame;
		changed = true;
	}
	return changed;
}

bool store_merge_proof(struct fact_share *old, const struct fact_share *f)
{
	if (old->proof == FACT_PROVED && f->proof != FACT_PROVED)
		return false;
	/* What a generator made up stays so, and nothing else becomes so. */
	if (old->proof == FACT_SIMULATED || f->proof == FACT_SIMULATED)
		return false;
	old->proof = f->proof;
	old->algorithm = f->algorithm;
	old->header = f->header;
	old->hash = f->hash;
	old->difficulty = f->difficulty;
	old->target = f->target;
	old->rounding = f->rounding;
	old->at_once = f->at_once;
	old->duplicate = f->duplicate;
	return true;
}

bool store_merge_share(struct fact_share *old, const struct fact_share *f,
		       bool recite)
{
	bool changed = fill_span(&old->worker, f->worker);

	if (proof_rank(f->proof) > proof_rank(old->proof) &&
	    store_merge_proof(old, f)) {
		old->has_job = f->has_job;
		old->job_position = f->job_position;
		old->has_version_bits = f->has_version_bits;
		old->version_bits = f->version_bits;
		old->version_mask = f->version_mask;
		changed = true;
	}
	if (old->verdict == FACT_UNANSWERED && f->verdict != FACT_UNANSWERED) {
		old->verdict = f->verdict;
		old->reason = f->reason;
		changed = true;
	}
	if (recite) {
		old->input = f->input;
		old->frame = f->frame;
		changed = true;
	}
	return changed;
}
