#include <string.h>

#include "report/xml_text.h"
#include "test/tap.h"

static bool gives(const char *text, size_t max, const char *wanted)
{
	struct buf out;

	buf_init(&out, 1u << 12);
	const bool good =
		xml_text(&out, text, max) && strcmp(buf_str(&out), wanted) == 0;

	buf_fini(&out);
	return good;
}

int main(void)
{
	struct buf small;

	OK(gives("", 10, ""));
	OK(gives("a < b & c > \"d\" 'e'", 40,
		 "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;"));
	OK(gives("</text><script>", 40, "&lt;/text&gt;&lt;script&gt;"));
	OK(gives("\x01\x1b[31m", 40, "\\x01\\x1b[31m"));
	OK(gives("\xc3\xa4\xff", 40, "\xc3\xa4\\xff"));
	OK(gives("abcdef", 3, "abc..."));
	buf_init(&small, 4);
	OK(!xml_text(&small, "&&", 10) && small.full);
	buf_fini(&small);
	return tap_end();
}
