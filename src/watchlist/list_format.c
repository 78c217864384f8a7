#include "watchlist/list_reader.h"

#include <stddef.h>

static const char *const kinds[] = {
	[LIST_SANCTION] = "sanction", [LIST_EXCHANGE] = "exchange",
	[LIST_POOL] = "pool",         [LIST_MIXER] = "mixer",
	[LIST_OTHER] = "other",
};

const char *list_kind_text(enum list_kind k)
{
	return kinds[k];
}

/* The plainest last: it takes nearly anything. */
static const struct list_format *const table[] = {
	&list_sdn_xml, &list_sdn_advanced, &list_ftm,          &list_tagpack,
	&list_csv,     &list_sdn_csv,      &list_sdn_comments, &list_plain,
};

const struct list_format *list_format_of(const char *path,
					 struct span beginning)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i]->is(path, beginning))
			return table[i];
	}
	return NULL;
}
