/* Clusters against joining one by one, from what the chain was made of. */
#include "chain/cluster_private.h"
#include "chain/coinjoin.h"
#include "chain/test_lab.h"
#include "test/tap.h"

#define SCRIPTS 60

static uint32_t root[SCRIPTS];

static void join(uint32_t a, uint32_t b)
{
	const uint32_t from = root[a], to = root[b];

	for (uint32_t i = 0; i < SCRIPTS; i++)
		root[i] = root[i] == from ? to : root[i];
}

static void join_change(const struct lab *l, const struct lab_tx *tx,
			const bool *fresh)
{
	const uint32_t first = l->output[tx->in[0]].script;
	uint32_t change = 0;
	size_t n = 0;

	for (size_t i = 0; i < tx->num_out; i++) {
		const uint32_t to = l->output[tx->first_out + i].script;

		for (size_t k = 0; k < tx->num_in; k++) {
			if (l->output[tx->in[k]].script == to)
				return;
		}
		if (fresh[i]) {
			n++;
			change = to;
		}
	}
	if (tx->num_out >= 2 && n == 1)
		join(first, change);
}

/* One after the other; returns how many look like CoinJoins. */
static size_t model(const struct lab *l, const struct cluster_options *o)
{
	bool seen[SCRIPTS] = { false };
	size_t joined = 0;

	for (uint32_t i = 0; i < SCRIPTS; i++)
		root[i] = i;
	for (size_t t = 0; t < l->num_txs; t++) {
		const struct lab_tx *tx = &l->tx[t];
		uint64_t sat[LAB_PARTS];
		bool fresh[LAB_PARTS] = { false };
		size_t scripts = tx->num_in > 0;

		for (size_t i = 0; i < tx->num_out; i++) {
			const struct lab_output *out =
				&l->output[tx->first_out + i];

			sat[i] = out->sat;
			if (out->script == LAB_NOBODY)
				continue;
			fresh[i] = !seen[out->script];
			seen[out->script] = true;
		}
		for (size_t i = 1; i < tx->num_in; i++) {
			if (l->output[tx->in[i]].script !=
			    l->output[tx->in[0]].script)
				scripts = 2;
		}
		if (tx->num_in == 0)
			continue;
		if (coinjoin_like(sat, tx->num_out, tx->num_in, scripts)) {
			joined++;
			if (!o->with_coinjoins)
				continue;
		}
		for (size_t i = 1; i < tx->num_in; i++)
			join(l->output[tx->in[0]].script,
			     l->output[tx->in[i]].script);
		if (o->rule[CLUSTER_FRESH])
			join_change(l, tx, fresh);
	}
	return joined;
}

static uint32_t of(struct clusters *c, uint32_t script)
{
	uint8_t room[34];
	struct why why;
	uint32_t is = 0;

	OK(cluster_find(&is, c, lab_script(room, script), &why) == ST_OK);
	OK(is == UINT32_MAX || is == cluster_of(c, lab_script(room, script)));
	return is;
}

/* By which steps tell a script. */
static uint32_t rank_of(struct clusters *c, uint32_t script)
{
	uint8_t room[34];
	const uint64_t name = script_ids_name(lab_script(room, script));
	uint32_t id;

	cluster_ids_of(&id, &c->ids, &name, 1);
	return cluster_unions_rank(&c->unions, id);
}

/* Every step of a path is a transaction of the chain that spends from both, or
 * the step's change; each begins where the last ended. */
static bool why_holds(struct clusters *c, uint32_t from, uint32_t to)
{
	uint8_t a[34], b[34];
	struct cluster_step *step;
	struct why why;
	size_t n;

	if (cluster_why(&step, &n, c, lab_script(a, from), lab_script(b, to),
			&why) != ST_OK)
		return false;
	bool good = from == to ? n == 0
			       : step[0].from == rank_of(c, from) &&
					 step[n - 1].to == rank_of(c, to);

	for (size_t i = 1; i < n; i++)
		good &= step[i - 1].to == step[i].from;
	free(step);
	return good;
}

struct members {
	bool in[SCRIPTS];
	size_t n;
};

static bool on_member(void *context, struct span script, uint32_t cluster)
{
	struct members *m = context;
	uint8_t room[34];

	(void)cluster;
	for (uint32_t i = 0; i < SCRIPTS; i++) {
		const struct span s = lab_script(room, i);

		if (s.n == script.n && !memcmp(s.p, script.p, s.n)) {
			m->n += !m->in[i];
			m->in[i] = true;
		}
	}
	return true;
}

static void test_members(const struct chain *chain, struct clusters *c)
{
	struct members m = { .n = 0 };
	const uint32_t cluster = of(c, 1);
	struct why why;
	bool good = true;

	OK(cluster_list(c, chain, &cluster, 1, on_member, &m, &why) == ST_OK);
	OK(m.n == cluster_size(c, cluster));
	for (uint32_t i = 0; i < SCRIPTS; i++)
		good &= m.in[i] == (of(c, i) == cluster);
	OK(good);
}

/* Is it the first script of its cluster that was ever paid? */
static bool first_of_its(struct clusters *c, uint32_t a)
{
	for (uint32_t b = 0; b < a; b++) {
		if (of(c, b) != UINT32_MAX && root[b] == root[a])
			return false;
	}
	return true;
}

static void test_same(const struct lab *l, const struct cluster_options *o,
		      bool with_rev)
{
	struct chain *chain = lab_open(l, with_rev);
	const size_t joined = model(l, o);
	struct cluster_counts n;
	struct why why;
	enum status st;
	struct clusters *c = cluster_build(chain, o, &st, &why);
	bool good = true;
	size_t seen = 0, clusters = 0;

	OK(c && st == ST_OK);
	for (uint32_t a = 0; a < SCRIPTS; a++) {
		const uint32_t x = of(c, a);

		if (x == UINT32_MAX)
			continue;
		seen++;
		clusters += first_of_its(c, a);
		for (uint32_t b = 0; b < SCRIPTS; b++) {
			if (of(c, b) == UINT32_MAX)
				continue;
			good &= (x == of(c, b)) == (root[a] == root[b]);
			good &= why_holds(c, a, b) == (root[a] == root[b]);
		}
	}
	OK(good);
	cluster_count(&n, c);
	OK(n.scripts == seen && n.clusters == clusters &&
	   n.coinjoins == joined && n.without_inputs == 0 &&
	   n.unions == n.scripts - n.clusters);
	test_members(chain, c);
	cluster_free(c);
	chain_close(chain);
}

static bool stop(void *context, const char *what, size_t done, size_t all)
{
	(void)context, (void)what, (void)done, (void)all;
	return false;
}

int main(void)
{
	const struct cluster_options plain = { .with_coinjoins = false };
	const struct cluster_options runs = { .room = 7, .directory = "." };
	const struct cluster_options nowhere = { .directory = "/nowhere" };
	const struct cluster_options wrong = { .with_coinjoins = true };
	const struct cluster_options fresh = { .rule = { [CLUSTER_FRESH] =
								 true } };
	const struct cluster_options stopped = { .progress = stop };
	struct lab l;
	struct why why;
	enum status st;

	dir_make();
	lab_init(&l, 11);
	lab_random(&l, 30, 2, SCRIPTS); /* few: or all would be one */
	test_same(&l, &plain, true);
	test_same(&l, &plain, false);
	test_same(&l, &runs, true);
	test_same(&l, &wrong, true);
	test_same(&l, &fresh, true);
	test_same(&l, &fresh, false);
	OK(cluster_rule_of("type") == CLUSTER_TYPE &&
	   cluster_rule_of("none") == CLUSTER_RULES);
	struct chain *c = lab_open(&l, true);

	OK(!cluster_build(c, &stopped, &st, &why) && st == ST_END);
	OK(!cluster_build(c, &nowhere, &st, &why) && st == ST_IO &&
	   strstr(why.text, "/nowhere"));
	chain_close(c);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
