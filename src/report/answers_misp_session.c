#include <string.h>

#include "coin/address.h"
#include "report/answers_misp_private.h"
#include "report/answers_note.h"
#include "report/report_private.h"

#define ACTIVITY "Network activity"

static const struct misp_template network_traffic = {
	"network-traffic", "16290b18-9af5-4a43-b195-75fe1eef0c35", "1",
	"network"
};
static const struct misp_template coin_address = {
	"coin-address", "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7", "financial"
};

static void plain(struct misp *m, const char *relation, const char *type,
		  const char *category, const char *value)
{
	answers_misp_attribute(
		m, &(struct misp_attribute){
			   relation, type, category, value, NULL, { "" } });
}

static void port(struct misp *m, const char *relation, uint16_t number)
{
	char text[8];

	(void)snprintf(text, sizeof(text), "%u", number);
	plain(m, relation, "port", ACTIVITY, text);
}

static void moment(struct misp *m, const char *relation, struct ts t)
{
	char text[TS_TEXT];

	plain(m, relation, "datetime", "Other", ts_text(t, text));
}

/* Each address in the type that the template gives it. */
static void ends(struct misp *m, const struct finding *f)
{
	const struct fact_session *s = &f->session;
	struct misp_attribute a = { .relation = "src_ip",
				    .type = "ip-dst",
				    .category = ACTIVITY };

	(void)snprintf(a.tag[0], sizeof(a.tag[0]), "assay:grade=\"%s\"",
		       answers_grade(m->x.a, finding_standing(f)));
	if (answers_is_address(s->client_ip)) {
		a.value = s->client_ip;
		answers_misp_attribute(m, &a);
	}
	if (answers_is_address(s->server_ip)) {
		a.relation = "dst_ip";
		a.value = s->server_ip;
		answers_misp_attribute(m, &a);
	}
	port(m, "src_port", s->client_port);
	port(m, "dst_port", s->server_port);
	if (answers_is_domain(s->host))
		plain(m, "dst_hostname", "hostname", ACTIVITY, s->host);
	else if (answers_is_domain(s->server_name))
		plain(m, "dst_hostname", "hostname", ACTIVITY, s->server_name);
}

static void traffic(struct misp *m, const struct finding *f)
{
	const struct fact_session *s = &f->session;
	struct buf comment;
	bool is_new;

	buf_init(&comment, 4096);
	buf_printf(&comment, "%sgrade: %s; session %s",
		   answers_note_simulated(m->x.a),
		   answers_grade(m->x.a, finding_standing(f)), s->id);
	if (f->kind == FINDING_SESSION) {
		buf_text(&comment, "; hash rate: ");
		answers_note_estimate(&comment, &f->work.rate,
				      report_rate_unit(&f->work));
	}
	is_new = answers_misp_object(m, &network_traffic, s->id,
				     buf_str(&comment));
	buf_fini(&comment);
	if (!is_new)
		return;
	ends(m, f);
	plain(m, "protocol", "text", "Other", "tcp");
	plain(m, "protocol", "text", "Other", s->dialect);
	moment(m, "start_time", s->first);
	moment(m, "end_time", s->last);
	answers_misp_close(m);
}

/* Bitcoin's own addresses have a type of their own. */
static void coin(struct misp *m, const struct finding *f, const char *address,
		 const char *comment)
{
	const struct network *net = NULL;
	uint8_t script[42];
	size_t n = 0;
	const bool valid = address_parse(
		&net, script, &n,
		(struct span){ (const uint8_t *)address, strlen(address) });
	const bool main = valid && strcmp(net->name, "main") == 0;

	if (!*address ||
	    !answers_misp_object(m, &coin_address, address, comment))
		return;
	if (!valid)
		net = f->identity.network;
	if (main)
		plain(m, "address", "btc", "Financial fraud", address);
	else
		plain(m, "address-crypto", "text", "Other", address);
	plain(m, "symbol", "text", "Other", net ? net->coin : NULL);
	moment(m, "first-seen", f->session.first);
	answers_misp_close(m);
}

void answers_misp_session(struct misp *m, const struct finding *f)
{
	const struct identity *i = &f->identity;
	char comment[96];

	traffic(m, f);
	(void)snprintf(comment, sizeof(comment), "%sin a user name",
		       answers_note_simulated(m->x.a));
	coin(m, f, i->account, comment);
	(void)snprintf(comment, sizeof(comment),
		       "%spaid by the coinbase of a job",
		       answers_note_simulated(m->x.a));
	for (uint32_t k = 0; k < i->num_payouts; k++)
		coin(m, f, i->payout[k].address, comment);
}

void answers_misp_agent(struct misp *m, const struct finding *f)
{
	plain(m, NULL, "user-agent", ACTIVITY, f->session.user_agent);
}
