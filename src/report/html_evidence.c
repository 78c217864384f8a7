/* The section: down to the file, the frame and the bytes of a header. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "coin/header.h"
#include "coin/target.h"
#include "report/html_format.h"
#include "report/html_table.h"

#define INPUTS_OPEN 20
#define INPUTS_MAX  200
#define WHOLE_MAX   40 /* with their headers */

static const char *why_text(enum exhibit_why w)
{
	switch (w) {
	case EXHIBIT_FIRST:
		return "first proved share";
	case EXHIBIT_LAST:
		return "last proved share";
	case EXHIBIT_BEST:
		return "best share";
	case EXHIBIT_BLOCK:
		return "solved a block";
	}
	return "";
}

static const struct assessment_input *input_of(const struct assessment *a,
					       int64_t row)
{
	for (size_t i = 0; i < a->num_inputs; i++) {
		if (a->input[i].row == row)
			return &a->input[i];
	}
	return NULL;
}

static void input_row(struct html *h, const struct assessment_input *n)
{
	char text[HTML_FIGURE], digest[65];

	html_row_begin(h);
	html_cell_name(h);
	html_captured(h, n->name);
	html_cell(h);
	if (n->has_sha256)
		html_put(h, "<code class=\"digest\">%s</code>",
			 hex_text(digest, n->sha256, 32));
	else
		html_unknown(h, NULL);
	html_cell_number(h);
	html_put(h, "%s", html_count(text, n->bytes));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, n->packets));
	html_cell_time(h, n->first, HTML_MINUTE);
	html_cell_time(h, n->last, HTML_MINUTE);
	html_cell(h);
	html_put(h, "%.200s", n->status ? n->status : "not read to its end");
	html_row_end(h);
}

static void inputs(struct html *h)
{
	static const char *const head[] = { "File",         "SHA-256",
					    "#Bytes",       "#Packets",
					    "First, UTC",   "Last, UTC",
					    "Reading ended" };
	const struct assessment *a = h->a;

	html_put(h, "<h3>Input files</h3>\n");
	if (a->num_inputs == 0) {
		html_put(h, "<p>No file was read.</p>\n");
		return;
	}
	if (a->num_inputs > INPUTS_OPEN)
		html_put(h, "<details><summary>What was read, with its "
			    "digest</summary>\n");
	html_table_begin(h, "What was read, with its digest", head, 7);
	for (size_t i = 0; i < a->num_inputs && i < INPUTS_MAX; i++)
		input_row(h, &a->input[i]);
	html_table_more(h, a->num_inputs, INPUTS_MAX, 7, "inputs");
	html_table_end(h);
	if (a->num_inputs > INPUTS_OPEN)
		html_put(h, "</details>\n");
}

static void overview_row(struct html *h, const struct exhibit *e, size_t i)
{
	const struct assessment_input *n = input_of(h->a, e->input);
	char text[HTML_FIGURE];

	html_row_begin(h);
	html_cell_name(h);
	if (i < WHOLE_MAX)
		html_put(h, "<a href=\"#exhibit-%zu\">E%zu</a>", i + 1, i + 1);
	else
		html_put(h, "E%zu", i + 1);
	html_cell(h);
	html_put(h, "%s", why_text(e->why));
	html_cell(h);
	html_captured(h, e->client);
	html_cell(h);
	html_captured(h, e->worker);
	html_cell_time(h, e->time, HTML_SECOND);
	html_cell(h);
	html_captured(h, n ? n->name : NULL);
	html_cell_number(h);
	if (e->frame)
		html_put(h, "%s", html_count(text, e->frame));
	else
		html_unknown(h, NULL);
	html_cell_number(h);
	html_put(h, "%.6g", e->difficulty);
	html_cell_number(h);
	html_put(h, "%.6g", e->own_difficulty);
	html_row_end(h);
}

static void overview(struct html *h)
{
	static const char *const head[] = {
		"",       "Why shown",          "Client",
		"Worker", "Time, UTC",          "File",
		"#Frame", "#Target difficulty", "#Difficulty of the hash"
	};
	const struct exhibits *e = &h->a->exhibits;

	html_table_begin(h, "Shares shown as proofs", head, 9);
	for (size_t i = 0; i < e->n; i++)
		overview_row(h, &e->exhibit[i], i);
	html_table_more(h, e->n + e->left_out, e->n, 9, NULL);
	html_table_end(h);
}

/* One field of the header: its bytes as they were hashed, and how it reads. */
struct field {
	const char *name;
	size_t at, n;
};

static const struct field fields[] = {
	{ "version", 0, 4 },       { "previous block", 4, 32 },
	{ "merkle root", 36, 32 }, { "ntime", 68, 4 },
	{ "nBits", 72, 4 },        { "nonce", 76, 4 },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static void field_reads(struct html *h, const uint8_t raw[HEADER_SIZE],
			const struct header *d, size_t field)
{
	char hash[65];
	struct target t;

	switch (field) {
	case 0:
		html_put(h, "%s", hex_text_reversed(hash, raw, 4));
		break;
	case 1:
		html_put(h, "%s", hex_text_reversed(hash, d->previous, 32));
		break;
	case 2:
		html_put(h, "%s", hex_text_reversed(hash, d->merkle_root, 32));
		break;
	case 3:
		html_time(h, (struct ts){ (int64_t)d->time * 1000000000 },
			  HTML_SECOND);
		break;
	case 4:
		if (target_from_nbits(&t, d->nbits))
			html_put(h, "network difficulty %.10g",
				 target_difficulty(&t, TARGET_SHA256D));
		else
			html_put(h, "no target");
		break;
	default:
		html_put(h, "%u", d->nonce);
		break;
	}
}

static void header_table(struct html *h, const struct exhibit *e)
{
	struct header d;
	char text[65];

	header_read(&d, e->header);
	html_put(h, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"Header, field by field\"><table "
		    "class=\"header\">\n<caption>The 80 bytes that were hashed"
		    "</caption>\n<thead><tr><th scope=\"col\">Field</th>"
		    "<th scope=\"col\">Bytes, as hashed</th><th scope=\"col\">"
		    "Reads as</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < FIELDS; i++) {
		html_put(h,
			 "<tr><th scope=\"row\">%s</th><td><code "
			 "class=\"field%d\">%s</code></td><td><code>",
			 fields[i].name, (int)i,
			 hex_text(text, e->header + fields[i].at, fields[i].n));
		field_reads(h, e->header, &d, i);
		html_put(h, "</code></td></tr>\n");
	}
	html_put(h, "</tbody></table></div>\n");
}

/* A name as a shell takes it for one word, whatever it holds. */
static void shell_word(struct html *h, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/+-";

	if (name[0] && name[strspn(name, plain)] == '\0') {
		html_put(h, "%s", name);
		return;
	}
	html_put(h, "'");
	while (*name) {
		const size_t n = strcspn(name, "'");
		char *piece = mem_text(name, n);

		html_put(h, "%s", piece);
		free(piece);
		name += n;
		if (*name) {
			html_put(h, "'\\''");
			name++;
		}
	}
	html_put(h, "'");
}

static void commands(struct html *h, const struct exhibit *e,
		     const struct assessment_input *n)
{
	char hash[65];

	html_put(h,
		 "<dt>To check it</dt><dd><code>assay prove CASE %s</code> "
		 "writes it as a proof on its own, which <code>assay "
		 "verify</code> computes again",
		 hex_text_reversed(hash, e->hash, 32));
	if (h->a->simulated)
		html_put(h, " (and refuses: this one was simulated)");
	html_put(h, "</dd>\n");
	if (!n || !e->frame)
		return;
	html_put(h, "<dt>To see it</dt><dd><code>tshark -r ");
	shell_word(h, n->name);
	html_put(h, " -Y frame.number==%llu</code>",
		 (unsigned long long)e->frame);
	if (e->job_frame)
		html_put(h, ", and its job at frame %llu",
			 (unsigned long long)e->job_frame);
	html_put(h, "</dd>\n");
}

static void facts(struct html *h, const struct exhibit *e)
{
	const struct assessment_input *n = input_of(h->a, e->input);
	char text[65];

	html_put(h, "<dl class=\"facts\"><dt>From</dt><dd>");
	html_captured(h, e->client);
	html_put(h, " to ");
	html_captured(h, e->server);
	html_put(h, ", worker ");
	html_captured(h, e->worker);
	html_put(h, ", ");
	html_time(h, e->time, HTML_SECOND);
	html_put(h,
		 "; the pool&rsquo;s answer: %s</dd>\n<dt>Stands in</dt><dd>",
		 fact_verdict_text(e->verdict));
	if (n) {
		html_captured(h, n->name);
		if (n->has_sha256)
			html_put(h,
				 " (SHA-256 <code class=\"digest\">%s</code>)",
				 hex_text(text, n->sha256, 32));
	} else {
		html_unknown(h, NULL);
	}
	if (e->frame)
		html_put(h, ", frame %llu", (unsigned long long)e->frame);
	html_put(h, "; session %s, position %u</dd>\n", e->session,
		 e->position);
	if (!h->about->redacted) {
		html_put(h,
			 "<dt>Hash</dt><dd><code class=\"digest\">%s</code> "
			 "<span class=\"range\">(%s)</span></dd>\n",
			 hex_text_reversed(text, e->hash, 32),
			 fact_algorithm_text(e->algorithm));
		commands(h, e, n);
	}
	html_put(h,
		 "<dt>Difficulty</dt><dd>%.10g needed, %.10g reached</dd></dl>"
		 "\n",
		 e->difficulty, e->own_difficulty);
}

static void exhibit(struct html *h, const struct exhibit *e, size_t i)
{
	html_put(h,
		 "<details class=\"exhibit\" id=\"exhibit-%zu\"%s><summary>"
		 "E%zu: %s of ",
		 i + 1, i == 0 ? " open" : "", i + 1, why_text(e->why));
	html_captured(h, e->client);
	html_simulated(h);
	html_put(h, "</summary>\n");
	facts(h, e);
	if (!h->about->redacted)
		header_table(h, e);
	html_put(h, "</details>\n");
}

static void exhibits(struct html *h)
{
	const struct exhibits *e = &h->a->exhibits;

	html_put(h, "<h3>Proofs</h3>\n");
	if (e->n == 0) {
		html_put(h, "<p>No share of an 80-byte header was proved."
			    "</p>\n");
		return;
	}
	html_put(h,
		 "<p>Of each miner the first and the last proved share, the "
		 "best, and those that solved a block. Anyone can compute "
		 "them again: the hash is SHA-256 of SHA-256 of the 80 bytes "
		 "(where nothing else is said), and must not be above the "
		 "target.</p>\n");
	overview(h);
	for (size_t i = 0; i < e->n && i < WHOLE_MAX; i++)
		exhibit(h, &e->exhibit[i], i);
	if (e->n > WHOLE_MAX)
		html_put(h,
			 "<p>and %zu more with their headers: the CSV table "
			 "&ldquo;exhibits&rdquo; has them.</p>\n",
			 e->n - WHOLE_MAX);
}

void html_evidence(struct html *h)
{
	html_section_begin(h, HTML_EVIDENCE);
	inputs(h);
	exhibits(h);
	html_section_end(h);
}
