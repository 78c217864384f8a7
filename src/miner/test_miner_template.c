#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "coin/block.h"
#include "coin/test_block_sample.h"
#include "coin/tx_walk.h"
#include "miner/miner_template.h"
#include "proto/message.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t payout[] = {
	0x00, 0x14, 1,  2,  3,  4,  5,  6,  7,  8,  9,
	10,   11,   12, 13, 14, 15, 16, 17, 18, 19, 20
};

static struct span pays(void)
{
	return (struct span){ payout, sizeof(payout) };
}

/* The template that a block could have been made of; change, where not NULL,
 * comes last, and so takes the place of what had the same key. */
static void write_template(struct buf *out, const struct block *b,
			   const char *change)
{
	struct cur txs = cur_over(b->txs);
	struct tx_walk tx;
	char text[65];
	char *data = NULL;

	buf_printf(out,
		   "{\"id\":1,\"error\":null,\"result\":{\"version\":%u,"
		   "\"previousblockhash\":\"%s\",\"transactions\":[",
		   b->header.version,
		   hex_text_reversed(text, b->header.previous, 32));
	for (uint32_t i = 0; i < b->num_txs && tx_walk(&tx, &txs); i++) {
		if (i == 0)
			continue;
		data = realloc(data, 2 * tx.whole.n + 1);
		buf_printf(out, "%s{\"data\":\"%s\",\"txid\":\"%s\"}",
			   i > 1 ? "," : "",
			   hex_text(data, tx.whole.p, tx.whole.n),
			   hex_text_reversed(text, b->txids[i], 32));
	}
	free(data);
	buf_printf(out,
		   "],\"coinbaseaux\":{\"flags\":\"\"},\"coinbasevalue\":"
		   "5000000000,\"curtime\":%u,\"bits\":\"%08x\",\"height\":157,"
		   "\"longpollid\":\"x\",\"rules\":[\"csv\",\"!segwit\"]%s}}",
		   b->header.time, b->header.nbits, change ? change : "");
}

struct reading {
	struct buf text;
	struct json doc;
	struct message message;
	struct dialect_input in;
};

static void read_json(struct reading *r)
{
	if (!json_parse(&r->doc, NULL, buf_span(&r->text)))
		abort();
	r->message = (struct message){ .text = buf_span(&r->text) };
	r->in = (struct dialect_input){ .from = 1,
					.message = &r->message,
					.doc = &r->doc,
					.object = json_root(&r->doc) };
}

static void reading_init(struct reading *r, const struct block *b,
			 const char *change)
{
	buf_init(&r->text, 1u << 20);
	json_init(&r->doc, 65536);
	write_template(&r->text, b, change);
	read_json(r);
}

static void reading_fini(struct reading *r)
{
	buf_fini(&r->text);
	json_fini(&r->doc);
}

#define COMMITMENT                                                             \
	",\"default_witness_commitment\":\"6a24aa21a9ed872eec7a58c72fc7dbba"   \
	"03d3c4b0eeb5633f0f75587da0f8ee1c3c5a58fec3b2\""

/* A real block's transactions and commitment, with a coinbase of ours: the
 * whole is a block whose root and witnesses are good. */
static void made_of(const char *hex, const char *change,
		    enum block_witness witness)
{
	uint8_t room[SAMPLE_MAX], raw[HEADER_SIZE];
	struct getblocktemplate_offer offer;
	struct miner_template made;
	struct miner_unit u;
	struct reading r;
	struct block b, ours;
	struct why why = { "" };
	struct buf out;

	if (!block_parse(&b, sample_bytes(room, hex)))
		abort();
	reading_init(&r, &b, change);
	miner_template_init(&made);
	OK(getblocktemplate_offer_read(&offer, &r.in, &why));
	struct miner_work_parts p = miner_template_parts(&made, &offer, pays());

	p.first_unit = 0x123456;
	struct miner_work *w = miner_work_new(&p);

	OK(w && miner_work_draw(&u, w));
	u.first.nonce = 5;
	miner_work_header(raw, w, &u.first);
	buf_init(&out, SAMPLE_MAX);
	OK(miner_work_block(&out, w, &u.first, raw));
	OK(block_parse(&ours, buf_span(&out)));
	OK(ours.root_matches && ours.witness == witness);
	OK(ours.has_height == (b.header.version >= 2));
	OK(!ours.has_height || ours.height == 157);
	OK(ours.num_txs == b.num_txs && ours.coinbase_sat == 5000000000);
	OK(!memcmp(ours.header.previous, b.header.previous, 32) &&
	   ours.header.nbits == b.header.nbits && ours.header.nonce == 5);
	block_fini(&ours);
	miner_work_put(w);
	getblocktemplate_offer_fini(&offer);
	miner_template_fini(&made);
	reading_fini(&r);
	block_fini(&b);
	buf_fini(&out);
}

/* Heights as nodes compare them. */
static void heights(void)
{
	static const struct {
		uint32_t height;
		const char *push;
	} row[] = { { 0, "00" },
		    { 1, "51" },
		    { 16, "60" },
		    { 17, "0111" },
		    { 127, "017f" },
		    { 128, "028000" },
		    { 255, "02ff00" },
		    { 32768, "03008000" },
		    { 840000, "0340d10c" },
		    { 8388608, "0400008000" },
		    { 2147483647, "04ffffff7f" } };
	struct getblocktemplate_offer o = { .aux = { 0xaa }, .aux_n = 1 };
	struct miner_template made;
	char text[32];

	miner_template_init(&made);
	for (size_t i = 0; i < COUNT(row); i++) {
		o.job.height = row[i].height;
		const struct miner_work_parts p =
			miner_template_parts(&made, &o, pays());
		const size_t n = strlen(row[i].push) / 2;

		hex_text(text, p.job.coinbase1.p + 42, n);
		OK(!strcmp(text, row[i].push));
		OK(p.job.coinbase1.p[42 + n] == 0xaa);
		OK(p.job.coinbase1.p[41] == n + 1 + 7 + 8);
	}
	miner_template_fini(&made);
}

static void refused(void)
{
	static const char *const change[] = {
		",\"rules\":[\"!signet\"]",
		",\"rules\":[\"segwit\",\"!mweb\"]",
		",\"coinbasevalue\":-1",
		",\"coinbasevalue\":\"5\"",
		",\"height\":null",
		",\"height\":2147483648",
		",\"target\":\"00\"",
		",\"bits\":\"1\"",
		",\"coinbaseaux\":{\"a\":\"0\"}",
		",\"coinbaseaux\":{\"a\":[1]}",
		",\"default_witness_commitment\":\"6a2\"",
		",\"default_witness_commitment\":7",
		",\"transactions\":[{}]",
		",\"transactions\":[{\"data\":\"00\",\"txid\":\"00\"}]",
		",\"transactions\":{}",
		",\"previousblockhash\":\"00\"",
	};
	uint8_t room[SAMPLE_MAX];
	struct getblocktemplate_offer offer;
	struct reading r;
	struct block b;

	if (!block_parse(&b, sample_bytes(room, BLOCK_REGTEST)))
		abort();
	for (size_t i = 0; i < COUNT(change); i++) {
		struct why why = { "" };

		reading_init(&r, &b, change[i]);
		OK(!getblocktemplate_offer_read(&offer, &r.in, &why));
		OK(why.text[0] != '\0');
		reading_fini(&r);
	}
	block_fini(&b);
}

int main(void)
{
	made_of(BLOCK_REGTEST, COMMITMENT, BLOCK_WITNESS_GOOD);
	made_of(BLOCK_REGTEST, COMMITMENT ",\"coinbaseaux\":{\"a\":\"01\"}",
		BLOCK_WITNESS_GOOD);
	made_of(BLOCK_REGTEST, NULL, BLOCK_WITNESS_MISSING);
	made_of(BLOCK_170, NULL, BLOCK_WITNESS_NONE);
	made_of(BLOCK_0, NULL, BLOCK_WITNESS_NONE);
	heights();
	refused();
	return tap_end();
}
