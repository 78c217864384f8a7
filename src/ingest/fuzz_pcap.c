/* pcap records over any input, whole and in steps (fuzz_split.h). */
#include "ingest/fuzz_split.h"
#include "ingest/pcapfile.h"

static enum parse next(void *state, struct record *r, struct span in)
{
	return pcapfile_next(state, r, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcapfile whole = { 0 }, split = { 0 };

	if (size < 1)
		return 0;
	const struct span all = { data + 1, size - 1 };

	fuzz_same(fuzz_read(next, &whole, all, size),
		  fuzz_read(next, &split, all, 1 + data[0] % 64));
	return 0;
}
