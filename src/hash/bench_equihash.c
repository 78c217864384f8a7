/* Milliseconds to verify a solution, best of some trials: block 0 of Zcash's
 * main chain; the same with its last bit flipped, which costs all hashes too;
 * and with its first, which a verifier notices at once. */
#include <stdio.h>
#include <time.h>

#include "base/hex.h"
#include "hash/equihash.h"

#define TRIALS 9
#define ROUNDS 100

static const char genesis_header[] =
	"0400000000000000000000000000000000000000000000000000000000000000"
	"00000000db4d7a85b768123f1dff1d4c4cece70083b2d27e117b4ac2e31d0879"
	"88a5eac400000000000000000000000000000000000000000000000000000000"
	"0000000090041358ffff071f5712000000000000000000000000000000000000"
	"000000000000000000000000";

static const char genesis_solution[] =
	"000a889f00854b8665cd555f4656f68179d31ccadc1b1f7fb0952726313b1694"
	"1da348284d67add4686121d4e3d930160c1348d8191c25f12b267a6a9c131b50"
	"31cbf8af1f79c9d513076a216ec87ed045fa966e01214ed83ca02dc1797270a4"
	"54720d3206ac7d931a0a680c5c5e099057592570ca9bdf6058343958b31901fc"
	"e1a15a4f38fd347750912e14004c73dfe588b903b6c03166582eeaf30529b140"
	"72a7b3079e3a684601b9b3024054201f7440b0ee9eb1a7120ff43f713735494a"
	"a27b1f8bab60d7f398bca14f6abb2adbf29b04099121438a7974b078a11635b5"
	"94e9170f1086140b4173822dd697894483e1c6b4e8b8dcd5cb12ca4903bc61e1"
	"08871d4d915a9093c18ac9b02b6716ce1013ca2c1174e319c1a570215bc9ab5f"
	"7564765f7be20524dc3fdf8aa356fd94d445e05ab165ad8bb4a0db096c097618"
	"c81098f91443c719416d39837af6de85015dca0de89462b1d8386758b2cf8a99"
	"e00953b308032ae44c35e05eb71842922eb69797f68813b59caf266cb6c21356"
	"9ae3280505421a7e3a0a37fdf8e2ea354fc5422816655394a9454bac542a9298"
	"f176e211020d63dee6852c40de02267e2fc9d5e1ff2ad9309506f02a1a71a050"
	"1b16d0d36f70cdfd8de78116c0c506ee0b8ddfdeb561acadf31746b5a9dd32c2"
	"1930884397fb1682164cb565cc14e089d66635a32618f7eb05fe05082b8a3fae"
	"620571660a6b89886eac53dec109d7cbb6930ca698a168f301a950be152da1be"
	"2b9e07516995e20baceebecb5579d7cdbc16d09f3a50cb3c7dffe33f26686d4f"
	"f3f8946ee6475e98cf7b3cf9062b6966e838f865ff3de5fb064a37a21da7bb8d"
	"fd2501a29e184f207caaba364f36f2329a77515dcb710e29ffbf73e2bbd773fa"
	"b1f9a6b005567affff605c132e4e4dd69f36bd201005458cfbd2c658701eb2a7"
	"00251cefd886b1e674ae816d3f719bac64be649c172ba27a4fd55947d95d53ba"
	"4cbc73de97b8af5ed4840b659370c556e7376457f51e5ebb66018849923db82c"
	"1c9a819f173cccdb8f3324b239609a300018d0fb094adf5bd7cbb3834c69e6d0"
	"b3798065c525b20f040e965e1a161af78ff7561cd874f5f1b75aa0bc77f72058"
	"9e1b810f831eac5073e6dd46d00a2793f70f7427f0f798f2f53a67e615e65d35"
	"6e66fe40609a958a05edb4c175bcc383ea0530e67ddbe479a898943c6e3074c6"
	"fcc252d6014de3a3d292b03f0d88d312fe221be7be7e3c59d07fa0f2f4029e36"
	"4f1f355c5d01fa53770d0cd76d82bf7e60f6903bc1beb772e6fde4a70be51d9c"
	"7e03c8d6d8dfb361a234ba47c470fe630820bbd920715621b9fbedb49fcee165"
	"ead0875e6c2b1af16f50b5d6140cc981122fcbcf7c5a4e3772b3661b628e0838"
	"0abc545957e59f634705b1bbde2f0b4e055a5ec5676d859be77e20962b645e05"
	"1a880fddb0180b4555789e1f9344a436a84dc5579e2553f1e5fb0a599c137be3"
	"6cabbed0319831fea3fddf94ddc7971e4bcf02cdc93294a9aab3e3b13e3b0582"
	"35b4f4ec06ba4ceaa49d675b4ba80716f3bc6976b1fbf9c8bf1f3e3a4dc1cd83"
	"ef9cf816667fb94f1e923ff63fef072e6a19321e4812f96cb0ffa864da50ad74"
	"deb76917a336f31dce03ed5f0303aad5e6a83634f9fcc371096f8288b8f02ddd"
	"ed5ff1bb9d49331e4a84dbe1543164438fde9ad71dab024779dcdde0b6602b5a"
	"e0a6265c14b94edd83b37403f4b78fcd2ed555b596402c28ee81d87a909c4e87"
	"22b30c71ecdd861b05f61f8b1231795c76adba2fdefa451b283a5d527955b9f3"
	"de1b9828e7b2e74123dd47062ddcc09b05e7fa13cb2212a6fdbc65d7e852cec4"
	"63ec6fd929f5b8483cf3052113b13dac91b69f49d1b7d1aec01c4a68e41ce157";

static uint8_t header[EQUIHASH_ZCASH_HEADER];
static uint8_t solution[EQUIHASH_ZCASH_SOLUTION];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static unsigned verify(void)
{
	unsigned num_valid = 0;

	for (int i = 0; i < ROUNDS; i++)
		num_valid += equihash_valid(
			&equihash_zcash,
			(struct span){ header, sizeof(header) },
			(struct span){ solution, sizeof(solution) });
	return num_valid;
}

static void print_row(const char *name)
{
	double best = 1e9;
	unsigned num_valid = 0;

	for (int trial = 0; trial < TRIALS; trial++) {
		const double from = now();

		num_valid = verify();

		const double took = now() - from;

		best = took < best ? took : best;
	}
	printf("%-18s %7.4f ms  %s\n", name, best / ROUNDS * 1e3,
	       num_valid ? "valid" : "refused");
}

int main(void)
{
	if (!hex_bytes(header, sizeof(header),
		       (struct span){ (const uint8_t *)genesis_header,
				      sizeof(genesis_header) - 1 }) ||
	    !hex_bytes(solution, sizeof(solution),
		       (struct span){ (const uint8_t *)genesis_solution,
				      sizeof(genesis_solution) - 1 }))
		return 1;
	print_row("good");
	solution[sizeof(solution) - 1] ^= 1;
	print_row("last bit flipped");
	solution[sizeof(solution) - 1] ^= 1;
	solution[0] ^= 128;
	print_row("first bit flipped");
	return 0;
}
