#include <string.h>

#include "ingest/capture.h"
#include "ingest/test_make.h"
#include "test/tap.h"
#include "test/test_dir.h"

#define TLS_KEY_LOG 0x544c534b

/* A file with a packet at each of two seconds, and secrets before each. */
static void write_file(const char *name, uint64_t second, const char *a,
		       const char *b)
{
	struct make m;

	make_init(&m, false);
	make_section(&m);
	make_interface(&m, 1, 0, 0, 0);
	make_secrets(&m, TLS_KEY_LOG, a, (uint32_t)strlen(a));
	make_enhanced(&m, 0, second, 4, 4);
	make_secrets(&m, TLS_KEY_LOG, b, (uint32_t)strlen(b));
	make_enhanced(&m, 0, second + 1, 4, 4);
	dir_write(name, &m.out);
	buf_fini(&m.out);
}

static void note(void *context, struct span text)
{
	buf_add(context, text.p, text.n);
	buf_text(context, " ");
}

static size_t read_all(struct buf *out, const char *const *names, size_t n,
		       capture_secrets *secrets)
{
	const struct capture_options options = {
		.since = { 2000000000 },
		.until = TS_NONE,
		.secrets = secrets,
		.secrets_context = out,
	};
	struct packet batch[PACKET_BATCH];
	struct capture *c = capture_open(names, n, &options, NULL, NULL);
	size_t packets = 0, got;

	buf_init(out, 1 << 16);
	while (c && (got = capture_read(c, batch)) > 0)
		packets += got;
	capture_close(c);
	return packets;
}

/* Each once, in the order in which the files are opened and read; those of
 * packets that are not wanted too. */
static void test_handed_on(void)
{
	char path_a[DIR_PATH], path_b[DIR_PATH];
	const char *const names[] = { dir_file(path_b, "b"),
				      dir_file(path_a, "a") };
	struct buf out;

	write_file("a", 1, "one", "two");
	write_file("b", 5, "three", "four");
	OK(read_all(&out, names, 2, note) == 3);
	OK(!strcmp(buf_str(&out), "one two three four "));
	buf_fini(&out);
	OK(read_all(&out, names, 2, NULL) == 3 && out.n == 0);
	buf_fini(&out);
}

int main(void)
{
	dir_make();
	test_handed_on();
	dir_remove();
	return tap_end();
}
