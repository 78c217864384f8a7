#include "report/html_table.h"

void html_table_begin(struct html *h, const char *caption,
		      const char *const *head, size_t n)
{
	/* A wide table moves in its own frame, which keys can reach. */
	html_put(h,
		 "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		 "aria-label=\"%s\"><table>\n<caption>%s",
		 caption, caption);
	html_simulated(h);
	html_put(h, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < n; i++) {
		const bool number = head[i][0] == '#';

		html_put(h,
			 number ? "<th scope=\"col\" class=\"number\">%s</th>"
				: "<th scope=\"col\">%s</th>",
			 head[i] + number);
	}
	html_put(h, "</tr></thead>\n<tbody>\n");
}

void html_table_end(struct html *h)
{
	html_put(h, "</tbody></table></div>\n");
}

/* End tags of rows and cells are implied by what follows (HTML, 13.1.2.4). */
void html_row_begin(struct html *h)
{
	html_put(h, "<tr>");
}

void html_row_end(struct html *h)
{
	html_put(h, "\n");
}

void html_cell_name(struct html *h)
{
	html_put(h, "<th scope=\"row\">");
}

void html_cell(struct html *h)
{
	html_put(h, "<td>");
}

void html_cell_number(struct html *h)
{
	html_put(h, "<td class=\"number\">");
}

void html_cell_time(struct html *h, struct ts t, enum html_detail detail)
{
	char text[HTML_FIGURE], whole[TS_TEXT];

	html_cell(h);
	if (ts_known(t))
		html_put(h, "<time datetime=\"%s\">%s</time>",
			 ts_text(t, whole), html_moment_text(text, t, detail));
	else
		html_unknown(h, NULL);
}

void html_table_more(struct html *h, uint64_t all, uint64_t shown,
		     size_t columns, const char *table)
{
	char count[HTML_FIGURE];

	if (all <= shown)
		return;
	html_put(h, "<tr><td class=\"more\" colspan=\"%zu\">and %s more",
		 columns, html_count(count, all - shown));
	if (table)
		html_put(h, ": the CSV table &ldquo;%s&rdquo; has all", table);
	html_put(h, "\n");
}
