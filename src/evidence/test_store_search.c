/* How far a search came is kept, one of each session. */
#include "evidence/test_store_sample.h"

static struct fact_search sample_search(const char *session)
{
	struct fact_search f = { .tried = 1u << 22 };

	memcpy(f.session, session, FACT_ID);
	memcpy(f.question, sample_bytes, sizeof(f.question));
	return f;
}

static bool is_kept(struct store *s, const struct fact_search *want)
{
	struct fact_search f;

	return store_search_at(s, &f, want->session) &&
	       strcmp(f.session, want->session) == 0 &&
	       memcmp(f.question, want->question, sizeof(f.question)) == 0 &&
	       f.tried == want->tried && f.value.n == want->value.n &&
	       (f.value.n == 0 ||
		memcmp(f.value.p, want->value.p, f.value.n) == 0);
}

static struct store *open_with_sessions(void)
{
	const struct fact_session a = sample_session(ID_A);
	const struct fact_session b = sample_session(ID_B);
	struct store *s = store_open(NULL, STORE_CREATE, NULL);

	OK(s != NULL);
	OK(store_session(s, &a) == ST_OK && store_session(s, &b) == ST_OK);
	return s;
}

static void test_kept(void)
{
	struct store *s = open_with_sessions();
	struct fact_search a = sample_search(ID_A), b = sample_search(ID_B);
	struct fact_search none;

	OK(!store_search_at(s, &none, ID_A));
	OK(store_search(s, &a) == ST_OK && is_kept(s, &a));
	OK(!store_search_at(s, &none, ID_B));

	/* What is given last counts, even if less was tried. */
	b.tried = UINT64_C(1) << 32;
	b.value = sample_span(7, 4);
	OK(store_search(s, &b) == ST_OK && is_kept(s, &b));
	b.tried = 5;
	b.question[31] ^= 1;
	b.value = sample_span(11, 4);
	OK(store_search(s, &b) == ST_OK && is_kept(s, &b));
	OK(is_kept(s, &a));
	OK(store_close(s, NULL) == ST_OK);
}

/* A case may come from anyone. */
static void test_damaged(void)
{
	static const char *const wrong[] = {
		"UPDATE search SET tried = -1",
		"UPDATE search SET tried = 'many'",
		"UPDATE search SET question = x'00'",
		"UPDATE search SET value = 'text'",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct store *s = open_with_sessions();
		struct fact_search f = sample_search(ID_A);
		struct why why = { "" };

		OK(store_search(s, &f) == ST_OK);
		OK(!sqlite3_exec(s->db, wrong[i], NULL, NULL, NULL));
		OK(!store_search_at(s, &f, ID_A) && store_failed(s, &why));
		OK(strstr(why.text, "search"));
		store_close(s, NULL);
	}
}

static bool take_session(void *context, const struct fact_session *f)
{
	*(struct fact_session *)context = *f;
	return false;
}

/* Of two searches that found nothing the longer is told, or what ended it. */
static void test_merged(void)
{
	static const struct {
		uint64_t tried, wanted_tried;
		double bits, wanted_bits;
	} steps[] = {
		{ 1000, 1000, 3, 3 },      { 0, 1000, 0, 3 },
		{ 500, 1000, 2, 3 },       { 1 << 24, 1 << 24, -4, -4 },
		{ 1000, 1 << 24, -5, -4 }, { 9000, 9000, 44, 44 },
		{ 0, 9000, 0, 44 },
	};
	struct store *s = store_open(NULL, STORE_CREATE, NULL);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct fact_session f = sample_session(ID_A);

		f.extranonce1 = EMPTY;
		f.extranonce1_source = FACT_UNKNOWN;
		f.search_tried = steps[i].tried;
		f.search_bits = steps[i].bits;
		OK(store_session(s, &f) == ST_OK);
		OK(store_sessions(s, take_session, &f) == ST_OK);
		OK(f.search_tried == steps[i].wanted_tried &&
		   f.search_bits >= steps[i].wanted_bits &&
		   f.search_bits <= steps[i].wanted_bits);
	}
	OK(store_close(s, NULL) == ST_OK);
}

int main(void)
{
	test_kept();
	test_damaged();
	test_merged();
	return tap_end();
}
