#include "coin/address.h"

#include <assert.h>
#include <string.h>

#include "coin/address_codec.h"
#include "hash/digest.h"

enum {
	OP_0 = 0x00,
	OP_1 = 0x51,
	OP_16 = 0x60,
	OP_RETURN = 0x6a,
	OP_DUP = 0x76,
	OP_EQUAL = 0x87,
	OP_EQUALVERIFY = 0x88,
	OP_HASH160 = 0xa9,
	OP_CHECKSIG = 0xac,
};

static_assert(ADDRESS_TEXT >= ADDRESS_BECH32_TEXT &&
		      ADDRESS_TEXT >= ADDRESS_BASE58_TEXT,
	      "every address fits");

/* What stands in front of and behind the 20 bytes of a hash. */
static const uint8_t p2pkh_head[] = { OP_DUP, OP_HASH160, 20 };
static const uint8_t p2pkh_tail[] = { OP_EQUALVERIFY, OP_CHECKSIG };
static const uint8_t p2sh_head[] = { OP_HASH160, 20 };
static const uint8_t p2sh_tail[] = { OP_EQUAL };

const char *address_kind_text(enum address_kind kind)
{
	switch (kind) {
	case ADDRESS_NONE:
		return "none";
	case ADDRESS_P2PK:
		return "p2pk";
	case ADDRESS_P2PKH:
		return "p2pkh";
	case ADDRESS_P2SH:
		return "p2sh";
	case ADDRESS_P2WPKH:
		return "p2wpkh";
	case ADDRESS_P2WSH:
		return "p2wsh";
	case ADDRESS_P2TR:
		return "p2tr";
	case ADDRESS_WITNESS:
		return "witness";
	case ADDRESS_NULL_DATA:
		return "null_data";
	}
	return "none";
}

static bool take_exactly(struct cur *c, const uint8_t *want, size_t n)
{
	const struct span got = cur_take(c, n);

	return got.n == n && !memcmp(got.p, want, n);
}

/* The 20 bytes between head and tail, or NULL. */
static const uint8_t *hash_between(struct span script, const uint8_t *head,
				   size_t head_n, const uint8_t *tail,
				   size_t tail_n)
{
	struct cur c = cur_over(script);

	if (!take_exactly(&c, head, head_n))
		return NULL;
	const struct span hash = cur_take(&c, 20);

	return take_exactly(&c, tail, tail_n) && cur_done(&c) ? hash.p : NULL;
}

/* push 33 or 65 bytes of public key | OP_CHECKSIG. The first byte of the key
 * says its form: 2, 3 compressed; 4, and 6, 7 (hybrid), not. */
static bool public_key(struct span *key, struct span script)
{
	struct cur c = cur_over(script);
	const struct span got = cur_take(&c, cur_u8(&c));
	const uint8_t check = cur_u8(&c);

	if (!cur_done(&c) || check != OP_CHECKSIG || got.n < 33)
		return false;
	const uint8_t form = got.p[0];
	const size_t wanted = form == 2 || form == 3                ? 33
			      : form == 4 || form == 6 || form == 7 ? 65
								    : 0;

	if (got.n != wanted)
		return false;
	*key = got;
	return true;
}

/* OP_0 or OP_1..OP_16 | push of 2 to 40 bytes. BIP 141. */
static bool witness_program(uint8_t *version, struct span *program,
			    struct span script)
{
	struct cur c = cur_over(script);
	const uint8_t op = cur_u8(&c);
	const struct span got = cur_take(&c, cur_u8(&c));

	if (!cur_done(&c) || got.n < ADDRESS_PROGRAM_MIN ||
	    got.n > ADDRESS_PROGRAM_MAX)
		return false;
	if (op != OP_0 && (op < OP_1 || op > OP_16))
		return false;
	if (op == OP_0 && got.n != 20 && got.n != 32)
		return false;
	*version = op == OP_0 ? 0 : (uint8_t)(op - OP_1 + 1);
	*program = got;
	return true;
}

static enum address_kind witness_kind(uint8_t version, size_t n)
{
	if (version == 0)
		return n == 20 ? ADDRESS_P2WPKH : ADDRESS_P2WSH;
	return version == 1 && n == 32 ? ADDRESS_P2TR : ADDRESS_WITNESS;
}

enum address_kind address_of_script(char out[ADDRESS_TEXT], struct span script,
				    const struct network *net)
{
	const uint8_t *hash;
	uint8_t version, key_hash[20];
	struct span key, program;

	if (witness_program(&version, &program, script)) {
		address_bech32_text(out, net->hrp, version, program);
		return witness_kind(version, program.n);
	}
	hash = hash_between(script, p2pkh_head, sizeof(p2pkh_head), p2pkh_tail,
			    sizeof(p2pkh_tail));
	if (hash) {
		address_base58_text(out, net->p2pkh, hash);
		return ADDRESS_P2PKH;
	}
	hash = hash_between(script, p2sh_head, sizeof(p2sh_head), p2sh_tail,
			    sizeof(p2sh_tail));
	if (hash) {
		address_base58_text(out, net->p2sh, hash);
		return ADDRESS_P2SH;
	}
	if (public_key(&key, script)) {
		digest_hash160(key_hash, key.p, key.n);
		address_base58_text(out, net->p2pkh, key_hash);
		return ADDRESS_P2PK;
	}
	out[0] = '\0';
	return script.n > 0 && script.p[0] == OP_RETURN ? ADDRESS_NULL_DATA
							: ADDRESS_NONE;
}

static uint8_t *put(uint8_t *at, const uint8_t *p, size_t n)
{
	memcpy(at, p, n);
	return at + n;
}

static bool parse_base58(const struct network **net, uint8_t *script,
			 size_t *script_n, struct span text)
{
	uint8_t version, hash[20], *at = script;
	const struct network *n = network_table();

	if (!address_base58_parse(&version, hash, text))
		return false;
	while (n->name && version != n->p2pkh && version != n->p2sh)
		n++;
	if (!n->name)
		return false;
	if (version == n->p2pkh) {
		at = put(at, p2pkh_head, sizeof(p2pkh_head));
		at = put(at, hash, sizeof(hash));
		at = put(at, p2pkh_tail, sizeof(p2pkh_tail));
	} else {
		at = put(at, p2sh_head, sizeof(p2sh_head));
		at = put(at, hash, sizeof(hash));
		at = put(at, p2sh_tail, sizeof(p2sh_tail));
	}
	*net = n;
	*script_n = (size_t)(at - script);
	return true;
}

static bool parse_bech32(const struct network **net, uint8_t *script,
			 size_t *script_n, struct span text)
{
	uint8_t version, program[ADDRESS_PROGRAM_MAX];
	size_t program_n;
	const struct network *n = network_table();

	while (n->name && !address_bech32_parse(&version, program, &program_n,
						n->hrp, text))
		n++;
	if (!n->name)
		return false;
	script[0] = version == 0 ? OP_0 : (uint8_t)(OP_1 + version - 1);
	script[1] = (uint8_t)program_n;
	memcpy(script + 2, program, program_n);
	*net = n;
	*script_n = 2 + program_n;
	return true;
}

bool address_parse(const struct network **net, uint8_t *script,
		   size_t *script_n, struct span text)
{
	return parse_base58(net, script, script_n, text) ||
	       parse_bech32(net, script, script_n, text);
}

struct span address_canonical(uint8_t room[ADDRESS_KEY_SCRIPT],
			      struct span script)
{
	static const uint8_t head[] = { 0x76, 0xa9, 20 },
			     tail[] = { 0x88, 0xac };

	if (!address_is_key(script))
		return script;
	memcpy(room, head, sizeof(head));
	digest_hash160(room + 3, script.p + 1, script.n - 2);
	memcpy(room + 23, tail, sizeof(tail));
	return (struct span){ room, ADDRESS_KEY_SCRIPT };
}
