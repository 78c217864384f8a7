#include <string.h>

#include "report/uuid.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

int main(void)
{
	/* RFC 4122's namespace for DNS names, with the example of
	 * Python's documentation of uuid5. */
	static const struct uuid dns = { { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad,
					   0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0,
					   0x4f, 0xd4, 0x30, 0xc8 } };
	/* STIX 2.1, section 2.9, and its example of an IPv4 address. */
	static const struct uuid stix = { { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42,
					    0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2,
					    0x33, 0x15, 0xa9, 0xb7 } };
	char got[UUID_TEXT];
	struct uuid u = uuid_of_name(&dns, text("python.org"));

	OK(!strcmp(uuid_text(got, &u), "886313e1-3b8a-5372-9b90-0c9aee199e5d"));
	OK(!strcmp(uuid_text(got, &dns),
		   "6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
	u = uuid_of_name(&stix, text("{\"value\":\"198.51.100.3\"}"));
	OK(!strcmp(uuid_text(got, &u), "28bb3599-77cd-5a82-a950-b5bc3caf07c4"));
	u = uuid_of_name(&stix, (struct span){ NULL, 0 });
	OK(u.byte[6] >> 4 == 5 && u.byte[8] >> 6 == 2);
	return tap_end();
}
