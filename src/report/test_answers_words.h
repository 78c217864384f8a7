/* test_answers_words - words that src/analysis/ defines,
 * weakly: a program that links their files takes those. */
#ifndef REPORT_TEST_ANSWERS_WORDS_H
#define REPORT_TEST_ANSWERS_WORDS_H

#include <string.h>

#include "analysis/assessment.h"

#define WEAK __attribute__((weak))

/* Of the table of software as much as the samples need. */
WEAK const char *hardware_software(const char *user_agent)
{
	return strncmp(user_agent, "cgminer/", 8) == 0
		       ? "cgminer: ASICs and FPGAs"
		       : NULL;
}

WEAK const char *subject_kind_text(enum subject_kind k)
{
	static const char *const text[] = { "all", "site", "miner", "worker" };

	return text[k];
}

WEAK const char *exhibit_why_text(enum exhibit_why w)
{
	static const char *const text[] = { "first", "last", "best", "block" };

	return text[w];
}

#define NAME_OF(name, text, unit) text,
WEAK const char *hypothesis_quantity_text(enum hypothesis_quantity q)
{
	static const char *const text[] = { HYPOTHESIS_QUANTITY_LIST(NAME_OF) };

	return text[q];
}

#define UNIT_OF(name, text, unit) unit,
WEAK const char *hypothesis_quantity_unit(enum hypothesis_quantity q)
{
	static const char *const text[] = { HYPOTHESIS_QUANTITY_LIST(UNIT_OF) };

	return text[q];
}

#endif /* REPORT_TEST_ANSWERS_WORDS_H */
