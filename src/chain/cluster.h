/* cluster - which scripts seem to have one owner: an inference, always said to
 * be one.
 *
 * The rule that is always on is common input ownership: scripts that a
 * transaction spends from together belong together (Nakamoto 2008, section
 * 10; Meiklejohn and others 2013), unless it looks like a CoinJoin
 * (chain/coinjoin.h). Rules about change are named and off by default, because
 * they join what does not belong together sooner or later:
 *
 *	fresh    of a transaction's outputs exactly one pays a script never seen
 *	         before, and none pays one it spends from: that is its change
 *	type     exactly one output has the kind of script that all inputs have
 *
 * The transaction behind every union is kept: cluster_why() shows the path of
 * transactions that ties two scripts. */
#ifndef CHAIN_CLUSTER_H
#define CHAIN_CLUSTER_H

#include "chain/chain.h"

enum cluster_rule {
	CLUSTER_INPUTS,
	CLUSTER_FRESH,
	CLUSTER_TYPE,
	CLUSTER_RULES
};
const char *cluster_rule_text(enum cluster_rule r);
/* CLUSTER_RULES if there is none of that name. */
enum cluster_rule cluster_rule_of(const char *text);

struct cluster_options {
	bool rule[CLUSTER_RULES]; /* beside CLUSTER_INPUTS */
	bool with_coinjoins;      /* take them for spends of one owner: wrong,
				   * and asked for to see how wrong */
	bool (*progress)(void *context, const char *what, size_t done,
			 size_t all); /* NULL, or: false stops */
	void *progress_context;
	/* For files: 8 bytes for each output until names are sorted, then 8
	 * for each script, 16 for each of a transaction's several inputs, and
	 * 16 for each union. NULL: TMPDIR, or /var/tmp. */
	const char *directory;
	size_t room; /* names in memory; 0: NAME_SET_ROOM */
};

struct clusters;

/* Reads the whole chain twice: for the scripts, and for what ties them.
 * Spent outputs' scripts come from rev files; where
 * there are none, a table of all unspent outputs is kept in memory instead.
 * ST_END: stopped. ST_BAD: a damaged block. ST_LIMIT: more scripts than
 * UNION_FIND_MAX. NULL with why on failure, and *st. */
struct clusters *cluster_build(const struct chain *c,
			       const struct cluster_options *options,
			       enum status *st, struct why *why);
void cluster_free(struct clusters *c);

struct cluster_counts {
	uint64_t scripts, unions, coinjoins, clusters;
	uint64_t largest;        /* scripts in the largest */
	uint64_t without_inputs; /* transactions whose inputs are not known */
};
void cluster_count(struct cluster_counts *out, struct clusters *c);

/* A script's cluster: some number, the same for all of one cluster. The chain
 * pays the script, and it is no null data: of another it is some number, or
 * UINT32_MAX. */
uint32_t cluster_of(struct clusters *c, struct span script);
/* Of any script: UINT32_MAX where it was never seen. Reads a file. */
enum status cluster_find(uint32_t *out, struct clusters *c, struct span script,
			 struct why *why);
uint32_t cluster_size(struct clusters *c, uint32_t cluster);

/* The scripts of n clusters (of all, where cluster is NULL), in the order of
 * their first coming, read off the chain once more; false stops. */
typedef bool cluster_script(void *context, struct span script,
			    uint32_t cluster);
enum status cluster_list(struct clusters *c, const struct chain *chain,
			 const uint32_t *cluster, size_t n,
			 cluster_script *visit, void *context, struct why *why);

/* More scripts than this in one cluster, and it is a super-cluster: services
 * that were joined by mistake, more likely than one owner. */
#define CLUSTER_SUPER 1000000

struct cluster_step {      /* two scripts that a transaction joined */
	uint32_t from, to; /* numbers of scripts */
	uint32_t block, position;
	enum cluster_rule rule;
};

/* The only path of unions from one script to the other; free(*out). ST_END:
 * they are in different clusters, or not there. Takes 44 bytes for each script
 * of the cluster. */
enum status cluster_why(struct cluster_step **out, size_t *n,
			struct clusters *c, struct span from, struct span to,
			struct why *why);

#endif /* CHAIN_CLUSTER_H */
