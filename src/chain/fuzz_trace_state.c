/* The properties: what is taken is written again as the same bytes; whoever
 * walks over it stays inside and ends; and coins are conserved by it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_path.h"
#include "chain/trace_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void put(void *context, const void *p, size_t n)
{
	must(buf_add(context, p, n));
}

static void walk(const struct trace *t)
{
	uint32_t *path;
	size_t n;

	for (uint32_t i = 0; i < t->num_outputs && i < 64; i++) {
		trace_path(&path, &n, t, i);
		must(n <= t->num_outputs && path[n - 1] == i);
		free(path);
	}
}

static void divide(const struct trace *t, enum taint_policy policy)
{
	struct trace_taint_sums sums;
	uint64_t *tainted = mem_new(t->num_outputs + 1, sizeof(tainted[0]));
	uint64_t rest = 0;

	trace_taint(tainted, &sums, t, policy);
	for (size_t i = 0; i < t->num_outputs; i++)
		rest += t->output[i].end == TRACE_SPENT ? 0 : tainted[i];
	must(rest + sums.fees + sums.stuck == sums.sources);
	free(tainted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace_state s;
	struct trace t;
	struct buf again;

	if (!trace_state_read(&s, &t, (struct span){ data, size }))
		return 0;
	buf_init(&again, size);
	trace_state_write(&s, &t, put, &again);
	must(again.n == size && !memcmp(again.p, data, size));
	walk(&t);
	divide(&t, TAINT_HAIRCUT);
	divide(&t, TAINT_FIFO);
	buf_fini(&again);
	trace_free(&t);
	return 0;
}
