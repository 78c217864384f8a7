/* The frame: head with the policy of what may run, banner, contents; and the
 * notices at the end. Style and scripts are compiled in (gen_page.py). */
#include "report/html.h"
#include "report/html_format.h"
#include "report/page_assets.h"

struct section {
	const char *id, *title;
};

#define SECTION(name, id, title) { id, title },
static const struct section sections[HTML_SECTIONS] = { HTML_SECTION_LIST(
	SECTION) };
#undef SECTION

void html_section_begin(struct html *h, enum html_section s)
{
	html_put(h,
		 "<section id=\"%s\" aria-labelledby=\"h-%s\">\n"
		 "<h2 id=\"h-%s\"><span class=\"ordinal\">%d</span> %s",
		 sections[s].id, sections[s].id, sections[s].id, (int)s + 1,
		 sections[s].title);
	html_simulated(h);
	html_put(h, "</h2>\n");
}

void html_section_end(struct html *h)
{
	html_put(h, "</section>\n\n");
}

static void asset(struct html *h, const unsigned char *p, size_t n)
{
	fwrite(p, 1, n, h->out);
}

static void head(struct html *h)
{
	html_put(
		h,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n"
		"<meta name=\"generator\" content=\"assay %s\">\n"
		"<title>%s%.200s</title>\n<style>",
		page_policy, h->about->version,
		h->a->simulated ? "SIMULATED: " : "", h->about->title);
	asset(h, page_style, sizeof(page_style));
	html_put(h, "</style>\n</head>\n");
}

static void contents(struct html *h)
{
	html_put(h, "<nav class=\"contents\" aria-label=\"Contents\"><ol>\n");
	for (int s = 0; s < HTML_SECTIONS; s++)
		html_put(h, "<li><a href=\"#%s\">%s</a></li>\n", sections[s].id,
			 sections[s].title);
	html_put(h, "</ol></nav>\n");
}

static void masthead(struct html *h)
{
	const struct assessment *a = h->a;
	char inputs[HTML_FIGURE];

	html_put(h,
		 "<header class=\"masthead\">\n"
		 "<p class=\"kicker\">assay &middot; evidence of mining in "
		 "network traffic</p>\n<h1>%.200s</h1>\n<p class=\"about\">",
		 h->about->title);
	if (ts_known(a->first)) {
		html_put(h, "Traffic of ");
		html_time(h, a->first, HTML_MINUTE);
		html_put(h, " to ");
		html_time(h, a->last, HTML_MINUTE);
		html_put(h, " from ");
	} else {
		html_put(h, "From ");
	}
	html_put(h, "%s input file%s. Made ", html_count(inputs, a->num_inputs),
		 html_plural(a->num_inputs, "", "s"));
	html_time(h, h->about->generated, HTML_MINUTE);
	html_put(h, " by assay %s.", h->about->version);
	html_put(h, "</p>\n");
	if (h->about->redacted)
		html_put(h,
			 "<p class=\"note\"><strong>Redacted.</strong> Names "
			 "and addresses are pseudonyms: the same name has the "
			 "same pseudonym throughout. Headers and hashes of "
			 "shares are left out, because the chain would tell "
			 "what they belong to.</p>\n");
	html_put(h, "<div class=\"tools\" id=\"tools\" hidden>"
		    "<button type=\"button\" id=\"theme\">Theme: as the "
		    "system has it</button>\n"
		    "<button type=\"button\" id=\"print\">Print</button>"
		    "</div>\n</header>\n");
}

void html_page_begin(struct html *h)
{
	head(h);
	html_put(h, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
		    "report</a>\n");
	if (h->a->simulated)
		html_put(h, "<p class=\"banner\" role=\"note\"><strong>"
			    "SIMULATED</strong> <span>Made by a generator, for "
			    "teaching and tests: nothing in this report "
			    "happened.</span></p>\n");
	html_put(h, "<div class=\"page\">\n");
	masthead(h);
	contents(h);
	html_put(h, "<main id=\"main\">\n");
}

void html_page_end(struct html *h)
{
	html_put(h,
		 "</main>\n<footer>\n<p>Made by assay %s, schema %d. One "
		 "file: it loads nothing and sends nothing.</p>\n"
		 "<details><summary>Licences of what is in this page"
		 "</summary>\n"
		 "<p>The chart that moves is drawn by dygraphs, under this "
		 "licence:</p><pre>",
		 h->about->version, ANSWERS_SCHEMA);
	asset(h, page_licence, sizeof(page_licence));
	html_put(h, "</pre></details>\n</footer>\n</div>\n<script>");
	asset(h, page_chart, sizeof(page_chart));
	html_put(h, "</script>\n<script>");
	asset(h, page_script, sizeof(page_script));
	html_put(h, "</script>\n</body>\n</html>\n");
}
