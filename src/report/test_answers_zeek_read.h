/* test_answers_zeek_read - a field of a Zeek log read back, plainly: what
 * tests hold the output against. */
#ifndef REPORT_TEST_ANSWERS_ZEEK_READ_H
#define REPORT_TEST_ANSWERS_ZEEK_READ_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

/* In place; every \xNN is the byte it names. False: something else stands
 * behind a backslash. */
static inline bool zeek_read_text(char *text)
{
	char *out = text;

	if (strcmp(text, "(empty)") == 0) {
		*text = '\0';
		return true;
	}
	while (*text) {
		uint8_t byte;

		if (*text != '\\') {
			*out++ = *text++;
			continue;
		}
		if (text[1] != 'x' || !text[2] || !text[3] ||
		    !hex_bytes(&byte, 1,
			       (struct span){ (const uint8_t *)text + 2, 2 }))
			return false;
		*out++ = (char)byte;
		text += 4;
	}
	*out = '\0';
	return true;
}

#endif /* REPORT_TEST_ANSWERS_ZEEK_READ_H */
