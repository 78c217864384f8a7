/* redact_names - pseudonyms: all names are told first, so that those of a kind
 * can be kept apart, and then asked for. */
#ifndef REPORT_REDACT_NAMES_H
#define REPORT_REDACT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define REDACT_KINDS_LIST(X)                                                   \
	X(REDACT_ADDRESS, "address") /* IP: becomes one of 2001:db8::/32 */    \
	X(REDACT_WORKER, "worker")                                             \
	X(REDACT_PAYOUT, "payout")                                             \
	X(REDACT_HOST, "host")                                                 \
	X(REDACT_SITE, "site")                                                 \
	X(REDACT_FILE, "file")                                                 \
	X(REDACT_AGENT, "agent")
#define REDACT_ENUM(name, text) name,
enum redact_kind {
	REDACT_KINDS_LIST(REDACT_ENUM) REDACT_KINDS
};
#undef REDACT_ENUM

struct redact_names;

struct redact_names *redact_names_new(const uint8_t key[32]);
void redact_names_free(struct redact_names *n);

void redact_names_tell(struct redact_names *n, enum redact_kind kind,
		       const char *name);
/* After all were told: how many digits each kind takes. */
void redact_names_settle(struct redact_names *n);

#define REDACT_TEXT 80
/* Of a name that was told, after redact_names_settle(); of another one all
 * digits. Returns out. */
char *redact_names_text(char out[REDACT_TEXT], const struct redact_names *n,
			enum redact_kind kind, const char *name);

/* Of a session's id: 16 digits. Returns out. */
char *redact_names_id(char out[17], const struct redact_names *n,
		      const char *id);

#endif /* REPORT_REDACT_NAMES_H */
