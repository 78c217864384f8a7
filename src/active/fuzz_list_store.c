/* index.json of a directory of lists, from hostile bytes: names stay names, and
 * what would go into headers cannot end a line. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "active/list_store.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct list_store s;

	if (!s.entry)
		s.entry = mem_new(LIST_STORE_MAX, sizeof(s.entry[0]));
	if (!list_store_parse(&s, (struct span){ data, size })) {
		assert(s.n == 0);
		return 0;
	}
	assert(s.n <= LIST_STORE_MAX);
	for (size_t i = 0; i < s.n; i++) {
		const struct list_store_entry *e = &s.entry[i];

		assert(e->name[0] && e->name[0] != '.');
		assert(!strchr(e->name, '/'));
		assert(strlen(e->sha256) == 64 && e->source[0]);
		assert(!strpbrk(e->validators.etag, "\r\n"));
		assert(!strpbrk(e->validators.last_modified, "\r\n"));
	}
	return 0;
}
