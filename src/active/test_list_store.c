/* index.json; getting lists is tried in test/cases/lists.py. */
#include <stdlib.h>
#include <string.h>

#include "active/list_store.h"
#include "base/mem.h"
#include "test/tap.h"

#define BEGIN "{\"format\":\"assay lists 1\",\"lists\":["
#define SUM                                                                    \
	"\"sha256\":\"0123456789abcdef0123456789abcdef0123456789abcdef"        \
	"0123456789abcdef\","
#define REST "\"bytes\":5,\"entries\":2"

static bool reads(struct list_store *s, const char *text)
{
	return list_store_parse(
		s, (struct span){ (const uint8_t *)text, strlen(text) });
}

/* Every beginning of it, in memory of just that size, is none. */
static bool refuses_cut(struct list_store *s, const char *text)
{
	bool good = true;

	for (size_t n = 0; n < strlen(text); n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, text, n);
		good &= !list_store_parse(s, (struct span){ cut, n });
		free(cut);
	}
	return good;
}

static void test_good(struct list_store *s)
{
	static const char good[] = BEGIN
		"{\"name\":\"a.csv\",\"source\":\"https://h/a.csv\"," SUM REST
		",\"fetched\":\"2017-05-17T09:12:01.000Z\",\"checked\":null,"
		"\"etag\":\"\\\"x\\\"\"}]}";

	OK(reads(s, good) && s->n == 1);
	OK(strcmp(s->entry[0].name, "a.csv") == 0 && s->entry[0].bytes == 5);
	OK(s->entry[0].fetched.ns == INT64_C(1495012321000000000));
	OK(!ts_known(s->entry[0].checked));
	OK(strcmp(s->entry[0].validators.etag, "\"x\"") == 0);
	OK(refuses_cut(s, good) && s->n == 0);
	OK(reads(s, BEGIN "]}") && s->n == 0);
}

static void test_bad(struct list_store *s)
{
	OK(!reads(s, "{\"format\":\"assay lists 2\",\"lists\":[]}"));
	OK(!reads(s,
		  BEGIN "{\"name\":\"../a\",\"source\":\"x\"," SUM REST "}]}"));
	OK(!reads(s,
		  BEGIN "{\"name\":\".a\",\"source\":\"x\"," SUM REST "}]}"));
	OK(!reads(s, BEGIN "{\"name\":\"index.json\",\"source\":\"x\"," SUM REST
			   "}]}"));
	OK(!reads(s, BEGIN "{\"name\":\"a\"," SUM REST "}]}"));
	OK(!reads(s, BEGIN "{\"name\":\"a\",\"source\":\"x\","
			   "\"sha256\":\"00\"," REST "}]}"));
	OK(!reads(s, BEGIN "{\"name\":\"a\",\"source\":\"x\"," SUM REST
			   ",\"etag\":\"a\\r\\nb\"}]}"));
}

int main(void)
{
	struct list_store s = { .entry = mem_new(LIST_STORE_MAX,
						 sizeof(s.entry[0])) };

	test_good(&s);
	test_bad(&s);
	list_store_free(&s);
	return tap_end();
}
