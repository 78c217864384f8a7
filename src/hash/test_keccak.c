#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "hash/keccak.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool is_256(struct span msg, const char *want_text)
{
	uint8_t want[32], got[32];

	keccak_256(got, msg.p, msg.n);
	return hex_bytes(want, 32, text(want_text)) && !memcmp(got, want, 32);
}

static bool is_512(struct span msg, const char *want_text)
{
	uint8_t want[64], got[64];

	keccak_512(got, msg.p, msg.n);
	return hex_bytes(want, 64, text(want_text)) && !memcmp(got, want, 64);
}

/* "" is in the yellow paper (KEC(()), and in ShortMsgKAT_256 and _512 of the
 * submission), "abc" in the tests of Crypto++; the rest is from
 * test/unittests/test_keccak.cpp of chfast/ethash. */
static void test_published(void)
{
	static uint8_t hello[13 * 1024], ends[128];

	OK(is_256(text(""), "c5d2460186f7233c927e7db2dcc703c0"
			    "e500b653ca82273b7bfad8045d85a470"));
	OK(is_512(text(""), "0eab42de4c3ceb9235fc91acffe746b2"
			    "9c29a8c366b7c60e4e67c466f36a4304"
			    "c00fa9caf9d87976ba469bcbe06713b4"
			    "35f091ef2769fb160cdab33d3670680e"));
	OK(is_256(text("abc"), "4e03657aea45a94fc7d47ba826c8d667"
			       "c0d1e6e33a64a036ec44f58fa12d6c45"));
	OK(is_512(text("abc"), "18587dc2ea106b9a1563e32b3312421c"
			       "a164c7f1f07bc922a9c83d77cea3a1e5"
			       "d0c69910739025372dc14ac964262937"
			       "9540c17e2a65b19d77aa511a9d00bb96"));
	for (size_t i = 0; i < sizeof(hello); i += 13)
		memcpy(hello + i, "Hello World! ", 13);
	OK(is_256((struct span){ hello, sizeof(hello) },
		  "da716091e8a10323f83a4635316b1d99"
		  "da2cefa40a1dcd5cdbf88efb8429588b"));
	OK(is_512((struct span){ hello, sizeof(hello) },
		  "e09d5c29f3bb4b6ff61ce9fc14fcc839"
		  "d05ea9f13ac93af01e42551aab554edf"
		  "b2839b2e666f80ffd493e1fd5f4f3982"
		  "191ad7235f903bd48f150e2f0f3b1396"));
	ends[0] = 126;
	OK(is_512((struct span){ ends, 64 },
		  "7e62a25d706e921aaec4d4916c882212"
		  "6f4470bd6d4d802e1f288d3b89356fee"
		  "0e13907a71809810566cf71ae825306f"
		  "c3197a83e6d315a04e61f28029799a98"));
}

/* The bytes 0 to 250, again and again: of every beginning up to 400 of them
 * (that is, around one, two and more whole blocks) the hash, and of all those
 * the hash. Wanted is what PyCryptodome 3.11 makes. Each message in memory of
 * its own size. */
static void test_lengths(void)
{
	static uint8_t sums_256[401][32], sums_512[401][64];

	for (size_t n = 0; n <= 400; n++) {
		uint8_t *msg = malloc(n + !n);

		for (size_t i = 0; i < n; i++)
			msg[i] = (uint8_t)(i % 251);
		keccak_256(sums_256[n], msg, n);
		keccak_512(sums_512[n], msg, n);
		free(msg);
	}
	OK(is_256((struct span){ sums_256[0], sizeof(sums_256) },
		  "00810d0e2d71ac3c296ad7c337f43cd2"
		  "d94bc8fc3ef4b4765e981f59ab0d5487"));
	OK(is_512((struct span){ sums_512[0], sizeof(sums_512) },
		  "3b69a489a816388499eedddfaffbcb3d"
		  "1250285b80635530e7d35230d3baa6d3"
		  "ed2059e8dfc1506247421a71e00f08d7"
		  "b2b002e9470fc249bf2d513579246666"));
}

static void test_in_place(void)
{
	uint8_t apart[64], in_place[64] = "a message of which this is a part";

	keccak_512(apart, in_place, 64);
	keccak_512(in_place, in_place, 64);
	OK(!memcmp(apart, in_place, 64));
	keccak_256(apart, in_place, 64);
	keccak_256(in_place, in_place, 64);
	OK(!memcmp(apart, in_place, 32));
}

int main(void)
{
	test_published();
	test_lengths();
	test_in_place();
	return tap_end();
}
