#include "evidence/store_kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define KEPT_MAX (1u << 28)
#define SEED     0x6b657074
#define HASH     32 /* bytes, where there is one */
#define AHEAD    4  /* shares that the processor may fetch meanwhile */

/* Bytes that many shares have alike, each once: by number. */
struct once {
	struct map *number;
	struct span *text;
	size_t n;
	uint32_t last[2]; /* those given last: mostly the next one's, too */
};

struct kept {
	int64_t time;
	uint64_t frame;
	double difficulty;
	uint64_t bytes; /* where its own begin: hash, header, the others */
	uint32_t session, input, position, job_position;
	uint32_t ntime, nonce, version_bits, version_mask;
	uint32_t worker, job_id, target, reason;
	uint32_t extranonce2_n;
	uint8_t header_n;
	uint8_t proof : 4, algorithm : 4;
	uint8_t verdict : 2, witness : 3, has_job : 1, has_version_bits : 1,
		rounding : 1;
	uint8_t at_once : 1, duplicate : 1, by_server : 1, alone : 1,
		has_hash : 1;
};

struct store_kept {
	struct kept *share; /* as they came; then by session, time, position */
	size_t n, room;
	uint32_t *
		by_time; /* their indices by time, position, session; or NULL */
	struct once sessions, names, words, targets, inputs;
	size_t *first; /* share of each session, and one more: the end */
	uint8_t *bytes;
	size_t num_bytes, room_bytes;
};

static struct once once_new(void)
{
	return (struct once){ .number = map_new(KEPT_MAX, SEED) };
}

static void once_free(struct once *o)
{
	for (size_t i = 0; i < o->n; i++)
		free((void *)(uintptr_t)o->text[i].p);
	free(o->text);
	map_free(o->number);
}

static bool is_number(const struct once *o, uint32_t number, struct span s)
{
	return number < o->n && o->text[number].n == s.n &&
	       memcmp(o->text[number].p, s.p, s.n) == 0;
}

/* field: which of two kinds of text that are kept together. */
static uint32_t once_put(struct once *o, int field, struct span s)
{
	bool fresh;

	if (is_number(o, o->last[field], s))
		return o->last[field];
	uint64_t *place = map_put(o->number, s, &fresh);

	if (!fresh)
		return o->last[field] = (uint32_t)*place;
	if ((o->n & (o->n - 1)) == 0)
		o->text = mem_resize(o->text, o->n ? o->n * 2 : 1,
				     sizeof(o->text[0]));
	o->text[o->n] =
		(struct span){ (const uint8_t *)mem_text(s.p, s.n), s.n };
	*place = o->n;
	return o->last[field] = (uint32_t)o->n++;
}

struct store_kept *store_kept_new(void)
{
	struct store_kept *k = mem_new(1, sizeof(*k));

	k->sessions = once_new();
	k->names = once_new();
	k->words = once_new();
	k->targets = once_new();
	k->inputs = once_new();
	return k;
}

void store_kept_free(struct store_kept *k)
{
	once_free(&k->sessions);
	once_free(&k->names);
	once_free(&k->words);
	once_free(&k->targets);
	once_free(&k->inputs);
	free(k->share);
	free(k->by_time);
	free(k->first);
	free(k->bytes);
	free(k);
}

static void put_bytes(struct store_kept *k, struct span s)
{
	if (k->num_bytes + s.n > k->room_bytes) {
		k->room_bytes = k->room_bytes + k->room_bytes / 4 + s.n + 65536;
		k->bytes = mem_resize(k->bytes, k->room_bytes, 1);
	}
	if (s.n)
		memcpy(k->bytes + k->num_bytes, s.p, s.n);
	k->num_bytes += s.n;
}

static struct span of_text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct span of_row(const int64_t *row)
{
	return (struct span){ (const uint8_t *)row, sizeof(*row) };
}

void store_kept_add(struct store_kept *k, const struct fact_share *f)
{
	if (k->n == k->room) {
		/* By a quarter: a million of them must not take twice. */
		k->room = k->room < 1024 ? 1024 : k->room + k->room / 4;
		k->share = mem_resize(k->share, k->room, sizeof(k->share[0]));
	}
	k->share[k->n++] = (struct kept){
		.time = f->time.ns,
		.frame = f->frame,
		.difficulty = f->difficulty,
		.bytes = k->num_bytes,
		.session = once_put(&k->sessions, 0, of_text(f->session)),
		.input = once_put(&k->inputs, 0, of_row(&f->input)),
		.position = f->position,
		.job_position = f->job_position,
		.ntime = f->ntime,
		.nonce = f->nonce,
		.version_bits = f->version_bits,
		.version_mask = f->version_mask,
		.worker = once_put(&k->names, 0, f->worker),
		.job_id = once_put(&k->words, 0, f->job_id),
		.target = once_put(&k->targets, 0, f->target),
		.reason = once_put(&k->words, 1, f->reason),
		.extranonce2_n = (uint32_t)f->extranonce2.n,
		.header_n = (uint8_t)f->header.n,
		.proof = f->proof & 15,
		.algorithm = f->algorithm & 15,
		.verdict = f->verdict & 3,
		.witness = f->witness & 7,
		.has_job = f->has_job,
		.has_version_bits = f->has_version_bits,
		.rounding = f->rounding,
		.at_once = f->at_once,
		.duplicate = f->duplicate,
		.by_server = f->by_server,
		.has_hash = f->hash.n == HASH,
	};
	put_bytes(k, f->hash);
	put_bytes(k, f->header);
	put_bytes(k, f->extranonce2);
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_by_time(const void *a, const void *b, void *context)
{
	const struct store_kept *k = context;
	const struct kept *x = &k->share[*(const uint32_t *)a];
	const struct kept *y = &k->share[*(const uint32_t *)b];

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->position != y->position)
		return by_number(x->position, y->position);
	return strcmp((const char *)k->sessions.text[x->session].p,
		      (const char *)k->sessions.text[y->session].p);
}

/* Mostly they are in order already. */
static void sort_by_time(struct store_kept *k, uint32_t *index, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (compare_by_time(&index[i - 1], &index[i], k) <= 0)
			continue;
		qsort_r(index, n, sizeof(index[0]), compare_by_time, k);
		return;
	}
}

/* Moves the share at from[i] to i, for all i; from[i] becomes i. */
static void move_all(struct kept *share, uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct kept first = share[i];
		uint32_t at = (uint32_t)i;

		while (from[at] != i) {
			const uint32_t next = from[at];

			share[at] = share[next];
			from[at] = at;
			at = next;
		}
		share[at] = first;
		from[at] = at;
	}
}

/* Counts first, then puts each behind the last one of its session. */
static void sort_by_session(struct store_kept *k)
{
	uint32_t *from = mem_new(k->n + 1, sizeof(from[0]));
	size_t *end = mem_new(k->sessions.n + 1, sizeof(end[0]));

	k->first = mem_new(k->sessions.n + 1, sizeof(k->first[0]));
	for (size_t i = 0; i < k->n; i++)
		k->first[k->share[i].session + 1]++;
	for (size_t i = 0; i < k->sessions.n; i++) {
		k->first[i + 1] += k->first[i];
		end[i] = k->first[i];
	}
	for (size_t i = 0; i < k->n; i++)
		from[end[k->share[i].session]++] = (uint32_t)i;
	for (size_t i = 0; i < k->sessions.n; i++)
		sort_by_time(k, from + k->first[i],
			     k->first[i + 1] - k->first[i]);
	move_all(k->share, from, k->n);
	free(end);
	free(from);
}

/* A table of the first share of each hash: slots of indices + 1, twice as many
 * as shares. */
static void find_alone(struct store_kept *k)
{
	size_t slots = 16;
	uint32_t *slot;

	while (slots < 2 * k->n)
		slots *= 2;
	slot = mem_new(slots, sizeof(slot[0]));
	for (size_t i = 0; i < k->n; i++) {
		struct kept *x = &k->share[i];
		const uint8_t *hash = k->bytes + x->bytes;
		size_t at;

		if (!x->has_hash)
			continue;
		at = map_hash(SEED, hash, HASH) & (slots - 1);
		while (slot[at] &&
		       memcmp(k->bytes + k->share[slot[at] - 1].bytes, hash,
			      HASH) != 0)
			at = (at + 1) & (slots - 1);
		x->alone = slot[at] == 0;
		if (slot[at])
			k->share[slot[at] - 1].alone = 0;
		else
			slot[at] = (uint32_t)i + 1;
	}
	free(slot);
}

void store_kept_end(struct store_kept *k)
{
	k->share = mem_resize(k->share, k->n, sizeof(k->share[0]));
	/* Never NULL, even where no share carries a byte: places are added. */
	k->bytes = mem_resize(k->bytes, k->num_bytes + 1, 1);
	find_alone(k);
	sort_by_session(k);
}

/* Mostly a session is asked for, not all of them. */
static const uint32_t *by_time(struct store_kept *k)
{
	if (k->by_time)
		return k->by_time;
	k->by_time = mem_new(k->n + 1, sizeof(k->by_time[0]));
	for (size_t i = 0; i < k->n; i++)
		k->by_time[i] = (uint32_t)i;
	sort_by_time(k, k->by_time, k->n);
	return k->by_time;
}

static struct span take(const struct store_kept *k, uint64_t *at, size_t n)
{
	const struct span s = { k->bytes + *at, n };

	*at += n;
	return n ? s : cur_over((struct span){ NULL, 0 }).all;
}

static void give(const struct store_kept *k, const struct kept *x,
		 struct fact_share *f)
{
	uint64_t at = x->bytes;

	*f = (struct fact_share){
		.position = x->position,
		.time = { x->time },
		.frame = x->frame,
		.worker = k->names.text[x->worker],
		.job_id = k->words.text[x->job_id],
		.has_job = x->has_job,
		.job_position = x->job_position,
		.ntime = x->ntime,
		.nonce = x->nonce,
		.has_version_bits = x->has_version_bits,
		.version_bits = x->version_bits,
		.version_mask = x->version_mask,
		.proof = (enum fact_proof)x->proof,
		.algorithm = (enum fact_algorithm)x->algorithm,
		.difficulty = x->difficulty,
		.target = k->targets.text[x->target],
		.rounding = x->rounding,
		.at_once = x->at_once,
		.verdict = (enum fact_verdict)x->verdict,
		.reason = k->words.text[x->reason],
		.duplicate = x->duplicate,
		.witness = (enum fact_witness)x->witness,
		.by_server = x->by_server,
		.alone = x->alone,
	};
	memcpy(f->session, k->sessions.text[x->session].p,
	       k->sessions.text[x->session].n);
	memcpy(&f->input, k->inputs.text[x->input].p, sizeof(f->input));
	f->hash = take(k, &at, x->has_hash ? HASH : 0);
	f->header = take(k, &at, x->header_n);
	f->extranonce2 = take(k, &at, x->extranonce2_n);
	f->solution = take(k, &at, 0);
}

/* Sessions take turns, so that the bytes of one lie apart. */
static void fetch(const struct store_kept *k, const struct kept *x)
{
	__builtin_prefetch(k->bytes + x->bytes);
	__builtin_prefetch(k->bytes + x->bytes + 64);
}

static void visit_session(const struct store_kept *k, size_t from, size_t to,
			  store_visit_share *v, void *ctx)
{
	struct fact_share f;

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < to)
			fetch(k, &k->share[i + AHEAD]);
		give(k, &k->share[i], &f);
		if (!v(ctx, &f))
			return;
	}
}

void store_kept_visit(struct store_kept *k, const char *session,
		      store_visit_share *v, void *ctx)
{
	struct fact_share f;

	if (session) {
		const uint64_t *number =
			map_find(k->sessions.number, of_text(session));

		if (number)
			visit_session(k, k->first[*number],
				      k->first[*number + 1], v, ctx);
		return;
	}
	const uint32_t *index = by_time(k);

	for (size_t i = 0; i < k->n; i++) {
		give(k, &k->share[index[i]], &f);
		if (!v(ctx, &f))
			return;
	}
}
