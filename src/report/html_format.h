/* html_format - figures of the page as people read them: each with its bounds,
 * and "not determined" in words. */
#ifndef REPORT_HTML_FORMAT_H
#define REPORT_HTML_FORMAT_H

#include "analysis/money.h"
#include "analysis/rate.h"
#include "analysis/timing.h"
#include "analysis/work.h"
#include "report/html.h"

#define HTML_FIGURE 48

/* "9,999,999". This and the next ones return out. */
const char *html_count(char out[HTML_FIGURE], uint64_t n);

/* singular for 1, else plural. */
const char *html_plural(uint64_t n, const char *singular, const char *plural);

/* "5 min 15 s"; not a time that is known: "not determined". */
const char *html_duration(char out[HTML_FIGURE], double seconds);

/* What the coins of m are called: "BTC", or "coins" where they are not of
 * Bitcoin's main chain. */
const char *html_coin(const struct money *m);

/* "0.00045 BTC": three significant digits without an exponent. coin: as from
 * html_coin(). */
const char *html_coins(char out[HTML_FIGURE], double coins, const char *coin);

/* To the last of eight digits: what was counted, not estimated. */
const char *html_coins_exact(char out[HTML_FIGURE], double coins,
			     const char *coin);

/* "7.15 MH/s", "0.35 W": three digits with an SI prefix. */
const char *html_si(char out[HTML_FIGURE], double v, const char *unit);

/* How a figure is written. */
enum html_unit {
	HTML_SI,      /* with the unit's name */
	HTML_COINS,   /* with the coin's name */
	HTML_PERCENT, /* a portion 0..1 */
	HTML_PLAIN    /* a number, with what is counted behind it */
};

/* A posterior's range in whole percent, "93 to 98 %"; nobody knows one to a
 * digit more, nor that it is 0 or 100: "below 1 %", "above 99 %". */
const char *html_belief(char out[HTML_FIGURE], double low, double high);

/* Figure and interval: "7.15 MH/s (95 %: 5.97 to 8.48 MH/s)", or "not
 * determined". name: of the unit, where `unit` needs one; else NULL. */
void html_estimate(struct html *h, const struct estimate *e,
		   enum html_unit unit, const char *name);
const char *html_figure(char out[HTML_FIGURE], double v, enum html_unit unit,
			const char *name);

/* A round value beside an axis: "5 MW" instead of "5.00 MW". */
const char *html_tick_text(char out[HTML_FIGURE], double v, enum html_unit unit,
			   const char *name);

/* "H/s", "Sol/s": of the tries that a work counts. */
const char *html_rate_unit(char out[HTML_FIGURE], const struct work *w);

/* How exactly a time is told. */
enum html_detail {
	HTML_DAY,
	HTML_MINUTE,
	HTML_SECOND,
};

/* As it suits times that are known to so many seconds. */
enum html_detail html_detail_of(double seconds);
/* The same, or finer where both ends of an interval would read alike. */
enum html_detail html_detail_between(enum html_detail detail, struct ts low,
				     struct ts high);

/* "2017-05-17 09:12"; "" if unknown. Returns out. */
const char *html_moment_text(char out[HTML_FIGURE], struct ts t,
			     enum html_detail detail);
/* The same as an element with the whole time in it; in words if unknown. */
void html_time(struct html *h, struct ts t, enum html_detail detail);

/* "not determined", and in brackets why, if that is not NULL. */
void html_unknown(struct html *h, const char *why);

/* Captured text: kept apart from what stands around it, in either direction of
 * writing; at most 100 columns. NULL or "": a dash. */
void html_captured(struct html *h, const char *text);

/* Text of several lines, as one. */
void html_prose(struct html *h, const char *text);

/* "simulated" beside a figure, where that is what it is. */
void html_simulated(struct html *h);

#endif /* REPORT_HTML_FORMAT_H */
