#include "evidence/fact.h"

#include <string.h>

#include <assert.h>

#define TEXT(name, text) [name] = text,

const char *fact_proof_text(enum fact_proof p)
{
	static const char *const text[] = { FACT_PROOF_LIST(TEXT) };

	assert(p < FACT_PROOFS);
	return text[p];
}

const char *fact_source_text(enum fact_source s)
{
	static const char *const text[] = { FACT_SOURCE_LIST(TEXT) };

	assert(s < FACT_SOURCES);
	return text[s];
}

const char *fact_verdict_text(enum fact_verdict v)
{
	static const char *const text[] = { FACT_VERDICT_LIST(TEXT) };

	assert(v < FACT_VERDICTS);
	return text[v];
}

const char *fact_witness_text(enum fact_witness w)
{
	static const char *const text[] = { FACT_WITNESS_LIST(TEXT) };

	assert(w < FACT_WITNESSES);
	return text[w];
}

const char *fact_algorithm_text(enum fact_algorithm a)
{
	static const char *const text[] = { FACT_ALGORITHM_LIST(TEXT) };

	assert(a < FACT_ALGORITHMS);
	return text[a];
}

bool fact_by_http(const struct fact_session *f)
{
	const char *last = f->carrier ? strrchr(f->carrier, '/') : NULL;

	return f->carrier && strcmp(last ? last + 1 : f->carrier, "http") == 0;
}
