/* address_asset - of which asset a text may be an address, by its form and, as
 * far as there is one, its checksum. */
#ifndef COIN_ADDRESS_ASSET_H
#define COIN_ADDRESS_ASSET_H

#include <stdbool.h>

#include "base/cur.h"

#define ADDRESS_ASSET_SCRIPT 42

/* "BTC" (checksum verified; then its script is given), "LTC", "TRX" (base58
 * with checksum, 41), "ETH" (0x and 40 hex digits; a checksum in its case is
 * not asked), "XMR" (by length and alphabet), or NULL. script has room for
 * ADDRESS_ASSET_SCRIPT bytes; *script_n is 0 for other assets. */
const char *address_asset(uint8_t *script, size_t *script_n, struct span text);

/* What lists call an asset, as tickers do: "XBT" is "BTC". Returns ticker
 * itself where it is none of those. */
const char *address_asset_ticker(const char *ticker);

/* Is a ticker one whose addresses address_asset() knows? */
bool address_asset_known(const char *ticker);

#endif /* COIN_ADDRESS_ASSET_H */
