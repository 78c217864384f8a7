#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/message.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEQ      0xfffffff0u /* so that positions wrap */

static struct span text_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* What was given out, one line a message: "position frame text". */
static void note(void *context, const struct message *m)
{
	buf_printf(context, "%u %llu %.*s\n", m->position - SEQ,
		   (unsigned long long)m->frame, (int)m->text.n,
		   (const char *)m->text.p);
}

static void feed(struct message_reader *r, struct buf *out, const uint8_t *p,
		 size_t n, uint32_t at, uint64_t frame)
{
	/* Exactly as many bytes as there are, for the sanitizers. */
	uint8_t *exact = mem_new(n ? n : 1, 1);

	if (n)
		memcpy(exact, p, n);
	message_feed(r,
		     (struct message){ .text = { exact, n },
				       .position = SEQ + at,
				       .frame = frame },
		     note, out);
	free(exact);
}

static struct message_counts read_split(struct buf *out, struct span text,
					size_t step, size_t first)
{
	struct message_reader r;

	buf_init(out, 1u << 24);
	message_init(&r);
	feed(&r, out, text.p, first, 0, 1);
	for (size_t at = first; at < text.n; at += step) {
		const size_t n = text.n - at < step ? text.n - at : step;

		feed(&r, out, text.p + at, n, (uint32_t)at, 1);
	}
	message_fini(&r);
	return r.counts;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (a->n == 0 || !memcmp(a->p, b->p, a->n));
}

static const struct vector {
	const char *name, *text, *wanted;
	struct message_counts counts;
} vectors[] = {
	{ "one line", "{\"id\":1}\n", "0 1 {\"id\":1}\n", { .whole = 1 } },
	{ "no newline", "{\"id\":1}", "0 1 {\"id\":1}\n", { .whole = 1 } },
	{ "several in one segment, and an empty line",
	  "{\"id\":1}\r\n\n {\"id\":2}\n",
	  "0 1 {\"id\":1}\n12 1 {\"id\":2}\n",
	  { .whole = 2 } },
	{ "concatenated",
	  "{\"a\":{}}{\"b\":[\"}\"]}",
	  "0 1 {\"a\":{}}\n8 1 {\"b\":[\"}\"]}\n",
	  { .whole = 2 } },
	{ "quotes, escapes and brackets inside strings",
	  "{\"a\":\"\\\"}{\\\\\"}{\"b\":\"[\"}\n",
	  "0 1 {\"a\":\"\\\"}{\\\\\"}\n14 1 {\"b\":\"[\"}\n",
	  { .whole = 2 } },
	{ "over several lines",
	  "{\n\"id\":\n1}\n",
	  "0 1 {\n\"id\":\n1}\n",
	  { .whole = 1 } },
	{ "junk lines",
	  "HTTP/1.1 200 OK {\n\n[1]\n{\"id\":1}\n",
	  "23 1 {\"id\":1}\n",
	  { .whole = 1, .junk = 2 } },
	{ "junk behind an object hides the rest of its line",
	  "{\"id\":1}, {\"id\":2}\n{\"id\":3}\n",
	  "0 1 {\"id\":1}\n19 1 {\"id\":3}\n",
	  { .whole = 2, .junk = 1 } },
	{ "a newline inside a string",
	  "{\"id\":\"1\n{\"id\":2}\n",
	  "9 1 {\"id\":2}\n",
	  { .whole = 1, .broken = 1 } },
	{ "nested too deep",
	  "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1\n{\"id\":2}\n",
	  "43 1 {\"id\":2}\n",
	  { .whole = 1, .broken = 1 } },
	{ "cut at the end",
	  "{\"id\":1}{\"id\":",
	  "0 1 {\"id\":1}\n",
	  { .whole = 1, .cut = 1 } },
	{ "nothing", "", "", { 0 } },
};

static bool same_counts(struct message_counts a, struct message_counts b)
{
	return a.whole == b.whole && a.cut == b.cut &&
	       a.oversized == b.oversized && a.broken == b.broken &&
	       a.junk == b.junk;
}

static void test_vectors(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		const struct span text = text_of(v->text);
		struct buf out;

		printf("# %s\n", v->name);
		const struct message_counts n =
			read_split(&out, text, text.n + 1, 0);

		OK(strcmp(buf_str(&out), v->wanted) == 0);
		OK(same_counts(n, v->counts));
		buf_fini(&out);
	}
}

/* All vectors one behind the other, cut in two everywhere and byte by byte. */
static void test_splits(void)
{
	struct buf all, whole, cut;
	size_t wrong = 0;

	buf_init(&all, 1u << 16);
	for (size_t i = 0; i < COUNT(vectors); i++)
		buf_printf(&all, "%s\n", vectors[i].text);
	const struct span text = buf_span(&all);
	const struct message_counts n = read_split(&whole, text, text.n + 1, 0);

	for (size_t at = 0; at <= text.n; at++) {
		const struct message_counts m =
			read_split(&cut, text, text.n + 1, at);

		wrong += !same(&whole, &cut) || !same_counts(n, m);
		buf_fini(&cut);
	}
	OK(n.whole > 10 && wrong == 0);
	const struct message_counts bytes = read_split(&cut, text, 1, 0);

	OK(same(&whole, &cut) && same_counts(n, bytes));
	buf_fini(&cut);
	buf_fini(&whole);
	buf_fini(&all);
}

/* The largest message that is read, and one byte more. */
static void test_size(void)
{
	for (size_t more = 0; more < 2; more++) {
		const size_t n = MESSAGE_MAX + more;
		const struct span text = { mem_new(n + 10, 1), n + 10 };
		uint8_t *p = (uint8_t *)(uintptr_t)text.p;
		struct buf whole, cut;

		memset(p, ' ', n);
		p[0] = '{';
		p[n - 1] = '}';
		memcpy(p + n, "\n{\"id\":1}\n", 10);
		const struct message_counts a =
			read_split(&whole, text, text.n, 0);
		const struct message_counts b =
			read_split(&cut, text, 1460, MESSAGE_MAX - 1);

		OK(a.whole == 2 - more && a.oversized == more);
		OK(same_counts(a, b) && same(&whole, &cut));
		buf_fini(&whole);
		buf_fini(&cut);
		free(p);
	}
}

static void test_gap(void)
{
	static const char tail[] = "ping\",\"id\":1}\n{\"id\":2}\n";
	struct message_reader r;
	struct buf out;

	buf_init(&out, 1000);
	message_init(&r);
	feed(&r, &out, (const uint8_t *)"{\"met", 5, 0, 1);
	message_gap(&r);
	feed(&r, &out, (const uint8_t *)tail, sizeof(tail) - 1, 100, 2);
	OK(strcmp(buf_str(&out), "114 2 {\"id\":2}\n") == 0);
	OK(r.counts.cut == 1 && r.counts.whole == 1);

	/* What follows a gap at once may be whole. */
	message_gap(&r);
	buf_clear(&out);
	feed(&r, &out, (const uint8_t *)"{\"id\":3}\n", 9, 200, 3);
	OK(strcmp(buf_str(&out), "200 3 {\"id\":3}\n") == 0);
	OK(r.counts.cut == 1);
	message_fini(&r);
	OK(r.counts.cut == 1);
	buf_fini(&out);
}

/* A message is where its first byte is, and when its last one came. */
static void test_place(void)
{
	struct message_reader r;
	struct buf out;

	buf_init(&out, 1000);
	message_init(&r);
	feed(&r, &out, (const uint8_t *)"  {\"i", 5, 0, 7);
	feed(&r, &out, (const uint8_t *)"d\":1}{}", 7, 5, 8);
	OK(strcmp(buf_str(&out), "2 8 {\"id\":1}\n10 8 {}\n") == 0);
	message_fini(&r);
	buf_fini(&out);
}

static void test_likely(void)
{
	OK(message_likely(text_of("{")));
	OK(message_likely(text_of("tail\"}\r\n \t{\"id\"")));
	OK(!message_likely(text_of("GET / HTTP/1.1\r\nA: {\r\n\r\n")));
	OK(!message_likely(text_of("")));
	OK(!message_likely(text_of("\n\n  \n")));
}

int main(void)
{
	test_vectors();
	test_splits();
	test_size();
	test_gap();
	test_place();
	test_likely();
	return tap_end();
}
