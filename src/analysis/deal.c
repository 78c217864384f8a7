#include "analysis/deal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

#define SESSIONS_MAX (1u << 24)
#define NAME_MAX_N   (1u << 20)

/* Lists of subjects, as numbers of the next link; 0 ends one. */
struct link {
	uint32_t subject, next;
};

struct dealt { /* a connection */
	const char *id;
	const struct finding *finding;
	uint32_t everybody; /* list: subjects without a worker */
	bool has_workers;   /* there are subjects with one */
};

/*	hash -> the first share that had it: its session's list of subjects
 *	and its worker's, from which follows who had it; who had it later is in
 *	`repeated`, by hash and subject.
 */
struct dealing {
	const struct deal_visitor *visitor;
	struct map *by_id;   /* of `session`: index + 1 */
	struct map *by_name; /* session's index, worker -> list */
	struct map *first, *repeated;
	struct dealt *session;
	size_t n, room;
	struct link *link; /* [0] is none */
	size_t num_links, room_links;
	size_t now; /* the session that is read */
	struct buf key;
	uint32_t *subject; /* whom a share belongs to */
	uint64_t passed_over;
};

static struct span text_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static uint32_t linked(struct dealing *d, uint32_t subject, uint32_t next)
{
	if (d->num_links == d->room_links) {
		d->room_links = d->room_links ? d->room_links * 2 : 64;
		d->link =
			mem_resize(d->link, d->room_links, sizeof(d->link[0]));
	}
	d->link[d->num_links] = (struct link){ subject, next };
	return (uint32_t)d->num_links++;
}

static struct span name_key(struct dealing *d, size_t session,
			    struct span worker)
{
	buf_clear(&d->key);
	buf_le32(&d->key, (uint32_t)session);
	buf_add(&d->key, worker.p, worker.n);
	return buf_span(&d->key);
}

static struct dealt *session_of(struct dealing *d, const char *id,
				const struct finding *f)
{
	uint64_t *place = map_put(d->by_id, text_of(id), NULL);

	if (!place)
		return NULL;
	if (*place == 0) {
		if (d->n == d->room) {
			d->room = d->room ? d->room * 2 : 64;
			d->session = mem_resize(d->session, d->room,
						sizeof(d->session[0]));
		}
		assert(d->session);
		d->session[d->n] = (struct dealt){ .id = id, .finding = f };
		*place = ++d->n;
	}
	return &d->session[*place - 1];
}

static void enlist(struct dealing *d, uint32_t number,
		   const struct series_subject *s, const struct finding *f)
{
	for (size_t i = 0; i < f->num_connections; i++) {
		struct dealt *x = session_of(d, f->connection[i], f);
		uint64_t *list;

		if (!x)
			continue;
		if (!s->worker) {
			x->everybody = linked(d, number, x->everybody);
			continue;
		}
		list = map_put(d->by_name,
			       name_key(d, (size_t)(x - d->session),
					text_of(s->worker)),
			       NULL);
		if (list)
			*list = linked(d, number, (uint32_t)*list);
		x->has_workers = true;
	}
}

static bool holds(const struct dealing *d, uint32_t list, uint32_t subject)
{
	for (; list > 0; list = d->link[list].next) {
		if (d->link[list].subject == subject)
			return true;
	}
	return false;
}

/* Did the subject have a share with this hash, whose first one is `first`?
 * From now on it did. */
static bool had(struct dealing *d, struct span hash, uint64_t first,
		uint32_t subject)
{
	bool fresh = true;

	if (holds(d, (uint32_t)(first >> 32), subject) ||
	    holds(d, (uint32_t)first, subject))
		return true;
	buf_clear(&d->key);
	buf_le32(&d->key, subject);
	buf_add(&d->key, hash.p, hash.n);
	map_put(d->repeated, buf_span(&d->key), &fresh);
	return !fresh;
}

static uint32_t worker_list(struct dealing *d, const struct fact_share *f)
{
	const uint64_t *list =
		d->session[d->now].has_workers && f->worker.n > 0
			? map_find(d->by_name, name_key(d, d->now, f->worker))
			: NULL;

	return list ? (uint32_t)*list : 0;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct dealing *d = context;
	const uint32_t both[2] = { d->session[d->now].everybody,
				   worker_list(d, f) };
	uint64_t *first = NULL;
	size_t n = 0;
	bool fresh = true;

	if (f->hash.n != 32 || !d->visitor->counts(f))
		return true;
	if (!f->alone)
		first = map_put(d->first, f->hash, &fresh);
	if (!first && !f->alone) {
		d->passed_over++;
		return true;
	}
	if (first && fresh)
		*first = (uint64_t)both[0] << 32 | both[1];
	for (size_t i = 0; i < 2; i++) {
		for (uint32_t at = both[i]; at > 0; at = d->link[at].next) {
			const uint32_t subject = d->link[at].subject;

			if (fresh || !had(d, f->hash, *first, subject))
				d->subject[n++] = subject;
		}
	}
	if (n > 0)
		d->visitor->share(d->visitor->context, f, d->subject, n);
	return true;
}

enum status deal_shares(uint64_t *passed_over, struct store *store,
			const struct series_subject *subject, size_t n,
			const struct deal_visitor *visitor)
{
	struct dealing d = { .visitor = visitor,
			     .by_id = map_new(SESSIONS_MAX, 0),
			     .by_name = map_new(SESSIONS_MAX, 0),
			     .first = map_new(DEAL_SHARES_MAX, 0),
			     .repeated = map_new(DEAL_SHARES_MAX, 0),
			     .subject = mem_new(n + 1, sizeof(d.subject[0])) };
	enum status st = ST_OK;

	buf_init(&d.key, NAME_MAX_N + 64);
	linked(&d, 0, 0);
	for (size_t i = 0; i < n; i++) {
		for (size_t m = 0; m < subject[i].n; m++)
			enlist(&d, (uint32_t)i, &subject[i],
			       subject[i].member[m]);
	}
	for (d.now = 0; d.now < d.n && st == ST_OK; d.now++) {
		const struct dealt *x = &d.session[d.now];

		if (visitor->session)
			st = visitor->session(visitor->context, store, x->id,
					      x->finding);
		if (st == ST_OK)
			st = store_shares(store, x->id, on_share, &d);
	}
	if (passed_over)
		*passed_over = d.passed_over;
	buf_fini(&d.key);
	map_free(d.by_id);
	map_free(d.by_name);
	map_free(d.first);
	map_free(d.repeated);
	free(d.session);
	free(d.link);
	free(d.subject);
	return st;
}

void deal_span(struct ts *first, struct ts *last,
	       const struct series_subject *s)
{
	*first = *last = TS_NONE;
	for (size_t i = 0; i < s->n; i++) {
		const struct fact_session *x = &s->member[i]->session;

		if (ts_known(x->first) &&
		    (!ts_known(*first) || x->first.ns < first->ns))
			*first = x->first;
		if (ts_known(x->last) && x->last.ns > last->ns)
			*last = x->last;
	}
}
