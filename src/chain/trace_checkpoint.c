#include "chain/trace_checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "chain/script_set.h"
#include "hash/digest.h"

#define DIGEST    32
#define PATH_ROOM 4096
#define PORTION   20 /* of the time, that writing may take */
#define OP_RETURN 0x6a

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void digest_of(uint8_t out[DIGEST], const void *p, size_t n)
{
	struct digest_sha256 *d = digest_sha256_new();

	digest_sha256_add(d, p, n);
	digest_sha256_end(d, out);
}

static int compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST);
}

/* Of everything that was asked for, in whatever order. */
static void digest_sources(uint8_t out[DIGEST], const struct trace_options *o)
{
	const size_t scripts = o->scripts ? script_set_count(o->scripts) : 0;
	const size_t all = scripts + o->num_outpoints;
	uint8_t *list = mem_new(all + 1, DIGEST);

	for (size_t i = 0; i < scripts; i++) {
		const struct span s = script_set_at(o->scripts, i);

		digest_of(list + i * DIGEST, s.p, s.n);
	}
	for (size_t i = 0; i < o->num_outpoints; i++) {
		/* No script begins so: the two are never taken for another. */
		uint8_t raw[DIGEST + 12] = "outpoint";
		const struct outpoint *p = &o->outpoint[i];

		memcpy(raw + 8, p->txid, DIGEST);
		for (int k = 0; k < 4; k++)
			raw[8 + DIGEST + k] = (uint8_t)(p->index >> 8 * k);
		digest_of(list + (scripts + i) * DIGEST, raw, sizeof(raw));
	}
	qsort(list, all, DIGEST, compare_digests);
	digest_of(out, list, all * DIGEST);
	free(list);
}

/* The block by which a chain is known: the last one looked at, backward that on
 * top; all below it hang on it. */
static size_t block_of(const struct trace_state *s)
{
	return (size_t)(s->flags & TRACE_STATE_BACKWARD ? s->chain_blocks
							: s->at) -
	       1;
}

static void state_of(struct trace_state *s, const struct trace *t, size_t at,
		     const struct chain *c, const struct trace_options *o)
{
	struct chain_block b;

	*s = (struct trace_state){
		.magic = chain_network(c)->magic,
		.flags = (t->backward ? TRACE_STATE_BACKWARD : 0u) |
			 (o->coinbases_only ? TRACE_STATE_COINBASES : 0u) |
			 (o->through_coinjoins ? TRACE_STATE_COINJOINS : 0u) |
			 (o->through_fees ? TRACE_STATE_FEES : 0u),
		.hops_max = o->hops_max,
		.outputs_max = o->outputs_max,
		.first_block = o->first_block,
		.chain_blocks = t->chain_blocks,
		.at = at,
	};
	digest_sources(s->sources, o);
	chain_block(&b, c, block_of(s));
	memcpy(s->hash, b.hash, sizeof(s->hash));
}

/* The option in which they differ; NULL: none. */
static const char *difference(const struct trace_state *a,
			      const struct trace_state *b)
{
	static const char *const flags[] = { "--back", "--coinbases",
					     "--through-coinjoins",
					     "--through-fees" };

	if (a->magic != b->magic)
		return "the network";
	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if ((a->flags ^ b->flags) >> i & 1)
			return flags[i];
	}
	if (a->hops_max != b->hops_max)
		return "--hops";
	if (a->outputs_max != b->outputs_max)
		return "--max-outputs";
	if (memcmp(a->sources, b->sources, sizeof(a->sources)) != 0)
		return "SOURCE";
	return a->first_block != b->first_block ? "the first block" : NULL;
}

/* Do the same scripts end it as did? What no output pays does not matter. */
static bool same_services(const struct trace *t, const struct trace_options *o)
{
	for (size_t i = 0; i < t->num_outputs; i++) {
		const struct trace_output *x = &t->output[i];
		const struct span s = trace_script(t, x);

		if (x->source || x->end == TRACE_COINBASE ||
		    x->end == TRACE_NOT_FOUND ||
		    (!t->backward && s.n > 0 && s.p[0] == OP_RETURN))
			continue;
		if ((x->end == TRACE_SERVICE) !=
		    (o->stop && o->stop(o->stop_context, s)))
			return false;
	}
	return true;
}

static enum status other_question(const char *path, const char *what,
				  struct why *why)
{
	return status_why(why, ST_BAD,
			  "%s: the checkpoint of another trace, in which %s "
			  "differs: give the same options and sources, or "
			  "another file",
			  path, what);
}

static enum status check(const struct trace_state *s, const struct trace *t,
			 bool backward, const struct chain *c,
			 const struct trace_options *options, struct why *why)
{
	const char *path = options->checkpoint->path;
	const struct trace none = { .backward = backward,
				    .chain_blocks = chain_length(c) };
	struct trace_state asked;
	struct chain_block b;

	state_of(&asked, &none, chain_length(c), c, options);
	const char *what = difference(s, &asked);

	if (!what && !same_services(t, options))
		what = "what is listed (--list, --through)";
	if (what)
		return other_question(path, what, why);
	const size_t block = block_of(s);
	bool there = block < chain_length(c);

	if (there)
		chain_block(&b, c, block);
	if (there && memcmp(b.hash, s->hash, sizeof(b.hash)) == 0)
		return ST_OK;
	return status_why(why, ST_BAD,
			  "%s: the checkpoint's block %zu is not one of this "
			  "chain: it was reorganised, or these are other "
			  "blocks; give the blocks it is of, or remove it to "
			  "begin again",
			  path, block);
}

/* ST_END: there is none. */
static enum status open_file(FILE **out, size_t *n, const char *path,
			     struct why *why)
{
	FILE *in = fopen(path, "rb");
	struct stat st;
	enum status found = ST_OK;

	if (!in && errno == ENOENT)
		return ST_END;
	if (!in || fstat(fileno(in), &st) != 0)
		found = status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		found = status_why(why, ST_BAD,
				   "%s: not a file: a checkpoint is one that "
				   "is replaced as the trace goes on",
				   path);
	else
		*n = (size_t)st.st_size;
	if (found != ST_OK && in)
		fclose(in);
	*out = in;
	return found;
}

/* What begins as one of ours does, whole, into memory. */
static enum status read_file(uint8_t **out, size_t *n, const char *path,
			     struct why *why)
{
	uint8_t head[TRACE_STATE_BEGINS];
	FILE *in;
	enum status st = open_file(&in, n, path, why);

	if (st != ST_OK)
		return st;
	const size_t got = fread(head, 1, sizeof(head), in);

	if (trace_state_begins((struct span){ head, got })) {
		*out = mem_new(*n + 1, 1);
		memcpy(*out, head, got);
		*n = got + fread(*out + got, 1, *n - got, in);
	} else {
		st = status_why(why, ST_BAD,
				"%s: not a checkpoint that this version of "
				"assay trace wrote; give another file",
				path);
	}
	if (ferror(in)) {
		st = status_why(why, ST_IO, "%s: %s", path, strerror(errno));
		free(*out);
		*out = NULL;
	}
	fclose(in);
	return st;
}

static enum status parse(struct trace_state *s, struct trace *t,
			 struct span bytes, const char *path, struct why *why)
{
	const size_t n = bytes.n > DIGEST ? bytes.n - DIGEST : 0;
	uint8_t sum[DIGEST];

	digest_of(sum, bytes.p, n);
	if (n > 0 && memcmp(sum, bytes.p + n, DIGEST) == 0 &&
	    trace_state_read(s, t, (struct span){ bytes.p, n }))
		return ST_OK;
	return status_why(why, ST_BAD,
			  "%s: the checkpoint is damaged or cut; remove it to "
			  "begin again",
			  path);
}

enum status trace_checkpoint_read(struct trace *t, size_t *at,
				  const struct chain *c,
				  const struct trace_options *options,
				  struct why *why)
{
	struct trace_checkpoint *k = options->checkpoint;
	struct trace_state s = { .at = 0 };
	const bool backward = t->backward;
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum status st = read_file(&bytes, &n, k->path, why);

	if (!bytes)
		return st;
	st = parse(&s, t, (struct span){ bytes, n }, k->path, why);
	free(bytes);
	if (st != ST_OK)
		return st;
	st = check(&s, t, backward, c, options, why);
	if (st != ST_OK) {
		trace_free(t);
		*t = (struct trace){ 0 };
		return st;
	}
	*at = (size_t)s.at;
	t->chain_blocks =
		t->backward ? (size_t)s.chain_blocks : chain_length(c);
	t->blocks = t->backward ? t->chain_blocks - *at : *at;
	k->before = t->blocks;
	k->left_out = chain_length(c) - t->chain_blocks;
	k->any = true;
	k->at = *at;
	return ST_OK;
}

struct output {
	FILE *file;
	struct digest_sha256 *digest;
};

static void put(void *context, const void *p, size_t n)
{
	const struct output *o = context;

	digest_sha256_add(o->digest, p, n);
	fwrite(p, 1, n, o->file); /* ferror() tells */
}

/* That the directory has the new name lasts once it is on the disk, too. */
static void keep_name(const char *path)
{
	char directory[PATH_ROOM];
	const char *slash = strrchr(path, '/');
	const size_t n = slash ? (size_t)(slash - path) + 1 : 1;

	memcpy(directory, slash ? path : ".", n);
	directory[n] = '\0';
	const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static enum status write_file(const struct trace_state *s,
			      const struct trace *t, const char *path,
			      struct why *why)
{
	char part[PATH_ROOM];
	struct output o = { 0 };
	uint8_t sum[DIGEST];
	bool good;

	if ((size_t)snprintf(part, sizeof(part), "%s.part", path) <
	    sizeof(part))
		o.file = fopen(part, "wb");
	else
		errno = ENAMETOOLONG;
	if (!o.file)
		return status_why(why, ST_IO,
				  "%s: the checkpoint cannot be written: %s",
				  path, strerror(errno));
	o.digest = digest_sha256_new();
	trace_state_write(s, t, put, &o);
	digest_sha256_end(o.digest, sum);
	good = fwrite(sum, 1, DIGEST, o.file) == DIGEST && !ferror(o.file) &&
	       fflush(o.file) == 0 && fsync(fileno(o.file)) == 0;
	int reason = errno;

	if (fclose(o.file) != 0 && good) {
		good = false;
		reason = errno;
	}
	if (good && rename(part, path) == 0) {
		keep_name(path);
		return ST_OK;
	}
	if (good)
		reason = errno;
	unlink(part);
	return status_why(why, ST_IO,
			  "%s: the checkpoint cannot be written: %s", path,
			  strerror(reason));
}

enum status trace_checkpoint_write(const struct trace *t, size_t at, bool last,
				   const struct chain *c,
				   const struct trace_options *options,
				   struct why *why)
{
	struct trace_checkpoint *k = options->checkpoint;
	const double begun = now();
	struct trace_state s;
	enum status st;

	if (last ? k->any && !k->failed && k->at == at : begun < k->due)
		return ST_OK;
	state_of(&s, t, at, c, options);
	st = write_file(&s, t, k->path, &k->why);
	k->failed = st != ST_OK;
	k->at = at;
	if (!k->any && st != ST_OK)
		return status_why(why, st, "%s", k->why.text);
	k->any = true;
	const double took = now() - begun;
	const double rest = took * (PORTION - 1);

	k->due = begun + took +
		 (k->seconds == 0             ? 0
		  : rest > (double)k->seconds ? rest
					      : (double)k->seconds);
	return ST_OK;
}
