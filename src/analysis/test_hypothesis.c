#include "analysis/hypothesis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "test/tap.h"

#define TWO_HYPOTHESES                                                         \
	"title: t\n"                                                           \
	"hypotheses:\n"                                                        \
	"  - {id: a, name: A, prior: 0.5, reason: r}\n"                        \
	"  - {id: b, name: B, prior: 0.5, reason: r}\n"                        \
	"items:\n"
/* One of YAML's flow mappings a likelihood. */
#define ITEM(quantity, extra, a, b)                                            \
	"  - {quantity: " quantity ", " extra "under: {a: {" a                 \
	", reason: r}, b: {" b ", reason: r}}}\n"
#define ASIC(extra, a, b)                                                      \
	ITEM("hardware", extra, "table: {asic: " a "}", "table: {asic: " b "}")
#define SOLO(extra, a, b)                                                      \
	ITEM("pool", extra, "table: {solo: " a "}", "table: {solo: " b "}")

static struct hypothesis_evidence evidence[HYPOTHESIS_QUANTITIES];
static struct hypotheses out; /* too large for a stack of ours */

static bool near(double a, double b, double off)
{
	return fabs(a - b) <= off * fmax(1, fabs(b));
}

static struct hypothesis_file read_text(const char *text)
{
	struct hypothesis_file f = { 0 };
	struct why why = { "" };
	const struct span bytes = { (const uint8_t *)text, strlen(text) };
	const enum status st =
		hypothesis_file_parse(&f, "test", bytes, NULL, &why);

	if (st != ST_OK)
		printf("# %s\n", why.text);
	OK(st == ST_OK);
	return f;
}

/* Into `out`, whose columns then have no items that may be looked at. */
static void weigh(const char *text)
{
	struct hypothesis_file f = read_text(text);

	hypotheses_weigh(&out, &f, evidence);
	hypothesis_file_free(&f);
}

static void forget(void)
{
	memset(evidence, 0, sizeof(evidence));
	for (size_t i = 0; i < HYPOTHESIS_QUANTITIES; i++)
		evidence[i].grade = "proved";
}

static void see_word(enum hypothesis_quantity q, const char *word)
{
	evidence[q].word = word;
}

static void see(enum hypothesis_quantity q, double low, double mid, double high)
{
	evidence[q].value =
		(struct estimate){ low, mid, high, 0.95, "by hand" };
}

/* 0.9 to 0.3: odds 3 to 1. */
static void test_odds(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	weigh(TWO_HYPOTHESES ASIC("", "0.9", "0.3"));
	OK(near(out.row[0].posterior, 0.75, 1e-12));
	OK(near(out.row[0].low, 0.75, 1e-12));
	OK(near(out.row[0].high, 0.75, 1e-12));
	OK(near(out.column[0].weight[0].mid, log(3) / 2, 1e-12));
	OK(near(out.column[0].weight[1].mid, -log(3) / 2, 1e-12));
	OK(near(out.row[0].sum.mid, log(3) / 2, 1e-12));
	OK(out.leading == 0 && out.discriminates);
	OK(!strcmp(out.row[0].words, "likely"));
	OK(!strcmp(out.row[1].words, "unlikely"));
	OK(near(out.prior_to_flip, 0.25, 1e-12));
	OK(out.num_flips == 1 && out.flips[0] == 0);
	OK(out.column[0].flip == HYPOTHESIS_FLIP_REVERSED);
	OK(!out.column[0].unexpected);
}

/* B2 counts for 0.64: 0.64 + 0.36 * 2/3 to 0.64/3 + 0.36 * 2/3. */
static void test_discount(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	weigh(TWO_HYPOTHESES ASIC("grade: B2, ", "0.9", "0.3"));
	OK(near(out.column[0].discount, 0.64, 1e-12));
	OK(near(out.row[0].posterior, 0.88 / (0.88 + 0.64 / 3 + 0.24), 1e-12));
	evidence[HYPOTHESIS_HARDWARE].grade = "claimed"; /* B2 as well */
	weigh(TWO_HYPOTHESES ASIC("", "0.9", "0.3"));
	OK(near(out.row[0].posterior, 0.66, 1e-12));
	weigh(TWO_HYPOTHESES ASIC("grade: E1, ", "0.9", "0.3"));
	OK(near(out.row[0].posterior, 0.5, 1e-12));
	OK(near(out.row[0].low, 0.5, 1e-12) &&
	   near(out.row[0].high, 0.5, 1e-12));
	OK(near(hypothesis_admiralty_discount('A', 1), 1, 0));
	OK(near(hypothesis_admiralty_discount('F', 6), 0.25, 0));
	OK(near(hypothesis_admiralty_discount('G', 1), 0, 0));
	OK(hypothesis_grade_discount("proved") >
	   hypothesis_grade_discount("spoken"));
	OK(near(hypothesis_grade_discount("counted"), 1, 0));
	OK(near(hypothesis_grade_discount("listed"), 0.48, 1e-12));
	OK(near(hypothesis_grade_discount(NULL),
		hypothesis_grade_discount("contact"), 0));
}

/* Each may be off by a factor 2: 1/2 against 2/3, and 2 against 1/6. */
static void test_within(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	weigh(TWO_HYPOTHESES ITEM("hardware", "",
				  "table: {asic: 0.9}, within: 2",
				  "table: {asic: 0.3}, within: 2"));
	OK(near(out.row[0].posterior, 0.75, 1e-12));
	OK(near(out.row[0].low, 0.5 / (0.5 + 2.0 / 3), 1e-12));
	OK(near(out.row[0].high, 2 / (2 + 1.0 / 6), 1e-12));
	OK(near(out.row[1].low, 1 - out.row[0].high, 1e-12));
	OK(!out.row[0].words && !out.row[1].words);
	OK(!out.discriminates && out.leading == 0);
}

static void test_floor(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	weigh(TWO_HYPOTHESES ASIC("", "1", "0"));
	OK(near(out.row[1].posterior, 1 / 1001.0, 1e-12));
	OK(!strcmp(out.row[1].words, "almost no chance"));
	OK(!strcmp(out.row[0].words, "almost certain"));
	weigh(TWO_HYPOTHESES ASIC("", "0", "0"));
	OK(near(out.row[0].posterior, 0.5, 1e-12));
	OK(out.column[0].unexpected);
	/* Both far out: no quotient of nothing by nothing. */
	see(HYPOTHESIS_HASHRATE, 1e18, 1e18, 1e18);
	weigh(TWO_HYPOTHESES ITEM("hashrate", "", "uniform: {low: 0, high: 1}",
				  "lognormal: {median: 1, factor: 1.5}"));
	OK(near(out.row[0].posterior, 0.5, 1e-12));
	OK(out.column[0].unexpected);
}

/* Words that the table leaves out share what it leaves. */
static void test_other_words(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "fpga");
	weigh(TWO_HYPOTHESES ITEM("hardware", "", "table: {asic: 0.7}",
				  "table: {asic: 0.1, cpu: 0.3, \"*\": 0.6}"));
	OK(near(out.row[0].posterior, 0.1 / (0.1 + 0.3), 1e-12));
	see_word(HYPOTHESIS_HARDWARE, "abacus");
	weigh(TWO_HYPOTHESES ASIC("", "0.9", "0.3"));
	OK(!out.column[0].determined && near(out.row[0].posterior, 0.5, 1e-12));
}

#define LOGNORMALS                                                             \
	TWO_HYPOTHESES ITEM("hashrate", "",                                    \
			    "lognormal: {median: 4, factor: 2.718281828459}",  \
			    "lognormal: {median: 1, factor: 2.718281828459}")

/* sigma 1, ln 4 apart: exp((ln 4)^2 / 2). Measured with sigma 1/2 around 4, the
 * variances add up: exp((ln 4)^2 / 2 / 1.25). */
static void test_numbers(void)
{
	const double wide = exp(0.98 - 1e-5 * 1.8), l4 = log(4);
	const double odds = exp(l4 * l4 / 2.5);

	forget();
	see(HYPOTHESIS_HASHRATE, 4, 4, 4);
	weigh(LOGNORMALS);
	OK(near(out.column[0].weight[0].mid, l4 * l4 / 4, 1e-9));
	OK(near(out.row[0].posterior, 1 / (1 + exp(-l4 * l4 / 2)), 1e-9));
	OK(out.row[0].high - out.row[0].low < 1e-12);
	see(HYPOTHESIS_HASHRATE, 4 / wide, 4, 4 * wide);
	weigh(LOGNORMALS);
	OK(near(out.row[0].posterior, odds / (1 + odds), 1e-4));
	/* At the ends the middle between 1 and 4, 2, is left on either side:
	 * log(x / 2) ln 4 is the log-odds. */
	OK(near(out.column[0].weight[0].low, log(4 / wide / 2) * l4 / 2, 1e-9));
	OK(near(out.column[0].weight[0].high, log(4 * wide / 2) * l4 / 2,
		1e-9));
}

/* From 0 on: the lower end speaks for the lower one, as far as anything may. */
static void test_from_zero(void)
{
	forget();
	see(HYPOTHESIS_HASHRATE, 0, 0, 1);
	weigh(LOGNORMALS);
	OK(near(out.column[0].weight[0].low, log(HYPOTHESIS_FLOOR) / 2, 1e-9));
	OK(out.column[0].weight[0].mid < 0);
	see(HYPOTHESIS_HASHRATE, 0, 0, 0);
	weigh(LOGNORMALS);
	OK(near(out.row[0].posterior, 0.5, 1e-12));
}

/* At least 2: that has half of what is uniform from 0 to 4, and a fifth of 0 to
 * 2.5. */
static void test_at_least(void)
{
	forget();
	see(HYPOTHESIS_MACHINES, 2, NAN, INFINITY);
	weigh(TWO_HYPOTHESES ITEM("machines", "", "uniform: {low: 0, high: 4}",
				  "uniform: {low: 0, high: 2.5}"));
	OK(near(out.row[0].posterior, 0.5 / 0.7, 1e-9));
	weigh(TWO_HYPOTHESES ITEM("machines", "", "poisson: {mean: 1}",
				  "poisson: {mean: 2}"));
	/* 1 - 2/e and 1 - 3/e^2 */
	OK(near(out.row[0].posterior,
		(1 - 2 * exp(-1)) / (2 - 2 * exp(-1) - 3 * exp(-2)), 1e-9));
}

/* Densities at 3: loguniform 1..100 has 1/(3 ln 100); normal 0, 3 cut off
 * below 0 twice the normal's; Poisson of mean 2 8/6 e^-2. */
static void test_densities(void)
{
	const double l = 1 / (3 * log(100));
	const double n = 2 * exp(-0.5) / (3 * sqrt(2 * M_PI));
	const double p = 8.0 / 6 * exp(-2);

	forget();
	see(HYPOTHESIS_CLIENTS, 3, 3, 3);
	weigh(TWO_HYPOTHESES ITEM("clients", "",
				  "loguniform: {low: 1, high: 100}",
				  "normal: {mean: 0, sd: 3}"));
	OK(near(out.row[0].posterior, l / (l + n), 1e-9));
	weigh(TWO_HYPOTHESES ITEM("clients", "", "poisson: {mean: 2}",
				  "normal: {mean: 0, sd: 3}"));
	OK(near(out.row[0].posterior, p / (p + n), 1e-9));
	/* From 0 to 3, nothing seen: the lower half of the bell is not there.
	 */
	see(HYPOTHESIS_RAMP, 0, 0, 3);
	weigh(TWO_HYPOTHESES ITEM("ramp", "", "normal: {mean: 0, sd: 3}",
				  "normal: {mean: 60, sd: 10}"));
	OK(out.row[0].posterior > 0.99 && out.row[0].posterior < 1);
}

static void test_not_determined(void)
{
	static const struct estimate none[] = {
		{ 1, 2, 3, 0.95, NULL },      { NAN, 2, 3, 0.95, "m" },
		{ 1, NAN, 3, 0.95, "m" },     { 1, 2, NAN, 0.95, "m" },
		{ -1, 2, 3, 0.95, "m" },      { 3, 2, 1, 0.95, "m" },
		{ INFINITY, 1, 1, 0.9, "m" },
	};

	forget();
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		evidence[HYPOTHESIS_HASHRATE].value = none[i];
		weigh(LOGNORMALS);
		OK(!out.column[0].determined && !out.column[0].counted);
		OK(near(out.row[0].posterior, 0.5, 1e-12));
		OK(!out.discriminates && out.num_flips == 0);
		OK(!strcmp(out.confidence, "low"));
	}
}

/* The same group: the weightier counts; twice the same: nothing changes. */
static void test_groups(void)
{
	double alone;

	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	see_word(HYPOTHESIS_POOL, "solo");
	weigh(TWO_HYPOTHESES SOLO("group: g, ", "0.1", "0.3")
		      ASIC("group: g, ", "0.9", "0.1"));
	OK(!out.column[0].counted && out.column[1].counted);
	OK(out.column[0].determined);
	OK(near(out.row[0].posterior, 0.9, 1e-12));
	weigh(TWO_HYPOTHESES ASIC("group: g, ", "0.9", "0.1")
		      ASIC("group: g, ", "0.9", "0.1"));
	OK(out.column[0].counted && !out.column[1].counted);
	OK(near(out.row[0].posterior, 0.9, 1e-12));
	weigh(TWO_HYPOTHESES SOLO("", "0.1", "0.3") ASIC("", "0.9", "0.1"));
	alone = 9.0 / 3;
	OK(near(out.row[0].posterior, alone / (1 + alone), 1e-12));
	/* What is not determined does not stand for its group. */
	see_word(HYPOTHESIS_HARDWARE, NULL);
	weigh(TWO_HYPOTHESES ASIC("group: g, ", "0.9", "0.1")
		      SOLO("group: g, ", "0.1", "0.3"));
	OK(near(out.row[0].posterior, 0.25, 1e-12));
}

static void test_flips(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	see_word(HYPOTHESIS_POOL, "solo");
	weigh(TWO_HYPOTHESES ASIC("", "0.9", "0.1") SOLO("", "0.1", "0.3"));
	OK(out.leading == 0 && out.num_flips == 1 && out.flips[0] == 0);
	OK(out.column[0].flip == HYPOTHESIS_FLIP_REMOVED);
	OK(out.column[1].flip == HYPOTHESIS_FLIP_NONE);
	/* 9 and 3 for the same: reversed, 3 / 9. */
	weigh(TWO_HYPOTHESES ASIC("", "0.9", "0.1") SOLO("", "0.3", "0.1"));
	OK(out.column[0].flip == HYPOTHESIS_FLIP_REVERSED);
	OK(out.column[1].flip == HYPOTHESIS_FLIP_NONE);
	OK(near(out.prior_to_flip, 1 / 28.0, 1e-12));
}

/* The example of docs/hypotheses.md, its figures as they stand there. */
static void test_example(void)
{
	forget();
	see(HYPOTHESIS_CLIENTS, 5, 5, 5);
	see_word(HYPOTHESIS_HARDWARE, "cpu");
	weigh("title: t\nhypotheses:\n"
	      "  - {id: botnet, name: B, prior: 0.3, reason: r}\n"
	      "  - {id: rig, name: R, prior: 0.7, reason: r}\n"
	      "items:\n"
	      "  - {quantity: clients, under: {botnet: {lognormal: {median: "
	      "20, factor: 4}, within: 2, reason: r}, rig: {poisson: {mean: "
	      "1}, reason: r}}}\n"
	      "  - {quantity: hardware, grade: B2, under: {botnet: {table: "
	      "{cpu: 0.9, gpu: 0.1}, within: 1.5, reason: r}, rig: {table: "
	      "{asic: 0.5, gpu: 0.3, \"*\": 0.2}, reason: r}}}\n");
	OK(near(out.row[0].low, 0.849, 5e-4));
	OK(near(out.row[0].posterior, 0.938, 5e-4));
	OK(near(out.row[0].high, 0.977, 5e-4));
	OK(near(out.column[0].weight[0].mid, 1.216, 5e-4));
	OK(near(out.column[1].weight[0].mid, 0.565, 5e-4));
	OK(out.discriminates && !out.row[0].words);
	OK(out.num_flips == 1 && out.flips[0] == 0);
	OK(out.column[0].flip == HYPOTHESIS_FLIP_REVERSED);
	OK(near(out.prior_to_flip, 0.028, 5e-4));
	OK(!strcmp(out.confidence, "moderate"));
}

static void test_equal_items(void)
{
	forget();
	see_word(HYPOTHESIS_HARDWARE, "asic");
	weigh(TWO_HYPOTHESES ASIC("", "0.4", "0.4"));
	OK(near(out.column[0].weight[0].mid, 0, 1e-15));
	OK(near(out.row[0].posterior, 0.5, 1e-15));
	OK(!out.discriminates && out.num_flips == 0);
}

#define THREE(x, px, lx, y, py, ly, z, pz, lz)                                 \
	"title: t\nhypotheses:\n"                                              \
	"  - {id: " x ", name: N, prior: " px ", reason: r}\n"                 \
	"  - {id: " y ", name: N, prior: " py ", reason: r}\n"                 \
	"  - {id: " z ", name: N, prior: " pz ", reason: r}\n"                 \
	"items:\n"                                                             \
	"  - {quantity: hashrate, grade: B1, under: {"                         \
	"a: {lognormal: {median: 10, factor: 3}, within: 2, reason: r}, "      \
	"b: {lognormal: {median: 30, factor: 4}, reason: r}, "                 \
	"c: {uniform: {low: 0, high: 50}, reason: r}}}\n"                      \
	"  - {quantity: pool, under: {"                                        \
	"a: {table: {solo: 0.3}, reason: r}, "                                 \
	"b: {table: {solo: 0.2}, reason: r}, "                                 \
	"c: {table: {solo: 0.6}, within: 1.5, reason: r}}}\n"

static bool same_row(const struct hypothesis_row *a,
		     const struct hypothesis_row *b)
{
	return near(a->prior, b->prior, 1e-12) && near(a->low, b->low, 1e-9) &&
	       near(a->posterior, b->posterior, 1e-9) &&
	       near(a->high, b->high, 1e-9) &&
	       near(a->sum.mid, b->sum.mid, 1e-9);
}

/* In another order, the same. */
static void test_permuted(void)
{
	struct hypothesis_row abc[3];
	double leading, sum = 0;

	forget();
	see(HYPOTHESIS_HASHRATE, 8, 20, 33);
	see_word(HYPOTHESIS_POOL, "solo");
	weigh(THREE("a", "0.2", "", "b", "0.5", "", "c", "0.3", ""));
	memcpy(abc, out.row, sizeof(abc));
	leading = out.row[out.leading].posterior;
	weigh(THREE("c", "0.3", "", "a", "0.2", "", "b", "0.5", ""));
	OK(same_row(&out.row[0], &abc[2]));
	OK(same_row(&out.row[1], &abc[0]));
	OK(same_row(&out.row[2], &abc[1]));
	OK(near(out.row[out.leading].posterior, leading, 1e-9));
	for (size_t i = 0; i < 3; i++) {
		sum += abc[i].posterior;
		OK(abc[i].low <= abc[i].posterior &&
		   abc[i].posterior <= abc[i].high);
	}
	OK(near(sum, 1, 1e-12));
}

static void test_words(void)
{
	OK(!strcmp(hypothesis_words(0), "almost no chance"));
	OK(!strcmp(hypothesis_words(0.049), "almost no chance"));
	OK(!strcmp(hypothesis_words(0.051), "very unlikely"));
	OK(!strcmp(hypothesis_words(0.3), "unlikely"));
	OK(!strcmp(hypothesis_words(0.5), "roughly even chance"));
	OK(!strcmp(hypothesis_words(0.79), "likely"));
	OK(!strcmp(hypothesis_words(0.81), "very likely"));
	OK(!strcmp(hypothesis_words(0.96), "almost certain"));
	OK(!strcmp(hypothesis_words(1), "almost certain"));
}

static void test_quantile(void)
{
	const struct hypothesis_likelihood l = { .shape = HYPOTHESIS_LOGNORMAL,
						 .a = 5e12,
						 .b = 15 };
	const struct hypothesis_likelihood u = { .shape = HYPOTHESIS_UNIFORM,
						 .a = 0,
						 .b = 4 };

	OK(near(hypothesis_quantile(&l, 0.5) / 5e12, 1, 1e-9));
	OK(near(hypothesis_quantile(&l, 0.841344746) / 7.5e13, 1, 1e-6));
	OK(near(hypothesis_quantile(&u, 0.25), 1, 1e-9));
}

static uint64_t seed = 1;

/* xorshift64: the same numbers everywhere. */
static double chance(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed >> 11) / 9007199254740992.0;
}

static void see_anything(enum hypothesis_quantity q)
{
	static const char *const grades[] = { "proved",    "claimed", "spoken",
					      "indicated", "behaved", NULL };
	const char *const *words = hypothesis_quantity_words(q);
	const double mid = exp(chance() * 80 - 20), wide = exp(chance() * 3);
	size_t num = 0;

	evidence[q].grade = grades[(size_t)(chance() * 6)];
	if (chance() < 0.3)
		return;
	while (words && words[num])
		num++;
	if (words)
		see_word(q, words[(size_t)(chance() * (double)num)]);
	else if (chance() < 0.2)
		see(q, mid, mid, mid);
	else if (chance() < 0.2)
		see(q, mid, NAN, INFINITY);
	else
		see(q, chance() < 0.2 ? 0 : mid / wide, mid, mid * wide);
}

static bool is_sound(void)
{
	double sum = 0;
	bool good = true;

	for (size_t i = 0; i < out.num_rows; i++) {
		const struct hypothesis_row *r = &out.row[i];

		sum += r->posterior;
		good = good && r->low >= 0 && r->high <= 1 &&
		       r->low <= r->posterior && r->posterior <= r->high;
	}
	return good && near(sum, 1, 1e-12);
}

/* Whatever is measured, the shipped file gives probabilities. */
static void test_anything(void)
{
	struct hypothesis_file f = { 0 };
	bool good = true;

	OK(hypothesis_file_read(&f, NULL, NULL) == ST_OK);
	for (int i = 0; i < 300; i++) {
		forget();
		for (int q = 0; q < HYPOTHESIS_QUANTITIES; q++)
			see_anything((enum hypothesis_quantity)q);
		hypotheses_weigh(&out, &f, evidence);
		good = good && is_sound();
	}
	OK(good);
	hypothesis_file_free(&f);
}

/* What the shipped file is for: a hall of machines and one machine are told
 * apart, a few machines are not. */
static void test_shipped(void)
{
	struct hypothesis_file f = { 0 };

	OK(hypothesis_file_read(&f, NULL, NULL) == ST_OK);
	forget();
	see(HYPOTHESIS_HASHRATE, 1.8e17, 2e17, 2.2e17);
	see_word(HYPOTHESIS_PROXY, "yes");
	see_word(HYPOTHESIS_POOL, "private");
	hypotheses_weigh(&out, &f, evidence);
	OK(out.leading == 0 && out.discriminates);
	OK(out.row[0].low > 0.95);
	see(HYPOTHESIS_HASHRATE, 2e13, 4e13, 6e13); /* three machines */
	see_word(HYPOTHESIS_PROXY, "no");
	see_word(HYPOTHESIS_POOL, "public");
	hypotheses_weigh(&out, &f, evidence);
	OK(!out.discriminates && !out.row[0].words);
	hypothesis_file_free(&f);
}

int main(void)
{
	test_odds();
	test_discount();
	test_within();
	test_floor();
	test_other_words();
	test_numbers();
	test_from_zero();
	test_at_least();
	test_densities();
	test_not_determined();
	test_groups();
	test_flips();
	test_example();
	test_equal_items();
	test_permuted();
	test_words();
	test_quantile();
	test_anything();
	test_shipped();
	return tap_end();
}
