/* Framing and the rest; what is told of blocks: test_p2p_news.c. */
#include "proto/test_p2p_talk.h"

static bool speaks_hex(const char *hex)
{
	uint8_t room[SAMPLE_MAX];
	const struct message m = { .text = sample_bytes(room, hex) };
	const struct dialect_input in = { .message = &m };

	return p2p_dialect.speaks(&in);
}

static void test_speaks(void)
{
	OK(speaks_hex(VERACK));
	OK(speaks_hex("c0c0c0c070696e670000000000000000"
		      "0800000001020304"));
	/* Another magic, no command, a space in it, more behind it, longer than
	 * a node takes. */
	OK(!speaks_hex("f9beb4d876657261636b000000000000000000005df6e0e2"));
	OK(!speaks_hex("f9beb4d9000000000000000000000000000000005df6e0e2"));
	OK(!speaks_hex("f9beb4d97665207261636b0000000000000000005df6e0e2"));
	OK(!speaks_hex("f9beb4d976657261636b0000000000ff000000005df6e0e2"));
	OK(!speaks_hex("f9beb4d976657261636b000000000000010000025df6e0e2"));
	/* All of twelve letters. */
	OK(speaks_hex("f9beb4d96162636465666768696a6b6c000000005df6e0e2"));
	OK(p2p_network_of(ltc_magic) &&
	   p2p_network_of(ltc_magic)->header == P2P_HEADER_NAMES);
}

static void test_write(void)
{
	struct buf b;

	buf_init(&b, 24);
	OK(p2p_write(&b, magic, "verack", (struct span){ magic, 0 }, false));
	uint8_t room[SAMPLE_MAX];
	const struct span verack = sample_bytes(room, VERACK);

	OK(b.n == 24 && memcmp(b.p, verack.p, 24) == 0);
	OK(!p2p_write(&b, magic, "ping", (struct span){ magic, 0 }, true));
	OK(b.n == 24 && b.full);
	buf_fini(&b);
}

static void test_versions(void)
{
	struct talk t;
	struct buf b;
	uint8_t room[SAMPLE_MAX];

	talk_init(&t);
	/* The wrong way round, which cannot be known. */
	send_hex(&t, 1, "version",
		 VERSION "062f6d696e652f"
			 "00000000"
			 "01");
	wanted(&t, "<login agent=/mine/ server= @0\n");
	send_hex(&t, 0, "version",
		 VERSION "072f796f7572732f"
			 "00000000"
			 "01");
	talk_fini(&t);

	talk_init(&t);
	send_hex(&t, 0, "version",
		 VERSION "062f6d696e652f"
			 "00000000");
	send_hex(&t, 1, "version",
		 VERSION "072f796f7572732f"
			 "0000000001");
	send_hex(&t, 1, "version",
		 VERSION "00"
			 "00000000");
	send_hex(&t, 0, "version",
		 VERSION "ff"
			 "00000000");
	send_hex(&t, 0, "version", "80110100");
	say_hex(&t, 0, VERACK);
	wanted(&t, ">login agent=/mine/ server= @0\n"
		   "<login agent= server=/yours/ @0\n"
		   "<talk @117\n>talk @115\n>talk @224\n>talk @252\n");
	OK(client(&t) == 0 && is_name(&t, "bitcoin-p2p"));
	OK(fault(&t, DIALECT_SHORT) == 2 && all_faults(&t) == 2);
	talk_fini(&t);

	/* Without checksums. */
	talk_init(&t);
	buf_init(&b, SAMPLE_MAX);
	OK(p2p_write(&b, magic, "version", sample_bytes(room, VERSION_OLD),
		     true));
	say(&t, 0, buf_span(&b));
	say(&t, 1, buf_span(&b));
	say_hex(&t, 0, VERACK_OLD VERACK_OLD);
	say_hex(&t, 1, VERACK_OLD);
	send_hex(&t, 0, "getaddr", "");
	send_hex(&t, 1, "ping", "");
	wanted(&t, ">talk @0\n<talk @0\n>talk @105\n>talk @125\n>talk @145\n"
		   "<talk @105\n<talk @125\n");
	OK(all_faults(&t) == 0 && client(&t) == 0);
	buf_fini(&b);
	talk_fini(&t);
}

/* Every truncation of a block, in a message whose checksum is right. */
static void test_truncated(void)
{
	uint8_t room[SAMPLE_MAX], other[SAMPLE_MAX];
	const struct span block = sample_bytes(room, BLOCK_170);
	const struct span compact = sample_bytes(other, COMPACT);
	struct dialect_input in = { .from = 0 };
	uint64_t wrong = 0;
	struct talk t;

	talk_init(&t);
	for (size_t n = 0; n < block.n; n++) {
		struct buf b;

		buf_init(&b, SAMPLE_MAX);
		p2p_write(&b, magic, "block", (struct span){ block.p, n },
			  false);
		say(&t, 0, buf_span(&b));
		buf_fini(&b);
		wrong += strstr(buf_str(&t.out), "job") != NULL ||
			 fault(&t, DIALECT_BLOCK) != n + 1;
		buf_clear(&t.out);
	}
	OK(wrong == 0);
	talk_fini(&t);
	for (size_t n = 0; n <= compact.n; n++) {
		uint8_t *exact = mem_new(n, 1);
		const struct message m = { .text = { exact, n } };

		in.message = &m;
		memcpy(exact, compact.p, n);
		wrong += p2p_dialect.speaks(&in) != (n >= 20 + 4);
		free(exact);
	}
	OK(wrong == 0);
}

static void test_damage(void)
{
	uint8_t room[SAMPLE_MAX];
	const struct span block = sample_bytes(room, BLOCK_170);
	struct buf b;
	struct talk t;

	buf_init(&b, SAMPLE_MAX);
	p2p_write(&b, magic, "block", block, false);
	talk_init(&t);
	/* A wrong checksum: what follows is read. */
	b.p[23] ^= 1;
	say(&t, 0, buf_span(&b));
	say_hex(&t, 0, PING);
	wanted(&t, ">talk @0\n>talk @514\n");
	OK(fault(&t, DIALECT_FRAME) == 1);
	/* Junk, with something like a message in it. */
	say_hex(&t, 0,
		"00f9beb4"
		"f9beb4d9" PING);
	say(&t, 0, buf_span(&b));
	say_hex(&t, 0, PING);
	wanted_in(&t, ">talk @546\n");
	OK(fault(&t, DIALECT_FRAME) == 3);
	b.p[23] ^= 1;
	/* A gap within a message, whose header is told when bytes come. */
	say(&t, 0, (struct span){ b.p, 24 + 79 });
	p2p_dialect.lost(t.reader, 0);
	say_hex(&t, 0, "ff" PING);
	OK(!strstr(buf_str(&t.out), "announce"));
	buf_clear(&t.out);
	say(&t, 0, (struct span){ b.p, 24 + 80 });
	wanted(&t, "");
	OK(p2p_dialect.held(t.reader) == 24 + 80);
	p2p_dialect.lost(t.reader, 0);
	say_hex(&t, 1, PING);
	wanted_in(&t, "job 00000000d114 coinbase=0 branches=1 height=0");
	/* The same, at the end. */
	say(&t, 0, buf_span(&b));
	wanted_in(&t, "share 1 00000000d114 proved witness=0");
	say(&t, 0, (struct span){ b.p, b.n - 1 });
	p2p_dialect.end(t.reader, 0, note, &t);
	wanted_in(&t, "share 2 00000000d114 proved @");
	p2p_dialect.end(t.reader, 1, note, &t);
	wanted(&t, "");
	talk_fini(&t);
	/* It is the first message. */
	talk_init(&t);
	say(&t, 1, (struct span){ b.p, b.n - 1 });
	p2p_dialect.end(t.reader, 1, note, &t);
	wanted_in(&t, "share 0 00000000d114 proved @");
	OK(client(&t) == 0);
	talk_fini(&t);
	/* What a wrong checksum covers may hide a message. */
	talk_init(&t);
	say_hex(&t, 0,
		"ff"
		"f9beb4d9747800000000000000000000"
		"1900000001020304"
		"00" PING);
	wanted(&t, ">talk @26\n");
	/* Nothing is stepped over that only claims to be a message. */
	p2p_dialect.lost(t.reader, 0);
	say_hex(&t, 0,
		"ff"
		"f9beb4d9747800000000000000000000"
		"0000900001020304" PING);
	wanted(&t, ">talk @75\n");
	OK(all_faults(&t) == 0);
	talk_fini(&t);
	/* In a gap's wake only what is whole counts, but all of it. */
	talk_init(&t);
	p2p_dialect.lost(t.reader, 0);
	say(&t, 0, (struct span){ b.p + 4, b.n - 4 });
	say(&t, 0, buf_span(&b));
	wanted_in(&t, "share 0 00000000d114 proved witness=0 @510");
	OK(all_faults(&t) == 0);
	talk_fini(&t);
	buf_fini(&b);
}

/* A payload that is stepped over, and one that no node would take. */
static void test_large(void)
{
	const size_t n = P2P_PAYLOAD_MAX + 1;
	uint8_t *zeros = mem_new(n, 1);
	struct talk t;

	talk_init(&t);
	send_message(&t, 0, "tx", (struct span){ zeros, n - 1 });
	OK(all_faults(&t) == 0);
	OK(p2p_dialect.held(t.reader) == 0);
	send_message(&t, 0, "tx", (struct span){ zeros, n });
	OK(fault(&t, DIALECT_SIZE) == 1 && all_faults(&t) == 1);
	say_hex(&t, 0, PING);
	wanted_in(&t, ">talk @16777265\n");
	say_hex(&t, 0, "f9beb4d970696e6700000000000000000100000200000000");
	OK(fault(&t, DIALECT_FRAME) == 1);
	say_hex(&t, 0, PING);
	wanted(&t, ">talk @16777313\n");
	talk_fini(&t);
	/* Many heads in each other, none true: each byte is hashed at most
	 * twice, or this would take hours. */
	struct buf b;

	talk_init(&t);
	say_hex(&t, 0, "00");
	buf_init(&b, n);
	while (b.n + 24 <= n - 1) {
		const uint32_t left = (uint32_t)(n - 1 - b.n - 24);

		buf_add(&b, "\xf9\xbe\xb4\xd9ping\0\0\0\0\0\0\0\0", 16);
		buf_le32(&b, left);
		buf_add(&b, "abcd", 4);
	}
	say(&t, 0, buf_span(&b));
	say(&t, 0, (struct span){ zeros, n });
	say_hex(&t, 0, PING);
	OK(strstr(buf_str(&t.out), "talk") != NULL);
	buf_fini(&b);
	talk_fini(&t);
	free(zeros);
}

/* A conversation of both ends, in pieces. Returns what came out. */
static char *read_split(const struct buf *all, size_t cut, size_t step)
{
	struct talk t;

	talk_init(&t);
	for (size_t at = 0; at < all->n;) {
		size_t n = all->n - at < step ? all->n - at : step;

		if (at < cut && at + n > cut)
			n = cut - at;
		say(&t, 0, (struct span){ all->p + at, n });
		at += n;
	}
	p2p_dialect.end(t.reader, 0, note, &t);
	OK(fault(&t, DIALECT_FRAME) == 2);
	char *text = mem_text(t.out.p, t.out.n);

	talk_fini(&t);
	return text;
}

static void test_splits(void)
{
	uint8_t room[SAMPLE_MAX], other[SAMPLE_MAX];
	const struct span block = sample_bytes(room, BLOCK_170);
	struct buf all;

	buf_init(&all, SAMPLE_MAX);
	p2p_write(&all, magic, "version", sample_bytes(other, VERSION_OLD),
		  true);
	buf_add(&all, sample_bytes(other, VERACK_OLD VERACK).p, 44);
	p2p_write(&all, magic, "block", block, false);
	all.p[all.n - 1] ^= 1;
	p2p_write(&all, magic, "block", block, false);
	buf_text(&all, "junk");
	p2p_write(&all, magic, "inv", sample_bytes(other, "01" BLOCK H1),
		  false);
	p2p_write(&all, magic, "block", block, false);
	all.n -= 7;
	char *whole = read_split(&all, 0, SIZE_MAX);

	OK(strstr(whole, "share 1") && !strstr(whole, "share 2"));
	for (size_t cut = 1; cut < all.n; cut++) {
		char *text = read_split(&all, cut, SIZE_MAX);

		OK(strcmp(text, whole) == 0);
		free(text);
	}
	char *text = read_split(&all, 0, 1);

	OK(strcmp(text, whole) == 0);
	free(text);
	free(whole);
	buf_fini(&all);
}

int main(void)
{
	test_speaks();
	test_write();
	test_versions();
	test_truncated();
	test_damage();
	test_large();
	test_splits();
	return tap_end();
}
