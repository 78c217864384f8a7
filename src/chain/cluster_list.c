#include "chain/cluster_private.h"
#include "coin/block.h"
#include "coin/tx_walk.h"

struct listing {
	struct clusters *c;
	struct bit_ranks told; /* by number of script */
	const uint32_t *wanted;
	size_t num_wanted;
	cluster_script *visit;
	void *context;
};

static bool is_wanted(const struct listing *l, uint32_t root)
{
	for (size_t i = 0; i < l->num_wanted; i++) {
		if (root == l->wanted[i])
			return true;
	}
	return !l->wanted;
}

/* False: told to stop. */
static bool list_script(struct listing *l, struct span script)
{
	const uint64_t name = script_ids_name(script);
	uint32_t id;

	if (cluster_is_nobody(script))
		return true;
	cluster_ids_of(&id, &l->c->ids, &name, 1);
	if (id == CLUSTER_IDS_NONE || bit_ranks_has(&l->told, id))
		return true;
	bit_ranks_put(&l->told, id);
	const uint32_t root = cluster_of_id(l->c, id);

	return !is_wanted(l, root) || l->visit(l->context, script, root);
}

/* Names are all that is kept of scripts, so they are read once more. */
static bool list_block(struct listing *l, const struct block *b)
{
	struct cur txs = cur_over(b->txs);
	struct tx_walk tx;
	struct tx_output out;

	while (cur_left(&txs) > 0 && tx_walk(&tx, &txs)) {
		struct cur c = cur_over(tx.outputs);

		while (tx_walk_output(&out, &c)) {
			if (!list_script(l, out.script))
				return false;
		}
	}
	return true;
}

enum status cluster_list(struct clusters *c, const struct chain *chain,
			 const uint32_t *cluster, size_t n,
			 cluster_script *visit, void *context, struct why *why)
{
	struct listing l = { .c = c,
			     .wanted = cluster,
			     .num_wanted = n,
			     .visit = visit,
			     .context = context };
	struct chain_reader *reader = chain_reader_new(chain);
	enum status st = ST_OK;
	bool more = true;

	bit_ranks_init(&l.told, cluster_ids_count(&c->ids));
	for (size_t i = 0; i < chain_length(chain) && st == ST_OK && more;
	     i++) {
		struct span raw;
		struct block b;

		st = chain_reader_block(reader, i, &raw, why);
		if (st == ST_OK && block_parse(&b, raw)) {
			more = list_block(&l, &b);
			block_fini(&b);
		}
	}
	chain_reader_free(reader);
	bit_ranks_fini(&l.told);
	return st;
}
