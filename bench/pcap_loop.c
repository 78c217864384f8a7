/* pcap_loop - the floor: libpcap's own loop over a file, which does nothing
 * with a packet but to touch its first byte. */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE] = "usage: pcap_loop FILE";
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], why) : NULL;
	uint64_t packets = 0, bytes = 0, sum = 0;
	struct pcap_pkthdr *h;
	const u_char *data;
	int found;

	if (!p) {
		(void)fprintf(stderr, "pcap_loop: %s\n", why);
		return 1;
	}
	while ((found = pcap_next_ex(p, &h, &data)) == 1) {
		packets++;
		bytes += h->len;
		sum += h->caplen ? data[0] : 0;
	}
	pcap_close(p);
	printf("%" PRIu64 " packets, %" PRIu64
	       " bytes on the wire, sum %" PRIu64 "\n",
	       packets, bytes, sum);
	return found == PCAP_ERROR_BREAK ? 0 : 1;
}
