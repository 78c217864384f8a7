#include "chain/coinjoin.h"
#include "test/tap.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

int main(void)
{
	uint64_t three[] = { 50000, 70000, 50000, 1, 50000 };
	uint64_t two[] = { 50000, 50000, 1, 2 };
	uint64_t dust[] = { 9999, 9999, 9999 };
	uint64_t lone[] = { 10000, 10000, 10000 };
	uint64_t many[] = { 20000, 20000, 20000, 1, 2, 3, 4, 5, 6 };
	/* Two amounts: the one with the most outputs counts. */
	uint64_t mix[] = { 20000, 30000, 20000, 30000, 30000, 20000, 30000 };

	OK(coinjoin_like(three, N(three), 3, 2) == 3);
	OK(coinjoin_like(three, N(three), 3, 0) == 3); /* not asked */
	OK(coinjoin_like(three, N(three), 3, 1) == 0); /* one party pays */
	OK(coinjoin_like(three, N(three), 2, 2) == 0); /* too few inputs */
	OK(coinjoin_like(two, N(two), 5, 2) == 0);
	OK(coinjoin_like(dust, N(dust), 3, 2) == 0);
	OK(coinjoin_like(lone, N(lone), 3, 2) == 3);
	OK(coinjoin_like(many, 8, 5, 3) == 3); /* 8 = 2 * 3 + 2 */
	OK(coinjoin_like(many, N(many), 5, 3) == 0);
	OK(coinjoin_like(mix, N(mix), 4, 4) == 4);
	OK(coinjoin_like(mix, N(mix), 3, 3) == 0);
	return tap_end();
}
