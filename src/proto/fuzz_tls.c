/* Input: u8 the version and suite, and which keys are known | u8 step | ops.
 * An op is u8 what and who | u8 n | n bytes of content. The harness writes the
 * hellos and the ends' Finished, then what the ops say: sealed records with
 * that content, other types of record, KeyUpdate, records that are lost,
 * records that are spoilt, and bytes as they are (which may also come before
 * the hellos).
 *
 * The properties: cut in pieces of any size, the connection gives the same
 * plaintext, facts and counts; what is given out is what was sealed at that
 * position, no more and never twice; without keys nothing is; with keys, and
 * unless something was spoilt, all that was sealed is given out, also behind
 * losses of fewer records than are tried, and marked there. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/test_tls_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OPS_MAX  256
#define ENDS_MAX (1u << 17)

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* One piece of the connection, in the order in which it is fed. */
struct piece {
	int from;
	size_t at, n; /* in that end's stream */
	bool gap;     /* these bytes are not fed */
	bool sealed;  /* application data, to be given out */
	bool behind;  /* bytes were lost before, since the last such */
	struct span content;
};

struct plan {
	struct make make;
	struct buf stream[2];
	struct piece piece[OPS_MAX + 8];
	size_t n;
	bool spoilt;    /* nothing can be said of what is given out */
	size_t lost[2]; /* records, since the last that was fed */
	bool behind[2];
};

static struct piece *add(struct plan *p, int from, size_t before)
{
	struct piece *x = &p->piece[p->n++];

	*x = (struct piece){ .from = from,
			     .at = before,
			     .n = p->stream[from].n - before };
	return x;
}

enum op {
	OP_SEALED,
	OP_LOST,
	OP_UPDATE,
	OP_HANDSHAKE,
	OP_ALERT,
	OP_SPOILT,
	OP_RAW,
	OP_CLEAR,
};

static void application(struct plan *p, int from, struct span content,
			bool lost)
{
	const size_t before = p->stream[from].n;
	struct piece *x;

	make_sealed(&p->make, &p->stream[from], from, TLS_APPLICATION,
		    content.p, content.n);
	x = add(p, from, before);
	x->content = content;
	x->gap = lost;
	x->sealed = !lost;
	if (lost) {
		p->lost[from]++;
		p->behind[from] = true;
		p->spoilt = p->spoilt || p->lost[from] >= TLS_TRIES_MAX;
		return;
	}
	p->lost[from] = 0;
	x->behind = p->behind[from];
	if (content.n)
		p->behind[from] = false;
}

/* A record whose last byte is not the tag's. */
static void spoil(struct plan *p, int from, struct span content)
{
	const size_t before = p->stream[from].n;

	make_sealed(&p->make, &p->stream[from], from, TLS_APPLICATION,
		    content.p, content.n);
	p->stream[from].p[p->stream[from].n - 1] ^= 1;
	add(p, from, before);
	p->spoilt = true;
}

/* Content that the reader takes for messages may be any: but one that is a
 * KeyUpdate or a certificate changes what is expected. */
static void handshake(struct plan *p, int from, struct span content)
{
	const size_t before = p->stream[from].n;

	make_sealed(&p->make, &p->stream[from], from, TLS_HANDSHAKE, content.p,
		    content.n);
	add(p, from, before);
	p->lost[from] = 0;
	p->spoilt = true;
}

static void other(struct plan *p, enum op op, int from, struct span content)
{
	const size_t before = p->stream[from].n;

	if (op == OP_UPDATE && p->make.kind == MAKE_1_3)
		make_update(&p->make, &p->stream[from], from);
	else
		make_sealed(&p->make, &p->stream[from], from, TLS_ALERT,
			    content.p, content.n);
	add(p, from, before);
	p->lost[from] = 0;
}

static void in_clear(struct plan *p, enum op op, int from, struct span content)
{
	const size_t before = p->stream[from].n;

	if (op == OP_RAW)
		buf_add(&p->stream[from], content.p, content.n);
	else
		make_plain(&p->stream[from], TLS_HANDSHAKE, content.p,
			   content.n);
	add(p, from, before);
	p->spoilt = true;
}

static void plan_op(struct plan *p, enum op op, int from, struct span content)
{
	switch (op) {
	case OP_SEALED:
		application(p, from, content, false);
		break;
	case OP_LOST:
		application(p, from, content, true);
		break;
	case OP_SPOILT:
		spoil(p, from, content);
		break;
	case OP_HANDSHAKE:
		handshake(p, from, content);
		break;
	case OP_UPDATE:
	case OP_ALERT:
		other(p, op, from, content);
		break;
	case OP_RAW:
	case OP_CLEAR:
		in_clear(p, op, from, content);
		break;
	}
}

static void plan_hellos(struct plan *p)
{
	const size_t client = p->stream[0].n, server = p->stream[1].n;

	make_client_hello(&p->stream[0]);
	add(p, 0, client);
	make_server_hello(&p->make, &p->stream[1]);
	make_finish(&p->make, &p->stream[1], 1);
	add(p, 1, server);
	const size_t finish = p->stream[0].n;

	make_finish(&p->make, &p->stream[0], 0);
	add(p, 0, finish);
}

static void plan_ops(struct plan *p, struct cur *c)
{
	bool greeted = false;

	for (int i = 0; i < OPS_MAX && cur_left(c) > 1; i++) {
		const uint8_t what = cur_u8(c), n = cur_u8(c);
		const struct span content =
			cur_take(c, n < cur_left(c) ? n : cur_left(c));
		const bool early = what & 0x40; /* before the hellos */

		if (!greeted && !early) {
			plan_hellos(p);
			greeted = true;
		}
		if (!greeted)
			in_clear(p, OP_RAW, what & 1, content);
		else
			plan_op(p, (what >> 1) % (OP_CLEAR + 1), what & 1,
				content);
	}
}

/* One reading of the plan. */
struct reading {
	const struct plan *plan;
	struct tls *t;
	uint64_t digest, given;
	bool seen[OPS_MAX + 8];
};

static void on_data(void *context, int from, const struct message *m, bool lost)
{
	struct reading *x = context;

	for (size_t i = 0; i < x->plan->n; i++) {
		const struct piece *p = &x->plan->piece[i];

		if (!p->sealed || p->from != from || p->at != m->position)
			continue;
		must(!x->seen[i] && m->text.n == p->content.n);
		must(!memcmp(m->text.p, p->content.p, m->text.n));
		must(x->plan->spoilt || lost == p->behind);
		x->seen[i] = true;
		x->given++;
		x->digest = map_hash(x->digest, &m->position, 4) + lost;
		return;
	}
	must(false);
}

static void feed(struct reading *x, const struct piece *p, size_t step)
{
	const uint8_t *bytes = x->plan->stream[p->from].p;

	if (p->gap) {
		tls_gap(x->t, p->from, p->n);
		return;
	}
	for (size_t at = 0; at < p->n; at += step) {
		const size_t n = p->n - at < step ? p->n - at : step;
		uint8_t *copy = mem_new(n, 1);

		memcpy(copy, bytes + p->at + at, n);
		tls_feed(x->t, p->from,
			 (struct message){ .text = { copy, n },
					   .position = (uint32_t)(p->at + at) },
			 on_data, x);
		free(copy);
	}
}

static void read_plan(struct reading *x, const struct plan *p,
		      const struct tls_keys *keys, size_t step)
{
	*x = (struct reading){ .plan = p, .t = tls_new(keys) };
	for (size_t i = 0; i < p->n; i++)
		feed(x, &p->piece[i], step);
}

static void complete(const struct reading *x)
{
	for (size_t i = 0; i < x->plan->n; i++) {
		const struct piece *p = &x->plan->piece[i];

		must(!p->sealed || !p->content.n || x->seen[i]);
	}
}

static void same(const struct reading *a, const struct reading *b)
{
	const struct tls_facts *f = tls_facts_all(a->t),
			       *g = tls_facts_all(b->t);

	must(a->digest == b->digest && a->given == b->given);
	must(!memcmp(tls_counts(a->t), tls_counts(b->t),
		     sizeof(struct tls_counts)));
	must(tls_status(a->t) == tls_status(b->t));
	must(f->client == g->client && f->version == g->version &&
	     f->suite == g->suite && f->names.n == g->names.n);
	must(!strcmp(f->server_name, g->server_name) &&
	     !strcmp(f->alpn_offered, g->alpn_offered) &&
	     !strcmp(f->alpn, g->alpn) && !strcmp(f->ja3, g->ja3) &&
	     !strcmp(f->ja3s, g->ja3s) && !strcmp(f->ja4, g->ja4));
}

static void check(const struct plan *p, const struct tls_keys *keys,
		  size_t step, bool all)
{
	static struct reading whole, cut;

	read_plan(&whole, p, keys, SIZE_MAX);
	read_plan(&cut, p, keys, step);
	same(&whole, &cut);
	if (!keys)
		must(whole.given == 0 && tls_counts(whole.t)->opened == 0);
	if (keys && all && !p->spoilt)
		complete(&whole);
	tls_free(whole.t);
	tls_free(cut.t);
}

/* Without the keys of the handshake the rest must do. */
static struct span log_of(const struct make *m, bool all)
{
	struct span text = buf_span(&m->keys);
	const uint8_t *end = memchr(text.p, '\n', text.n);

	if (!all && m->kind == MAKE_1_3) {
		text.n -= (size_t)(end + 1 - text.p);
		text.p = end + 1;
	}
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plan p;
	struct cur c = cur_over((struct span){ data, size });
	const uint8_t what = cur_u8(&c), step = cur_u8(&c);
	struct tls_keys_counts counts = { 0 };
	struct tls_keys *keys = tls_keys_new(8, 0);

	p = (struct plan){ 0 };
	make_init(&p.make, what % MAKE_KINDS);
	/* Its Finished cannot be read, and so might have been data. */
	p.behind[0] = p.make.kind == MAKE_1_3 && !(what & 0x80);
	buf_init(&p.stream[0], ENDS_MAX);
	buf_init(&p.stream[1], ENDS_MAX);
	plan_ops(&p, &c);
	tls_keys_add(keys, log_of(&p.make, what & 0x80), &counts);
	must(!counts.bad && !counts.ignored);
	check(&p, keys, step + (size_t)1, true);
	check(&p, NULL, step + (size_t)1, false);
	tls_keys_free(keys);
	buf_fini(&p.stream[0]);
	buf_fini(&p.stream[1]);
	make_fini(&p.make);
	return 0;
}
