#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "hash/nonces.h"
#include "miner/miner_private.h"

#define LINE_COLUMNS 1000
#define LINE_BYTES   (64u << 10)
/* Threads that a rate line tells one by one. */
#define THREADS_TOLD 16

static void put(struct miner *m, const char *text)
{
	struct buf safe;

	if (!m->o->out)
		return;
	if (m->rate_shown)
		fputs("\r\033[K", m->o->out);
	m->rate_shown = false;
	buf_init(&safe, LINE_BYTES);
	text_safe(&safe, (struct span){ (const uint8_t *)text, strlen(text) },
		  LINE_COLUMNS);
	fprintf(m->o->out, "%s\n", buf_str(&safe));
	fflush(m->o->out);
	buf_fini(&safe);
}

void miner_tell(struct miner *m, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put(m, text);
}

void miner_tell_begin(struct miner *m)
{
	miner_tell(m, "Mining with a processor earns nothing: it costs "
		      "thousands of times more than it finds.");
	miner_tell(m, "This makes traffic whose truth is known, to test what "
		      "finds miners.");
	miner_tell(m, "%u thread%s, kernel %s", m->o->threads,
		   m->o->threads == 1 ? "" : "s", nonces_kernel_name());
}

static void add_rate(struct buf *b, uint64_t hashes, double seconds)
{
	char text[TEXT_SI];

	buf_printf(b, "%sH/s", text_si(text, (double)hashes / seconds));
}

static void add_threads(struct buf *b, const uint64_t *hashes, unsigned n,
			double seconds)
{
	if (n == 1)
		return;
	buf_text(b, " (");
	for (unsigned i = 0; i < n && i < THREADS_TOLD; i++) {
		buf_text(b, i ? ", " : "");
		add_rate(b, hashes[i], seconds);
	}
	buf_text(b, n > THREADS_TOLD ? ", ...)" : ")");
}

static void add_counts(struct buf *b, const struct miner_totals *t)
{
	buf_printf(b,
		   "  accepted %llu  rejected %llu (stale %llu)  hardware "
		   "errors %llu",
		   (unsigned long long)t->accepted,
		   (unsigned long long)t->rejected,
		   (unsigned long long)t->stale, (unsigned long long)t->faults);
}

static void show_rate(struct miner *m, struct buf *b, bool last)
{
	if (!m->o->out)
		return;
	if (!m->o->terminal || last) {
		put(m, buf_str(b));
		return;
	}
	fprintf(m->o->out, "\r\033[K%s", buf_str(b));
	fflush(m->o->out);
	m->rate_shown = true;
}

/* Since the last time; and by the way for the log. */
void miner_tell_rate(struct miner *m, bool last)
{
	const double seconds = (double)(m->now_ms - m->rate_ms) / 1000;
	const unsigned n = m->o->threads;
	uint64_t done[MINER_THREADS_MAX], sum = 0;
	struct buf b;

	if (seconds <= 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		const uint64_t all = miner_crew_hashes(m->crew, i);

		done[i] = all - m->rate_hashes[i];
		m->rate_hashes[i] = all;
		sum += done[i];
	}
	m->rate_ms = m->now_ms;
	m->totals.faults = miner_crew_faults(m->crew);
	miner_log_rate(&m->log, done, n, seconds);
	buf_init(&b, LINE_BYTES);
	add_rate(&b, sum, seconds);
	add_threads(&b, done, n, seconds);
	if (m->o->num_urls > 0)
		add_counts(&b, &m->totals);
	show_rate(m, &b, last);
	buf_fini(&b);
}

void miner_tell_end(struct miner *m)
{
	const struct miner_totals *t = &m->totals;
	char rate[TEXT_SI];

	text_si(rate,
		t->work_seconds > 0 ? (double)t->hashes / t->work_seconds : 0);
	miner_tell(m, "%llu hashes in %.1f s of work: %sH/s",
		   (unsigned long long)t->hashes, t->work_seconds, rate);
	if (m->o->num_urls == 0)
		return;
	miner_tell(m,
		   "accepted %llu, rejected %llu (of these stale %llu), "
		   "unanswered %llu, not submitted %llu, hardware errors %llu",
		   (unsigned long long)t->accepted,
		   (unsigned long long)t->rejected,
		   (unsigned long long)t->stale,
		   (unsigned long long)t->unanswered,
		   (unsigned long long)t->discarded,
		   (unsigned long long)t->faults);
}
