#include "report/redact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "analysis/hardware.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "hash/digest.h"
#include "report/redact_names.h"

#define AGENTS_MAX (1u << 22)

/* All names are visited twice: first told, then replaced. */
struct redaction {
	struct redact_names *names;
	bool replacing;
	struct map *agents; /* new texts of findings, by their contents */
	void **old;         /* replaced, and perhaps still pointed to */
	size_t num_old;
};

static void keep_old(struct redaction *r, void *p)
{
	if ((r->num_old & (r->num_old - 1)) == 0)
		r->old = mem_resize(r->old, r->num_old ? 2 * r->num_old : 1,
				    sizeof(r->old[0]));
	r->old[r->num_old++] = p;
}

/* A text that the assessment owns, in whichever constness it is declared. */
static void replace(struct redaction *r, const char **text, const char *with)
{
	keep_old(r, (void *)(uintptr_t)*text);
	*text = with ? mem_text(with, strlen(with)) : NULL;
}

static void visit_const(struct redaction *r, enum redact_kind kind,
			const char **text)
{
	char with[REDACT_TEXT];

	if (!*text || !**text)
		return;
	if (r->replacing)
		replace(r, text,
			redact_names_text(with, r->names, kind, *text));
	else
		redact_names_tell(r->names, kind, *text);
}

static void visit(struct redaction *r, enum redact_kind kind, char **text)
{
	const char *now = *text;

	visit_const(r, kind, &now);
	*text = (char *)(uintptr_t)now;
}

static void visit_array(struct redaction *r, enum redact_kind kind, char *text,
			size_t room)
{
	char with[REDACT_TEXT];

	if (!*text)
		return;
	if (r->replacing)
		(void)snprintf(text, room, "%s",
			       redact_names_text(with, r->names, kind, text));
	else
		redact_names_tell(r->names, kind, text);
}

/* Ids are hashes of addresses and ports: who guesses them can tell. */
static void visit_id(struct redaction *r, char id[FACT_ID])
{
	char with[FACT_ID];

	if (r->replacing)
		memcpy(id, redact_names_id(with, r->names, id), FACT_ID);
}

/* Several, with blanks between. */
static void visit_hosts(struct redaction *r, const char **text)
{
	char *all, *rest, *one, with[REDACT_TEXT];
	struct buf out;

	if (!*text)
		return;
	all = rest = mem_text(*text, strlen(*text));
	buf_init(&out, 1u << 24);
	while ((one = strsep(&rest, " "))) {
		if (!*one)
			continue;
		if (!r->replacing)
			redact_names_tell(r->names, REDACT_HOST, one);
		else
			buf_printf(&out, "%s%s", out.n ? " " : "",
				   redact_names_text(with, r->names,
						     REDACT_HOST, one));
	}
	if (r->replacing)
		replace(r, text, buf_str(&out));
	buf_fini(&out);
	free(all);
}

/* Length of "cgminer/4.10.0" at the beginning of an agent that the shipped
 * table knows; 0: it is not known, or begins otherwise. */
static size_t known_agent(const char *text)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	const size_t n = strspn(text, name);
	const size_t v =
		text[n] == '/' ? strspn(text + n + 1, "0123456789.") : 0;

	return n > 0 && v > 0 && hardware_software(text) ? n + 1 + v : 0;
}

static void agent_text(char out[REDACT_TEXT], const struct redaction *r,
		       const char *text)
{
	const size_t n = known_agent(text);

	if (n > 0 && n < REDACT_TEXT)
		(void)snprintf(out, REDACT_TEXT, "%.*s", (int)n, text);
	else
		(void)redact_names_text(out, r->names, REDACT_AGENT, text);
}

static struct span span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void visit_agent(struct redaction *r, const char **text)
{
	char with[REDACT_TEXT];
	uint64_t *place;

	if (!*text || !**text)
		return;
	if (!r->replacing) {
		redact_names_tell(r->names, REDACT_AGENT, *text);
		return;
	}
	agent_text(with, r, *text);
	replace(r, text, with);
	place = map_put(r->agents, span_of(*text), NULL);
	if (place)
		*place = (uint64_t)(uintptr_t)*text;
}

/* These point to texts of findings, which were replaced. */
static void visit_machines(struct redaction *r, struct machines *m)
{
	char with[REDACT_TEXT];

	for (size_t i = 0; i < m->num_agents && r->replacing; i++) {
		const uint64_t *place;

		agent_text(with, r, m->agent[i].text);
		place = map_find(r->agents, span_of(with));
		m->agent[i].text =
			place ? (const char *)(uintptr_t)*place : "agent";
	}
}

/* To two digits: what is left is no longer anyone's sum. */
static double rounded(double v)
{
	const double unit = v > 0 ? pow(10, floor(log10(v)) - 1) : 1;

	return isfinite(v) ? round(v / unit) * unit : v;
}

static void blur_identity(struct identity *i)
{
	i->reward = (uint64_t)rounded((double)i->reward);
	i->tag[0] = '\0';
	if (i->listed)
		i->listed = "on the list";
	/* The pool's own word, of which only those of a kind are known. */
	if (!strchr(i->variant, '/') ||
	    strspn(i->variant, "abcdefghijklmnopqrstuvwxyz0123456789/") !=
		    strlen(i->variant))
		i->variant[0] = '\0';
	for (uint32_t k = 0; k < i->num_payouts; k++) {
		struct identity_payout *p = &i->payout[k];

		p->script_n = 0;
		p->sat = (uint64_t)rounded((double)p->sat);
		p->portion = fmin(1, rounded(p->portion));
	}
}

static void blur_session(struct redaction *r, struct fact_session *s)
{
	s->extranonce1.n = 0;
	s->extranonce1_source = FACT_UNKNOWN;
	if (s->tls_alpn && strcmp(s->tls_alpn, "h2") != 0 &&
	    strcmp(s->tls_alpn, "http/1.1") != 0)
		replace(r, &s->tls_alpn, NULL);
}

static void visit_finding(struct redaction *r, struct finding *f)
{
	struct fact_session *s = &f->session;
	struct identity *i = &f->identity;

	visit_id(r, s->id);
	for (size_t k = 0; k < f->num_connections; k++)
		visit_id(r, f->connection[k]);
	visit_const(r, REDACT_ADDRESS, &s->client_ip);
	visit_const(r, REDACT_ADDRESS, &s->server_ip);
	visit_const(r, REDACT_HOST, &s->host);
	visit_const(r, REDACT_HOST, &s->server_name);
	visit_hosts(r, &s->tls_names);
	visit_agent(r, &s->user_agent);
	visit_agent(r, &s->server_agent);
	for (uint32_t k = 0; k < f->num_workers; k++)
		visit(r, REDACT_WORKER, &f->worker[k]);
	visit_array(r, REDACT_PAYOUT, i->account, sizeof(i->account));
	for (uint32_t k = 0; k < i->num_payouts; k++)
		visit_array(r, REDACT_PAYOUT, i->payout[k].address,
			    sizeof(i->payout[k].address));
	if (r->replacing) {
		blur_identity(i);
		blur_session(r, s);
	}
}

static void visit_subject(struct redaction *r, struct subject *s)
{
	switch (s->kind) {
	case SUBJECT_ALL:
		break;
	case SUBJECT_SITE:
		visit(r, REDACT_SITE, &s->name);
		break;
	case SUBJECT_MINER:
		visit(r, REDACT_ADDRESS, &s->name);
		break;
	case SUBJECT_WORKER:
		visit(r, REDACT_WORKER, &s->name);
		break;
	}
	visit_machines(r, &s->machines);
	if (r->replacing)
		s->money.reward = rounded(s->money.reward);
}

static void visit_exhibit(struct redaction *r, struct exhibit *e)
{
	visit_id(r, e->session);
	visit(r, REDACT_ADDRESS, &e->client);
	visit(r, REDACT_ADDRESS, &e->server);
	visit(r, REDACT_WORKER, &e->worker);
	if (r->replacing) {
		memset(e->header, 0, sizeof(e->header));
		memset(e->hash, 0, sizeof(e->hash));
		e->own_difficulty = rounded(e->own_difficulty);
	}
}

static void visit_input(struct redaction *r, struct assessment_input *in)
{
	const char *status = in->status;

	visit(r, REDACT_FILE, &in->name);
	if (!r->replacing)
		return;
	memset(in->sha256, 0, sizeof(in->sha256));
	in->has_sha256 = false;
	/* The sentence names the file. */
	if (status && strcmp(status, "ok") != 0) {
		replace(r, &status, "not read to its end");
		in->status = (char *)(uintptr_t)status;
	}
}

static void visit_all(struct redaction *r, struct assessment *a)
{
	for (size_t i = 0; i < a->num_inputs; i++)
		visit_input(r, &a->input[i]);
	for (size_t i = 0; i < a->findings.n; i++)
		visit_finding(r, &a->findings.finding[i]);
	for (size_t i = 0; i < a->num_subjects; i++)
		visit_subject(r, &a->subject[i]);
	for (size_t i = 0; i < a->exhibits.n; i++)
		visit_exhibit(r, &a->exhibits.exhibit[i]);
}

/* A block can be looked up by its time, and with it whom it pays. */
static void drop_blocks(struct exhibits *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct exhibit x = e->exhibit[i];

		if (x.why == EXHIBIT_BLOCK)
			continue;
		e->exhibit[i] = e->exhibit[n];
		e->exhibit[n++] = x;
	}
	for (size_t i = n; i < e->n; i++) {
		free(e->exhibit[i].client);
		free(e->exhibit[i].server);
		free(e->exhibit[i].worker);
		e->left_out++;
	}
	e->n = n;
}

static int compare_exhibits(const void *a, const void *b)
{
	const struct exhibit *x = a, *y = b;
	const int by_client =
		strcmp(x->client ? x->client : "", y->client ? y->client : "");

	return by_client
		       ? by_client
		       : (x->time.ns > y->time.ns) - (x->time.ns < y->time.ns);
}

/* What nobody knows who has the redacted report only: digests of the inputs,
 * extranonces, hashes of shares. Where there is none of these, as in a case of
 * live flows, what is left could be guessed: then it is drawn by lot. */
static void draw_key(uint8_t key[32], const struct assessment *a)
{
	struct digest_sha256 *d = digest_sha256_new();
	bool secret = a->exhibits.n > 0;

	for (size_t i = 0; i < a->num_inputs; i++) {
		const uint8_t *sha256 = a->input[i].sha256;

		for (size_t k = 0; k < 32; k++)
			secret |= sha256[k] != 0;
		digest_sha256_add(d, sha256, 32);
	}
	for (size_t i = 0; i < a->findings.n; i++) {
		const struct span e =
			a->findings.finding[i].session.extranonce1;

		digest_sha256_add(d, a->findings.finding[i].session.id,
				  FACT_ID);
		digest_sha256_add(d, e.p, e.n);
		secret |= e.n > 0;
	}
	for (size_t i = 0; i < a->exhibits.n; i++)
		digest_sha256_add(d, a->exhibits.exhibit[i].hash, 32);
	digest_sha256_end(d, key);
	if (!secret && RAND_bytes(key, 32) != 1)
		abort(); /* no key, and no pseudonym may be told */
}

void redact_assessment(struct assessment *a, const uint8_t key[32])
{
	struct redaction r = { .agents = map_new(AGENTS_MAX, 0) };
	uint8_t drawn[32];

	draw_key(drawn, a);
	r.names = redact_names_new(key ? key : drawn);
	drop_blocks(&a->exhibits);
	visit_all(&r, a);
	redact_names_settle(r.names);
	r.replacing = true;
	visit_all(&r, a);
	if (a->exhibits.n > 0)
		qsort(a->exhibits.exhibit, a->exhibits.n,
		      sizeof(a->exhibits.exhibit[0]), compare_exhibits);
	for (size_t i = 0; i < r.num_old; i++)
		free(r.old[i]);
	free(r.old);
	map_free(r.agents);
	redact_names_free(r.names);
}
