/* Input: a price file. The properties: a reason is given for every refusal;
 * what is taken has a currency, and a price of 0 or more, or none, on any day,
 * the same at its begin and its end. */
#include <math.h>
#include <stdlib.h>

#include "analysis/prices.h"

#define DAY (INT64_C(86400) * INT64_C(1000000000))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why = { "" };
	struct prices *p =
		prices_parse((struct span){ data, size }, "input", &why);

	must((p == NULL) == (why.text[0] != '\0'));
	if (!p)
		return 0;
	must(prices_currency(p)[0] != '\0');
	for (int64_t day = 17000; day < 17400; day++) {
		const double at = prices_at(p, (struct ts){ day * DAY });
		const double end =
			prices_at(p, (struct ts){ (day + 1) * DAY - 1 });

		must(isnan(at) ? isnan(end) : at >= 0 && at == end);
	}
	prices_free(p);
	return 0;
}
