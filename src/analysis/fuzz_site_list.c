/* Input: a site file; its last 16 bytes are an address, too. The properties: a
 * reason is given for every refusal; what is found has a name and a prefix that
 * reads as a list of its own, in which the address is found again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/site_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_prefix(const char *prefix, const char *name,
			 const uint8_t address[16])
{
	char line[SITE_LIST_PREFIX + SITE_LIST_NAME_MAX + 2];
	char again[SITE_LIST_PREFIX];
	const int n = snprintf(line, sizeof(line), "%s,%s", prefix, name);
	struct site_list *l = site_list_parse(
		(struct span){ (const uint8_t *)line, (size_t)n }, "again",
		NULL);

	must(l != NULL);
	const char *found = site_list_find(again, l, address);

	must(found && strcmp(found, name) == 0 && strcmp(again, prefix) == 0);
	site_list_free(l);
}

static void check(const struct site_list *l, const uint8_t address[16])
{
	char prefix[SITE_LIST_PREFIX];
	const char *name = site_list_find(prefix, l, address);

	if (!name)
		return;
	must(name[0] != '\0' && strlen(name) <= SITE_LIST_NAME_MAX);
	check_prefix(prefix, name, address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t v4[16] = { [10] = 0xff, 0xff, 175, 45, 178, 9 };
	struct why why = { "" };
	struct site_list *l =
		site_list_parse((struct span){ data, size }, "input", &why);

	must((l == NULL) == (why.text[0] != '\0'));
	if (!l)
		return 0;
	check(l, v4);
	if (size >= 16)
		check(l, data + size - 16);
	site_list_free(l);
	return 0;
}
