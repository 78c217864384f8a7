/* Input: an answer to getblocktemplate.
 *
 * The properties, of every template that is taken: its coinbase is one, pays
 * the whole value to whom it is told and nothing else but the commitment, and
 * its script is within consensus; the header has the template's fields and the
 * root that the branch makes of the coinbase; the block begins with that
 * header, holds as many transactions as the template, and where it parses as a
 * block at all its coinbase and height are those. Where a template is refused,
 * it is said why. */
#include <stdlib.h>
#include <string.h>

#include "coin/block.h"
#include "coin/merkle.h"
#include "coin/tx.h"
#include "hash/sha256d.h"
#include "miner/miner_template.h"

#define SCRIPT_LEAST 2
#define SCRIPT_MOST  100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t payee[] = { 0x51, 0x20, 9, 9, 9 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_coinbase(struct span raw,
			   const struct getblocktemplate_offer *o)
{
	struct tx_output room[3];
	struct tx_coinbase tx;
	uint32_t height;

	must(tx_coinbase_parse(&tx, room, 3, raw));
	must(tx.form == TX_PLAIN);
	must(tx.script.n >= SCRIPT_LEAST && tx.script.n <= SCRIPT_MOST);
	must(tx.num_outputs == 1 + (o->commitment_n > 0));
	must(tx.output[0].sat == o->coinbase_sat);
	must(tx.output[0].script.n == sizeof(payee) &&
	     !memcmp(tx.output[0].script.p, payee, sizeof(payee)));
	if (o->commitment_n > 0)
		must(tx.output[1].sat == 0 &&
		     tx.output[1].script.n == o->commitment_n &&
		     !memcmp(tx.output[1].script.p, o->commitment,
			     o->commitment_n));
	if (o->job.height > 0)
		must(tx_height(&height, tx.script) && height == o->job.height);
}

static void check_header(const uint8_t raw[HEADER_SIZE], struct span coinbase,
			 const struct getblocktemplate_offer *o)
{
	struct header h;
	uint8_t root[32];

	header_read(&h, raw);
	sha256d(root, coinbase.p, coinbase.n);
	merkle_fold(root, o->branch[0], o->depth);
	must(h.version == o->job.version && h.time == o->job.ntime &&
	     h.nbits == o->job.nbits && h.nonce == 77);
	must(!memcmp(h.previous, o->job.previous, 32) &&
	     !memcmp(h.merkle_root, root, 32));
}

static void check_block(struct span raw, const uint8_t header[HEADER_SIZE],
			const struct getblocktemplate_offer *o)
{
	struct block b;

	must(raw.n > HEADER_SIZE && !memcmp(raw.p, header, HEADER_SIZE));
	if (!block_parse(&b, raw))
		return; /* its transactions are none */
	must(b.num_txs == 1 + o->num_transactions || !b.root_matches);
	must(b.coinbase_sat >= o->coinbase_sat || !b.root_matches);
	block_fini(&b);
}

static void make(const struct getblocktemplate_offer *o)
{
	const struct span payout = { payee, sizeof(payee) };
	struct miner_template made;
	struct miner_unit u;
	uint8_t header[HEADER_SIZE];
	struct buf coinbase, block;

	miner_template_init(&made);
	buf_init(&coinbase, 4096);
	buf_init(&block, 16u << 20);
	struct miner_work_parts p = miner_template_parts(&made, o, payout);

	p.first_unit = 123456789;
	struct miner_work *w = miner_work_new(&p);

	must(w && miner_work_draw(&u, w));
	buf_add(&coinbase, p.job.coinbase1.p, p.job.coinbase1.n);
	buf_add(&coinbase, u.first.extranonce2, p.extranonce2_n);
	buf_add(&coinbase, p.job.coinbase2.p, p.job.coinbase2.n);
	check_coinbase(buf_span(&coinbase), o);
	u.first.nonce = 77;
	miner_work_header(header, w, &u.first);
	check_header(header, buf_span(&coinbase), o);
	must(miner_work_block(&block, w, &u.first, header));
	check_block(buf_span(&block), header, o);
	miner_work_put(w);
	miner_template_fini(&made);
	buf_fini(&coinbase);
	buf_fini(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct message message = { .text = { data, size } };
	struct getblocktemplate_offer o;
	struct why why = { "" };
	struct json doc;

	json_init(&doc, 4096);
	if (size > 0 && json_parse(&doc, NULL, message.text) &&
	    json_root(&doc)->type == JSON_OBJECT) {
		const struct dialect_input in = { .from = 1,
						  .message = &message,
						  .doc = &doc,
						  .object = json_root(&doc) };

		if (getblocktemplate_offer_read(&o, &in, &why)) {
			make(&o);
			getblocktemplate_offer_fini(&o);
		} else {
			must(why.text[0] != '\0');
		}
	}
	json_fini(&doc);
	return 0;
}
