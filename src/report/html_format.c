#include "report/html_format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

const char *html_count(char out[HTML_FIGURE], uint64_t n)
{
	char digits[HTML_FIGURE];
	const int length =
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	size_t at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

const char *html_plural(uint64_t n, const char *singular, const char *plural)
{
	return n == 1 ? singular : plural;
}

const char *html_duration(char out[HTML_FIGURE], double seconds)
{
	if (!(seconds >= 0) || seconds > 1e11) {
		snprintf(out, HTML_FIGURE, "not determined");
		return out;
	}

	const unsigned long long total = (unsigned long long)(seconds + 0.5);

	if (total < 60)
		snprintf(out, HTML_FIGURE, "%.3g s", seconds);
	else if (total % 86400 == 0)
		snprintf(out, HTML_FIGURE, "%llu day%s", total / 86400,
			 total == 86400 ? "" : "s");
	else if (total % 3600 == 0 && total < 48 * 3600ULL)
		snprintf(out, HTML_FIGURE, "%llu h", total / 3600);
	else if (total % 60 == 0 && total < 3600)
		snprintf(out, HTML_FIGURE, "%llu min", total / 60);
	else if (total < 3600)
		snprintf(out, HTML_FIGURE, "%llu min %llu s", total / 60,
			 total % 60);
	else if (total < 48 * 3600ULL)
		snprintf(out, HTML_FIGURE, "%llu h %llu min", total / 3600,
			 total / 60 % 60);
	else
		snprintf(out, HTML_FIGURE, "%llu days %llu h", total / 86400,
			 total / 3600 % 24);
	return out;
}

/* Digits behind the point so that three are significant. */
static int decimals_of(double v)
{
	const double size = v > 0 ? floor(log10(v)) : 0;
	const double digits = 2 - size;

	return digits < 0 ? 0 : digits > 14 ? 14 : (int)digits;
}

const char *html_coin(const struct money *m)
{
	return m->bitcoin ? "BTC" : "coins";
}

const char *html_coins(char out[HTML_FIGURE], double coins, const char *coin)
{
	char number[HTML_FIGURE];

	if (!isfinite(coins))
		snprintf(out, HTML_FIGURE, "not determined");
	else if (coins >= 1000 && coins < 1e18)
		snprintf(out, HTML_FIGURE, "%s %s",
			 html_count(number, (uint64_t)(coins + 0.5)), coin);
	else
		snprintf(out, HTML_FIGURE, "%.*f %s", decimals_of(coins), coins,
			 coin);
	return out;
}

const char *html_coins_exact(char out[HTML_FIGURE], double coins,
			     const char *coin)
{
	const double whole = floor(coins);
	char number[HTML_FIGURE], part[HTML_FIGURE];

	if (!(coins >= 0 && coins < 1e15)) {
		snprintf(out, HTML_FIGURE, "not determined");
		return out;
	}
	snprintf(part, sizeof(part), "%.8f", coins - whole);
	/* What rounds up to one is one. */
	snprintf(out, HTML_FIGURE, "%.24s%.12s %s",
		 html_count(number, (uint64_t)whole + (part[0] == '1')),
		 part + 1, coin);
	return out;
}

const char *html_si(char out[HTML_FIGURE], double v, const char *unit)
{
	char number[TEXT_SI];

	snprintf(out, HTML_FIGURE, "%s%s", text_si(number, v),
		 isfinite(v) ? unit : "");
	return out;
}

static void percent(char out[HTML_FIGURE], double v)
{
	const double p = v * 100;

	if (p > 0 && p < 1e-4)
		snprintf(out, HTML_FIGURE, "below 0.0001 %%");
	else
		snprintf(out, HTML_FIGURE, "%.*f %%",
			 p >= 99.95 ? 0 : decimals_of(fabs(p)), p);
}

static void plain(char out[HTML_FIGURE], double v, const char *name)
{
	char number[HTML_FIGURE];
	const char *space = name ? " " : "";

	if (v >= 1000 && v < 1e15)
		snprintf(out, HTML_FIGURE, "%s%s%s",
			 html_count(number, (uint64_t)(v + 0.5)), space,
			 name ? name : "");
	else
		snprintf(out, HTML_FIGURE, "%.3g%s%s", v, space,
			 name ? name : "");
}

const char *html_figure(char out[HTML_FIGURE], double v, enum html_unit unit,
			const char *name)
{
	if (!isfinite(v)) {
		snprintf(out, HTML_FIGURE, "not determined");
		return out;
	}
	switch (unit) {
	case HTML_SI:
		return html_si(out, v, name);
	case HTML_COINS:
		return html_coins(out, v, name);
	case HTML_PERCENT:
		percent(out, v);
		return out;
	case HTML_PLAIN:
		plain(out, v, name);
		return out;
	}
	return out;
}

const char *html_belief(char out[HTML_FIGURE], double low, double high)
{
	const double from = round(low * 100), to = round(high * 100);

	if (!isfinite(low) || !isfinite(high))
		snprintf(out, HTML_FIGURE, "not determined");
	else if (to < 1)
		snprintf(out, HTML_FIGURE, "below 1 %%");
	else if (from > 99)
		snprintf(out, HTML_FIGURE, "above 99 %%");
	else if (from < to)
		snprintf(out, HTML_FIGURE, "%.0f to %.0f %%", fmax(from, 1),
			 fmin(to, 99));
	else
		snprintf(out, HTML_FIGURE, "%.0f %%", from);
	return out;
}

/* "631 TH/s" before "707 TH/s" can do without its unit. */
static void same_unit(char *low, const char *high)
{
	char *unit = strchr(low, ' ');
	const char *other = strchr(high, ' ');

	if (unit && other && strcmp(unit, other) == 0)
		*unit = '\0';
}

void html_estimate(struct html *h, const struct estimate *e,
		   enum html_unit unit, const char *name)
{
	char low[HTML_FIGURE], mid[HTML_FIGURE], high[HTML_FIGURE];

	if (!e->method) {
		html_unknown(h, NULL);
		return;
	}
	html_put(h, "<span class=\"figure\">%s</span>",
		 html_figure(mid, e->mid, unit, name));
	html_figure(low, e->low, unit, name);
	html_figure(high, e->high, unit, name);
	/* What was counted has no interval; and some read all the same. */
	if (strcmp(low, mid) == 0 && strcmp(mid, high) == 0)
		return;
	same_unit(low, high);
	html_put(h, " <span class=\"range\">(%g&nbsp;%%: %s to %s)</span>",
		 e->confidence * 100, low, high);
}

const char *html_rate_unit(char out[HTML_FIGURE], const struct work *w)
{
	snprintf(out, HTML_FIGURE, "%.16s/s", w->tries ? w->tries : "H");
	return out;
}

enum html_detail html_detail_of(double seconds)
{
	return seconds >= 86400 ? HTML_DAY
	       : seconds >= 60  ? HTML_MINUTE
				: HTML_SECOND;
}

enum html_detail html_detail_between(enum html_detail detail, struct ts low,
				     struct ts high)
{
	char one[HTML_FIGURE], other[HTML_FIGURE];

	while (detail < HTML_SECOND &&
	       strcmp(html_moment_text(one, low, detail),
		      html_moment_text(other, high, detail)) == 0)
		detail++;
	return detail;
}

const char *html_moment_text(char out[HTML_FIGURE], struct ts t,
			     enum html_detail detail)
{
	static const int length[] = { 10, 16, 19 };
	char text[TS_TEXT];

	ts_text(t, text);
	if (strlen(text) > 10)
		text[10] = ' ';
	snprintf(out, HTML_FIGURE, "%.*s", length[detail], text);
	return out;
}

void html_time(struct html *h, struct ts t, enum html_detail detail)
{
	char text[HTML_FIGURE], whole[TS_TEXT];

	if (!ts_known(t)) {
		html_unknown(h, NULL);
		return;
	}
	html_put(h, "<time datetime=\"%s\">%s%s</time>", ts_text(t, whole),
		 html_moment_text(text, t, detail),
		 detail == HTML_DAY ? "" : " UTC");
}

const char *html_tick_text(char out[HTML_FIGURE], double v, enum html_unit unit,
			   const char *name)
{
	char *point, *end, *zero;

	html_figure(out, v, unit, name);
	point = strchr(out, '.');
	if (!point)
		return out;
	end = point + 1 + strspn(point + 1, "0123456789");
	zero = end;
	while (zero > point + 1 && zero[-1] == '0')
		zero--;
	if (zero == point + 1)
		zero = point;
	memmove(zero, end, strlen(end) + 1);
	return out;
}

void html_unknown(struct html *h, const char *why)
{
	html_put(h, "<span class=\"unknown\">not determined");
	if (why)
		html_put(h, " (%s)", why);
	html_put(h, "</span>");
}

void html_captured(struct html *h, const char *text)
{
	if (!text || !text[0]) {
		html_put(h, "<span class=\"unknown\">&ndash;</span>");
		return;
	}
	html_put(h, "<bdi class=\"captured\">%.100s</bdi>", text);
}

void html_prose(struct html *h, const char *text)
{
	while (text && *text) {
		const size_t n = strcspn(text, "\r\n\t");
		char *line = mem_text(text, n);

		html_put(h, "%s", line);
		free(line);
		text += n;
		if (*text) {
			html_put(h, " ");
			text++;
		}
	}
}

void html_simulated(struct html *h)
{
	if (h->a->simulated)
		html_put(h, " <strong class=\"simulated\">simulated</strong>");
}
