#include "analysis/sites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "test/tap.h"

/* A small MaxMind database (format 2.0): a search tree of 24-bit records over
 * IPv4, 16 zero bytes, data, a marker and metadata.
 *
 *	record < nodes: the next node; = nodes: nothing; above: data at
 *	record - nodes - 16
 *	data: control byte (type << 5 | size), type 0 extended: next byte + 7
 */
struct maker {
	struct buf tree, data;
};

static void text(struct buf *b, const char *s)
{
	const size_t n = strlen(s);

	/* Sizes from 29 on: 29 plus the next byte. */
	if (n < 29) {
		buf_u8(b, (uint8_t)(2 << 5 | n));
	} else {
		buf_u8(b, 2 << 5 | 29);
		buf_u8(b, (uint8_t)(n - 29));
	}
	buf_add(b, s, n);
}

static void map(struct buf *b, unsigned members)
{
	buf_u8(b, (uint8_t)(7 << 5 | members));
}

static void number(struct buf *b, uint32_t v)
{
	buf_u8(b, 6 << 5 | 4);
	buf_be32(b, v);
}

static void short_number(struct buf *b, uint16_t v)
{
	buf_u8(b, 5 << 5 | 2);
	buf_u8(b, (uint8_t)(v >> 8));
	buf_u8(b, (uint8_t)v);
}

static void record(struct buf *b, uint32_t v)
{
	buf_u8(b, (uint8_t)(v >> 16));
	buf_u8(b, (uint8_t)(v >> 8));
	buf_u8(b, (uint8_t)v);
}

static void metadata(struct buf *b, uint32_t nodes)
{
	buf_text(b, "\xab\xcd\xefMaxMind.com");
	map(b, 9);
	text(b, "binary_format_major_version");
	short_number(b, 2);
	text(b, "binary_format_minor_version");
	short_number(b, 0);
	text(b, "build_epoch");
	buf_u8(b, 4); /* uint64, extended type 2 + 7 */
	buf_u8(b, 2);
	buf_be32(b, 1500000000);
	text(b, "database_type");
	text(b, "made-up");
	text(b, "description");
	map(b, 1);
	text(b, "en");
	text(b, "made up");
	text(b, "ip_version");
	short_number(b, 4);
	text(b, "languages");
	buf_u8(b, 0); /* array of none, extended type 4 + 7 */
	buf_u8(b, 4);
	text(b, "node_count");
	number(b, nodes);
	text(b, "record_size");
	short_number(b, 24);
}

/* 128.0.0.0/1 has the data at `offset`, the rest nothing. */
static void make(struct buf *out, const struct buf *data, uint32_t offset)
{
	static const uint8_t zeros[16];

	buf_init(out, 1u << 16);
	record(out, 1); /* nothing */
	record(out, 1 + 16 + offset);
	buf_add(out, zeros, sizeof(zeros));
	buf_add(out, data->p, data->n);
	metadata(out, 1);
}

static void write_file(char path[64], const void *p, size_t n)
{
	int fd;

	snprintf(path, 64, "/tmp/assay-sites-XXXXXX");
	fd = mkstemp(path);
	OK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
}

static void as_data(struct buf *data, const char *name)
{
	buf_init(data, 4096);
	map(data, 2);
	text(data, "autonomous_system_number");
	number(data, 131279);
	text(data, "autonomous_system_organization");
	text(data, name);
}

static void country_data(struct buf *data, const char *code)
{
	buf_init(data, 4096);
	map(data, 1);
	text(data, "registered_country");
	map(data, 1);
	text(data, "iso_code");
	text(data, code);
}

static void test_databases(void)
{
	char list[64], asn[64], country[64], label[SITES_LABEL];
	static const char sites_text[] = "175.45.176.0/22 Star\n";
	struct buf as, where, as_file, where_file;
	struct why why = { "" };
	struct sites *s;
	struct site x;

	as_data(&as, "STAR-KP\x01 Ryugyong-dong");
	country_data(&where, "KP");
	make(&as_file, &as, 0);
	make(&where_file, &where, 0);
	write_file(list, sites_text, sizeof(sites_text) - 1);
	write_file(asn, as_file.p, as_file.n);
	write_file(country, where_file.p, where_file.n);
	s = sites_open(list, asn, country, &why);
	printf("# %s\n", why.text);
	OK(s != NULL);
	sites_find(&x, s, "175.45.178.1");
	OK(!strcmp(x.name, "Star") && !strcmp(x.prefix, "175.45.176.0/22"));
	OK(x.asn == 131279 && !strcmp(x.as_name, "STAR-KP? Ryugyong-dong"));
	OK(!strcmp(x.country, "KP") && !x.damage);
	OK(!strcmp(sites_label(label, &x), "Star"));
	sites_find(&x, s, "200.0.0.1");
	OK(!x.name[0] && x.asn == 131279);
	OK(!strcmp(sites_label(label, &x), "AS131279 STAR-KP? Ryugyong-dong"));
	sites_find(&x, s, "10.0.0.1");
	OK(!x.name[0] && !x.prefix[0] && x.asn == 0 && !x.country[0]);
	OK(!strcmp(sites_label(label, &x), ""));
	sites_find(&x, s, "2001:db8::1"); /* a database of IPv4 */
	OK(x.asn == 0 && !x.country[0] && !x.damage);
	sites_find(&x, s, "example.org");
	OK(x.asn == 0 && !x.name[0]);
	sites_find(&x, s, NULL);
	OK(x.asn == 0 && !x.name[0]);
	sites_close(s);
	s = sites_open(NULL, NULL, country, &why);
	sites_find(&x, s, "200.0.0.1");
	OK(!strcmp(sites_label(label, &x), "KP") && x.asn == 0);
	sites_close(s);
	sites_close(NULL);
	unlink(list);
	unlink(asn);
	unlink(country);
	buf_fini(&as);
	buf_fini(&where);
	buf_fini(&as_file);
	buf_fini(&where_file);
}

/* Data that point outside of the file, loops and wrong types. */
static const struct {
	const char *name;
	const char *data;
	size_t n;
	uint32_t offset;
} damaged[] = {
	{ "a pointer to itself", "\x20\x00", 2, 0 },
	{ "a pointer far away", "\x2f\xff\xff\xff\xff", 5, 0 },
	{ "a text longer than the file", "\x5f\xff\xff\xff", 4, 0 },
	{ "a map of many", "\xff\xff\xff\xff", 4, 0 },
	{ "data behind the end", "\xe0", 1, 40000 },
	{ "a map with a number as key", "\xe1\xc1\x05\xc1\x05", 5, 0 },
	{ "a text as data", "\x43xyz", 4, 0 },
	{ "nothing", "", 0, 0 },
};

static void test_damaged(void)
{
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct buf data, file;
		struct why why = { "" };
		struct sites *s;
		struct site x;
		char path[64];

		printf("# %s\n", damaged[i].name);
		buf_init(&data, 4096);
		buf_add(&data, damaged[i].data, damaged[i].n);
		make(&file, &data, damaged[i].offset);
		write_file(path, file.p, file.n);
		s = sites_open(NULL, path, path, &why);
		OK((s == NULL) == (why.text[0] != '\0'));
		if (s) {
			sites_find(&x, s, "200.0.0.1");
			OK(x.asn == 0 && !x.as_name[0] && !x.country[0]);
			sites_close(s);
		}
		unlink(path);
		buf_fini(&data);
		buf_fini(&file);
	}
}

/* Every beginning of a good database is refused, or read without harm. */
static void test_truncated(void)
{
	struct buf data, file;
	unsigned opened = 0;

	as_data(&data, "NAME");
	make(&file, &data, 0);
	for (size_t n = 0; n < file.n; n++) {
		char path[] = "/tmp/assay-sites-XXXXXX";
		const int fd = mkstemp(path);
		struct sites *s = NULL;
		struct why why = { "" };
		struct site x;

		if (fd >= 0 && write(fd, file.p, n) == (ssize_t)n)
			s = sites_open(NULL, path, NULL, &why);
		if (s)
			sites_find(&x, s, "200.0.0.1");
		opened += s != NULL;
		sites_close(s);
		close(fd);
		unlink(path);
	}
	OK(opened == 0);
	buf_fini(&data);
	buf_fini(&file);
}

static void test_missing(void)
{
	struct why why = { "" };

	OK(!sites_open("/nonexistent/sites", NULL, NULL, &why));
	OK(strstr(why.text, "/nonexistent/sites: No such file"));
	OK(!sites_open(NULL, "/nonexistent/asn.mmdb", NULL, &why));
	OK(strstr(why.text, "/nonexistent/asn.mmdb: not a MaxMind"));
	struct sites *s = sites_open(NULL, NULL, NULL, &why);
	struct site x;

	OK(s != NULL);
	sites_find(&x, s, "10.0.0.1");
	OK(!x.name[0]);
	sites_close(s);
}

int main(void)
{
	test_databases();
	test_damaged();
	test_truncated();
	test_missing();
	return tap_end();
}
