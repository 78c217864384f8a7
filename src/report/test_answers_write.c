/* Writes what an output makes of a sample, so that other programs can judge
 * it: test_answers_write OUTPUT [SAMPLE], OUTPUT being json, stix, misp, zeek
 * or a table's name, SAMPLE "empty", "simulated", "redacted", or what stands in
 * front of captured text. */
#include "report/redact.h"
#include "report/test_answers_sample.h"

static const struct {
	const char *name;
	sample_output *output;
} outputs[] = {
	{ "json", answers_json },
	{ "misp", answers_misp },
	{ "stix", answers_stix },
	{ "zeek", answers_zeek },
};

static struct sample *sample_named(const char *name)
{
	if (strcmp(name, "empty") == 0)
		return sample_make_empty();
	if (strcmp(name, "simulated") == 0)
		return sample_make_simulated();
	if (strcmp(name, "redacted") == 0) {
		struct sample *s = sample_make("");

		redact_assessment(&s->a, NULL);
		return s;
	}
	return sample_make(name);
}

static enum status write_output(const struct assessment *a, const char *name)
{
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		if (strcmp(outputs[i].name, name) == 0)
			return outputs[i].output(stdout, a, &sample_about);
	}
	return answers_csv(stdout, a, name);
}

int main(int argc, char **argv)
{
	struct sample *s = sample_named(argc > 2 ? argv[2] : "");
	const enum status st = write_output(&s->a, argc > 1 ? argv[1] : "");

	sample_free(s);
	return st != ST_OK;
}
