#include "proto/p2p.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/p2p_private.h"

/* What a message, read first, says of its sender: see p2p.h. */
enum role {
	ROLE_CLIENT,
	ROLE_SERVER
};

struct command {
	const char *name;
	enum role role;
	void (*read)(struct p2p_reading *r); /* NULL: nothing to read */
};

/* Commands that are not here are stepped over, and say ROLE_CLIENT. */
static const struct command commands[] = {
	{ "version", ROLE_CLIENT, p2p_read_version },
	{ "inv", ROLE_SERVER, p2p_read_inv },
	{ "getdata", ROLE_CLIENT, p2p_read_getdata },
	{ "getblocks", ROLE_CLIENT, p2p_read_getblocks },
	{ "getheaders", ROLE_CLIENT, p2p_read_getheaders },
	{ "headers", ROLE_SERVER, p2p_read_headers },
	{ "block", ROLE_SERVER, p2p_read_block },
	{ "cmpctblock", ROLE_SERVER, p2p_read_header },
	{ "merkleblock", ROLE_SERVER, p2p_read_header },
	{ "blocktxn", ROLE_SERVER, NULL },
	{ "tx", ROLE_SERVER, NULL },
	{ "addr", ROLE_SERVER, NULL },
	{ "addrv2", ROLE_SERVER, NULL },
	{ "notfound", ROLE_SERVER, NULL },
};

static const struct command *command_of(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static bool speaks(const struct dialect_input *in)
{
	struct p2p_head head;

	return p2p_head_parse(&head, in->message->text, NULL) == PARSE_OK;
}

static void *open_reader(void)
{
	struct p2p *p = mem_new(1, sizeof(*p));

	p->client = -1;
	for (int from = 0; from < 2; from++)
		p2p_framing_init(&p->framing[from]);
	return p;
}

static void close_reader(void *reader)
{
	struct p2p *p = reader;

	for (int from = 0; from < 2; from++) {
		p2p_framing_fini(&p->framing[from]);
		p2p_asked_fini(&p->asked[from]);
	}
	free(p);
}

void p2p_tell(struct p2p_reading *r, const struct event *e)
{
	r->told = true;
	r->sink(r->context, e);
}

void p2p_fault(struct p2p_reading *r, enum dialect_fault fault)
{
	r->p2p->faults[fault]++;
}

void p2p_message(struct p2p_reading *r, const char *name, bool damaged)
{
	struct p2p *p = r->p2p;
	const int from = r->in->from;
	const struct command *command = command_of(name);
	const struct event talk = dialect_event(r->in, EVENT_TALK);

	if (p->client < 0)
		p->client =
			command && command->role == ROLE_SERVER ? !from : from;
	if (!damaged) {
		p->heard[from] = true;
		for (int end = 0; end < 2; end++)
			p2p_asked_time(&p->asked[end], r->in->message->ts);
		if (command && command->read)
			command->read(r);
	}
	if (!r->told)
		p2p_tell(r, &talk);
}

/* Nothing can be told when it is lost, only later. */
static void keep_cut(struct p2p *p, int from)
{
	struct p2p_cut *cut = &p->cut[from];
	struct message m;

	if (!p2p_framing_begun(&p->framing[from], &m, "block", p->network) ||
	    m.text.n < HEADER_SIZE)
		return;
	cut->untold = true;
	cut->where = m;
	memcpy(cut->header, m.text.p, HEADER_SIZE);
}

static void tell_cut(struct p2p *p, int from, event_sink *sink, void *context)
{
	struct p2p_cut *cut = &p->cut[from];
	const struct dialect_input in = { .from = from,
					  .message = &cut->where };
	struct p2p_reading r = {
		.p2p = p, .in = &in, .sink = sink, .context = context
	};

	if (!cut->untold)
		return;
	cut->untold = false;
	cut->where.text = (struct span){ cut->header, HEADER_SIZE };
	if (p->client < 0)
		p->client = !from;
	p2p_read_cut(&r);
}

static void read_piece(void *reader, const struct dialect_input *in,
		       event_sink *sink, void *context)
{
	struct p2p *p = reader;

	for (int from = 0; from < 2; from++)
		tell_cut(p, from, sink, context);
	p2p_framing_feed(p, in, sink, context);
}

static void end(void *reader, int from, event_sink *sink, void *context)
{
	struct p2p *p = reader;

	keep_cut(p, from);
	p2p_framing_gap(&p->framing[from]);
	tell_cut(p, from, sink, context);
}

static void lose(void *reader, int from)
{
	struct p2p *p = reader;

	keep_cut(p, from);
	p2p_framing_gap(&p->framing[from]);
	p2p_asked_doubt(&p->asked[from]);
}

static uint64_t count_held(const void *reader)
{
	const struct p2p *p = reader;

	return p->framing[0].wait.n + p->framing[1].wait.n;
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct p2p *p = reader;

	out->name = p->network ? p->network->name : "bitcoin-p2p";
	out->client = p->client;
	memcpy(out->faults, p->faults, sizeof(out->faults));
	out->unmatched = 0;
	out->other_calls = 0;
}

const struct dialect p2p_dialect = {
	.name = "p2p",
	.carrier = DIALECT_BYTES,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_piece,
	.lost = lose,
	.end = end,
	.held = count_held,
	.state = tell_state,
};
