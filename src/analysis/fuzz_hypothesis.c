/* Input: what someone calls a file of hypotheses.
 *
 * The properties: a reason is given for every refusal, and located, and none
 * for what is good; of a good file the priors add up to 1 and every likelihood
 * has its parameters and a reason; whatever is measured, what it makes of that
 * are probabilities, which lie within their ranges and add up to 1. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/hypothesis.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void count(void *context, unsigned long line, unsigned long column,
		  const char *what)
{
	must(line > 0 && column > 0 && what[0] != '\0');
	++*(size_t *)context;
}

static void check_likelihood(const struct hypothesis_likelihood *l)
{
	double sum = 0;

	must(l->reason && l->reason[0] && l->within >= 1);
	for (size_t i = 0; i < l->num_cells; i++) {
		must(l->cell[i].word && l->cell[i].probability >= 0);
		sum += l->cell[i].probability;
	}
	must((l->shape == HYPOTHESIS_TABLE) == (l->num_cells > 0));
	must(sum <= 1.001 + 1e-9);
	if (l->shape != HYPOTHESIS_TABLE)
		must(hypothesis_quantile(l, 0.1) <=
		     hypothesis_quantile(l, 0.9));
}

static void check_file(const struct hypothesis_file *f)
{
	double sum = 0;

	must(f->title && f->num_hypotheses >= 2 && f->num_items >= 1);
	for (size_t i = 0; i < f->num_hypotheses; i++) {
		must(f->hypothesis[i].id && f->hypothesis[i].name);
		must(f->hypothesis[i].prior > 0);
		sum += f->hypothesis[i].prior;
	}
	must(fabs(sum - 1) < 1e-5);
	for (size_t i = 0; i < f->num_items; i++) {
		must(hypothesis_quantity_of(f->item[i].quantity) !=
		     HYPOTHESIS_QUANTITIES);
		for (size_t k = 0; k < f->num_hypotheses; k++)
			check_likelihood(&f->item[i].under[k]);
	}
}

/* An interval for every number, out of the input's bytes; the first word. */
static void see(struct hypothesis_evidence *e, enum hypothesis_quantity q,
		uint8_t byte)
{
	const double mid = exp2((double)byte / 4 - 4);
	const double wide = 1 + (double)(byte % 7);

	e->grade = byte & 1 ? "proved" : "spoken";
	if (hypothesis_quantity_is_word(q))
		e->word = hypothesis_quantity_words(q)[0];
	else
		e->value = (struct estimate){ byte & 2 ? mid / wide : 0, mid,
					      byte & 4 ? mid * wide : INFINITY,
					      0.95, "fuzz" };
}

static void check_weights(const struct hypotheses *h)
{
	double sum = 0;

	for (size_t i = 0; i < h->num_rows; i++) {
		const struct hypothesis_row *r = &h->row[i];

		must(r->low >= 0 && r->high <= 1);
		must(r->low <= r->posterior + 1e-12);
		must(r->posterior <= r->high + 1e-12);
		sum += r->posterior;
	}
	must(fabs(sum - 1) < 1e-9);
	must(h->leading < h->num_rows && h->num_flips <= h->num_columns);
	must(h->prior_to_flip >= 0 && h->prior_to_flip <= 1);
}

static void weigh(const struct hypothesis_file *f, const uint8_t *data,
		  size_t size)
{
	static struct hypotheses h; /* large */
	struct hypothesis_evidence e[HYPOTHESIS_QUANTITIES] = { 0 };

	for (size_t q = 0; q < HYPOTHESIS_QUANTITIES; q++)
		see(&e[q], (enum hypothesis_quantity)q,
		    data[(q * 7 + 3) % size]);
	hypotheses_weigh(&h, f, e);
	check_weights(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t told = 0;
	const struct hypothesis_listener listener = { count, &told };
	struct hypothesis_file f = { 0 };
	struct why why = { "" };
	const enum status st = hypothesis_file_parse(
		&f, "f", (struct span){ data, size }, &listener, &why);

	if (st != ST_OK) {
		must(st == ST_BAD && told > 0);
		must(!strncmp(why.text, "f:", 2) && !f.title);
		return 0;
	}
	must(told == 0 && why.text[0] == '\0');
	check_file(&f);
	weigh(&f, data, size);
	(void)hypothesis_file_warn(&f, &listener);
	hypothesis_file_free(&f);
	must(!f.title && !f.item);
	return 0;
}
