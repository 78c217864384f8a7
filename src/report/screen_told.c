#include "report/screen_private.h"

void screen_told_lists(FILE *out, const struct screen_told *t, bool json)
{
	if (json)
		screen_json_lists(out, t);
	else
		screen_text_lists(out, t);
}

void screen_told_address(FILE *out, const struct screen_told *t,
			 const struct screened *s, bool json)
{
	if (json)
		screen_json_address(out, t, s);
	else
		screen_text_address(out, t, s);
}

void screen_told_entry(FILE *out, const struct screen_told *t, size_t entry,
		       bool json)
{
	if (json)
		screen_json_entry(out, t, entry);
	else
		screen_text_entry(out, t, entry, "  ");
}
