/* What is told of blocks, and what was asked for. */
#include "proto/test_p2p_talk.h"

static void test_blocks(void)
{
	struct talk t;
	uint8_t room[SAMPLE_MAX];
	struct span block = sample_bytes(room, BLOCK_170);

	talk_init(&t);
	send_message(&t, 1, "block", block);
	wanted(&t, "<announce 00000000d114 1231731025 asked @0\n"
		   "<job 00000000d114 coinbase=134 branches=1 height=0 @0\n"
		   "<share 0 00000000d114 proved witness=0 @0\n");
	OK(client(&t) == 0); /* who is sent blocks */
	send_hex(&t, 0, "ping", "");
	buf_clear(&t.out);
	send_message(&t, 1, "block", block);
	wanted(&t, "<announce 00000000d114 1231731025 @514\n"
		   "<job 00000000d114 coinbase=134 branches=1 height=0 @514\n"
		   "<share 1 00000000d114 proved witness=0 @514\n");
	OK(all_faults(&t) == 0);

	/* A transaction is not the one that the root was made of. */
	room[block.n - 1] ^= 1;
	send_message(&t, 1, "block", block);
	wanted(&t, "<announce 00000000d114 1231731025 @1028\n");
	OK(fault(&t, DIALECT_BLOCK) == 1);
	/* A header without work. */
	room[76] ^= 1;
	send_message(&t, 1, "block", block);
	send_message(&t, 1, "cmpctblock", block);
	wanted(&t, "<talk @1542\n<talk @2056\n");
	OK(fault(&t, DIALECT_BLOCK) == 3 && all_faults(&t) == 3);
	talk_fini(&t);

	/* With witnesses, on the private network, where a header's hash need
	 * not be the proof. */
	const uint8_t regtest[4] = { 0xfa, 0xbf, 0xb5, 0xda };
	struct buf b;

	talk_init(&t);
	buf_init(&b, SAMPLE_MAX);
	block = sample_bytes(room, BLOCK_REGTEST);
	OK(p2p_write(&b, regtest, "block", block, false));
	say(&t, 0, buf_span(&b));
	wanted_in(&t, "branches=3 height=157 @0\n");
	OK(is_name(&t, "bitcoin-p2p-regtest") && client(&t) == 1);
	say_hex(&t, 0, VERACK VERACK); /* of another network */
	OK(fault(&t, DIALECT_FRAME) == 1 && all_faults(&t) == 1);
	wanted(&t, "");
	say_hex(&t, 0, COMPACT);
	wanted_in(&t, ">announce 00000003278f 1795360306 asked");
	buf_fini(&b);
	talk_fini(&t);
}

static void test_asked(void)
{
	struct talk t;

	talk_init(&t);
	send_hex(&t, 1, "inv", "01" BLOCK H1);
	wanted(&t, "<announce 111111111111 0 asked @0\n");
	OK(client(&t) == 0);
	send_hex(&t, 0, "ping", "0000000000000000");
	send_hex(&t, 1, "inv", "03" TX H1 BLOCK H2 "02000040" H1);
	send_hex(&t, 1, "inv", "01" TX H1);
	wanted(&t, ">talk @0\n"
		   "<announce 222222222222 0 @61\n"
		   "<announce 111111111111 0 @61\n"
		   "<talk @194\n");
	/* getblocks, for a minute */
	send_hex(&t, 0, "getblocks", "00");
	t.second += P2P_ANSWER_S;
	send_hex(&t, 1, "inv", "01" BLOCK H1);
	t.second++;
	send_hex(&t, 1, "inv", "01" BLOCK H1);
	wanted(&t, ">talk @32\n"
		   "<announce 111111111111 0 asked @255\n"
		   "<announce 111111111111 0 @316\n");
	/* More than anybody has news of. */
	send_hex(&t, 1, "inv",
		 "09" BLOCK H1 BLOCK H1 BLOCK H1 BLOCK H1 BLOCK H1 BLOCK H1
			 BLOCK H1 BLOCK H1 BLOCK H2);
	wanted_in(&t, "<announce 222222222222 0 asked @377\n");
	OK(all_faults(&t) == 0);
	/* Malformed: a count that lies. */
	send_hex(&t, 1, "inv", "02" BLOCK H1);
	send_hex(&t, 1, "getdata", "fdffff");
	OK(fault(&t, DIALECT_SHORT) == 2);
	talk_fini(&t);
}

static void test_asked_by_hash(void)
{
	uint8_t room[SAMPLE_MAX], headers[2 + HEADER_SIZE] = { 1 };
	const struct span block = sample_bytes(room, BLOCK_170);
	const struct span one = { headers, sizeof(headers) };
	struct talk t;

	talk_init(&t);
	memcpy(headers + 1, block.p, HEADER_SIZE);
	send_hex(&t, 0, "getdata", "01" BLOCK H170);
	send_message(&t, 1, "block", block);
	wanted_in(&t, "<announce 00000000d114 1231731025 asked @0");
	send_message(&t, 1, "block", block);
	wanted_in(&t, "<announce 00000000d114 1231731025 @514");
	send_hex(&t, 0, "getheaders", "00");
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "<announce 00000000d114 1231731025 asked @1028");
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "<announce 00000000d114 1231731025 @1134");
	send_message(&t, 1, "merkleblock", block);
	wanted_in(&t, "<announce 00000000d114 1231731025 @1240");
	/* A request may have been lost: for a minute from the next message. */
	p2p_dialect.lost(t.reader, 0);
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "asked @1754");
	t.second += P2P_ANSWER_S + 1;
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "1231731025 @1860");
	/* Who has just met tells what it has. */
	send_hex(&t, 1, "version",
		 VERSION "00"
			 "00000000");
	buf_clear(&t.out);
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "1231731025 asked @");
	OK(all_faults(&t) == 0);
	/* More than anybody has news of. */
	struct buf many;

	t.second += 2 * P2P_ANSWER_S;
	buf_init(&many, 1u << 20);
	buf_add(&many, "\x9", 1);
	for (int i = 0; i < 9; i++)
		buf_add(&many, headers + 1, HEADER_SIZE + 1);
	send_message(&t, 1, "ping", (struct span){ headers, 0 });
	send_message(&t, 1, "headers", one);
	wanted_in(&t, "1231731025 @");
	send_message(&t, 1, "headers", buf_span(&many));
	wanted_in(&t, "1231731025 asked @");
	/* More than is remembered: then all may have been asked for. */
	buf_clear(&many);
	buf_add(&many, "\xfd\x88\x13", 3); /* 5,000 */
	for (uint32_t i = 0; i < 5000; i++) {
		uint8_t entry[36] = { 2 };

		memcpy(entry + 4, &i, sizeof(i));
		buf_add(&many, entry, sizeof(entry));
	}
	send_message(&t, 0, "getdata", buf_span(&many));
	send_message(&t, 1, "cmpctblock", block);
	wanted_in(&t, "1231731025 asked @");
	buf_fini(&many);
	OK(all_faults(&t) == 0);
	/* Cut, without work. */
	send_message(&t, 1, "headers", (struct span){ headers, 80 });
	headers[80] ^= 1;
	send_message(&t, 1, "headers", one);
	OK(fault(&t, DIALECT_SHORT) == 1 && fault(&t, DIALECT_BLOCK) == 1);
	talk_fini(&t);
}

/* Other coins: the header's hash is no proof, or no name. */
static void test_other_coins(void)
{
	const uint8_t zcash[4] = { 0x24, 0xe9, 0x27, 0x64 };
	uint8_t room[SAMPLE_MAX];
	const struct span block = sample_bytes(room, BLOCK_170);
	struct talk t;
	struct buf b;

	buf_init(&b, SAMPLE_MAX);
	room[76] ^= 1; /* no work by SHA-256d */
	p2p_write(&b, ltc_magic, "block", block, false);
	talk_init(&t);
	say(&t, 0, buf_span(&b));
	wanted_in(&t, "share 0");
	OK(is_name(&t, "litecoin-p2p") && all_faults(&t) == 0);
	/* Merged mining: only the first header's place is known. */
	room[1] |= 1;
	buf_clear(&b);
	p2p_write(&b, ltc_magic, "block", block, false);
	say(&t, 0, buf_span(&b));
	OK(strstr(buf_str(&t.out), "announce") &&
	   !strstr(buf_str(&t.out), "job"));
	talk_fini(&t);
	buf_clear(&b);
	p2p_write(&b, zcash, "block", block, false);
	p2p_write(&b, zcash, "headers", block, false);
	talk_init(&t);
	say(&t, 0, buf_span(&b));
	wanted(&t, ">talk @0\n>talk @514\n");
	OK(is_name(&t, "zcash-p2p") && all_faults(&t) == 0);
	talk_fini(&t);
	/* Cut, and so without a checksum or a proof: nothing. */
	buf_clear(&b);
	p2p_write(&b, ltc_magic, "block", block, false);
	talk_init(&t);
	say(&t, 0, (struct span){ b.p, b.n - 1 });
	p2p_dialect.end(t.reader, 0, note, &t);
	wanted(&t, "");
	OK(is_name(&t, "litecoin-p2p") && all_faults(&t) == 0);
	talk_fini(&t);
	buf_fini(&b);
}

int main(void)
{
	test_blocks();
	test_asked();
	test_asked_by_hash();
	test_other_coins();
	return tap_end();
}
