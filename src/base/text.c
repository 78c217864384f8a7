#include "base/text.h"

#include <math.h>
#include <stdio.h>

#include "base/utf8.h"

/* May it go to a terminal as it is? */
static bool harmless(uint32_t code)
{
	static const struct {
		uint32_t from, to;
	} bad[] = {
		{ 0x00, 0x1f },     /* C0 */
		{ 0x7f, 0x9f },     /* DEL and C1 */
		{ 0x061c, 0x061c }, /* Arabic letter mark */
		{ 0x200e, 0x200f }, /* left-to-right, right-to-left mark */
		{ 0x2028, 0x202e }, /* separators, embeddings, overrides */
		{ 0x2066, 0x2069 }, /* isolates */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (code >= bad[i].from && code <= bad[i].to)
			return false;
	}
	return true;
}

static bool add_escaped(struct buf *out, struct span bytes)
{
	bool fits = true;

	for (size_t i = 0; i < bytes.n; i++)
		fits = buf_printf(out, "\\x%02x", bytes.p[i]) && fits;
	return fits;
}

bool text_safe(struct buf *out, struct span text, size_t max)
{
	struct cur c = cur_over(text);
	size_t columns = 0;
	bool fits = true;

	while (cur_left(&c) && fits) {
		struct cur ahead = c;
		const struct span rest = cur_take(&ahead, cur_left(&ahead));
		uint32_t code;
		size_t n;
		const bool good = utf8_read(&code, &n, rest) && harmless(code);
		const struct span s = cur_take(&c, n ? n : 1);
		const size_t wide = good ? 1 : 4 * s.n;

		if (wide > max - columns)
			return buf_text(out, "...");
		columns += wide;
		fits = good ? buf_add(out, s.p, s.n) : add_escaped(out, s);
	}
	return fits;
}

/* v (positive) as digits * 10^(*exponent - 2), with 100 <= digits < 1000. */
static unsigned three_digits(int *exponent, double v)
{
	int e = 0;

	while (v >= 10) {
		v /= 10;
		e++;
	}
	while (v < 1) {
		v *= 10;
		e--;
	}

	const unsigned digits = (unsigned)(v * 100 + 0.5);

	*exponent = digits < 1000 ? e : e + 1;
	return digits < 1000 ? digits : 100;
}

char *text_si(char out[TEXT_SI], double v)
{
	static const char *const prefix[] = { "p", "n", "u", "m", "",  "k", "M",
					      "G", "T", "P", "E", "Z", "Y" };
	const char *sign = v < 0 ? "-" : "";
	int e;

	if (!isfinite(v) || v == 0) {
		(void)snprintf(out, TEXT_SI, "%s",
			       v == 0 ? "0 " : "not determined");
		return out;
	}

	const unsigned digits = three_digits(&e, fabs(v));
	const unsigned place = (unsigned)(e + 3000) % 3; /* e may be negative */
	const int group = (e - (int)place) / 3;

	if (group < -4 || group > 8)
		(void)snprintf(out, TEXT_SI, "%s%u.%02ue%d ", sign,
			       digits / 100, digits % 100, e);
	else if (place == 0)
		(void)snprintf(out, TEXT_SI, "%s%u.%02u %s", sign, digits / 100,
			       digits % 100, prefix[group + 4]);
	else if (place == 1)
		(void)snprintf(out, TEXT_SI, "%s%u.%u %s", sign, digits / 10,
			       digits % 10, prefix[group + 4]);
	else
		(void)snprintf(out, TEXT_SI, "%s%u %s", sign, digits,
			       prefix[group + 4]);
	return out;
}
