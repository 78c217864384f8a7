#include "engine/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DNS_PORT  53
#define SECOND_NS INT64_C(1000000000)

struct batch *batch_new(void)
{
	return mem_new(1, sizeof(struct batch));
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	batch_clear(b);
	for (size_t i = 0; i < BATCH_LANES_MAX; i++)
		words_fini(&b->words[i]);
	free(b->copy);
	free(b);
}

/* Times that are not known (pcapng's simple packets have none) are before all
 * others. */
static void see_time(struct batch_counts *n, struct ts t)
{
	if (t.ns <= n->clock_until)
		return;
	const int64_t second = t.ns > 0 ? t.ns / SECOND_NS : 0;

	n->clock_s = (uint32_t)second;
	n->clock_until = second < INT64_MAX / SECOND_NS
				 ? (second + 1) * SECOND_NS - 1
				 : INT64_MAX;
}

static bool borrows_from(const struct segment *seg, const struct packet *p)
{
	return (uintptr_t)seg->payload.p - (uintptr_t)p->data.p < p->data.n ||
	       seg->payload.n == 0;
}

/* Joined fragments are lent only until the next packet is decoded. */
static void keep_copy(struct batch *b, struct segment *seg)
{
	void *copy = mem_new(seg->payload.n, 1);

	if (b->num_copies == b->room_copies) {
		b->room_copies = b->room_copies ? b->room_copies * 2 : 8;
		b->copy =
			mem_resize(b->copy, b->room_copies, sizeof(b->copy[0]));
	}
	b->copy[b->num_copies++] = copy;
	memcpy(copy, seg->payload.p, seg->payload.n);
	seg->payload.p = copy;
}

/* The same for both directions and all ports. It need not withstand who chooses
 * addresses: one that gets all it sends into one lane has won nothing. */
static unsigned lane_of(const struct segment *seg, unsigned lanes)
{
	uint64_t a[2], b[2];

	memcpy(a, seg->src.ip, sizeof(a));
	memcpy(b, seg->dst.ip, sizeof(b));
	const uint64_t h = (a[0] + b[0]) * 0x9e3779b97f4a7c15 + (a[1] + b[1]);

	return (unsigned)(((h * 0xd6e8feb86659fd93) >> 32) * lanes >> 32);
}

static void deal(struct batch *b, unsigned lanes)
{
	uint8_t lane[PACKET_BATCH];
	uint16_t next[BATCH_LANES_MAX] = { 0 };

	for (uint32_t i = 0; i < b->n; i++) {
		lane[i] = (uint8_t)lane_of(&b->segment[i], lanes);
		next[lane[i]]++;
	}
	b->from[0] = 0;
	for (unsigned l = 0; l < lanes; l++) {
		b->from[l + 1] = (uint16_t)(b->from[l] + next[l]);
		next[l] = b->from[l];
	}
	for (uint32_t i = 0; i < b->n; i++)
		b->order[next[lane[i]]++] = (uint16_t)i;
}

/* One lane has them as they come. */
static void deal_to_one(struct batch *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		b->order[i] = (uint16_t)i;
	b->from[0] = 0;
	b->from[1] = (uint16_t)b->n;
}

static bool begins_connection(const struct segment *seg)
{
	return seg->protocol == 6 &&
	       (seg->flags & (DECODE_SYN | DECODE_ACK)) == DECODE_SYN;
}

/* The segment that was decoded behind those that are there. */
static void take(struct batch *b, const struct batch_work *work,
		 const struct packet *p)
{
	struct segment *seg = &b->segment[b->n];

	if (seg->protocol != 6) {
		if (seg->src.port == DNS_PORT && seg->payload.n > 0)
			names_datagram(work->names, seg->payload,
				       b->first + b->n);
	} else if (!borrows_from(seg, p)) {
		keep_copy(b, seg);
	}
	b->clock_s[b->n] = work->counts->clock_s;
	b->n++;
}

void batch_fill(struct batch *b, const struct batch_work *work,
		const struct packet *packet, size_t n)
{
	struct batch_counts *counts = work->counts;
	bool connection[PACKET_BATCH];

	for (size_t i = 0; i < n; i++) {
		struct segment *seg = &b->segment[b->n];
		const enum decode_result r =
			decode_packet(work->decode, seg, &packet[i]);

		counts->bytes += packet[i].wire_len;
		counts->decoded[r]++;
		see_time(counts, packet[i].ts);
		connection[i] = r == DECODE_OK && begins_connection(seg);
		if (r == DECODE_OK)
			take(b, work, &packet[i]);
	}
	traffic_add(work->traffic, packet, connection, n);
	b->now = packet[n - 1].ts;
	counts->packets += n;
	if (work->lanes > 1)
		deal(b, work->lanes);
	else
		deal_to_one(b);
}

void batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->num_copies; i++)
		free(b->copy[i]);
	b->num_copies = 0;
	b->n = 0;
	b->sweep = false;
	capture_hold_free(b->hold);
	b->hold = NULL;
}
