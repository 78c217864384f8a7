#include "analysis/prices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/lines.h"
#include "base/mem.h"
#include "base/num.h"

#define DAY_NS   (INT64_C(86400) * INT64_C(1000000000))
#define COIN     "BTC/"
#define DAY_TEXT 10 /* 2017-05-17 */

struct day {
	int64_t number; /* since 1970-01-01 */
	double price;
	unsigned long line;
};

struct prices {
	char currency[PRICES_CURRENCY];
	struct day *day; /* by number */
	size_t n, room;
};

/* Where a text is, for sentences. */
struct reading {
	const char *name;
	struct lines lines;
	struct why *why;
	size_t column; /* that is taken, from 1 behind the date */
};

static struct prices *refuse(struct reading *r, struct prices *p,
			     const char *what)
{
	status_why(r->why, ST_BAD, "%s: line %lu: %s", r->name, r->lines.number,
		   what);
	prices_free(p);
	return NULL;
}

static bool is(struct span s, const char *text)
{
	return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

/* "BTC/USD": letters, digits and what currencies are not without. */
static bool take_currency(struct prices *p, struct span column)
{
	const size_t skip = strlen(COIN);

	if (column.n <= skip || column.n - skip >= sizeof(p->currency) ||
	    memcmp(column.p, COIN, skip) != 0)
		return false;
	for (size_t i = skip; i < column.n; i++) {
		const uint8_t c = column.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			return false;
	}
	memcpy(p->currency, column.p + skip, column.n - skip);
	return true;
}

static bool read_head(struct prices *p, struct reading *r)
{
	struct span line, field;

	if (!lines_next(&line, &r->lines) || !lines_field(&field, &line, ',') ||
	    !is(field, "date"))
		return false;
	for (size_t i = 1; i <= PRICES_COLUMNS; i++) {
		if (!lines_field(&field, &line, ','))
			return false;
		if (take_currency(p, field)) {
			r->column = i;
			return true;
		}
	}
	return false;
}

/* Days before 1970 and after 2262 are beyond what a moment can be. */
static bool read_day(int64_t *number, struct span field)
{
	struct ts t;

	if (field.n != DAY_TEXT || field.p[4] != '-' || field.p[7] != '-' ||
	    !ts_parse(&t, field) || t.ns < 0)
		return false;
	*number = t.ns / DAY_NS;
	return true;
}

static void keep(struct prices *p, struct day d)
{
	if (p->n == p->room) {
		p->room = p->room ? p->room * 2 : 256;
		p->day = mem_resize(p->day, p->room, sizeof(p->day[0]));
	}
	p->day[p->n++] = d;
}

/* NULL: the line is good; else what is wrong with it. */
static const char *read_line(struct prices *p, const struct reading *r,
			     struct span line)
{
	struct day d = { .line = r->lines.number };
	struct span field = { 0 };

	if (!lines_field(&field, &line, ',') || !read_day(&d.number, field))
		return "begins with no day (2017-05-17)";
	for (size_t i = 0; i < r->column; i++) {
		field.n = 0;
		if (!lines_field(&field, &line, ','))
			break;
	}
	if (field.n == 0)
		return NULL;
	if (!num_double(&d.price, field) || d.price < 0)
		return "its price is no number of 0 or more";
	if (p->n == PRICES_ROWS_MAX)
		return "one line more than are read; leave out other days";
	keep(p, d);
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct day *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* The second of two lines for one day; 0: there are none. */
static unsigned long repeated(const struct prices *p)
{
	for (size_t i = 1; i < p->n; i++) {
		if (p->day[i].number == p->day[i - 1].number)
			return p->day[i].line;
	}
	return 0;
}

struct prices *prices_parse(struct span text, const char *name, struct why *why)
{
	struct reading r = { .name = name,
			     .lines = lines_over(text),
			     .why = why };
	struct prices *p = mem_new(1, sizeof(*p));
	struct span line;

	if (!read_head(p, &r))
		return refuse(&r, p,
			      "the first line does not name the columns: "
			      "\"date,BTC/USD\"");
	while (lines_next(&line, &r.lines)) {
		const char *wrong = read_line(p, &r, line);

		if (wrong)
			return refuse(&r, p, wrong);
	}
	if (p->n == 0)
		return refuse(&r, p, "there is no price in the file");
	qsort(p->day, p->n, sizeof(p->day[0]), by_number);
	if (repeated(p) > 0) {
		r.lines.number = repeated(p);
		return refuse(&r, p, "its day was there before");
	}
	return p;
}

struct prices *prices_read(const char *path, struct why *why)
{
	struct prices *p = NULL;
	struct buf text;

	buf_init(&text, PRICES_BYTES_MAX);
	if (lines_read(&text, path, why) == ST_OK)
		p = prices_parse(buf_span(&text), path, why);
	buf_fini(&text);
	return p;
}

void prices_free(struct prices *p)
{
	if (!p)
		return;
	free(p->day);
	free(p);
}

const char *prices_currency(const struct prices *p)
{
	return p->currency;
}

double prices_at(const struct prices *p, struct ts t)
{
	size_t low = 0, high = p->n;

	if (!ts_known(t) || t.ns < 0)
		return NAN;
	const int64_t number = t.ns / DAY_NS;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (p->day[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->n && p->day[low].number == number ? p->day[low].price
							  : NAN;
}
