#include "analysis/exhibits.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "track/proof.h"

#define MINERS_MAX (1u << 20)
#define BLOCKS_MAX (EXHIBITS_MAX / 2)

/* Where a share lies, and by what it is chosen. */
struct place {
	const struct finding *finding;
	const char *session; /* NULL: none */
	uint32_t position;
	struct ts time;
	double own_difficulty;
	enum exhibit_why why;
	uint64_t proved; /* of its miner: who did more comes first */
};

struct miner {
	struct place first, last, best;
	uint64_t proved;
};

struct choosing {
	struct map *by_client; /* of `miner`: index + 1 */
	struct miner *miner;
	size_t n, room;
	struct place block[BLOCKS_MAX];
	size_t num_blocks;
	uint64_t left_out;
	/* What is read now. */
	const struct finding *finding;
	const char *session;
	size_t now; /* index of its miner */
};

static bool earlier(const struct place *a, const struct place *b)
{
	return !b->session || a->time.ns < b->time.ns;
}

static void choose(struct choosing *c, const struct fact_share *f)
{
	struct miner *m = &c->miner[c->now];
	struct place p = { .finding = c->finding,
			   .session = c->session,
			   .position = f->position,
			   .time = f->time,
			   .own_difficulty = proof_share_difficulty(f) };

	m->proved++;
	if (earlier(&p, &m->first))
		m->first = p;
	if (!m->last.session || p.time.ns > m->last.time.ns)
		m->last = p;
	if (!m->best.session || p.own_difficulty > m->best.own_difficulty)
		m->best = p;
	if (!proof_solves_block(f))
		return;
	if (c->num_blocks < BLOCKS_MAX) {
		p.why = EXHIBIT_BLOCK;
		p.proved = UINT64_MAX;
		c->block[c->num_blocks++] = p;
	} else {
		c->left_out++;
	}
}

static bool on_share(void *context, const struct fact_share *f)
{
	if (f->proof == FACT_PROVED && !f->duplicate && f->header.n == 80 &&
	    f->hash.n == 32)
		choose(context, f);
	return true;
}

static bool find_miner(struct choosing *c, const char *client)
{
	uint64_t *place = map_put(
		c->by_client,
		(struct span){ (const uint8_t *)client, strlen(client) }, NULL);

	if (!place)
		return false;
	if (*place == 0) {
		if (c->n == c->room) {
			c->room = c->room ? c->room * 2 : 64;
			c->miner = mem_resize(c->miner, c->room,
					      sizeof(c->miner[0]));
		}
		c->miner[c->n] = (struct miner){ .proved = 0 };
		*place = ++c->n;
	}
	c->now = *place - 1;
	return true;
}

static bool is_miner(const struct finding *f)
{
	const char *role = f->identity.client_role;

	return f->kind == FINDING_SESSION && f->session.client_ip &&
	       !(role && strcmp(role, "pool") == 0);
}

static enum status read_all(struct choosing *c, struct store *store,
			    const struct findings *findings)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < findings->n && st == ST_OK; i++) {
		const struct finding *f = &findings->finding[i];

		if (!is_miner(f) || !find_miner(c, f->session.client_ip))
			continue;
		c->finding = f;
		for (size_t k = 0; k < f->num_connections && st == ST_OK; k++) {
			c->session = f->connection[k];
			st = store_shares(store, c->session, on_share, c);
		}
	}
	return st;
}

/* Blocks before the rest, then each miner's first, last and best share, miners
 * with more proved shares first. */
static int by_weight(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if ((x->why == EXHIBIT_BLOCK) != (y->why == EXHIBIT_BLOCK))
		return x->why == EXHIBIT_BLOCK ? -1 : 1;
	if (x->why != y->why)
		return x->why < y->why ? -1 : 1;
	if (x->proved != y->proved)
		return x->proved > y->proved ? -1 : 1;
	if (x->time.ns != y->time.ns)
		return x->time.ns < y->time.ns ? -1 : 1;
	return x->position < y->position ? -1 : x->position > y->position;
}

static bool same(const struct place *a, const struct place *b)
{
	return a->position == b->position &&
	       strcmp(a->session, b->session) == 0;
}

static void add_once(struct place *list, size_t *n, const struct place *p,
		     size_t from)
{
	for (size_t i = from; i < *n; i++) {
		if (same(&list[i], p))
			return;
	}
	list[(*n)++] = *p;
}

/* All that could be shown: a share that is several things is the block, then
 * the first, then the last. */
static struct place *list_all(size_t *n, struct choosing *c)
{
	struct place *list =
		mem_new(3 * c->n + BLOCKS_MAX + 1, sizeof(list[0]));

	*n = 0;
	for (size_t i = 0; i < c->num_blocks; i++)
		list[(*n)++] = c->block[i];
	for (size_t i = 0; i < c->n; i++) {
		struct miner *m = &c->miner[i];
		const size_t own = *n;

		if (m->proved == 0)
			continue;
		m->first.why = EXHIBIT_FIRST;
		m->last.why = EXHIBIT_LAST;
		m->best.why = EXHIBIT_BEST;
		m->first.proved = m->last.proved = m->best.proved = m->proved;
		add_once(list, n, &m->first, own);
		add_once(list, n, &m->last, own);
		add_once(list, n, &m->best, own);
	}
	return list;
}

/* Shares that are shown as blocks are not shown again. */
static size_t without_blocks(struct place *list, size_t n, size_t blocks)
{
	size_t kept = blocks;

	for (size_t i = blocks; i < n; i++) {
		size_t b = 0;

		while (b < blocks && !same(&list[b], &list[i]))
			b++;
		if (b == blocks)
			list[kept++] = list[i];
	}
	return kept;
}

static int by_client(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	const int clients = strcmp(x->finding->session.client_ip,
				   y->finding->session.client_ip);

	if (clients != 0)
		return clients;
	if (x->time.ns != y->time.ns)
		return x->time.ns < y->time.ns ? -1 : 1;
	return x->position < y->position ? -1 : x->position > y->position;
}

static char *own(const char *text)
{
	return text ? mem_text(text, strlen(text)) : NULL;
}

static bool fetch(struct exhibit *out, struct store *store,
		  const struct place *p)
{
	struct fact_share f;
	struct fact_job job;

	if (!store_share_at(store, &f, p->session, p->position) ||
	    f.header.n != sizeof(out->header) || f.hash.n != sizeof(out->hash))
		return false;
	*out = (struct exhibit){
		.why = p->why,
		.position = p->position,
		.client = own(p->finding->session.client_ip),
		.server = own(p->finding->session.server_ip),
		.worker = mem_text(f.worker.p, f.worker.n),
		.time = f.time,
		.input = f.input,
		.frame = f.frame,
		.difficulty = f.difficulty,
		.own_difficulty = p->own_difficulty,
		.algorithm = f.algorithm,
		.verdict = f.verdict,
	};
	memcpy(out->session, f.session, sizeof(out->session));
	memcpy(out->header, f.header.p, sizeof(out->header));
	memcpy(out->hash, f.hash.p, sizeof(out->hash));
	if (f.has_job && store_job_at(store, &job, p->session, f.job_position))
		out->job_frame = job.frame;
	return true;
}

enum status exhibits_choose(struct exhibits *out, struct store *store,
			    const struct findings *findings)
{
	struct choosing *c = mem_new(1, sizeof(*c));
	struct place *list = NULL;
	enum status st;
	size_t n = 0;

	*out = (struct exhibits){ 0 };
	c->by_client = map_new(MINERS_MAX, 0);
	st = read_all(c, store, findings);
	if (st != ST_OK)
		goto out;
	list = list_all(&n, c);
	n = without_blocks(list, n, c->num_blocks);
	qsort(list, n, sizeof(list[0]), by_weight);
	out->left_out = c->left_out + (n > EXHIBITS_MAX ? n - EXHIBITS_MAX : 0);
	n = n > EXHIBITS_MAX ? EXHIBITS_MAX : n;
	qsort(list, n, sizeof(list[0]), by_client);
	out->exhibit = mem_new(n + 1, sizeof(out->exhibit[0]));
	for (size_t i = 0; i < n; i++)
		out->n += fetch(&out->exhibit[out->n], store, &list[i]);
out:
	free(list);
	free(c->miner);
	map_free(c->by_client);
	free(c);
	return st;
}

void exhibits_free(struct exhibits *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->exhibit[i].client);
		free(e->exhibit[i].server);
		free(e->exhibit[i].worker);
	}
	free(e->exhibit);
	*e = (struct exhibits){ 0 };
}
