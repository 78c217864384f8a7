#include <string.h>

#include "base/status.h"
#include "test/tap.h"

int main(void)
{
	struct why why;

	OK(!strcmp(status_text(ST_OK), "ok"));
	OK(!strcmp(status_text(ST_USAGE), "wrong usage"));
	OK(!strcmp(status_text((enum status)99), "unknown"));
	OK(status_why(&why, ST_IO, "%s: frame %d", "a.pcap", 7) == ST_IO);
	OK(!strcmp(why.text, "a.pcap: frame 7"));
	OK(status_why(NULL, ST_BAD, "%d", 1) == ST_BAD);
	OK(status_why(&why, ST_BAD, "%600d", 1) == ST_BAD);
	OK(strlen(why.text) == sizeof(why.text) - 1);
	return tap_end();
}
