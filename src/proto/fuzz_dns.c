/* The properties: what is read is a name in its form and at most so many
 * addresses; written again and read again it is the same; one byte less or
 * more is refused; over TCP the same message comes out. */
#include <stdlib.h>
#include <string.h>

#include "proto/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pairs {
	uint8_t name[DNS_NAME_MAX];
	size_t name_n;
	struct endpoint address[DNS_ANSWERS_MAX];
	size_t n;
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_name(struct span name)
{
	bool dot = true; /* so that no label is empty */

	for (size_t i = 0; i < name.n; i++) {
		const uint8_t ch = name.p[i];

		must(ch == '.' ? !dot
			       : (ch >= 'a' && ch <= 'z') ||
					 (ch >= '0' && ch <= '9') ||
					 ch == '-' || ch == '_');
		dot = ch == '.';
	}
	must(!dot);
}

static void keep(void *context, struct span name, const struct endpoint *e)
{
	struct pairs *p = context;

	must(name.n > 0 && name.n <= DNS_NAME_MAX && p->n < DNS_ANSWERS_MAX);
	check_name(name);
	must(p->n == 0 ||
	     (p->name_n == name.n && !memcmp(p->name, name.p, name.n)));
	memcpy(p->name, name.p, name.n);
	p->name_n = name.n;
	must(e->port == 0);
	p->address[p->n++] = *e;
}

static void check_again(const struct pairs *p)
{
	struct pairs again = { .n = 0 };
	struct buf b;

	buf_init(&b, 1 << 16);
	must(dns_write(&b, (struct span){ p->name, p->name_n }, p->address,
		       p->n));
	must(dns_read_answers(buf_span(&b), keep, &again));
	must(again.n == p->n && again.name_n == p->name_n &&
	     !memcmp(again.name, p->name, p->name_n));
	for (size_t i = 0; i < p->n; i++)
		must(!memcmp(again.address[i].ip, p->address[i].ip,
			     sizeof(p->address[i].ip)));
	buf_fini(&b);
}

static void never(void *context, struct span name, const struct endpoint *e)
{
	(void)context;
	(void)name;
	(void)e;
	abort();
}

static void check_framed(struct span in)
{
	struct buf b;
	struct cur c;
	struct span message;

	buf_init(&b, in.n + 3);
	buf_u8(&b, (uint8_t)(in.n >> 8));
	buf_u8(&b, (uint8_t)in.n);
	buf_add(&b, in.p, in.n);
	buf_u8(&b, 0);
	c = cur_over(buf_span(&b));
	must(dns_take(&message, &c) == PARSE_OK);
	must(message.n == in.n && !memcmp(message.p, in.p, in.n));
	must(cur_left(&c) == 1);
	/* Neither shorter nor longer is it a message. */
	must(!dns_read_answers((struct span){ b.p + 2, in.n - 1 }, never,
			       NULL));
	must(!dns_read_answers((struct span){ b.p + 2, in.n + 1 }, never,
			       NULL));
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pairs p = { .n = 0 };

	if (!dns_read_answers((struct span){ data, size }, keep, &p))
		return 0;
	if (size <= UINT16_MAX)
		check_framed((struct span){ data, size });
	if (p.n > 0)
		check_again(&p);
	return 0;
}
