#include "proto/stratum2_message.h"

#include <string.h>

#define BYTES32_MAX 32

/* One walk over the fields reads them (out is NULL) or writes them. */
struct codec {
	struct cur in;
	struct buf *out;
	bool bad;
};

static void put(struct codec *c, const void *p, size_t n)
{
	c->bad |= !buf_add(c->out, p, n);
}

/* The lowest `size` bytes, least significant first. */
static uint64_t number(struct codec *c, uint64_t v, size_t size)
{
	uint8_t raw[8] = { 0 };
	uint64_t read = 0;

	if (c->out) {
		for (size_t i = 0; i < size; i++)
			raw[i] = (uint8_t)(v >> (8 * i));
		put(c, raw, size);
		return v;
	}
	const struct span s = cur_take(&c->in, size);

	for (size_t i = s.n; i > 0; i--)
		read = read << 8 | s.p[i - 1];
	return read;
}

static void field_u8(struct codec *c, uint8_t *v)
{
	*v = (uint8_t)number(c, *v, 1);
}

static void field_u16(struct codec *c, uint16_t *v)
{
	*v = (uint16_t)number(c, *v, 2);
}

static void field_u32(struct codec *c, uint32_t *v)
{
	*v = (uint32_t)number(c, *v, 4);
}

static void field_u64(struct codec *c, uint64_t *v)
{
	*v = number(c, *v, 8);
}

static void field_f32(struct codec *c, float *v)
{
	uint32_t bits;

	memcpy(&bits, v, sizeof(bits));
	field_u32(c, &bits);
	memcpy(v, &bits, sizeof(bits));
}

/* Only the lowest bit counts. */
static void field_bool(struct codec *c, bool *v)
{
	*v = number(c, *v, 1) & 1;
}

static void field_u256(struct codec *c, uint8_t v[32])
{
	if (c->out) {
		put(c, v, 32);
		return;
	}
	const struct span s = cur_take(&c->in, 32);

	if (s.n)
		memcpy(v, s.p, 32);
}

/* A count in `size` bytes, and as many items of `unit` bytes. */
static void field_items(struct codec *c, struct span *v, size_t size,
			size_t unit, size_t most)
{
	const size_t count = (size_t)number(c, v->n / unit, size);

	c->bad |= count > most;
	if (c->bad)
		return;
	if (c->out)
		put(c, v->p, v->n);
	else if (cur_fits(&c->in, count, unit))
		*v = cur_take(&c->in, count * unit);
}

static void field_text(struct codec *c, struct span *v)
{
	field_items(c, v, 1, 1, UINT8_MAX);
}

static void field_bytes32(struct codec *c, struct span *v)
{
	field_items(c, v, 1, 1, BYTES32_MAX);
}

static void field_option_u32(struct codec *c, bool *has, uint32_t *v)
{
	const uint64_t count = number(c, *has, 1);

	c->bad |= count > 1;
	*has = count == 1;
	if (*has)
		field_u32(c, v);
}

static void fields_setup(struct codec *c, struct stratum2_setup *m)
{
	field_u8(c, &m->protocol);
	field_u16(c, &m->min_version);
	field_u16(c, &m->max_version);
	field_u32(c, &m->flags);
	field_text(c, &m->host);
	field_u16(c, &m->port);
	field_text(c, &m->vendor);
	field_text(c, &m->hardware);
	field_text(c, &m->firmware);
	field_text(c, &m->device);
}

static void fields_open(struct codec *c, struct stratum2_open *m, bool extended)
{
	field_u32(c, &m->request);
	field_text(c, &m->user);
	field_f32(c, &m->hash_rate);
	field_u256(c, m->max_target);
	if (extended)
		field_u16(c, &m->min_extranonce_size);
}

static void fields_opened(struct codec *c, struct stratum2_opened *m,
			  bool extended)
{
	field_u32(c, &m->request);
	field_u32(c, &m->channel);
	field_u256(c, m->target);
	if (extended)
		field_u16(c, &m->extranonce_size);
	field_bytes32(c, &m->prefix);
	if (!c->out)
		m->has_group = !extended || cur_left(&c->in) > 0;
	if (m->has_group)
		field_u32(c, &m->group);
}

static void fields_job(struct codec *c, struct stratum2_job *m, bool extended)
{
	field_u32(c, &m->channel);
	field_u32(c, &m->job);
	field_option_u32(c, &m->has_min_ntime, &m->min_ntime);
	field_u32(c, &m->version);
	if (!extended) {
		field_u256(c, m->merkle_root);
		return;
	}
	field_bool(c, &m->version_rolling);
	field_items(c, &m->path, 1, 32, UINT8_MAX);
	field_items(c, &m->prefix, 2, 1, UINT16_MAX);
	field_items(c, &m->suffix, 2, 1, UINT16_MAX);
}

static void fields_submit(struct codec *c, struct stratum2_submit *m,
			  bool extended)
{
	field_u32(c, &m->channel);
	field_u32(c, &m->sequence);
	field_u32(c, &m->job);
	field_u32(c, &m->nonce);
	field_u32(c, &m->ntime);
	field_u32(c, &m->version);
	if (extended)
		field_bytes32(c, &m->extranonce);
}

static void fields_submitted(struct codec *c, struct stratum2_submitted *m)
{
	field_u32(c, &m->channel);
	field_u32(c, &m->last_sequence);
	field_u32(c, &m->accepted);
	field_u64(c, &m->difficulty_sum);
}

static void fields_prev_hash(struct codec *c, struct stratum2_prev_hash *m)
{
	field_u32(c, &m->channel);
	field_u32(c, &m->job);
	field_u256(c, m->prev_hash);
	field_u32(c, &m->min_ntime);
	field_u32(c, &m->nbits);
}

static void fields_refusal(struct codec *c, struct stratum2_message *m)
{
	field_u32(c, &m->refusal.id);
	if (m->type == STRATUM2_SUBMIT_ERROR)
		field_u32(c, &m->refusal.sequence);
	field_text(c, &m->refusal.text);
}

/* Also SetTarget, which is an UpdateChannel without a hash rate. */
static void fields_update(struct codec *c, struct stratum2_message *m)
{
	field_u32(c, &m->update.channel);
	if (m->type == STRATUM2_UPDATE)
		field_f32(c, &m->update.hash_rate);
	field_u256(c, m->update.target);
}

static void fields(struct codec *c, struct stratum2_message *m)
{
	switch (m->type) {
	case STRATUM2_SETUP:
		fields_setup(c, &m->setup);
		break;
	case STRATUM2_SETUP_SUCCESS:
		field_u16(c, &m->setup_success.used_version);
		field_u32(c, &m->setup_success.flags);
		break;
	case STRATUM2_SETUP_ERROR:
	case STRATUM2_OPEN_ERROR:
	case STRATUM2_UPDATE_ERROR:
	case STRATUM2_CLOSE:
	case STRATUM2_SUBMIT_ERROR:
		fields_refusal(c, m);
		break;
	case STRATUM2_ENDPOINT_CHANGED:
		field_u32(c, &m->refusal.id);
		break;
	case STRATUM2_RECONNECT:
		field_text(c, &m->reconnect.host);
		field_u16(c, &m->reconnect.port);
		break;
	case STRATUM2_OPEN_STANDARD:
	case STRATUM2_OPEN_EXTENDED:
		fields_open(c, &m->open, m->type == STRATUM2_OPEN_EXTENDED);
		break;
	case STRATUM2_OPEN_STANDARD_SUCCESS:
	case STRATUM2_OPEN_EXTENDED_SUCCESS:
		fields_opened(c, &m->opened,
			      m->type == STRATUM2_OPEN_EXTENDED_SUCCESS);
		break;
	case STRATUM2_NEW_JOB:
	case STRATUM2_NEW_EXTENDED_JOB:
		fields_job(c, &m->job, m->type == STRATUM2_NEW_EXTENDED_JOB);
		break;
	case STRATUM2_UPDATE:
	case STRATUM2_SET_TARGET:
		fields_update(c, m);
		break;
	case STRATUM2_SET_PREFIX:
		field_u32(c, &m->set_prefix.channel);
		field_bytes32(c, &m->set_prefix.prefix);
		break;
	case STRATUM2_SUBMIT_STANDARD:
	case STRATUM2_SUBMIT_EXTENDED:
		fields_submit(c, &m->submit,
			      m->type == STRATUM2_SUBMIT_EXTENDED);
		break;
	case STRATUM2_SUBMIT_SUCCESS:
		fields_submitted(c, &m->submitted);
		break;
	case STRATUM2_SET_NEW_PREV_HASH:
		fields_prev_hash(c, &m->prev_hash);
		break;
	case STRATUM2_SET_GROUP:
		field_u32(c, &m->set_group.group);
		field_items(c, &m->set_group.channels, 2, 4, UINT16_MAX);
		break;
	}
}

#define STRATUM2_KIND(name, number, sender, channel, least, most)              \
	[number] = { #name, STRATUM2_BY_##sender, channel, least, most },
const struct stratum2_kind *stratum2_message_kind(uint8_t type)
{
	static const struct stratum2_kind kinds[] = { STRATUM2_LIST(
		STRATUM2_KIND) };

	if (type >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[type].name)
		return NULL;
	return &kinds[type];
}

bool stratum2_message_read(struct stratum2_message *out, uint8_t type,
			   struct span payload)
{
	struct stratum2_message m;
	struct codec c = { .in = cur_over(payload) };

	if (!stratum2_message_kind(type))
		return false;
	memset(&m, 0, sizeof(m)); /* all of the union */
	m.type = (enum stratum2_type)type;
	fields(&c, &m);
	if (c.bad || !cur_ok(&c.in) || cur_left(&c.in) > STRATUM2_TAIL_MAX)
		return false;
	m.tail = cur_take(&c.in, cur_left(&c.in));
	*out = m;
	return true;
}

bool stratum2_message_write(struct buf *out, const struct stratum2_message *m)
{
	const struct stratum2_kind *kind =
		stratum2_message_kind((uint8_t)m->type);
	struct stratum2_message copy = *m;
	struct buf payload;
	struct codec c = { .out = &payload }, header = { .out = out };

	if (!kind || m->tail.n > STRATUM2_TAIL_MAX)
		return false;
	buf_init(&payload, STRATUM2_PAYLOAD_MAX);
	fields(&c, &copy);
	put(&c, m->tail.p, m->tail.n);
	if (!c.bad && out->limit - out->n >= payload.n + STRATUM2_HEADER) {
		number(&header, kind->channel ? STRATUM2_CHANNEL_BIT : 0, 2);
		number(&header, m->type, 1);
		number(&header, payload.n, 3);
		put(&header, payload.p, payload.n);
	} else {
		c.bad = true;
	}
	buf_fini(&payload);
	return !c.bad && !header.bad;
}

/* Extensions' fields: u16 extension | u8 field | u16 length | value; as the
 * specification's example of extension 2 has it, most significant byte first.
 */
struct span stratum2_message_worker(struct span tail)
{
	struct cur c = cur_over(tail);

	while (cur_left(&c) > 0) {
		const uint16_t extension = cur_be16(&c);
		const uint8_t field = cur_u8(&c);
		const struct span value = cur_take(&c, cur_be16(&c));

		if (cur_ok(&c) && extension == 2 && field == 1)
			return value;
	}
	return (struct span){ tail.p, 0 };
}
