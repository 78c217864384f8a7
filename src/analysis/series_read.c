#include <stdlib.h>
#include <string.h>

#include "analysis/series_private.h"
#include "base/mem.h"
#include "coin/target.h"
#include "track/proof.h"

#define SHARES_MAX      (1u << 24)
#define CONNECTIONS_MAX (1u << 24)
#define WORKERS_MAX     (1u << 22)
#define WORKER_MAX      256 /* bytes of a name that is kept */

/* That a finding belongs to a subject. */
struct seat {
	const char *worker; /* NULL: whoever submitted */
	uint32_t subject;
	bool submitted; /* the subject has a share in it */
};

/* A connection, and whose it is. */
struct line {
	const char *id;
	struct observation_jobs jobs;
	uint32_t client;
	uint32_t *seat;
	size_t num_seats, room_seats;
};

struct reader {
	struct series_read *out;
	struct seat *seat;
	size_t num_seats;
	struct line *line;
	size_t num_lines, room_lines;
	struct map *lines;   /* number + 1, by id */
	struct map *clients; /* number, by address */
	struct map *headers; /* whom each counted for: set + 1 */
	struct map *callers; /* set + 1, by line and worker's name */
	uint32_t *member;    /* room for one of each subject */
	uint32_t at;         /* the line that is read */
};

static struct span text_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static uint32_t client_of(struct reader *r, const struct finding *x)
{
	const char *ip = x->session.client_ip;
	bool fresh;
	uint64_t *place = map_put(r->clients, text_of(ip ? ip : ""), &fresh);

	if (!place)
		return 0;
	if (fresh)
		*place = map_count(r->clients);
	return (uint32_t)*place;
}

static struct line *line_of(struct reader *r, const struct finding *x,
			    const char *id)
{
	uint64_t *place = map_put(r->lines, text_of(id), NULL);

	if (!place)
		return NULL;
	if (*place > 0)
		return &r->line[*place - 1];
	if (r->num_lines == r->room_lines) {
		r->room_lines = r->room_lines ? r->room_lines * 2 : 16;
		r->line =
			mem_resize(r->line, r->room_lines, sizeof(r->line[0]));
	}
	r->line[r->num_lines] =
		(struct line){ .id = id, .client = client_of(r, x) };
	*place = ++r->num_lines;
	return &r->line[r->num_lines - 1];
}

static void seat_line(struct line *l, uint32_t seat)
{
	if (l->num_seats == l->room_seats) {
		l->room_seats = l->room_seats ? l->room_seats * 2 : 4;
		l->seat =
			mem_resize(l->seat, l->room_seats, sizeof(l->seat[0]));
	}
	l->seat[l->num_seats++] = seat;
}

static void take_seat(struct reader *r, const struct finding *x, struct seat as)
{
	const uint32_t seat = (uint32_t)r->num_seats;

	r->seat[r->num_seats++] = as;
	for (size_t i = 0; i < x->num_connections; i++) {
		struct line *l = line_of(r, x, x->connection[i]);

		if (l)
			seat_line(l, seat);
	}
}

static void take_seats(struct reader *r, const struct series_subject *subject,
		       size_t n)
{
	size_t seats = 0;

	for (size_t i = 0; i < n; i++)
		seats += subject[i].n;
	r->seat = mem_new(seats + 1, sizeof(r->seat[0]));
	for (size_t i = 0; i < n; i++) {
		const struct seat as = { .worker = subject[i].worker,
					 .subject = (uint32_t)i };

		for (size_t k = 0; k < subject[i].n; k++) {
			if (subject[i].member[k]->kind == FINDING_SESSION)
				take_seat(r, subject[i].member[k], as);
		}
	}
}

static bool is_worker(const struct seat *s, struct span worker)
{
	return !s->worker || (strlen(s->worker) == worker.n &&
			      memcmp(s->worker, worker.p, worker.n) == 0);
}

/* Who has the shares of that worker on the line that is read. Subjects took
 * their seats in order, so members are in order too. */
static bool find_set(struct reader *r, uint32_t *set, struct span worker)
{
	const struct line *l = &r->line[r->at];
	size_t n = 0;

	for (size_t i = 0; i < l->num_seats; i++) {
		struct seat *s = &r->seat[l->seat[i]];

		if (!is_worker(s, worker))
			continue;
		s->submitted = true;
		if (n == 0 || r->member[n - 1] != s->subject)
			r->member[n++] = s->subject;
	}
	return series_sets_put(r->out->sets, set, r->member, n);
}

static bool set_of(struct reader *r, uint32_t *set, struct span worker)
{
	uint8_t key[sizeof(r->at) + WORKER_MAX];
	uint64_t *place;

	if (worker.n > WORKER_MAX)
		return find_set(r, set, worker);
	memcpy(key, &r->at, sizeof(r->at));
	if (worker.n > 0)
		memcpy(key + sizeof(r->at), worker.p, worker.n);
	place = map_put(r->callers,
			(struct span){ key, sizeof(r->at) + worker.n }, NULL);
	if (!place)
		return find_set(r, set, worker);
	if (*place == 0) {
		if (!find_set(r, set, worker))
			return false;
		*place = (uint64_t)*set + 1;
	}
	*set = (uint32_t)(*place - 1);
	return true;
}

static void note_algorithm(struct reader *r, uint32_t set,
			   enum fact_algorithm algorithm)
{
	size_t n;
	const uint32_t *member = series_sets_members(r->out->sets, set, &n);

	for (size_t i = 0; i < n; i++) {
		struct series_gather *g = &r->out->gather[member[i]];

		g->mixed = g->mixed ||
			   (g->shares > 0 && g->algorithm != algorithm);
		g->algorithm = algorithm;
		g->shares++;
	}
}

static void add_item(struct reader *r, const struct fact_share *f, uint32_t set)
{
	struct series_read *out = r->out;

	if (out->num_items == out->room_items) {
		out->room_items = out->room_items ? out->room_items * 2 : 64;
		out->item = mem_resize(out->item, out->room_items,
				       sizeof(out->item[0]));
	}
	note_algorithm(r, set, f->algorithm);
	out->item[out->num_items++] = (struct series_item){
		.time = f->time,
		.hashes =
			f->difficulty * target_hashes(proof_unit(f->algorithm)),
		.set = set,
		.client = r->line[r->at].client & 0x7fffffff,
		.announced = observation_announced(&r->line[r->at].jobs,
						   f->job_position),
	};
}

/* Whom a share counts for that has not had its header yet; false at a limit. */
static bool count_once(struct reader *r, const struct fact_share *f,
		       uint32_t *rest)
{
	uint32_t set, had;
	uint64_t *place;

	if (!set_of(r, &set, f->worker))
		return false;
	*rest = set;
	if (f->alone)
		return true;
	place = map_put(r->headers, f->hash, NULL);
	if (!place)
		return false;
	if (*place > 0) {
		had = (uint32_t)(*place - 1);
		if (!series_sets_again(r->out->sets, rest, &had, set))
			return false;
		set = had;
	}
	*place = (uint64_t)set + 1;
	return true;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct reader *r = context;
	uint32_t set;
	size_t n;

	if (f->hash.n != 32 || f->target.n != 32 || !work_counts(f->proof) ||
	    !ts_known(f->time))
		return true;
	if (r->out->num_items == SHARES_MAX || !count_once(r, f, &set)) {
		r->out->dropped++;
		return true;
	}
	series_sets_members(r->out->sets, set, &n);
	if (n > 0)
		add_item(r, f, set);
	return true;
}

/* All shares of the store's connections, each read once. */
static enum status read_shares(struct reader *r, struct store *store)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < r->num_lines && st == ST_OK; i++) {
		struct line *l = &r->line[i];

		r->at = (uint32_t)i;
		st = observation_jobs_read(&l->jobs, store, l->id);
		if (st == ST_OK)
			st = store_shares(store, l->id, on_share, r);
		observation_jobs_free(&l->jobs);
	}
	return st;
}

static bool on_period(void *context, const struct fact_period *f)
{
	struct reader *r = context;
	const struct line *l = &r->line[r->at];

	for (size_t i = 0; i < l->num_seats; i++) {
		const struct seat *s = &r->seat[l->seat[i]];

		if (s->submitted)
			observation_add(&r->out->gather[s->subject].time, f,
					&l->jobs);
	}
	return true;
}

/* A period is told in the session whose job opened it, a share in the one that
 * carried it: who submitted shows when all are read. */
static enum status read_periods(struct reader *r, struct store *store)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < r->num_lines && st == ST_OK; i++) {
		r->at = (uint32_t)i;
		st = store_periods(store, r->line[i].id, on_period, r);
	}
	return st;
}

static int compare_items(const void *a, const void *b)
{
	const struct series_item *x = a, *y = b;

	return (x->time.ns > y->time.ns) - (x->time.ns < y->time.ns);
}

enum status series_read_all(struct series_read *out,
			    const struct series_subject *subject, size_t n,
			    struct store *store)
{
	struct reader r = { .out = out,
			    .lines = map_new(CONNECTIONS_MAX, 0),
			    .clients = map_new(CONNECTIONS_MAX, 0),
			    .headers = map_new(SHARES_MAX, 0),
			    .callers = map_new(WORKERS_MAX, 0),
			    .member = mem_new(n + 1, sizeof(uint32_t)) };
	enum status st;

	*out = (struct series_read){
		.sets = series_sets_new(),
		.gather = mem_new(n + 1, sizeof(out->gather[0])),
	};
	take_seats(&r, subject, n);
	st = read_shares(&r, store);
	if (st == ST_OK)
		st = read_periods(&r, store);
	if (out->num_items > 1)
		qsort(out->item, out->num_items, sizeof(out->item[0]),
		      compare_items);
	for (size_t i = 0; i < r.num_lines; i++)
		free(r.line[i].seat);
	free(r.line);
	free(r.seat);
	free(r.member);
	map_free(r.lines);
	map_free(r.clients);
	map_free(r.headers);
	map_free(r.callers);
	return st;
}

void series_read_free(struct series_read *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		observation_free(&r->gather[i].time);
		free(r->gather[i].seconds);
		free(r->gather[i].exposure);
	}
	free(r->gather);
	free(r->item);
	series_sets_free(r->sets);
}
