#include "miner/miner_template.h"

#include <assert.h>
#include <string.h>

#define COINBASE_MAX 1024
#define SCRIPT_MAX   100 /* of a coinbase: consensus */
#define OP_1         0x51
#define TAG          "/assay/"

void miner_template_init(struct miner_template *t)
{
	buf_init(&t->coinbase1, COINBASE_MAX);
	buf_init(&t->coinbase2, COINBASE_MAX);
}

void miner_template_fini(struct miner_template *t)
{
	buf_fini(&t->coinbase1);
	buf_fini(&t->coinbase2);
}

/* As nodes compare it (CScript << height): little-endian with room for a sign
 * bit, or one opcode for the smallest. */
static void add_height(struct buf *out, uint32_t height)
{
	uint8_t bytes[5];
	uint8_t n = 0;

	if (height <= 16) {
		buf_u8(out, (uint8_t)(height ? OP_1 + height - 1 : 0));
		return;
	}
	for (; height > 0; height >>= 8)
		bytes[n++] = (uint8_t)height;
	if (bytes[n - 1] & 0x80)
		bytes[n++] = 0;
	buf_u8(out, n);
	buf_add(out, bytes, n);
}

static void write_input(struct miner_template *t,
			const struct getblocktemplate_offer *o)
{
	static const uint8_t nothing[32];
	struct buf script;

	buf_init(&script, SCRIPT_MAX);
	add_height(&script, o->job.height);
	buf_add(&script, o->aux, o->aux_n);
	buf_text(&script, TAG);
	buf_clear(&t->coinbase1);
	buf_le32(&t->coinbase1, 2); /* version */
	buf_u8(&t->coinbase1, 1);   /* inputs */
	buf_add(&t->coinbase1, nothing, sizeof(nothing));
	buf_le32(&t->coinbase1, UINT32_MAX);
	buf_u8(&t->coinbase1, (uint8_t)(script.n + MINER_TEMPLATE_EXTRANONCE2));
	buf_add(&t->coinbase1, script.p, script.n);
	/* 6 for the height, 64, 7 and 8: less than 100. */
	assert(!script.full && !t->coinbase1.full);
	buf_fini(&script);
}

static void add_output(struct buf *out, uint64_t sat, struct span script)
{
	buf_le32(out, (uint32_t)sat);
	buf_le32(out, (uint32_t)(sat >> 32));
	buf_u8(out, (uint8_t)script.n);
	buf_add(out, script.p, script.n);
}

static void write_outputs(struct miner_template *t,
			  const struct getblocktemplate_offer *o,
			  struct span payout)
{
	assert(payout.n < 0xfd && o->commitment_n < 0xfd);
	buf_clear(&t->coinbase2);
	buf_le32(&t->coinbase2, UINT32_MAX); /* sequence */
	buf_u8(&t->coinbase2, o->commitment_n > 0 ? 2 : 1);
	add_output(&t->coinbase2, o->coinbase_sat, payout);
	if (o->commitment_n > 0)
		add_output(&t->coinbase2, 0,
			   (struct span){ o->commitment, o->commitment_n });
	buf_le32(&t->coinbase2, 0); /* lock time */
	assert(!t->coinbase2.full);
}

struct miner_work_parts miner_template_parts(
	struct miner_template *t, const struct getblocktemplate_offer *offer,
	struct span payout)
{
	write_input(t, offer);
	write_outputs(t, offer, payout);
	struct miner_work_parts p = {
		.extranonce2_n = MINER_TEMPLATE_EXTRANONCE2,
		.job = { .coinbase1 = buf_span(&t->coinbase1),
			 .coinbase2 = buf_span(&t->coinbase2),
			 .branches = { offer->branch[0], offer->depth * 32 },
			 .version = offer->job.version,
			 .nbits = offer->job.nbits },
		.ntime = offer->job.ntime,
		.target = target_of_hash(offer->job.target),
		.transactions = buf_span(&offer->transactions),
		.num_transactions = offer->num_transactions,
		.has_witness = offer->commitment_n > 0,
	};

	memcpy(p.job.previous, offer->job.previous, sizeof(p.job.previous));
	return p;
}
