#include "engine/names.h"

#include <string.h>

#include "base/buf.h"
#include "proto/dns.h"
#include "test/tap.h"

static uint64_t moment = 1;

static struct endpoint address(uint32_t number)
{
	struct endpoint e = { .port = 3333 };

	/* IPv4 in IPv6, as the decoder has it. */
	e.ip[10] = e.ip[11] = 0xff;
	for (int i = 0; i < 4; i++)
		e.ip[12 + i] = (uint8_t)(number >> (24 - 8 * i));
	return e;
}

static void answer(struct names *n, const char *name, const uint32_t *numbers,
		   size_t count)
{
	struct endpoint to[8];
	struct buf message;

	for (size_t i = 0; i < count; i++)
		to[i] = address(numbers[i]);
	buf_init(&message, 2000);
	OK(dns_write(&message,
		     (struct span){ (const uint8_t *)name, strlen(name) }, to,
		     count));
	names_datagram(n, buf_span(&message), moment++);
	buf_fini(&message);
}

static bool is(struct names *n, uint32_t number, const char *wanted)
{
	const struct endpoint e = address(number);
	const char *name = names_find(n, &e, moment);

	return wanted ? name && strcmp(name, wanted) == 0 : !name;
}

static void test_answers(void)
{
	struct names *n = names_new();
	const uint32_t two[] = { 0x0a020001, 0x0a020002 };
	static const uint8_t garbage[20] = { 1, 2, 3 };

	OK(is(n, two[0], NULL));
	answer(n, "Stratum.Pool.example", two, 2);
	OK(is(n, two[0], "stratum.pool.example"));
	OK(is(n, two[1], "stratum.pool.example") && is(n, 1, NULL));
	/* The latest answer counts, for its address alone. */
	answer(n, "other.example", two, 1);
	OK(is(n, two[0], "other.example"));
	OK(is(n, two[1], "stratum.pool.example"));
	names_datagram(n, (struct span){ garbage, sizeof(garbage) }, moment);
	names_datagram(n, (struct span){ garbage, 0 }, moment);
	OK(is(n, two[0], "other.example"));
	names_free(n);
	names_free(NULL);
}

static void test_limit(void)
{
	struct names *n = names_new();
	size_t wrong = 0;
	uint32_t i;

	for (i = 0; i < NAMES_MAX; i += 8) {
		uint32_t eight[8];

		for (uint32_t k = 0; k < 8; k++)
			eight[k] = i + k;
		answer(n, "many.example", eight, 8);
	}
	for (i = 0; i < NAMES_MAX; i += 1000)
		wrong += !is(n, i, "many.example");
	OK(wrong == 0);
	i = NAMES_MAX;
	answer(n, "late.example", &i, 1);
	OK(is(n, i, NULL));
	i = 5; /* one that is known gets its new name still */
	answer(n, "late.example", &i, 1);
	OK(is(n, i, "late.example"));
	names_free(n);
}

/* Who asks for an earlier moment is told what was known then. */
static void test_moments(void)
{
	struct names *n = names_new();
	const uint32_t one[] = { 0x0a030001 };
	const struct endpoint e = address(one[0]);
	uint64_t begun;

	moment = 100;
	answer(n, "first.example", one, 1); /* at 100 */
	answer(n, "first.example", one, 1);
	begun = moment;
	answer(n, "second.example", one, 1);
	answer(n, "third.example", one, 1);
	OK(!names_find(n, &e, 99));
	OK(!strcmp(names_find(n, &e, 100), "first.example"));
	OK(!strcmp(names_find(n, &e, begun - 1), "first.example"));
	OK(!strcmp(names_find(n, &e, begun), "second.example"));
	OK(!strcmp(names_find(n, &e, UINT64_MAX), "third.example"));
	/* What was is forgotten when the next name comes, and not before. */
	names_forget(n, begun);
	const char *second = names_find(n, &e, begun);

	answer(n, "fourth.example", one, 1);
	OK(names_find(n, &e, begun) == second &&
	   !strcmp(second, "second.example"));
	OK(!names_find(n, &e, begun - 1));
	OK(!strcmp(names_find(n, &e, begun + 1), "third.example"));
	names_free(n);
}

int main(void)
{
	test_answers();
	test_limit();
	test_moments();
	return tap_end();
}
