#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "hash/digest.h"
#include "ingest/capture.h"
#include "ingest/test_make.h"
#include "ingest/test_pack.h"
#include "test/tap.h"
#include "test/test_dir.h"

#define SECOND 1000000000LL
#define MAX    64
#define FILES  8

/* What a capture gave: of each packet its input, frame, time and length. */
struct reading {
	struct {
		uint32_t input;
		uint64_t frame;
		struct ts ts;
		size_t n;
		uint8_t first;
	} packets[MAX];
	size_t n, batches;
	struct capture_input inputs[FILES];
	char names[FILES][DIR_PATH];
	size_t num_inputs;
	enum status status; /* of capture_open() */
	struct why why;
};

static void keep(struct reading *r, const struct packet *p)
{
	if (r->n < MAX) {
		r->packets[r->n].input = p->input;
		r->packets[r->n].frame = p->frame;
		r->packets[r->n].ts = p->ts;
		r->packets[r->n].n = p->data.n;
		r->packets[r->n].first = p->data.n ? p->data.p[0] : 0;
	}
	r->n++;
}

static struct reading *read_with(const char *const *names, size_t n,
				 const struct capture_options *options)
{
	static struct reading r;
	struct packet batch[PACKET_BATCH];
	struct capture *c;
	size_t got;

	r = (struct reading){ 0 };
	c = capture_open(names, n, options, &r.status, &r.why);
	if (!c)
		return &r;
	while ((got = capture_read(c, batch)) > 0) {
		r.batches++;
		for (size_t i = 0; i < got; i++)
			keep(&r, &batch[i]);
	}
	const struct capture_input *inputs = capture_inputs(c, &r.num_inputs);

	for (size_t i = 0; i < r.num_inputs && i < FILES; i++) {
		r.inputs[i] = inputs[i];
		snprintf(r.names[i], DIR_PATH, "%s", inputs[i].name);
	}
	capture_close(c);
	return &r;
}

/* One file of the temporary directory, by its name there. */
static struct reading *read_one(const char *name)
{
	char path[DIR_PATH];
	const char *const names[] = { dir_file(path, name) };

	return read_with(names, 1, NULL);
}

static struct reading *read_two(const char *a, const char *b)
{
	char path_a[DIR_PATH], path_b[DIR_PATH];
	const char *const names[] = { dir_file(path_a, a),
				      dir_file(path_b, b) };

	return read_with(names, 2, NULL);
}

/* A file with packets at those seconds, of as many bytes. */
static void write_pcap(const char *name, const uint32_t *seconds, size_t n)
{
	struct make m;

	make_init(&m, false);
	make_pcap(&m, 0xa1b2c3d4, 1);
	for (size_t i = 0; i < n; i++)
		make_packet(&m, seconds[i], 0, seconds[i], 500);
	dir_write(name, &m.out);
	buf_fini(&m.out);
}

/* The seconds that were read are these, in this order. */
static bool seconds_are(const struct reading *r, const uint32_t *seconds,
			size_t n)
{
	for (size_t i = 0; i < n && i < r->n; i++) {
		if (r->packets[i].ts.ns != seconds[i] * SECOND ||
		    r->packets[i].n != seconds[i])
			return false;
	}
	return r->n == n;
}

static bool digest_is(const struct capture_input *in, const struct buf *b)
{
	struct digest_sha256 *d = digest_sha256_new();
	uint8_t want[32];

	digest_sha256_add(d, b->p, b->n);
	digest_sha256_end(d, want);
	return !memcmp(want, in->sha256, 32);
}

static void test_one_file(void)
{
	static const uint32_t seconds[] = { 10, 12, 11, 13 };
	const struct reading *r;

	write_pcap("a.pcap", seconds, 4);
	r = read_one("a.pcap");
	OK(seconds_are(r, seconds, 4));
	OK(r->packets[0].frame == 1 && r->packets[3].frame == 4);
	OK(r->packets[2].first == (uint8_t)(11 * 31));
	OK(r->num_inputs == 1 && r->inputs[0].done && !r->inputs[0].status);
	OK(r->inputs[0].packets == 4 && r->inputs[0].snapped == 4);
	OK(r->inputs[0].bytes == 24 + 4 * 16 + 46);
	OK(r->inputs[0].first.ns == 10 * SECOND);
	OK(r->inputs[0].last.ns == 13 * SECOND);
	dir_empty();
}

/* pcap (either order) and pcapng, plain, in gzip and in zstd: each is read,
 * and its fingerprint is that of the bytes as stored. */
static void test_packings(void)
{
	for (int k = 0; k < 9; k++) {
		struct make m;
		struct buf packed;

		make_init(&m, k & 1);
		if (k % 3 == 2) {
			make_section(&m);
			make_interface(&m, 1, 0, 6, 0);
			make_enhanced(&m, 0, 7000000, 7, 9);
		} else {
			make_pcap(&m, 0xa1b2c3d4, 1);
			make_packet(&m, 7, 0, 7, 9);
		}
		buf_init(&packed, 1 << 20);
		if (k / 3 == 0)
			buf_add(&packed, m.out.p, m.out.n);
		else if (k / 3 == 1)
			pack_gzip(&packed, m.out.p, m.out.n);
		else
			pack_zstd(&packed, m.out.p, m.out.n);
		dir_write("x", &packed);
		const struct reading *r = read_one("x");

		OK(r->n == 1 && r->packets[0].ts.ns == 7 * SECOND);
		OK(r->inputs[0].status == ST_OK && r->inputs[0].done);
		OK(r->inputs[0].bytes == packed.n);
		OK(digest_is(&r->inputs[0], &packed));
		buf_fini(&packed);
		buf_fini(&m.out);
	}
	dir_empty();
}

static void test_merge(void)
{
	static const uint32_t a[] = { 10, 20, 30, 40 }, b[] = { 5, 20, 21, 50 };
	static const uint32_t want[] = { 5, 10, 20, 20, 21, 30, 40, 50 };
	const struct reading *r;

	write_pcap("a", a, 4);
	write_pcap("b", b, 4);
	r = read_two("a", "b");
	OK(seconds_are(r, want, 8));
	OK(r->packets[0].input == 1 && r->packets[1].input == 0);
	OK(r->packets[2].input == 0 && r->packets[3].input == 1);
	OK(r->packets[7].input == 1 && r->packets[7].frame == 4);
	r = read_two("b", "a");
	OK(seconds_are(r, want, 8));
	OK(r->packets[2].input == 0 && r->packets[2].frame == 2);
	dir_empty();
}

/* Within a file its own order holds, whatever the times say. */
static void test_merge_keeps_file_order(void)
{
	static const uint32_t a[] = { 10, 40, 12, 41 }, b[] = { 11, 13, 45 };
	static const uint32_t want[] = { 10, 11, 13, 40, 12, 41, 45 };

	write_pcap("a", a, 4);
	write_pcap("b", b, 3);
	OK(seconds_are(read_two("a", "b"), want, 7));
	dir_empty();
}

/* Against a slow obvious version: repeatedly the file with the earliest head.
 * The seed is fixed. */
static void test_merge_model(void)
{
	uint32_t seconds[4][8], at[4], want[32], state = 12345;
	const char *names[4];
	char paths[4][DIR_PATH];

	for (int round = 0; round < 30; round++) {
		for (size_t f = 0; f < 4; f++) {
			char name[2] = { (char)('a' + f), 0 };

			at[f] = 0;
			for (size_t i = 0; i < 8; i++) {
				state = state * 1664525 + 1013904223;
				seconds[f][i] = 1 + (state >> 16) % 60;
			}
			write_pcap(name, seconds[f], 8);
			names[f] = dir_file(paths[f], name);
		}
		for (size_t n = 0; n < 32; n++) {
			size_t best = 4;

			for (size_t f = 0; f < 4; f++) {
				if (at[f] < 8 &&
				    (best == 4 ||
				     seconds[f][at[f]] <
					     seconds[best][at[best]]))
					best = f;
			}
			want[n] = seconds[best][at[best]++];
		}
		OK(seconds_are(read_with(names, 4, NULL), want, 32));
	}
	dir_empty();
}

static void test_directory(void)
{
	static const uint32_t a[] = { 30, 40 }, b[] = { 10, 20 };
	static const uint32_t want[] = { 10, 20, 30, 40 };
	char path[DIR_PATH];
	const char *const names[] = { dir_path };
	const struct reading *r;
	struct buf text;

	buf_init(&text, 100);
	buf_text(&text, "no capture at all");
	OK(read_with(names, 1, NULL)->status == ST_BAD);
	dir_write("a.txt", &text);
	OK(read_with(names, 1, NULL)->status == ST_BAD);
	buf_clear(&text);
	dir_write("b.empty", &text);
	write_pcap("c.1", a, 2);
	write_pcap("c.2", b, 2);
	write_pcap(".hidden", b, 2);
	mkdir(dir_file(path, "d.pcap"), 0700);
	r = read_with(names, 1, NULL);
	OK(seconds_are(r, want, 4) && r->num_inputs == 2);
	OK(!strcmp(r->names[0], dir_file(path, "c.1")));
	OK(r->packets[0].input == 1 && r->packets[2].input == 0);
	buf_fini(&text);
	dir_empty();
}

static void test_unusable(void)
{
	static const uint32_t a[] = { 3 };
	const struct reading *r;
	struct buf text;

	buf_init(&text, 100);
	dir_write("empty", &text);
	buf_text(&text, "GIF89a");
	dir_write("gif", &text);
	r = read_one("empty");
	OK(r->status == ST_BAD && strstr(r->why.text, "is empty"));
	r = read_one("gif");
	OK(r->status == ST_BAD && strstr(r->why.text, "pcapng") &&
	   strstr(r->why.text, "zstd") && strstr(r->why.text, "/gif: "));
	r = read_one("absent");
	OK(r->status == ST_IO && strstr(r->why.text, "/absent: "));
	OK(read_with(NULL, 0, NULL)->status == ST_USAGE);
	write_pcap("good", a, 1);
	r = read_two("gif", "good");
	OK(r->n == 1 && r->packets[0].input == 1);
	OK(r->inputs[0].status == ST_BAD && r->inputs[0].done);
	OK(r->inputs[1].status == ST_OK);
	r = read_two("good", "absent");
	OK(r->n == 1 && r->inputs[1].status == ST_IO);
	buf_fini(&text);
	dir_empty();
}

static void make_small(struct make *m, bool ng)
{
	make_init(m, false);
	if (ng) {
		make_section(m);
		make_interface(m, 1, 0, 6, 0);
		for (uint32_t i = 1; i <= 3; i++)
			make_enhanced(m, 0, i * 1000000, i, 9);
		return;
	}
	make_pcap(m, 0xa1b2c3d4, 1);
	for (uint32_t i = 1; i <= 3; i++)
		make_packet(m, i, 0, i, 9);
}

/* Shorter than its magic number a file is not known as a capture; from there
 * on every prefix gives a prefix of the packets, and the same fingerprint. */
static void test_every_truncation(void)
{
	static const uint32_t seconds[] = { 1, 2, 3 };

	for (int k = 0; k < 4; k++) {
		size_t last = 0, whole = 0;
		struct make m;
		struct buf packed;
		bool good = true;

		make_small(&m, k & 1);
		buf_init(&packed, 1 << 20);
		if (k < 2)
			buf_add(&packed, m.out.p, m.out.n);
		else
			pack_gzip(&packed, m.out.p, m.out.n);
		const size_t n = packed.n;

		for (packed.n = 4; packed.n <= n; packed.n++) {
			dir_write("cut", &packed);
			const struct reading *r = read_one("cut");

			good = good && r->n >= last &&
			       seconds_are(r, seconds, r->n) &&
			       (r->inputs[0].status == ST_OK ||
				r->inputs[0].status == ST_CUT) &&
			       digest_is(&r->inputs[0], &packed);
			last = r->n;
			whole += r->inputs[0].status == ST_OK;
		}
		OK(good && last == 3);
		/* Between two records a cut cannot be told from an end. */
		OK(whole == (k == 0 ? 4 : k == 1 ? 5 : 1));
		buf_fini(&packed);
		buf_fini(&m.out);
	}
	dir_empty();
}

static void test_sentences(void)
{
	const struct reading *r;
	struct make m;

	make_small(&m, false);
	m.out.n -= 2;
	dir_write("cut", &m.out);
	r = read_one("cut");
	OK(strstr(r->inputs[0].why.text, "/cut: frame 3 is cut at byte 76 of "
					 "76; 2 packets were read"));
	m.out.n += 2;
	m.out.p[24 + 17 + 10] = 7; /* captured length of frame 2 */
	m.out.p[24 + 17 + 11] = 7;
	dir_write("bad", &m.out);
	r = read_one("bad");
	OK(r->n == 1 && r->inputs[0].status == ST_BAD);
	OK(strstr(r->inputs[0].why.text,
		  "/bad: frame 2 at byte 41 is damaged: it claims"));
	OK(strstr(r->inputs[0].why.text, "1 packets were read"));
	OK(digest_is(&r->inputs[0], &m.out));
	buf_fini(&m.out);
	make_small(&m, true);
	m.out.n -= 2;
	dir_write("cut", &m.out);
	r = read_one("cut");
	OK(strstr(r->inputs[0].why.text, "the block behind frame 2 is cut"));
	buf_fini(&m.out);
	dir_empty();
}

/* Who keeps no case asks for no digest, and gets the same packets. */
static void test_without_sha256(void)
{
	static const uint32_t seconds[] = { 1, 2, 3 };
	static const uint8_t unknown[32];
	const struct capture_options o = { .since = TS_NONE,
					   .until = TS_NONE,
					   .without_sha256 = true };
	char path[DIR_PATH];
	const char *const names[] = { dir_file(path, "a") };
	const struct reading *r;

	write_pcap("a", seconds, 3);
	r = read_with(names, 1, &o);
	OK(r->n == 3 && r->inputs[0].done && r->inputs[0].status == ST_OK);
	OK(memcmp(r->inputs[0].sha256, unknown, 32) == 0);
}

static void test_times(void)
{
	static const uint32_t seconds[] = { 1, 2, 3, 4 };
	const struct ts two = { 2 * SECOND }, four = { 4 * SECOND };
	char path[DIR_PATH];
	const char *const names[] = { dir_file(path, "a") };
	struct capture_options o = { .since = two, .until = four };
	const struct reading *r;

	write_pcap("a", seconds, 4);
	r = read_with(names, 1, &o);
	OK(seconds_are(r, seconds + 1, 2));
	OK(r->packets[0].frame == 2 && r->inputs[0].packets == 4);
	OK(r->inputs[0].first.ns == two.ns);
	o.since = TS_NONE;
	OK(seconds_are(read_with(names, 1, &o), seconds, 3));
	o.until = TS_NONE;
	OK(seconds_are(read_with(names, 1, &o), seconds, 4));
	o.since = four;
	OK(seconds_are(read_with(names, 1, &o), seconds + 3, 1));
	dir_empty();
}

/* A packet without a time follows what came before it, and is in no period. */
static void test_no_time(void)
{
	char path[DIR_PATH];
	const char *const names[] = { dir_file(path, "a") };
	struct capture_options o = { .until = TS_NONE };
	const struct reading *r;
	struct make m;

	make_init(&m, false);
	make_section(&m);
	make_interface(&m, 1, 0, 6, 0);
	make_enhanced(&m, 0, 5000000, 4, 4);
	make_simple(&m, 8, 8);
	make_enhanced(&m, 0, 6000000, 4, 4);
	dir_write("a", &m.out);
	r = read_with(names, 1, NULL);
	OK(r->n == 3 && !ts_known(r->packets[1].ts) && r->packets[1].n == 8);
	OK(r->inputs[0].first.ns == 5 * SECOND);
	r = read_with(names, 1, &o);
	OK(r->n == 2 && r->packets[1].frame == 3);
	buf_fini(&m.out);
	dir_empty();
}

/* Two interfaces, Ethernet and raw IP. */
static void test_filter(void)
{
	char path[DIR_PATH];
	const char *const names[] = { dir_file(path, "a") };
	struct capture_options o = { .filter = "greater 20",
				     .since = TS_NONE,
				     .until = TS_NONE };
	const struct reading *r;
	struct make m;

	make_init(&m, false);
	make_section(&m);
	make_interface(&m, 1, 0, 6, 0);
	make_interface(&m, 101, 0, 6, 0);
	make_enhanced(&m, 0, 1000000, 18, 18);
	make_enhanced(&m, 0, 2000000, 18, 60);
	make_enhanced(&m, 1, 3000000, 30, 30);
	dir_write("a", &m.out);
	r = read_with(names, 1, &o);
	OK(r->n == 2 && r->packets[0].frame == 2 && r->packets[1].frame == 3);
	OK(r->inputs[0].packets == 3 && r->inputs[0].status == ST_OK);
	o.filter = "link[0] = 0"; /* the third packet begins with 31 */
	r = read_with(names, 1, &o);
	OK(r->n == 2 && r->inputs[0].packets == 3);
	o.filter = "ether host 00:01:02:03:04:05";
	r = read_with(names, 1, &o);
	OK(r->n == 2 && r->inputs[0].status == ST_USAGE);
	OK(strstr(r->inputs[0].why.text, "ether host"));
	o.filter = "tcp prot 80";
	r = read_with(names, 1, &o);
	OK(r->status == ST_USAGE && r->num_inputs == 0);
	OK(strstr(r->why.text, "tcp prot 80") &&
	   strstr(r->why.text, "syntax error"));
	buf_fini(&m.out);
	dir_empty();
}

static void test_standard_input(void)
{
	static const uint32_t a[] = { 2 }, want[] = { 1, 2, 2, 3 };
	const int before = dup(STDIN_FILENO);
	char path[DIR_PATH];
	const char *const names[] = { "-", dir_file(path, "a") };
	const struct reading *r;
	struct make m;
	pid_t writer;

	write_pcap("a", a, 1);
	make_small(&m, false);
	for (size_t piece = 1; piece < 100; piece += 7) {
		writer = dir_pipe(&m.out, piece);
		r = read_with(names, 2, NULL);
		waitpid(writer, NULL, 0);
		OK(seconds_are(r, want, 4) && r->packets[1].input == 0);
		OK(digest_is(&r->inputs[0], &m.out));
	}
	m.out.n -= 1;
	writer = dir_pipe(&m.out, 1000);
	r = read_with(names, 1, NULL);
	waitpid(writer, NULL, 0);
	OK(r->n == 2 && strstr(r->inputs[0].why.text, "standard input: frame"));
	m.out.n = 0;
	writer = dir_pipe(&m.out, 1000);
	r = read_with(names, 1, NULL);
	waitpid(writer, NULL, 0);
	OK(r->n == 0 && r->inputs[0].status == ST_BAD);
	OK(!strcmp(r->inputs[0].why.text, "standard input: is empty"));
	dup2(before, STDIN_FILENO);
	close(before);
	buf_fini(&m.out);
	dir_empty();
}

/* Files of many packets, one after the other in time: batches stay full, and
 * every packet's bytes are still there at the end of its batch. */
static void test_batches(void)
{
	const size_t files = 3, each = 20000;
	char paths[3][DIR_PATH];
	const char *names[3];
	struct packet batch[PACKET_BATCH];
	struct capture *c;
	size_t n, packets = 0, batches = 0;
	uint64_t done, all;
	bool good = true;

	for (uint32_t f = 0; f < files; f++) {
		char name[2] = { (char)('c' - f), 0 };
		struct make m;

		make_init(&m, false);
		make_pcap(&m, 0xa1b2c3d4, 1);
		for (uint32_t i = 0; i < each; i++)
			make_packet(&m, f * 100000 + i, 0, i % 97, i % 97);
		dir_write(name, &m.out);
		names[f] = dir_file(paths[f], name);
		buf_fini(&m.out);
	}
	c = capture_open(names, files, NULL, NULL, NULL);
	while (c && (n = capture_read(c, batch)) > 0) {
		batches++;
		for (size_t i = 0; i < n; i++, packets++) {
			const struct packet *p = &batch[i];
			const uint64_t s = (uint64_t)(p->ts.ns / SECOND);

			good = good && p->frame == packets % each + 1 &&
			       p->input == packets / each &&
			       p->data.n == (packets % each) % 97 &&
			       (!p->data.n ||
				p->data.p[0] == (uint8_t)(s * 31));
		}
	}
	OK(good && packets == files * each);
	OK(batches < packets / PACKET_BATCH * 5 / 4);
	capture_progress(c, &done, &all);
	OK(done == all && all > packets * 16);
	capture_close(c);
	dir_empty();
}

/* Closed before its end, with packets lent and files waiting. */
static void test_closed_early(void)
{
	static const uint32_t a[] = { 1, 2 }, b[] = { 9 };
	char path_a[DIR_PATH], path_b[DIR_PATH];
	const char *const names[] = { dir_file(path_a, "a"),
				      dir_file(path_b, "b") };
	struct packet batch[PACKET_BATCH];
	struct capture *c;

	write_pcap("a", a, 2);
	write_pcap("b", b, 1);
	c = capture_open(names, 2, NULL, NULL, NULL);
	OK(c && capture_read(c, batch) > 0);
	capture_close(c);
	capture_close(NULL);
	dir_empty();
}

int main(void)
{
	dir_make();
	test_one_file();
	test_packings();
	test_merge();
	test_merge_keeps_file_order();
	test_merge_model();
	test_directory();
	test_unusable();
	test_every_truncation();
	test_sentences();
	test_without_sha256();
	test_times();
	test_no_time();
	test_filter();
	test_standard_input();
	test_batches();
	test_closed_early();
	dir_remove();
	return tap_end();
}
