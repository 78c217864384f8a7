#include "chain/undo.h"

#include <endian.h>
#include <string.h>

#include "coin/curve.h"
#include "coin/varint.h"

#define OUTPUT_MIN 3

/* Core's VARINT. False ones (more than 64 bits) fail c. */
static uint64_t number(struct cur *c)
{
	uint64_t n = 0;

	for (;;) {
		const uint8_t byte = cur_u8(c);

		if (n > UINT64_MAX >> 7)
			cur_fits(c, UINT64_MAX, 1);
		n = n << 7 | (byte & 0x7f);
		if (!(byte & 0x80) || !cur_ok(c))
			return cur_ok(c) ? n : 0;
		if (n == UINT64_MAX)
			cur_fits(c, UINT64_MAX, 1);
		n++;
	}
}

/* Values end in zeros: digits without them, the last other digit apart. */
uint64_t undo_value(uint64_t compressed)
{
	uint64_t x = compressed;

	if (x == 0)
		return 0;
	x--;
	unsigned e = (unsigned)(x % 10);

	x /= 10;
	uint64_t n;

	if (e < 9) {
		const uint64_t last = x % 9 + 1;

		n = x / 9 * 10 + last;
	} else {
		n = x + 1;
	}
	while (e-- > 0)
		n *= 10;
	return n;
}

uint64_t undo_value_compress(uint64_t sat)
{
	uint64_t n = sat;
	unsigned e = 0;

	if (n == 0)
		return 0;
	while (n % 10 == 0 && e < 9) {
		n /= 10;
		e++;
	}
	if (e < 9) {
		const uint64_t last = n % 10;

		return 1 + (n / 10 * 9 + last - 1) * 10 + e;
	}
	return 1 + (n - 1) * 10 + 9;
}

static void put(struct undo_output *out, const void *p, size_t n)
{
	memcpy(out->own + out->script.n, p, n);
	out->script.n += n;
}

static void put_byte(struct undo_output *out, uint8_t byte)
{
	put(out, &byte, 1);
}

/* dup hash160 <20> equalverify checksig; hash160 <20> equal; <key> checksig */
static void unfold(struct undo_output *out, uint64_t kind, struct span rest,
		   bool values_only)
{
	static const uint8_t p2pkh[] = { 0x76, 0xa9, 0x14 },
			     p2pkh_end[] = { 0x88, 0xac },
			     p2sh[] = { 0xa9, 0x14 };
	uint8_t key[65];

	out->script = (struct span){ out->own, 0 };
	switch (kind) {
	case 0:
		put(out, p2pkh, sizeof(p2pkh));
		put(out, rest.p, 20);
		put(out, p2pkh_end, sizeof(p2pkh_end));
		return;
	case 1:
		put(out, p2sh, sizeof(p2sh));
		put(out, rest.p, 20);
		put_byte(out, 0x87);
		return;
	case 2:
	case 3:
		put_byte(out, 33);
		put_byte(out, (uint8_t)kind);
		put(out, rest.p, 32);
		put_byte(out, 0xac);
		return;
	default:
		if (values_only || !curve_unfold(key, kind == 5, rest.p))
			return;
		put_byte(out, 65);
		put(out, key, sizeof(key));
		put_byte(out, 0xac);
	}
}

static void script(struct undo_output *out, struct cur *c, bool values_only)
{
	const uint64_t kind = number(c);

	if (kind >= 6) {
		const uint64_t n = kind - 6;

		out->script = cur_take(c, cur_fits(c, n, 1) ? (size_t)n : 0);
		return;
	}
	const struct span rest = cur_take(c, kind < 2 ? 20 : 32);

	if (cur_ok(c))
		unfold(out, kind, rest, values_only);
}

uint64_t undo_begin(struct cur *c)
{
	const uint64_t n = varint_read(c);

	return cur_fits(c, n, 1 + OUTPUT_MIN) ? n : 0;
}

uint64_t undo_tx(struct cur *c)
{
	const uint64_t n = varint_read(c);

	return cur_fits(c, n, OUTPUT_MIN) ? n : 0;
}

bool undo_output(struct undo_output *out, struct cur *c, bool values_only)
{
	const uint64_t code = number(c);

	if (code >> 33)
		cur_fits(c, UINT64_MAX, 1);
	out->height = (uint32_t)(code >> 1);
	out->coinbase = code & 1;
	if (out->height > 0)
		number(c);
	out->sat = undo_value(number(c));
	out->script = (struct span){ out->own, 0 };
	script(out, c, values_only);
	return cur_ok(c);
}

static bool pass_number(const uint8_t **p, const uint8_t *end)
{
	while (*p < end) {
		if (!(*(*p)++ & 0x80))
			return true;
	}
	return false;
}

static bool pass_script(const uint8_t **p, const uint8_t *end)
{
	struct cur c = cur_over((struct span){ *p, (size_t)(end - *p) });
	const uint64_t kind = number(&c);
	const uint64_t n = kind < 2 ? 20 : kind < 6 ? 32 : kind - 6;

	if (!cur_ok(&c) || n > cur_left(&c))
		return false;
	*p = end - cur_left(&c) + n;
	return true;
}

static bool pass_any(const uint8_t **p, const uint8_t *end)
{
	const uint8_t *first = *p;
	/* 2 * height + coinbase: above 1, a version follows. */
	const bool has_version = first != end && *first > 1;

	return pass_number(p, end) && (!has_version || pass_number(p, end)) &&
	       pass_number(p, end) && pass_script(p, end);
}

#define COMMON_MIN 16 /* bytes that are looked at */

/* An output as nearly all are: a height of three bytes, a version of one, a
 * value of at most eight, a script whose kind takes one. Nothing waits for the
 * value's length but what lies behind it. How long it is; 0: another form. */
static size_t common(const uint8_t *p)
{
	const uint64_t ends = UINT64_C(0x8080808080808080);
	/* What the kinds of a key or hash hold more than kind - 6 bytes: looked
	 * up, as no branch could foresee the kind. */
	static const uint8_t more[] = { 26, 25, 36, 35, 34, 33, 0 };
	uint64_t value;

	if (!(p[0] & p[1] & 0x80) || ((p[2] | p[3]) & 0x80))
		return 0;
	memcpy(&value, p + 4, 8);
	value = ~le64toh(value) & ends;
	if (value == 0)
		return 0;
	const size_t n = 4 + (size_t)__builtin_ctzll(value) / 8 + 1;
	const unsigned kind = p[n];

	if (kind & 0x80)
		return 0;
	return n + 1 + kind + more[kind < 6 ? kind : 6] - 6;
}

static bool pass_outputs(const uint8_t **at, const uint8_t *end, uint64_t n)
{
	const uint8_t *p = *at;

	for (uint64_t i = 0; i < n; i++) {
		const size_t left = (size_t)(end - p);
		const size_t size = left >= COMMON_MIN ? common(p) : 0;

		if (size > 0 && size <= left)
			p += size;
		else if (!pass_any(&p, end))
			return false;
	}
	*at = p;
	return true;
}

bool undo_pass(struct cur *c, uint64_t txs)
{
	const uint8_t *p = c->all.p + c->at, *end = p + cur_left(c);
	bool good = cur_ok(c);

	for (uint64_t i = 0; i < txs && good; i++) {
		uint64_t outputs = 1;

		if (p < end && *p == 1) {
			p++;
		} else {
			struct cur rest =
				cur_over((struct span){ p, (size_t)(end - p) });

			outputs = undo_tx(&rest);
			good = cur_ok(&rest);
			p = end - cur_left(&rest);
		}
		good = good && pass_outputs(&p, end, outputs);
	}
	if (good)
		cur_take(c, cur_left(c) - (size_t)(end - p));
	else
		cur_fits(c, UINT64_MAX, 1);
	return good;
}
