/* redact - names and addresses of an assessment replaced by pseudonyms, so
 * that it can be shared.
 *
 * The same name gets the same pseudonym wherever it stands, and in every report
 * made with the same key: "worker-07c1", "host-3f9a", "payout-..", "site-..",
 * "file-..", "agent-..": the first digits of HMAC-SHA256(key, kind || name), at
 * least four and as many as keep all of a kind apart. IP addresses become
 * addresses of documentation's prefix 2001:db8::/32 (RFC 3849) made the same
 * way, so that what reads addresses still can; sessions' ids, which are made of
 * addresses, 16 digits of it.
 *
 * Left out, because the chain or the captures would tell what they belong to:
 * headers and hashes of exhibits, and those that solved a block; extranonce1;
 * the coinbase's text; scripts; inputs' digests. Amounts of payouts, rewards
 * and an exhibit's own difficulty are rounded to two digits. Software that the
 * shipped table knows stays, up to its version. Times, ports, heights, pools'
 * names and all measures stay: docs/report-json.md, "Redacted", says what that
 * may still tell. */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "analysis/assessment.h"

/* Key: 32 bytes. NULL: drawn from what the case holds and the redacted report
 * does not tell (digests, hashes, extranonce1), so that reports of one case
 * agree, and who has its captures can make the pseudonyms again. */
void redact_assessment(struct assessment *a, const uint8_t key[32]);

#endif /* REPORT_REDACT_H */
