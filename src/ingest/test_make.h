/* Writes capture files for the tests of this room, in either byte order. */
#ifndef INGEST_TEST_MAKE_H
#define INGEST_TEST_MAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "ingest/record.h"

struct make {
	struct buf out;
	bool big;
};

static inline void make_init(struct make *m, bool big)
{
	buf_init(&m->out, 64u << 20);
	m->big = big;
}

static inline void make_u16(struct make *m, unsigned v)
{
	buf_u8(&m->out, (uint8_t)(m->big ? v >> 8 : v));
	buf_u8(&m->out, (uint8_t)(m->big ? v : v >> 8));
}

static inline void make_u32(struct make *m, uint32_t v)
{
	if (m->big)
		buf_be32(&m->out, v);
	else
		buf_le32(&m->out, v);
}

static inline void make_u64(struct make *m, uint64_t v)
{
	make_u32(m, (uint32_t)(m->big ? v >> 32 : v));
	make_u32(m, (uint32_t)(m->big ? v : v >> 32));
}

/* n bytes that depend on seed. */
static inline void make_bytes(struct make *m, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		buf_u8(&m->out, (uint8_t)(seed * 31 + i));
}

static inline void make_pcap(struct make *m, uint32_t magic, uint32_t link)
{
	make_u32(m, magic);
	make_u16(m, 2);
	make_u16(m, 4);
	make_u64(m, 0);
	make_u32(m, 262144);
	make_u32(m, link);
}

static inline void make_packet(struct make *m, uint32_t seconds,
			       uint32_t fraction, uint32_t n, uint32_t wire)
{
	make_u32(m, seconds);
	make_u32(m, fraction);
	make_u32(m, n);
	make_u32(m, wire);
	make_bytes(m, n, seconds);
}

/* A block around n body bytes, zeros added up to a multiple of four. */
static inline void make_block(struct make *m, uint32_t type, const void *body,
			      size_t n)
{
	const uint32_t all = (uint32_t)((n + 3) / 4 * 4 + 12);

	make_u32(m, type);
	make_u32(m, all);
	buf_add(&m->out, body, n);
	while (n++ % 4)
		buf_u8(&m->out, 0);
	make_u32(m, all);
}

/* The same, with a body made by another maker, which it frees. */
static inline void make_block_of(struct make *m, uint32_t type,
				 struct make *body)
{
	make_block(m, type, body->out.p, body->out.n);
	buf_fini(&body->out);
}

static inline void make_section(struct make *m)
{
	struct make body;

	make_init(&body, m->big);
	make_u32(&body, 0x1a2b3c4d);
	make_u16(&body, 1);
	make_u16(&body, 0);
	make_u64(&body, UINT64_MAX);
	make_block_of(m, 0x0a0d0d0a, &body);
}

/* resolution as if_tsresol has it; offset in seconds. */
static inline void make_interface(struct make *m, unsigned link,
				  uint32_t snaplen, uint8_t resolution,
				  int64_t offset)
{
	struct make body;

	make_init(&body, m->big);
	make_u16(&body, link);
	make_u16(&body, 0);
	make_u32(&body, snaplen);
	make_u16(&body, 2); /* if_name, to be stepped over */
	make_u16(&body, 3);
	buf_text(&body.out, "eth");
	buf_u8(&body.out, 0);
	make_u16(&body, 9);
	make_u16(&body, 1);
	buf_u8(&body.out, resolution);
	buf_add(&body.out, "\0\0\0", 3);
	make_u16(&body, 14);
	make_u16(&body, 8);
	make_u64(&body, (uint64_t)offset);
	make_u32(&body, 0);
	make_block_of(m, 1, &body);
}

static inline void make_enhanced(struct make *m, uint32_t interface,
				 uint64_t time, uint32_t n, uint32_t wire)
{
	struct make body;

	make_init(&body, m->big);
	make_u32(&body, interface);
	make_u32(&body, (uint32_t)(time >> 32));
	make_u32(&body, (uint32_t)time);
	make_u32(&body, n);
	make_u32(&body, wire);
	make_bytes(&body, n, interface);
	make_block_of(m, 6, &body);
}

/* The obsolete packet block. */
static inline void make_obsolete(struct make *m, unsigned interface,
				 uint64_t time, uint32_t n)
{
	struct make body;

	make_init(&body, m->big);
	make_u16(&body, interface);
	make_u16(&body, 7); /* drops */
	make_u32(&body, (uint32_t)(time >> 32));
	make_u32(&body, (uint32_t)time);
	make_u32(&body, n);
	make_u32(&body, n);
	make_bytes(&body, n, interface);
	make_block_of(m, 2, &body);
}

static inline void make_simple(struct make *m, uint32_t wire, size_t n)
{
	struct make body;

	make_init(&body, m->big);
	make_u32(&body, wire);
	make_bytes(&body, n, 3);
	make_block_of(m, 3, &body);
}

/* A decryption secrets block, of kind 0x544c534b for a TLS key log. */
static inline void make_secrets(struct make *m, uint32_t kind, const char *text,
				uint32_t n)
{
	struct make body;

	make_init(&body, m->big);
	make_u32(&body, kind);
	make_u32(&body, n);
	buf_text(&body.out, text);
	make_block_of(m, 10, &body);
}

/* A copy in a malloc of exactly its size, so that a sanitizer sees a read of
 * one byte more. */
static inline struct span make_exact(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	for (size_t i = 0; i < n; i++)
		copy[i] = p[i];
	return (struct span){ copy, n };
}

#endif /* INGEST_TEST_MAKE_H */
