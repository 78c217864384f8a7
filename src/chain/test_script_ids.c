/* Numbers in the order of first coming, against a plain list. */
#include <stdlib.h>

#include "base/mem.h"
#include "chain/script_ids.h"
#include "test/tap.h"

#define N 5000

int main(void)
{
	struct script_ids s = { 0 };
	uint64_t *list = mem_new(N, sizeof(list[0]));
	uint32_t state = 1;
	size_t n = 0;
	bool good = true;

	OK(script_ids_find(&s, 5) == SCRIPT_IDS_NONE);
	script_ids_fetch(&s, list, N); /* an empty one */
	for (int step = 0; step < 2 * N; step++) {
		state = state * 1664525 + 1013904223;
		/* Names that differ in few bits, and many twice. */
		const uint64_t name = (uint64_t)((state >> 9) % (N / 2)) << 40;
		size_t at = 0;

		while (at < n && list[at] != name)
			at++;
		good &= script_ids_find(&s, name) ==
			(at < n ? at : SCRIPT_IDS_NONE);
		script_ids_fetch(&s, &name, 1);
		good &= script_ids_put(&s, name) == at;
		if (at == n)
			list[n++] = name;
	}
	OK(good && s.n == n);
	for (uint32_t i = 0; i < n; i++)
		good &= s.name[i] == list[i] &&
			script_ids_find(&s, list[i]) == i;
	OK(good);
	const uint8_t a[] = { 1, 2 }, b[] = { 1, 3 };

	OK(script_ids_name((struct span){ a, 2 }) !=
	   script_ids_name((struct span){ b, 2 }));
	OK(script_ids_name((struct span){ a, 1 }) ==
	   script_ids_name((struct span){ b, 1 }));
	script_ids_fini(&s);
	free(list);
	return tap_end();
}
