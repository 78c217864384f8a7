/* answers_misp_private - what the files of the MISP output share: objects of
 * templates, and attributes, with their UUIDs. */
#ifndef REPORT_ANSWERS_MISP_PRIVATE_H
#define REPORT_ANSWERS_MISP_PRIVATE_H

#include "base/map.h"
#include "report/answers_private.h"
#include "report/uuid.h"

#define MISP_TAGS_MAX 3

struct misp {
	struct telling x;
	struct map *seen; /* keys of what was written */
	struct buf text;  /* captured text made safe */
	struct uuid space;
	char timestamp[24];
	struct buf key; /* of the object that is begun, or empty */
};

/* Of MISP/misp-objects. */
struct misp_template {
	const char *name, *uuid, *version, *category;
};

struct misp_attribute {
	const char *relation; /* of the object's template; NULL: no object */
	const char *type, *category;
	const char *value;           /* captured or not: it is made safe */
	const char *comment;         /* safe; NULL: none */
	char tag[MISP_TAGS_MAX][96]; /* "": none */
};

/* Begins an object; key: what it stands for. False: it is there already. */
bool answers_misp_object(struct misp *m, const struct misp_template *t,
			 const char *key, const char *comment);
void answers_misp_close(struct misp *m);

/* Nothing if there is no value, or it is there already. */
void answers_misp_attribute(struct misp *m, const struct misp_attribute *a);
void answers_misp_tags(struct misp *m, const char (*tag)[96], size_t n);

/* answers_misp_session.c: its objects. */
void answers_misp_session(struct misp *m, const struct finding *f);
/* Of one of its texts that are no objects. */
void answers_misp_agent(struct misp *m, const struct finding *f);
/* answers_misp_subject.c: its attribute. */
void answers_misp_subject(struct misp *m, const struct subject *s);
void answers_misp_hypothesis(struct misp *m, size_t row);
void answers_misp_evidence(struct misp *m, size_t column);

#endif /* REPORT_ANSWERS_MISP_PRIVATE_H */
