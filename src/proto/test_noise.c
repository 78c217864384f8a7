/* Handshakes of our own writer: random keys and ciphertext in the sizes of the
 * specification (no capture has been published). A stranger can tell neither
 * from true ones, so the recogniser cannot either. */
#include "proto/noise.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"

#define TURNS_MAX 8

static uint64_t random_state = 1;

static uint8_t random_byte(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint8_t)((random_state * 0x2545f4914f6cdd1d) >> 56);
}

struct turns {
	uint32_t n[TURNS_MAX]; /* 0: no more */
};

/* As the specification has it, with a SetupConnection of that payload. */
static struct turns handshake(uint32_t setup)
{
	return (struct turns){ { 64, 234, 22 + setup + 16, 22 + 22,
				 22 + 16 + 60 } };
}

/* Plays the turns, end `first` beginning, in pieces of at most step bytes;
 * `byte` draws the bytes. */
static enum noise_answer play(const struct turns *t, int first, size_t step,
			      uint8_t (*byte)(void))
{
	struct noise r;

	noise_init(&r);
	for (int i = 0; i < TURNS_MAX && t->n[i]; i++) {
		uint8_t *all = mem_new(t->n[i], 1);

		for (uint32_t k = 0; k < t->n[i]; k++)
			all[k] = byte();
		for (uint32_t at = 0; at < t->n[i];) {
			const size_t left = t->n[i] - at;
			const size_t n = left < step ? left : step;

			noise_feed(&r, i % 2 ? !first : first,
				   (struct span){ all + at, n });
			at += (uint32_t)n;
		}
		free(all);
	}
	if (r.answer == NOISE_YES && r.first != first)
		abort();
	return r.answer;
}

static enum noise_answer answer(struct turns t)
{
	return play(&t, 0, SIZE_MAX, random_byte);
}

static void test_handshakes(void)
{
	uint64_t missed = 0;

	for (uint32_t setup = 17; setup <= 1291; setup++)
		missed += answer(handshake(setup)) != NOISE_YES;
	OK(missed == 0);
	OK(answer(handshake(16)) == NOISE_NO);
	OK(answer(handshake(1292)) == NOISE_NO);
	const struct turns one = handshake(80);

	OK(play(&one, 1, SIZE_MAX, random_byte) == NOISE_YES);
}

static void test_older(void)
{
	OK(answer((struct turns){ { 32, 170, 120, 44, 98 } }) == NOISE_YES);
	/* Which ciphers: none but the usual; one more, and it is taken. */
	OK(answer((struct turns){ { 32, 170, 17, 17, 120, 44, 98 } }) ==
	   NOISE_YES);
	OK(answer((struct turns){ { 32, 170, 21, 21, 120, 44, 98 } }) ==
	   NOISE_YES);
	/* 57 bytes may be a list or a SetupConnection. */
	OK(answer((struct turns){ { 32, 170, 57, 17, 57, 44, 98 } }) ==
	   NOISE_YES);
	OK(answer((struct turns){ { 32, 170, 57, 44, 98 } }) == NOISE_YES);
	OK(answer((struct turns){ { 32, 170, 18, 17, 120, 44, 98 } }) ==
	   NOISE_NO);
	OK(answer((struct turns){ { 32, 170, 21, 20, 120, 44, 98 } }) ==
	   NOISE_NO);
	OK(answer((struct turns){ { 32, 170, 17, 17, 17, 17, 120, 44 } }) ==
	   NOISE_NO);
	OK(answer((struct turns){ { 32, 234, 120, 44, 98 } }) == NOISE_NO);
	OK(answer((struct turns){ { 64, 234, 21, 21, 120, 44, 98 } }) ==
	   NOISE_NO);
}

/* A byte more or less in any turn whose size is fixed. */
static void test_sizes(void)
{
	for (int i = 0; i < 4; i++) {
		struct turns t = handshake(80);

		if (i == 2)
			continue;
		t.n[i]++;
		OK(answer(t) == NOISE_NO);
		t.n[i] -= 2;
		OK(answer(t) == NOISE_NO);
	}
	/* Its beginning says nothing yet. */
	for (int i = 1; i <= 4; i++) {
		struct turns t = handshake(80);

		t.n[i] = 0;
		OK(answer(t) == NOISE_MORE);
	}
	struct turns t = handshake(80);

	t.n[4] = 41;
	OK(answer(t) == NOISE_MORE);
	t.n[4] = 42;
	OK(answer(t) == NOISE_YES);
}

static uint8_t letter(void)
{
	return (uint8_t)('a' + random_byte() % 26);
}

static uint8_t low(void)
{
	return random_byte() & 0x3f;
}

static uint8_t zero(void)
{
	return 0;
}

/* One byte in three is a zero. */
static uint8_t sparse(void)
{
	const uint8_t b = random_byte();

	return random_byte() % 3 ? b : 0;
}

static void test_contents(void)
{
	uint8_t (*const not_random[])(void) = { letter, low, zero, sparse };
	const struct turns t = handshake(80);

	for (size_t i = 0; i < 4; i++)
		OK(play(&t, 0, SIZE_MAX, not_random[i]) == NOISE_NO);
}

/* A key at first, then text in the right sizes. */
static void test_mixed(void)
{
	const struct turns t = handshake(80);
	struct noise r;
	uint8_t bytes[1400];

	noise_init(&r);
	for (int i = 0; t.n[i]; i++) {
		for (uint32_t k = 0; k < t.n[i]; k++)
			bytes[k] = i == 0 ? random_byte() : letter();
		noise_feed(&r, i % 2, (struct span){ bytes, t.n[i] });
	}
	OK(r.answer == NOISE_NO);
}

static void test_splits(void)
{
	const struct turns good = handshake(300);
	const struct turns bad = { { 64, 234, 338, 45, 98 } };
	uint64_t wrong = 0;

	for (size_t step = 1; step < 340; step++) {
		wrong += play(&good, 0, step, random_byte) != NOISE_YES;
		wrong += play(&bad, 0, step, random_byte) != NOISE_NO;
	}
	OK(wrong == 0);
}

/* Sizes drawn from those of a busy binary protocol: how often do they fit? The
 * three exact ones alone are one in millions. */
static void test_chance(void)
{
	uint64_t taken = 0;

	for (uint32_t i = 0; i < 200000; i++) {
		struct turns t = { { 0 } };

		/* The first size is given away. */
		t.n[0] = 64;
		for (int k = 1; k < 5; k++)
			t.n[k] = 1 +
				 (random_byte() * 256U + random_byte()) % 500;
		taken += answer(t) == NOISE_YES;
	}
	printf("# %llu of 200000\n", (unsigned long long)taken);
	OK(taken <= 4);
}

struct seen {
	uint64_t events;
	int from;
};

static void on_event(void *context, const struct event *e)
{
	struct seen *seen = context;

	seen->events += e->type == EVENT_TALK;
	seen->from = e->from;
}

static void test_dialect(void)
{
	const struct turns t = handshake(80);
	void *reader = noise_dialect.open();
	struct dialect_state state;
	struct seen seen = { 0 };

	for (int turn = 0; turn < 7; turn++) {
		uint8_t bytes[400];
		const uint32_t n = turn < 5 ? t.n[turn] : 60;
		const struct message m = { .text = { bytes, n } };
		const struct dialect_input in = { .from = turn % 2,
						  .message = &m,
						  .from_start = turn < 5 };

		for (uint32_t k = 0; k < n; k++)
			bytes[k] = random_byte();
		OK(noise_dialect.speaks(&in) == (turn == 0));
		noise_dialect.state(reader, &state);
		OK(state.client == (turn < 5 ? -1 : 0));
		noise_dialect.read(reader, &in, on_event, &seen);
	}
	OK(seen.events == 1 && seen.from == 0);
	OK(strcmp(state.name, "stratum-v2-noise") == 0);
	noise_dialect.lost(reader, 0); /* recognised it stays */
	noise_dialect.state(reader, &state);
	OK(state.client == 0);
	noise_dialect.close(reader);
}

static void test_gap(void)
{
	struct noise r;
	uint8_t key[64];

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = random_byte();
	noise_init(&r);
	OK(noise_feed(&r, 0, (struct span){ key, 64 }) == NOISE_MORE);
	noise_gap(&r);
	OK(noise_feed(&r, 1, (struct span){ key, 64 }) == NOISE_NO);
}

static void test_likely(void)
{
	uint8_t key[65];
	uint64_t missed = 0;

	for (int i = 0; i < 100000; i++) {
		for (size_t k = 0; k < sizeof(key); k++)
			key[k] = random_byte();
		missed += !noise_likely((struct span){ key, 64 });
		missed += !noise_likely((struct span){ key + 32, 32 });
	}
	OK(missed <= 2); /* most of it for looking like TLS, one in 800,000 */
	OK(!noise_likely((struct span){ key, 65 }));
	OK(!noise_likely((struct span){ key, 63 }));
	OK(!noise_likely((struct span){ key, 0 }));
	memcpy(key, "\x17\x03\x03\x00\x3b", 5);
	OK(!noise_likely((struct span){ key, 64 }));
	OK(!noise_likely((struct span){
		(const uint8_t *)"GET /index.html HTTP/1.1\r\nHost: "
				 "www.example.org\r\n"
				 "Accept: a/b\r\n\r\n",
		64 }));
}

int main(void)
{
	test_handshakes();
	test_older();
	test_sizes();
	test_contents();
	test_mixed();
	test_splits();
	test_chance();
	test_dialect();
	test_gap();
	test_likely();
	return tap_end();
}
