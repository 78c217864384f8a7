/* Vectors: those with a source are from sv2-tp, the Bitcoin template provider
 * (src/test/sv2_messages_tests.cpp), and from the specification's extension
 * 0x0002; the others are written out by hand after the specification's tables.
 */
#include "proto/stratum2_message.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "test/tap.h"

#define SPAN(s) ((struct span){ (const uint8_t *)(s), sizeof(s) - 1 })
#define ROOM    4096

static const uint8_t *sample_hash(void)
{
	static uint8_t hash[32];

	for (size_t i = 0; i < sizeof(hash); i++)
		hash[i] = (uint8_t)(i + 1);
	return hash;
}

#define HASH_HEX                                                               \
	"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

/* Every kind once, with all its fields filled. */
#define KINDS 23
static const char *const wire[KINDS] = {
	/* sv2-tp: Sv2SetupConnection_test, Sv2NetHeader_SetupConnection_test */
	"000000520000"
	"02020002000100000007302e302e302e30612107"
	"4269746d61696e085339692031332e351c"
	"62726169"
	"696e732d6f732d323031382d30392d32322d312d68617368"
	"10736f6d652d6465766963652d75756964",
	/* sv2-tp: Sv2SetupConnectionSuccess_test */
	"000001060000020003000000",
	/* sv2-tp: Sv2SetupConnectionError_test */
	"0000021e0000"
	"000000001970726f746f636f6c2d76657273696f6e2d6d69736d61746368",
	"00800304000007000000",
	"000004070000"
	"04706f6f6c"
	"0d05",
	"0000102b0000"
	"09000000"
	"027731"
	"00007a44" HASH_HEX,
	"000011300000"
	"09000000"
	"07000000" HASH_HEX "03aabbcc"
	"01000000",
	"0000120800000900000003626164",
	"0000132d0000"
	"09000000"
	"027731"
	"00007a44" HASH_HEX "0800",
	"000014320000"
	"09000000"
	"07000000" HASH_HEX "0800"
	"03aabbcc"
	"01000000",
	"008015310000"
	"07000000"
	"05000000"
	"01"
	"29ab5f49"
	"00000020" HASH_HEX,
	"008016280000"
	"07000000"
	"00007a44" HASH_HEX,
	"0080170800000700000003626164",
	"0080180800000700000003627965",
	"0080190800000700000003aabbcc",
	"00801a180000"
	"07000000"
	"02000000"
	"05000000"
	"1dac2b7c"
	"29ab5f49"
	"00e0ff3f",
	"00801b1c0000"
	"07000000"
	"02000000"
	"05000000"
	"1dac2b7c"
	"29ab5f49"
	"00e0ff3f"
	"03010203",
	"00801c140000"
	"07000000"
	"02000000"
	"03000000"
	"0102030405060708",
	"00801d0c0000"
	"07000000"
	"02000000"
	"03626164",
	"00801f360000"
	"07000000"
	"05000000"
	"00"
	"00000020"
	"01"
	"01" HASH_HEX "02000100"
	"01000f",
	"008020300000"
	"07000000"
	"05000000" HASH_HEX "29ab5f49"
	"ffff001d",
	"008021240000"
	"07000000" HASH_HEX,
	"0000250e0000"
	"01000000"
	"0200"
	"0700000008000000",
};

static size_t from_hex(uint8_t *out, const char *hex)
{
	size_t n = 0;

	if (!hex_parse(out, &n, ROOM,
		       (struct span){ (const uint8_t *)hex, strlen(hex) }))
		abort();
	return n;
}

static struct span payload_of(const uint8_t *frame, size_t n)
{
	return (struct span){ frame + STRATUM2_HEADER, n - STRATUM2_HEADER };
}

/* read(b) is right, write(read(b)) = b, and no truncation reads. */
static void test_wire(void)
{
	uint8_t raw[ROOM];
	struct buf out;

	buf_init(&out, ROOM);
	for (size_t i = 0; i < KINDS; i++) {
		const size_t n = from_hex(raw, wire[i]);
		struct stratum2_message m;

		printf("# %s\n", stratum2_message_kind(raw[2])->name);
		OK(stratum2_message_read(&m, raw[2], payload_of(raw, n)));
		OK(m.type == raw[2] && m.tail.n == 0);
		buf_clear(&out);
		OK(stratum2_message_write(&out, &m));
		OK(out.n == n && memcmp(out.p, raw, n) == 0);
	}
	buf_fini(&out);
}

static void test_truncated(void)
{
	uint8_t raw[ROOM];
	uint64_t wrong = 0, tried = 0;

	for (size_t i = 0; i < KINDS; i++) {
		const size_t n = from_hex(raw, wire[i]) - STRATUM2_HEADER;

		for (size_t cut = 0; cut < n; cut++, tried++) {
			uint8_t *exact = mem_new(cut, 1);
			struct stratum2_message m = { .type = 99 };

			memcpy(exact, raw + STRATUM2_HEADER, cut);
			/* Without its group it is an older one's. */
			const bool older =
				raw[2] == STRATUM2_OPEN_EXTENDED_SUCCESS &&
				cut == n - 4;

			wrong += stratum2_message_read(
					 &m, raw[2],
					 (struct span){ exact, cut }) != older;
			wrong += !older && m.type != 99;
			free(exact);
		}
	}
	OK(tried > 600 && wrong == 0);
}

static void test_values(void)
{
	uint8_t raw[ROOM];
	struct stratum2_message m;
	size_t n = from_hex(raw, wire[0]);

	OK(stratum2_message_read(&m, 0, payload_of(raw, n)));
	OK(m.setup.protocol == 2 && m.setup.min_version == 2);
	OK(m.setup.flags == 1 && m.setup.port == 8545);
	OK(m.setup.host.n == 7 && memcmp(m.setup.host.p, "0.0.0.0", 7) == 0);
	OK(m.setup.firmware.n == 28);
	OK(m.setup.device.n == 16);
	n = from_hex(raw, wire[5]);
	OK(stratum2_message_read(&m, raw[2], payload_of(raw, n)));
	OK(m.open.hash_rate > 999.9F && m.open.hash_rate < 1000.1F);
	OK(memcmp(m.open.max_target, sample_hash(), 32) == 0);
	n = from_hex(raw, wire[16]);
	OK(stratum2_message_read(&m, raw[2], payload_of(raw, n)));
	OK(m.submit.nonce == 2083236893 && m.submit.ntime == 1231006505);
	OK(m.submit.version == 0x3fffe000 && m.submit.extranonce.n == 3);
	n = from_hex(raw, wire[17]);
	OK(stratum2_message_read(&m, raw[2], payload_of(raw, n)));
	OK(m.submitted.difficulty_sum == 0x0807060504030201);
	n = from_hex(raw, wire[19]);
	OK(stratum2_message_read(&m, raw[2], payload_of(raw, n)));
	OK(!m.job.has_min_ntime && m.job.version_rolling);
	OK(m.job.path.n == 32 && m.job.prefix.n == 2 && m.job.suffix.n == 1);
}

/* Counts that are not allowed, and a type that is not read. */
static void test_refused(void)
{
	uint8_t raw[ROOM] = { 0 };
	struct stratum2_message m = { .type = STRATUM2_SET_PREFIX };
	struct buf out;

	raw[4] = 33; /* of at most 32 bytes */
	OK(!stratum2_message_read(&m, STRATUM2_SET_PREFIX,
				  (struct span){ raw, 38 }));
	raw[4] = 0;
	raw[8] = 2; /* of an option: 0 or 1 */
	OK(!stratum2_message_read(&m, STRATUM2_NEW_JOB,
				  (struct span){ raw, 53 }));
	OK(!stratum2_message_read(&m, 0x1e, (struct span){ raw, 53 }));
	OK(!stratum2_message_kind(0x50) && !stratum2_message_kind(0xff));
	OK(!stratum2_message_read(
		&m, STRATUM2_SETUP_SUCCESS,
		(struct span){ raw, 6 + STRATUM2_TAIL_MAX + 1 }));
	OK(stratum2_message_read(&m, STRATUM2_SETUP_SUCCESS,
				 (struct span){ raw, 6 + STRATUM2_TAIL_MAX }));
	m = (struct stratum2_message){ .type = STRATUM2_SET_PREFIX };
	m.set_prefix.prefix = (struct span){ raw, 33 };
	buf_init(&out, 64);
	OK(!stratum2_message_write(&out, &m) && out.n == 0);
	m.set_prefix.prefix.n = 32;
	OK(stratum2_message_write(&out, &m) && out.n == 6 + 4 + 33);
	OK(!stratum2_message_write(&out, &m) && out.n == 6 + 4 + 33);
	buf_fini(&out);
}

/* The specification's example of extension 2. */
static void test_worker(void)
{
	static const char tail[] = "\x00\x02\x01\x00\x0a"
				   "Worker_001";
	static const char both[] = "\x00\x03\x01\x00\x02zz"
				   "\x00\x02\x01\x00\x01w";
	struct span w = stratum2_message_worker(SPAN(tail));

	OK(w.n == 10 && memcmp(w.p, "Worker_001", 10) == 0);
	w = stratum2_message_worker(SPAN(both));
	OK(w.n == 1 && w.p[0] == 'w');
	for (size_t n = 0; n < sizeof(tail) - 1; n++) {
		uint8_t *exact = mem_new(n, 1);

		memcpy(exact, tail, n);
		w = stratum2_message_worker((struct span){ exact, n });
		OK(w.n == 0);
		free(exact);
	}
}

int main(void)
{
	test_wire();
	test_truncated();
	test_values();
	test_refused();
	test_worker();
	return tap_end();
}
