#include "analysis/identity.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/job_coinbase.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"
#include "coin/tx.h"
#include "watchlist/pools.h"

#define WORKER_MAX (1u << 20)

struct looking {
	struct identity *out;
	struct job_coinbase coinbase;
	struct map *payouts; /* address -> its place in out->payout, plus 1 */
	bool fixed;          /* the network was given */
	bool easier;         /* some job demands less than the network */
	enum fact_algorithm algorithm;
	/* The format of addresses, when the chain is not known: NULL where
	 * even the coin's family is not. */
	const struct network *format;
	struct buf credited; /* the first worker with an accepted share */
	bool several_credited;
};

/* Outputs are told apart by their scripts. Several of one job that pay the same
 * one are one payout. */
static void keep_payout(struct looking *l, const struct identity_payout *p,
			struct span script)
{
	struct identity *out = l->out;
	uint64_t *place = map_put(l->payouts, script, NULL);
	struct identity_payout *kept;

	if (!place)
		return;
	if (*place == 0) {
		out->payout = mem_resize(out->payout, out->num_payouts + 1u,
					 sizeof(out->payout[0]));
		*place = ++out->num_payouts;
		out->payout[*place - 1].job = 0;
	}
	kept = &out->payout[*place - 1];
	if (kept->job == p->job) {
		kept->sat += p->sat;
		kept->portion += p->portion;
	} else {
		*kept = *p;
	}
}

static void read_outputs(struct looking *l, const struct tx_coinbase *tx)
{
	struct identity *out = l->out;
	const struct network *net = out->network ? out->network : l->format;
	uint64_t reward = 0;

	for (uint32_t i = 0; i < tx->num_outputs; i++)
		reward += tx->output[i].sat;
	out->reward = reward;
	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		const struct span script = tx->output[i].script;
		struct identity_payout p = { .sat = tx->output[i].sat,
					     .job = out->jobs };

		p.kind = address_of_script(p.address, script,
					   net ? net : network_named("main"));
		if (!net)
			p.address[0] = '\0';
		if (p.sat == 0 || p.kind == ADDRESS_NULL_DATA)
			continue;
		p.portion = reward ? (double)p.sat / (double)reward : 0;
		if (script.n <= sizeof(p.script)) {
			p.script_n = script.n;
			memcpy(p.script, script.p, script.n);
		}
		keep_payout(l, &p, script);
		if (!out->pool && p.address[0]) {
			out->pool = pools_by_address(p.address);
			if (out->pool)
				out->pool_source = "payout address";
		}
	}
}

static void keep_tag(struct identity *out, struct span script)
{
	size_t best = 0, best_at = 0, n = 0;

	/* The longest run of printable characters is what people would read. */
	for (size_t i = 0; i <= script.n; i++) {
		if (i < script.n && script.p[i] >= 0x20 && script.p[i] < 0x7f) {
			n++;
			continue;
		}
		if (n > best) {
			best = n;
			best_at = i - n;
		}
		n = 0;
	}
	if (best < 4 || best >= sizeof(out->tag))
		return;
	memcpy(out->tag, script.p + best_at, best);
	out->tag[best] = '\0';
}

/* Merged mining: fabe6d6d | root (32) | le32 slots of the tree | le32 nonce in
 * the coinbase's script (Bitcoin wiki, "Merged mining specification"). */
static void find_merged(struct identity *out, struct span script)
{
	static const uint8_t magic[4] = { 0xfa, 0xbe, 0x6d, 0x6d };
	const uint8_t *at = memmem(script.p, script.n, magic, sizeof(magic));
	uint32_t slots;

	if (!at)
		return;
	struct cur c = cur_over(
		(struct span){ at, script.n - (size_t)(at - script.p) });

	cur_take(&c, sizeof(magic) + 32);
	slots = cur_le32(&c);
	cur_le32(&c);
	if (cur_ok(&c) && slots > 0 && (slots & (slots - 1)) == 0 &&
	    slots <= UINT32_C(1) << 30)
		out->merged_chains = slots;
}

static void keep_height(struct identity *out, uint32_t height)
{
	if (height == 0)
		return;
	if (!out->height_first)
		out->height_first = height;
	out->height_last = height;
}

/* Gives the block's height; 0: not known. */
static uint32_t read_script(struct identity *out, const struct fact_job *f,
			    struct span script)
{
	uint32_t height;
	const char *pool = pools_by_tag(script);

	keep_tag(out, script);
	find_merged(out, script);
	if (pool) {
		out->pool = pool;
		out->pool_source = "coinbase tag";
	}
	if (f->version < 2 || !tx_height(&height, script))
		return 0;
	keep_height(out, height);
	return height;
}

/* The rules are those of SHA-256d: of scrypt they say nothing, and where the
 * algorithm is not known a target above mainnet's limit may be another coin's
 * everyday one. What a job does not settle an earlier one may have. */
static void find_network(struct looking *l, const struct fact_job *f,
			 uint32_t height)
{
	const struct network *found;
	bool not_btc;

	if (l->fixed || l->algorithm == FACT_SCRYPT)
		return;
	found = network_of_job(&not_btc, f->nbits, height, f->version);
	if (found && !found->coin && l->algorithm != FACT_SHA256D)
		return;
	if (found || not_btc) {
		l->out->network = found;
		l->out->not_btc = not_btc;
	}
}

/* A pool demands less of a share than the network does of a block. */
static bool is_easier(const struct fact_job *f, const struct target *network)
{
	if (f->target.n != 32)
		return f->difficulty.n > 0;
	const struct target t = target_of_hash(f->target.p);

	return target_compare(&t, network) > 0;
}

/* Other kinds of work than Bitcoin's have no coinbase and no rules of its. */
static bool on_other_job(struct looking *l, const struct fact_job *f)
{
	keep_height(l->out, f->height);
	if (f->variant.n > 0 && f->variant.n < sizeof(l->out->variant)) {
		memcpy(l->out->variant, f->variant.p, f->variant.n);
		l->out->variant[f->variant.n] = '\0';
	}
	l->easier = true;
	return true;
}

static bool on_job(void *context, const struct fact_job *f)
{
	struct looking *l = context;
	struct identity *out = l->out;
	struct tx_coinbase tx;
	struct target t;

	out->jobs++;
	if (f->algorithm != FACT_NO_ALGORITHM)
		return on_other_job(l, f);
	out->nbits = f->nbits;
	if (target_from_nbits(&t, f->nbits)) {
		out->network_difficulty = target_difficulty(&t, TARGET_SHA256D);
		l->easier = l->easier || is_easier(f, &t);
	}
	if (f->coinbase1.n == 0) {
		keep_height(out, f->height);
		find_network(l, f, f->height);
		return true;
	}
	const bool whole = job_coinbase_read(&tx, &l->coinbase, f);

	find_network(l, f, whole ? read_script(out, f, tx.script) : 0);
	if (whole)
		read_outputs(l, &tx);
	return true;
}

/* A pool credits the shares of one connection to several names: behind it are
 * several miners. A name that was refused says nothing. */
static void credit(struct looking *l, struct span worker)
{
	const struct span first = buf_span(&l->credited);

	if (worker.n == 0)
		return;
	if (first.n == 0)
		buf_add(&l->credited, worker.p, worker.n);
	else if (first.n != worker.n ||
		 memcmp(first.p, worker.p, worker.n) != 0)
		l->several_credited = true;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct looking *l = context;

	if (f->has_job && f->job_position == f->position + FACT_SHOWN)
		l->out->jobs_shown++;
	if (f->proof == FACT_MALFORMED || f->proof == FACT_UNSUPPORTED)
		return true;
	if (!l->coinbase.has_extranonce2)
		l->coinbase.extranonce2_n = f->extranonce2.n;
	l->coinbase.has_extranonce2 = true;
	if (f->verdict == FACT_ACCEPTED)
		credit(l, f->worker);
	return true;
}

/* "1Abc... .rig1": an address before the first separator. */
static bool on_worker(void *context, struct span name)
{
	struct looking *l = context;
	const struct network *net;
	uint8_t script[42];
	size_t n, end = 0;

	while (end < name.n && name.p[end] != '.' && name.p[end] != '_' &&
	       name.p[end] != '/' && name.p[end] != '+')
		end++;
	const struct span head = { name.p, end };

	if (!l->out->account[0] && end < ADDRESS_TEXT &&
	    address_parse(&net, script, &n, head)) {
		memcpy(l->out->account, head.p, head.n);
		l->out->account[head.n] = '\0';
	}
	return true;
}

static const char *by_name(const char *name)
{
	return name ? pools_by_host((struct span){ (const uint8_t *)name,
						   strlen(name) })
		    : NULL;
}

static void find_pool_by_name(struct identity *out, const char *name,
			      const char *source)
{
	if (out->pool)
		return;
	out->pool = by_name(name);
	out->pool_source = out->pool ? source : NULL;
}

/* The server's name or address on the list of hosts, or NULL. */
static const char *listed(const struct fact_session *session)
{
	const char *found = by_name(session->host);

	if (!found)
		found = by_name(session->server_name);
	if (found || !session->server_ip)
		return found;
	return pools_by_endpoint(session->server_ip, session->server_port);
}

static bool speaks(const struct fact_session *s, const char *dialect)
{
	return s->dialect && strstr(s->dialect, dialect) != NULL;
}

/* "bitcoin-p2p", "bitcoin-p2p-regtest": the magic of their messages says it. */
static const struct network *network_of_p2p(const char *dialect)
{
	static const char prefix[] = "bitcoin-p2p";
	const size_t n = sizeof(prefix) - 1;

	if (strncmp(dialect, prefix, n) != 0)
		return NULL;
	return network_named(dialect[n] == '-' ? dialect + n + 1 : "main");
}

/* Whoever hands out jobs is a pool, unless all it demands is what the network
 * does: then it may be a node. What a block would need does not show in
 * Ethash's work, which nodes hand out as pools do, nor where work of getwork
 * was not seen. */
static const char *server_role(const struct looking *l,
			       const struct fact_session *session)
{
	const struct identity *out = l->out;
	const bool by_getwork = speaks(session, "getwork");

	if (out->jobs == 0 || speaks(session, "eth-getwork") ||
	    (by_getwork && out->jobs == out->jobs_shown))
		return NULL;
	if (speaks(session, "monero-daemon"))
		return "node";
	if (by_getwork || speaks(session, "getblocktemplate"))
		return l->easier ? "pool" : "node";
	return "pool";
}

/* Whoever only asks for templates polls. */
static void find_roles(struct identity *out, const struct looking *l,
		       const struct fact_session *session)
{
	if (speaks(session, "p2p")) {
		if (!out->network)
			out->network = network_of_p2p(session->dialect);
		out->client_role = out->server_role = "node";
		return;
	}
	out->server_role = server_role(l, session);
	if (l->coinbase.has_extranonce2)
		out->client_role = l->several_credited ? "proxy" : "miner";
	else if (speaks(session, "getblocktemplate") &&
		 session->other_calls > 0)
		out->client_role = "poller";
}

static enum status read_all(struct looking *l, struct store *store,
			    const char *const *ids, size_t n)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = store_shares(store, ids[i], on_share, l);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = store_jobs(store, ids[i], on_job, l);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = store_workers(store, ids[i], on_worker, l);
	return st;
}

enum status identity_of_connections(struct identity *out, struct store *store,
				    const struct fact_session *session,
				    const char *const *ids, size_t n,
				    const struct network *override)
{
	struct looking l = { .out = out,
			     .fixed = override != NULL,
			     .algorithm = session->algorithm };
	enum status st;

	/* A script that pays in a SHA-256d coin reads as Bitcoin's address of
	 * it, which BCH and others share; other coins have prefixes of their
	 * own. */
	if (session->algorithm == FACT_SHA256D)
		l.format = network_named("main");
	*out = (struct identity){ .network = override };
	l.payouts = map_new(IDENTITY_PAYOUTS_MAX, 0);
	job_coinbase_init(&l.coinbase);
	buf_init(&l.credited, WORKER_MAX);
	st = read_all(&l, store, ids, n);
	if (out->jobs_shown > out->jobs) /* in a stranger's case */
		out->jobs_shown = out->jobs;
	find_pool_by_name(out, session->host, "host");
	find_pool_by_name(out, session->server_name, "DNS");
	out->listed = listed(session);
	find_roles(out, &l, session);
	job_coinbase_fini(&l.coinbase);
	buf_fini(&l.credited);
	map_free(l.payouts);
	return st;
}

enum status identity_of_session(struct identity *out, struct store *store,
				const struct fact_session *session,
				const struct network *override)
{
	const char *id = session->id;

	return identity_of_connections(out, store, session, &id, 1, override);
}

void identity_fini(struct identity *i)
{
	free(i->payout);
	i->payout = NULL;
	i->num_payouts = 0;
}
