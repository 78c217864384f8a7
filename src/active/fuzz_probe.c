/* What a server says, judged: however its bytes are split, the verdict, the
 * words and what is kept of them are the same; a job makes a pool and nothing
 * else does; and a target that is accepted reads the same again.
 *
 * Input: a byte for the kind and how it ends, a byte for the pieces, then what
 * the server says: 0x1e stands for our next words. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "active/probe.h"
#include "active/probe_judge.h"
#include "active/probe_say.h"
#include "base/mem.h"

#define MARK 0x1e

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	struct probe_attempt attempt;
	bool found;
};

struct input {
	enum probe_kind kind;
	enum probe_ending how;
	struct span said;
};

static void say(struct probe_judge *j, unsigned *step, enum probe_kind kind)
{
	static const struct probe_options options = { .version = "0",
						      .user = "u" };
	static const struct probe_target target = { .host = "h",
						    .port = "1",
						    .path = "/" };
	struct buf words;

	buf_init(&words, 1u << 16);
	if (probe_say(&words, *step, kind, &target, &options)) {
		probe_judge_feed(j, 0, buf_span(&words), (struct ts){ 1 });
		++*step;
	}
	buf_fini(&words);
}

static struct outcome judge(const struct input *in, size_t piece)
{
	const struct probe_ends ends = { .own = { .port = 1 },
					 .server = { .port = 2 },
					 .host = "h" };
	struct outcome out = { .attempt = { .kind = in->kind } };
	struct findings found = { .n = 0 };
	struct probe_judge *j = probe_judge_new(in->kind, &ends);
	unsigned step = 0;

	say(j, &step, in->kind);
	for (size_t at = 0; at < in->said.n;) {
		size_t n = 0;

		if (in->said.p[at] == MARK) {
			say(j, &step, in->kind);
			at++;
			continue;
		}
		while (n < piece && at + n < in->said.n &&
		       in->said.p[at + n] != MARK)
			n++;
		uint8_t *exact = mem_new(n, 1);

		memcpy(exact, in->said.p + at, n);
		probe_judge_feed(j, 1, (struct span){ exact, n },
				 (struct ts){ 1 });
		free(exact);
		at += n;
	}
	probe_judge_end(j, &out.attempt, &found, in->how, (struct ts){ 2 });
	out.found = found.n > 0;
	finding_free_all(&found);
	probe_judge_free(j);
	return out;
}

static void check_target(struct span text)
{
	struct probe_target a, b;

	if (probe_target_parse(&a, text, NULL) != ST_OK)
		return;
	assert(a.kinds && a.path[0] == '/' && a.host[0]);
	assert(probe_target_parse(
		       &b,
		       (struct span){ (const uint8_t *)a.text, strlen(a.text) },
		       NULL) == ST_OK);
	assert(!strcmp(a.host, b.host) && !strcmp(a.port, b.port) &&
	       !strcmp(a.path, b.path) && a.kinds == b.kinds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	const struct input in = {
		.kind = (enum probe_kind)(data[0] % PROBE_KINDS),
		.how = (enum probe_ending)(data[0] / PROBE_KINDS % 4),
		.said = { data + 2, size - 2 },
	};
	const struct outcome whole = judge(&in, size);
	const struct outcome parts = judge(&in, data[1] % 16u + 1);
	const struct probe_attempt *a = &whole.attempt, *b = &parts.attempt;

	assert(a->verdict == b->verdict && a->received == b->received);
	assert(a->first_n == b->first_n &&
	       !memcmp(a->first, b->first, a->first_n));
	assert(!strcmp(a->words, b->words));
	assert(!strcmp(a->difficulty, b->difficulty));
	assert(whole.found == parts.found);
	assert(a->verdict != PROBE_JOB || a->received > 0);
	assert(a->verdict <= PROBE_SPEAKS || !whole.found);
	check_target(in.said);
	return 0;
}
