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
	too_large(&out);
	buf_init(&narrow, 20);
	OK(!getwork_write_request(&narrow, 1) && narrow.n == 0);
	buf_fini(&narrow);
	buf_fini(&out);
	return tap_end();
}
