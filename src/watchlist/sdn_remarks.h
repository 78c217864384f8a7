/* sdn_remarks - addresses in the remarks of OFAC's SDN list:
 *
 *	...; Digital Currency Address - XBT 12Qt..; alt. Digital Currency
 *	Address - ETH 0x7F..; ...
 */
#ifndef WATCHLIST_SDN_REMARKS_H
#define WATCHLIST_SDN_REMARKS_H

#include <stdbool.h>

#include "base/cur.h"

#define SDN_REMARKS_WORDS "Digital Currency Address - "
#define SDN_REMARKS_ASSET 16

struct sdn_remarks { /* private; over a text that stays */
	struct span rest;
};

void sdn_remarks_begin(struct sdn_remarks *r, struct span remarks);
/* The next address and its asset as the list has it ("XBT"); false at the end.
 * *whole: false if the text ends with it and no mark closes it, so that it may
 * have been cut. */
bool sdn_remarks_next(struct sdn_remarks *r, struct span *address,
		      char asset[SDN_REMARKS_ASSET], bool *whole);

#endif /* WATCHLIST_SDN_REMARKS_H */
