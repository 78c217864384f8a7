#include "miner/miner_log.h"

#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "coin/target.h"
#include "miner/miner_private.h"

#define LINE_MAX_BYTES (1u << 20)

static struct ts now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (struct ts){ (int64_t)t.tv_sec * 1000000000 + t.tv_nsec };
}

void miner_log_init(struct miner_log *l, FILE *f)
{
	*l = (struct miner_log){ .f = f };
	buf_init(&l->text, LINE_MAX_BYTES);
}

enum status miner_log_fini(struct miner_log *l, struct why *why)
{
	buf_fini(&l->text);
	if (!l->failed)
		return ST_OK;
	return status_why(why, ST_IO, "the log: cannot write all of it");
}

static void key_text(struct json_writer *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_text(w, text);
}

static void key_uint(struct json_writer *w, const char *key, uint64_t v)
{
	json_write_key(w, key);
	json_write_uint(w, v);
}

static void key_bool(struct json_writer *w, const char *key, bool v)
{
	json_write_key(w, key);
	json_write_bool(w, v);
}

static void key_double(struct json_writer *w, const char *key, double v)
{
	json_write_key(w, key);
	json_write_double(w, v);
}

static void key_hex(struct json_writer *w, const char *key, struct span bytes)
{
	json_write_key(w, key);
	json_write_hex(w, bytes);
}

/* As people write hashes and targets. */
static void key_reversed(struct json_writer *w, const char *key,
			 const uint8_t bytes[32])
{
	char text[65];

	key_text(w, key, hex_text_reversed(text, bytes, 32));
}

/* As Stratum writes 32-bit numbers. */
static void key_u32(struct json_writer *w, const char *key, uint32_t v)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", v);
	key_text(w, key, text);
}

static struct json_writer begin(struct miner_log *l, const char *type,
				struct ts time)
{
	struct json_writer w;

	buf_clear(&l->text);
	json_write_init(&w, &l->text);
	json_write_begin(&w, '{');
	key_text(&w, "type", type);
	json_write_key(&w, "time");
	json_write_ts(&w, time);
	return w;
}

/* At once: whoever stops the machine has what was done. */
static void end(struct miner_log *l, struct json_writer *w)
{
	json_write_end(w, '}');
	buf_text(&l->text, "\n");
	if (!l->f)
		return;
	if (l->text.full ||
	    fwrite(l->text.p, 1, l->text.n, l->f) != l->text.n ||
	    fflush(l->f) != 0)
		l->failed = true;
}

void miner_log_start(struct miner_log *l, const struct miner_options *o,
		     const char *kernel)
{
	struct json_writer w = begin(l, "start", now());

	key_uint(&w, "schema", 1);
	key_text(&w, "version", o->version);
	json_write_key(&w, "urls");
	json_write_begin(&w, '[');
	for (size_t i = 0; i < o->num_urls; i++)
		json_write_text(&w, o->url[i].text);
	json_write_end(&w, ']');
	key_text(&w, "user", o->user);
	key_text(&w, "address", o->address);
	key_uint(&w, "threads", o->threads);
	key_bool(&w, "affinity", o->pin);
	key_text(&w, "kernel", kernel);
	end(l, &w);
}

void miner_log_connection(struct miner_log *l, const char *event,
			  const char *url, const char *text)
{
	struct json_writer w = begin(l, "connection", now());

	key_text(&w, "event", event);
	key_text(&w, "url", url);
	key_text(&w, strcmp(event, "opened") == 0 ? "address" : "why", text);
	end(l, &w);
}

void miner_log_job(struct miner_log *l, const struct miner_work *work,
		   const struct miner_job_told *told)
{
	const struct miner_work_parts *p = &work->parts;
	struct json_writer w = begin(l, "job", now());
	uint8_t target[32];

	target_write(target, &p->target);
	json_write_key(&w, "job_id");
	json_write_span(&w, p->id);
	key_text(&w, "dialect", told->dialect);
	key_bool(&w, "clean", told->clean);
	json_write_key(&w, "height");
	if (told->height)
		json_write_uint(&w, told->height);
	else
		json_write_null(&w);
	key_reversed(&w, "previous", p->job.previous);
	key_u32(&w, "version", p->job.version);
	key_u32(&w, "nbits", p->job.nbits);
	key_u32(&w, "ntime", p->ntime);
	key_hex(&w, "extranonce1", p->extranonce1);
	key_uint(&w, "extranonce2_size", p->extranonce2_n);
	json_write_key(&w, "version_mask");
	if (p->has_mask) {
		char text[9];

		snprintf(text, sizeof(text), "%08x", p->mask);
		json_write_text(&w, text);
	} else {
		json_write_null(&w);
	}
	key_reversed(&w, "target", target);
	key_double(&w, "target_difficulty",
		   target_difficulty(&p->target, TARGET_SHA256D));
	end(l, &w);
}

static void write_verdict(struct json_writer *w, const struct miner_judged *j)
{
	key_bool(w, "submitted", j->submitted);
	json_write_key(w, "verdict");
	if (j->answered)
		json_write_text(w, j->accepted ? "accepted" : "rejected");
	else
		json_write_null(w);
	json_write_key(w, "reason");
	if (j->reason.n > 0)
		json_write_span(w, j->reason);
	else
		json_write_null(w);
	key_bool(w, "stale", j->stale);
	json_write_key(w, "answered");
	json_write_ts(w, j->answered ? now() : TS_NONE);
}

void miner_log_share(struct miner_log *l, const char *worker,
		     const struct miner_find *f, const struct miner_judged *j)
{
	const struct miner_work_parts *p = &f->work->parts;
	struct json_writer w = begin(l, "share", f->time);
	const struct target value = target_of_hash(f->hash);

	key_text(&w, "worker", worker);
	json_write_key(&w, "job_id");
	json_write_span(&w, p->id);
	key_hex(&w, "extranonce1", p->extranonce1);
	key_hex(&w, "extranonce2",
		(struct span){ f->choice.extranonce2, p->extranonce2_n });
	key_u32(&w, "ntime", p->ntime);
	key_u32(&w, "nonce", f->choice.nonce);
	if (p->has_mask) {
		key_u32(&w, "version_bits", f->choice.version_bits);
	} else {
		json_write_key(&w, "version_bits");
		json_write_null(&w);
	}
	key_hex(&w, "header", (struct span){ f->header, HEADER_SIZE });
	key_reversed(&w, "hash", f->hash);
	key_double(&w, "share_difficulty",
		   target_difficulty(&value, TARGET_SHA256D));
	key_double(&w, "target_difficulty",
		   target_difficulty(&p->target, TARGET_SHA256D));
	write_verdict(&w, j);
	end(l, &w);
}

void miner_log_rate(struct miner_log *l, const uint64_t *hashes, unsigned n,
		    double seconds)
{
	struct json_writer w = begin(l, "rate", now());
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += hashes[i];
	key_double(&w, "seconds", seconds);
	key_uint(&w, "hashes", sum);
	key_double(&w, "hashes_per_s", (double)sum / seconds);
	json_write_key(&w, "threads");
	json_write_begin(&w, '[');
	for (unsigned i = 0; i < n; i++)
		json_write_double(&w, (double)hashes[i] / seconds);
	json_write_end(&w, ']');
	end(l, &w);
}

void miner_log_end(struct miner_log *l, const struct miner_totals *t)
{
	struct json_writer w = begin(l, "end", now());

	key_double(&w, "seconds", t->seconds);
	key_double(&w, "work_seconds", t->work_seconds);
	key_uint(&w, "hashes", t->hashes);
	/* Null, not 0, where there was no time. */
	key_double(&w, "hashes_per_s", (double)t->hashes / t->work_seconds);
	key_uint(&w, "connections", t->connections);
	key_uint(&w, "jobs", t->jobs);
	key_uint(&w, "found", t->found);
	key_uint(&w, "accepted", t->accepted);
	key_uint(&w, "rejected", t->rejected);
	key_uint(&w, "stale", t->stale);
	key_uint(&w, "unanswered", t->unanswered);
	key_uint(&w, "discarded", t->discarded);
	key_uint(&w, "blocks", t->blocks);
	key_uint(&w, "hardware_errors", t->faults);
	end(l, &w);
}
