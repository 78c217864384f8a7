/* Blocks per second and MB/s, on one core: parsing alone, and parsing with
 * all txids, the root and the commitment to the witnesses; with a block made
 * up of ordinary payments, half of them with a witness, or the blocks in the
 * files named (each one raw block). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "coin/block.h"
#include "coin/tx_walk.h"
#include "coin/varint.h"
#include "hash/sha256d.h"

#define TRIALS   15
#define NUM_TXS  2500
#define FILE_MAX (64u << 20)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void add_input(struct buf *b, uint32_t salt, bool coinbase, size_t n)
{
	uint8_t id[32] = { 0 };

	if (!coinbase)
		sha256d(id, (const uint8_t *)&salt, sizeof(salt));
	buf_add(b, id, sizeof(id));
	buf_le32(b, coinbase ? UINT32_MAX : salt % 3);
	buf_u8(b, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		buf_u8(b, (uint8_t)(salt + i));
	buf_le32(b, UINT32_MAX);
}

static void add_output(struct buf *b, uint32_t salt)
{
	static const uint8_t script[25] = { 0x76, 0xa9,
					    0x14, [23] = 0x88, [24] = 0xac };

	buf_le32(b, salt);
	buf_le32(b, 0);
	buf_u8(b, sizeof(script));
	buf_add(b, script, sizeof(script));
}

/* One input and two outputs: 226 bytes, or 113 + 110 with a witness. */
static void add_payment(struct buf *b, uint32_t salt)
{
	const bool witness = salt % 2;

	buf_le32(b, 2);
	if (witness)
		buf_add(b, "\0\1", 2);
	buf_u8(b, 1);
	add_input(b, salt, salt == 0, salt && witness ? 0 : 100 + salt % 8);
	buf_u8(b, 2);
	add_output(b, salt);
	add_output(b, ~salt);
	if (witness) {
		static const uint8_t item[72];

		buf_u8(b, 2);
		buf_u8(b, 72);
		buf_add(b, item, 72);
		buf_u8(b, 33);
		buf_add(b, item, 33);
	}
	buf_le32(b, 0);
}

static void make_block(struct buf *b)
{
	static const uint8_t header[HEADER_SIZE] = { 2 };

	buf_add(b, header, sizeof(header));
	buf_u8(b, 0xfd);
	buf_u8(b, NUM_TXS & 0xff);
	buf_u8(b, NUM_TXS >> 8);
	for (uint32_t i = 0; i < NUM_TXS; i++)
		add_payment(b, i);
}

static bool read_file(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t chunk[65536];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	fclose(f);
	return !b->full;
}

static void by_walking(struct span raw)
{
	struct cur c = cur_over(raw);
	struct tx_walk tx;

	cur_take(&c, HEADER_SIZE);
	for (uint64_t n = varint_read(&c); n > 0 && tx_walk(&tx, &c); n--)
		;
}

static void by_parsing(struct span raw)
{
	struct block b;

	if (block_parse(&b, raw))
		block_fini(&b);
}

/* What SHA-256d costs, at least: as many bytes in one message. */
static void by_hashing(struct span raw)
{
	uint8_t sum[32];

	sha256d(sum, raw.p, raw.n);
}

static double megabytes(void (*work)(struct span raw), struct span raw)
{
	const size_t rounds = 1 + (8u << 20) / raw.n;
	double best = 1e9;

	for (int trial = 0; trial < TRIALS; trial++) {
		const double from = now();

		for (size_t r = 0; r < rounds; r++)
			work(raw);

		const double took = now() - from;

		best = took < best ? took : best;
	}
	return (double)(rounds * raw.n) / best / 1e6;
}

static void print_row(const char *name, struct span raw)
{
	struct block b;

	if (!block_parse(&b, raw)) {
		printf("%s: not a block\n", name);
		return;
	}
	printf("%-40s %8zu bytes %5u txs: walk %6.0f, parse %5.0f, "
	       "one message %5.0f MB/s\n",
	       name, raw.n, b.num_txs, megabytes(by_walking, raw),
	       megabytes(by_parsing, raw), megabytes(by_hashing, raw));
	block_fini(&b);
}

int main(int argc, char **argv)
{
	struct buf b;

	buf_init(&b, FILE_MAX);
	make_block(&b);
	print_row("made up", buf_span(&b));
	for (int i = 1; i < argc; i++) {
		buf_clear(&b);
		if (read_file(&b, argv[i]))
			print_row(argv[i], buf_span(&b));
	}
	buf_fini(&b);
	return 0;
}
