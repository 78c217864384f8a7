/* Properties: fuzz_daemon.h; the form of the input: fuzz_dialect.h. */
#include "proto/fuzz_daemon.h"
#include "proto/getblocktemplate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_daemon(&getblocktemplate_dialect, data, size);
	return 0;
}
