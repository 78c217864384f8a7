/* The first byte chooses the name, by which some formats go. The properties:
 * every entry has an address, is found by its text, and by its script where it
 * is valid for Bitcoin; counts add up; a failure says the file. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/address_asset.h"
#include "watchlist/lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static bool among(const size_t *hit, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++) {
		if (hit[k] == i)
			return true;
	}
	return false;
}

static void check_entry(const struct lists *l, size_t i, size_t *hit)
{
	const struct list_entry *e = lists_entry(l, i);
	uint8_t script[ADDRESS_ASSET_SCRIPT];
	size_t script_n = 0;

	must(e->address && e->list);
	const struct span text = { (const uint8_t *)e->address,
				   strlen(e->address) };

	/* A NUL in it ends the text that is kept. */
	const size_t n = lists_by_text(hit, lists_count(l), l, text);

	if (address_asset(script, &script_n, text) && script_n > 0)
		must(among(hit,
			   lists_by_script(hit, lists_count(l), l,
					   (struct span){ script, script_n }),
			   i));
	else
		must(n <= lists_count(l));
	must(e->valid || !e->other_asset || strlen(e->other_asset) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "f", "f_XBT.txt", "ofac_ETH.txt" };
	const char *name = names[size ? data[0] % 3 : 0];
	struct lists *l = lists_new();
	struct why why = { "" };
	size_t sum = 0;

	if (lists_parse(l, name, (struct span){ data + !!size, size - !!size },
			TS_NONE, &why) != ST_OK)
		must(strncmp(why.text, name, strlen(name)) == 0);
	for (size_t i = 0; i < lists_sources(l); i++) {
		const struct list_source *s = lists_source(l, i);

		sum += s->entries;
		must(s->invalid <= s->entries && s->repaired <= s->entries);
	}
	must(sum == lists_count(l));
	size_t *hit = mem_new(sum + 1, sizeof(hit[0]));

	for (size_t i = 0; i < sum && i < 1000; i++)
		check_entry(l, i, hit);
	free(hit);
	lists_free(l);
	return 0;
}
