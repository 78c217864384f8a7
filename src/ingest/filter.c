#include "ingest/filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SNAPLEN 262144 /* what a match returns; only its being 0 matters */

struct program {
	uint32_t link;
	bool taken;
	struct bpf_program code;
	struct why why; /* if not taken */
};

struct filter {
	char *expression;
	struct program programs[FILTER_LINKS_MAX + 1]; /* one for the rest */
	size_t n, last; /* last: packets mostly follow their like */
};

/* What files call a link (LINKTYPE_) and what libpcap calls it here (DLT_) are
 * the same numbers but for a few old ones, which differ between systems. */
static int linktype_dlt(uint32_t link)
{
	static const struct {
		uint32_t link;
		int dlt;
	} odd[] = {
		{ 100, DLT_ATM_RFC1483 }, { 101, DLT_RAW },
		{ 102, DLT_SLIP_BSDOS },  { 103, DLT_PPP_BSDOS },
		{ 106, DLT_ATM_CLIP },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (link == odd[i].link)
			return odd[i].dlt;
	}
	return (int)link;
}

static void compile(struct program *p, const char *expression, uint32_t link)
{
	pcap_t *dead = pcap_open_dead(linktype_dlt(link), SNAPLEN);

	p->link = link;
	p->taken = dead && !pcap_compile(dead, &p->code, expression, 1,
					 PCAP_NETMASK_UNKNOWN);
	if (!p->taken)
		status_why(&p->why, ST_USAGE, "filter \"%s\": %s", expression,
			   dead ? pcap_geterr(dead) : "out of memory");
	if (dead)
		pcap_close(dead);
}

static struct program *program(struct filter *f, uint32_t link)
{
	if (f->n && f->programs[f->last].link == link)
		return &f->programs[f->last];
	for (f->last = 0; f->last < f->n; f->last++) {
		if (f->programs[f->last].link == link)
			return &f->programs[f->last];
	}
	struct program *new = &f->programs[f->last];

	if (f->n == FILTER_LINKS_MAX) {
		new->link = link;
		status_why(&new->why, ST_USAGE,
			   "filter \"%s\": more than %d link types",
			   f->expression, FILTER_LINKS_MAX);
		return new;
	}
	compile(new, f->expression, link);
	f->n++;
	return new;
}

/* Is there a usual link type that the expression can be said of? The sentence
 * of the first, Ethernet, is what people know from tcpdump. */
static bool sensible(struct filter *f, struct why *why)
{
	static const uint32_t usual[] = { 1, 101, 113, 0, 105, 127 };
	struct why ignored;

	if (filter_takes(f, usual[0], why))
		return true;
	for (size_t i = 1; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (filter_takes(f, usual[i], &ignored))
			return true;
	}
	return false;
}

struct filter *filter_new(const char *expression, struct why *why)
{
	struct filter *f = mem_new(1, sizeof(*f));
	struct why refusal;

	f->expression = mem_text(expression, strlen(expression));
	if (sensible(f, &refusal))
		return f;
	filter_free(f);
	if (why)
		*why = refusal;
	return NULL;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		pcap_freecode(&f->programs[i].code);
	free(f->expression);
	free(f);
}

bool filter_match(struct filter *f, const struct packet *p)
{
	const struct program *program_of = program(f, p->link);
	const struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)p->data.n,
		.len = p->wire_len,
	};

	return program_of->taken &&
	       pcap_offline_filter(&program_of->code, &header, p->data.p);
}

bool filter_takes(struct filter *f, uint32_t link, struct why *why)
{
	const struct program *p = program(f, link);

	if (!p->taken && why)
		*why = p->why;
	return p->taken;
}
