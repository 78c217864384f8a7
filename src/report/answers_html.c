#include "report/answers.h"
#include "report/html.h"

enum status answers_html(FILE *out, const struct assessment *a,
			 const struct answers_about *about)
{
	struct html h;

	html_init(&h, out);
	h.a = a;
	h.about = about;
	html_page_begin(&h);
	html_summary(&h);
	html_timeline(&h);
	html_who(&h);
	html_machines(&h);
	html_money(&h);
	html_hypotheses(&h);
	html_evidence(&h);
	html_methods(&h);
	html_page_end(&h);
	html_fini(&h);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
