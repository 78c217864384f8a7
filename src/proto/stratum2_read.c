#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum2_private.h"

#define ALL_BITS 0xffffffffu

void stratum2_tell(struct stratum2 *s, struct stratum2_out *out,
		   struct event *e)
{
	struct event login = out->place;

	if (!s->greeted && e->type != EVENT_LOGIN) {
		login.type = EVENT_LOGIN;
		login.login = (struct event_login){ .has_version_mask = true,
						    .version_mask = ALL_BITS };
		out->sink(out->context, &login);
	} else if (!s->greeted) {
		e->login.has_version_mask = true;
		e->login.version_mask = ALL_BITS;
	}
	s->greeted = true;
	out->sink(out->context, e);
}

static void tell_talk(struct stratum2 *s, struct stratum2_out *out)
{
	struct event e = out->place;

	e.type = EVENT_TALK;
	stratum2_tell(s, out, &e);
}

static void tell_login(struct stratum2 *s, struct stratum2_out *out,
		       struct event_login login)
{
	struct event e = out->place;

	e.type = EVENT_LOGIN;
	e.login = login;
	stratum2_tell(s, out, &e);
}

/* What the miner says of all its channels together. */
static void tell_rate(struct stratum2 *s, struct stratum2_out *out)
{
	struct event e = out->place;

	e.type = EVENT_RATE;
	e.rate.hashes_per_s = 0;
	for (uint32_t i = 0; i < s->num_channels; i++)
		e.rate.hashes_per_s += s->channel[i].hash_rate;
	stratum2_tell(s, out, &e);
}

static double believable(float rate)
{
	return isfinite(rate) && rate > 0 ? (double)rate : 0;
}

static bool add_part(struct buf *b, struct span part)
{
	if (part.n == 0)
		return true;
	return (b->n == 0 || buf_u8(b, '/')) && buf_add(b, part.p, part.n);
}

static void read_setup(struct stratum2 *s, struct stratum2_out *out,
		       const struct stratum2_setup *m)
{
	s->protocol = m->protocol;
	buf_clear(&s->scratch);
	add_part(&s->scratch, m->vendor);
	add_part(&s->scratch, m->hardware);
	add_part(&s->scratch, m->firmware);
	tell_login(s, out,
		   (struct event_login){
			   .user_agent = buf_span(&s->scratch),
			   .host = m->host,
			   .host_source = "sv2",
		   });
}

static void read_open(struct stratum2 *s, struct stratum2_out *out,
		      const struct stratum2_open *m)
{
	struct stratum2_channel *c = stratum2_channel_asked(s, m->request);

	if (!c)
		c = stratum2_channel_ask(s, m->request);
	if (c) {
		free((void *)(uintptr_t)c->user.p);
		c->user.p = (const uint8_t *)mem_text(m->user.p, m->user.n);
		c->user.n = m->user.n;
		c->hash_rate = believable(m->hash_rate);
	}
	tell_login(s, out, (struct event_login){ .worker = m->user });
	tell_rate(s, out);
}

static bool has_prefix(struct stratum2 *s, struct stratum2_channel *c,
		       struct span prefix)
{
	const bool first = !s->prefix_told;

	c->has_prefix = true;
	c->prefix_n = (uint8_t)prefix.n;
	if (prefix.n)
		memcpy(c->prefix, prefix.p, prefix.n);
	s->prefix_told = true;
	return first;
}

static void tell_prefix(struct stratum2 *s, struct stratum2_out *out,
			bool first)
{
	if (first)
		tell_login(s, out,
			   (struct event_login){ .has_extranonce1 = true });
	else
		tell_talk(s, out);
}

static void read_opened(struct stratum2 *s, struct stratum2_out *out,
			const struct stratum2_opened *m)
{
	struct stratum2_channel *asked = stratum2_channel_asked(s, m->request);
	struct stratum2_channel *old = stratum2_channel_find(s, m->channel);

	if (!asked)
		s->unmatched++;
	/* The id may have been met before, if the capture began late. */
	if (asked && !old) {
		asked->asked = false;
		asked->id = m->channel;
	} else if (asked) {
		struct span user = old->user;

		old->user = asked->user;
		old->hash_rate = asked->hash_rate;
		asked->user = user;
		stratum2_channel_drop(s, asked);
	}
	struct stratum2_channel *c = stratum2_channel_of(s, m->channel);

	if (!c) {
		tell_talk(s, out);
		return;
	}
	c->has_target = true;
	memcpy(c->target, m->target, 32);
	c->has_group = m->has_group;
	c->group = m->group;
	tell_prefix(s, out, has_prefix(s, c, m->prefix));
}

static void read_set_prefix(struct stratum2 *s, struct stratum2_out *out,
			    uint32_t id, struct span prefix)
{
	struct stratum2_channel *c = stratum2_channel_of(s, id);

	if (c)
		tell_prefix(s, out, has_prefix(s, c, prefix));
	else
		tell_talk(s, out);
}

static void read_target(struct stratum2 *s, struct stratum2_out *out,
			const struct stratum2_message *m)
{
	stratum2_channel_of(s, m->update.channel);
	for (uint32_t i = 0; i < s->num_channels; i++) {
		struct stratum2_channel *c = &s->channel[i];

		if (!stratum2_channel_addressed(c, m->update.channel))
			continue;
		c->has_target = true;
		memcpy(c->target, m->update.target, 32);
	}
	tell_talk(s, out);
}

static void read_update(struct stratum2 *s, struct stratum2_out *out,
			const struct stratum2_message *m)
{
	struct stratum2_channel *c = stratum2_channel_of(s, m->update.channel);

	if (c) {
		c->hash_rate = believable(m->update.hash_rate);
		tell_rate(s, out);
	} else {
		tell_talk(s, out);
	}
}

static void read_close(struct stratum2 *s, struct stratum2_out *out,
		       uint32_t id)
{
	stratum2_job_drop_of(s, id);
	for (uint32_t i = s->num_channels; i > 0; i--) {
		if (stratum2_channel_addressed(&s->channel[i - 1], id))
			stratum2_channel_drop(s, &s->channel[i - 1]);
	}
	tell_talk(s, out);
}

static void read_group(struct stratum2 *s, struct stratum2_out *out,
		       uint32_t group, struct span channels)
{
	struct cur c = cur_over(channels);

	stratum2_channel_of(s, group);
	while (cur_left(&c) > 0) {
		struct stratum2_channel *member =
			stratum2_channel_find(s, cur_le32(&c));

		if (!member)
			continue;
		member->has_group = true;
		member->group = group;
	}
	tell_talk(s, out);
}

static void read_job(struct stratum2 *s, struct stratum2_out *out,
		     const struct stratum2_message *m)
{
	stratum2_channel_of(s, m->job.channel);
	if (m->job.has_min_ntime)
		stratum2_job_active(s, out, m);
	else
		stratum2_job_keep(s, m);
	if (out->jobs == 0)
		tell_talk(s, out);
}

static void read_prev_hash(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_prev_hash *m)
{
	stratum2_channel_of(s, m->channel);
	for (uint32_t i = 0; i < s->num_channels; i++) {
		if (!stratum2_channel_addressed(&s->channel[i], m->channel))
			continue;
		s->channel[i].has_prev = true;
		s->channel[i].prev = *m;
	}
	stratum2_job_activate(s, out, m);
	if (out->jobs == 0)
		tell_talk(s, out);
}

static void share_drop(struct stratum2 *s, uint32_t i)
{
	memmove(s->open + i, s->open + i + 1,
		(s->num_open - i - 1) * sizeof(s->open[0]));
	s->num_open--;
}

static void share_keep(struct stratum2 *s, struct stratum2_share share)
{
	if (s->num_open == STRATUM2_OPEN_MAX)
		share_drop(s, 0);
	if (s->num_open == s->room_open) {
		s->room_open = s->room_open ? s->room_open * 2 : 8;
		s->open = mem_resize(s->open, s->room_open, sizeof(s->open[0]));
	}
	s->open[s->num_open++] = share;
}

static void tell_share(struct stratum2 *s, struct stratum2_out *out,
		       struct event_share share)
{
	struct event e = out->place;

	share.number = s->shares++;
	e.type = EVENT_SHARE;
	e.share = share;
	stratum2_tell(s, out, &e);
}

void stratum2_read_malformed_share(struct stratum2 *s, struct stratum2_out *out)
{
	tell_share(s, out, (struct event_share){ 0 });
}

static void read_submit(struct stratum2 *s, struct stratum2_out *out,
			const struct stratum2_submit *m, struct span tail)
{
	const struct stratum2_channel *c = stratum2_channel_of(s, m->channel);
	struct span worker = stratum2_message_worker(tail);

	if (worker.n == 0 && c)
		worker = c->user;
	buf_clear(&s->scratch);
	buf_printf(&s->scratch, "%u/%u", m->channel, m->job);
	share_keep(s, (struct stratum2_share){ .channel = m->channel,
					       .sequence = m->sequence,
					       .number = s->shares });
	tell_share(s, out,
		   (struct event_share){
			   .worker = worker,
			   .job_id = buf_span(&s->scratch),
			   .readable = true,
			   .extranonce2 = m->extranonce,
			   .ntime = m->ntime,
			   .nonce = m->nonce,
			   .has_version_bits = true,
			   .version_bits = m->version,
		   });
}

static void tell_verdict(struct stratum2 *s, struct stratum2_out *out,
			 uint64_t number, bool accepted, struct span reason)
{
	struct event e = out->place;

	e.type = EVENT_VERDICT;
	e.verdict = (struct event_verdict){ .number = number,
					    .accepted = accepted,
					    .reason = reason };
	stratum2_tell(s, out, &e);
}

/* Sequence numbers wrap. */
static bool within(const struct stratum2_share *x,
		   const struct stratum2_submitted *m)
{
	return x->channel == m->channel &&
	       m->last_sequence - x->sequence < UINT32_MAX / 2;
}

/* The last number is accepted, and as many as are counted, of those up to it.
 * More than that are open when a refusal is missing, or still to come: which of
 * them are meant cannot be said, nor counted on later. */
static void read_submitted(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_submitted *m)
{
	uint32_t n = 0, told = 0;

	for (uint32_t i = 0; i < s->num_open; i++)
		n += within(&s->open[i], m) && !s->open[i].doubtful;
	for (uint32_t i = 0; i < s->num_open && m->accepted > 0;) {
		struct stratum2_share *x = &s->open[i];
		const uint64_t number = x->number;

		if (!within(x, m) || (x->sequence != m->last_sequence &&
				      (x->doubtful || n > m->accepted))) {
			x->doubtful |= within(x, m);
			i++;
			continue;
		}
		if (told == m->accepted)
			break;
		share_drop(s, i);
		tell_verdict(s, out, number, true, (struct span){ 0 });
		told++;
	}
	if (told > 0)
		return;
	s->unmatched++;
	tell_talk(s, out);
}

static void read_refused(struct stratum2 *s, struct stratum2_out *out,
			 const struct stratum2_message *m)
{
	for (uint32_t i = 0; i < s->num_open; i++) {
		const struct stratum2_share x = s->open[i];

		if (x.channel != m->refusal.id ||
		    x.sequence != m->refusal.sequence)
			continue;
		share_drop(s, i);
		tell_verdict(s, out, x.number, false, m->refusal.text);
		return;
	}
	s->unmatched++;
	tell_talk(s, out);
}

static void read_open_error(struct stratum2 *s, struct stratum2_out *out,
			    uint32_t request)
{
	struct stratum2_channel *c = stratum2_channel_asked(s, request);

	if (c)
		stratum2_channel_drop(s, c);
	else
		s->unmatched++;
	tell_talk(s, out);
}

void stratum2_read_message(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_message *m)
{
	switch (m->type) {
	case STRATUM2_SETUP:
		read_setup(s, out, &m->setup);
		break;
	case STRATUM2_OPEN_STANDARD:
	case STRATUM2_OPEN_EXTENDED:
		read_open(s, out, &m->open);
		break;
	case STRATUM2_OPEN_STANDARD_SUCCESS:
	case STRATUM2_OPEN_EXTENDED_SUCCESS:
		read_opened(s, out, &m->opened);
		break;
	case STRATUM2_OPEN_ERROR:
		read_open_error(s, out, m->refusal.id);
		break;
	case STRATUM2_NEW_JOB:
	case STRATUM2_NEW_EXTENDED_JOB:
		read_job(s, out, m);
		break;
	case STRATUM2_UPDATE:
		read_update(s, out, m);
		break;
	case STRATUM2_CLOSE:
		read_close(s, out, m->refusal.id);
		break;
	case STRATUM2_SET_PREFIX:
		read_set_prefix(s, out, m->set_prefix.channel,
				m->set_prefix.prefix);
		break;
	case STRATUM2_SUBMIT_STANDARD:
	case STRATUM2_SUBMIT_EXTENDED:
		read_submit(s, out, &m->submit, m->tail);
		break;
	case STRATUM2_SUBMIT_SUCCESS:
		read_submitted(s, out, &m->submitted);
		break;
	case STRATUM2_SUBMIT_ERROR:
		read_refused(s, out, m);
		break;
	case STRATUM2_SET_NEW_PREV_HASH:
		read_prev_hash(s, out, &m->prev_hash);
		break;
	case STRATUM2_SET_TARGET:
		read_target(s, out, m);
		break;
	case STRATUM2_SET_GROUP:
		read_group(s, out, m->set_group.group, m->set_group.channels);
		break;
	case STRATUM2_SETUP_SUCCESS:
	case STRATUM2_SETUP_ERROR:
	case STRATUM2_ENDPOINT_CHANGED:
	case STRATUM2_RECONNECT:
	case STRATUM2_UPDATE_ERROR:
		tell_talk(s, out);
		break;
	}
}
