/* test_share_zcash - a real share for tests: the first block of Zcash. */
#ifndef POW_TEST_SHARE_ZCASH_H
#define POW_TEST_SHARE_ZCASH_H

#include "hash/test_equihash_sample.h"

static const char share_zcash_hash[] = /* as people write it */
	"00040fe8ec8471911baa1db1266ea15dd06b4a8a5c453883c000b031973dce08";

#endif /* POW_TEST_SHARE_ZCASH_H */
