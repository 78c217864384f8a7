/* Writes a chain of blocks and undo records with the shape that Bitcoin's have,
 * and what is true of it, for benches and tests of large runs.
 *
 * usage: make_chain DIRECTORY MEGABYTES [TRACKED [SEED [APART]]]
 *
 * Owners hold outputs of scripts of their own. A transaction spends some
 * outputs of one owner (of any age, mostly young ones), pays others, and gives
 * itself change at a new script; nearly three of four inputs carry witnesses.
 * TRACKED outputs (default 100,000) are split off the first coinbase into the
 * first blocks; one in a hundred of them is spent later, and what comes of
 * those is spent on like any other; with APART only among so many owners, who
 * deal with no others, so that the rest of the chain stays clean.
 *
 * DIRECTORY gets blk*.dat and rev*.dat, and truth.json: the source, how many
 * outputs a trace from it reaches and leaves unspent, with their value, and how
 * many scripts and clusters there are. It is worked out here, from the owners'
 * side, not from the blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hex.h"
#include "test/chain_maker.h"

#define OWNERS     20000
#define FILE_BYTES (128u << 20)
#define BLOCK_TXS  2400
#define FANOUT     2000 /* outputs of a transaction that splits */
#define REWARD     UINT64_C(5000000000)
#define EACH       UINT64_C(150000) /* a tracked output: enough to be spent */

struct coin {
	uint8_t txid[32];
	uint32_t index, height, script;
	uint64_t sat;
	bool tainted;
};

struct owner {
	struct coin *coin;
	size_t n, room;
};

static struct maker maker;
static struct owner owner[OWNERS];
static uint64_t state;
static FILE *blk, *rev;
static char directory[3800];
static unsigned file_number;
static uint64_t file_bytes, all_bytes;

/* Scripts are numbers; which of them were spent from together. */
static uint32_t *joined;
static size_t num_scripts, room_scripts, num_unions;

/* Owners that keep to themselves: the first ones. 0: none do. */
static uint32_t apart;

static uint64_t reached, unspent, unspent_sat, spent_txs, all_txs, all_inputs;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)((random_bits() >> 32) * n >> 32);
}

/* Somebody that an owner deals with. */
static uint32_t partner_of(uint32_t from)
{
	return from < apart ? below(apart) : apart + below(OWNERS - apart);
}

static uint32_t new_script(void)
{
	if (num_scripts == room_scripts) {
		room_scripts = room_scripts ? room_scripts * 2 : 1u << 20;
		joined = realloc(joined, room_scripts * sizeof(joined[0]));
		if (!joined)
			exit(1);
	}
	joined[num_scripts] = (uint32_t)num_scripts;
	return (uint32_t)num_scripts++;
}

static uint32_t root_of(uint32_t x)
{
	while (joined[x] != x)
		x = joined[x] = joined[joined[x]];
	return x;
}

static void join(uint32_t a, uint32_t b)
{
	a = root_of(a);
	b = root_of(b);
	if (a != b) {
		joined[b] = a;
		num_unions++;
	}
}

/* Of four kinds, by the number. */
static struct span script_of(uint8_t out[34], uint32_t number)
{
	uint8_t hash[32] = { 0 };
	uint64_t x = number * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (int i = 0; i < 4; i++, x *= UINT64_C(0xd6e8feb86659fd93))
		memcpy(hash + (size_t)i * 8, &x, 8);
	switch (number % 8) {
	case 0:
		memcpy(out, (uint8_t[]){ 0xa9, 20 }, 2);
		memcpy(out + 2, hash, 20);
		out[22] = 0x87;
		return (struct span){ out, 23 };
	case 1:
	case 2:
		memcpy(out, (uint8_t[]){ 0x76, 0xa9, 20 }, 3);
		memcpy(out + 3, hash, 20);
		memcpy(out + 23, (uint8_t[]){ 0x88, 0xac }, 2);
		return (struct span){ out, 25 };
	case 3:
		memcpy(out, (uint8_t[]){ 0x51, 32 }, 2);
		memcpy(out + 2, hash, 32);
		return (struct span){ out, 34 };
	default:
		memcpy(out, (uint8_t[]){ 0, 20 }, 2);
		memcpy(out + 2, hash, 20);
		return (struct span){ out, 22 };
	}
}

static void give(uint32_t to, struct coin c)
{
	struct owner *o = &owner[to];

	if (o->n == o->room) {
		o->room = o->room ? o->room * 2 : 64;
		o->coin = realloc(o->coin, o->room * sizeof(o->coin[0]));
		if (!o->coin)
			exit(1);
	}
	o->coin[o->n++] = c;
	reached += c.tainted;
}

static void open_files(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/blk%05u.dat", directory, file_number);
	blk = fopen(path, "wb");
	snprintf(path, sizeof(path), "%s/rev%05u.dat", directory, file_number);
	rev = fopen(path, "wb");
	if (!blk || !rev) {
		perror(path);
		exit(1);
	}
	file_bytes = 0;
	file_number++;
}

static void close_files(void)
{
	if (fclose(blk) != 0 || fclose(rev) != 0) {
		perror(directory);
		exit(1);
	}
}

static void write_block(void)
{
	struct buf record, undo, out;

	buf_init(&record, 1u << 27);
	buf_init(&undo, 1u << 27);
	buf_init(&out, 1u << 28);
	all_txs += maker.num_txs;
	maker_end(&maker, &record, &undo);
	maker_record(&out, buf_span(&record), 0);
	fwrite(out.p, 1, out.n, blk);
	file_bytes += out.n;
	all_bytes += out.n;
	buf_clear(&out);
	maker_record(&out, buf_span(&undo), 32);
	fwrite(out.p, 1, out.n, rev);
	buf_fini(&record);
	buf_fini(&undo);
	buf_fini(&out);
	if (file_bytes > FILE_BYTES) {
		close_files();
		open_files();
	}
}

/* An output of the transaction in hand: who gets it is told when its txid is
 * known. */
struct paid {
	uint32_t to, script;
	uint64_t sat;
};

static void finish(const struct paid *paid, size_t n, bool tainted)
{
	maker_tx_end(&maker);
	for (size_t i = 0; i < n; i++) {
		struct coin c = { .index = (uint32_t)i,
				  .height = maker.height,
				  .script = paid[i].script,
				  .sat = paid[i].sat,
				  .tainted = tainted };

		memcpy(c.txid, maker.txid[maker.num_txs - 1], 32);
		give(paid[i].to, c);
	}
}

static struct paid pay(uint32_t to, uint64_t sat, uint32_t script)
{
	uint8_t place[34];

	maker_output(&maker, sat, script_of(place, script));
	return (struct paid){ to, script, sat };
}

static void spend(const struct coin *c)
{
	static const size_t sizes[] = { 23, 107, 107, 64, 72, 72, 72, 72 };
	uint8_t place[34];
	const uint32_t kind = c->script % 8;

	maker_input(&maker, c->txid, c->index, c->sat,
		    script_of(place, c->script), c->height, sizes[kind],
		    kind >= 3 || kind == 0);
	all_inputs++;
}

/* One of the owner's coins, the younger the likelier. */
static struct coin take(struct owner *o)
{
	size_t back = below(4) ? below(16) : below((uint32_t)o->n);

	if (back >= o->n)
		back = o->n - 1;
	const size_t i = o->n - 1 - back;
	const struct coin c = o->coin[i];

	o->coin[i] = o->coin[--o->n];
	return c;
}

static void make_tx(void)
{
	struct owner *from = &owner[below(OWNERS)];
	struct paid paid[16];
	size_t in = below(10) < 6 ? 1 : 1 + below(4), out = 1 + below(3);
	uint64_t sat = 0;
	uint32_t first = 0;
	bool tainted = false;

	if (from->n == 0)
		return;
	in = in < from->n ? in : from->n;
	maker_tx(&maker);
	for (size_t i = 0; i < in; i++) {
		const struct coin c = take(from);

		spend(&c);
		sat += c.sat;
		tainted |= c.tainted;
		if (i == 0)
			first = c.script;
		else
			join(first, c.script);
	}
	spent_txs += tainted;
	sat -= sat / 5000; /* the fee */
	for (size_t i = 0; i < out; i++) {
		/* No two alike: they would look like a CoinJoin's. */
		const uint64_t share = sat / (3 + below(5));
		const uint64_t part =
			share -
			below(share < 1000 ? (uint32_t)share + 1 : 1000);

		paid[i] = pay(partner_of((uint32_t)(from - owner)), part,
			      new_script());
		sat -= part;
	}
	paid[out] = pay((uint32_t)(from - owner), sat, new_script());
	finish(paid, out + 1, tainted);
}

/* A block that pays its reward to a new script; the coin is whole once it is
 * written. */
static struct coin begin_block(bool tainted, uint64_t sat)
{
	uint8_t place[34];
	struct coin c = { .height = maker.height,
			  .script = new_script(),
			  .sat = sat,
			  .tainted = tainted };

	maker_begin(&maker, c.sat, script_of(place, c.script));
	return c;
}

static void end_block(struct coin *c)
{
	write_block();
	memcpy(c->txid, maker.txid[0], 32);
}

/* The source: tracked outputs, mostly never spent, in many transactions each of
 * which hands the rest on. */
static void split(size_t tracked, struct coin rest)
{
	static struct paid paid[FANOUT + 1];

	while (tracked > 0) {
		size_t n = tracked < FANOUT ? tracked : FANOUT;

		begin_block(false, REWARD);
		for (int t = 0; t < 10 && n > 0; t++) {
			uint64_t left = rest.sat - n * EACH;

			maker_tx(&maker);
			spend(&rest);
			spent_txs++;
			for (size_t i = 0; i < n; i++)
				paid[i] = pay(below(apart ? apart : OWNERS),
					      EACH, new_script());
			const uint32_t script = new_script();

			pay(0, left, script);
			maker_tx_end(&maker);
			for (uint32_t i = 0; i <= n; i++) {
				struct coin c = { .index = i,
						  .height = maker.height,
						  .sat = EACH,
						  .tainted = true };

				memcpy(c.txid, maker.txid[maker.num_txs - 1],
				       32);
				c.script = i < n ? paid[i].script : script;
				if (i < n && below(100) == 0) {
					give(paid[i].to, c);
				} else if (i < n) {
					reached++;
					unspent++;
					unspent_sat += EACH;
				} else {
					c.sat = left;
					rest = c;
					reached++;
				}
			}
			tracked -= n;
			n = tracked < FANOUT ? tracked : FANOUT;
		}
		write_block();
	}
	unspent++;
	unspent_sat += rest.sat;
}

static void write_truth(const struct coin *source)
{
	char path[4096], txid[65];
	FILE *out;

	for (size_t i = 0; i < OWNERS; i++) {
		for (size_t k = 0; k < owner[i].n; k++) {
			unspent += owner[i].coin[k].tainted;
			unspent_sat += owner[i].coin[k].tainted
					       ? owner[i].coin[k].sat
					       : 0;
		}
	}
	snprintf(path, sizeof(path), "%s/truth.json", directory);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		exit(1);
	}
	fprintf(out,
		"{\"source\": \"%s:0\", \"bytes\": %llu, \"blocks\": %u, "
		"\"transactions\": %llu, \"inputs\": %llu, \"reached\": %llu, "
		"\"reached_transactions\": %llu, \"unspent\": %llu, "
		"\"unspent_sat\": %llu, \"scripts\": %zu, \"clusters\": %zu}\n",
		hex_text_reversed(txid, source->txid, 32),
		(unsigned long long)all_bytes, maker.height,
		(unsigned long long)all_txs, (unsigned long long)all_inputs,
		(unsigned long long)reached, (unsigned long long)spent_txs,
		(unsigned long long)unspent, (unsigned long long)unspent_sat,
		num_scripts, num_scripts - num_unions);
	if (fclose(out) != 0)
		exit(1);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: make_chain DIRECTORY MEGABYTES [TRACKED "
		      "[SEED [APART]]]\n",
		      stderr);
		return 2;
	}
	const uint64_t bytes = strtoull(argv[2], NULL, 10) << 20;
	const size_t tracked = argc > 3 ? strtoull(argv[3], NULL, 10) : 100000;

	if (argc > 5)
		apart = (uint32_t)strtoul(argv[5], NULL, 10) % OWNERS;
	state = (argc > 4 ? strtoull(argv[4], NULL, 10) : 1) * 2 + 1;
	snprintf(directory, sizeof(directory), "%s", argv[1]);
	mkdir(directory, 0777);
	open_files();
	maker_init(&maker);
	/* Not bound by the subsidy: it must do for all that is tracked. */
	struct coin source = begin_block(true, REWARD + 2 * tracked * EACH);

	end_block(&source);
	reached++; /* the source itself */
	/* Coins to begin with: one for each owner. */
	for (uint32_t i = 0; i < OWNERS; i++) {
		struct coin c = begin_block(false, REWARD);

		end_block(&c);
		give(i, c);
	}
	split(tracked, source);
	while (all_bytes < bytes) {
		struct coin c = begin_block(false, REWARD);

		for (int i = 0; i < BLOCK_TXS; i++)
			make_tx();
		end_block(&c);
		give(partner_of(OWNERS - 1), c);
	}
	close_files();
	write_truth(&source);
	maker_fini(&maker);
	return 0;
}
