/* Properties and the form of the input: fuzz_dialect.h. */
#include "proto/fuzz_dialect.h"
#include "proto/monero_daemon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_dialect(&monero_daemon_dialect, data, size);
	return 0;
}
