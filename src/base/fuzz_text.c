/* The small readers of text. The properties: what ts_text() writes ts_parse()
 * reads back; num_double() and num_decimal() accept the same texts, up to
 * their ranges; hex and back is the same; text_safe() gives safe text. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "base/text.h"
#include "base/ts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool truth)
{
	if (!truth)
		abort();
}

static void check_ts(struct span s)
{
	char text[TS_TEXT];
	struct ts t = TS_NONE, again = TS_NONE;

	if (ts_parse(&t, s)) {
		check(ts_known(t));
		ts_text(t, text);
		check(ts_parse(&again, (struct span){ (const uint8_t *)text,
						      strlen(text) }));
		check(again.ns == t.ns);
	} else {
		check(!ts_known(t));
	}
}

static void check_numbers(struct span s)
{
	uint64_t u = 0;
	int64_t i = 0;
	double v = 0;
	struct num_decimal d = { 0 };
	const bool is_u = num_u64(&u, s), is_i = num_i64(&i, s);
	const bool is_v = num_double(&v, s), is_d = num_decimal(&d, s);

	if (is_u && u <= INT64_MAX)
		check(is_i && (uint64_t)i == u);
	if (is_u && s.n <= NUM_TEXT_MAX)
		check(is_v && !(v < (double)u) && !(v > (double)u));
	if (is_d) {
		check(d.digits % 10 != 0 || d.digits == 0);
		check(d.exponent >= -400 && d.exponent <= 400);
		check(is_v || d.exponent + 19 > 308);
	}
}

static void check_hex(struct span s)
{
	uint8_t bytes[64], again[64];
	char text[129];
	size_t n = 0;
	uint32_t v = 0, w = 0;

	if (hex_parse(bytes, &n, sizeof(bytes), s)) {
		check(2 * n == s.n);
		hex_text(text, bytes, n);
		check(hex_bytes(again, n,
				(struct span){ (uint8_t *)text, s.n }));
		check(!memcmp(bytes, again, n));
	}
	if (hex_u32(&v, s) && s.n >= 8)
		check(hex_u32(&w, (struct span){ s.p + s.n - 8, 8 }) && v == w);
}

static void check_safe(struct span s)
{
	struct buf once, twice;

	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	check(text_safe(&once, s, 100) && once.n <= 403);
	for (size_t i = 0; i < once.n; i++)
		check(once.p[i] >= 0x20 && once.p[i] != 0x7f);
	/* Safe text is left as it is. */
	check(text_safe(&twice, buf_span(&once), 200));
	check(once.n == twice.n &&
	      !memcmp(buf_str(&once), buf_str(&twice), once.n));
	buf_fini(&once);
	buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span s = { data, size };

	check_ts(s);
	check_numbers(s);
	check_hex(s);
	check_safe(s);
	return 0;
}
