/* What the inputs saw comes back in bins, however its times lie. */
#include <stdlib.h>
#include <string.h>

#include "engine/traffic.h"
#include "test/tap.h"

#define SECOND INT64_C(1000000000)
#define START  (INT64_C(1495012321) * SECOND)

struct seen {
	struct fact_traffic row[TRAFFIC_BINS_MAX];
	size_t n;
	uint64_t packets, bytes, connections;
};

static bool see(void *context, const struct fact_traffic *f)
{
	struct seen *s = context;

	if (s->n == TRAFFIC_BINS_MAX)
		return false;
	s->row[s->n++] = *f;
	s->packets += f->packets;
	s->bytes += f->bytes;
	s->connections += f->connections;
	return true;
}

/* What a store is given of one of the inputs. Free it. */
static struct seen *written(const struct traffic *t, size_t input)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	struct store *store = store_open(NULL, STORE_CREATE, NULL);
	int64_t row = 0;

	OK(store && store_input_begin(store, &row, "a.pcap") == ST_OK);
	OK(traffic_write(t, store, input, row) == ST_OK);
	OK(store_traffics(store, see, seen) == ST_OK);
	OK(store_close(store, NULL) == ST_OK);
	return seen;
}

/* Every row holds its packets, and begins at a multiple of its length. */
static bool is_sound(const struct seen *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct fact_traffic *f = &s->row[i];
		const int64_t length = f->seconds * SECOND;

		if (f->seconds != s->row[0].seconds || f->packets == 0 ||
		    f->start.ns % length != 0 || f->first.ns < f->start.ns ||
		    f->last.ns < f->first.ns ||
		    f->last.ns - f->start.ns >= length)
			return false;
	}
	return true;
}

static void add_one(struct traffic *t, uint32_t input, struct ts when,
		    uint32_t bytes, bool connection)
{
	const struct packet p = { .ts = when,
				  .input = input,
				  .wire_len = bytes };

	traffic_add(t, &p, &connection, 1);
}

static void add(struct traffic *t, int64_t ns)
{
	add_one(t, 0, (struct ts){ ns }, 100, ns % 2);
}

static void test_seconds(void)
{
	struct traffic *t = traffic_new(2);
	struct seen *s;

	add(t, START + 1);
	add(t, START + 999999998);
	add(t, START + SECOND);
	add_one(t, 1, (struct ts){ START }, 7, false);
	add_one(t, 0, TS_NONE, 1000, true);
	s = written(t, 0);
	OK(s->n == 2 && is_sound(s) && s->row[0].seconds == 1);
	OK(s->row[0].start.ns == START && s->row[0].packets == 2 &&
	   s->row[0].bytes == 200 && s->row[0].connections == 1);
	OK(s->row[0].first.ns == START + 1 &&
	   s->row[0].last.ns == START + 999999998);
	OK(s->row[1].start.ns == START + SECOND && s->row[1].packets == 1 &&
	   s->row[1].connections == 0);
	free(s);
	s = written(t, 1);
	OK(s->n == 1 && s->bytes == 7);
	free(s);
	traffic_free(t);
	traffic_free(NULL);
}

/* A packet a second for a day: bins of a minute hold it. */
static void test_longer(void)
{
	struct traffic *t = traffic_new(1);
	struct seen *s;

	for (int i = 0; i < 86400; i++)
		add(t, START + i * SECOND);
	s = written(t, 0);
	OK(s->n <= TRAFFIC_BINS_MAX && s->n > 1400 && is_sound(s));
	OK(s->row[0].seconds == 60 && s->packets == 86400);
	OK(s->bytes == 8640000 && s->row[7].packets == 60);
	free(s);
	traffic_free(t);
}

static void test_order(void)
{
	struct traffic *forward = traffic_new(1), *back = traffic_new(1);
	struct seen *a, *b;

	for (int64_t i = 0; i < 20000; i++) {
		add(forward, START + i * 7 * SECOND);
		add(back, START + (19999 - i) * 7 * SECOND);
	}
	a = written(forward, 0);
	b = written(back, 0);
	OK(a->n == b->n && a->packets == 20000 && is_sound(b));
	OK(memcmp(a->row, b->row, a->n * sizeof(a->row[0])) == 0);
	free(a);
	free(b);
	traffic_free(forward);
	traffic_free(back);
}

/* However many are added at a time, it is the same: bins change between them,
 * inputs too, and some have no time. */
static void test_many(void)
{
	enum {
		MANY = 1000
	};
	struct traffic *many = traffic_new(2), *single = traffic_new(2);
	struct packet packet[MANY];
	bool connection[MANY];

	for (int i = 0; i < MANY; i++) {
		packet[i] = (struct packet){
			.ts = { START + (i / 7 - i % 3) * (SECOND / 3) },
			.input = i % 50 < 20,
			.wire_len = (uint32_t)i,
		};
		if (i % 11 == 0)
			packet[i].ts = TS_NONE;
		connection[i] = i % 5 == 0;
		traffic_add(single, &packet[i], &connection[i], 1);
	}
	traffic_add(many, packet, connection, MANY);
	for (size_t input = 0; input < 2; input++) {
		struct seen *a = written(many, input);
		struct seen *b = written(single, input);

		OK(a->n == b->n && a->n > 10 && is_sound(a));
		OK(memcmp(a->row, b->row, a->n * sizeof(a->row[0])) == 0);
		free(a);
		free(b);
	}
	traffic_free(many);
	traffic_free(single);
}

/* No time that a file may claim is too far off, early or late. */
static void test_ends_of_time(void)
{
	struct traffic *t = traffic_new(5000);
	struct seen *s;

	add(t, INT64_MIN + 1);
	add(t, INT64_MAX);
	add(t, -1);
	add(t, 0);
	s = written(t, 0);
	OK(s->n == 4 && s->packets == 4 && s->row[0].seconds == 1);
	OK(s->row[0].start.ns == INT64_MIN + 1);
	OK(s->row[1].start.ns == -SECOND && s->row[2].start.ns == 0);
	free(s);
	for (int64_t i = 1; i < 5000; i++) {
		add(t, i * (INT64_MAX / 5000));
		add(t, -i * (INT64_MAX / 5000));
	}
	s = written(t, 0);
	OK(s->n <= TRAFFIC_BINS_MIN && s->n > 2 && s->packets == 10002);
	free(s);
	traffic_free(t);
}

int main(void)
{
	test_seconds();
	test_longer();
	test_order();
	test_many();
	test_ends_of_time();
	return tap_end();
}
