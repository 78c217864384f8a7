#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/redact_names.h"
#include "test/tap.h"

#define MANY 3000

static const uint8_t key[32] = { 1 }, other[32] = { 2 };

static const char *name(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "name %d", i);
	return text;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Are all names of a kind apart, and of one length? */
static void test_apart(enum redact_kind kind)
{
	struct redact_names *n = redact_names_new(key);
	char(*text)[REDACT_TEXT] = calloc(MANY, sizeof(text[0]));
	bool apart = true;

	for (int i = 0; i < MANY; i++)
		redact_names_tell(n, kind, name(i));
	redact_names_settle(n);
	for (int i = 0; i < MANY; i++)
		redact_names_text(text[i], n, kind, name(i));
	qsort(text, MANY, sizeof(text[0]), compare);
	for (int i = 1; i < MANY; i++)
		apart = apart && strcmp(text[i - 1], text[i]) != 0;
	OK(apart);
	if (kind == REDACT_WORKER)
		OK(strlen(text[0]) > strlen("worker-0000") &&
		   strlen(text[0]) == strlen(text[MANY - 1]));
	free(text);
	redact_names_free(n);
}

static void test_same(void)
{
	struct redact_names *a = redact_names_new(key);
	struct redact_names *b = redact_names_new(key);
	struct redact_names *c = redact_names_new(other);
	char x[REDACT_TEXT], y[REDACT_TEXT];

	redact_names_tell(a, REDACT_WORKER, "alice");
	redact_names_tell(a, REDACT_WORKER, "alice");
	redact_names_tell(b, REDACT_WORKER, "bob");
	redact_names_tell(b, REDACT_WORKER, "alice");
	redact_names_settle(a);
	redact_names_settle(b);
	redact_names_settle(c);
	redact_names_text(x, a, REDACT_WORKER, "alice");
	/* HMAC-SHA256 of "worker\0alice", worked out with Python's hmac. */
	OK(strcmp(x, "worker-4a30") == 0);
	OK(!strcmp(x, redact_names_text(y, b, REDACT_WORKER, "alice")));
	OK(strcmp(x, redact_names_text(y, c, REDACT_WORKER, "alice")) != 0);
	OK(strcmp(x + strlen("worker"),
		  redact_names_text(y, a, REDACT_PAYOUT, "alice") +
			  strlen("payout")) != 0);
	OK(strlen(redact_names_id(x, a, "0011223344556677")) == 16);
	redact_names_free(a);
	redact_names_free(b);
	redact_names_free(c);
}

static void test_address(void)
{
	struct redact_names *n = redact_names_new(key);
	char text[REDACT_TEXT];
	uint8_t ip[16];

	redact_names_tell(n, REDACT_ADDRESS, "192.0.2.7");
	redact_names_settle(n);
	redact_names_text(text, n, REDACT_ADDRESS, "192.0.2.7");
	OK(inet_pton(AF_INET6, text, ip) == 1);
	OK(!memcmp(ip, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0", 12));
	redact_names_free(n);
}

/* What was not told is not given away either. */
static void test_untold(void)
{
	struct redact_names *n = redact_names_new(key);
	char text[REDACT_TEXT];

	redact_names_text(text, n, REDACT_HOST, "example.org");
	OK(!strncmp(text, "host-", 5) && strlen(text) == 5 + 64);
	redact_names_text(text, n, REDACT_ADDRESS, "192.0.2.7");
	OK(!strncmp(text, "2001:db8:", 9));
	redact_names_free(n);
}

int main(void)
{
	test_apart(REDACT_WORKER);
	test_apart(REDACT_ADDRESS);
	test_same();
	test_address();
	test_untold();
	return tap_end();
}
