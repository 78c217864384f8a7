#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *status_text(enum status s)
{
#define STATUS_TEXT(name, text) [name] = (text),
	static const char *const texts[] = { STATUS_LIST(STATUS_TEXT) };
#undef STATUS_TEXT
	const size_t i = (size_t)s;

	return i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : "unknown";
}

enum status status_why(struct why *why, enum status s, const char *format, ...)
{
	va_list args;

	if (!why)
		return s;
	va_start(args, format);
	if (vsnprintf(why->text, sizeof(why->text), format, args) < 0)
		why->text[0] = '\0';
	va_end(args);
	return s;
}
