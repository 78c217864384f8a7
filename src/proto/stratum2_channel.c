#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum2_private.h"

struct stratum2_channel *stratum2_channel_find(struct stratum2 *s, uint32_t id)
{
	for (uint32_t i = 0; i < s->num_channels; i++) {
		if (!s->channel[i].asked && s->channel[i].id == id)
			return &s->channel[i];
	}
	return NULL;
}

static struct stratum2_channel *make(struct stratum2 *s)
{
	/* What was never answered makes room. */
	for (uint32_t i = 0;
	     i < s->num_channels && s->num_channels == STRATUM2_CHANNELS_MAX;
	     i++) {
		if (s->channel[i].asked)
			stratum2_channel_drop(s, &s->channel[i]);
	}
	if (s->num_channels == STRATUM2_CHANNELS_MAX)
		return NULL;
	if (s->num_channels == s->room_channels) {
		s->room_channels = s->room_channels ? s->room_channels * 2 : 2;
		s->channel = mem_resize(s->channel, s->room_channels,
					sizeof(s->channel[0]));
	}
	struct stratum2_channel *c = &s->channel[s->num_channels++];

	*c = (struct stratum2_channel){ 0 };
	return c;
}

struct stratum2_channel *stratum2_channel_of(struct stratum2 *s, uint32_t id)
{
	struct stratum2_channel *c = stratum2_channel_find(s, id);

	if (c)
		return c;
	c = make(s);
	if (c)
		c->id = id;
	return c;
}

struct stratum2_channel *stratum2_channel_asked(struct stratum2 *s,
						uint32_t request)
{
	for (uint32_t i = 0; i < s->num_channels; i++) {
		if (s->channel[i].asked && s->channel[i].request == request)
			return &s->channel[i];
	}
	return NULL;
}

struct stratum2_channel *stratum2_channel_ask(struct stratum2 *s,
					      uint32_t request)
{
	struct stratum2_channel *c = make(s);

	if (!c)
		return NULL;
	c->asked = true;
	c->request = request;
	return c;
}

void stratum2_channel_drop(struct stratum2 *s, struct stratum2_channel *c)
{
	free((void *)(uintptr_t)c->user.p);
	*c = s->channel[--s->num_channels];
}

bool stratum2_channel_addressed(const struct stratum2_channel *c, uint32_t id)
{
	return !c->asked && (c->id == id || (c->has_group && c->group == id));
}
