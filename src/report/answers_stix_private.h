/* answers_stix_private - what the files of the STIX output share: objects with
 * their identifiers, each written once. */
#ifndef REPORT_ANSWERS_STIX_PRIVATE_H
#define REPORT_ANSWERS_STIX_PRIVATE_H

#include "base/map.h"
#include "report/answers_private.h"
#include "report/uuid.h"

#define STIX_ID 96

struct stix_id {
	char text[STIX_ID]; /* "ipv4-addr--28bb..."; "" for none */
};

struct stix {
	struct telling x;
	struct map *seen;  /* ids of what was written */
	struct buf ids;    /* the same, in order, each with a \n behind it */
	struct buf text;   /* captured text made safe */
	struct uuid space; /* of this case */
	char created[TS_TEXT], modified[TS_TEXT];
	struct stix_id author;
	struct stix_id marking; /* of everything, or "" */
};

/* answers_stix_object.c */

/* Writes the properties that make up an observable's identity, keys in
 * order (RFC 8785): it is called for the identifier and for the object. */
typedef void stix_members(struct json_writer *w, const void *what);

/* Begins an observable (SCO), whose id is a UUID of version 5 of its members,
 * as STIX 2.1, section 2.9 has it. True: it is new, further properties may
 * follow, then answers_stix_close(). False: it is there already. */
bool answers_stix_observable(struct stix *s, struct stix_id *id,
			     const char *type, stix_members *members,
			     const void *what);
/* The same of a domain or relationship object, whose id is made of the case,
 * the type and a key of ours. */
bool answers_stix_object(struct stix *s, struct stix_id *id, const char *type,
			 const char *key);
void answers_stix_close(struct stix *s);

/* Captured text without what JSON, or a terminal, could trip over: \xNN; lives
 * until the next call. */
const char *answers_stix_safe(struct stix *s, const char *text);
/* With three digits behind the second, as STIX has its own times. */
char *answers_stix_time_text(char out[TS_TEXT], struct ts t);
/* Nothing if it is not known. */
void answers_stix_time(struct json_writer *w, const char *key, struct ts t);
void answers_stix_ref(struct json_writer *w, const char *key,
		      const struct stix_id *id);
void answers_stix_list(struct json_writer *w, const char *key,
		       const char *only);
/* "labels": the grade, as it is to be told. */
void answers_stix_grade(struct stix *s, const char *grade);
/* Nothing if either is none. */
void answers_stix_relate(struct stix *s, const struct stix_id *source,
			 const char *type, const struct stix_id *target);

/* answers_stix_observe.c: each gives false, and "", if the text can be no such
 * thing; a new one is written. */
bool answers_stix_address(struct stix *s, struct stix_id *id, const char *ip);
bool answers_stix_domain(struct stix *s, struct stix_id *id, const char *name);
bool answers_stix_account(struct stix *s, struct stix_id *id, const char *name);
bool answers_stix_software(struct stix *s, struct stix_id *id,
			   const char *name);
bool answers_stix_wallet(struct stix *s, struct stix_id *id,
			 const char *address);
void answers_stix_file(struct stix *s, const struct assessment_input *in);

/* answers_stix_session.c: the observed data of one finding, and all it refers
 * to. */
void answers_stix_session(struct stix *s, const struct finding *f);
/* The id that it has. */
void answers_stix_session_id(struct stix *s, struct stix_id *id,
			     const struct finding *f);
/* The id that an object of that type and key has. */
void answers_stix_name(struct stix *s, struct stix_id *id, const char *type,
		       const char *key);

/* answers_stix_subject.c, answers_stix_opinion.c */
void answers_stix_subject(struct stix *s, const struct subject *x);
void answers_stix_opinion(struct stix *s, size_t row);

#endif /* REPORT_ANSWERS_STIX_PRIVATE_H */
