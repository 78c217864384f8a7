#include "analysis/hardware.h"

#include <stdio.h>
#include <string.h>

#include "test/tap.h"

static struct ts day(const char *text)
{
	struct ts t = TS_NONE;

	if (!ts_parse(&t, (struct span){ (const uint8_t *)text, strlen(text) }))
		printf("# %s is no day\n", text);
	return t;
}

static bool is(const struct hardware *h, const char *model)
{
	if (h && strcmp(h->model, model) != 0)
		printf("# %s\n", h->model);
	return h && strcmp(h->model, model) == 0;
}

static const struct hardware *named(const char *model)
{
	size_t n;
	const struct hardware *h = hardware_all(&n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(h[i].model, model) == 0)
			return &h[i];
	}
	return NULL;
}

static void test_table(void)
{
	size_t n, without_source = 0;
	const struct hardware *h = hardware_all(&n);
	const struct hardware *s9 = named("Antminer S9");

	for (size_t i = 0; i < n; i++) {
		without_source += h[i].rate > 0 && !h[i].source[0];
		without_source +=
			ts_known(h[i].release) && !h[i].release_source[0];
	}
	OK(n > 200 && without_source == 0);
	OK(s9 && s9->rate == 13e12 && s9->watts == 1300);
	OK(s9->joules_per_terahash == 100 && s9->kind == HARDWARE_ASIC);
	OK(s9->release.ns == day("2016-05-01").ns);
}

static void test_dates(void)
{
	OK(!hardware_fastest(NULL, day("2012-12-31")));
	OK(is(hardware_fastest(NULL, day("2013-01-01")),
	      "HashFast Sierra")); /* a year is its first day */
	OK(is(hardware_fastest(NULL, day("2016-04-30")), "Antminer S5+"));
	OK(is(hardware_fastest(NULL, day("2016-05-01")),
	      "Antminer S9 (14.5T)"));
	OK(is(hardware_most_frugal(NULL, day("2017-05-17")), "Ebit E10") ||
	   is(hardware_most_frugal(NULL, day("2017-05-17")),
	      "Antminer S9 (14.5T)"));
	OK(is(hardware_fastest(NULL, TS_NONE), "Whatsminer M79S"));
	OK(hardware_median_efficiency(NULL, day("2009-01-03")) == 0);
	OK(hardware_worst_efficiency(NULL, day("2009-01-03")) == 0);
	const double median =
		hardware_median_efficiency(NULL, day("2017-05-17"));
	const double worst = hardware_worst_efficiency(NULL, day("2017-05-17"));

	OK(median > 90 && median < 1000 && worst > median);
	/* Five years reach to the FPGAs no more. */
	OK(worst < 68000);
}

static struct hardware_set set_of(const char *agent,
				  enum hardware_narrow *narrow)
{
	struct hardware_set set = { { 0 } };

	*narrow = hardware_set_add(&set, agent);
	return set;
}

static const struct vector {
	const char *agent;
	enum hardware_narrow narrow;
	const char *has, *not ;
} vectors[] = {
	{ NULL, HARDWARE_ANY, "Antminer S9", NULL },
	{ "", HARDWARE_ANY, "Antminer S9", NULL },
	{ "something/1.0", HARDWARE_ANY, "Intel Core i7-3930K", NULL },
	{ "btccom-agent/2.0.0-mu", HARDWARE_ANY, "Antminer S9", NULL },
	{ "cpuminer/2.5.1", HARDWARE_KINDS, "Intel Core i7-3930K",
	  "Antminer S9" },
	{ "cpuminer-opt-26.1-x64L", HARDWARE_KINDS, "AMD Phenom II X6 1100T",
	  "AMD Radeon HD 7970" },
	{ "CPUMiner-Multi/1.3.1", HARDWARE_KINDS, "Intel Core i7-3930K",
	  "AMD Radeon HD 7970" },
	{ "poclbm/20110709", HARDWARE_KINDS, "AMD Radeon HD 7970",
	  "Intel Core i7-3930K" },
	{ "cgminer/3.7.2", HARDWARE_KINDS, "AMD Radeon HD 7970", NULL },
	{ "cgminer/4.11.1", HARDWARE_KINDS, "Antminer S9",
	  "AMD Radeon HD 7970" },
	{ "bmminer/2.0.0", HARDWARE_FAMILY, "Antminer S9", "Ebit E9+" },
	{ "bmminer/2.0.0/Antminer S9/14000", HARDWARE_NAMED,
	  "Antminer S9 (14.5T)", "Antminer S9 SE" },
	{ "Antminer S19 XP/Fri Apr 12 14:53:57 CST 2024", HARDWARE_NAMED,
	  "Antminer S19 XP", "Antminer S19" },
	{ "Antminer S19/Fri Apr 12", HARDWARE_NAMED, "Antminer S19",
	  "Antminer S19 Pro" },
	{ "Antminer S21 XP Hyd./Mon Jan 6", HARDWARE_NAMED,
	  "Antminer S21 XP Hyd", "Antminer S21 XP" },
	{ "Antminer S19j Pro+|LUXminer 2026.3.30.174759|BHB42612|",
	  HARDWARE_NAMED, "Antminer S19j Pro+", "Antminer S19j Pro" },
	{ "Antminer S19i/Mon", HARDWARE_FAMILY, "Antminer S19", "Ebit E9+" },
	{ "whatsminer/v1.1", HARDWARE_FAMILY, "Whatsminer M30S",
	  "Antminer S9" },
	{ "2022-09-27-0-26ba61b9-22.08.1-plus;bosminer-plus-am1-s9 0.9.0",
	  HARDWARE_FAMILY, "Antminer S9", "Antminer S7" },
	{ "2026-02-13-0-db69f9bc-26.01-plus;bosminer-plus-tuner 0.9.0",
	  HARDWARE_FAMILY, "Antminer S7", "Whatsminer M30S" },
	{ "bitaxe/BM1370/v2.13.1", HARDWARE_FAMILY, "Bitaxe Gamma",
	  "Antminer S9" },
	{ "NerdQAxe++/BM1370/v1.0.36", HARDWARE_NAMED, "NerdQAxe++",
	  "NerdQAxe+" },
};

static void test_agents(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		enum hardware_narrow narrow;
		const struct hardware_set set = set_of(v->agent, &narrow);

		printf("# %s\n", v->agent ? v->agent : "no agent");
		OK(narrow == v->narrow);
		OK(named(v->has) && hardware_set_has(&set, named(v->has)));
		OK(!v->not ||
		   (named(v->not ) && !hardware_set_has(&set, named(v->not ))));
		OK((hardware_by_agent(NULL, 0, v->agent) > 0) ==
		   (v->narrow >= HARDWARE_FAMILY));
	}
}

static void test_software(void)
{
	const struct hardware *one[1];

	static char text[1 << 20];
	struct hardware_set set = { { 0 } };

	OK(!hardware_software(NULL) && !hardware_software("x/1"));
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "Antminer S9/", 12);
	OK(hardware_set_add(&set, text) == HARDWARE_NAMED);
	memcpy(text, "xxxxxxxxxxxx", 12);
	memcpy(text + 1000, "Antminer S9/", 12);
	OK(hardware_set_add(&set, text) == HARDWARE_ANY);
	OK(!strcmp(hardware_software("cgminer/3.7.2"),
		   "cgminer (CPU, GPU, FPGA, ASIC; since 2011)"));
	OK(strstr(hardware_software("btccom-agent/1.0.0-su"),
		  "stands for others"));
	OK(strstr(hardware_software("NerdMinerV2/V1.8.3"), "ESP32"));
	OK(hardware_by_agent(one, 1, "Antminer S9/x") == 3);
	OK(strncmp(one[0]->model, "Antminer S9", 11) == 0);
	OK(hardware_by_agent(one, 1, "cpuminer/2.5.1") == 0);
	OK(hardware_by_agent(one, 1, NULL) == 0);
}

int main(void)
{
	test_table();
	test_dates();
	test_agents();
	test_software();
	return tap_end();
}
