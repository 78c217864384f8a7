#include "report/html_bar.h"

#include <math.h>

#define WIDTH 640
#define LEFT  30.0
#define RIGHT 600.0

/* From so many times between the limits on, by the logarithm. */
#define LOG_FROM 4.0

static void marks(struct html *h, const struct html_scale *s,
		  const struct estimate *e)
{
	const double low = html_scale_at(s, e->low);
	const double high = html_scale_at(s, e->high);

	html_put(h,
		 "<rect class=\"interval\" x=\"%.1f\" y=\"12\" width=\"%.1f\" "
		 "height=\"14\" rx=\"2\"/><path class=\"point\" d=\"M%.1f "
		 "6V32\"/>\n",
		 low, fmax(high - low, 1), html_scale_at(s, e->mid));
}

void html_bar(struct html *h, const struct estimate *e, enum html_unit unit,
	      const char *name, const char *label)
{
	double tick[HTML_TICKS_MAX];
	char text[HTML_FIGURE];
	struct html_scale s;
	size_t n;

	if (!e->method || !(e->high > 0))
		return;
	s = html_scale_over(e->low, e->high,
			    e->low > 0 && e->high > LOG_FROM * e->low);
	s.at_from = LEFT;
	s.at_to = RIGHT;
	html_put(
		h,
		"<svg class=\"bar\" viewBox=\"0 0 %d 62\" role=\"img\" "
		"aria-label=\"%s\">\n<path class=\"base\" d=\"M%.0f 38H%.0f\"/>"
		"\n",
		WIDTH, label, LEFT, RIGHT);
	marks(h, &s, e);
	n = html_ticks(tick, &s);
	for (size_t i = 0; i < n; i++) {
		const double x = html_scale_at(&s, tick[i]);

		html_put(h,
			 "<path class=\"base\" d=\"M%.1f 38v5\"/><text "
			 "class=\"time\" x=\"%.1f\" y=\"57\">%s</text>\n",
			 x, x, html_tick_text(text, tick[i], unit, name));
	}
	if (h->a->simulated)
		html_put(h,
			 "<text class=\"watermark small\" x=\"%d\" "
			 "y=\"28\">SIMULATED</text>\n",
			 WIDTH / 2);
	html_put(h, "</svg>\n");
}

void html_bar_portion(struct html *h, double low, double mid, double high)
{
	const struct html_scale s = { 0, 1, 1, 119, false };
	const double from = html_scale_at(&s, low);

	html_put(h,
		 "<svg class=\"cell\" viewBox=\"0 0 120 14\" "
		 "aria-hidden=\"true\"><path class=\"base\" d=\"M1 7H119\"/>"
		 "<rect class=\"interval\" x=\"%.1f\" y=\"3\" width=\"%.1f\" "
		 "height=\"8\"/><path class=\"point\" d=\"M%.1f 0V14\"/></svg>",
		 from, fmax(html_scale_at(&s, high) - from, 1),
		 html_scale_at(&s, mid));
}
