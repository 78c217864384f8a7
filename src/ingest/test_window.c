#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "hash/digest.h"
#include "ingest/test_make.h"
#include "ingest/test_pack.h"
#include "ingest/window.h"
#include "test/tap.h"
#include "test/test_dir.h"

#define BIG (3u << 20)

static void digest(uint8_t out[32], const struct buf *b)
{
	struct digest_sha256 *d = digest_sha256_new();

	digest_sha256_add(d, b->p, b->n);
	digest_sha256_end(d, out);
}

/* Reads the window to its end, `need` at a time, and compares. */
static bool reads_as(struct window *w, const struct buf *plain, size_t need)
{
	size_t at = 0;

	while (window_more(w, need)) {
		const struct span s = window_view(w);
		/* An odd step, so that pieces end anywhere. */
		const size_t n = s.n > 1 ? s.n - s.n / 3 : s.n;

		if (at + s.n > plain->n || window_offset(w) != at ||
		    memcmp(s.p, plain->p + at, s.n))
			return false;
		window_take(w, n);
		at += n;
	}
	const struct span s = window_view(w);

	return at + s.n == plain->n &&
	       (!s.n || !memcmp(s.p, plain->p + at, s.n));
}

static bool file_reads_as(const char *name, const struct buf *stored,
			  const struct buf *plain, size_t need)
{
	struct fingerprint_worker *worker = fingerprint_worker_new();
	uint8_t want[32], got[32] = { 0 };
	struct window *w = window_open(name, worker, NULL, NULL);
	bool good = w && reads_as(w, plain, need);

	good = good && window_status(w, NULL) == ST_OK &&
	       window_stored(w) == stored->n;
	window_close(w, got);
	fingerprint_worker_free(worker);
	digest(want, stored);
	return good && !memcmp(want, got, 32);
}

static void test_plain_and_packed(void)
{
	static const size_t needs[] = { 1, 1000, 70000, 300000, 2000000 };
	struct buf packed;
	struct make plain;
	char path[DIR_PATH];

	make_init(&plain, false);
	buf_init(&packed, 16u << 20);
	for (unsigned i = 0; i < BIG / 1000; i++)
		make_bytes(&plain, 1000, i * i);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		dir_write("plain", &plain.out);
		OK(file_reads_as(dir_file(path, "plain"), &plain.out,
				 &plain.out, needs[i]));
		buf_clear(&packed);
		pack_gzip(&packed, plain.out.p, 1000000);
		pack_gzip(&packed, plain.out.p + 1000000,
			  plain.out.n - 1000000);
		dir_write("packed", &packed);
		OK(file_reads_as(dir_file(path, "packed"), &packed, &plain.out,
				 needs[i]));
		buf_clear(&packed);
		pack_zstd(&packed, plain.out.p, 1000000);
		pack_skippable(&packed, 20);
		pack_zstd(&packed, plain.out.p + 1000000,
			  plain.out.n - 1000000);
		dir_write("packed", &packed);
		OK(file_reads_as(dir_file(path, "packed"), &packed, &plain.out,
				 needs[i]));
	}
	buf_fini(&packed);
	buf_fini(&plain.out);
}

/* What is held stays, whatever is read on, and beyond the window's end. */
static void test_held(void)
{
	enum {
		HOLDS = 40
	};
	char path[DIR_PATH];
	struct buf plain;
	struct window_piece *piece[HOLDS];
	struct span seen[HOLDS];
	uint64_t at[HOLDS];
	size_t n = 0;
	bool same = true;

	buf_init(&plain, BIG);
	for (uint32_t i = 0; plain.n + 4 <= BIG; i++)
		buf_add(&plain, &i, 4);
	dir_write("held", &plain);
	struct window *w =
		window_open(dir_file(path, "held"), NULL, NULL, NULL);

	while (n < HOLDS && window_more(w, 90000)) {
		seen[n] = (struct span){ window_view(w).p, 90000 };
		at[n] = window_offset(w);
		piece[n++] = window_hold(w);
		window_take(w, 90000 - 7);
	}
	OK(n > 30);
	for (size_t i = 0; i < n / 2; i++)
		window_release(piece[i]);
	OK(window_drain(w, NULL));
	for (size_t i = n / 2; i < n; i++)
		same = same && !memcmp(seen[i].p, plain.p + at[i], seen[i].n);
	window_close(w, NULL);
	for (size_t i = n / 2; i < n; i++) {
		same = same && !memcmp(seen[i].p, plain.p + at[i], seen[i].n);
		window_release(piece[i]);
	}
	OK(same);
	buf_fini(&plain);
}

static void test_pipe(void)
{
	struct make plain;
	const int before = dup(STDIN_FILENO);

	make_init(&plain, false);
	make_bytes(&plain, 200000, 1);
	for (size_t piece = 1111; piece < 300000; piece *= 6) {
		const pid_t writer = dir_pipe(&plain.out, piece);

		OK(file_reads_as("-", &plain.out, &plain.out, 5000));
		waitpid(writer, NULL, 0);
	}
	dup2(before, STDIN_FILENO);
	close(before);
	buf_fini(&plain.out);
}

static void test_short_files(void)
{
	struct make plain;
	char path[DIR_PATH];

	make_init(&plain, false);
	for (size_t n = 0; n < 6; n++) {
		dir_write("short", &plain.out);
		OK(file_reads_as(dir_file(path, "short"), &plain.out,
				 &plain.out, 4));
		make_bytes(&plain, 1, 1);
	}
	buf_fini(&plain.out);
}

static void test_refused(void)
{
	char path[DIR_PATH];
	struct why why = { "" };
	struct window *w;

	OK(!window_open(dir_file(path, "absent"), NULL, NULL, &why));
	OK(strlen(why.text) > 5);
	w = window_open(dir_path, NULL, NULL, &why);
	OK(w && !window_more(w, 1) && window_status(w, &why) == ST_IO);
	OK(strstr(why.text, "irectory"));
	window_close(w, NULL);
	window_close(NULL, NULL);
}

/* Cut and damaged packed files: what is good of them is seen first, and the
 * fingerprint is of all that is stored. */
static void test_damaged(void)
{
	struct fingerprint_worker *worker = fingerprint_worker_new();
	uint8_t want[32], got[32];
	struct buf packed;
	struct make plain;
	struct why why;
	struct window *w;
	char path[DIR_PATH];

	make_init(&plain, false);
	make_bytes(&plain, 5000, 1);
	for (int i = 0; i < 2; i++) {
		buf_init(&packed, 1 << 20);
		pack_gzip(&packed, plain.out.p, plain.out.n);
		packed.n -= i == 0 ? 3 : 0;
		buf_text(&packed, i == 1 ? "not gzip" : "");
		dir_write("damaged", &packed);
		w = window_open(dir_file(path, "damaged"), worker, NULL, NULL);
		OK(w && window_more(w, 5000) && !window_more(w, 5001));
		OK(window_status(w, &why) == (i == 0 ? ST_CUT : ST_BAD));
		OK(strstr(why.text, i == 0 ? "end early" : "damaged"));
		OK(window_drain(w, NULL));
		window_close(w, got);
		digest(want, &packed);
		OK(!memcmp(want, got, 32));
		buf_fini(&packed);
	}
	fingerprint_worker_free(worker);
	buf_fini(&plain.out);
}

/* A gigabyte out of a few kilobytes: seen whole, and never held whole. */
static void test_bomb(void)
{
	const size_t unit = 16u << 20, times = 64;
	uint8_t *zeros = calloc(unit, 1);
	uint64_t seen = 0;
	struct buf packed;
	struct window *w;
	char path[DIR_PATH];

	buf_init(&packed, 1 << 20);
	for (size_t i = 0; zeros && i < times; i++)
		pack_zstd(&packed, zeros, unit);
	dir_write("bomb", &packed);
	w = window_open(dir_file(path, "bomb"), NULL, NULL, NULL);
	while (w && window_more(w, 1)) {
		seen += window_view(w).n;
		if (window_view(w).n > 1 << 20)
			break;
		window_take(w, window_view(w).n);
	}
	OK(seen == unit * times && packed.n < 100000);
	window_close(w, NULL);
	buf_fini(&packed);
	free(zeros);
}

/* What is in sight stays there; nothing more comes. */
static void test_stopped(void)
{
	atomic_bool stop = false;
	char path[DIR_PATH];
	struct buf plain;
	struct why why;

	buf_init(&plain, BIG);
	for (uint32_t i = 0; plain.n + 4 <= BIG; i++)
		buf_add(&plain, &i, 4);
	dir_write("stopped", &plain);
	struct window *w =
		window_open(dir_file(path, "stopped"), NULL, &stop, NULL);

	OK(w && window_more(w, 5));
	const size_t n = window_view(w).n;

	atomic_store(&stop, true);
	OK(n < BIG && !window_more(w, n + 1) && window_view(w).n == n);
	OK(window_status(w, &why) == ST_IO && strstr(why.text, "stopped"));
	window_close(w, NULL);
	buf_fini(&plain);
}

int main(void)
{
	dir_make();
	test_plain_and_packed();
	test_held();
	test_pipe();
	test_short_files();
	test_refused();
	test_damaged();
	test_bomb();
	test_stopped();
	dir_remove();
	return tap_end();
}
