/* address - output scripts as people write them, and back.
 *
 * P2PK (shown as the P2PKH address of its key), P2PKH, P2SH: base58check;
 * P2WPKH, P2WSH: bech32 (BIP 173); P2TR and later: bech32m (BIP 350). */
#ifndef COIN_ADDRESS_H
#define COIN_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "coin/network.h"

#define ADDRESS_TEXT 128

enum address_kind {
	ADDRESS_NONE, /* not a script that has an address */
	ADDRESS_P2PK,
	ADDRESS_P2PKH,
	ADDRESS_P2SH,
	ADDRESS_P2WPKH,
	ADDRESS_P2WSH,
	ADDRESS_P2TR,
	ADDRESS_WITNESS,   /* a later witness version */
	ADDRESS_NULL_DATA, /* OP_RETURN: pays nobody */
};

/* "p2pkh", ... */
const char *address_kind_text(enum address_kind kind);

/* out gets the address, or "" for kinds that have none. */
enum address_kind address_of_script(char out[ADDRESS_TEXT], struct span script,
				    const struct network *net);

/* Is text a valid address of any network in the table (checksum verified)?
 * Gives that network and the script that pays it (script has room for 42
 * bytes); on false all is as it was. Base58 test prefixes are shared, and so
 * is "tb": the first network that fits. */
bool address_parse(const struct network **net, uint8_t *script,
		   size_t *script_n, struct span text);

/* A public key's script (P2PK) as the script of its hash (P2PKH), put into
 * room: whoever knows the key is paid by both. Any other as it is. */
#define ADDRESS_KEY_SCRIPT 25
struct span address_canonical(uint8_t room[ADDRESS_KEY_SCRIPT],
			      struct span script);

/* Has it the form of one that address_canonical() changes? */
static inline bool address_is_key(struct span script)
{
	return (script.n == 35 || script.n == 67) &&
	       script.p[0] == script.n - 2 && script.p[script.n - 1] == 0xac;
}

#endif /* COIN_ADDRESS_H */
