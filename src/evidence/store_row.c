#include "evidence/store_row.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

static void put_null(struct store_row *r)
{
	sqlite3_bind_null(r->statement, ++r->at);
}

static void put_i64(struct store_row *r, int64_t v)
{
	sqlite3_bind_int64(r->statement, ++r->at, v);
}

static void put_static(struct store_row *r, const char *text)
{
	sqlite3_bind_text(r->statement, ++r->at, text, -1, SQLITE_STATIC);
}

static void put_blob(struct store_row *r, struct span v)
{
	if (v.n == 0 || v.n > STORE_ROW_MAX)
		put_null(r);
	else
		sqlite3_bind_blob(r->statement, ++r->at, v.p, (int)v.n,
				  SQLITE_STATIC);
}

/* The next column: is it there, and of that type? */
static bool next_is(struct store_row *r, int type)
{
	const bool is = sqlite3_column_type(r->statement, r->at) == type;

	r->bad = r->bad || !is;
	return is;
}

static bool next_null(struct store_row *r)
{
	const bool null =
		sqlite3_column_type(r->statement, r->at) == SQLITE_NULL;

	r->at += null;
	return null;
}

static int64_t get_i64(struct store_row *r, int64_t low, int64_t high)
{
	const int64_t v = next_is(r, SQLITE_INTEGER)
				  ? sqlite3_column_int64(r->statement, r->at)
				  : low;

	r->at++;
	if (v >= low && v <= high)
		return v;
	r->bad = true;
	return low;
}

/* As text, in UTF-8 whatever the file's encoding is, NUL-terminated. */
static struct span get_chars(struct store_row *r)
{
	struct span v = { (const uint8_t *)"", 0 };

	if (next_is(r, SQLITE_TEXT)) {
		/* In this order: the first call may convert. */
		const uint8_t *p = sqlite3_column_text(r->statement, r->at);
		const int n = sqlite3_column_bytes(r->statement, r->at);

		if (p)
			v = (struct span){ p, (size_t)n };
		r->bad = r->bad || !p || v.n > STORE_ROW_MAX;
	}
	r->at++;
	return v;
}

static struct span get_blob(struct store_row *r)
{
	struct span v = { (const uint8_t *)"", 0 };

	if (next_is(r, SQLITE_BLOB)) {
		const void *p = sqlite3_column_blob(r->statement, r->at);
		const int n = sqlite3_column_bytes(r->statement, r->at);

		if (p)
			v = (struct span){ p, (size_t)n };
		r->bad = r->bad || v.n > STORE_ROW_MAX;
	}
	r->at++;
	return v;
}

/* A BLOB of exactly n bytes, or NULL, which is given as empty. */
static void get_exactly(struct store_row *r, struct span *v, size_t n)
{
	store_row_get_bytes(r, v);
	r->bad = r->bad || (v->n != 0 && v->n != n);
}

void store_row_put_text(struct store_row *r, const char *const *v)
{
	if (*v && strnlen(*v, STORE_ROW_MAX + 1) <= STORE_ROW_MAX)
		put_static(r, *v);
	else
		put_null(r);
}

void store_row_get_text(struct store_row *r, const char **v)
{
	if (next_null(r)) {
		*v = NULL;
		return;
	}
	const struct span s = get_chars(r);

	*v = (const char *)s.p;
	r->bad = r->bad || strlen(*v) != s.n;
}

static bool is_text(struct span v)
{
	while (v.n) {
		uint32_t code;
		size_t n;

		if (!utf8_read(&code, &n, v) || code == 0)
			return false;
		v = (struct span){ v.p + n, v.n - n };
	}
	return true;
}

void store_row_put_words(struct store_row *r, const struct span *v)
{
	if (v->n && v->n <= STORE_ROW_MAX && is_text(*v))
		sqlite3_bind_text(r->statement, ++r->at, (const char *)v->p,
				  (int)v->n, SQLITE_STATIC);
	else
		put_blob(r, *v);
}

void store_row_get_words(struct store_row *r, struct span *v)
{
	if (sqlite3_column_type(r->statement, r->at) == SQLITE_TEXT)
		*v = get_chars(r);
	else
		store_row_get_bytes(r, v);
}

void store_row_put_bytes(struct store_row *r, const struct span *v)
{
	put_blob(r, *v);
}

void store_row_get_bytes(struct store_row *r, struct span *v)
{
	if (next_null(r))
		*v = (struct span){ (const uint8_t *)"", 0 };
	else
		*v = get_blob(r);
}

void store_row_put_hashes(struct store_row *r, const struct span *v)
{
	if (v->n % 32)
		put_null(r);
	else
		put_blob(r, *v);
}

void store_row_get_hashes(struct store_row *r, struct span *v)
{
	store_row_get_bytes(r, v);
	r->bad = r->bad || v->n % 32;
}

/* Bitcoin's, Equihash's, Ethash's. */
static bool header_size(size_t n)
{
	return n == 80 || n == 140 || n == 32;
}

void store_row_put_header(struct store_row *r, const struct span *v)
{
	if (header_size(v->n))
		put_blob(r, *v);
	else
		put_null(r);
}

void store_row_get_header(struct store_row *r, struct span *v)
{
	store_row_get_bytes(r, v);
	r->bad = r->bad || (v->n != 0 && !header_size(v->n));
}

void store_row_put_number(struct store_row *r, const struct span *v)
{
	if (v->n == 32)
		put_blob(r, *v);
	else
		put_null(r);
}

void store_row_get_number(struct store_row *r, struct span *v)
{
	get_exactly(r, v, 32);
}

void store_row_put_id(struct store_row *r, const char id[FACT_ID])
{
	put_static(r, id);
}

void store_row_get_id(struct store_row *r, char id[FACT_ID])
{
	const struct span s = get_chars(r);

	memset(id, 0, FACT_ID);
	if (s.n != FACT_ID - 1 ||
	    strspn((const char *)s.p, "0123456789abcdefABCDEF") != s.n)
		r->bad = true;
	else
		memcpy(id, s.p, s.n);
}

void store_row_put_hash(struct store_row *r, const uint8_t v[32])
{
	put_blob(r, (struct span){ v, 32 });
}

void store_row_get_hash(struct store_row *r, uint8_t v[32])
{
	const struct span s = get_blob(r);

	memset(v, 0, 32);
	if (s.n == 32)
		memcpy(v, s.p, 32);
	else
		r->bad = true;
}

void store_row_put_digest(struct store_row *r, const uint8_t v[32])
{
	static const uint8_t unknown[32];

	if (memcmp(v, unknown, 32) != 0)
		store_row_put_hash(r, v);
	else
		put_null(r);
}

void store_row_get_digest(struct store_row *r, uint8_t v[32])
{
	if (next_null(r))
		memset(v, 0, 32);
	else
		store_row_get_hash(r, v);
}

void store_row_put_row(struct store_row *r, const int64_t *v)
{
	if (*v)
		put_i64(r, *v);
	else
		put_null(r);
}

void store_row_get_row(struct store_row *r, int64_t *v)
{
	*v = next_null(r) ? 0 : get_i64(r, 0, INT64_MAX);
}

void store_row_put_u16(struct store_row *r, const uint16_t *v)
{
	put_i64(r, *v);
}

void store_row_get_u16(struct store_row *r, uint16_t *v)
{
	*v = (uint16_t)get_i64(r, 0, UINT16_MAX);
}

void store_row_put_u32(struct store_row *r, const uint32_t *v)
{
	put_i64(r, *v);
}

void store_row_get_u32(struct store_row *r, uint32_t *v)
{
	*v = (uint32_t)get_i64(r, 0, UINT32_MAX);
}

void store_row_put_maybe(struct store_row *r, const bool *has,
			 const uint32_t *v)
{
	if (*has)
		put_i64(r, *v);
	else
		put_null(r);
}

void store_row_get_maybe(struct store_row *r, bool *has, uint32_t *v)
{
	*has = !next_null(r);
	*v = *has ? (uint32_t)get_i64(r, 0, UINT32_MAX) : 0;
}

void store_row_put_u64(struct store_row *r, const uint64_t *v)
{
	put_i64(r, *v > INT64_MAX ? INT64_MAX : (int64_t)*v);
}

void store_row_get_u64(struct store_row *r, uint64_t *v)
{
	*v = next_null(r) ? 0 : (uint64_t)get_i64(r, 0, INT64_MAX);
}

void store_row_put_seen(struct store_row *r, const uint64_t *v)
{
	if (*v > 0)
		store_row_put_u64(r, v);
	else
		put_null(r);
}

void store_row_get_seen(struct store_row *r, uint64_t *v)
{
	store_row_get_u64(r, v); /* which takes NULL for 0 */
}

void store_row_put_flag(struct store_row *r, const bool *v)
{
	put_i64(r, *v);
}

void store_row_get_flag(struct store_row *r, bool *v)
{
	*v = get_i64(r, 0, 1) != 0;
}

void store_row_put_ts(struct store_row *r, const struct ts *v)
{
	if (ts_known(*v))
		put_i64(r, v->ns);
	else
		put_null(r);
}

void store_row_get_ts(struct store_row *r, struct ts *v)
{
	if (next_null(r))
		*v = TS_NONE;
	else
		v->ns = get_i64(r, INT64_MIN, INT64_MAX);
}

void store_row_put_real(struct store_row *r, const double *v)
{
	if (isfinite(*v))
		sqlite3_bind_double(r->statement, ++r->at, *v);
	else
		put_null(r);
}

void store_row_get_real(struct store_row *r, double *v)
{
	*v = NAN;
	if (next_null(r))
		return;
	if (next_is(r, SQLITE_FLOAT))
		*v = sqlite3_column_double(r->statement, r->at);
	r->bad = r->bad || !isfinite(*v);
	r->at++;
}

void store_row_put_difficulty(struct store_row *r, const double *v)
{
	const double known = *v > 0 ? *v : NAN;

	store_row_put_real(r, &known);
}

void store_row_get_difficulty(struct store_row *r, double *v)
{
	store_row_get_real(r, v);
	r->bad = r->bad || *v < 0;
	if (isnan(*v))
		*v = 0;
}

/* Enums are kept as their texts, readable in any SQLite shell. */
#define ENUM(kind, count)                                                      \
	void store_row_put_##kind(struct store_row *r,                         \
				  const enum fact_##kind *v)                   \
	{                                                                      \
		put_static(r, fact_##kind##_text(*v));                         \
	}                                                                      \
	void store_row_get_##kind(struct store_row *r, enum fact_##kind *v)    \
	{                                                                      \
		const char *text = (const char *)get_chars(r).p;               \
		enum fact_##kind i = 0;                                        \
                                                                               \
		while (i < count && strcmp(text, fact_##kind##_text(i)) != 0)  \
			i++;                                                   \
		r->bad = r->bad || i == count;                                 \
		*v = i < count ? i : 0;                                        \
	}
ENUM(proof, FACT_PROOFS)
ENUM(source, FACT_SOURCES)
ENUM(verdict, FACT_VERDICTS)
ENUM(algorithm, FACT_ALGORITHMS)
ENUM(witness, FACT_WITNESSES)
