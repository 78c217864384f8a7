#include "cli/progress.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"

double progress_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void progress_begin(struct progress *p)
{
	*p = (struct progress){ .started = progress_now() };
}

void progress_show(struct progress *p, const struct capture *c,
		   uint64_t packets)
{
	const double seconds = progress_now() - p->started;
	uint64_t done, all;
	char speed[TEXT_SI], rate[TEXT_SI];

	if (seconds < 0.5)
		return;
	capture_progress(c, &done, &all);
	text_si(speed, (double)done / seconds);
	text_si(rate, (double)packets / seconds);
	fprintf(stderr, "\r\033[K%sB/s  %s packets/s", speed, rate);
	if (all > 0 && done > 0)
		fprintf(stderr, "  %.0f %%  %.0f s left",
			100 * (double)done / (double)all,
			seconds * ((double)all / (double)done - 1));
	fflush(stderr);
	p->shown = true;
}

void progress_search(struct progress *p, uint64_t from, uint64_t tried,
		     uint64_t all)
{
	const double now = progress_now();
	char rate[TEXT_SI];

	if (tried == from)
		p->search_started = now;
	const double seconds = now - p->search_started;

	fprintf(stderr, "\r\033[Ksearching an extranonce1: %.1f %%",
		100 * (double)tried / (double)all);
	if (tried > from && seconds > 0) {
		const double per_second = (double)(tried - from) / seconds;

		text_si(rate, per_second);
		fprintf(stderr, "  %scandidates/s  at most %.0f s left", rate,
			(double)(all - tried) / per_second);
	}
	fflush(stderr);
	p->shown = true;
}

void progress_blocks(struct progress *p, const char *what, uint64_t done,
		     uint64_t all)
{
	const double seconds = progress_now() - p->started;

	if (seconds < 0.5 || all == 0 || done == 0)
		return;
	fprintf(stderr, "\r\033[K%llu of %llu %s  %.0f %%  %.0f s left",
		(unsigned long long)done, (unsigned long long)all, what,
		100 * (double)done / (double)all,
		seconds * ((double)all / (double)done - 1));
	fflush(stderr);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
