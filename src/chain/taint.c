#include "chain/taint.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TAINT_TEXT(name, text) [name] = text,
/* For products of two values. */
__extension__ typedef unsigned __int128 wide;

static const char *const texts[] = { TAINT_POLICY_LIST(TAINT_TEXT) };
#undef TAINT_TEXT

const char *taint_policy_text(enum taint_policy p)
{
	return texts[p];
}

enum taint_policy taint_policy_of(const char *text)
{
	int p = 0;

	while (p < TAINT_POLICIES && strcmp(text, texts[p]) != 0)
		p++;
	return (enum taint_policy)p;
}

void taint_coin_fini(struct taint_coin *c)
{
	free(c->run);
	c->run = NULL;
	c->num_runs = 0;
}

static uint64_t sum_of(const struct taint_coin *coin, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += coin[i].value;
	return sum;
}

static uint64_t tainted_of(const struct taint_coin *coin, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += coin[i].tainted;
	return sum;
}

static void poison(struct taint_coin *out, size_t n, struct taint_coin *fee,
		   uint64_t tainted)
{
	for (size_t i = 0; i < n; i++)
		out[i].tainted = tainted > 0 ? out[i].value : 0;
	fee->tainted = tainted > 0 ? fee->value : 0;
}

struct remainder {
	uint64_t rest;
	size_t index;
};

static int compare_remainders(const void *a, const void *b)
{
	const struct remainder *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest < y->rest ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Index n is the fee. */
static struct taint_coin *part(struct taint_coin *out, size_t n,
			       struct taint_coin *fee, size_t i)
{
	return i < n ? &out[i] : fee;
}

static void haircut(struct taint_coin *out, size_t n, struct taint_coin *fee,
		    uint64_t tainted, uint64_t all)
{
	struct remainder *rest;
	uint64_t left = tainted;

	if (tainted == 0 || tainted == all) {
		poison(out, n, fee, tainted);
		return;
	}
	rest = mem_new(n + 1, sizeof(rest[0]));
	for (size_t i = 0; i <= n; i++) {
		struct taint_coin *c = part(out, n, fee, i);
		const wide product = (wide)c->value * tainted;

		c->tainted = (uint64_t)(product / all);
		rest[i] = (struct remainder){ (uint64_t)(product % all), i };
		left -= c->tainted;
	}
	/* Fewer are left than there are parts with a remainder. */
	if (left > 0)
		qsort(rest, n + 1, sizeof(rest[0]), compare_remainders);
	for (size_t i = 0; left > 0; i++, left--)
		part(out, n, fee, rest[i].index)->tainted++;
	free(rest);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void seniority(struct taint_coin *out, size_t n, struct taint_coin *fee,
		      uint64_t tainted)
{
	for (size_t i = 0; i < n; i++) {
		out[i].tainted = smaller(tainted, out[i].value);
		tainted -= out[i].tainted;
	}
	fee->tainted = tainted;
}

struct ranked {
	uint64_t value;
	size_t index;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

static void tiho(struct taint_coin *out, size_t n, struct taint_coin *fee,
		 uint64_t tainted)
{
	struct ranked *rank = mem_new(n, sizeof(rank[0]));

	for (size_t i = 0; i < n; i++)
		rank[i] = (struct ranked){ out[i].value, i };
	qsort(rank, n, sizeof(rank[0]), compare_ranks);
	for (size_t i = 0; i < n; i++) {
		struct taint_coin *c = &out[rank[i].index];

		c->tainted = smaller(tainted, c->value);
		tainted -= c->tainted;
	}
	fee->tainted = tainted;
	free(rank);
}

/* All runs that come in, in the order in which they go out. */
struct queue {
	struct taint_run *run;
	size_t n, at;
};

static void enqueue(struct queue *q, struct taint_run run)
{
	if (run.sat == 0)
		return;
	if (q->n > 0 && q->run[q->n - 1].tainted == run.tainted)
		q->run[q->n - 1].sat += run.sat;
	else
		q->run[q->n++] = run;
}

static struct taint_run run_of(const struct taint_coin *c, size_t i)
{
	return c->num_runs ? c->run[i]
			   : (struct taint_run){ c->value, c->tainted > 0 };
}

static size_t runs_of(const struct taint_coin *c)
{
	return c->num_runs ? c->num_runs : 1;
}

static struct queue queue_of(const struct taint_coin *in, size_t n, bool last)
{
	struct queue q = { 0 };
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		room += runs_of(&in[i]);
	q.run = mem_new(room, sizeof(q.run[0]));
	for (size_t i = 0; i < n; i++) {
		const struct taint_coin *c = &in[last ? n - 1 - i : i];
		const size_t runs = runs_of(c);

		for (size_t k = 0; k < runs; k++)
			enqueue(&q, run_of(c, last ? runs - 1 - k : k));
	}
	return q;
}

/* Joins the smallest neighbours, pair by pair, until few enough are left; the
 * middle one of three then has the larger's colour, and its amount moves, so
 * that the sum of what is tainted stays. Runs of pairs: tainted, clean. */
static void merge(struct taint_coin *c)
{
	size_t n = 0;

	for (size_t i = 0; i + 3 < c->num_runs; i += 4) {
		const struct taint_run *r = &c->run[i];
		const struct taint_run a = { r[0].sat + r[2].sat,
					     r[0].tainted };
		const struct taint_run b = { r[1].sat + r[3].sat,
					     r[1].tainted };

		c->run[n++] = a;
		c->run[n++] = b;
	}
	for (size_t i = c->num_runs / 4 * 4; i < c->num_runs; i++)
		c->run[n++] = c->run[i];
	c->num_runs = n;
	c->merged = true;
}

static void take(struct taint_coin *out, struct queue *q)
{
	uint64_t left = out->value;
	const size_t from = q->at;
	size_t n = 0;

	/* Count first: the list is as long as it must be. */
	for (size_t i = from; left > 0; i++, n++) {
		assert(i < q->n);
		left -= smaller(left, q->run[i].sat);
	}
	out->tainted = 0;
	out->run = n > 1 ? mem_new(n, sizeof(out->run[0])) : NULL;
	out->num_runs = n > 1 ? n : 0;
	left = out->value;
	for (size_t i = 0; i < n; i++) {
		struct taint_run *r = &q->run[q->at];
		const uint64_t sat = smaller(left, r->sat);

		if (out->run)
			out->run[i] = (struct taint_run){ sat, r->tainted };
		out->tainted += r->tainted ? sat : 0;
		left -= sat;
		r->sat -= sat;
		q->at += r->sat == 0;
	}
	while (out->num_runs > TAINT_RUNS_MAX)
		merge(out);
}

static void by_order(struct taint_coin *out, size_t n, struct taint_coin *fee,
		     const struct taint_coin *in, size_t num_in, bool last)
{
	struct queue q = queue_of(in, num_in, last);
	bool merged = false;

	for (size_t i = 0; i < num_in; i++)
		merged |= in[i].merged;
	for (size_t i = 0; i <= n; i++) {
		struct taint_coin *c = part(out, n, fee, i);

		c->merged = merged;
		take(c, &q);
	}
	free(q.run);
}

void taint_divide(struct taint_coin *out, size_t num_out,
		  struct taint_coin *fee, const struct taint_coin *in,
		  size_t num_in, enum taint_policy policy)
{
	const uint64_t all = sum_of(in, num_in);
	const uint64_t tainted = tainted_of(in, num_in);
	const uint64_t given = sum_of(out, num_out);

	assert(given <= all);
	*fee = (struct taint_coin){ .value = all - given };
	switch (policy) {
	case TAINT_POISON:
		poison(out, num_out, fee, tainted);
		break;
	case TAINT_HAIRCUT:
		haircut(out, num_out, fee, tainted, all);
		break;
	case TAINT_FIFO:
	case TAINT_LIFO:
		by_order(out, num_out, fee, in, num_in, policy == TAINT_LIFO);
		break;
	case TAINT_TIHO:
		tiho(out, num_out, fee, tainted);
		break;
	case TAINT_SENIORITY:
		seniority(out, num_out, fee, tainted);
		break;
	case TAINT_POLICIES:
		break;
	}
}
