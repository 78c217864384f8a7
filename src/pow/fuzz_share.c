/* Input: u8 length of extranonce2 | be16 length of coinbase1 | coinbase1 |
 * coinbase2.
 *
 * The properties: share_extranonce1_length() counts what trying all lengths by
 * hand counts; whether a part of the coinbase stands in coinbase1, in an
 * extranonce or in coinbase2 does not change the header. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "coin/tx.h"
#include "pow/share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LENGTHS 17

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* coinbase1 | n zeros | coinbase2 as a transaction, the slow way. */
static bool fits(const struct share_job *job, size_t n)
{
	const size_t size = job->coinbase1.n + n + job->coinbase2.n;
	struct tx_output *room = mem_new(TX_OUTPUTS_MAX, sizeof(*room));
	struct tx_coinbase tx;
	struct buf b;

	buf_init(&b, size);
	buf_add(&b, job->coinbase1.p, job->coinbase1.n);
	while (n-- > 0)
		buf_u8(&b, 0);
	buf_add(&b, job->coinbase2.p, job->coinbase2.n);
	const bool good =
		tx_coinbase_parse(&tx, room, TX_OUTPUTS_MAX, buf_span(&b));

	buf_fini(&b);
	free(room);
	return good;
}

static void check_length(const struct share_job *job, uint32_t extranonce2_n)
{
	uint32_t length = 99, first = 99;
	int count = 0;

	for (uint32_t n = LENGTHS; n-- > 0;) {
		if (fits(job, n + extranonce2_n)) {
			first = n;
			count++;
		}
	}
	must(share_extranonce1_length(&length, job, extranonce2_n) == count);
	must(length == first);
}

static void check_header(const struct share_job *job)
{
	static const uint8_t nothing[1];
	const struct share_submit none = {
		.extranonce1 = { nothing, 0 },
		.extranonce2 = { nothing, 0 },
	};
	struct share_job rest = *job;
	struct share_submit moved = none;
	uint8_t header[HEADER_SIZE], again[HEADER_SIZE];

	moved.extranonce1 = job->coinbase1;
	moved.extranonce2 = job->coinbase2;
	rest.coinbase1 = rest.coinbase2 = none.extranonce1;
	must(share_header(header, job, &none));
	must(share_header(again, &rest, &moved));
	must(!memcmp(header, again, sizeof(header)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	const uint32_t extranonce2_n = cur_u8(&c);
	struct share_job job = { .coinbase1 = cur_take(&c, cur_be16(&c)) };

	if (!cur_ok(&c))
		return 0;
	job.coinbase2 = cur_take(&c, cur_left(&c));
	check_length(&job, extranonce2_n);
	/* Without a coinbase there would have to be a merkle root. */
	if (job.coinbase1.n + job.coinbase2.n > 0)
		check_header(&job);
	return 0;
}
