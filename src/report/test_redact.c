#include <arpa/inet.h>

#include "report/redact.h"
#include "report/test_answers_sample.h"

static const uint8_t key[32] = { 7 };

static sample_output *const outputs[] = {
	answers_html, answers_json, answers_misp, answers_stix, answers_zeek,
};

/* Does any output have text in it? */
static bool told(const struct assessment *a, const char *text)
{
	bool found = false;

	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		char *all = sample_written(outputs[i], a, NULL);

		found = found || strstr(all, text);
		free(all);
	}
	for (size_t i = 0; answers_tables[i]; i++) {
		char *all = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&all, &n);

		OK(answers_csv(out, a, answers_tables[i]) == ST_OK);
		fclose(out);
		found = found || strstr(all, text);
		free(all);
	}
	return found;
}

/* Nothing that says who is left in any output. */
static void test_nothing_left(const char *taint)
{
	/* Of headers, hashes, scripts. */
	static const char *const bytes[] = { "c1c1c1c1", "d1d1d1d1", "76767676",
					     "77777777" };
	struct sample *s = sample_make(taint);

	for (size_t i = 0; i < s->num_secrets; i++)
		OK(told(&s->a, s->secret[i]) ||
		   !strcmp(s->secret[i], "abababababababab"));
	for (size_t i = 0; i < 4; i++)
		OK(told(&s->a, bytes[i]));
	redact_assessment(&s->a, NULL);
	for (size_t i = 0; i < s->num_secrets; i++)
		OK(!told(&s->a, s->secret[i]));
	for (size_t i = 0; i < 4; i++)
		OK(!told(&s->a, bytes[i]));
	OK(!*taint || !told(&s->a, taint));
	OK(!told(&s->a, "1234567890"));
	sample_free(s);
}

static void test_same_names(void)
{
	struct sample *s = sample_make("");
	const struct finding *f = &s->a.findings.finding[0];
	const struct exhibit *e = s->a.exhibits.exhibit;

	redact_assessment(&s->a, key);
	OK(!strcmp(f->session.client_ip, e[0].client));
	OK(!strcmp(f->session.client_ip, s->a.subject[2].name));
	OK(!strcmp(f->session.server_ip, e[0].server));
	OK(!strcmp(f->worker[0], e[0].worker) &&
	   !strcmp(f->worker[0], s->a.subject[3].name));
	OK(strcmp(f->worker[0], f->worker[1]) != 0);
	OK(!strcmp(f->session.id, e[0].session) &&
	   !strcmp(f->session.id, f->connection[0]));
	OK(!strcmp(s->a.subject[0].name, "all"));
	OK(!strncmp(s->a.subject[1].name, "site-", 5));
	OK(!strncmp(s->a.input[0].name, "file-", 5) &&
	   !strcmp(s->a.input[0].status, "ok") && !s->a.input[0].has_sha256);
	OK(!strncmp(f->identity.payout[0].address, "payout-", 7) &&
	   !strncmp(f->identity.account, "payout-", 7));
	sample_free(s);
}

static void test_keys(void)
{
	struct sample *a = sample_make(""), *b = sample_make("");
	struct sample *c = sample_make(""), *d = sample_make("");

	redact_assessment(&a->a, key);
	redact_assessment(&b->a, key);
	redact_assessment(&c->a, NULL);
	d->a.input[0].sha256[0] ^= 1;
	redact_assessment(&d->a, NULL);
	OK(!strcmp(a->a.subject[2].name, b->a.subject[2].name));
	OK(strcmp(a->a.subject[2].name, c->a.subject[2].name) != 0);
	OK(strcmp(c->a.subject[2].name, d->a.subject[2].name) != 0);
	sample_free(a);
	sample_free(b);
	sample_free(c);
	sample_free(d);
}

static void test_agents(void)
{
	struct sample *s = sample_make("");
	const struct fact_session *x = &s->a.findings.finding[0].session;

	free((void *)(uintptr_t)x->user_agent);
	s->a.findings.finding[0].session.user_agent =
		sample_copy("cgminer/4.10.0 of alice");
	for (size_t i = 0; i < s->a.num_subjects; i++)
		s->a.subject[i].machines.agent[0].text = x->user_agent;
	redact_assessment(&s->a, key);
	OK(!strcmp(x->user_agent, "cgminer/4.10.0"));
	OK(s->a.subject[0].machines.agent[0].text == x->user_agent);
	OK(!strcmp(x->server_agent, "ckpool/1.0"));
	OK(!strncmp(s->a.findings.finding[2].session.user_agent, "agent-", 6));
	OK(x->tls_alpn == NULL && !strncmp(x->tls_names, "host-", 5));
	sample_free(s);
}

static void test_figures(void)
{
	struct sample *s = sample_make("");
	const struct identity *i = &s->a.findings.finding[0].identity;

	s->a.exhibits.exhibit[1].why = EXHIBIT_BLOCK;
	redact_assessment(&s->a, key);
	OK(s->a.exhibits.n == 1 && s->a.exhibits.left_out == 1);
	OK(s->a.exhibits.exhibit[0].own_difficulty == 4300);
	OK(i->payout[0].sat == 1200000000 && i->reward == 1400000000);
	OK(i->payout[0].portion == 0.75);
	OK(s->a.subject[0].money.reward == 14);
	OK(s->a.subject[0].work.rate.mid == 1.25e12);
	sample_free(s);
}

static void test_empty(void)
{
	struct sample *s = sample_make_empty();

	redact_assessment(&s->a, NULL);
	OK(!told(&s->a, "file-"));
	sample_free(s);
}

int main(void)
{
	test_nothing_left("");
	test_nothing_left("(Zaphod)");
	test_same_names();
	test_keys();
	test_agents();
	test_figures();
	test_empty();
	return tap_end();
}
