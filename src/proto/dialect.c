#include "proto/dialect.h"

#include "proto/coinhive.h"
#include "proto/ethereum.h"
#include "proto/getblocktemplate.h"
#include "proto/getwork.h"
#include "proto/monero.h"
#include "proto/monero_daemon.h"
#include "proto/noise.h"
#include "proto/p2p.h"
#include "proto/stratum1.h"
#include "proto/stratum2.h"

/* clang-format off */
static const struct dialect *const table[] = {
	&stratum1_dialect, &monero_dialect,   &monero_daemon_dialect,
	&coinhive_dialect, &ethereum_dialect, &getblocktemplate_dialect,
	&getwork_dialect,  &p2p_dialect,      &stratum2_dialect,
	&noise_dialect,
};
/* clang-format on */

const struct dialect *const *dialect_all(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

#define DIALECT_WORDS(name, text) text,
const char *dialect_fault_text(enum dialect_fault f)
{
	static const char *const words[] = { DIALECT_FAULT_LIST(
		DIALECT_WORDS) };

	return f < DIALECT_FAULTS ? words[f] : "";
}

struct event dialect_event(const struct dialect_input *in, enum event_type type)
{
	return (struct event){
		.type = type,
		.from = in->from,
		.ts = in->message->ts,
		.frame = in->message->frame,
		.input = in->message->input,
		.position = in->message->position,
	};
}
