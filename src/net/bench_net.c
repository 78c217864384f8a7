/* Speed of what every packet passes: decoding, hashing, looking up its flow.
 * The frames of a batch are as near to the processor as reading them from a
 * file leaves them (copied just before); the flows are wherever they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "net/decode.h"
#include "net/flow.h"

#define FRAME   260
#define FLOWS   300000u
#define PACKETS (PACKET_BATCH * 2048u)

enum part {
	PART_DECODE,
	PART_LOOK,
	PART_FIND,
	PARTS
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Ethernet, IPv4, TCP with timestamps; one of FLOWS, either direction. */
static void make_frame(uint8_t *p, uint32_t flow, bool back)
{
	static const uint8_t start[] = { 2, 0, 0, 0, 0,    1,    2,   0,
					 0, 0, 0, 2, 0x08, 0x00, 0x45 };
	uint8_t *const client = p + (back ? 30 : 26);
	uint8_t *const server = p + (back ? 26 : 30);
	uint8_t *const port = p + (back ? 36 : 34);
	uint8_t *const other = p + (back ? 34 : 36);

	memcpy(p, start, sizeof(start));
	p[17] = FRAME - 14;
	p[22] = 64;
	p[23] = 6;
	client[0] = 10;
	client[1] = (uint8_t)(flow >> 16);
	client[2] = (uint8_t)(flow >> 8);
	client[3] = (uint8_t)flow;
	memcpy(server, (const uint8_t[]){ 192, 0, 2, (uint8_t)(flow % 7) }, 4);
	port[0] = (uint8_t)(0x80 | flow >> 3);
	port[1] = (uint8_t)(flow * 7);
	other[0] = 3333 >> 8;
	other[1] = 3333 & 255;
	p[46] = 0x80;
	p[47] = 0x18;
}

struct bench {
	uint8_t *frames;
	uint8_t batch[PACKET_BATCH][FRAME];
	struct decode *decode;
	struct flow_table *flows;
	struct packet packet[PACKET_BATCH];
	struct segment segment[PACKET_BATCH];
	uint16_t which[PACKET_BATCH];
	struct flow_hint hint[PACKET_BATCH];
	double seconds[PARTS];
	uint64_t ok;
};

static void run_batch(struct bench *b, size_t first)
{
	enum flow_direction direction;

	memcpy(b->batch, b->frames + first * FRAME, sizeof(b->batch));
	for (size_t i = 0; i < PACKET_BATCH; i++)
		b->packet[i] = (struct packet){
			.ts = { (int64_t)(first + i) * 1000 },
			.frame = first + i,
			.wire_len = FRAME,
			.link = 1,
			.data = { b->batch[i], FRAME },
		};
	const double t0 = now();

	for (size_t i = 0; i < PACKET_BATCH; i++)
		b->ok += decode_packet(b->decode, &b->segment[i],
				       &b->packet[i]) == DECODE_OK;
	const double t1 = now();

	flow_look(b->flows, b->hint, b->segment, b->which, PACKET_BATCH);
	const double t2 = now();

	for (size_t i = 0; i < PACKET_BATCH; i++)
		flow_of(b->flows, &direction, &b->segment[i], &b->hint[i], 0)
			->budget += (uint16_t)direction;
	b->seconds[PART_DECODE] += t1 - t0;
	b->seconds[PART_LOOK] += t2 - t1;
	b->seconds[PART_FIND] += now() - t2;
}

int main(void)
{
	struct bench b = { .frames = mem_new(PACKETS, FRAME) };
	uint64_t state = 1;

	for (uint16_t i = 0; i < PACKET_BATCH; i++)
		b.which[i] = i;
	b.decode = decode_new();
	b.flows = flow_table_new(1u << 20, NULL, NULL);
	for (uint32_t i = 0; i < PACKETS; i++) {
		const uint32_t any =
			i < FLOWS ? i : next_random(&state) % FLOWS;

		make_frame(b.frames + (size_t)i * FRAME, any,
			   next_random(&state) % 2);
	}
	for (int trial = 0; trial < 6; trial++) {
		memset(b.seconds, 0, sizeof(b.seconds));
		for (size_t i = 0; i < PACKETS; i += PACKET_BATCH)
			run_batch(&b, i);
		double all = 0;

		for (int i = 0; i < PARTS; i++)
			all += b.seconds[i];
		printf("%7.2f Mpkt/s%s: decode %.1f, look %.1f, find %.1f "
		       "ns, %zu flows\n",
		       PACKETS / all / 1e6, trial ? "" : " (making)",
		       b.seconds[PART_DECODE] / PACKETS * 1e9,
		       b.seconds[PART_LOOK] / PACKETS * 1e9,
		       b.seconds[PART_FIND] / PACKETS * 1e9,
		       flow_count(b.flows));
	}
	const bool all_ok = b.ok == 6ull * PACKETS;

	flow_table_free(b.flows);
	decode_free(b.decode);
	free(b.frames);
	return !all_ok;
}
