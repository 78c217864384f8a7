/* The properties: a row's fields are no more bytes than its text, trimmed ones
 * lie in whole ones, lines only go up, and reading ends. */
#include <stdlib.h>

#include "watchlist/csv_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_row r;
	size_t line = 0, left = size + 1;

	csv_row_init(&r, (struct span){ data, size });
	while (csv_row_next(&r)) {
		size_t bytes = 0;

		must(r.line > line && r.text.n < left);
		must(r.n > 0 && r.n <= CSV_ROW_FIELDS);
		for (size_t i = 0; i < r.n; i++) {
			const struct span whole = csv_row_whole(&r, i);
			const struct span field = csv_row_field(&r, i);

			must(field.n <= whole.n);
			must(field.n == 0 || field.p == whole.p);
			must(field.n == 0 || field.p[field.n - 1] != ' ');
			bytes += whole.n;
		}
		must(bytes <= left - r.text.n);
		line = r.line;
		left = r.text.n;
	}
	must(r.bad || r.text.n == 0);
	csv_row_fini(&r);
	return 0;
}
