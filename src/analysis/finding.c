#include "analysis/finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

#define SESSIONS_MAX (1u << 24)

const char *const finding_standings[FINDING_STANDINGS] = {
	"proved", "claimed", "spoken", "behaved", "contact", "listed",
};

const char *finding_grade(const struct work *w)
{
	if (w->simulated > 0)
		return "simulated";
	if (w->chance_bits >= FINDING_PROVED_BITS)
		return "proved";
	return w->claimed > 0 ? "claimed" : "spoken";
}

/* What a contact rests on, where it is not the dialogue itself. */
static const char *contact_standing(const char *dialect)
{
	if (dialect && strcmp(dialect, "tls") == 0)
		return "listed";
	if (dialect && strcmp(dialect, "stratum-v2-noise") == 0)
		return "behaved";
	return "contact";
}

const char *finding_standing(const struct finding *f)
{
	switch (f->kind) {
	case FINDING_SESSION:
		break;
	case FINDING_CONTACT:
		return contact_standing(f->session.dialect);
	case FINDING_NODE:
		return "node";
	}
	return finding_grade(&f->work);
}

static const char *own(const char *text)
{
	return text ? mem_text(text, strlen(text)) : NULL;
}

static void release(const void *p)
{
	free((void *)(uintptr_t)p);
}

/* The texts of a session, which the store only lends. */
#define TEXTS 13
static void texts_of(struct fact_session *s, const char **text[TEXTS])
{
	const char **const all[TEXTS] = {
		&s->dialect,      &s->client_ip, &s->server_ip,
		&s->user_agent,   &s->host,      &s->host_source,
		&s->server_name,  &s->carrier,   &s->tls_version,
		&s->tls_alpn,     &s->ja3,       &s->ja4,
		&s->server_agent,
	};

	memcpy(text, all, sizeof(all));
}

struct loading {
	struct findings *out;
	struct map *by_ends; /* of findings over HTTP: index + 1 */
	struct buf key;
};

static void connect(struct finding *x, const char *id)
{
	if ((x->num_connections & (x->num_connections - 1)) == 0)
		x->connection = mem_resize(
			x->connection,
			x->num_connections ? x->num_connections * 2 : 1,
			sizeof(x->connection[0]));
	x->connection[x->num_connections++] = mem_text(id, strlen(id));
}

static struct finding *begin(struct findings *out, const struct fact_session *f)
{
	const char **text[TEXTS];
	struct finding *x;

	/* Doubling by hand: n is a power of two when it is full. */
	if ((out->n & (out->n - 1)) == 0)
		out->finding = mem_resize(out->finding, out->n ? out->n * 2 : 1,
					  sizeof(out->finding[0]));
	x = &out->finding[out->n++];
	*x = (struct finding){ .session = *f };
	texts_of(&x->session, text);
	for (size_t i = 0; i < TEXTS; i++)
		*text[i] = own(*text[i]);
	x->session.tls_names = own(f->tls_names);
	x->session.difficulty.n = 0;
	x->session.extranonce1.p =
		(const uint8_t *)mem_text(f->extranonce1.p, f->extranonce1.n);
	return x;
}

/* Another connection of the same dialogue. */
static void add(struct finding *x, const struct fact_session *f)
{
	struct fact_session *s = &x->session;

	if (f->last.ns > s->last.ns)
		s->last = f->last;
	if (!s->user_agent)
		s->user_agent = own(f->user_agent);
	if (!s->host) {
		s->host = own(f->host);
		release(s->host_source);
		s->host_source = own(f->host_source);
	}
	if (!s->server_name)
		s->server_name = own(f->server_name);
	if (s->algorithm == FACT_NO_ALGORITHM)
		s->algorithm = f->algorithm;
	if (f->reported_rate > 0)
		s->reported_rate = f->reported_rate;
	if (isnan(s->clock_offset))
		s->clock_offset = f->clock_offset;
	s->client_bytes += f->client_bytes;
	s->server_bytes += f->server_bytes;
	s->client_packets += f->client_packets;
	s->server_packets += f->server_packets;
	s->gaps += f->gaps;
	s->lost += f->lost;
	s->malformed += f->malformed;
	s->replies_unmatched += f->replies_unmatched;
	s->other_calls += f->other_calls;
}

static bool on_session(void *context, const struct fact_session *f)
{
	struct loading *l = context;
	struct finding *x;
	uint64_t *place = NULL;

	if (fact_by_http(f)) {
		buf_clear(&l->key);
		buf_printf(&l->key, "%s %s %u %s", f->client_ip, f->server_ip,
			   f->server_port, f->dialect ? f->dialect : "");
		place = map_put(l->by_ends, buf_span(&l->key), NULL);
	}
	if (place && *place > 0) {
		x = &l->out->finding[*place - 1];
		add(x, f);
	} else {
		x = begin(l->out, f);
	}
	if (place && *place == 0)
		*place = l->out->n;
	connect(x, f->id);
	return true;
}

struct naming {
	struct finding *finding;
	struct map *seen; /* by another of its connections */
};

static bool on_worker(void *context, struct span name)
{
	struct naming *n = context;
	struct finding *x = n->finding;
	bool fresh = true;

	if (x->num_workers == FINDING_WORKERS_MAX)
		return false;
	if (x->num_connections > 1 && map_put(n->seen, name, &fresh) && !fresh)
		return true;
	if ((x->num_workers & (x->num_workers - 1)) == 0)
		x->worker = mem_resize(x->worker,
				       x->num_workers ? x->num_workers * 2u : 1,
				       sizeof(x->worker[0]));
	x->worker[x->num_workers++] = mem_text(name.p, name.n);
	return true;
}

static enum status name_workers(struct finding *x, struct store *store)
{
	struct naming n = { x, map_new(FINDING_WORKERS_MAX, 0) };
	enum status st = ST_OK;

	for (size_t i = 0; i < x->num_connections && st == ST_OK; i++)
		st = store_workers(store, x->connection[i], on_worker, &n);
	map_free(n.seen);
	return st;
}

static enum finding_kind kind_of(const struct finding *x)
{
	if (x->identity.client_role &&
	    strcmp(x->identity.client_role, "node") == 0)
		return FINDING_NODE;
	return x->work.submitted == 0 ? FINDING_CONTACT : FINDING_SESSION;
}

static enum status fill(struct finding *x, struct store *store,
			const struct finding_options *options)
{
	const char *const *ids = (const char *const *)x->connection;
	const size_t n = x->num_connections;
	enum status st = name_workers(x, store);

	if (st == ST_OK)
		st = work_of_connections(&x->work, store, ids, n,
					 options->confidence);
	if (x->session.extranonce1_source == FACT_RECOVERED &&
	    x->session.search_tried > 1)
		x->work.chance_bits =
			fmax(0, x->work.chance_bits -
					log2((double)x->session.search_tried));
	if (st == ST_OK)
		st = identity_of_connections(&x->identity, store, &x->session,
					     ids, n, options->network);
	if (st == ST_OK)
		st = subranges_of_connections(&x->subranges, store, ids, n);
	x->kind = kind_of(x);
	return st;
}

static struct span text_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* Does it show that its server hands out work to others? What is spoken on one
 * machine, or asked of a node, does not. */
static bool shows_pool(const struct finding *x)
{
	const struct fact_session *s = &x->session;

	if (!s->server_ip || x->kind == FINDING_NODE ||
	    (s->client_ip && strcmp(s->client_ip, s->server_ip) == 0))
		return false;
	if (!fact_by_http(s) && x->work.submitted > 0)
		return true;
	return x->identity.jobs > x->identity.jobs_shown &&
	       x->identity.server_role &&
	       strcmp(x->identity.server_role, "pool") == 0;
}

/* Who is a miner's server in one session is no miner in another: a pool that
 * asks its node for work. */
static void find_pools(struct findings *f)
{
	struct map *servers = map_new(SESSIONS_MAX, 0);

	for (size_t i = 0; i < f->n; i++) {
		if (shows_pool(&f->finding[i]))
			map_put(servers,
				text_of(f->finding[i].session.server_ip), NULL);
	}
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->finding[i];
		const char *ip = x->session.client_ip;

		if (ip && x->kind != FINDING_NODE &&
		    fact_by_http(&x->session) && map_find(servers, text_of(ip)))
			x->identity.client_role = "pool";
	}
	map_free(servers);
}

enum status finding_load_all(struct findings *out, struct store *store,
			     const struct finding_options *options)
{
	struct loading l = { .out = out, .by_ends = map_new(SESSIONS_MAX, 0) };
	enum status st;

	*out = (struct findings){ 0 };
	buf_init(&l.key, 4096);
	st = store_sessions(store, on_session, &l);
	for (size_t i = 0; i < out->n && st == ST_OK; i++)
		st = fill(&out->finding[i], store, options);
	if (st == ST_OK)
		find_pools(out);
	buf_fini(&l.key);
	map_free(l.by_ends);
	return st;
}

static void finding_fini(struct finding *x)
{
	const char **text[TEXTS];

	texts_of(&x->session, text);
	for (size_t i = 0; i < TEXTS; i++)
		release(*text[i]);
	release(x->session.tls_names);
	release(x->session.extranonce1.p);
	for (size_t i = 0; i < x->num_connections; i++)
		free(x->connection[i]);
	free(x->connection);
	for (uint32_t w = 0; w < x->num_workers; w++)
		free(x->worker[w]);
	free(x->worker);
	identity_fini(&x->identity);
}

void finding_free_all(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		finding_fini(&f->finding[i]);
	free(f->finding);
	*f = (struct findings){ 0 };
}
