#include "analysis/finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *finding_grade(const struct work *w)
{
	return w->chance_bits >= FINDING_PROVED_BITS ? "proved" : "spoken";
}

static const char *own(const char *text)
{
	return text ? mem_text(text, strlen(text)) : NULL;
}

static bool on_session(void *context, const struct fact_session *f)
{
	struct findings *out = context;
	struct finding *x;

	/* Doubling by hand: n is a power of two when it is full. */
	if ((out->n & (out->n - 1)) == 0)
		out->finding = mem_resize(out->finding, out->n ? out->n * 2 : 1,
					  sizeof(out->finding[0]));
	x = &out->finding[out->n++];
	*x = (struct finding){ .session = *f };
	x->session.dialect = own(f->dialect);
	x->session.client_ip = own(f->client_ip);
	x->session.server_ip = own(f->server_ip);
	x->session.user_agent = own(f->user_agent);
	x->session.host = own(f->host);
	x->session.difficulty.n = 0;
	x->session.extranonce1.p =
		(const uint8_t *)mem_text(f->extranonce1.p, f->extranonce1.n);
	return true;
}

static bool on_worker(void *context, struct span name)
{
	struct finding *x = context;

	if (x->num_workers == FINDING_WORKERS_MAX)
		return false;
	x->worker = mem_resize(x->worker, x->num_workers + 1u,
			       sizeof(x->worker[0]));
	x->worker[x->num_workers++] = mem_text(name.p, name.n);
	return true;
}

static enum status fill(struct finding *x, struct store *store,
			const struct finding_options *options)
{
	enum status st = store_workers(store, x->session.id, on_worker, x);

	if (st == ST_OK)
		st = work_of_session(&x->work, store, x->session.id,
				     options->confidence);
	if (x->session.extranonce1_source == FACT_RECOVERED &&
	    x->session.search_tried > 1)
		x->work.chance_bits =
			fmax(0, x->work.chance_bits -
					log2((double)x->session.search_tried));
	if (st == ST_OK)
		st = identity_of_session(&x->identity, store, &x->session,
					 options->network);
	x->contact = x->work.submitted == 0;
	return st;
}

enum status finding_load_all(struct findings *out, struct store *store,
			     const struct finding_options *options)
{
	enum status st;

	*out = (struct findings){ 0 };
	st = store_sessions(store, on_session, out);
	for (size_t i = 0; i < out->n && st == ST_OK; i++)
		st = fill(&out->finding[i], store, options);
	return st;
}

static void release(const void *p)
{
	free((void *)(uintptr_t)p);
}

void finding_free_all(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->finding[i];

		release(x->session.dialect);
		release(x->session.client_ip);
		release(x->session.server_ip);
		release(x->session.user_agent);
		release(x->session.host);
		release(x->session.extranonce1.p);
		for (uint32_t w = 0; w < x->num_workers; w++)
			free(x->worker[w]);
		free(x->worker);
		identity_fini(&x->identity);
	}
	free(f->finding);
	*f = (struct findings){ 0 };
}
