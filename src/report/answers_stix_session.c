#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/answers_stix_private.h"
#include "report/report_private.h"

struct traffic {
	const struct fact_session *session;
	struct stix_id client, server; /* "": not an address */
	const char *dialect;           /* made safe, or NULL */
};

/* Outermost last: "ipv4", "tcp", "tls", "http", "stratum-v1". */
static void protocols(struct json_writer *w, const struct traffic *t)
{
	static const char *const carriers[] = { "tls", "http", "websocket" };
	const char *carrier = t->session->carrier ? t->session->carrier : "";
	const char *ip = t->session->client_ip ? t->session->client_ip : "";

	report_key_begin(w, "protocols", '[');
	json_write_text(w, strchr(ip, ':') ? "ipv6" : "ipv4");
	json_write_text(w, "tcp");
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		if (strstr(carrier, carriers[i]))
			json_write_text(w, carriers[i]);
	}
	/* Where nothing was read the carrier is all there is. */
	if (t->dialect && !strstr(carrier, t->dialect))
		json_write_text(w, t->dialect);
	json_write_end(w, ']');
}

static void traffic_members(struct json_writer *w, const void *what)
{
	const struct traffic *t = what;

	report_key_uint(w, "dst_port", t->session->server_port);
	answers_stix_ref(w, "dst_ref", &t->server);
	answers_stix_time(w, "end", t->session->last);
	protocols(w, t);
	report_key_uint(w, "src_port", t->session->client_port);
	answers_stix_ref(w, "src_ref", &t->client);
	answers_stix_time(w, "start", t->session->first);
}

/* Ids of what one session shows. */
struct shown {
	struct stix_id *id;
	size_t n, room;
};

static struct stix_id *next(struct shown *l)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 8;
		l->id = mem_resize(l->id, l->room, sizeof(l->id[0]));
	}
	return &l->id[l->n];
}

static void keep(struct shown *l, bool good)
{
	l->n += good;
}

static void traffic(struct stix *s, struct shown *l, const struct finding *f)
{
	const struct fact_session *x = &f->session;
	struct traffic t = { .session = x };
	struct stix_id *id;

	keep(l, answers_stix_address(s, next(l), x->client_ip));
	if (l->n > 0)
		t.client = l->id[0];
	id = next(l);
	if (answers_stix_address(s, id, x->server_ip)) {
		t.server = *id;
		l->n++;
	}
	if (!t.client.text[0] && !t.server.text[0])
		return;
	if (x->dialect)
		t.dialect = answers_stix_safe(s, x->dialect);
	if (answers_stix_observable(s, next(l), "network-traffic",
				    traffic_members, &t))
		answers_stix_close(s);
	l->n++;
}

static void things(struct stix *s, struct shown *l, const struct finding *f)
{
	const struct identity *i = &f->identity;

	keep(l, answers_stix_domain(s, next(l), f->session.host));
	keep(l, answers_stix_domain(s, next(l), f->session.server_name));
	keep(l, answers_stix_software(s, next(l), f->session.user_agent));
	keep(l, answers_stix_software(s, next(l), f->session.server_agent));
	for (uint32_t k = 0; k < f->num_workers; k++)
		keep(l, answers_stix_account(s, next(l), f->worker[k]));
	keep(l, answers_stix_wallet(s, next(l), i->account));
	for (uint32_t k = 0; k < i->num_payouts; k++)
		keep(l, answers_stix_wallet(s, next(l), i->payout[k].address));
}

static int compare_ids(const void *a, const void *b)
{
	const struct stix_id *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Each once: the host may be the server's name, an account be paid. */
static void refs(struct json_writer *w, struct shown *l)
{
	qsort(l->id, l->n, sizeof(l->id[0]), compare_ids);
	report_key_begin(w, "object_refs", '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i == 0 || compare_ids(&l->id[i - 1], &l->id[i]) != 0)
			json_write_text(w, l->id[i].text);
	}
	json_write_end(w, ']');
}

void answers_stix_session_id(struct stix *s, struct stix_id *id,
			     const struct finding *f)
{
	answers_stix_name(s, id, "observed-data", f->session.id);
}

static void observed(struct stix *s, struct shown *l, const struct finding *f)
{
	struct json_writer *w = &s->x.w;
	const size_t most = 999999999;
	struct stix_id id;

	if (!answers_stix_object(s, &id, "observed-data", f->session.id))
		return;
	answers_stix_grade(s, finding_standing(f));
	answers_stix_time(w, "first_observed", f->session.first);
	answers_stix_time(w, "last_observed", f->session.last);
	report_key_uint(w, "number_observed",
			f->num_connections < most ? f->num_connections : most);
	refs(w, l);
	answers_stix_close(s);
}

void answers_stix_session(struct stix *s, const struct finding *f)
{
	struct shown l = { 0 };

	traffic(s, &l, f);
	things(s, &l, f);
	if (l.n > 0 && ts_known(f->session.first) && ts_known(f->session.last))
		observed(s, &l, f);
	free(l.id);
}
