/* Captures of one conversation are one session. */
#include "evidence/test_store_sample.h"

/* The known session: mid-stream, 1000 bytes each way across the wrap of the
 * client's numbers, last packet at second 60. */
static struct fact_session known_session(void)
{
	struct fact_session f = sample_session(ID_A);

	f.from_start = false;
	f.client_first = 0xffffff00;
	f.client_end = 0xffffff00u + 1000;
	f.server_first = 5000;
	f.server_end = 6000;
	return f;
}

static const struct {
	const char *what;
	uint32_t client_first, client_n, server_first, server_n;
	int second;
	bool from_start, joined;
} cases[] = {
	{ "the same", 0xffffff00, 1000, 5000, 1000, 0, false, true },
	{ "inside, past the wrap", 100, 10, 5990, 1, 5, false, true },
	{ "begins earlier", 0xfffffe00, 300, 4000, 1001, -9, false, true },
	{ "goes on at once", 744, 10, 6000, 10, 61, false, true },
	{ "goes on after a loss", 744 + 9999, 1, 6000 + (1 << 20), 1, 61, false,
	  true },
	{ "behind by too much", 744, 1, 6001 + (1 << 20), 1, 61, false, false },
	{ "one direction only", 100, 10, 0, 0, 5, false, true },
	{ "neither direction", 0, 0, 0, 0, 5, false, false },
	{ "directions disagree", 100, 10, 0x7fffffff, 10, 5, false, false },
	{ "ends before it begins", 0xfffffe00, 10, 4000, 10, 0, false, false },
	{ "within a day", 744, 10, 6000, 10, 60 + 86400, false, true },
	{ "a second later", 744, 10, 6000, 10, 61 + 86400, false, false },
	{ "goes on a day before", 744, 10, 6000, 10, 59 - 86400, false, false },
	{ "overlaps, much later", 100, 10, 5500, 10, 61 + 86400, false, false },
	{ "overlaps, from its SYN", 0xfffffe00, 2000, 4000, 2000, -9, true,
	  true },
	{ "a new SYN just behind", 800, 10, 6100, 10, 61, true, false },
};

static void test_mid_stream(void)
{
	struct store *s = sample_open();
	const struct fact_session known = known_session();

	OK(store_session(s, &known) == ST_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fact_session key = known_session(), out;

		key.id[0] = '\0';
		key.client_first = cases[i].client_first;
		key.client_end = cases[i].client_first + cases[i].client_n;
		key.server_first = cases[i].server_first;
		key.server_end = cases[i].server_first + cases[i].server_n;
		key.first = SECOND(cases[i].second);
		key.from_start = cases[i].from_start;
		printf("# %s\n", cases[i].what);
		OK(store_join(s, &out, &key) == cases[i].joined);
		OK(!cases[i].joined || !strcmp(out.id, ID_A));
	}
	OK(store_close(s, NULL) == ST_OK);
}

static void test_from_start(void)
{
	struct store *s = sample_open();
	struct fact_session known = known_session(), key, out;

	known.from_start = true;
	OK(store_session(s, &known) == ST_OK);
	key = known;
	key.client_end = key.client_first + 1;
	OK(store_join(s, &out, &key));
	key.first = SECOND(3600 * 24 * 300); /* a clock set wrong */
	OK(store_join(s, &out, &key));
	key = known;
	key.server_first++;
	OK(!store_join(s, &out, &key));
	OK(store_close(s, NULL) == ST_OK);
}

static void test_endpoints(void)
{
	struct store *s = sample_open();
	const struct fact_session known = known_session();
	struct fact_session key = known, out;

	OK(!store_join(s, &out, &key));
	OK(store_session(s, &known) == ST_OK);
	OK(store_join(s, &out, &key) &&
	   !strcmp(out.user_agent, known.user_agent));
	key.client_port++;
	OK(!store_join(s, &out, &key));
	key = known;
	key.server_ip = "2001:db8::2";
	OK(!store_join(s, &out, &key));
	key = known;
	key.client_ip = known.server_ip;
	key.server_ip = known.client_ip;
	OK(!store_join(s, &out, &key));
	OK(store_close(s, NULL) == ST_OK);
}

/* Two fit (a port used twice): the later one is the one that goes on. */
static void test_latest(void)
{
	struct store *s = sample_open();
	struct fact_session a = known_session(), b = known_session(), out;

	memcpy(b.id, ID_B, FACT_ID);
	b.last = SECOND(70);
	OK(store_session(s, &a) == ST_OK && store_session(s, &b) == ST_OK);
	OK(store_join(s, &out, &a) && !strcmp(out.id, ID_B));
	OK(store_close(s, NULL) == ST_OK);
}

int main(void)
{
	test_mid_stream();
	test_from_start();
	test_endpoints();
	test_latest();
	return tap_end();
}
