/* Trees of random headers against a search that tries every branch. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/header_tree.h"
#include "hash/sha256d.h"
#include "test/chain_maker.h"
#include "test/tap.h"

#define N 60

struct made {
	uint8_t raw[HEADER_SIZE], hash[32];
	int parent; /* -1: none of these */
	bool wrong;
	unsigned weight; /* times the easiest target's work */
};

static uint32_t state;

static uint32_t below(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)state * n) >> 32);
}

/* A header on top of another, some with two or four times the work. */
static void make(struct made *m, const struct made *parent, unsigned weight,
		 uint32_t salt)
{
	/* 0x207fffff halved once and twice. */
	static const uint32_t nbits[] = { 0x207fffff, 0x203fffff, 0x201fffff };
	struct header h = { .version = 4,
			    .time = salt,
			    .nbits = nbits[weight / 2] };
	struct target target;

	if (parent)
		memcpy(h.previous, parent->hash, 32);
	target_from_nbits(&target, h.nbits);
	do {
		h.nonce++;
		header_write(m->raw, &h);
		sha256d(m->hash, m->raw, HEADER_SIZE);
	} while (!target_met(m->hash, &target));
	m->weight = weight;
}

static unsigned work_of(const struct made *m, int i)
{
	unsigned work = 0;

	for (; i >= 0; i = m[i].parent)
		work += m[i].weight;
	return work;
}

static int root_of(const struct made *m, int i)
{
	while (m[i].parent >= 0)
		i = m[i].parent;
	return i;
}

static unsigned height_of(const struct made *m, int i)
{
	unsigned height = 0;

	for (; m[i].parent >= 0; i = m[i].parent)
		height++;
	return height;
}

static uint32_t no_height(void *context, const struct header_node *root)
{
	(void)context, (void)root;
	return HEADER_TREE_UNSURE;
}

/* Whichever has the most work, of those with as much the first to come. */
static bool same_as_model(uint32_t seed)
{
	static const unsigned weights[] = { 1, 1, 1, 2, 4 };
	static struct made m[N];
	struct header_tree *t = header_tree_new(MAKER_NBITS);
	struct header_chain chain;
	int order[N], best = -1;
	size_t stale = 0, apart = 0;
	bool good = true;

	state = seed;
	for (int i = 0; i < N; i++) {
		m[i].parent =
			i > 0 && below(20)
				? i - 1 - (int)below(i < 4 ? (uint32_t)i : 4)
				: -1;
		make(&m[i], m[i].parent >= 0 ? &m[m[i].parent] : NULL,
		     weights[below(5)], (uint32_t)i);
		order[i] = i;
	}
	for (int i = N - 1; i > 0; i--) { /* they come in any order */
		const int k = (int)below((uint32_t)i + 1), swap = order[i];

		order[i] = order[k];
		order[k] = swap;
	}
	for (int i = 0; i < N; i++) {
		good &= header_tree_add(t, m[order[i]].raw,
					(uint64_t)order[i]) == HEADER_NEW;
		good &= header_tree_add(t, m[order[i]].raw, 0) == HEADER_KNOWN;
	}
	unsigned most = 0;

	for (int i = 0; i < N; i++)
		most = work_of(m, i) > most ? work_of(m, i) : most;
	header_tree_chain(&chain, t, m[root_of(m, 0)].hash, false, no_height,
			  NULL);
	best = (int)header_tree_at(t, chain.index[chain.n - 1])->place;
	good &= work_of(m, best) == most;
	good &= chain.n == height_of(m, best) + 1;
	for (size_t i = 0; i < chain.n; i++) {
		const struct header_node *x = header_tree_at(t, chain.index[i]);

		good &= i == 0 || x->parent == chain.index[i - 1];
		good &= x->height == (root_of(m, best) == root_of(m, 0)
					      ? i
					      : HEADER_TREE_UNSURE);
		good &= header_tree_find(t, x->hash) == chain.index[i];
	}
	for (int i = 0; i < N; i++) {
		apart += root_of(m, i) != root_of(m, best);
		stale += root_of(m, i) == root_of(m, best);
	}
	good &= chain.apart == apart && chain.stale == stale - chain.n;
	free(chain.index);
	header_tree_free(t);
	return good;
}

/* Two branches of as much work: the one whose last header came first. */
static void test_tie(void)
{
	struct made root = { .parent = -1 }, a = { .parent = 0 },
		    b = { .parent = 0 };

	make(&root, NULL, 1, 0);
	make(&a, &root, 1, 1);
	make(&b, &root, 1, 2);
	for (int first = 0; first < 2; first++) {
		struct header_tree *t = header_tree_new(MAKER_NBITS);
		struct header_chain chain;

		header_tree_add(t, root.raw, 0);
		header_tree_add(t, first ? b.raw : a.raw, 1);
		header_tree_add(t, first ? a.raw : b.raw, 2);
		header_tree_chain(&chain, t, root.hash, false, no_height, NULL);
		OK(chain.n == 2 && chain.stale == 1 &&
		   header_tree_at(t, chain.index[1])->place == 1);
		free(chain.index);
		header_tree_free(t);
	}
}

static void test_refused(void)
{
	struct header_tree *t = header_tree_new(0x1d00ffff);
	struct made m = { .parent = -1 };
	struct header h = { .version = 1, .nbits = 0x1d00ffff };
	uint8_t raw[HEADER_SIZE];

	make(&m, NULL, 1, 0);
	OK(header_tree_add(t, m.raw, 0) ==
	   HEADER_WRONG); /* too easy a target */
	header_write(raw, &h);
	OK(header_tree_add(t, raw, 0) == HEADER_EASY); /* not met */
	h.nbits = 0;
	header_write(raw, &h);
	OK(header_tree_add(t, raw, 0) == HEADER_WRONG);
	h.nbits = 0x04923456; /* negative */
	header_write(raw, &h);
	OK(header_tree_add(t, raw, 0) == HEADER_WRONG);
	OK(header_tree_count(t) == 0);
	struct header_chain chain;

	header_tree_chain(&chain, t, m.hash, false, no_height, NULL);
	OK(chain.n == 0 && chain.first_height == HEADER_TREE_UNSURE);
	free(chain.index);
	header_tree_free(t);
}

static uint32_t height_700(void *context, const struct header_node *root)
{
	(void)context, (void)root;
	return 700;
}

/* On Bitcoin's main chain a target must be that of its height: at 700 it is
 * not regtest's. */
static void test_retargets(void)
{
	struct header_tree *t = header_tree_new(MAKER_NBITS);
	struct header_chain chain;
	struct made m = { .parent = -1 };

	make(&m, NULL, 1, 0);
	header_tree_add(t, m.raw, 0);
	header_tree_chain(&chain, t, (const uint8_t[32]){ 0 }, true, height_700,
			  NULL);
	OK(chain.n == 0 && chain.wrong == 1);
	free(chain.index);
	header_tree_free(t);
}

int main(void)
{
	bool good = true;

	for (uint32_t seed = 1; seed <= 40; seed++)
		good &= same_as_model(seed);
	OK(good);
	test_tie();
	test_refused();
	test_retargets();
	return tap_end();
}
