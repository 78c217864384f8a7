#include "analysis/site_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"

static struct site_list *parse(const char *text, struct why *why)
{
	return site_list_parse(
		(struct span){ (const uint8_t *)text, strlen(text) },
		"sites.txt", why);
}

static const char *find(const struct site_list *l, const char *ip,
			const char *prefix)
{
	char found[SITE_LIST_PREFIX] = "";
	uint8_t address[16];
	const char *name;

	if (!site_list_address(address, ip))
		return "no address";
	name = site_list_find(found, l, address);
	if (name && strcmp(found, prefix) != 0)
		printf("# %s: prefix is %s\n", ip, found);
	return name ? strcmp(found, prefix) == 0 ? name : "other prefix"
		    : "nothing";
}

static void test_longest(void)
{
	struct why why = { "" };
	struct site_list *l =
		parse("# networks\n"
		      "175.45.176.0/22  Star Joint Venture\n"
		      "175.45.178.0/24, part of it, in the east\r\n"
		      "175.45.178.7\tone machine\n"
		      "2001:db8::/32 , documentation\n"
		      "2001:db8:0:1::/64 a part\n"
		      "0.0.0.0/0 IPv4\n",
		      &why);

	OK(l && !strcmp(find(l, "175.45.176.1", "175.45.176.0/22"),
			"Star Joint Venture"));
	OK(!strcmp(find(l, "175.45.178.6", "175.45.178.0/24"),
		   "part of it, in the east"));
	OK(!strcmp(find(l, "175.45.178.7", "175.45.178.7/32"), "one machine"));
	OK(!strcmp(find(l, "175.45.180.0", "0.0.0.0/0"), "IPv4"));
	/* An IPv4 address written in IPv6 is the same. */
	OK(!strcmp(find(l, "::ffff:175.45.178.7", "175.45.178.7/32"),
		   "one machine"));
	OK(!strcmp(find(l, "2001:db8:1::9", "2001:db8::/32"), "documentation"));
	OK(!strcmp(find(l, "2001:db8:0:1::9", "2001:db8:0:1::/64"), "a part"));
	OK(!strcmp(find(l, "2001:db9::", ""), "nothing"));
	OK(!strcmp(find(l, "example.org", ""), "no address"));
	site_list_free(l);
	site_list_free(NULL);
	l = parse("# nothing\n", &why);
	OK(l && !strcmp(find(l, "10.0.0.1", ""), "nothing"));
	site_list_free(l);
	l = parse("10.0.0.0/8 ten\n10.0.0.0/8 ten\n", &why);
	OK(l && !strcmp(find(l, "10.9.0.1", "10.0.0.0/8"), "ten"));
	site_list_free(l);
	/* Two bytes of UTF-8. */
	l = parse("::/0 \xc3\xa9\n", &why);
	OK(l && !strcmp(find(l, "10.9.0.1", "::/0"), "\xc3\xa9"));
	site_list_free(l);
}

static const struct {
	const char *text, *says;
} bad[] = {
	{ "Star 175.45.176.0/22\n", "line 1: begins with no address" },
	{ "/8 x\n", "line 1: begins with no address" },
	{ "# x\n10.0.0/8 x\n", "line 2: begins with no address" },
	{ "10.0.0.0/33 x\n", "line 1: the length" },
	{ "10.0.0.0/ x\n", "line 1: the length" },
	{ "10.0.0.0/-1 x\n", "line 1: the length" },
	{ "10.0.0.0/8a x\n", "line 1: the length" },
	{ "::/129 x\n", "line 1: the length" },
	{ "10.0.0.1/8 x\n", "line 1: bits behind the prefix are set" },
	{ "2001:db8::1/64 x\n", "line 1: bits behind the prefix are set" },
	{ "10.0.0.0/8\n", "line 1: no name" },
	{ "10.0.0.0/8 ,\n", "line 1: no name" },
	{ "10.0.0.0/8 a\x1b[2J\n", "line 1: the name is not printable" },
	{ "10.0.0.0/8 a\xff\n", "line 1: the name is not printable" },
	{ "10.0.0.0/8 a\n11.0.0.0/8 b\n10.0.0.0/8 c\n",
	  "line 3: line 1 gives this prefix another name" },
};

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct why why = { "" };

		printf("# %s\n", bad[i].says);
		OK(parse(bad[i].text, &why) == NULL);
		OK(strstr(why.text, "sites.txt: ") == why.text);
		OK(strstr(why.text, bad[i].says) != NULL);
	}
	char line[400];

	snprintf(line, sizeof(line), "10.0.0.0/8 %0128d", 0);
	OK(parse(line, NULL) == NULL);
	snprintf(line, sizeof(line), "10.0.0.0/8 %0127d", 0);
	struct site_list *l = parse(line, NULL);

	OK(l != NULL);
	site_list_free(l);
}

/* Against a slow and obvious model. */
static uint32_t state = 1;

static uint32_t number(void)
{
	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

static bool inside(const uint8_t a[16], const uint8_t net[16], unsigned bits)
{
	for (unsigned i = 0; i < bits; i++) {
		if (((a[i / 8] ^ net[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	}
	return true;
}

#define NETS 300

static void test_model(void)
{
	static char text[NETS * 40];
	static uint8_t net[NETS][16];
	static unsigned bits[NETS];
	struct site_list *l;
	size_t n = 0, wrong = 0;

	for (unsigned i = 0; i < NETS; i++) {
		/* Few different networks, so that they nest. */
		const uint32_t ip = (number() & 3) << 30 |
				    (number() & 3) << 20 | (number() & 7) << 8 |
				    (number() & 3);
		const unsigned size = number() % 33;
		const uint32_t masked =
			size ? ip & (0xffffffffu << (32 - size)) : 0;
		char line[40];

		snprintf(line, sizeof(line), "%u.%u.%u.%u", masked >> 24,
			 masked >> 16 & 255, masked >> 8 & 255, masked & 255);
		site_list_address(net[i], line);
		bits[i] = 96 + size;
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "%s/%u %08x/%u\n", line, size, masked,
				      size);
	}
	l = parse(text, NULL);
	OK(l != NULL);
	for (unsigned i = 0; i < 3000; i++) {
		uint8_t a[16];
		char prefix[SITE_LIST_PREFIX];
		int best = -1;

		memcpy(a, net[number() % NETS], 16);
		a[12 + number() % 4] ^= (uint8_t)number();
		for (int k = 0; k < NETS; k++) {
			if (inside(a, net[k], bits[k]) &&
			    (best < 0 || bits[k] > bits[best]))
				best = k;
		}
		const char *found = site_list_find(prefix, l, a);
		char wanted[20];

		if (best >= 0)
			snprintf(wanted, sizeof(wanted), "%02x%02x%02x%02x/%u",
				 net[best][12], net[best][13], net[best][14],
				 net[best][15], bits[best] - 96);
		wrong += best < 0 ? found != NULL
				  : !found || strcmp(found, wanted) != 0;
	}
	OK(wrong == 0);
	site_list_free(l);
}

int main(void)
{
	test_longest();
	test_bad();
	test_model();
	return tap_end();
}
