/* The properties: the result is no longer than the text, is as it was where
 * nothing was repaired, and repairing it again changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "watchlist/address_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once, twice;

	buf_init(&once, size);
	buf_init(&twice, size);
	const bool any = address_repair(&once, (struct span){ data, size });

	must(!once.full && once.n <= size);
	must(any ||
	     (once.n == size && (size == 0 || !memcmp(once.p, data, size))));
	/* Bytes that were apart may become a character of those, but then they
	 * are fewer. */
	if (address_repair(&twice, buf_span(&once)))
		must(twice.n < once.n);
	else
		must(twice.n == once.n);
	buf_fini(&once);
	buf_fini(&twice);
	return 0;
}
