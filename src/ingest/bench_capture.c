/* Reads a pcap file with libpcap's loop, with our reader without and with the
 * fingerprint, and prints medians of five. Each touches the first byte of each
 * packet. Usage: bench_capture FILE (an uncompressed pcap of 1 GB or more). */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ingest/capture.h"
#include "ingest/format.h"
#include "ingest/window.h"

#define RUNS 5

struct tally {
	uint64_t packets, sum;
};

static struct tally by_libpcap(const char *name)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_open_offline(name, why);
	struct tally t = { 0 };
	struct pcap_pkthdr *h;
	const u_char *data;

	while (p && pcap_next_ex(p, &h, &data) == 1) {
		t.packets++;
		t.sum += h->caplen ? data[0] : 0;
	}
	if (p)
		pcap_close(p);
	return t;
}

static struct tally by_window(const char *name)
{
	struct window *w = window_open(name, NULL, NULL, NULL);
	struct format f = { 0 };
	struct tally t = { 0 };
	struct record r;
	enum parse found = w ? PARSE_OK : PARSE_BAD;

	while (found != PARSE_BAD) {
		found = format_next(&f, &r, window_view(w));
		if (found == PARSE_MORE && !window_more(w, r.n))
			break;
		if (found != PARSE_OK)
			continue;
		window_take(w, r.n);
		t.packets += r.is_packet;
		t.sum +=
			r.is_packet && r.packet.data.n ? r.packet.data.p[0] : 0;
	}
	format_fini(&f);
	window_close(w, NULL);
	return t;
}

static struct tally by_capture(const char *name)
{
	struct capture *c = capture_open(&name, 1, NULL, NULL, NULL);
	struct packet batch[PACKET_BATCH];
	struct tally t = { 0 };
	size_t n;

	while (c && (n = capture_read(c, batch)) > 0) {
		t.packets += n;
		for (size_t i = 0; i < n; i++)
			t.sum += batch[i].data.n ? batch[i].data.p[0] : 0;
	}
	capture_close(c);
	return t;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		struct tally (*run)(const char *name);
	} readers[] = {
		{ "libpcap, pcap_next_ex()", by_libpcap },
		{ "window, no SHA-256", by_window },
		{ "capture, with SHA-256", by_capture },
	};
	double seconds[3][RUNS];
	struct tally t[3];

	if (argc != 2) {
		fprintf(stderr, "usage: bench_capture FILE\n");
		return 2;
	}
	for (size_t run = 0; run < RUNS; run++) {
		for (size_t i = 0; i < 3; i++) {
			const double start = now();

			t[i] = readers[i].run(argv[1]);
			seconds[i][run] = now() - start;
		}
	}
	for (size_t i = 0; i < 3; i++) {
		qsort(seconds[i], RUNS, sizeof(double), by_value);
		printf("%-24s %7.2f Mpkt/s  %5.2f of libpcap  (%.3f s)%s\n",
		       readers[i].name,
		       (double)t[i].packets / seconds[i][RUNS / 2] / 1e6,
		       seconds[0][RUNS / 2] / seconds[i][RUNS / 2],
		       seconds[i][RUNS / 2],
		       t[i].sum == t[0].sum ? "" : "  differs!");
	}
	return 0;
}
