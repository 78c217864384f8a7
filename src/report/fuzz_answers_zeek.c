/* Property: any text is one field of one line, none that means something else,
 * and reads back as it was. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/answers_zeek_private.h"
#include "report/test_answers_zeek_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, bool in_set)
{
	struct buf out;
	char *field;

	buf_init(&out, 1u << 24);
	answers_zeek_quote(&out, text, in_set);
	assert(!out.full && out.n > 0);
	field = mem_text(out.p, out.n);
	for (const char *c = field; *c; c++)
		assert((uint8_t)*c >= 0x20 && *c != 0x7f);
	assert(strcmp(field, "-") != 0);
	assert(!*text || strcmp(field, "(empty)") != 0);
	assert(!in_set || !strchr(field, ','));
	assert(zeek_read_text(field) && strcmp(field, text) == 0);
	free(field);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_text(data, size);

	check(text, false);
	check(text, true);
	free(text);
	return 0;
}
