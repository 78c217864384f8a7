#include "analysis/worth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/job_coinbase.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"

#define JOBS_MAX   (1u << 24)
#define CHAINS     8
#define SAT        1e8
#define SAT_MAX    UINT64_C(2100000000000000) /* all coins there will be */
#define HEIGHT_MAX 0x7fffffffu

/* Over the jobs in a bin. A template has no outputs yet: its subsidy counts
 * only where no job shows more. */
struct sum {
	double inverse, by_outputs, by_subsidy;
	uint64_t n, num_outputs, num_subsidy;
};

struct chain {
	const struct network *network; /* NULL: free */
	struct sum *sum;
	struct worth_bin *bin; /* made of them; NULL: not yet */
	uint64_t jobs;
	struct worth_job last; /* its reward: of the last that shows one */
	struct ts last_time, reward_time;
};

struct worth {
	struct ts from;
	double bin_seconds;
	size_t n;
	struct chain chain[CHAINS];
	/* Of the connection read last. */
	struct chain *now; /* NULL: its chain has no coins */
	uint32_t height;   /* what its finding tells, or 0 */
	struct map *jobs;  /* position -> index in `job` + 1 */
	struct worth_job *job;
	size_t num_jobs, room_jobs;
	struct job_coinbase coinbase;
};

struct worth *worth_new(struct ts from, double bin_seconds, size_t n)
{
	struct worth *w = mem_new(1, sizeof(*w));

	w->from = from;
	w->bin_seconds = n > 0 ? bin_seconds : INFINITY;
	w->n = n > 0 ? n : 1;
	job_coinbase_init(&w->coinbase);
	return w;
}

void worth_free(struct worth *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < CHAINS; i++) {
		free(w->chain[i].sum);
		free(w->chain[i].bin);
	}
	job_coinbase_fini(&w->coinbase);
	map_free(w->jobs);
	free(w->job);
	free(w);
}

static bool is_named(const struct network *n, const char *name)
{
	return n && strcmp(n->name, name) == 0;
}

bool worth_has_coins(const struct network *n)
{
	return is_named(n, "main") || is_named(n, "test") ||
	       is_named(n, "signet") || is_named(n, "regtest");
}

static struct chain *chain_of(struct worth *w, const struct network *n)
{
	for (size_t i = 0; i < CHAINS && worth_has_coins(n); i++) {
		struct chain *c = &w->chain[i];

		if (!c->network) {
			c->network = n;
			c->sum = mem_new(w->n, sizeof(c->sum[0]));
		}
		if (c->network == n)
			return c;
	}
	return NULL;
}

static size_t bin_of(const struct worth *w, struct ts t)
{
	const double seconds =
		ts_known(t) && ts_known(w->from) ? ts_seconds(w->from, t) : 0;
	const double bin = floor(fmax(seconds, 0) / w->bin_seconds);

	return bin < (double)w->n ? (size_t)bin : w->n - 1;
}

/* Outputs beyond all coins are none that a block could pay. */
static double reward_of_outputs(const struct tx_coinbase *tx)
{
	uint64_t sat = 0;

	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		if (tx->output[i].sat > SAT_MAX - sat)
			return 0;
		sat += tx->output[i].sat;
	}
	return (double)sat / SAT;
}

/* Regtest halves every 150 blocks, if nobody set it otherwise. */
static double subsidy(const struct network *n, uint32_t height)
{
	if (height == 0 || height > HEIGHT_MAX || is_named(n, "regtest"))
		return 0;
	return (double)network_btc_subsidy(height) / SAT;
}

static void value(struct worth_job *out, struct worth *w,
		  const struct fact_job *f)
{
	uint32_t height = f->height > 0 ? f->height : w->height;
	struct tx_coinbase tx;

	if (job_coinbase_read(&tx, &w->coinbase, f)) {
		out->reward = reward_of_outputs(&tx);
		if (f->version >= 2)
			tx_height(&height, tx.script);
	}
	if (out->reward > 0)
		return;
	out->reward = subsidy(w->now->network, height);
	out->by_subsidy = out->reward > 0;
}

/* Outputs say more than a subsidy does, whichever comes last. */
static bool says_more(const struct chain *c, const struct worth_job *j,
		      struct ts time)
{
	const struct worth_job *known = &c->last;

	if (j->reward <= 0)
		return false;
	if (known->reward <= 0 || known->by_subsidy != j->by_subsidy)
		return known->reward <= 0 || known->by_subsidy;
	return time.ns >= c->reward_time.ns;
}

static void keep_last(struct chain *c, const struct worth_job *j,
		      struct ts time)
{
	if (says_more(c, j, time)) {
		c->last.reward = j->reward;
		c->last.by_subsidy = j->by_subsidy;
		c->reward_time = time;
	}
	if (c->jobs++ == 0 || time.ns >= c->last_time.ns) {
		c->last.difficulty = j->difficulty;
		c->last_time = time;
	}
}

static void add_to_chain(struct worth *w, const struct worth_job *j,
			 struct ts time)
{
	struct chain *c = w->now;
	struct sum *s = &c->sum[bin_of(w, time)];

	s->n++;
	s->inverse += 1 / j->difficulty;
	if (j->reward > 0 && j->by_subsidy) {
		s->num_subsidy++;
		s->by_subsidy += j->reward / j->difficulty;
	} else if (j->reward > 0) {
		s->num_outputs++;
		s->by_outputs += j->reward / j->difficulty;
	}
	keep_last(c, j, time);
}

static struct span key_of(const uint32_t *position)
{
	return (struct span){ (const uint8_t *)position, sizeof(*position) };
}

static bool on_job(void *context, const struct fact_job *f)
{
	struct worth *w = context;
	struct worth_job j = { 0 };
	struct target t;
	uint64_t *place;

	if (f->algorithm != FACT_NO_ALGORITHM ||
	    !target_from_nbits(&t, f->nbits))
		return true;
	j.difficulty = target_difficulty(&t, TARGET_SHA256D);
	value(&j, w, f);
	add_to_chain(w, &j, f->time);
	place = map_put(w->jobs, key_of(&f->position), NULL);
	if (!place)
		return true;
	if (w->num_jobs == w->room_jobs) {
		w->room_jobs = w->room_jobs ? w->room_jobs * 2 : 256;
		w->job = mem_resize(w->job, w->room_jobs, sizeof(w->job[0]));
	}
	w->job[w->num_jobs++] = j;
	*place = w->num_jobs;
	return true;
}

enum status worth_read(struct worth *w, struct store *store, const char *id,
		       const struct finding *f)
{
	w->now = chain_of(w, f->identity.network);
	w->height = f->identity.height_last;
	w->num_jobs = 0;
	map_free(w->jobs);
	w->jobs = NULL;
	if (!w->now)
		return ST_OK;
	w->jobs = map_new(JOBS_MAX, 0);
	return store_jobs(store, id, on_job, w);
}

bool worth_of_job(struct worth_job *out, const struct worth *w,
		  uint32_t position)
{
	const uint64_t *place =
		w->jobs ? map_find(w->jobs, key_of(&position)) : NULL;

	if (!place)
		return false;
	*out = w->job[*place - 1];
	return true;
}

static const struct chain *chain_known(const struct worth *w,
				       const struct network *n)
{
	for (size_t i = 0; n && i < CHAINS; i++) {
		const struct chain *c = &w->chain[i];

		if (c->network == n && c->jobs > 0)
			return c;
	}
	return NULL;
}

static void carry(struct worth_bin *bin, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (bin[i].inverse == 0)
			bin[i].inverse = bin[i - 1].inverse;
		if (bin[i].per_difficulty == 0)
			bin[i].per_difficulty = bin[i - 1].per_difficulty;
	}
	for (size_t i = n; i-- > 1;) {
		if (bin[i - 1].inverse == 0)
			bin[i - 1].inverse = bin[i].inverse;
		if (bin[i - 1].per_difficulty == 0)
			bin[i - 1].per_difficulty = bin[i].per_difficulty;
	}
}

static struct worth_bin *make_bins(const struct sum *sum, size_t n)
{
	struct worth_bin *bin = mem_new(n, sizeof(bin[0]));

	for (size_t i = 0; i < n; i++) {
		if (sum[i].n > 0)
			bin[i].inverse = sum[i].inverse / (double)sum[i].n;
		if (sum[i].num_outputs > 0)
			bin[i].per_difficulty =
				sum[i].by_outputs / (double)sum[i].num_outputs;
		else if (sum[i].num_subsidy > 0)
			bin[i].per_difficulty =
				sum[i].by_subsidy / (double)sum[i].num_subsidy;
	}
	carry(bin, n);
	return bin;
}

const struct worth_bin *worth_bins(struct worth *w, const struct network *n)
{
	for (size_t i = 0; n && i < CHAINS; i++) {
		struct chain *c = &w->chain[i];

		if (c->network != n || c->jobs == 0)
			continue;
		if (!c->bin)
			c->bin = make_bins(c->sum, w->n);
		return c->bin;
	}
	return NULL;
}

bool worth_last(struct worth_job *out, const struct worth *w,
		const struct network *n)
{
	const struct chain *c = chain_known(w, n);

	if (!c)
		return false;
	*out = c->last;
	return true;
}
