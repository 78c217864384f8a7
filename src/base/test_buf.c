#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "test/tap.h"

static void test_growing(void)
{
	struct buf b;

	buf_init(&b, 1000);
	OK(b.n == 0 && !b.full && buf_span(&b).p && buf_span(&b).n == 0);
	OK(!strcmp(buf_str(&b), ""));
	OK(buf_u8(&b, 1) && buf_le32(&b, 0x02030405) &&
	   buf_be32(&b, 0x02030405) && buf_text(&b, "hi") && b.n == 11);
	OK(!memcmp(b.p, "\1\5\4\3\2\2\3\4\5hi", 11));
	OK(buf_printf(&b, "%s-%d", "x", 42) && b.n == 15);
	OK(!strcmp(buf_str(&b) + 9, "hix-42"));
	for (int i = 0; i < 197; i++)
		buf_text(&b, "abcde");
	OK(b.n == 1000 && !b.full && strlen(buf_str(&b) + 9) == 991);
	OK(buf_add(&b, NULL, 0) && !b.full);
	OK(!buf_u8(&b, 1) && b.full && b.n == 1000);
	OK(!buf_add(&b, NULL, 0));
	buf_fini(&b);
}

static void test_full_is_all_or_nothing(void)
{
	struct buf b;

	buf_init(&b, 8);
	OK(buf_text(&b, "12345") && !buf_printf(&b, "%d", 6789));
	OK(b.full && b.n == 5 && !strcmp(buf_str(&b), "12345"));
	OK(!buf_u8(&b, '6') && b.n == 5);
	buf_clear(&b);
	OK(!b.full && b.n == 0 && buf_printf(&b, "%s", "12345678") && !b.full);
	OK(!strcmp(buf_str(&b), "12345678"));
	OK(!buf_add(&b, b.p, SIZE_MAX) && b.full && b.n == 8);
	buf_clear(&b);
	OK(buf_extend(&b, 5) && b.n == 5 && buf_extend(&b, 3) && b.n == 8);
	OK(!buf_extend(&b, 1) && b.full && b.n == 8);
	buf_fini(&b);
	OK(!b.full && b.n == 0 && buf_text(&b, "again"));
	buf_fini(&b);
}

static void test_no_limit_to_speak_of(void)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	for (int i = 0; i < 100000; i++)
		buf_u8(&b, (uint8_t)i);
	OK(b.n == 100000 && b.p[65537] == 1);
	buf_fini(&b);
	buf_init(&b, 0);
	OK(buf_text(&b, "") && !buf_u8(&b, 0) && b.full);
	buf_fini(&b);
}

static void test_drop(void)
{
	struct buf b;

	buf_init(&b, 100);
	buf_drop(&b, 0);
	buf_text(&b, "abcdef");
	buf_drop(&b, 2);
	OK(b.n == 4 && !strcmp(buf_str(&b), "cdef"));
	buf_drop(&b, 4);
	OK(b.n == 0 && !strcmp(buf_str(&b), ""));
	buf_fini(&b);
}

static void test_mem(void)
{
	uint64_t *p = mem_new(3, sizeof(*p));
	char *text = mem_text("abc\0def", 5);

	OK(p[0] == 0 && p[2] == 0);
	p[2] = 7;
	p = mem_resize(p, 1000, sizeof(*p));
	OK(p[2] == 7);
	OK(!mem_resize(p, 0, sizeof(*p)));
	OK(!memcmp(text, "abc\0d", 6));
	free(text);
	text = mem_text(NULL, 0);
	OK(!strcmp(text, ""));
	free(text);
	p = mem_new(0, 8);
	OK(p);
	free(p);
}

int main(void)
{
	test_growing();
	test_full_is_all_or_nothing();
	test_no_limit_to_speak_of();
	test_drop();
	test_mem();
	return tap_end();
}
