#include "active/probe_judge.h"

#include <stdlib.h>
#include <string.h>

#include "active/probe_answer.h"
#include "base/mem.h"
#include "proto/dialogue.h"
#include "track/session.h"

struct probe_judge {
	enum probe_kind kind;
	struct probe_ends ends;
	struct dialogue *dialogue;
	struct probe_answer *answer;
	struct store *store; /* from the first event on */
	int64_t row;
	struct session *session; /* NULL: no event yet */
	uint32_t position[2];
	uint8_t start[PROBE_FIRST_MAX];
	size_t start_n;
	uint64_t received;
	bool job, spoke; /* by the server's end */
	char difficulty[32];
};

/* The name that it was asked by, as the list of pool hosts may have it. */
static void tell_host(struct probe_judge *j, struct ts at)
{
	const struct span host = { (const uint8_t *)j->ends.host,
				   strlen(j->ends.host) };
	const struct event login = {
		.type = EVENT_LOGIN,
		.from = 0,
		.ts = at,
		.login = { .host = host, .host_source = "target" },
	};

	session_event(j->session, &login);
}

/* In memory. False: only the details will be missing. */
static bool session_begin(struct probe_judge *j, struct ts first)
{
	const struct session_ends ends = {
		.client = j->ends.own,
		.server = j->ends.server,
		.from = 0,
		.from_start = true,
		.first = first,
	};

	if (j->store)
		return false; /* it failed before */
	j->store = store_open(NULL, STORE_CREATE, NULL);
	if (!j->store ||
	    store_input_begin(j->store, &j->row, "assay probe") != ST_OK)
		return false;
	j->session = session_new(j->store, &j->row, &ends, NULL);
	tell_host(j, first);
	return true;
}

static void keep_difficulty(struct probe_judge *j, struct span decimal)
{
	if (decimal.n == 0 || decimal.n >= sizeof(j->difficulty))
		return;
	memcpy(j->difficulty, decimal.p, decimal.n);
	j->difficulty[decimal.n] = '\0';
}

/* What we said ourselves tells nothing, and any answer to it is a talk. */
static void on_event(void *context, const struct event *e)
{
	struct probe_judge *j = context;

	if (e->from == 0 || e->type == EVENT_TALK)
		return;
	j->spoke = true;
	j->job = j->job || e->type == EVENT_JOB;
	if (e->type == EVENT_DIFFICULTY)
		keep_difficulty(j, e->difficulty.decimal);
	if (j->session || session_begin(j, e->ts))
		session_event(j->session, e);
}

struct probe_judge *probe_judge_new(enum probe_kind kind,
				    const struct probe_ends *ends)
{
	struct probe_judge *j = mem_new(1, sizeof(*j));

	j->kind = kind;
	j->ends = *ends;
	j->dialogue = dialogue_new(NULL, true, on_event, j);
	j->answer = probe_answer_new(kind);
	/* Behind the sequence numbers that session_ends says, which are 0. */
	j->position[0] = j->position[1] = 1;
	return j;
}

void probe_judge_free(struct probe_judge *j)
{
	if (!j)
		return;
	const struct session_state none = { .last = TS_NONE };

	if (j->session)
		session_free(j->session, &none);
	if (j->store)
		store_close(j->store, NULL);
	dialogue_free(j->dialogue);
	probe_answer_free(j->answer);
	free(j);
}

static void keep_first(struct probe_judge *j, struct span bytes)
{
	const size_t room = sizeof(j->start) - j->start_n;
	const size_t n = bytes.n < room ? bytes.n : room;

	if (n > 0)
		memcpy(j->start + j->start_n, bytes.p, n);
	j->start_n += n;
	j->received += bytes.n;
}

void probe_judge_feed(struct probe_judge *j, int from, struct span bytes,
		      struct ts at)
{
	const struct message piece = { .text = bytes,
				       .position = j->position[from],
				       .ts = at };

	if (bytes.n == 0)
		return;
	if (from == 1)
		keep_first(j, bytes);
	j->position[from] += (uint32_t)bytes.n;
	dialogue_feed(j->dialogue, from, piece);
	probe_answer_feed(j->answer, from, &piece);
}

static bool is_http(const struct probe_judge *j)
{
	static const char start[] = "HTTP/";

	return j->start_n >= strlen(start) &&
	       memcmp(j->start, start, strlen(start)) == 0;
}

/* A record of TLS: handshake or alert, of a version 3.x (RFC 8446, 5.1). */
static bool is_tls(const struct probe_judge *j)
{
	return j->start_n >= 3 && (j->start[0] == 21 || j->start[0] == 22) &&
	       j->start[1] == 3 && j->start[2] <= 4;
}

/* Can these bytes still become an answer of the carrier that was asked? */
static bool carrier_fits(const struct probe_judge *j)
{
	static const char start[] = "HTTP/";
	size_t n = 0;

	if (PROBE_BIT(j->kind) & PROBE_HTTP)
		return memcmp(j->start, start,
			      j->start_n < strlen(start) ? j->start_n
							 : strlen(start)) == 0;
	while (n < j->start_n && j->start[n] && strchr(" \t\r\n", j->start[n]))
		n++;
	return n == j->start_n || j->start[n] == '{';
}

bool probe_judge_done(const struct probe_judge *j)
{
	return j->job || probe_answer_final(j->answer) || !carrier_fits(j);
}

bool probe_judge_took(const struct probe_judge *j, uint64_t id)
{
	return probe_answer_took(j->answer, id);
}

static enum probe_verdict verdict(const struct probe_judge *j,
				  enum probe_ending how)
{
	if (j->job)
		return PROBE_JOB;
	if (probe_answer_refused(j->answer))
		return PROBE_REFUSES;
	if (j->spoke)
		return PROBE_SPEAKS;
	if (j->received > 0)
		return PROBE_OTHER;
	return how == PROBE_SHUT ? PROBE_CLOSED : PROBE_SILENT;
}

static void write_session(struct probe_judge *j, struct ts last)
{
	struct dialogue_state d;

	dialogue_state(j->dialogue, &d);
	const struct session_state state = {
		.dialect = d.dialect.name,
		.carrier = d.carrier,
		.last = last,
		.client_end = j->position[0],
		.server_end = j->position[1],
	};

	session_free(j->session, &state);
	j->session = NULL;
}

void probe_judge_end(struct probe_judge *j, struct probe_attempt *out,
		     struct findings *found, enum probe_ending how,
		     struct ts last)
{
	for (int from = 0; from < 2 && how == PROBE_SHUT; from++)
		dialogue_end(j->dialogue, from);
	if (how == PROBE_SHUT)
		probe_answer_end(j->answer);
	out->verdict = verdict(j, how);
	out->received = j->received;
	out->first_n = j->start_n;
	memcpy(out->first, j->start, j->start_n);
	memcpy(out->difficulty, j->difficulty, sizeof(out->difficulty));
	out->saw_http = is_http(j);
	out->saw_tls = is_tls(j);
	probe_answer_words(out->words, j->answer);
	if (how == PROBE_OVERFLOW && out->verdict == PROBE_OTHER)
		snprintf(out->words, sizeof(out->words),
			 "no end after %u bytes", PROBE_BYTES_MAX);
	else if (how == PROBE_TIMEOUT && out->verdict == PROBE_OTHER &&
		 !out->words[0])
		snprintf(out->words, sizeof(out->words),
			 "nothing whole in time");
	if (!j->session)
		return;
	write_session(j, last);
	const struct finding_options plain = { .confidence = 0.95 };

	if (out->verdict <= PROBE_SPEAKS &&
	    finding_load_all(found, j->store, &plain) != ST_OK)
		*found = (struct findings){ .n = 0 };
}
