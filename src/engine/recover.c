#include "engine/recover.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/recover_private.h"

static const char *own(const char *text)
{
	return text ? mem_text(text, strlen(text)) : NULL;
}

static bool on_session(void *context, const struct fact_session *f)
{
	struct recover *r = context;
	struct recover_session *s;

	if ((r->num_sessions & (r->num_sessions - 1)) == 0)
		r->session = mem_resize(
			r->session, r->num_sessions ? r->num_sessions * 2 : 1,
			sizeof(r->session[0]));
	s = &r->session[r->num_sessions++];
	*s = (struct recover_session){ .fact = *f, .by_http = fact_by_http(f) };
	s->fact.dialect = own(f->dialect);
	s->fact.client_ip = own(f->client_ip);
	s->fact.server_ip = own(f->server_ip);
	s->fact.user_agent = s->fact.server_agent = NULL;
	s->fact.host = s->fact.host_source = s->fact.server_name = NULL;
	s->fact.carrier = s->fact.tls_version = s->fact.tls_alpn = NULL;
	s->fact.tls_names = s->fact.ja3 = s->fact.ja4 = NULL;
	s->fact.difficulty.n = 0;
	s->fact.extranonce1.p =
		(const uint8_t *)mem_text(f->extranonce1.p, f->extranonce1.n);
	return true;
}

static void release(const void *p)
{
	free((void *)(uintptr_t)p);
}

void recover_know(struct recover_session *s, struct span extranonce1)
{
	release(s->fact.extranonce1.p);
	s->fact.extranonce1 = (struct span){
		(const uint8_t *)mem_text(extranonce1.p, extranonce1.n),
		extranonce1.n,
	};
	s->fact.extranonce1_source = FACT_RECOVERED;
}

static enum status count(struct recover *r, struct recover_session *s)
{
	return store_count_proofs(r->store, s->fact.id, s->by_proof);
}

static enum status one(struct recover *r, struct recover_session *s)
{
	enum status st = count(r, s);

	if (st == ST_OK && s->by_proof[FACT_NO_EXTRANONCE1] > 0) {
		if (recover_extranonce1(r, s)) {
			st = recover_prove(r, s, 1u << FACT_NO_EXTRANONCE1,
					   s->fact.algorithm);
			if (st == ST_OK)
				st = count(r, s);
		}
	}
	if (st == ST_OK && s->by_proof[FACT_NO_DIFFICULTY] > 0) {
		st = recover_difficulty(r, s);
		if (st == ST_OK)
			st = count(r, s);
	}
	return st;
}

enum status recover_run(struct store *store,
			const struct recover_options *options)
{
	struct recover r = { .store = store, .options = options };
	enum status st = store_sessions(store, on_session, &r);

	for (size_t i = 0; i < r.num_sessions && st == ST_OK; i++)
		st = one(&r, &r.session[i]);
	if (st == ST_OK)
		st = recover_ethash(&r);
	if (st == ST_OK)
		st = recover_algorithm(&r);
	for (size_t i = 0; i < r.num_sessions; i++) {
		release(r.session[i].fact.dialect);
		release(r.session[i].fact.client_ip);
		release(r.session[i].fact.server_ip);
		release(r.session[i].fact.extranonce1.p);
	}
	free(r.session);
	return st;
}
