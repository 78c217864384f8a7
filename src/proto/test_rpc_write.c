/* What is written is read by the dialect that it is of; and texts that anyone
 * may choose stay texts. */
#include "proto/getblocktemplate.h"
#include "proto/getwork.h"
#include "proto/monero.h"
#include "proto/rpc_write.h"
#include "proto/stratum1.h"
#include "proto/test_dialect.h"

/* The dialect's events for a line that end 0 sends. */
static bool reads(const struct dialect *d, struct buf *line, const char *wanted)
{
	struct buf script;
	struct dialect_talk t;

	buf_init(&script, 1u << 16);
	buf_text(&script, ">");
	buf_add(&script, line->p, line->n);
	dialect_talk_init(&t, d);
	dialect_talk_line(&t, buf_str(&script));
	const bool good = strcmp(buf_str(&t.out), wanted) == 0;

	if (!good)
		printf("# got %s# wanted %s", buf_str(&t.out), wanted);
	dialect_talk_fini(&t);
	buf_fini(&script);
	buf_clear(line);
	return good;
}

static bool is(struct buf *out, const char *wanted)
{
	const bool good = strcmp(buf_str(out), wanted) == 0;

	if (!good)
		printf("# got %s\n", buf_str(out));
	buf_clear(out);
	return good;
}

static void too_large(struct buf *out)
{
	char *huge = mem_new(RPC_WRITE_MAX + 1, 1);

	memset(huge, 'x', RPC_WRITE_MAX);
	buf_text(out, "before");
	OK(!stratum1_write_subscribe(out, 1, huge));
	OK(out->n == 6);
	free(huge);
	buf_clear(out);
}

/* What the miner of this program sends, as the sensor sees it. */
static void mining(struct buf *out)
{
	static const uint8_t extranonce2[] = { 0xb2, 0x95, 0x7c, 0 };
	struct stratum1_submission s = {
		.worker = "rig\"1",
		.job_id = { (const uint8_t *)"b\001f", 3 },
		.extranonce2 = { extranonce2, sizeof(extranonce2) },
		.ntime = 0x504e86ed,
		.nonce = 0xb2957c,
	};

	OK(stratum1_write_submit(out, 4, &s));
	OK(is(out, "{\"id\":4,\"method\":\"mining.submit\",\"params\":["
		   "\"rig\\\"1\",\"b\\u0001f\",\"b2957c00\","
		   "\"504e86ed\",\"00b2957c\"]}\n"));
	s.has_version_bits = true;
	s.version_bits = 0x2000;
	s.job_id.n = 1;
	OK(stratum1_write_submit(out, 4, &s));
	OK(reads(&stratum1_dialect, out,
		 "share 0 worker=rig\"1 job=b en2=b2957c00 "
		 "504e86ed 00b2957c bits=00002000\n"));
	/* BIP 310. */
	OK(stratum1_write_configure(out, 1, 0x1fffe000));
	OK(is(out,
	      "{\"id\":1,\"method\":\"mining.configure\",\"params\":[["
	      "\"version-rolling\"],{\"version-rolling.mask\":\"1fffe000\","
	      "\"version-rolling.min-bit-count\":0}]}\n"));
	OK(stratum1_write_resume(out, 2, "assay/0.1.0", "5e55"));
	OK(is(out, "{\"id\":2,\"method\":\"mining.subscribe\",\"params\":["
		   "\"assay/0.1.0\",\"5e55\"]}\n"));
	OK(stratum1_write_extranonce_subscribe(out, 3));
	OK(reads(&stratum1_dialect, out, "talk\n"));
}

/* Block 9 of the chain, as work that was done. */
#define KEY_9                                                                  \
	"01000000c60ddef1b7618ca2348a46e868afc26e3efc68226c78aa47f8488c40"     \
	"00000000c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce2585"     \
	"7fcd3704"
#define HEADER_9 KEY_9 "7fca6649ffff001d28404f53"

/* SHA-256's, with its words swapped: a one, zeros, and 640 bits. */
#define PADDING                                                                \
	"0000008000000000000000000000000000000000000000000000000000000000"     \
	"000000000000000000000000"                                             \
	"80020000"
#define PADDING_N (sizeof(PADDING) - 1)

static void blocks(struct buf *out)
{
	uint8_t header[HEADER_SIZE];
	const struct span block = { header, 3 };

	if (!hex_bytes(header, sizeof(header),
		       (struct span){ (const uint8_t *)HEADER_9,
				      2 * HEADER_SIZE }))
		abort();
	OK(getwork_write_submit(out, 5, header));
	OK(out->n > 70 &&
	   !memcmp(out->p + out->n - 3 - PADDING_N, PADDING, PADDING_N));
	OK(reads(&getwork_dialect, out,
		 "share 0 worker= job=" KEY_9 " en2= 4966ca7f 534f4028 "
		 "header=" HEADER_9 "\n"));
	OK(getblocktemplate_write_submit(out, 6, block, NULL));
	OK(is(out, "{\"id\":6,\"method\":\"submitblock\",\"params\":["
		   "\"010000\"]}"));
	OK(getblocktemplate_write_submit(out, 6, block, "w\"1"));
	OK(is(out, "{\"id\":6,\"method\":\"submitblock\",\"params\":["
		   "\"010000\",{\"workid\":\"w\\\"1\"}]}"));
	OK(getblocktemplate_write_mine(out, 7, "a1"));
	OK(is(out, "{\"id\":7,\"method\":\"getblocktemplate\",\"params\":[{"
		   "\"capabilities\":[\"longpoll\",\"workid\"],"
		   "\"rules\":[\"segwit\"],\"longpollid\":\"a1\"}]}"));
}

int main(void)
{
	struct buf out, narrow;

	buf_init(&out, 1u << 16);
	OK(stratum1_write_subscribe(&out, 1, "assay-probe/0.1.0"));
	OK(out.p[out.n - 1] == '\n');
	OK(reads(&stratum1_dialect, &out, "login agent=assay-probe/0.1.0\n"));
	OK(stratum1_write_authorize(&out, 2, "a\"b\\\n.rig", "x"));
	OK(reads(&stratum1_dialect, &out, "login worker=a\"b\\\n.rig\n"));
	OK(monero_write_login(&out, 1,
			      &(struct monero_login_writing){
				      .login = "assay-probe",
				      .password = "x",
				      .agent = "assay-probe/0.1.0" }));
	OK(reads(&monero_dialect, &out,
		 "login agent=assay-probe/0.1.0 worker=assay-probe\n"));
	/* BIP 22 and 145: a template request with capabilities and rules. */
	OK(getblocktemplate_write_request(&out, 7));
	OK(reads(&getblocktemplate_dialect, &out, "talk\n"));
	OK(getblocktemplate_write_request(&out, 7));
	OK(is(&out, "{\"id\":7,\"method\":\"getblocktemplate\",\"params\":[{"
		    "\"capabilities\":[\"coinbasetxn\",\"workid\"],"
		    "\"rules\":[\"segwit\",\"signet\",\"mweb\"]}]}"));
	OK(getwork_write_request(&out, 8));
	OK(reads(&getwork_dialect, &out, "talk\n"));
	OK(getwork_write_request(&out, 8));
	OK(is(&out, "{\"id\":8,\"method\":\"getwork\",\"params\":[]}"));
	mining(&out);
	blocks(&out);
	too_large(&out);
	buf_init(&narrow, 20);
	OK(!getwork_write_request(&narrow, 1) && narrow.n == 0);
	buf_fini(&narrow);
	buf_fini(&out);
	return tap_end();
}
