/* test_answers_csv_read - RFC 4180 read back, plainly: what tests hold CSV
 * output against. */
#ifndef REPORT_TEST_ANSWERS_CSV_READ_H
#define REPORT_TEST_ANSWERS_CSV_READ_H

#include <stdbool.h>
#include <string.h>

#define CSV_READ_MAX 4096

/* Reads one field at *p into out and moves *p behind it, and behind what
 * follows; gives ',' , '\n' (the record ended) or 0: that is no CSV. */
static inline char csv_read_field(char out[CSV_READ_MAX], const char **p)
{
	const char *s = *p;
	const bool quoted = *s == '"';
	size_t n = 0;

	for (s += quoted; n < CSV_READ_MAX - 1; s++) {
		if (quoted && s[0] == '"' && s[1] == '"')
			s++;
		else if (quoted ? *s == '"' : *s == ',' || *s == '\r')
			break;
		else if (*s == '\0' || (!quoted && *s == '"') || *s == '\n')
			return 0;
		out[n++] = *s;
	}
	out[n] = '\0';
	s += quoted;
	if (*s == ',') {
		*p = s + 1;
		return ',';
	}
	if (s[0] != '\r' || s[1] != '\n')
		return 0;
	*p = s + 2;
	return '\n';
}

#endif /* REPORT_TEST_ANSWERS_CSV_READ_H */
