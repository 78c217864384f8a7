/* Input: text, as it may stand in a capture.
 *
 * The property: whatever the text is, in every place of a page in which
 * captured text can stand, the page's tags (all that lies within < and >) are
 * byte for byte those of a page with harmless text: it leaves no element, no
 * attribute and no script. And between tags it is what text_safe() makes of it,
 * escaped. */
#include "base/text.h"
#include "report/html.h"
#include "report/test_report_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* Its tags, one behind the other. */
static char *tags_of(const char *page, size_t n, size_t *length)
{
	char *out = mem_new(n + 1, 1);
	bool inside = false;

	*length = 0;
	for (size_t i = 0; i < n; i++) {
		inside = inside || page[i] == '<';
		if (inside)
			out[(*length)++] = page[i];
		inside = inside && page[i] != '>';
	}
	return out;
}

/* All but the page's end, which holds scripts and no text. */
static void write_page(FILE *out, const struct sample *s)
{
	void (*const section[])(struct html *) = {
		html_page_begin, html_summary,  html_timeline,
		html_who,        html_machines, html_money,
		html_hypotheses, html_evidence, html_methods,
	};
	struct html h;

	must(out != NULL);
	html_init(&h, out);
	h.a = &s->a;
	h.about = &s->about;
	for (size_t i = 0; i < sizeof(section) / sizeof(section[0]); i++)
		section[i](&h);
	html_fini(&h);
}

/* A page with text wherever it comes from a capture or a file. */
static char *page_with(const char *text, size_t *length)
{
	struct sample *s = sample_small();
	struct finding *f = &s->a.findings.finding[0];
	char *page = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&page, &n);

	s->about.title = text;
	f->worker[0] = sample_text(s, text);
	f->session.user_agent = f->session.client_ip = text;
	f->session.server_ip = f->session.host = text;
	f->session.dialect = text;
	snprintf(f->identity.account, sizeof(f->identity.account), "%s", text);
	snprintf(f->identity.payout[0].address,
		 sizeof(f->identity.payout[0].address), "%s", text);
	for (size_t i = 0; i < s->a.num_subjects; i++) {
		s->a.subject[i].name = sample_text(s, text);
		s->a.subject[i].machines.agent[0].text = text;
	}
	for (size_t i = 0; i < s->a.exhibits.n; i++)
		s->a.exhibits.exhibit[i].worker =
			s->a.exhibits.exhibit[i].client =
				s->a.exhibits.exhibit[i].server =
					sample_text(s, text);
	s->a.input[0].name = s->a.input[0].status = sample_text(s, text);
	s->file.hypothesis[0].name = s->file.hypothesis[0].description =
		sample_text(s, text);
	s->file.item[0].source = s->file.item[0].under[0].reason =
		sample_text(s, text);
	write_page(out, s);
	fclose(out);
	sample_free(s);

	char *tags = tags_of(page, n, length);

	free(page);
	return tags;
}

static void unescape(struct buf *out, const char *p, size_t n)
{
	static const struct {
		const char *entity;
		char c;
	} known[] = { { "&amp;", '&' },
		      { "&lt;", '<' },
		      { "&gt;", '>' },
		      { "&quot;", '"' },
		      { "&#39;", '\'' } };

	for (size_t i = 0; i < n; i++) {
		bool entity = false;

		must(!strchr("<>\"'", p[i]) || p[i] == '\0');
		for (size_t k = 0; k < 5 && p[i] == '&' && !entity; k++) {
			const size_t length = strlen(known[k].entity);

			entity = n - i >= length &&
				 !memcmp(p + i, known[k].entity, length);
			if (entity) {
				buf_u8(out, (uint8_t)known[k].c);
				i += length - 1;
			}
		}
		must(entity || p[i] != '&');
		if (!entity)
			buf_u8(out, (uint8_t)p[i]);
	}
}

/* What is written is text_safe()'s text again, once its entities are read. */
static void check_text(const char *text)
{
	struct html h;
	struct buf safe, got;
	char *page = NULL;
	size_t n = 0;

	html_init(&h, open_memstream(&page, &n));
	html_put(&h, "%s", text);
	fclose(h.out);
	html_fini(&h);
	buf_init(&safe, 1u << 20);
	buf_init(&got, 1u << 20);
	text_safe(&safe, (struct span){ (const uint8_t *)text, strlen(text) },
		  HTML_TEXT_MAX);
	unescape(&got, page, n);
	must(got.n == safe.n && (got.n == 0 || !memcmp(got.p, safe.p, got.n)));
	buf_fini(&safe);
	buf_fini(&got);
	free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *plain; /* tags of the harmless page */
	static size_t plain_n;
	char *text = mem_text(data, size), *tags;
	size_t n;

	check_text(text);
	if (!plain)
		plain = page_with("x", &plain_n);
	/* Without any text it is a dash that stands there. */
	if (text[0]) {
		tags = page_with(text, &n);
		must(n == plain_n && !memcmp(tags, plain, n));
		free(tags);
	}
	free(text);
	return 0;
}
