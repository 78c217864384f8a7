#include <string.h>

#include "coin/network.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Read from the headers of those blocks; around 32,256, 465,696 and 953,568
 * from the checkpoints of that period. */
static const struct {
	uint32_t height, nbits;
} blocks[] = {
	{ 0, 0x1d00ffff },      { 170, 0x1d00ffff },    { 2015, 0x1d00ffff },
	{ 32255, 0x1d00ffff },  { 32256, 0x1d00d86a },  { 46367, 0x1c387f6f },
	{ 46368, 0x1c381375 },  { 169482, 0x1a0b350c }, { 227836, 0x1a02816e },
	{ 277647, 0x1903a30c }, { 300025, 0x1900896c }, { 426884, 0x18050edc },
	{ 465695, 0x18021b3e }, { 465696, 0x1801f6a7 }, { 481815, 0x180130e0 },
	{ 481829, 0x18013ce9 }, { 702861, 0x170ed0eb }, { 866342, 0x17030ecd },
	{ 951658, 0x1702068f }, { 953568, 0x170240c3 },
};

static void test_retargets(void)
{
	uint32_t nbits = 7;

	for (size_t i = 0; i < COUNT(blocks); i++) {
		printf("# height %u\n", blocks[i].height);
		OK(network_btc_nbits(&nbits, blocks[i].height));
		OK(nbits == blocks[i].nbits);
	}
	nbits = 7;
	OK(network_btc_nbits(&nbits, 955583)); /* the last one it covers */
	nbits = 7;
	OK(!network_btc_nbits(&nbits, 955584) && nbits == 7);
	OK(!network_btc_nbits(&nbits, UINT32_MAX) && nbits == 7);
}

static const struct {
	const char *why;
	uint32_t nbits, height, version;
	const char *name; /* NULL: not determined */
	bool not_btc;
} jobs[] = {
	{ "main", 0x1801f6a7, 465696, 0x20000000, "main", false },
	{ "main, rolled version", 0x170ed0eb, 702861, 0x3fffe004, "main",
	  false },
	{ "main, last of a period", 0x18021b3e, 465695, 2, "main", false },
	{ "one block early", 0x1801f6a7, 465695, 2, NULL, true },
	{ "one block late", 0x18021b3e, 465696, 2, NULL, true },
	{ "a height that version 1 does not bind", 0x1801f6a7, 465696, 1, NULL,
	  false },
	{ "a negative version", 0x1801f6a7, 465696, 0x80000002, NULL, false },
	{ "no height", 0x1801f6a7, 0, 0x20000000, NULL, false },
	{ "beyond the table", 0x170240c3, 955584, 0x20000000, NULL, false },
	{ "testnet 3, block 898,352", 0x1d00ffff, 898352, 0x20000000, NULL,
	  true },
	{ "every young chain", 0x1d00ffff, 100, 0x20000000, NULL, false },
	{ "regtest", 0x207fffff, 137, 0x20000000, "regtest", false },
	{ "a private chain of difficulty 0.25", 0x1d03fffc, 137, 0x20000000,
	  "regtest", false },
	{ "just above the limit", 0x1d010000, 0, 1, "regtest", false },
	{ "signet's minimum", 0x1e0377ae, 100000, 0x20000000, "signet", false },
	{ "beside signet's minimum", 0x1e0377ad, 1, 1, "regtest", false },
	{ "above signet's minimum", 0x1e0377af, 1, 1, "regtest", false },
	{ "not a target, no height", 0x1d800000, 0, 2, NULL, false },
	{ "not a target, height", 0xff123456, 465696, 2, NULL, true },
	{ "nothing", 0, 0, 0, NULL, false },
};

static void test_jobs(void)
{
	for (size_t i = 0; i < COUNT(jobs); i++) {
		bool not_btc = !jobs[i].not_btc;
		const struct network *n =
			network_of_job(&not_btc, jobs[i].nbits, jobs[i].height,
				       jobs[i].version);

		printf("# %s\n", jobs[i].why);
		OK(jobs[i].name ? n && !strcmp(n->name, jobs[i].name) : !n);
		OK(not_btc == jobs[i].not_btc);
	}
}

static void test_names(void)
{
	size_t n = 0;

	for (const struct network *t = network_table(); t->name; t++, n++)
		OK(network_named(t->name) == t);
	OK(n == 6);
	OK(!network_named("") && !network_named("BTC"));
	OK(!strcmp(network_named("main")->coin, "BTC"));
	OK(!strcmp(network_named("ltc")->coin, "LTC"));
	OK(!network_named("test")->coin && !network_named("signet")->coin &&
	   !network_named("regtest")->coin && !network_named("ltc-test")->coin);
}

static void test_subsidy(void)
{
	OK(network_btc_subsidy(0) == 5000000000);
	OK(network_btc_subsidy(209999) == 5000000000);
	OK(network_btc_subsidy(210000) == 2500000000);
	OK(network_btc_subsidy(465696) == 1250000000);
	OK(network_btc_subsidy(840000) == 312500000);
	OK(network_btc_subsidy(32 * 210000) == 1);
	OK(network_btc_subsidy(33 * 210000) == 0);
	OK(network_btc_subsidy(64 * 210000) == 0);
	OK(network_btc_subsidy(UINT32_MAX) == 0);
}

int main(void)
{
	test_retargets();
	test_jobs();
	test_names();
	test_subsidy();
	return tap_end();
}
