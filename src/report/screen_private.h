/* screen_private - the two ways in which screening is told. */
#ifndef REPORT_SCREEN_PRIVATE_H
#define REPORT_SCREEN_PRIVATE_H

#include "report/screen_told.h"

void screen_text_lists(FILE *out, const struct screen_told *t);
void screen_text_address(FILE *out, const struct screen_told *t,
			 const struct screened *s);
void screen_text_entry(FILE *out, const struct screen_told *t, size_t entry,
		       const char *indent);
void screen_json_lists(FILE *out, const struct screen_told *t);
void screen_json_address(FILE *out, const struct screen_told *t,
			 const struct screened *s);
void screen_json_entry(FILE *out, const struct screen_told *t, size_t entry);

#endif /* REPORT_SCREEN_PRIVATE_H */
