#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "active/probe_course.h"
#include "base/map.h"
#include "base/mem.h"

#define NS_PER_S INT64_C(1000000000)
/* How late a name that was found, a turn, or a stop may be noticed. */
#define TICK_MS 50
/* At this place in the table of addresses one is being spoken to. */
#define BUSY UINT64_MAX

struct running {
	const struct probe_target *target;
	size_t num_targets, next;
	const struct probe_options *options;
	probe_sink *sink;
	void *context;
	struct tls_client *tls;
	/* Address and port -> when it may be asked again (ns), or BUSY. */
	struct map *address;
	int64_t turn; /* when the next connection of all may be made */
	struct probe_course *course;
	bool *live;
	size_t room;
	bool ended; /* the sink said so */
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Where the course's address stands in the table. NULL: the table is full, and
 * the address waits until there is room, which is never less than one place for
 * each course. */
static uint64_t *place_of(struct running *r, const struct probe_course *c)
{
	char text[PROBE_ADDRESS_MAX];

	probe_name_text(text, c->address->ai_addr, c->address->ai_addrlen);
	return map_put(r->address,
		       (struct span){ (const uint8_t *)text, strlen(text) },
		       NULL);
}

static void give_turn(struct running *r, struct probe_course *c, int64_t now)
{
	uint64_t *place;

	if (c->phase != PROBE_COURSE_WAITING || now < r->turn)
		return;
	place = place_of(r, c);
	if (!place || *place > (uint64_t)now)
		return;
	*place = BUSY;
	r->turn = now + (int64_t)((double)NS_PER_S / r->options->rate);
	probe_course_connect(c, now);
}

/* Steps a course; what it spoke to has its pause when it hung up. */
static void advance(struct running *r, struct probe_course *c)
{
	const bool talked = c->phase == PROBE_COURSE_TALKING;
	uint64_t *place = NULL;

	if (talked)
		place = place_of(r, c);
	probe_course_step(c, now_ns());
	if (place && c->phase != PROBE_COURSE_TALKING)
		*place = (uint64_t)(now_ns() + PROBE_PAUSE_NS);
	give_turn(r, c, now_ns());
}

static void hand_over(struct running *r, struct probe_course *c)
{
	if (!r->ended && !r->sink(r->context, &c->result))
		r->ended = true;
	probe_course_fini(c);
}

static void fill(struct running *r)
{
	for (size_t i = 0; i < r->room && r->next < r->num_targets; i++) {
		if (r->live[i])
			continue;
		r->live[i] = true;
		probe_course_begin(&r->course[i], &r->target[r->next++],
				   r->options, r->tls, now_ns());
	}
}

/* False: none is in work any more. */
static bool advance_all(struct running *r)
{
	bool any = false;

	for (size_t i = 0; i < r->room; i++) {
		if (!r->live[i])
			continue;
		advance(r, &r->course[i]);
		any = true;
		if (r->course[i].phase == PROBE_COURSE_OVER) {
			hand_over(r, &r->course[i]);
			r->live[i] = false;
		}
	}
	return any;
}

static void wait_for_some(const struct running *r)
{
	struct pollfd fds[PROBE_AT_ONCE];
	nfds_t n = 0;

	for (size_t i = 0; i < r->room; i++) {
		const struct probe_course *c = &r->course[i];

		if (r->live[i] && c->link && probe_link_fd(c->link) >= 0)
			fds[n++] = (struct pollfd){
				.fd = probe_link_fd(c->link),
				.events = probe_link_events(c->link)
			};
	}
	poll(fds, n, TICK_MS);
}

static bool stopped(const struct running *r)
{
	return r->ended || (r->options->stop && *r->options->stop);
}

static void stop_all(struct running *r)
{
	for (size_t i = 0; i < r->room; i++) {
		if (!r->live[i])
			continue;
		probe_course_stop(&r->course[i], now_ns());
		hand_over(r, &r->course[i]);
	}
}

enum status probe_run(const struct probe_target *targets, size_t n,
		      const struct probe_options *options, probe_sink *sink,
		      void *context, struct why *why)
{
	struct running r = {
		.target = targets,
		.num_targets = n,
		.options = options,
		.sink = sink,
		.context = context,
		.room = n < PROBE_AT_ONCE ? n : PROBE_AT_ONCE,
	};

	r.tls = tls_client_new(TLS_CLIENT_ASKS, why);
	if (!r.tls)
		return ST_IO;
	/* Every target brings at most so many addresses. */
	r.address = map_new(n * PROBE_ADDRESSES + 1, 0);
	r.course = mem_new(r.room + 1, sizeof(r.course[0]));
	r.live = mem_new(r.room + 1, sizeof(r.live[0]));
	fill(&r);
	while (!stopped(&r) && advance_all(&r)) {
		fill(&r);
		if (!stopped(&r))
			wait_for_some(&r);
	}
	stop_all(&r);
	free(r.live);
	free(r.course);
	map_free(r.address);
	tls_client_free(r.tls);
	return ST_OK;
}
