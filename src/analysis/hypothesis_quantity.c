#include <string.h>

#include "analysis/hypothesis.h"

#define QUANTITY_ROW(name, text, unit, words) [name] = { text, unit, words },
static const struct {
	const char *text, *unit;
	const char *const *words;
} quantities[] = { HYPOTHESIS_QUANTITY_LIST(QUANTITY_ROW) };

const char *hypothesis_quantity_text(enum hypothesis_quantity q)
{
	return quantities[q].text;
}

const char *hypothesis_quantity_unit(enum hypothesis_quantity q)
{
	return quantities[q].unit;
}

const char *const *hypothesis_quantity_words(enum hypothesis_quantity q)
{
	return quantities[q].words;
}

bool hypothesis_quantity_is_word(enum hypothesis_quantity q)
{
	return quantities[q].words != NULL;
}

enum hypothesis_quantity hypothesis_quantity_of(const char *text)
{
	size_t q = 0;

	while (q < HYPOTHESIS_QUANTITIES &&
	       strcmp(text, quantities[q].text) != 0)
		q++;
	return (enum hypothesis_quantity)q;
}
