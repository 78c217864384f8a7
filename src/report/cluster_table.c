#include "report/cluster_table.h"

#include "coin/address.h"

static const struct row_column columns[] = {
	{ "cluster", ROW_UINT, false },
	{ "scripts", ROW_UINT, false }, /* of the cluster */
	{ "address", ROW_TEXT, true },
	{ "script_kind", ROW_TEXT, false },
	{ "script", ROW_TEXT, false },
};

const struct row_table cluster_table = { "cluster_members", columns,
					 sizeof(columns) / sizeof(columns[0]),
					 "cluster, script" };

struct writing {
	struct row_writer row;
	struct clusters *clusters;
	const struct network *net;
};

static bool add(void *context, struct span script, uint32_t cluster)
{
	struct writing *w = context;
	char address[ADDRESS_TEXT];
	const enum address_kind kind =
		address_of_script(address, script, w->net);

	row_uint(&w->row, cluster);
	row_uint(&w->row, cluster_size(w->clusters, cluster));
	row_text(&w->row, address[0] ? address : NULL);
	row_text(&w->row, address_kind_text(kind));
	row_hex(&w->row, script);
	return !ferror(w->row.out);
}

enum status cluster_table_write(FILE *out, struct clusters *c,
				const struct chain *chain,
				enum row_format format)
{
	struct writing w = { .clusters = c,
			     .net = chain_network(chain)->network };
	struct why why;
	enum status st, written;

	row_init(&w.row, out, format, &cluster_table);
	st = cluster_list(c, chain, NULL, 0, add, &w, &why);
	written = row_fini(&w.row);
	return st == ST_OK ? written : st;
}
