#include "chain/cluster_ids.h"

#include "chain/union_find.h"

enum status cluster_ids_init(struct cluster_ids *x, const char *directory,
			     size_t room, struct why *why)
{
	*x = (struct cluster_ids){ .directory = directory };
	return name_set_init(&x->names, directory, room, why);
}

void cluster_ids_fini(struct cluster_ids *x)
{
	name_set_fini(&x->names);
	perfect_hash_fini(&x->hash);
}

enum status cluster_ids_end(struct cluster_ids *x, struct why *why)
{
	const enum status st = name_set_end(&x->names, why);

	if (st != ST_OK)
		return st;
	if (x->names.n > UNION_FIND_MAX)
		return status_why(why, ST_LIMIT,
				  "more than %u scripts in the chain",
				  UNION_FIND_MAX);
	return perfect_hash_init(&x->hash, &x->names, x->directory, why);
}

void cluster_ids_of(uint32_t *out, const struct cluster_ids *x,
		    const uint64_t *name, size_t n)
{
	perfect_hash_of_all(out, &x->hash, name, n);
}

enum status cluster_ids_find(uint32_t *out, const struct cluster_ids *x,
			     uint64_t name, struct why *why)
{
	bool there;
	const enum status st = name_set_has(&there, &x->names, name, why);

	if (st == ST_OK)
		*out = there ? perfect_hash_of(&x->hash, name)
			     : CLUSTER_IDS_NONE;
	return st;
}
