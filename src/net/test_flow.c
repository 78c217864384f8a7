#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "net/flow.h"
#include "test/tap.h"

#define LIMIT 40 /* below 64 the longest idle goes exactly */
#define PAIRS 150
#define STEPS 20000

/* As if nothing had been looked up for it. */
static struct flow_hint no_hint(const struct segment *s)
{
	return (struct flow_hint){ .tag = flow_tag(s) };
}

static struct segment segment_of(unsigned n, bool back, int64_t second)
{
	struct segment s = { .protocol = n % 3 ? 6 : 17,
			     .ts = { second * 1000000000 } };
	struct endpoint *x = back ? &s.dst : &s.src;
	struct endpoint *y = back ? &s.src : &s.dst;

	memcpy(x->ip, (const uint8_t[16]){ [10] = 0xff, 0xff, 10, 0, 0, 1 },
	       16);
	memcpy(y->ip, x->ip, 16);
	x->ip[14] = (uint8_t)(n >> 8);
	x->ip[15] = (uint8_t)n;
	x->port = (uint16_t)(40000 + n % 7);
	y->port = 3333;
	return s;
}

/* The model: a list. */
struct entry {
	unsigned n;
	int64_t second;
	struct flow *f;
	bool held;
};

struct list {
	struct entry entry[LIMIT + 1];
	size_t n;
	const struct flow *gone;
	uint64_t made, dropped, again;
	bool ok;
};

static void on_leave(void *context, struct flow *f)
{
	struct list *l = context;

	l->gone = f;
}

static bool all_as_they_were(const struct list *l)
{
	bool ok = true;

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->entry[i];

		ok = ok && e->held == (e->f->state == FLOW_HELD) &&
		     e->f->value == (e->held ? e->f : NULL) &&
		     (int64_t)e->f->last_s == e->second;
	}
	return ok;
}

static void forget(struct list *l, size_t i)
{
	memmove(&l->entry[i], &l->entry[i + 1],
		(l->n - i - 1) * sizeof(l->entry[0]));
	l->n--;
}

/* Who goes: those held last; of equals, the longest idle. */
static size_t worst(const struct list *l)
{
	size_t found = 0;

	for (size_t i = 1; i < l->n; i++) {
		const struct entry *e = &l->entry[i], *w = &l->entry[found];

		if (e->held != w->held ? !e->held : e->second < w->second)
			found = i;
	}
	return found;
}

static bool is_over(const struct entry *e, int64_t now)
{
	return !e->held &&
	       now - e->second > (e->n % 3 ? FLOW_IDLE_TCP_S : FLOW_IDLE_S);
}

/* The entry whose place f has got. */
static void leave(struct list *l, const struct flow *f, int64_t now)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->entry[i].f != f)
			continue;
		if (l->gone) {
			l->ok = l->ok && l->gone == f && l->n == LIMIT &&
				i == worst(l);
			l->dropped++;
		} else {
			l->ok = l->ok && is_over(&l->entry[i], now);
			l->again++;
		}
		forget(l, i);
		return;
	}
	l->ok = l->ok && !l->gone && l->n < LIMIT;
}

static struct entry *list_of(struct list *l, unsigned n, struct flow *f,
			     int64_t now)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->entry[i].n != n)
			continue;
		l->ok = l->ok && l->entry[i].f == f && !l->gone;
		if (is_over(&l->entry[i], now)) {
			l->made++;
			l->ok = l->ok && !f->value && !f->state && !f->budget;
		}
		return &l->entry[i];
	}
	l->made++;
	leave(l, f, now);
	l->ok = l->ok && !f->value && !f->state && !f->budget;
	l->entry[l->n] = (struct entry){ .n = n, .f = f };
	return &l->entry[l->n++];
}

/* mask spoils the hash, so that entries collide; guesses are stale. pace:
 * seconds from one packet to the next. */
static bool same_as_model(uint32_t mask, unsigned seed, int64_t pace)
{
	struct list l = { .ok = true };
	struct flow_table *t = flow_table_new(LIMIT, on_leave, &l);
	uint64_t state = seed;
	struct flow_hint hint = { 0 };

	for (int64_t i = 1; i <= STEPS && l.ok; i++) {
		const int64_t step = i * pace;
		state = state * 6364136223846793005u + 1442695040888963407u;
		const unsigned n = (unsigned)(state >> 40) % PAIRS;
		const bool back = state >> 63;
		const struct segment s = segment_of(n, back, step);
		enum flow_direction direction;

		l.gone = NULL;
		/* Right, of another entry, or of one that went. */
		hint.tag = flow_tag(&s) & mask;
		if (state >> 34 & 1)
			hint.guess = flow_guess(t, hint.tag);
		struct flow *f =
			flow_of(t, &direction, &s, &hint, (uint32_t)step);
		struct entry *e = list_of(&l, n, f, step);

		e->second = step;
		e->held = (state >> 33 & (pace > 1 ? 15 : 1)) == 0;
		f->state = e->held ? FLOW_HELD : 0;
		f->value = e->held ? f : NULL;
		l.ok = l.ok && f->protocol == s.protocol &&
		       !memcmp(direction == FLOW_A_TO_B ? &f->a : &f->b, &s.src,
			       sizeof(s.src)) &&
		       !memcmp(direction == FLOW_A_TO_B ? &f->b : &f->a, &s.dst,
			       sizeof(s.dst));
		l.ok = l.ok && all_as_they_were(&l) && flow_count(t) == l.n &&
		       flow_made(t) == l.made && flow_dropped(t) == l.dropped;
	}
	flow_table_free(t);
	return l.ok && l.dropped > 0 && l.dropped + l.again > STEPS / 2;
}

static void test_model(void)
{
	OK(same_as_model(UINT32_MAX, 1, 1));
	OK(same_as_model(UINT32_MAX, 2, 20));
	OK(same_as_model(7, 3, 9));
	OK(same_as_model(0, 4, 15)); /* one long chain */
	OK(same_as_model(0x3f0000ff, 5, 30));
}

static void test_directions(void)
{
	struct flow_table *t = flow_table_new(10, NULL, NULL);
	struct segment s[2] = { segment_of(5, false, 100),
				segment_of(5, true, 200) };
	struct segment *const back = &s[1];
	const uint16_t which[2] = { 1, 0 };
	struct flow_hint hint[2];
	enum flow_direction d1, d2;

	flow_look(t, hint, s, which, 2);
	OK(hint[0].tag == hint[1].tag && !hint[0].guess && !hint[1].guess);
	struct flow *f = flow_of(t, &d1, &s[0], &hint[1], 100);

	OK(f->last_s == 100 && (uintptr_t)f % 64 == 0);
	flow_look(t, hint, s, which, 1);
	OK(hint[0].guess == f && flow_guess(t, hint[0].tag) == f);
	OK(flow_of(t, &d2, back, hint, 160) == f && d1 != d2);
	OK(f->last_s == 160 && flow_count(t) == 1 && flow_made(t) == 1);
	f->state = 1;
	OK(flow_of(t, &d2, back, hint, 460) == f);
	OK(f->state == 1 && flow_made(t) == 1);
	OK(flow_of(t, &d2, back, hint, 761) == f);
	OK(f->state == 0 && flow_made(t) == 2 && flow_count(t) == 1);
	back->protocol = 17;
	hint[1] = no_hint(back);
	OK(hint[1].tag != hint[0].tag);
	OK(flow_of(t, &d2, back, &hint[1], 761) != f);
	back->src = back->dst; /* it talks to itself: there is but one way */
	hint[1] = no_hint(back);
	flow_of(t, &d2, back, &hint[1], 761);
	OK(d2 == FLOW_A_TO_B && flow_count(t) == 3);
	flow_table_free(t);
	flow_table_free(NULL);
}

static void test_all_held(void)
{
	struct list l = { .ok = true };
	struct flow_table *t = flow_table_new(8, on_leave, &l);
	struct flow *f[9];
	enum flow_direction d;

	for (unsigned i = 0; i < 9; i++) {
		const struct segment s = segment_of(i, false, i == 3 ? 1 : 9);

		const struct flow_hint hint = no_hint(&s);

		f[i] = flow_of(t, &d, &s, &hint, i == 3 ? 1 : 9);
		f[i]->state = FLOW_HELD;
	}
	OK(l.gone == f[3] && f[8] == f[3] && flow_dropped(t) == 1);
	flow_table_free(t);
}

static void test_a_million(void)
{
	enum {
		MILLION = 1000000
	};
	struct flow_table *t = flow_table_new(MILLION, NULL, NULL);
	const struct flow *first = NULL;
	enum flow_direction d;
	bool stable = true;
	struct rusage usage;

	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < MILLION; i++) {
			struct segment s = segment_of(i, i % 2, round);

			memcpy(s.src.ip, &i, sizeof(i));
			const struct flow_hint hint = no_hint(&s);
			const struct flow *f =
				flow_of(t, &d, &s, &hint, (uint32_t)round);

			first = first ? first : f;
			stable = stable && (i > 0 || f == first);
		}
	}
	OK(stable && flow_count(t) == MILLION && flow_made(t) == MILLION);
	OK(flow_dropped(t) == 0);
	OK(!getrusage(RUSAGE_SELF, &usage) && usage.ru_maxrss < 200 * 1024);
	printf("# %ld MB\n", usage.ru_maxrss / 1024);
	flow_table_free(t);
}

int main(void)
{
	test_model();
	test_directions();
	test_all_held();
	test_a_million();
	return tap_end();
}
