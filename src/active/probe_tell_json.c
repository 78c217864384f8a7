#include <math.h>
#include <string.h>

#include "active/probe.h"
#include "base/json_write.h"

static void key_text(struct json_writer *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_text(w, text && text[0] ? text : NULL);
}

static void key_bool(struct json_writer *w, const char *key, bool v)
{
	json_write_key(w, key);
	json_write_bool(w, v);
}

/* 0 means "not determined" for these. */
static void key_positive(struct json_writer *w, const char *key, double v)
{
	json_write_key(w, key);
	json_write_double(w, v > 0 ? v : NAN);
}

static void key_span(struct json_writer *w, const char *key, struct span s)
{
	json_write_key(w, key);
	if (s.n)
		json_write_span(w, s);
	else
		json_write_null(w);
}

static void attempt(struct json_writer *w, const struct probe_attempt *a)
{
	json_write_begin(w, '{');
	key_text(w, "dialect", probe_kind_text(a->kind));
	key_bool(w, "tls", a->tls);
	key_text(w, "address", a->address);
	json_write_key(w, "time");
	json_write_ts(w, a->time);
	key_text(w, "answer", probe_verdict_text(a->verdict));
	key_text(w, "words", a->words);
	key_span(w, "first_bytes", (struct span){ a->first, a->first_n });
	json_write_key(w, "received_bytes");
	json_write_uint(w, a->received);
	json_write_key(w, "seconds");
	json_write_double(w, a->seconds);
	json_write_end(w, '}');
}

static void payouts(struct json_writer *w, const struct identity *i)
{
	json_write_key(w, "payouts");
	json_write_begin(w, '[');
	for (uint32_t n = 0; i && n < i->num_payouts; n++) {
		const struct identity_payout *p = &i->payout[n];

		json_write_begin(w, '{');
		key_text(w, "address", p->address);
		json_write_key(w, "script");
		if (p->script_n)
			json_write_hex(w,
				       (struct span){ p->script, p->script_n });
		else
			json_write_null(w);
		json_write_key(w, "sat");
		json_write_uint(w, p->sat);
		json_write_key(w, "portion");
		json_write_double(w, p->portion);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void chain(struct json_writer *w, const struct identity *i)
{
	const struct network *net = i ? i->network : NULL;
	char nbits[9] = "";

	if (i && i->nbits)
		snprintf(nbits, sizeof(nbits), "%08x", i->nbits);
	key_text(w, "network", net ? net->name : NULL);
	key_text(w, "coin", net ? net->coin : NULL);
	json_write_key(w, "not_btc");
	if (net || (i && i->not_btc))
		json_write_bool(w, !net || !net->coin ||
					   strcmp(net->coin, "BTC") != 0);
	else
		json_write_null(w);
	key_text(w, "variant", i ? i->variant : NULL);
	key_positive(w, "height", i ? i->height_last : 0);
	key_text(w, "nbits", nbits);
	key_positive(w, "network_difficulty", i ? i->network_difficulty : 0);
	key_text(w, "pool", i ? i->pool : NULL);
	key_text(w, "pool_source", i ? i->pool_source : NULL);
	key_text(w, "listed", i ? i->listed : NULL);
	key_text(w, "coinbase_text", i ? i->tag : NULL);
	key_text(w, "role", i ? i->server_role : NULL);
	payouts(w, i);
}

static void certificate(struct json_writer *w,
			const struct probe_certificate *c)
{
	json_write_key(w, "certificate");
	if (!c->seen) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	key_text(w, "version", c->version);
	key_text(w, "names", c->names);
	key_bool(w, "valid", c->valid);
	key_text(w, "why", c->why);
	json_write_end(w, '}');
}

bool probe_tell_json(struct buf *out, const struct probe_result *r)
{
	const struct finding *f =
		r->findings.n > 0 ? &r->findings.finding[0] : NULL;
	const struct probe_attempt *best =
		r->num_attempts > 0 ? &r->attempt[r->best] : NULL;
	struct json_writer w;

	json_write_init(&w, out);
	json_write_begin(&w, '{');
	key_text(&w, "type", "probe");
	key_text(&w, "target", r->target->text);
	key_text(&w, "host", r->target->host);
	key_text(&w, "port", r->target->port);
	key_text(&w, "answer", probe_result_text(r));
	key_bool(&w, "interrupted", r->interrupted);
	key_text(&w, "address", best ? best->address : NULL);
	json_write_key(&w, "tls");
	if (best && r->verdict <= PROBE_OTHER)
		json_write_bool(&w, best->tls);
	else
		json_write_null(&w);
	key_text(&w, "dialect", f ? f->session.dialect : NULL);
	key_text(&w, "words", best ? best->words : NULL);
	key_text(&w, "difficulty", best ? best->difficulty : NULL);
	chain(&w, f ? &f->identity : NULL);
	certificate(&w, &r->certificate);
	json_write_key(&w, "asked");
	json_write_begin(&w, '[');
	for (size_t i = 0; i < r->num_attempts; i++)
		attempt(&w, &r->attempt[i]);
	json_write_end(&w, ']');
	json_write_end(&w, '}');
	return buf_text(out, "\n");
}
