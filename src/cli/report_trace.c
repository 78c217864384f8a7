#include "cli/report_trace.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/cli_lists.h"

/* A listed address has many owners' coins behind it. */
static bool is_service(void *context, struct span script)
{
	const struct report_trace *r = context;

	return lists_service(r->lists, script);
}

static void add_payouts(struct report_trace *r, const struct assessment *a)
{
	const struct subject *all = a->subject; /* of all sessions, if any */

	for (size_t i = 0; all && i < all->num_members; i++) {
		const struct identity *id = &all->member[i]->identity;

		for (uint32_t p = 0; p < id->num_payouts; p++) {
			const struct identity_payout *out = &id->payout[p];

			if (out->script_n > 0 && out->address[0])
				script_set_add(&r->scripts,
					       (struct span){ out->script,
							      out->script_n },
					       0);
		}
	}
}

static int follow(struct report_trace *r)
{
	const struct trace_options options = {
		.scripts = &r->scripts,
		.coinbases_only = true,
		.stop = is_service,
		.stop_context = r,
	};
	struct why why = { "" };
	enum status st;

	st = trace_forward(&r->trace, r->chain, &options, &why);
	r->has_trace = st == ST_OK;
	if (st == ST_OK)
		st = trace_verify(&r->trace, r->chain, &options, &why);
	if (st == ST_OK)
		st = kind_of_trace(&r->kinds, &r->trace, r->chain, r->lists,
				   &why);
	r->has_kinds = st == ST_OK;
	return st == ST_OK ? CLI_DONE : cli_error(CLI_FAILED, "%s", why.text);
}

static void divide(struct report_trace *r)
{
	const size_t n = r->trace.num_outputs ? r->trace.num_outputs : 1;

	r->told = (struct trace_told){ .trace = &r->trace,
				       .chain = r->chain,
				       .lists = r->lists,
				       .kinds = &r->kinds,
				       .verified = true };
	for (int p = 0; p < TAINT_POLICIES; p++) {
		r->told.policy[p] = true;
		r->told.tainted[p] = mem_new(n, sizeof(r->told.tainted[p][0]));
		trace_taint(r->told.tainted[p], &r->told.sums[p], &r->trace,
			    (enum taint_policy)p);
	}
}

int report_trace_make(struct report_trace *r, const struct assessment *a)
{
	struct why why;
	int code;

	if (!r->path)
		return CLI_DONE;
	r->lists = lists_new();
	script_set_init(&r->scripts);
	for (size_t i = 0; i < r->num_lists; i++) {
		if (!cli_lists_read(r->lists, r->list[i]))
			return CLI_FAILED;
	}
	r->chain = chain_open(r->path, NULL, NULL, &why);
	if (!r->chain)
		return cli_error(CLI_FAILED, "%s", why.text);
	add_payouts(r, a);
	code = follow(r);
	if (code == CLI_DONE)
		divide(r);
	return code;
}

void report_trace_free(struct report_trace *r)
{
	if (!r->lists)
		return;
	for (int p = 0; p < TAINT_POLICIES; p++)
		free(r->told.tainted[p]);
	if (r->has_kinds)
		kind_free(&r->kinds);
	if (r->has_trace)
		trace_free(&r->trace);
	if (r->chain)
		chain_close(r->chain);
	script_set_fini(&r->scripts);
	lists_free(r->lists);
}
