/* Property: any text is one field of one line, that no spreadsheet takes for a
 * formula, and that reads back as what text_safe() makes of it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/answers_csv_private.h"
#include "report/test_answers_csv_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char field[CSV_READ_MAX], *text;
	struct buf line, safe;
	const char *p;

	/* A byte may become four, and a quote two. */
	if (size > CSV_READ_MAX / 5)
		size = CSV_READ_MAX / 5;
	text = mem_text(data, size);
	buf_init(&line, 1u << 20);
	buf_init(&safe, 1u << 20);
	answers_csv_quote(&line, text);
	buf_text(&line, ",2\r\n");
	p = buf_str(&line);
	assert(csv_read_field(field, &p) == ',');
	for (const char *c = field; *c; c++)
		assert((uint8_t)*c >= 0x20 && *c != 0x7f);
	assert(!strchr("=+-@", field[0]) || !field[0]);
	text_safe(&safe, (struct span){ (const uint8_t *)text, strlen(text) },
		  SIZE_MAX);
	assert(strcmp(field[0] == '\'' ? field + 1 : field, buf_str(&safe)) ==
	       0);
	assert(csv_read_field(field, &p) == '\n' && !strcmp(field, "2") && !*p);
	buf_fini(&line);
	buf_fini(&safe);
	free(text);
	return 0;
}
