#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "base/text.h"
#include "report/report.h"

#define CARDS_MAX   24 /* more sessions than these get one line each */
#define PAYOUTS_MAX 6
#define BLOCKS_MAX  12

struct page {
	FILE *out;
	const struct report *report;
	struct buf line;
};

static const char *bold(const struct page *p)
{
	return p->report->colour ? "\033[1m" : "";
}

static const char *plain(const struct page *p)
{
	return p->report->colour ? "\033[0m" : "";
}

/* Captured text, and text from a case, which anyone may have written, made
 * safe; lives until the next call. */
static const char *safe(struct page *p, const char *text, size_t max)
{
	const struct span s = { (const uint8_t *)text, strlen(text) };

	buf_clear(&p->line);
	text_safe(&p->line, s, max);
	return buf_str(&p->line);
}

/* "10.0.0.1:3333", "[fd66::12]:3333" */
static const char *end_text(struct page *p, char out[80], const char *ip,
			    uint16_t port)
{
	snprintf(out, 80, strchr(ip, ':') ? "[%s]:%u" : "%s:%u",
		 safe(p, ip, 64), port);
	return out;
}

static void field(struct page *p, const char *name, const char *text)
{
	fprintf(p->out, "  %-11s %s\n", name, safe(p, text, 100));
}

static const char *duration(char out[48], double s)
{
	const long total = (long)(s + 0.5);

	if (s < 0 || !isfinite(s))
		snprintf(out, 48, "-");
	else if (total < 60)
		snprintf(out, 48, "%.1f s", s);
	else if (total < 3600)
		snprintf(out, 48, "%ld min %02ld s", total / 60, total % 60);
	else if (total < 48 * 3600L)
		snprintf(out, 48, "%ld h %02ld min", total / 3600,
			 total / 60 % 60);
	else
		snprintf(out, 48, "%ld d %02ld h", total / 86400,
			 total / 3600 % 24);
	return out;
}

static void rate_text(char out[160], const struct work *w, bool tell)
{
	const struct estimate *e = &w->rate;
	char low[TEXT_SI], mid[TEXT_SI], high[TEXT_SI], time[48];

	if (!tell || !e->method) {
		snprintf(out, 160, "not determined");
		return;
	}
	snprintf(out, 160,
		 "%s%s/s  (%g %%: %s%s/s to %s%s/s; %llu share%s in %s)",
		 text_si(mid, e->mid), w->tries, e->confidence * 100,
		 text_si(low, e->low), w->tries, text_si(high, e->high),
		 w->tries, (unsigned long long)w->rate_shares,
		 w->rate_shares == 1 ? "" : "s",
		 duration(time, w->rate_seconds));
}

/* What the shares of a sum are; worst news first. */
static const char *kind_of(const struct work *w)
{
	if (w->simulated)
		return "simulated";
	return w->proved || !w->claimed ? "proved" : "claimed";
}

static uint64_t count_of(const struct work *w)
{
	if (w->simulated)
		return w->simulated;
	return w->proved ? w->proved : w->claimed;
}

static void shares_line(struct page *p, const struct work *w)
{
	fprintf(p->out,
		"  %-11s %llu submitted: %llu %s (%llu unique); pool: %llu "
		"accepted, %llu rejected\n",
		"shares", (unsigned long long)w->submitted,
		(unsigned long long)count_of(w), kind_of(w),
		(unsigned long long)w->unique, (unsigned long long)w->accepted,
		(unsigned long long)w->rejected);
	for (int r = FACT_SIMULATED + 1; r < FACT_PROOFS; r++) {
		if (w->by_proof[r])
			fprintf(p->out, "  %-11s %llu: %s\n", "not proved",
				(unsigned long long)w->by_proof[r],
				fact_proof_text((enum fact_proof)r));
	}
}

static void work_line(struct page *p, const struct work *w)
{
	if (w->unique == 0)
		return;
	fprintf(p->out, "  %-11s 2^%.1f %s expected; ", "work", w->work_bits,
		strcmp(w->tries, "Sol") == 0 ? "solutions" : "hashes");
	if (w->simulated)
		fputs("simulated, nothing was hashed; ", p->out);
	else if (w->proved)
		fprintf(p->out, "chance without hashing 2^-%.0f; ",
			floor(w->chance_bits));
	else
		fputs("as claimed, not recomputed; ", p->out);
	fprintf(p->out, "difficulty %g", w->difficulty_min);
	if (w->difficulty_max != w->difficulty_min)
		fprintf(p->out, " to %g", w->difficulty_max);
	if (w->rate.method && !strcmp(w->rate.method, "unknown-target"))
		fputs(" (not announced: from the shares)", p->out);
	if (w->blocks)
		fprintf(p->out, "; blocks solved: %llu",
			(unsigned long long)w->blocks);
	fputc('\n', p->out);
}

static void payout_lines(struct page *p, const char *label,
			 const struct identity *i)
{
	for (uint32_t n = 0; n < i->num_payouts && n < PAYOUTS_MAX; n++) {
		const struct identity_payout *out = &i->payout[n];

		fprintf(p->out, "  %-11s %s%s  %llu.%08llu (%.3g %%)\n",
			n == 0 ? label : "",
			out->address[0] ? out->address
					: address_kind_text(out->kind),
			out->address[0] ? "" : ", address not determined",
			(unsigned long long)(out->sat / 100000000),
			(unsigned long long)(out->sat % 100000000),
			out->portion * 100);
	}
	if (i->num_payouts > PAYOUTS_MAX)
		fprintf(p->out, "  %-11s and %u more (--json lists them)\n", "",
			i->num_payouts - PAYOUTS_MAX);
}

static void chain_line(struct page *p, const struct identity *i)
{
	if (i->jobs == 0)
		return;
	fprintf(p->out, "  %-11s %s", "network",
		i->network
			? i->network->coin ? i->network->coin : i->network->name
		: i->not_btc ? "not Bitcoin (a coin of its format)"
			     : "not determined");
	if (i->variant[0])
		fprintf(p->out, ", %s", safe(p, i->variant, 32));
	if (i->height_last)
		fprintf(p->out, ", block height %u", i->height_first);
	if (i->height_last != i->height_first)
		fprintf(p->out, " to %u", i->height_last);
	if (i->network_difficulty > 0)
		fprintf(p->out, ", difficulty %.10g", i->network_difficulty);
	fputc('\n', p->out);
}

static void pool_line(struct page *p, const struct finding *f)
{
	const struct identity *i = &f->identity;

	if (i->pool)
		fprintf(p->out, "  %-11s %s (by its %s)\n", "pool", i->pool,
			i->pool_source);
	else if (i->tag[0])
		fprintf(p->out,
			"  %-11s not on the lists; its coinbase says "
			"\"%s\"\n",
			"pool", safe(p, i->tag, 80));
	else
		fprintf(p->out, "  %-11s not on the lists\n", "pool");
	if (f->session.host)
		field(p, "asked for", f->session.host);
	if (f->session.server_name)
		field(p, "name", f->session.server_name);
	if (i->listed)
		field(p, "listed", i->listed);
}

static void worker_lines(struct page *p, const struct finding *f)
{
	for (uint32_t w = 0; w < f->num_workers && w < 4; w++)
		field(p, w == 0 ? "worker" : "", f->worker[w]);
	if (f->num_workers > 4)
		fprintf(p->out, "  %-11s and %u more\n", "",
			f->num_workers - 4);
	if (f->identity.account[0])
		field(p, "account", f->identity.account);
	if (f->session.user_agent)
		field(p, "agent", f->session.user_agent);
	if (f->session.server_agent)
		field(p, "server", f->session.server_agent);
}

static void indication_line(struct page *p, const struct finding *f)
{
	if (f->subranges.machines > 0)
		fprintf(p->out,
			"  %-11s %u parts of the extranonce2 come in turns: as "
			"many machines behind a proxy\n",
			"indicated", f->subranges.machines);
	if (f->identity.merged_chains > 0)
		fprintf(p->out,
			"  %-11s the coinbase commits to up to %u other "
			"chain%s\n",
			"merged", f->identity.merged_chains,
			f->identity.merged_chains == 1 ? "" : "s");
}

static void loss_line(struct page *p, const struct fact_session *s)
{
	if (s->gaps)
		fprintf(p->out,
			"  %-11s %llu gaps, %llu bytes not in the capture\n",
			"lost", (unsigned long long)s->gaps,
			(unsigned long long)s->lost);
	if (s->replies_unmatched)
		fprintf(p->out,
			"  %-11s %llu answers to requests that are not in the "
			"capture\n",
			s->gaps ? "" : "lost",
			(unsigned long long)s->replies_unmatched);
	if (s->extranonce1_source == FACT_RECOVERED)
		fprintf(p->out,
			"  %-11s recovered: %llu candidates tried, 2^-%.0f "
			"false ones expected\n",
			"extranonce1", (unsigned long long)s->search_tried,
			floor(s->search_bits));
	else if (s->extranonce1_source == FACT_UNKNOWN && s->search_tried > 0)
		fprintf(p->out, "  %-11s not found: %llu candidates tried\n",
			"extranonce1", (unsigned long long)s->search_tried);
}

static const char *standing(const struct finding *f)
{
	const char *text = finding_standing(f);

	if (f->kind == FINDING_NODE)
		return "nodes of a network, not mining";
	if (strcmp(text, "contact") == 0)
		return "contacted, no share";
	if (strcmp(text, "listed") == 0)
		return "listed (a name on the list of pool hosts), nothing "
		       "read";
	if (strcmp(text, "behaved") == 0)
		return "behaved (by the shape of its traffic), nothing read";
	return text;
}

static void heading(struct page *p, const struct finding *f)
{
	const struct fact_session *s = &f->session;
	char first[TS_TEXT], time[48], from[80], to[80];

	fprintf(p->out, "\n%s%s -> %s%s", bold(p),
		end_text(p, from, s->client_ip, s->client_port),
		end_text(p, to, s->server_ip, s->server_port), plain(p));
	fprintf(p->out, "  %s",
		s->dialect ? safe(p, s->dialect, 40)
			   : "dialect not determined");
	if (s->carrier && strcmp(s->carrier, "lines") != 0 &&
	    strcmp(s->carrier, "frames") != 0 &&
	    (!s->dialect || strcmp(s->carrier, s->dialect) != 0))
		fprintf(p->out, " (%s)", safe(p, s->carrier, 40));
	fprintf(p->out, "  %s%s%s\n", bold(p), standing(f), plain(p));
	if (ts_known(s->first))
		fprintf(p->out, "  %-11s %s, for %s\n", "since",
			ts_text(s->first, first),
			duration(time, ts_seconds(s->first, s->last)));
	else
		field(p, "since", "not determined: its packets have no times");
	if (f->num_connections > 1)
		fprintf(p->out, "  %-11s %zu, of which this is the first\n",
			"connections", f->num_connections);
}

static void reported_line(struct page *p, const struct fact_session *s)
{
	char rate[TEXT_SI];

	if (s->reported_rate > 0)
		fprintf(p->out, "  %-11s %sH/s, the miner's own word\n",
			"reported", text_si(rate, s->reported_rate));
}

/* A miner at a pool goes without saying. */
static void role_line(struct page *p, const struct finding *f)
{
	const char *client = f->identity.client_role;
	const char *server = f->identity.server_role;

	if (f->kind == FINDING_NODE)
		return;
	if ((client && strcmp(client, "miner") != 0) ||
	    (server && strcmp(server, "pool") != 0))
		fprintf(p->out, "  %-11s %s at a %s\n", "roles",
			client ? client : "client", server ? server : "server");
}

static void tls_line(struct page *p, const struct fact_session *s)
{
	if (!s->ja3 && !s->tls_version)
		return;
	fprintf(p->out, "  %-11s", "tls");
	if (s->tls_version)
		fprintf(p->out, " %s", safe(p, s->tls_version, 8));
	if (s->tls_alpn)
		fprintf(p->out, ", ALPN %s", safe(p, s->tls_alpn, 60));
	if (s->ja4)
		fprintf(p->out, ", JA4 %s", safe(p, s->ja4, 40));
	if (s->ja3)
		fprintf(p->out, ", JA3 %s", safe(p, s->ja3, 40));
	fputc('\n', p->out);
	if (s->tls_names)
		field(p, "certificate", s->tls_names);
}

static void card(struct page *p, const struct finding *f)
{
	char rate[160];

	heading(p, f);
	worker_lines(p, f);
	switch (f->kind) {
	case FINDING_SESSION:
		shares_line(p, &f->work);
		work_line(p, &f->work);
		rate_text(rate, &f->work, true);
		field(p, "hash rate", rate);
		reported_line(p, &f->session);
		break;
	case FINDING_CONTACT:
		break;
	case FINDING_NODE:
		fprintf(p->out, "  %-11s %llu seen, %llu proved\n", "blocks",
			(unsigned long long)f->work.submitted,
			(unsigned long long)f->work.proved);
		break;
	}
	role_line(p, f);
	chain_line(p, &f->identity);
	if (f->kind != FINDING_NODE)
		pool_line(p, f);
	tls_line(p, &f->session);
	indication_line(p, f);
	/* What nodes hand on pays miners, not them. */
	payout_lines(p, f->kind == FINDING_NODE ? "blocks pay" : "paid to",
		     &f->identity);
	loss_line(p, &f->session);
}

static void row(struct page *p, const struct finding *f)
{
	const struct fact_session *s = &f->session;
	char from[80], to[80], pool[64], rate[TEXT_SI] = "-";

	end_text(p, from, s->client_ip, s->client_port);
	end_text(p, to, s->server_ip, s->server_port);
	if (f->work.rate.method)
		text_si(rate, f->work.rate.mid);
	snprintf(pool, sizeof(pool), "%s",
		 f->identity.pool  ? f->identity.pool
		 : f->session.host ? safe(p, f->session.host, 40)
				   : "-");
	fprintf(p->out, "%-24s %-24s %-9s %7llu %7llu  %10s%-5s  %-24s %s\n",
		from, to, finding_standing(f),
		(unsigned long long)f->work.submitted,
		(unsigned long long)f->work.unique, rate,
		f->work.rate.method ? f->work.tries : "", pool,
		f->num_workers ? safe(p, f->worker[0], 40) : "-");
}

/* Blocks whose announcer may have made them; the others are relayed by all. */
struct block_lines {
	struct page *page;
	size_t n;
};

static bool on_block(void *context, const struct fact_block *f)
{
	struct block_lines *l = context;
	FILE *out = l->page->out;
	char hash[65], first[TS_TEXT];

	if (!f->indicated || !f->announcer_ip)
		return true;
	if (l->n == 0)
		fputs("\nblocks that a node told of before anyone captured "
		      "told "
		      "it: made there, or heard where nothing was captured\n",
		      out);
	if (l->n++ < BLOCKS_MAX)
		fprintf(out,
			"  %s  %s  by %s (%u of its connections captured)\n",
			ts_text(f->first, first),
			hex_text_reversed(hash, f->hash, 32),
			safe(l->page, f->announcer_ip, 64), f->connections);
	return true;
}

static enum status block_lines(struct page *p)
{
	struct block_lines l = { .page = p };
	const enum status st = store_blocks(p->report->store, on_block, &l);

	if (l.n > BLOCKS_MAX)
		fprintf(p->out, "  and %zu more (--json lists them)\n",
			l.n - BLOCKS_MAX);
	return st;
}

static void group_lines(struct page *p, const char *title,
			const struct finding_groups *groups)
{
	bool any = false;

	for (size_t i = 0; i < groups->n; i++) {
		const struct finding_group *g = &groups->group[i];
		char rate[160];

		/* A group of one says what its session says. */
		if (g->num_members < 2)
			continue;
		if (!any)
			fprintf(p->out, "\n%s\n", title);
		any = true;
		rate_text(rate, &g->work, !g->scattered);
		fprintf(p->out, "  %s  %zu sessions, %llu %s shares\n",
			safe(p, g->name, 60), g->num_members,
			(unsigned long long)g->work.unique, kind_of(&g->work));
		fprintf(p->out, "    hash rate %s\n", rate);
	}
}

/* "title: 2 this; 3 that": what there is none of is left out. */
struct counts_line {
	const char *title; /* NULL: told */
	FILE *out;
};

static void count(struct counts_line *l, uint64_t n, const char *what)
{
	if (n == 0)
		return;
	fprintf(l->out, "%s%s %llu %s", l->title ? l->title : ";",
		l->title ? ":" : "", (unsigned long long)n, what);
	l->title = NULL;
}

static void losses(struct page *p, const struct scan_counts *n)
{
	struct counts_line l = { "incomplete", p->out };
	uint64_t skipped = 0;

	for (int r = DECODE_SHORT; r < DECODE_RESULTS; r++)
		skipped += n->decoded[r];
	count(&l, n->gaps, "gaps in mining sessions");
	count(&l, n->lost, "bytes lost in them");
	count(&l, n->snapped, "packets cut short");
	count(&l, skipped, "packets not decoded");
	count(&l, n->conflicts, "bytes that came again with other values");
	if (!l.title)
		fputc('\n', p->out);
	if (n->flows_dropped || n->conversations_dropped ||
	    n->fragments_dropped || n->jobs_dropped)
		fprintf(p->out,
			"dropped for lack of room: %llu flows, %llu "
			"conversations, %llu fragments, %llu jobs\n",
			(unsigned long long)n->flows_dropped,
			(unsigned long long)n->conversations_dropped,
			(unsigned long long)n->fragments_dropped,
			(unsigned long long)n->jobs_dropped);
}

static void reading(struct page *p)
{
	const struct scan_counts *n = p->report->counts;
	char first[TS_TEXT], last[TS_TEXT], bytes[TEXT_SI];

	fprintf(p->out, "\n%llu packets, %sB on the wire, %llu flow%s",
		(unsigned long long)n->packets,
		text_si(bytes, (double)n->bytes), (unsigned long long)n->flows,
		n->flows == 1 ? "" : "s");
	if (ts_known(n->first))
		fprintf(p->out, ", %s to %s", ts_text(n->first, first),
			ts_text(n->last, last));
	fputc('\n', p->out);
	losses(p, n);
}

enum status report_table(FILE *out, const struct report *r)
{
	struct page p = { .out = out, .report = r };
	const struct findings *f = r->findings;
	size_t kinds[FINDING_NODE + 1] = { 0 };
	bool simulated = false;
	enum status st;

	buf_init(&p.line, 1u << 16);
	for (size_t i = 0; i < f->n; i++) {
		kinds[f->finding[i].kind]++;
		simulated = simulated || f->finding[i].work.simulated > 0;
	}
	if (simulated)
		fprintf(out,
			"%sSIMULATED: rows that a generator made up are among "
			"these; of them nothing was observed.%s\n",
			bold(&p), plain(&p));
	fprintf(out, "%s%zu mining session%s, %zu contact%s without a share",
		bold(&p), kinds[FINDING_SESSION],
		kinds[FINDING_SESSION] == 1 ? "" : "s", kinds[FINDING_CONTACT],
		kinds[FINDING_CONTACT] == 1 ? "" : "s");
	if (kinds[FINDING_NODE])
		fprintf(out, ", %zu conversation%s of nodes",
			kinds[FINDING_NODE],
			kinds[FINDING_NODE] == 1 ? "" : "s");
	fprintf(out, "%s\n", plain(&p));
	if (f->n > CARDS_MAX)
		fprintf(out,
			"\n%-24s %-24s %-9s %7s %7s  %10s       %-24s %s\n",
			"miner", "server", "grade", "shares", "proved",
			"hash rate", "pool", "worker");
	for (size_t i = 0; i < f->n; i++) {
		if (f->n > CARDS_MAX)
			row(&p, &f->finding[i]);
		else
			card(&p, &f->finding[i]);
	}
	st = block_lines(&p);
	group_lines(&p, "by miner", r->miners);
	group_lines(&p, "by worker", r->workers);
	if (r->counts)
		reading(&p);
	buf_fini(&p.line);
	return fflush(out) == 0 ? st : ST_IO;
}
