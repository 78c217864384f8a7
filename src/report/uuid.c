#include "report/uuid.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "hash/digest.h"

struct uuid uuid_of_name(const struct uuid *space, struct span name)
{
	const size_t n = sizeof(space->byte) + name.n;
	uint8_t *both = mem_new(n, 1);
	uint8_t sum[20];
	struct uuid u;

	memcpy(both, space->byte, sizeof(space->byte));
	if (name.n)
		memcpy(both + sizeof(space->byte), name.p, name.n);
	digest_sha1(sum, both, n);
	free(both);
	memcpy(u.byte, sum, sizeof(u.byte));
	u.byte[6] = (uint8_t)((u.byte[6] & 0x0f) | 0x50); /* version 5 */
	u.byte[8] = (uint8_t)((u.byte[8] & 0x3f) | 0x80); /* RFC 4122's */
	return u;
}

char *uuid_text(char out[UUID_TEXT], const struct uuid *u)
{
	static const struct {
		size_t at, n;
	} part[] = { { 0, 4 }, { 4, 2 }, { 6, 2 }, { 8, 2 }, { 10, 6 } };
	char *p = out;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		hex_text(p, u->byte + part[i].at, part[i].n);
		p += 2 * part[i].n;
		*p++ = '-';
	}
	p[-1] = '\0';
	return out;
}
