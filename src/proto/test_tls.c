#include "proto/test_tls_read.h"
#include "proto/tls_private.h"

#define PART_MAX 4096

/* What the s_client of the captured connections says, and its server. */
#define DIALOGUE                                                               \
	"0 {\"id\":1,\"method\":\"mining.subscribe\"}\n"                       \
	"1 }\"ebircsbus.gninim\":\"dohtem\",1:\"di\"{\n"                       \
	"0 {\"id\":2,\"method\":\"mining.submit\"}\n"                          \
	"1 }\"timbus.gninim\":\"dohtem\",2:\"di\"{\n"

/* RFC 8448: bytes 0 to 49, of each end. */
static const char *rfc_dialogue(void)
{
	static char text[2 * 53 + 1];

	for (int end = 0; end < 2; end++) {
		char *at = text + end * 53;

		at[0] = (char)('0' + end);
		at[1] = ' ';
		for (char i = 0; i < 50; i++)
			at[2 + i] = i;
		at[52] = '\n';
	}
	return text;
}

static bool says_all(struct reading *x, size_t talk)
{
	const struct span out = buf_span(&x->out);

	if (talk == 0)
		return out.n == 106 && !memcmp(out.p, rfc_dialogue(), 106);
	return says(x, DIALOGUE);
}

static size_t parts_of(const struct talk *k)
{
	size_t n = 0;

	while (n < TALK_PARTS_MAX && k->part[n].hex)
		n++;
	return n;
}

/* Each part in two pieces or, if step is not 0, in pieces of that size. */
static void read_talk(struct reading *x, const struct talk *k, bool keys,
		      size_t split_part, size_t split_at, size_t step)
{
	uint8_t bytes[PART_MAX];

	reading_init(x, text_of(keys ? k->keys : ""));
	for (size_t i = 0; i < parts_of(k); i++) {
		const int from = k->part[i].from;
		const size_t n = part_bytes(bytes, PART_MAX, k->part[i].hex);
		size_t at = 0;

		if (i == split_part && split_at <= n) {
			reading_feed(x, from, bytes, split_at);
			at = split_at;
		}
		while (at < n) {
			const size_t m = step && step < n - at ? step : n - at;

			reading_feed(x, from, bytes + at, m);
			at += m;
		}
	}
}

static void test_talks(void)
{
	for (size_t i = 0; i < COUNT(talks); i++) {
		struct reading x;

		printf("# %s\n", talks[i].name);
		read_talk(&x, &talks[i], true, 0, 0, 0);
		const struct tls_counts *n = tls_counts(x.t);

		OK(says_all(&x, i) && x.in_order);
		OK(tls_status(x.t) == TLS_KEYED);
		OK(n->application == (i ? 4 : 2) && !n->sealed);
		OK(!n->unauthentic && !n->broken && !n->malformed);
		reading_fini(&x);
		read_talk(&x, &talks[i], false, 0, 0, 0);
		OK(x.out.n == 0 && tls_status(x.t) == TLS_NO_KEYS);
		OK(!tls_counts(x.t)->opened && tls_counts(x.t)->sealed > 3);
		reading_fini(&x);
	}
}

static void test_all_splits(void)
{
	for (size_t i = 0; i < COUNT(talks); i++) {
		const struct talk *k = &talks[i];
		struct reading x;
		bool good = true;

		printf("# %s\n", k->name);
		for (size_t part = 0; part < parts_of(k); part++) {
			const size_t n = strlen(k->part[part].hex) / 2;

			for (size_t at = 1; at < n; at++) {
				read_talk(&x, k, true, part, at, 0);
				good = good && says_all(&x, i) && x.in_order;
				reading_fini(&x);
			}
		}
		OK(good);
		for (size_t step = 1; step < 12; step++) {
			read_talk(&x, k, true, 0, 0, step);
			good = good && says_all(&x, i) && x.in_order;
			reading_fini(&x);
		}
		OK(good);
	}
}

/* What is given out of a connection that was cut or spoilt: lines of the whole
 * dialogue, in its order. */
static bool is_part(struct reading *x, const char *whole)
{
	const char *line = buf_str(&x->out), *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		const size_t lost = *line == '!';
		const size_t n = (size_t)(end - line) + 1 - lost;
		const char *place =
			memmem(whole, strlen(whole), line + lost, n);

		if (!place)
			return false;
		whole = place + n;
	}
	return true;
}

static void test_every_truncation(void)
{
	const struct talk *k = &talks[3];
	bool good = true;

	for (size_t part = 0; part < parts_of(k); part++) {
		uint8_t bytes[PART_MAX];
		const size_t all =
			part_bytes(bytes, PART_MAX, k->part[part].hex);

		for (size_t n = 0; n < all; n++) {
			uint8_t other[PART_MAX];
			struct reading x;

			reading_init(&x, text_of(k->keys));
			for (size_t i = 0; i < part; i++)
				reading_feed(&x, k->part[i].from, other,
					     part_bytes(other, PART_MAX,
							k->part[i].hex));
			reading_feed(&x, k->part[part].from, bytes, n);
			good = good && is_part(&x, DIALOGUE) &&
			       !tls_counts(x.t)->unauthentic &&
			       !tls_counts(x.t)->broken;
			reading_fini(&x);
		}
	}
	OK(good);
}

static bool spoilt_is_part(const struct talk *k, size_t part, size_t at)
{
	uint8_t bytes[PART_MAX];
	struct reading x;
	bool good;

	reading_init(&x, text_of(k->keys));
	for (size_t i = 0; i < parts_of(k); i++) {
		const size_t n = part_bytes(bytes, PART_MAX, k->part[i].hex);

		if (i == part)
			bytes[at] ^= (uint8_t)(1 << at % 8);
		reading_feed(&x, k->part[i].from, bytes, n);
	}
	good = is_part(&x, DIALOGUE);
	reading_fini(&x);
	return good;
}

/* No bit can be changed so that something else is given out. */
static void test_every_byte_spoilt(void)
{
	static const size_t which[] = { 2, 3, 5 };

	for (size_t i = 0; i < COUNT(which); i++) {
		const struct talk *k = &talks[which[i]];
		bool good = true;

		for (size_t part = 0; part < parts_of(k); part++) {
			const size_t n = strlen(k->part[part].hex) / 2;

			for (size_t at = 0; at < n; at++)
				good = good && spoilt_is_part(k, part, at);
		}
		printf("# %s\n", k->name);
		OK(good);
	}
}

/* Without the keys of the handshake, and with those of one end only. */
static void test_some_keys(void)
{
	const struct talk *const k = &talks[4];
	const char *const labels[] = { "CLIENT_HAND", "SERVER_HAND",
				       "CLIENT_TRAFFIC", "SERVER_TRAFFIC" };

	for (unsigned without = 1; without < 16; without++) {
		struct buf keys;
		struct reading x;
		const char *line = k->keys, *end;
		uint8_t bytes[PART_MAX];

		buf_init(&keys, 1 << 16);
		for (; (end = strchr(line, '\n')); line = end + 1) {
			unsigned i = 0;

			while (i < 4 &&
			       strncmp(line, labels[i], strlen(labels[i])) != 0)
				i++;
			if (!(without >> i & 1))
				buf_add(&keys, line, (size_t)(end - line) + 1);
		}
		reading_init(&x, buf_span(&keys));
		for (size_t i = 0; i < parts_of(k); i++)
			reading_feed(
				&x, k->part[i].from, bytes,
				part_bytes(bytes, PART_MAX, k->part[i].hex));
		const char *said = buf_str(&x.out);

		printf("# without %u\n", without);
		OK((strstr(said, "0 {\"id\":1") != NULL) == !(without & 4));
		OK((strstr(said, "0 {\"id\":2") != NULL) == !(without & 4));
		OK((strstr(said, "1 }") != NULL) == !(without & 8));
		OK((tls_status(x.t) == TLS_KEYED) == ((without & 12) != 12));
		OK(tls_counts(x.t)->unauthentic == 0);
		reading_fini(&x);
		buf_fini(&keys);
	}
}

/* The keys come when the connection is under way. */
static void test_late_keys(void)
{
	for (size_t i = 1; i < COUNT(talks); i++) {
		const struct talk *k = &talks[i];
		struct tls_keys_counts counts = { 0 };
		struct reading x;
		uint8_t bytes[PART_MAX];

		reading_init(&x, text_of(""));
		for (size_t j = 0; j < parts_of(k); j++) {
			if (j == parts_of(k) - 4)
				tls_keys_add(x.keys, text_of(k->keys), &counts);
			reading_feed(
				&x, k->part[j].from, bytes,
				part_bytes(bytes, PART_MAX, k->part[j].hex));
		}
		printf("# %s\n", k->name);
		OK(strstr(buf_str(&x.out), "!0 {\"id\":") != NULL);
		OK(strstr(buf_str(&x.out), "timbus") != NULL);
		OK(is_part(&x, DIALOGUE) && !tls_counts(x.t)->unauthentic);
		reading_fini(&x);
	}
}

/* From the middle; and with one of the hellos missing. */
static void test_midstream(void)
{
	for (size_t i = 0; i < COUNT(talks); i++) {
		for (size_t first = 1; first < parts_of(&talks[i]); first++) {
			const struct talk *k = &talks[i];
			struct reading x;
			uint8_t bytes[PART_MAX];

			reading_init(&x, text_of(k->keys));
			for (size_t j = first; j < parts_of(k); j++)
				reading_feed(&x, k->part[j].from, bytes,
					     part_bytes(bytes, PART_MAX,
							k->part[j].hex));
			/* Two hellos of a client are one too many. */
			if (i != 4 || first > 2)
				OK(x.out.n == 0 &&
				   tls_status(x.t) != TLS_KEYED);
			if (first + 4 >= parts_of(k) && first + 2 < parts_of(k))
				OK(tls_status(x.t) == TLS_NO_HELLO);
			reading_fini(&x);
		}
	}
}

int main(void)
{
	test_talks();
	test_all_splits();
	test_every_truncation();
	test_every_byte_spoilt();
	test_some_keys();
	test_late_keys();
	test_midstream();
	return tap_end();
}
