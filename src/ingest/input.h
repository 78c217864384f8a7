/* input - one file of a capture: its packets one by one, its counters, and
 * the sentence about how it ended. */
#ifndef INGEST_INPUT_H
#define INGEST_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "ingest/capture.h"
#include "ingest/filter.h"
#include "ingest/format.h"
#include "ingest/window.h"

/* Which packets are wanted. */
struct input_rules {
	struct ts since, until;
	struct filter *filter;    /* or NULL */
	capture_secrets *secrets; /* or NULL */
	void *secrets_context;
};

struct input { /* read by capture.c, changed by input_*() alone */
	char *name;
	struct capture_input *info; /* the public side of it */
	uint32_t index;
	bool regular;   /* else a pipe or the like: cannot be read twice */
	uint64_t size;  /* of a regular file, when it was listed */
	struct ts from; /* where it belongs in time; TS_NONE: at the front */
	struct window *window; /* NULL unless open */
	struct format format;
	struct span view;     /* what is left of the window's */
	struct record record; /* the packet at its head, once INPUT_READY */
	uint64_t lent;        /* the batch that last held a packet of it */
	struct why refusal;   /* of the filter, "" if none */
};

enum input_state {
	INPUT_READY, /* record.packet is the next that is wanted */
	INPUT_LENT,  /* goes on only once its packets are given back */
	INPUT_DONE,  /* closed; info says how it ended */
};

enum input_kind {
	INPUT_CAPTURE, /* perhaps a damaged one */
	INPUT_OTHER,   /* of no format that is read here; why says so */
	INPUT_REFUSED, /* by the system; why says so */
};

/* Looks at the start of the regular file `name`: *from is the time of its
 * first packet if that is near the start, else TS_NONE. */
enum input_kind input_peek(const char *name, struct ts *from, struct why *why);

/* Opens in for reading; input_advance() tells if that failed. */
void input_open(struct input *in, struct fingerprint_worker *worker,
		const atomic_bool *stop);

/* Steps to the next packet that rules want. lent: packets of this input are
 * still in use, so its bytes must stay where they are. */
enum input_state input_advance(struct input *in,
			       const struct input_rules *rules, bool lent);

/* Gives out, and counts so, the packets behind the head that rules want, are
 * earlier than `before` and can be had without changing the state: cheaper than
 * one by one, where that is possible; else none. Then input_advance(). */
size_t input_many(struct input *in, const struct input_rules *rules,
		  struct packet *out, size_t room, struct ts before);

/* Counts the packet at the head as given out. */
void input_given(struct input *in);

/* Closes without a result, if open, and frees what in owns. */
void input_fini(struct input *in);

#endif /* INGEST_INPUT_H */
