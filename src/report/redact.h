/* redact - names and addresses of an assessment replaced by pseudonyms, so
 * that it can be shared.
 *
 * The same name gets the same pseudonym wherever it stands, and in every report
 * made with the same key: "client-3f9a", "worker-07c1", "payout-..": the first
 * digits of HMAC-SHA256(key, kind || name), longer where two would be alike. IP
 * addresses become addresses of documentation's prefix 2001:db8::/32 (RFC 3849)
 * made the same way, so that what reads addresses still can. Headers and hashes
 * of exhibits are left out, because the chain would tell what they belong to.
 */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "analysis/assessment.h"

/* Key: 32 bytes. NULL: drawn from the case's inputs' digests, so that reports
 * of one case agree. */
void redact_assessment(struct assessment *a, const uint8_t key[32]);

#endif /* REPORT_REDACT_H */
