/* The section: bounds, and what is merely indicated, kept apart. */
#include <math.h>

#include "report/html_bar.h"
#include "report/html_format.h"
#include "report/html_table.h"

static const char *pattern_text(enum machines_pattern p)
{
	switch (p) {
	case MACHINES_PATTERN_UNKNOWN:
		return "not determined (too few shares)";
	case MACHINES_PATTERN_UNIFORM:
		return "spread over the whole range";
	case MACHINES_PATTERN_LOW:
		return "near the start of the range";
	case MACHINES_PATTERN_STEPPED:
		return "in steps: parts of a range are given out";
	case MACHINES_PATTERN_FIXED:
		return "always the same";
	}
	return "";
}

/* People pay for watt-hours. */
static void energy(struct html *h, struct estimate joules)
{
	joules.low /= 3600;
	joules.mid /= 3600;
	joules.high /= 3600;
	html_estimate(h, &joules, HTML_SI, "Wh");
}

static void bounds(struct html *h, const struct machines *m)
{
	char text[HTML_FIGURE];

	html_put(h, "<div class=\"card\"><h3>Bounds</h3>\n<dl class=\"facts\">"
		    "<dt>Machines, at least</dt><dd>");
	if (m->at_least > 0)
		html_put(
			h, "<span class=\"figure\">%s</span>",
			html_figure(text, ceil(m->at_least), HTML_PLAIN, NULL));
	else
		html_unknown(h, NULL);
	html_simulated(h);
	if (m->fastest)
		html_put(h,
			 " <span class=\"range\">because no machine on sale by "
			 "then was faster than the %.60s (%s; %.80s)</span>",
			 m->fastest->model,
			 html_si(text, m->fastest->rate, "H/s"),
			 m->fastest->source ? m->fastest->source
					    : "source not named");
	html_put(h, "</dd>\n<dt>Power</dt><dd>");
	html_estimate(h, &m->power, HTML_SI, "W");
	html_simulated(h);
	html_put(h, "</dd>\n<dt>Energy, observed time</dt><dd>");
	energy(h, m->energy);
	html_put(h, "</dd>\n<dt>Energy, first to last</dt><dd>");
	energy(h, m->energy_whole);
	html_put(h, " <span class=\"range\">as if the unseen time were like "
		    "the seen</span></dd>\n</dl></div>\n");
}

static void indicated_count(struct html *h, const char *what, uint32_t n)
{
	char text[HTML_FIGURE];

	html_put(h, "<dt>%s</dt><dd>", what);
	if (n > 0)
		html_put(h, "%s", html_count(text, n));
	else
		html_unknown(h, NULL);
	html_put(h, "</dd>\n");
}

static void indicated(struct html *h, const struct machines *m)
{
	html_put(h, "<div class=\"card\"><h3>Indicated, no bounds</h3>\n"
		    "<dl class=\"facts\">");
	indicated_count(h, "Machines, it seems", m->indicated);
	indicated_count(h, "Connections at once", m->connections);
	indicated_count(h, "Worker names", m->workers);
	indicated_count(h, "Parts of the extranonce2 in turns", m->subranges);
	indicated_count(h, "Client addresses", m->addresses);
	html_put(h, "</dl>\n<p class=\"hint\">One machine may have several "
		    "connections and names, and many may share one: these "
		    "numbers bound nothing.</p></div>\n");
}

static void power(struct html *h, const struct machines *m)
{
	if (!m->power.method)
		return;
	html_put(h, "<figure>\n<div class=\"scroll\" role=\"region\" "
		    "tabindex=\"0\" aria-label=\"Power\">\n");
	html_bar(h, &m->power, HTML_SI, "W", "Power, from lowest to highest");
	html_put(h, "</div><figcaption>Power. Left end: the rate&rsquo;s lower "
		    "limit "
		    "on the most frugal machine on sale; mark: the estimate on "
		    "the median machine of the three years before; right end: "
		    "the upper limit on the worst still plausible.");
	html_simulated(h);
	html_put(h, "</figcaption></figure>\n");
}

static void agents(struct html *h, const struct machines *m)
{
	static const char *const head[] = { "Agent, as the miner named itself",
					    "What that is", "#Sessions" };
	char text[HTML_FIGURE];

	if (m->num_agents == 0)
		return;
	html_put(h, "<h3>Software</h3>\n");
	html_table_begin(h, "User agents", head, 3);
	for (size_t i = 0; i < m->num_agents; i++) {
		html_row_begin(h);
		html_cell_name(h);
		html_captured(h, m->agent[i].text);
		html_cell(h);
		if (m->agent[i].software)
			html_put(h, "%s", m->agent[i].software);
		else
			html_unknown(h, "not on the list");
		html_cell_number(h);
		html_put(h, "%s", html_count(text, m->agent[i].sessions));
		html_row_end(h);
	}
	html_table_more(h, m->num_agents + m->agents_dropped, m->num_agents, 3,
			"sessions");
	html_table_end(h);
}

static void or_unknown(struct html *h, double v, const char *unit)
{
	char text[HTML_FIGURE];

	html_cell_number(h);
	if (v > 0)
		html_put(h, "%s", html_si(text, v, unit));
	else
		html_unknown(h, NULL);
}

static void models(struct html *h, const struct machines *m)
{
	static const char *const head[] = { "Model", "On sale from",
					    "#Hash rate", "#Power", "Source" };

	if (m->num_models == 0)
		return;
	html_put(h, "<h3>Machines that agents name</h3>\n");
	html_table_begin(h, "With what the table says of them", head, 5);
	for (size_t i = 0; i < m->num_models; i++) {
		const struct hardware *w = m->model[i];

		html_row_begin(h);
		html_cell_name(h);
		html_put(h, "%.80s", w->model);
		html_cell_time(h, w->release, HTML_DAY);
		or_unknown(h, w->rate, "H/s");
		or_unknown(h, w->watts, "W");
		html_cell(h);
		html_put(h, "%.120s", w->source);
		html_row_end(h);
	}
	html_table_end(h);
}

static void patterns(struct html *h, const struct machines *m)
{
	char text[HTML_FIGURE], other[HTML_FIGURE], third[HTML_FIGURE];

	html_put(h,
		 "<h3>How it works, as its shares show</h3>\n"
		 "<dl class=\"facts\"><dt>Nonces</dt><dd>%s</dd>\n"
		 "<dt>Version bits</dt><dd>%s</dd>\n"
		 "<dt>extranonce2</dt><dd>%s</dd>\n<dt>Rhythm</dt><dd>",
		 pattern_text(m->nonce), pattern_text(m->version_bits),
		 pattern_text(m->extranonce2));
	if (isfinite(m->rhythm))
		html_put(h,
			 "%.2f <span class=\"range\">(coefficient of variation "
			 "between shares: about 1 for what is found by chance, "
			 "0 for what a timer sends)</span>",
			 m->rhythm);
	else
		html_unknown(h, "too few shares");
	html_put(h,
		 "</dd>\n<dt>Traffic of it</dt><dd>%s from clients, %s from "
		 "servers, in %s packets",
		 html_si(text, (double)m->client_bytes, "B"),
		 html_si(other, (double)m->server_bytes, "B"),
		 html_count(third, m->packets));
	if (isfinite(m->bytes_per_second))
		html_put(h, "; %s on average",
			 html_si(text, m->bytes_per_second, "B/s"));
	html_put(h, " <span class=\"range\">(counted; it says nothing about "
		    "the hash rate)</span></dd></dl>\n");
}

void html_machines(struct html *h)
{
	html_section_begin(h, HTML_MACHINES);
	if (h->a->num_subjects == 0 || h->a->sessions == 0) {
		html_put(h, "<p>");
		html_unknown(h, "nothing that mined was found");
		html_put(h, "</p>\n");
	} else {
		const struct machines *m = &h->a->subject[0].machines;

		html_put(h, "<div class=\"cards\">\n");
		bounds(h, m);
		indicated(h, m);
		html_put(h, "</div>\n");
		power(h, m);
		agents(h, m);
		models(h, m);
		patterns(h, m);
	}
	html_section_end(h);
}
