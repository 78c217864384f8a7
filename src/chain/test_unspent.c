#include "chain/unspent.h"
#include "test/tap.h"

int main(void)
{
	struct unspent u;
	uint8_t txid[32] = { 1 };
	uint64_t value = 0, before = 0;

	unspent_init(&u);
	OK(unspent_put(&u, txid, 0, 5, &before) == UNSPENT_NEW);
	OK(unspent_put(&u, txid, 1, 6, &before) == UNSPENT_NEW);
	OK(unspent_put(&u, txid, 1, 7, &before) == UNSPENT_AGAIN &&
	   before == 6);
	OK(unspent_count(&u) == 2);
	OK(unspent_take(&u, &value, txid, 1) && value == 7);
	OK(!unspent_take(&u, &value, txid, 1));
	OK(!unspent_take(&u, &value, txid, 2));
	OK(unspent_take(&u, &value, txid, 0) && value == 5);
	OK(unspent_count(&u) == 0);
	unspent_fini(&u);
	return tap_end();
}
