#include "net/fragment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

/* A datagram with more holes than this is dropped: the path MTUs of the real
 * world give at most some 60, and then only if every other one is late. */
#define RANGES     64
#define BUCKETS    2048
#define ROOM_START 2048
#define NOBODY     UINT16_MAX

/* What makes two fragments parts of one datagram. No padding: it is hashed. */
struct key {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint8_t version;
	uint8_t protocol; /* 0 for IPv6, where it does not count */
	uint8_t zero[2];
};

struct range {
	uint32_t from, to;
};

struct datagram {
	struct key key;
	struct ts started;
	uint8_t *bytes;
	uint32_t room;
	uint32_t total; /* 0 until the last fragment is here */
	uint32_t fragments;
	struct range have[RANGES]; /* ascending, never touching */
	uint32_t ranges;
	uint16_t older, newer; /* by arrival of the first fragment */
	uint16_t next;         /* in its bucket, or among the free */
	uint8_t protocol;
	bool spoilt; /* remembered, so that its later fragments go too */
};

struct fragment_table {
	struct datagram *datagram; /* FRAGMENT_DATAGRAMS of them */
	uint16_t bucket[BUCKETS];
	uint16_t free, oldest, newest;
	uint32_t bytes; /* sum of room */
	uint8_t *whole; /* what the last call gave out */
	uint64_t dropped;
};

struct fragment_table *fragment_table_new(void)
{
	struct fragment_table *t = mem_new(1, sizeof(*t));

	t->datagram = mem_new(FRAGMENT_DATAGRAMS, sizeof(*t->datagram));
	for (uint16_t i = 0; i < FRAGMENT_DATAGRAMS; i++)
		t->datagram[i].next = (uint16_t)(i + 1);
	t->datagram[FRAGMENT_DATAGRAMS - 1].next = NOBODY;
	memset(t->bucket, 0xff, sizeof(t->bucket));
	t->oldest = NOBODY;
	t->newest = NOBODY;
	return t;
}

void fragment_table_free(struct fragment_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < FRAGMENT_DATAGRAMS; i++)
		free(t->datagram[i].bytes);
	free(t->datagram);
	free(t->whole);
	free(t);
}

static struct key key_of(const struct fragment *f)
{
	struct key k = {
		.id = f->id,
		.version = f->version,
		.protocol = f->version == 4 ? f->protocol : 0,
	};

	memcpy(k.src, f->src, sizeof(k.src));
	memcpy(k.dst, f->dst, sizeof(k.dst));
	return k;
}

/* The seed need not be a secret: the worst that chosen collisions make is one
 * chain of FRAGMENT_DATAGRAMS. */
static uint16_t *bucket_of(struct fragment_table *t, const struct key *k)
{
	return &t->bucket[map_hash(0, k, sizeof(*k)) % BUCKETS];
}

static void free_bytes(struct fragment_table *t, struct datagram *d)
{
	free(d->bytes);
	t->bytes -= d->room;
	d->bytes = NULL;
	d->room = 0;
}

static void remove_datagram(struct fragment_table *t, struct datagram *d)
{
	const uint16_t place = (uint16_t)(d - t->datagram);
	uint16_t *link = bucket_of(t, &d->key);

	while (*link != place)
		link = &t->datagram[*link].next;
	*link = d->next;
	*(d->older == NOBODY ? &t->oldest : &t->datagram[d->older].newer) =
		d->newer;
	*(d->newer == NOBODY ? &t->newest : &t->datagram[d->newer].older) =
		d->older;
	free_bytes(t, d);
	d->next = t->free;
	t->free = place;
}

static void drop(struct fragment_table *t, struct datagram *d)
{
	t->dropped += d->fragments;
	remove_datagram(t, d);
}

/* Either way round: in a second capture file time may begin anew. */
static bool aged(const struct datagram *d, struct ts now)
{
	return ts_known(now) && ts_known(d->started) &&
	       fabs(ts_seconds(d->started, now)) > FRAGMENT_AGE_S;
}

static void drop_aged(struct fragment_table *t, struct ts now)
{
	while (t->oldest != NOBODY && aged(&t->datagram[t->oldest], now))
		drop(t, &t->datagram[t->oldest]);
}

static struct datagram *find(struct fragment_table *t, const struct key *k)
{
	uint16_t i = *bucket_of(t, k);

	while (i != NOBODY && memcmp(&t->datagram[i].key, k, sizeof(*k)) != 0)
		i = t->datagram[i].next;
	return i == NOBODY ? NULL : &t->datagram[i];
}

static struct datagram *make(struct fragment_table *t, const struct key *k,
			     struct ts now)
{
	uint16_t *bucket = bucket_of(t, k);

	if (t->free == NOBODY)
		drop(t, &t->datagram[t->oldest]);
	const uint16_t place = t->free;
	struct datagram *d = &t->datagram[place];

	t->free = d->next;
	*d = (struct datagram){
		.key = *k,
		.started = now,
		.older = t->newest,
		.newer = NOBODY,
		.next = *bucket,
	};
	*bucket = place;
	*(t->newest == NOBODY ? &t->oldest : &t->datagram[t->newest].newer) =
		place;
	t->newest = place;
	return d;
}

/* Room for end bytes, at the cost of older datagrams if it must be. */
static void make_room(struct fragment_table *t, struct datagram *d,
		      uint32_t end)
{
	uint32_t room = d->room ? d->room : ROOM_START;

	if (end <= d->room)
		return;
	while (room < end)
		room *= 2;
	while (t->bytes + (room - d->room) > FRAGMENT_BYTES) {
		struct datagram *oldest = &t->datagram[t->oldest];

		drop(t, oldest == d ? &t->datagram[d->newer] : oldest);
	}
	t->bytes += room - d->room;
	d->bytes = mem_resize(d->bytes, room, 1);
	d->room = room;
}

/* The last fragment says where the datagram ends; nothing may contradict it. */
static bool fits_total(struct datagram *d, const struct fragment *f,
		       uint32_t end)
{
	const uint32_t known = d->ranges ? d->have[d->ranges - 1].to : 0;

	if (f->more)
		return !d->total || end < d->total;
	if ((d->total && d->total != end) || known > end)
		return false;
	d->total = end;
	return true;
}

static bool agrees(const struct datagram *d, const struct fragment *f,
		   const struct range *r)
{
	const uint32_t end = f->offset + (uint32_t)f->bytes.n;
	const uint32_t from = r->from > f->offset ? r->from : f->offset;
	const uint32_t to = r->to < end ? r->to : end;

	return from >= to ||
	       !memcmp(d->bytes + from, f->bytes.p + (from - f->offset),
		       to - from);
}

/* Adds f's range to those d has; false if that contradicts or is too much. */
static bool add_range(struct datagram *d, const struct fragment *f)
{
	struct range new = { f->offset, f->offset + (uint32_t)f->bytes.n };
	uint32_t first = 0, last;

	while (first < d->ranges && d->have[first].to < new.from)
		first++;
	/* Those from first to before last touch or overlap the new one. */
	for (last = first; last < d->ranges; last++) {
		const struct range *r = &d->have[last];

		if (r->from > new.to)
			break;
		if (!agrees(d, f, r))
			return false;
		new.from = r->from < new.from ? r->from : new.from;
		new.to = r->to > new.to ? r->to : new.to;
	}
	if (first == last && d->ranges == RANGES)
		return false;
	memmove(&d->have[first + 1], &d->have[last],
		(d->ranges - last) * sizeof(new));
	d->have[first] = new;
	d->ranges = d->ranges - (last - first) + 1;
	return true;
}

static bool add(struct fragment_table *t, struct datagram *d,
		const struct fragment *f)
{
	const uint32_t end = f->offset + (uint32_t)f->bytes.n;

	if (f->bytes.n == 0 || f->bytes.n > FRAGMENT_DATAGRAM_MAX ||
	    end > FRAGMENT_DATAGRAM_MAX || !fits_total(d, f, end))
		return false;
	make_room(t, d, end);
	if (!add_range(d, f))
		return false;
	memcpy(d->bytes + f->offset, f->bytes.p, f->bytes.n);
	if (f->offset == 0)
		d->protocol = f->protocol;
	return true;
}

static void spoil(struct fragment_table *t, struct datagram *d)
{
	t->dropped += d->fragments;
	d->fragments = 0;
	d->spoilt = true;
	free_bytes(t, d);
}

bool fragment_join(struct fragment_table *t, struct span *whole,
		   uint8_t *protocol, const struct fragment *f)
{
	const struct key k = key_of(f);

	drop_aged(t, f->ts);
	struct datagram *d = find(t, &k);

	/* An older one of another time may have kept it from being dropped. */
	if (d && aged(d, f->ts)) {
		drop(t, d);
		d = NULL;
	}
	if (!d)
		d = make(t, &k, f->ts);
	d->fragments++;
	if (d->spoilt || !add(t, d, f)) {
		spoil(t, d);
		return false;
	}
	if (d->ranges != 1 || d->have[0].from != 0 || d->have[0].to != d->total)
		return false;
	free(t->whole); /* f was copied by now, if it lay in there */
	t->whole = d->bytes;
	*whole = (struct span){ d->bytes, d->total };
	*protocol = d->protocol;
	t->bytes -= d->room;
	d->bytes = NULL;
	d->room = 0;
	remove_datagram(t, d);
	return true;
}

void fragment_count_dropped(struct fragment_table *t)
{
	t->dropped++;
}

uint64_t fragment_dropped(const struct fragment_table *t)
{
	return t->dropped;
}
