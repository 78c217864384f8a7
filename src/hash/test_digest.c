#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "hash/digest.h"
#include "hash/sha256d.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* The public key of the coinbase of Bitcoin's block 0, whose address is
 * 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; and the compressed key of BIP 173's
 * examples (the generator of secp256k1), bc1qw508d6qejxtdg4y5r3zarvary0c5... */
static void test_hash160(void)
{
	static const struct {
		const char *key, *want;
	} vectors[] = {
		{ "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f"
		  "61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c70"
		  "2b6bf11d5f",
		  "62e907b15cbf27d5425399ebf6f0fb50ebb88f18" },
		{ "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16"
		  "f81798",
		  "751e76e8199196d454941c45d1b3a323f1433bd6" },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t key[65], want[20], got[20];
		size_t n = 0;

		OK(hex_parse(key, &n, sizeof(key), text(vectors[i].key)) &&
		   hex_bytes(want, 20, text(vectors[i].want)));
		digest_hash160(got, key, n);
		OK(!memcmp(got, want, 20));
	}
}

/* Litecoin's block 0 (12a765e3...e04bfe2), nBits 1e0ffff0: its scrypt hash
 * was computed with Python's hashlib and meets that target. */
static void test_scrypt(void)
{
	uint8_t header[80], want[32], got[32];

	OK(hex_bytes(header, 80,
		     text("0100000000000000000000000000000000000000000000000000"
			  "000000000000000000"
			  "00d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd"
			  "97bee6bafbdd97b9aa8e4ef0ff0f1ecd513f7c")));
	OK(hex_bytes(want, 32,
		     text("001e67b013726fd7382e9acb69165b4b"
			  "6316227fb3156b5b414ba6340c050000")));
	digest_scrypt(got, header);
	OK(!memcmp(got, want, 32));
	/* Most significant byte last: under 0ffff0 * 256^27. */
	OK(got[31] == 0 && got[30] == 0 && got[29] <= 0x0f);
	sha256d(got, header, 80);
	OK(hex_bytes(want, 32,
		     text("e2bf047e7e5a191aa4ef34d314979dc9"
			  "986e0f19251edaba5940fd1fe365a712")) &&
	   !memcmp(got, want, 32));
}

static void sha256_of(uint8_t out[32], const uint8_t *p, size_t n, size_t piece)
{
	struct digest_sha256 *d = digest_sha256_new();

	for (size_t at = 0; at < n; at += piece)
		digest_sha256_add(d, p + at, n - at < piece ? n - at : piece);
	digest_sha256_end(d, out);
}

/* The published examples of FIPS 180-4: "", "abc", a million times "a". */
static void test_stream(void)
{
	static const struct {
		const char *msg, *want;
	} vectors[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
			 "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039"
		  "a33ce45964ff2167f6ecedd419db06c1" },
	};
	const size_t million = 1000000;
	uint8_t want[32], got[32], *as = malloc(million);

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct span msg = text(vectors[i].msg);

		OK(hex_bytes(want, 32, text(vectors[i].want)));
		for (size_t piece = 1; piece <= 64; piece++) {
			sha256_of(got, msg.p, msg.n, piece);
			OK(!memcmp(got, want, 32));
		}
	}
	memset(as, 'a', million);
	sha256_of(got, as, million, 4999);
	OK(hex_bytes(want, 32,
		     text("cdc76e5c9914fb9281a1c7e284d73e67"
			  "f1809a48a497200e046d39ccc7112cd0")) &&
	   !memcmp(got, want, 32));
	free(as);
}

/* FIPS 180-4's examples. */
static void test_sha1(void)
{
	static const struct {
		const char *msg, *want;
	} vectors[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct span msg = text(vectors[i].msg);
		uint8_t want[20], got[20];

		OK(hex_bytes(want, 20, text(vectors[i].want)));
		digest_sha1(got, msg.p, msg.n);
		OK(!memcmp(got, want, 20));
	}
}

/* RFC 4231, test cases 1 and 2; keys shorter than a block are the same with
 * zeros behind them. */
static void test_hmac(void)
{
	uint8_t key[32] = { 'J', 'e', 'f', 'e' }, want[32], got[32];

	OK(hex_bytes(want, 32,
		     text("5bdcc146bf60754e6a042426089575c7"
			  "5a003f089d2739839dec58b964ec3843")));
	digest_hmac_sha256(got, key, text("what do ya want for nothing?").p,
			   28);
	OK(!memcmp(got, want, 32));
	memset(key, 0, sizeof(key));
	memset(key, 0x0b, 20);
	OK(hex_bytes(want, 32,
		     text("b0344c61d8db38535ca8afceaf0bf12b"
			  "881dc200c9833da726e9376c2e32cff7")));
	digest_hmac_sha256(got, key, text("Hi There").p, 8);
	OK(!memcmp(got, want, 32));
}

int main(void)
{
	test_sha1();
	test_hmac();
	test_hash160();
	test_scrypt();
	test_stream();
	return tap_end();
}
