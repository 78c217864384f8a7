#include <math.h>
#include <string.h>

#include "report/html_bar.h"
#include "report/html_chart.h"
#include "report/html_format.h"
#include "report/html_points.h"
#include "report/test_report_sample_big.h"
#include "test/tap.h"

/* What was written, until the next call. */
struct page {
	struct html h;
	char *text;
	size_t n;
};

static void page_open(struct page *p)
{
	html_init(&p->h, open_memstream(&p->text, &p->n));
}

static bool page_is(struct page *p, const char *want)
{
	bool same;

	fclose(p->h.out);
	same = strcmp(p->text, want) == 0;
	if (!same)
		printf("# got  %s\n# want %s\n", p->text, want);
	free(p->text);
	html_fini(&p->h);
	return same;
}

static void test_put(void)
{
	struct page p;

	page_open(&p);
	html_put(&p.h, "<b title=\"%s\">%s</b> 100 %%", "a\"b'c", "<i>&amp;");
	OK(page_is(&p, "<b title=\"a&quot;b&#39;c\">&lt;i&gt;&amp;amp;</b> "
		       "100 %"));
	page_open(&p);
	html_put(&p.h, "%d %u %zu %llu %.1f %g %.3g", -3, 4u, (size_t)5, 6ULL,
		 2.25, 0.5, 1234567.0);
	OK(page_is(&p, "-3 4 5 6 2.2 0.5 1.23e+06"));
	page_open(&p);
	html_put(&p.h, "[%s][%.3s][%s]", getenv("ASSAY_NO_SUCH_VARIABLE"),
		 "abcdef", "");
	OK(page_is(&p, "[][abc...][]"));
}

/* Controls, overrides of direction and broken bytes become visible. */
static void test_hostile(void)
{
	struct page p;

	page_open(&p);
	html_put(&p.h, "%s|%s|%s", "a\x01\x7f", "x\u202ey\u2028z", "\xc0\xaf");
	OK(page_is(&p, "a\\x01\\x7f|x\\xe2\\x80\\xaey\\xe2\\x80\\xa8z|"
		       "\\xc0\\xaf"));
	page_open(&p);
	html_captured(&p.h, "\u05d0</bdi><script>");
	OK(page_is(&p, "<bdi class=\"captured\">\u05d0&lt;/bdi&gt;&lt;script"
		       "&gt;</bdi>"));
	page_open(&p);
	html_captured(&p.h, "");
	OK(page_is(&p, "<span class=\"unknown\">&ndash;</span>"));
	page_open(&p);
	html_prose(&p.h, "one\n<two>\n");
	OK(page_is(&p, "one &lt;two&gt; "));
}

static void test_figures(void)
{
	char t[HTML_FIGURE];

	OK(!strcmp(html_count(t, 0), "0"));
	OK(!strcmp(html_count(t, 999), "999"));
	OK(!strcmp(html_count(t, 1000), "1,000"));
	OK(!strcmp(html_count(t, UINT64_MAX), "18,446,744,073,709,551,615"));
	OK(!strcmp(html_duration(t, 0.25), "0.25 s"));
	OK(!strcmp(html_duration(t, 60), "1 min"));
	OK(!strcmp(html_duration(t, 315), "5 min 15 s"));
	OK(!strcmp(html_duration(t, 86400), "1 day"));
	OK(!strcmp(html_duration(t, 90000), "25 h"));
	OK(!strcmp(html_duration(t, 90061), "25 h 1 min"));
	OK(!strcmp(html_duration(t, 200000), "2 days 7 h"));
	OK(!strcmp(html_duration(t, NAN), "not determined"));
	OK(!strcmp(html_duration(t, -1), "not determined"));
	OK(!strcmp(html_coins(t, 0.00044905, "BTC"), "0.000449 BTC"));
	OK(!strcmp(html_coins(t, 12.345, "BTC"), "12.3 BTC"));
	OK(!strcmp(html_coins(t, 123456, "BTC"), "123,456 BTC"));
	OK(!strcmp(html_coins(t, NAN, "BTC"), "not determined"));
	OK(!strcmp(html_coins_exact(t, 1234.00000001, "BTC"),
		   "1,234.00000001 BTC"));
	OK(!strcmp(html_coins_exact(t, 0.999999999, "BTC"), "1.00000000 BTC"));
	OK(!strcmp(html_coins_exact(t, 0, "BTC"), "0.00000000 BTC"));
	OK(!strcmp(html_coins_exact(t, NAN, "BTC"), "not determined"));
	OK(!strcmp(html_figure(t, 0.5, HTML_PERCENT, NULL), "50.0 %"));
	OK(!strcmp(html_figure(t, 1, HTML_PERCENT, NULL), "100 %"));
	OK(!strcmp(html_belief(t, 0.931, 0.984), "93 to 98 %"));
	OK(!strcmp(html_belief(t, 0.931, 0.9999), "93 to 99 %"));
	OK(!strcmp(html_belief(t, 0.00001, 0.017), "1 to 2 %"));
	OK(!strcmp(html_belief(t, 0.00001, 0.00007), "below 1 %"));
	OK(!strcmp(html_belief(t, 0.9999, 1), "above 99 %"));
	OK(!strcmp(html_belief(t, 0.5, 0.5), "50 %"));
	OK(!strcmp(html_belief(t, NAN, 1), "not determined"));
	OK(!strcmp(html_figure(t, 1e-40, HTML_PERCENT, NULL),
		   "below 0.0001 %"));
	OK(!strcmp(html_figure(t, 3083, HTML_PLAIN, NULL), "3,083"));
	OK(!strcmp(html_tick_text(t, 5e6, HTML_SI, "W"), "5 MW"));
	OK(!strcmp(html_tick_text(t, 2.5e6, HTML_SI, "W"), "2.5 MW"));
	OK(!strcmp(html_tick_text(t, 0, HTML_SI, "W"), "0 W"));
}

static void test_estimates(void)
{
	struct page p;

	page_open(&p);
	html_estimate(
		&p.h,
		&(struct estimate){ 5.97e6, 7.15e6, 8.48e6, 0.95, "garwood" },
		HTML_SI, "H/s");
	OK(page_is(&p, "<span class=\"figure\">7.15 MH/s</span> <span "
		       "class=\"range\">(95&nbsp;%: 5.97 to 8.48 MH/s)"
		       "</span>"));
	page_open(&p);
	html_estimate(&p.h, &(struct estimate){ 997e3, 1.1e6, 2e6, 0.99, "x" },
		      HTML_SI, "H/s");
	OK(page_is(&p, "<span class=\"figure\">1.10 MH/s</span> <span "
		       "class=\"range\">(99&nbsp;%: 997 kH/s to 2.00 MH/s)"
		       "</span>"));
	page_open(&p);
	html_estimate(&p.h, &(struct estimate){ 4, 4, 4, 0.95, "counted" },
		      HTML_PLAIN, NULL);
	OK(page_is(&p, "<span class=\"figure\">4</span>"));
	page_open(&p);
	html_estimate(&p.h, &(struct estimate){ NAN, NAN, NAN, 0.95, NULL },
		      HTML_SI, "H/s");
	OK(page_is(&p, "<span class=\"unknown\">not determined</span>"));
}

static void test_scale(void)
{
	const struct html_scale s = { 0, 10, 100, 0, false };
	const struct html_scale g = { 1, 1000, 0, 300, true };

	OK(html_scale_at(&s, 0) == 100 && html_scale_at(&s, 10) == 0);
	OK(html_scale_at(&s, 5) == 50);
	OK(html_scale_at(&s, 11) == 0 && html_scale_at(&s, -1) == 100);
	OK(html_scale_at(&s, NAN) == 100);
	OK(fabs(html_scale_at(&g, 10) - 100) < 1e-9);
	OK(html_scale_at(&g, 0) == 0 && html_scale_at(&g, 1e9) == 300);
}

static void test_scale_over(void)
{
	struct html_scale s = html_scale_over(1, 7.3, false);

	OK(s.from == 0 && s.to == 8);
	s = html_scale_over(0.3, 420, true);
	OK(fabs(s.from - 0.1) < 1e-12 && fabs(s.to - 500) < 1e-9);
	s = html_scale_over(100, 100, true);
	OK(s.from < s.to);
	/* Whatever the values: ticks ascend, lie on the scale, and are few. */
	for (int e = -30; e < 60; e++) {
		for (int log = 0; log < 2; log++) {
			const double high = 3.7 * pow(10, e);
			double tick[HTML_TICKS_MAX];
			size_t n;
			bool good = true;

			s = html_scale_over(high / pow(10, e & 15), high, log);
			n = html_ticks(tick, &s);
			for (size_t i = 0; i < n; i++)
				good = good && tick[i] >= s.from * (1 - 1e-6) &&
				       tick[i] <= s.to * (1 + 1e-6) &&
				       (i == 0 || tick[i] > tick[i - 1]);
			OK(good && s.to >= high * (1 - 1e-9) && n >= 2);
		}
	}
}

static void test_ticks(void)
{
	const struct html_scale linear = { 0, 50, 0, 1, false };
	const struct html_scale decades = { 1, 1e6, 0, 1, true };
	double tick[HTML_TICKS_MAX];

	OK(html_ticks(tick, &linear) == 6 && tick[0] == 0 && tick[5] == 50);
	OK(html_ticks(tick, &decades) == 7);
	OK(fabs(tick[6] - 1e6) < 1e-3);
}

static bool times_are(const char *from, const char *to, size_t max,
		      const char *want)
{
	struct html_tick tick[HTML_TICKS_MAX];
	const size_t n =
		html_ticks_time(tick, sample_ts(from), sample_ts(to), max);
	char got[512] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s",
			 i ? "|" : "", tick[i].text);
	if (strcmp(got, want) != 0)
		printf("# got %s\n# want %s\n", got, want);
	return strcmp(got, want) == 0;
}

static void test_ticks_time(void)
{
	OK(times_are("2026-11-22T14:33:15Z", "2026-11-22T14:38:45Z", 9,
		     "14:34|14:35|14:36|14:37|14:38"));
	OK(times_are("2026-11-22T14:33:15Z", "2026-11-22T14:33:21Z", 4,
		     "14:33:16|14:33:18|14:33:20"));
	OK(times_are("2026-11-21T20:00:00Z", "2026-11-22T08:00:00Z", 5,
		     "21:00|22 Nov|03:00|06:00"));
	OK(times_are("2017-05-01", "2017-12-07", 9,
		     "May 2017|Jun|Jul|Aug|Sep|Oct|Nov|Dec"));
	OK(times_are("2016-12-20", "2017-01-20", 6,
		     "26 Dec 2016|2 Jan|9 Jan|16 Jan"));
	OK(times_are("2011-03-01", "2026-01-01", 9,
		     "2012|2014|2016|2018|2020|2022|2024|2026"));
	OK(times_are("2017-05-01", "2017-05-01", 9, ""));
	OK(times_are("2017-05-02", "2017-05-01", 9, ""));
	OK(times_are("1969-05-02", "2017-05-01", 9, ""));
	OK(times_are("2017-05-02", "2240-05-01", 9, ""));
}

static void test_ticks_time_any(void)
{
	struct sample *s = sample_empty();

	for (int i = 0; i < 3000; i++) {
		struct html_tick tick[HTML_TICKS_MAX];
		const struct ts from = { (int64_t)(sample_random(s) * 7e18) };
		const struct ts to = { from.ns +
				       (int64_t)exp(sample_random(s) * 40) };
		const size_t max = 1 + (size_t)(sample_random(s) * 15);
		const size_t n = html_ticks_time(tick, from, to, max);
		bool good = n <= max + 1;

		for (size_t k = 0; k < n; k++)
			good = good && tick[k].at.ns >= from.ns &&
			       tick[k].at.ns <= to.ns && tick[k].text[0] &&
			       (k == 0 || tick[k].at.ns > tick[k - 1].at.ns);
		if (!good)
			printf("# %lld to %lld\n", (long long)from.ns,
			       (long long)to.ns);
		if (!good || i == 2999)
			OK(good);
	}
	sample_free(s);
}

static void test_points(void)
{
	struct sample *s = sample_empty();
	struct series r;
	struct html_points p;

	sample_series(s, &r, sample_ts("2017-05-01"), 60, 10);
	for (size_t i = 2; i < 7; i++) {
		const double v = (double)i;

		r.bin[i].rate = sample_about(v, 2 * v, 40 + v, "garwood");
		r.bin[i].seconds = 60;
		r.bin[i].sessions = i;
		r.bin[i].shares = 1;
	}
	html_points_make(&p, &r, 10);
	OK(p.n == 10 && p.per == 1 && p.point[2].mid == 4);
	OK(isnan(p.point[0].mid) && isnan(p.point[7].low));
	OK(p.point[9].to.ns - p.point[0].from.ns == 600 * SAMPLE_S);
	html_points_free(&p);
	html_points_make(&p, &r, 4);
	OK(p.n == 4 && p.per == 3);
	/* 6 and 8 and 10: their mean, the widest band, the most sessions. */
	OK(p.point[1].mid == 8 && p.point[1].low == 3 &&
	   p.point[1].high == 45 && p.point[1].sessions == 5 &&
	   p.point[1].shares == 3);
	OK(isnan(p.point[3].mid));
	OK(p.point[3].to.ns - p.point[3].from.ns == 60 * SAMPLE_S);

	const struct html_extent e = html_points_extent(&p);

	OK(e.lowest == 4 && e.highest == 12 && e.top <= 12 * 1.6 + 1e-9);
	html_points_free(&p);
	r.n = 0;
	html_points_make(&p, &r, 4);
	OK(p.n == 0);
	html_points_free(&p);
	sample_free(s);
}

/* ---- whole pages ---- */

struct told {
	char *text;
	size_t n;
};

static struct told tell(const struct sample *s)
{
	struct told t;
	FILE *f = open_memstream(&t.text, &t.n);

	OK(answers_html(f, &s->a, &s->about) == ST_OK);
	fclose(f);
	return t;
}

static size_t times_in(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void test_pages(void)
{
	struct sample *(*const make[])(void) = { sample_empty, sample_small,
						 sample_big };

	for (size_t i = 0; i < 3; i++) {
		struct sample *s = make[i]();
		struct told one = tell(s), again = tell(s);

		OK(one.n == again.n && !memcmp(one.text, again.text, one.n));
		OK(one.n < 2000000);
		/* Two that run, and the numbers where there are any. */
		OK(times_in(one.text, "<script") == 2 + (i > 0));
		OK(!strstr(one.text, "onerror=a()>\"") &&
		   !strstr(one.text, "<script>alert"));
		OK((strstr(one.text, "class=\"banner\"") != NULL) == (i == 2));
		free(one.text);
		free(again.text);
		sample_free(s);
	}
}

/* What a decision maker reads first says no more than the rest. */
static void test_summary(void)
{
	struct sample *s = sample_small();
	struct subject *u = &s->a.subject[0];
	struct told t;

	u->money.network = network_named("regtest");
	u->money.bitcoin = false;
	u->money.credited = 344.5;
	u->money.per_day =
		(struct estimate){ 4e4, 5e4, 6e4, 0.95, "fay-feuer" };
	u->timing.onset = (struct timing_moment){
		.known = TIMING_WITHIN,
		.low = sample_ts("2026-11-22T14:33:15Z"),
		.mid = sample_ts("2026-11-22T14:33:16Z"),
		.high = sample_ts("2026-11-22T14:33:17Z"),
	};
	u->series.bin_seconds = 86400;
	t = tell(s);
	OK(strstr(t.text, "test network (regtest) and worth nothing; ") !=
	   NULL);
	OK(!strstr(t.text, "shares are worth"));
	OK(!strstr(t.text, "is expected to bring"));
	OK(times_in(t.text, ">2026-11-22 14:33:16 UTC<") >= 2);
	OK(!strstr(t.text, ">2026-11-22</time> and"));
	free(t.text);
	sample_free(s);
}

/* A case that leaves out who spoke to whom. */
static void test_nameless(void)
{
	struct sample *s = sample_small();

	for (size_t i = 0; i < s->a.findings.n; i++) {
		struct fact_session *x = &s->a.findings.finding[i].session;

		x->server_ip = x->client_ip = x->host = x->server_name = NULL;
		s->a.findings.finding[i].identity.pool = NULL;
	}

	struct told t = tell(s);

	OK(t.n > 0 && strstr(t.text, "</html>") != NULL);
	free(t.text);
	sample_free(s);
}

static void test_redacted(void)
{
	struct sample *s = sample_small();
	struct told t = tell(s);

	OK(strstr(t.text, "0000007faff2cfa4d5a627ec327c78f331ee9d8a7b48866be3"
			  "e4e7a9e85e3c61") != NULL);
	OK(strstr(t.text, "626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a"
			  "94714303000000") != NULL);
	OK(!strstr(t.text, "Redacted."));
	free(t.text);
	s->about.redacted = true;
	t = tell(s);
	OK(!strstr(t.text, "0000007faff2cfa4d5a627ec327c78f331ee9d8a7b48866be3"
			   "e4e7a9e85e3c61"));
	OK(!strstr(t.text, "626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a"
			   "94714303000000"));
	OK(strstr(t.text, "Redacted.") != NULL);
	free(t.text);
	sample_free(s);
}

/* A series of as many bins as there may be, and names without end. */
static void test_large(void)
{
	struct sample *s = sample_small();
	struct subject *u = &s->a.subject[0];
	char *name = sample_keep(s, 100001, 1);
	struct told t;

	memset(name, '"', 100000);
	u->name = s->a.subject[1].name = s->a.subject[2].name = name;
	sample_series(s, &u->series, sample_ts("2017-05-01"), 1,
		      SERIES_BINS_MAX);
	for (size_t i = 0; i < SERIES_BINS_MAX; i++)
		sample_bin(s, &u->series.bin[i], 1e9, 1e7, 1);
	t = tell(s);
	OK(t.n < 2000000);
	OK(strstr(t.text, "and 99,600 more: the CSV table &ldquo;timeline"
			  "&rdquo; has all") != NULL);
	free(t.text);
	sample_free(s);
}

/* Contacts only: when they came is told, and nothing of mining. */
static void test_contacts_only(void)
{
	struct sample *s = sample_small();
	struct assessment *a = &s->a;
	struct subject *u = &a->subject[0];
	struct told t;

	a->sessions = 0;
	a->contacts = 1;
	a->num_subjects = 1;
	a->exhibits.n = 0;
	a->findings.finding[0].kind = FINDING_CONTACT;
	a->findings.finding[0].num_workers = 0;
	a->findings.finding[0].session.user_agent = NULL;
	a->findings.finding[0].work = (struct work){ .rate = sample_unknown() };
	u->work = a->findings.finding[0].work;
	u->num_members = 0;
	u->timing.by_presence = true;
	u->timing.onset = u->timing.end = sample_unknown_moment();
	for (size_t i = 0; i < u->series.n; i++)
		u->series.bin[i].rate = sample_unknown();
	t = tell(s);
	OK(strstr(t.text, "No mining was found") != NULL);
	OK(strstr(t.text, "1 contact with a pool was seen") != NULL);
	OK(strstr(t.text, "No hash rate was determined") != NULL);
	OK(strstr(t.text, "No server took a share") != NULL);
	free(t.text);
	sample_free(s);
}

/* /dev/full: what cannot be written is said. */
static void test_no_room(void)
{
	struct sample *s = sample_empty();
	FILE *f = fopen("/dev/full", "w");

	OK(f && answers_html(f, &s->a, &s->about) == ST_IO);
	if (f)
		fclose(f);
	sample_free(s);
}

int main(void)
{
	test_put();
	test_hostile();
	test_figures();
	test_estimates();
	test_scale();
	test_scale_over();
	test_ticks();
	test_ticks_time();
	test_ticks_time_any();
	test_points();
	test_pages();
	test_summary();
	test_nameless();
	test_redacted();
	test_large();
	test_contacts_only();
	test_no_room();
	return tap_end();
}
