#include "analysis/hardware.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A row of data/agents.csv. */
struct agent {
	const char *pattern;  /* in lower case */
	bool anywhere;        /* else at the beginning */
	unsigned kinds;       /* bits; 0: a proxy */
	const char *machines; /* their models begin so; "": any */
	const char *text;
};

#include "analysis/hardware_table.h"

#define MACHINES (sizeof(machines) / sizeof(machines[0]))
#define AGENTS   (sizeof(agents) / sizeof(agents[0]))
#define YEAR_NS  (INT64_C(31556952) * INT64_C(1000000000))
/* Bytes of an agent that are looked at, with its end. */
#define AGENT_ROOM 512

_Static_assert(MACHINES <= HARDWARE_MAX, "HARDWARE_MAX is too small");

const struct hardware *hardware_all(size_t *n)
{
	*n = MACHINES;
	return machines;
}

static bool in(const struct hardware_set *set, size_t i)
{
	return !set || (set->bits[i / 64] >> (i % 64) & 1) != 0;
}

/* "Antminer S9" of "Antminer S9 (14.5T)". */
static size_t base_length(const char *model)
{
	const char *edition = strstr(model, " (");

	return edition ? (size_t)(edition - model) : strlen(model);
}

/* What may follow a model in an agent; a letter, a digit or a plus makes it
 * another one ("Antminer S19k"), and so does a further word ("S19 XP"). */
static bool ends_model(const char *rest)
{
	return strchr("/|,;.()", rest[0]) != NULL ||
	       (rest[0] == ' ' && (rest[1] == '\0' || rest[1] == '('));
}

/* Length of the model that the agent names in full; 0: it does not. */
static size_t names(const char *user_agent, const char *model)
{
	const size_t n = base_length(model);

	for (const char *at = user_agent; *at; at++) {
		if (strncasecmp(at, model, n) == 0 && ends_model(at + n))
			return n;
	}
	return 0;
}

static bool matches(const struct agent *a, const char *user_agent)
{
	return a->anywhere ? strcasestr(user_agent, a->pattern) != NULL
			   : strncasecmp(user_agent, a->pattern,
					 strlen(a->pattern)) == 0;
}

/* What names a machine stands near the beginning; an agent may be a million
 * bytes long, and is held against each machine at each of them. */
static const char *head_of(char out[AGENT_ROOM], const char *user_agent)
{
	const size_t n = strnlen(user_agent, AGENT_ROOM - 1);

	memcpy(out, user_agent, n);
	out[n] = '\0';
	return out;
}

/* The longest pattern that matches. */
static const struct agent *find_agent(const char *user_agent)
{
	const struct agent *best = NULL;

	for (size_t i = 0; i < AGENTS; i++) {
		const struct agent *a = &agents[i];

		if (matches(a, user_agent) &&
		    (!best || strlen(a->pattern) > strlen(best->pattern)))
			best = a;
	}
	return best;
}

static void put(struct hardware_set *set, size_t i)
{
	set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* Machines whose whole name is in the agent. */
static bool add_named(struct hardware_set *set, const char *user_agent)
{
	size_t longest = 0;

	for (size_t i = 0; i < MACHINES; i++) {
		const size_t n = names(user_agent, machines[i].model);

		longest = n > longest ? n : longest;
	}
	for (size_t i = 0; longest > 0 && i < MACHINES; i++) {
		if (names(user_agent, machines[i].model) == longest)
			put(set, i);
	}
	return longest > 0;
}

static void add_of(struct hardware_set *set, unsigned kinds, const char *family)
{
	for (size_t i = 0; i < MACHINES; i++) {
		const struct hardware *m = &machines[i];

		if ((kinds >> m->kind & 1) != 0 &&
		    strncasecmp(m->model, family, strlen(family)) == 0)
			put(set, i);
	}
}

enum hardware_narrow hardware_set_add(struct hardware_set *set,
				      const char *user_agent)
{
	char room[AGENT_ROOM];
	const char *head = user_agent ? head_of(room, user_agent) : NULL;
	const struct agent *a = head ? find_agent(head) : NULL;

	if (head && add_named(set, head))
		return HARDWARE_NAMED;
	if (!a || a->kinds == 0) {
		add_of(set, ~0u, "");
		return HARDWARE_ANY;
	}
	add_of(set, a->kinds, a->machines);
	return a->machines[0] ? HARDWARE_FAMILY : HARDWARE_KINDS;
}

bool hardware_set_has(const struct hardware_set *set, const struct hardware *h)
{
	return in(set, (size_t)(h - machines));
}

static bool on_sale(const struct hardware *m, struct ts t)
{
	return !ts_known(t) || (ts_known(m->release) && m->release.ns <= t.ns);
}

const struct hardware *hardware_fastest(const struct hardware_set *set,
					struct ts t)
{
	const struct hardware *best = NULL;

	for (size_t i = 0; i < MACHINES; i++) {
		const struct hardware *m = &machines[i];

		if (in(set, i) && m->kind == HARDWARE_ASIC && on_sale(m, t) &&
		    m->rate > 0 && (!best || m->rate > best->rate))
			best = m;
	}
	return best;
}

const struct hardware *hardware_most_frugal(const struct hardware_set *set,
					    struct ts t)
{
	const struct hardware *best = NULL;

	for (size_t i = 0; i < MACHINES; i++) {
		const struct hardware *m = &machines[i];

		if (in(set, i) && on_sale(m, t) && m->joules_per_terahash > 0 &&
		    (!best ||
		     m->joules_per_terahash < best->joules_per_terahash))
			best = m;
	}
	return best;
}

double hardware_slowest_rate(const struct hardware_set *set)
{
	double least = 0;

	for (size_t i = 0; i < MACHINES; i++) {
		const struct hardware *m = &machines[i];

		if (in(set, i) && m->rate > 0 && m->joules_per_terahash > 0 &&
		    (least <= 0 || m->rate < least))
			least = m->rate;
	}
	return least;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Efficiencies of what was released in the years before t, sorted. */
static size_t efficiencies(double out[MACHINES], const struct hardware_set *set,
			   struct ts t, int years)
{
	size_t n = 0;

	for (size_t i = 0; i < MACHINES; i++) {
		const struct hardware *m = &machines[i];

		if (!in(set, i) || !on_sale(m, t) ||
		    m->joules_per_terahash <= 0 ||
		    (ts_known(t) &&
		     m->release.ns < ts_plus(t, -years * YEAR_NS).ns))
			continue;
		out[n++] = m->joules_per_terahash;
	}
	qsort(out, n, sizeof(out[0]), ascending);
	return n;
}

double hardware_median_efficiency(const struct hardware_set *set, struct ts t)
{
	double all[MACHINES];
	const size_t n = efficiencies(all, set, t, 3);

	return n == 0 ? 0 : (all[(n - 1) / 2] + all[n / 2]) / 2;
}

double hardware_worst_efficiency(const struct hardware_set *set, struct ts t)
{
	double all[MACHINES];
	const size_t n = efficiencies(all, set, t, 5);

	return n == 0 ? 0 : all[n - 1];
}

size_t hardware_by_agent(const struct hardware **out, size_t room,
			 const char *user_agent)
{
	struct hardware_set set = { { 0 } };
	size_t n = 0;

	if (hardware_set_add(&set, user_agent) < HARDWARE_FAMILY)
		return 0;
	for (size_t i = 0; i < MACHINES; i++) {
		if (!in(&set, i))
			continue;
		if (n < room)
			out[n] = &machines[i];
		n++;
	}
	return n;
}

const char *hardware_software(const char *user_agent)
{
	char room[AGENT_ROOM];
	const struct agent *a =
		user_agent ? find_agent(head_of(room, user_agent)) : NULL;

	return a ? a->text : NULL;
}
