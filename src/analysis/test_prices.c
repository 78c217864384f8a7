#include "analysis/prices.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "test/tap.h"

#define DAY_17 INT64_C(1494979200) /* 2017-05-17 */

static struct ts at(int64_t seconds)
{
	return (struct ts){ seconds * INT64_C(1000000000) };
}

static struct prices *parse(const char *text, struct why *why)
{
	return prices_parse(
		(struct span){ (const uint8_t *)text, strlen(text) },
		"prices.csv", why);
}

static void test_good(void)
{
	struct why why = { "" };
	struct prices *p = parse("# an exchange's closing prices\r\n"
				 "date,ETH/USD,BTC/EUR,BTC/USD\r\n"
				 "2017-05-19,120,1800.5,2000\r\n"
				 "\r\n"
				 "2017-05-17,88.1,1620,1804.91\r\n"
				 "2017-05-18,95\r\n"
				 "2017-05-20,,,\r\n",
				 &why);

	OK(p && strcmp(prices_currency(p), "EUR") == 0);
	OK(prices_at(p, at(DAY_17)) == 1620);
	OK(prices_at(p, at(DAY_17 + 86399)) == 1620);
	OK(prices_at(p, at(DAY_17 + 2 * 86400)) == 1800.5);
	/* No column, an empty one, a day before and one behind. */
	OK(isnan(prices_at(p, at(DAY_17 + 86400))));
	OK(isnan(prices_at(p, at(DAY_17 + 3 * 86400))));
	OK(isnan(prices_at(p, at(DAY_17 - 1))));
	OK(isnan(prices_at(p, at(DAY_17 + 4 * 86400))));
	OK(isnan(prices_at(p, TS_NONE)) && isnan(prices_at(p, at(-5))));
	prices_free(p);
	prices_free(NULL);
}

static const struct {
	const char *text, *says;
} bad[] = {
	{ "", "the first line does not name" },
	{ "# nothing\n", "the first line does not name" },
	{ "2017-05-17,1804\n", "line 1: the first line does not name" },
	{ "date\n2017-05-17,1\n", "the first line does not name" },
	{ "date,USD\n", "the first line does not name" },
	{ "date,ETH/USD\n", "the first line does not name" },
	{ "date,BTC/\n", "the first line does not name" },
	{ "date,BTC/DOLLARSX\n", "the first line does not name" },
	{ "date,BTC/U\x1bS\n", "the first line does not name" },
	{ "date,BTC/USD\n", "no price" },
	{ "date,BTC/USD\n2017-05-17,\n", "no price" },
	{ "date,BTC/USD\n17.05.2017,1\n", "line 2: begins with no day" },
	{ "date,BTC/USD\n2017-02-30,1\n", "line 2: begins with no day" },
	{ "date,BTC/USD\n1494979200,1\n", "line 2: begins with no day" },
	{ "date,BTC/USD\n1969-12-31,1\n", "line 2: begins with no day" },
	{ "date,BTC/USD\n\n2017-05-17,1e\n", "line 3: its price is no number" },
	{ "date,BTC/USD\n2017-05-17,-1\n", "line 2: its price is no number" },
	{ "date,BTC/USD\n2017-05-17,nan\n", "line 2: its price is no number" },
	{ "date,BTC/USD\n2017-05-17,1e999\n", "its price is no number" },
	{ "date,BTC/USD\n2017-05-17,1\n2017-05-18,1\n2017-05-17,1\n",
	  "line 4: its day was there before" },
};

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct why why = { "" };

		printf("# %s\n", bad[i].says);
		OK(parse(bad[i].text, &why) == NULL);
		OK(strstr(why.text, "prices.csv: line ") == why.text);
		OK(strstr(why.text, bad[i].says) != NULL);
		OK(parse(bad[i].text, NULL) == NULL);
	}
}

/* Every beginning of a good file, in memory of exactly its size. */
static void test_truncated(void)
{
	static const char text[] = "date,BTC/USD\n2017-05-17,1804.91\n";
	size_t good = 0;

	for (size_t n = 0; n < sizeof(text); n++) {
		uint8_t *copy = mem_new(n ? n : 1, 1);
		struct prices *p;

		memcpy(copy, text, n);
		p = prices_parse((struct span){ copy, n }, "cut", NULL);
		good += p != NULL;
		prices_free(p);
		free(copy);
	}
	/* From the price's first digit on, but for "1804." */
	OK(good == 7);
}

static void test_file(void)
{
	char path[] = "/tmp/assay-prices-XXXXXX";
	const int fd = mkstemp(path);
	static const char text[] = "\xef\xbb\xbf"
				   "date,BTC/USD\n2017-05-17,2\n";
	struct why why = { "" };
	struct prices *p;

	OK(fd >= 0 && write(fd, text, sizeof(text) - 1) == sizeof(text) - 1);
	close(fd);
	p = prices_read(path, &why);
	OK(p && prices_at(p, at(DAY_17)) == 2);
	prices_free(p);
	unlink(path);
	OK(prices_read(path, &why) == NULL && strstr(why.text, path));
	OK(prices_read("/", &why) == NULL && why.text[0] == '/');
}

int main(void)
{
	test_good();
	test_bad();
	test_truncated();
	test_file();
	return tap_end();
}
