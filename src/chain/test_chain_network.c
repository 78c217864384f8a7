#include <string.h>

#include "chain/chain_network.h"
#include "test/tap.h"

int main(void)
{
	const struct chain_network *main_net =
		chain_network_by_magic(0xd9b4bef9);
	const struct chain_network *regtest =
		chain_network_by_magic(0xdab5bffa);

	OK(main_net && !strcmp(main_net->network->name, "main"));
	OK(main_net->retargets && main_net->genesis[31] == 0 &&
	   main_net->genesis[0] == 0x6f); /* internal order */
	OK(chain_network_subsidy(main_net, 0) == 5000000000);
	OK(chain_network_subsidy(main_net, 840000) == 312500000);
	OK(chain_network_subsidy(main_net, UINT32_MAX) == 0);
	OK(regtest && !regtest->retargets);
	OK(chain_network_subsidy(regtest, 149) == 5000000000);
	OK(chain_network_subsidy(regtest, 150) == 2500000000);
	OK(chain_network_by_magic(0x283f161c) &&
	   chain_network_by_magic(0x0709110b) &&
	   chain_network_by_magic(0x40cf030a));
	OK(!chain_network_by_magic(0));
	OK(!chain_network_by_magic(0xdbb6c0fb));
	OK(chain_network_refused(0xdbb6c0fb) != NULL);
	OK(chain_network_refused(0xd9b4bef9) == NULL);
	return tap_end();
}
