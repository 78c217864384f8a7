#include "proto/dns.h"

#include <string.h>

#define HEADER_SIZE 12
#define QUESTION    4  /* bytes behind its name */
#define RECORD_MIN  11 /* the root's name, and the rest without data */
#define LABEL_MAX   63
#define POINTER     0xc0

enum flags {
	RESPONSE = 0x8000,
	OPCODE = 0x7800,
	RCODE = 0x000f
};

enum type {
	TYPE_A = 1,
	TYPE_CNAME = 5,
	TYPE_AAAA = 28
};

#define CLASS_INTERNET 1

struct name {
	uint8_t n;
	uint8_t text[DNS_NAME_MAX];
};

struct record {
	struct name owner;
	uint16_t type;
	struct name target;      /* of a CNAME */
	struct endpoint address; /* of A and AAAA */
};

struct answers {
	struct name asked;
	size_t n;
	struct record record[DNS_ANSWERS_MAX];
};

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool name_equals(const struct name *a, const struct name *b)
{
	return a->n == b->n && !memcmp(a->text, b->text, a->n);
}

/* Adds a label, in lower case. */
/* What a character of a name becomes, from 0x20 on; a space: there is none. */
static const uint8_t lower[] = "             -  0123456789      "
			       " abcdefghijklmnopqrstuvwxyz    _"
			       " abcdefghijklmnopqrstuvwxyz     ";

static bool name_add(struct name *out, struct span label)
{
	size_t n = out->n;

	if (label.n > LABEL_MAX || n + (n > 0) + label.n > DNS_NAME_MAX)
		return false;
	if (n > 0)
		out->text[n++] = '.';
	for (size_t i = 0; i < label.n; i++) {
		const uint8_t from = (uint8_t)(label.p[i] - ' ');
		const uint8_t ch = from < sizeof(lower) - 1 ? lower[from] : 0;

		if (ch == 0 || ch == ' ')
			return false;
		out->text[n++] = ch;
	}
	out->n = (uint8_t)n;
	return true;
}

static struct cur cur_from(struct span message, size_t at)
{
	struct cur c = cur_over(message);

	cur_take(&c, at);
	return c;
}

/* A name at c, a cursor over the message's beginning (section 4.1.4). Each
 * pointer leads before what it was met in, so following them ends. */
static bool name_read(struct name *out, struct cur *c, struct span message)
{
	size_t piece = cur_where(c);
	bool jumped = false;
	struct cur at = *c;
	uint8_t n;

	out->n = 0;
	while ((n = cur_u8(&at)) != 0) {
		if (n <= LABEL_MAX) {
			if (!name_add(out, cur_take(&at, n)) || !cur_ok(&at))
				return false;
			continue;
		}
		const size_t to = (size_t)(n & ~POINTER) << 8 | cur_u8(&at);

		if (n < POINTER || !cur_ok(&at) || to < HEADER_SIZE ||
		    to >= piece)
			return false;
		if (!jumped)
			*c = at;
		jumped = true;
		piece = to;
		at = cur_from(message, to);
	}
	if (!jumped)
		*c = at;
	return cur_ok(&at);
}

/* Steps over a name that nobody wants to know. */
static void name_skip(struct cur *c)
{
	uint8_t n;

	while ((n = cur_u8(c)) != 0) {
		if (n >= POINTER) {
			cur_u8(c);
			return;
		}
		/* Labels of 64 and more are of no known kind. */
		cur_take(c, n <= LABEL_MAX ? n : SIZE_MAX);
	}
}

static bool read_data(struct record *r, struct span message, size_t from,
		      struct span data)
{
	/* Sees what lies before it, and not beyond its end. */
	struct cur c =
		cur_from((struct span){ message.p, from + data.n }, from);

	switch (r->type) {
	case TYPE_CNAME:
		return name_read(&r->target, &c, message) && cur_done(&c);
	case TYPE_A:
		if (data.n != 4)
			return false;
		memcpy(r->address.ip, mapped, sizeof(mapped));
		memcpy(r->address.ip + sizeof(mapped), data.p, data.n);
		return true;
	default: /* TYPE_AAAA */
		if (data.n != sizeof(r->address.ip))
			return false;
		memcpy(r->address.ip, data.p, data.n);
		return true;
	}
}

static bool read_answer(struct answers *all, struct cur *c, struct span message)
{
	struct record *r = &all->record[all->n];

	if (!name_read(&r->owner, c, message))
		return false;
	r->type = cur_be16(c);
	const uint16_t class = cur_be16(c);

	cur_be32(c); /* time to live */
	const uint16_t n = cur_be16(c);
	const size_t from = cur_where(c);
	const struct span data = cur_take(c, n);

	if (!cur_ok(c))
		return false;
	if (class != CLASS_INTERNET ||
	    (r->type != TYPE_A && r->type != TYPE_AAAA &&
	     r->type != TYPE_CNAME))
		return true;
	r->address.port = 0;
	all->n++;
	return read_data(r, message, from, data);
}

static void skip_record(struct cur *c)
{
	name_skip(c);
	cur_take(c, 8); /* type, class, time to live */
	cur_take(c, cur_be16(c));
}

static bool read_question(struct name *out, struct cur *c, struct span message)
{
	const bool good = name_read(out, c, message) && out->n > 0;

	cur_be16(c); /* type: the answers say what they are */
	return good && cur_be16(c) == CLASS_INTERNET;
}

static bool read_message(struct answers *all, struct span message)
{
	struct cur c = cur_over(message);

	cur_be16(&c); /* id */
	const uint16_t flags = cur_be16(&c), questions = cur_be16(&c);
	const uint16_t answers = cur_be16(&c), authorities = cur_be16(&c);
	const uint32_t records = (uint32_t)answers + authorities + cur_be16(&c);

	if ((flags & (RESPONSE | OPCODE | RCODE)) != RESPONSE ||
	    questions != 1 || !cur_fits(&c, records, RECORD_MIN) ||
	    !read_question(&all->asked, &c, message))
		return false;
	for (uint32_t i = 0; i < records && cur_ok(&c); i++) {
		if (i >= answers || i >= DNS_ANSWERS_MAX)
			skip_record(&c);
		else if (!read_answer(all, &c, message))
			return false;
	}
	return cur_done(&c);
}

static const struct name *alias_target(const struct answers *all,
				       const struct name *owner)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct record *r = &all->record[i];

		if (r->type == TYPE_CNAME && name_equals(&r->owner, owner))
			return &r->target;
	}
	return NULL;
}

/* Where the chain of CNAMEs ends; NULL if it goes in a circle, or has as many
 * links as there are records, which leaves none for an address. */
static const struct name *chain_end(const struct answers *all)
{
	const struct name *at = &all->asked;

	for (size_t links = 0; links < all->n; links++) {
		const struct name *next = alias_target(all, at);

		if (!next)
			return at;
		at = next;
	}
	return NULL;
}

bool dns_read_answers(struct span message, dns_sink *sink, void *context)
{
	struct answers all;

	all.n = 0;
	if (!read_message(&all, message))
		return false;
	const struct name *end = chain_end(&all);

	for (size_t i = 0; end && i < all.n; i++)
		if (all.record[i].type != TYPE_CNAME &&
		    name_equals(&all.record[i].owner, end))
			sink(context,
			     (struct span){ all.asked.text, all.asked.n },
			     &all.record[i].address);
	return true;
}

enum parse dns_take(struct span *message, struct cur *c)
{
	struct cur ahead = *c;
	const uint16_t n = cur_be16(&ahead);

	if (!cur_ok(&ahead))
		return PARSE_MORE;
	if (n < HEADER_SIZE)
		return PARSE_BAD;
	const struct span found = cur_take(&ahead, n);

	if (!cur_ok(&ahead))
		return PARSE_MORE;
	*message = found;
	*c = ahead;
	return PARSE_OK;
}

static void add_be16(struct buf *b, uint16_t v)
{
	buf_u8(b, (uint8_t)(v >> 8));
	buf_u8(b, (uint8_t)v);
}

/* The labels of a text, each behind its length; the root's ends them. */
static bool add_name(struct buf *b, struct span text)
{
	struct name checked = { .n = 0 };
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '.')
			continue;
		const struct span label = { text.p + from, i - from };

		if (label.n == 0 || !name_add(&checked, label))
			return false;
		buf_u8(b, (uint8_t)label.n);
		buf_add(b, label.p, label.n);
		from = i + 1;
	}
	return buf_u8(b, 0);
}

static void add_address(struct buf *b, const struct endpoint *e)
{
	const bool four = !memcmp(e->ip, mapped, sizeof(mapped));
	const size_t skip = four ? sizeof(mapped) : 0;

	add_be16(b, POINTER << 8 | HEADER_SIZE); /* the name asked for */
	add_be16(b, four ? TYPE_A : TYPE_AAAA);
	add_be16(b, CLASS_INTERNET);
	buf_be32(b, 0); /* not to be kept */
	add_be16(b, (uint16_t)(sizeof(e->ip) - skip));
	buf_add(b, e->ip + skip, sizeof(e->ip) - skip);
}

/* The largest: header, name, question, and AAAA records. */
#define MESSAGE_MAX                                                            \
	(HEADER_SIZE + DNS_NAME_MAX + 2 + QUESTION + DNS_ANSWERS_MAX * 28)

bool dns_write(struct buf *out, struct span name,
	       const struct endpoint *addresses, size_t n)
{
	struct buf b;

	if (n > DNS_ANSWERS_MAX)
		return false;
	buf_init(&b, MESSAGE_MAX);
	add_be16(&b, 0); /* id */
	add_be16(&b, RESPONSE);
	add_be16(&b, 1);
	add_be16(&b, (uint16_t)n);
	add_be16(&b, 0);
	add_be16(&b, 0);
	bool good = add_name(&b, name);

	add_be16(&b, TYPE_A);
	add_be16(&b, CLASS_INTERNET);
	for (size_t i = 0; i < n; i++)
		add_address(&b, &addresses[i]);
	good = good && !b.full && buf_add(out, b.p, b.n);
	buf_fini(&b);
	return good;
}
