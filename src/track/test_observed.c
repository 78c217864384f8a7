#include <string.h>

#include "base/buf.h"
#include "test/tap.h"
#include "track/observed.h"

/* One word a step; times are seconds.
 *	j5:2	a job at 5, difficulty 2	h5-7	miner's bytes lost
 *	d5	doubt from 5			e9	the end
 *	k, u	a share for a known, an unknown job */
static const struct vector {
	const char *name, *steps, *wanted;
} vectors[] = {
	{ "one difficulty", "j1:2 j4:2 k e9", "1-9:2 " },
	{ "nothing before the first job", "k u h2-3 d4 u e9", "" },
	{ "a new difficulty", "j1:2 j4:3 e9", "1-4:2 4-9:3 " },
	{ "the miner's bytes lost", "j1:2 h4-5 e9", "1-4:2 5-9:2 " },
	{ "lost before the first job", "h0-1 j2:2 e9", "2-9:2 " },
	{ "lost from before the period", "j4:2 h3-5 e9", "5-9:2 " },
	{ "the pool's bytes lost, but no job", "j1:2 d4 k e9", "1-9:2 " },
	{ "the pool's bytes lost, and a job", "j1:2 d4 u j7:2 e9",
	  "1-4:2 7-9:2 " },
	{ "a job lost, nothing submitted for it", "j1:2 d4 j7:2 u e9",
	  "1-9:2 " },
	{ "the first doubt counts", "j1:2 d4 d5 u e9", "1-4:2 " },
	{ "doubt from before the period", "j4:2 d3 u e9", "" },
	{ "doubt is over after a share", "j1:2 d4 k u e9", "1-9:2 " },
	{ "an unknown job without a doubt", "j1:2 u e9", "1-9:2 " },
	{ "lost, then a job lost", "j1:2 h4-5 d6 u e9", "1-4:2 5-6:2 " },
	{ "no difficulty known", "j1:0 e9", "1-9:0 " },
	{ "time that stands still", "j1:2 j1:3 e1", "" },
	{ "an end, and a beginning again", "j1:2 e3 j5:2 e9", "1-3:2 5-9:2 " },
};

static void note(void *context, struct ts from, struct ts to, double difficulty)
{
	buf_printf(context, "%g-%g:%g ", (double)from.ns / 1e9,
		   (double)to.ns / 1e9, difficulty);
}

static struct ts digit(char c)
{
	return (struct ts){ (c - '0') * INT64_C(1000000000) };
}

static size_t step(struct observed *o, struct buf *out, const char *s)
{
	switch (s[0]) {
	case 'j':
		observed_job(o, digit(s[1]), s[3] - '0', note, out);
		return 4;
	case 'h':
		observed_hole(o, digit(s[1]), digit(s[3]), note, out);
		return 4;
	case 'd':
		observed_doubt(o, digit(s[1]));
		return 2;
	case 'e':
		observed_end(o, digit(s[1]), note, out);
		return 2;
	case 'k':
	case 'u':
		observed_share(o, s[0] == 'k', note, out);
		return 1;
	default:
		return 1;
	}
}

int main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct observed o;
		struct buf out;

		printf("# %s\n", vectors[i].name);
		buf_init(&out, 1000);
		observed_init(&o);
		for (const char *s = vectors[i].steps; *s;)
			s += step(&o, &out, s);
		const bool good = strcmp(buf_str(&out), vectors[i].wanted) == 0;

		OK(good);
		if (!good)
			printf("# got %s\n", buf_str(&out));
		buf_fini(&out);
	}
	return tap_end();
}
