/* address_repair - addresses as documents have them: with characters in them
 * that no address has, because somebody pasted them.
 *
 * Zero-width characters, soft hyphens, blanks of all kinds and bidirectional
 * marks are taken out; letters of other scripts that look like Latin ones
 * become those (UTS #39, the pairs that occur in base58 and bech32). */
#ifndef WATCHLIST_ADDRESS_REPAIR_H
#define WATCHLIST_ADDRESS_REPAIR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/cur.h"

/* Appends the repaired text to out. True: something was repaired. Bytes that
 * are none of these stay as they are. */
bool address_repair(struct buf *out, struct span text);

#endif /* WATCHLIST_ADDRESS_REPAIR_H */
