#include "active/probe_say.h"

#include <stdio.h>
#include <string.h>

#include "proto/getblocktemplate.h"
#include "proto/getwork.h"
#include "proto/http.h"
#include "proto/monero.h"
#include "proto/stratum1.h"

/* What miners fill in where no password is wanted. */
#define PASSWORD "x"
#define BODY_MAX 4096

static bool say_http(struct buf *out, const struct probe_target *target,
		     const struct probe_options *o, const char *agent,
		     struct span body)
{
	char field[128], host[PROBE_HOST_MAX + 16];

	snprintf(field, sizeof(field), "User-Agent: %s", agent);
	snprintf(host, sizeof(host),
		 strchr(target->host, ':') ? "[%s]:%s" : "%s:%s", target->host,
		 target->port);
	const char *const fields[] = { field, "Content-Type: application/json",
				       "Accept: application/json",
				       "Connection: close", NULL };
	const struct http_writing w = { .method = "POST",
					.target = target->path,
					.host = host,
					.user = o->user,
					.password = PASSWORD,
					.fields = fields,
					.body = body };

	return http_write_request(out, &w);
}

static bool say_request(struct buf *out, enum probe_kind kind,
			const struct probe_target *target,
			const struct probe_options *o, const char *agent)
{
	struct buf body;

	buf_init(&body, BODY_MAX);
	const bool good =
		(kind == PROBE_GETWORK
			 ? getwork_write_request(&body, 1)
			 : getblocktemplate_write_request(&body, 1)) &&
		say_http(out, target, o, agent, buf_span(&body));

	buf_fini(&body);
	return good;
}

bool probe_say(struct buf *out, unsigned step, enum probe_kind kind,
	       const struct probe_target *target,
	       const struct probe_options *options)
{
	char agent[64];

	snprintf(agent, sizeof(agent), "assay-probe/%s", options->version);
	switch (kind) {
	case PROBE_STRATUM:
		if (step == 0)
			return stratum1_write_subscribe(out, 1, agent);
		return step == 1 && stratum1_write_authorize(
					    out, 2, options->user, PASSWORD);
	case PROBE_MONERO:
		return step == 0 &&
		       monero_write_login(out, 1,
					  &(struct monero_login_writing){
						  .login = options->user,
						  .password = PASSWORD,
						  .agent = agent });
	case PROBE_GETBLOCKTEMPLATE:
	case PROBE_GETWORK:
		return step == 0 &&
		       say_request(out, kind, target, options, agent);
	case PROBE_KINDS:
		break;
	}
	return false;
}
